"""How often a page may be asked for."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from web.page.limits import Buckets, Rate


@given(st.lists(st.floats(0, 5), max_size=60), st.integers(1, 10), st.floats(0.1, 5))
def test_no_more_than_the_rate_is_let_through(waits: list[float], burst: int, per_second: float) -> None:
    clock = [0.0]
    buckets = Buckets(Rate(burst, per_second), lambda: clock[0])
    let_in = 0
    for wait in waits:
        clock[0] += wait
        let_in += buckets.take("one")
    assert let_in <= burst + clock[0] * per_second + 1e-6
    assert let_in >= min(burst, len(waits))
    assert buckets.take("another")


def test_buckets_are_forgotten_before_they_fill_the_memory() -> None:
    buckets = Buckets(Rate(1, 0.0))
    assert buckets.take("first")
    assert not buckets.take("first")
    for number in range(20_000):
        buckets.take(str(number))
    assert buckets.take("first")
