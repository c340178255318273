from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from channels.health import (
    FIRST_PAUSE,
    LONGEST_PAUSE,
    REFUSED_PAUSE,
    WELL,
    Sign,
    Standing,
    after,
    after_all,
    goes_at,
    may_go,
    share_of,
    sign_of,
    weight,
)
from channels.ports import Accepted, InDoubt, NotSent, Outcome, Rejected, Scope

NOW = datetime(2026, 3, 10, 10, 0, tzinfo=UTC)
MINUTE = timedelta(minutes=1)
A, R, F = Sign.ANSWER, Sign.REFUSAL, Sign.FAULT


@pytest.mark.parametrize(
    ("outcome", "sign"),
    [
        (Accepted("x"), A),
        (Rejected(Scope.ADDRESS, "550", ""), A),
        (Rejected(Scope.CONTENT, "400", ""), A),
        (Rejected(Scope.SUPPRESSED, "21610", ""), A),
        (Rejected(Scope.CONFIG, "401", ""), R),
        (InDoubt("deadline"), F),
        (NotSent("network", "ConnectError"), F),
        (NotSent("429", "too many requests", 90), None),
        (NotSent("not_begun", "the call's turn came too late"), None),
    ],
)
def test_what_an_outcome_says_of_its_line(outcome: Outcome, sign: Sign | None) -> None:
    assert sign_of(outcome) is sign


@pytest.mark.parametrize(
    ("signs", "opens"),
    [
        ([R] * 4, False),
        ([R] * 5, True),
        ([R] * 4 + [A] + [R] * 4, False),
        ([F] * 4, False),
        ([F] * 5, True),
        ([F, A] * 20, False),  # no more faults than answers
        ([F, F, A] * 3, False),
        ([F, F, A] * 4, True),
        ([A] * 50 + [F] * 5, True),  # good times are no credit
    ],
)
def test_what_opens_a_line(signs: list[Sign], opens: bool) -> None:
    standing = after_all(WELL, signs, NOW)

    assert (standing.opened_at is not None) is opens
    assert weight(standing, NOW) == (0 if opens else 100)


def test_faults_far_apart_open_nothing() -> None:
    standing, at = WELL, NOW
    for _ in range(40):
        standing, at = after(standing, F, at), at + MINUTE

    assert weight(standing, at) == 100


def test_it_comes_back_by_steps() -> None:
    standing = after_all(WELL, [F] * 5, NOW)
    back = NOW + FIRST_PAUSE

    seen = [(minutes, weight(standing, back + minutes * MINUTE)) for minutes in (-0.1, 0, 0.9, 1, 2, 3.9, 4)]

    assert seen == [(-0.1, 0), (0, 5), (0.9, 5), (1, 25), (2, 50), (3.9, 50), (4, 100)]


def test_a_fault_on_the_way_back_opens_it_for_twice_as_long() -> None:
    standing, at = after_all(WELL, [F] * 5, NOW), NOW
    pauses = []
    for _ in range(7):
        assert standing.open_until is not None
        pauses.append(standing.open_until - at)
        at = standing.open_until
        standing = after(standing, F, at)

    assert pauses == [n * MINUTE for n in (1, 2, 4, 8, 16, 16, 16)]
    assert standing.opened_at == NOW


def test_refusals_leave_a_person_time_to_mend_the_key() -> None:
    standing = after_all(WELL, [R] * 5, NOW)

    assert standing.open_until == NOW + REFUSED_PAUSE


def test_only_an_answer_at_full_weight_ends_it() -> None:
    standing = after_all(WELL, [F] * 5, NOW)
    back = NOW + FIRST_PAUSE

    assert after(standing, A, back + MINUTE) == standing
    assert after(standing, A, back + 4 * MINUTE) == WELL


def test_what_was_under_way_when_it_opened_changes_nothing() -> None:
    standing = after_all(WELL, [F] * 5, NOW)

    assert after_all(standing, [F, A, R] * 9, NOW + MINUTE / 2) == standing


def test_shares_are_even_and_fixed() -> None:
    shares = [share_of(f"message-{n}") for n in range(10_000)]

    assert shares == [share_of(f"message-{n}") for n in range(10_000)]
    assert set(shares) == set(range(100))
    assert all(60 < shares.count(share) < 140 for share in range(100))


instants = st.integers(0, 10_000).map(lambda seconds: NOW + timedelta(seconds=seconds))
standings = st.builds(
    lambda signs, at: after_all(WELL, signs, at), st.lists(st.sampled_from(Sign), max_size=30), instants
)


@given(standings, instants, instants, st.integers(0, 99))
def test_a_message_that_may_go_may_go_on(
    standing: Standing, one: datetime, other: datetime, share: int
) -> None:
    early, late = sorted((one, other))

    assert weight(standing, early) <= weight(standing, late)
    assert may_go(standing, share, late) or not may_go(standing, share, early)


@given(standings, instants, st.integers(0, 99))
def test_who_is_told_to_come_back_then_may_go_then_and_not_before(
    standing: Standing, now: datetime, share: int
) -> None:
    at = goes_at(standing, share, now)

    assert at >= now
    assert may_go(standing, share, at)
    assert at == now or not may_go(standing, share, at - timedelta(milliseconds=1))
    assert at - now <= LONGEST_PAUSE + timedelta(seconds=10_000) + 4 * MINUTE
