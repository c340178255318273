"""Whole lives at random break none of the nevers.

By default some two months to thirteen, about a hundred of them, and twenty whole years; `NEVERS_LIVES=3000` for more.
"""

from __future__ import annotations

import os
from random import Random

import pytest
from hypothesis import HealthCheck, given, note, settings
from hypothesis import strategies as st

from tests.reminders.book import STANDARD
from tests.reminders.nevers import broken
from tests.reminders.nevers.lives import a_script
from tests.reminders.nevers.player import Life, Script

YEARS = int(os.environ.get("NEVERS_LIVES", "20"))
pytestmark = [
    pytest.mark.timeout(300),
    # A life that fails is long; how long must not hide what it broke.
    pytest.mark.filterwarnings("ignore:Generating overly large repr"),
]
slowly = settings(
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)
scripts = st.randoms(use_true_random=False).map(a_script)


@settings(slowly, max_examples=100)
@given(scripts)
def test_no_life_breaks_a_never(script: Script) -> None:
    note(f"{script}")

    assert broken(Life(script).live()) == {}


@pytest.mark.timeout(0)
def test_no_year_breaks_a_never() -> None:
    found = {}
    for number in range(YEARS):
        if flaws := broken(Life(a_script(Random(number), days=365)).live()):
            found[number] = flaws

    assert found == {}, f"{len(found)} of {YEARS} years broke a never"


def test_lives_see_every_kind_of_message_task_and_end() -> None:
    """Lives in which nothing happened would break no never."""
    said, asked, ended = set(), set(), set()
    for number in range(60):
        life = Life(a_script(Random(number))).live()
        said |= {sent.step.name for sent in life.sent}
        asked |= {(errand.kind.value, errand.reason.value) for errand in life.errands.values()}
        ended |= {message.state.value for message in life.messages.values()}

    assert said == {s.name for s in STANDARD.steps if s.task is None}
    assert asked >= {("call", "step_due"), ("decision", "step_due"), ("call", "plan_defaulted")}
    assert ended >= {"delivered", "undelivered", "suppressed", "cancelled", "expired", "rejected"}
