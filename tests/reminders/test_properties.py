"""What must hold for every life beside the nevers: looking when told is enough, and no order of telling matters."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from random import Random
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from reminders.decide import decide
from reminders.snapshot import Channel, Snapshot
from tests.reminders.book import STANDARD, turned
from tests.reminders.nevers.lives import a_script
from tests.reminders.nevers.player import Life, Script
from tests.reminders.nevers.snapshots import snapshot_of

pytestmark = [
    pytest.mark.timeout(300),
    # A life that fails is long; how long must not hide what it broke.
    pytest.mark.filterwarnings("ignore:Generating overly large repr"),
]
slowly = settings(
    deadline=None,
    derandomize=True,
    phases=[Phase.generate],
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)
HALF_AN_HOUR = timedelta(minutes=30)


def weeks(chance: Random) -> Script:
    """Some weeks under one policy: a changed one takes effect at the next look, whenever that is."""
    script = a_script(chance, days=24)
    return replace(script, rules=script.rules[:1])


@settings(slowly, max_examples=10)
@given(st.randoms(use_true_random=False).map(weeks))
def test_looking_only_when_told_says_the_same_as_looking_all_the_time(script: Script) -> None:
    patient, restless = Life(script).live(), Life(script).live_restless(HALF_AN_HOUR)

    assert patient.told() == restless.told()
    assert list(patient.errands.values()) == list(restless.errands.values())
    assert patient.decisions < restless.decisions / 5


@settings(slowly, max_examples=25)
@given(st.randoms(use_true_random=False).map(a_script), st.randoms(use_true_random=False))
def test_the_order_in_which_a_case_is_told_changes_nothing(script: Script, chance: Any) -> None:
    life = Life(script).live()
    for look in chance.sample(life.looks, min(4, len(life.looks))):
        snapshot = snapshot_of(look.facts, look.messages, look.errands, look.at)

        assert decide(_shuffled(turned(snapshot), chance), look.policy, look.at) == decide(
            snapshot, look.policy, look.at
        )


def _shuffled(snapshot: Snapshot, chance: Any) -> Snapshot:
    names = ("messages", "errands", "promises", "plans")
    return replace(
        snapshot, **{n: chance.sample(list(getattr(snapshot, n)), len(getattr(snapshot, n))) for n in names}
    )


def test_every_channel_of_the_policy_is_one_the_core_knows() -> None:
    assert {Channel(name) for name in STANDARD.channels} <= set(Channel)
