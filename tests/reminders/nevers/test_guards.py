"""Each guard is needed: with it the life keeps every never, without it the never that it keeps is seen to break."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from dataclasses import replace

import pytest

from tests.reminders.nevers import broken
from tests.reminders.nevers.crafted import a_life
from tests.reminders.nevers.guards import GUARDS, Guard
from tests.reminders.nevers.never_9 import never_9
from tests.reminders.nevers.player import Life


@pytest.fixture(autouse=True)
def _nothing_guarded_outlives_its_test() -> Iterator[None]:
    yield
    forget()


def forget() -> None:
    """What was worked out with a guard says nothing of a core without it."""
    for name, module in list(sys.modules.items()):
        if name.partition(".")[0] == "reminders":
            for known in vars(module).values():
                if hasattr(known, "cache_clear"):
                    known.cache_clear()


@pytest.mark.parametrize("guard", GUARDS, ids=lambda guard: guard.name)
def test_without_its_guard_a_never_breaks(guard: Guard, monkeypatch: pytest.MonkeyPatch) -> None:
    assert broken(Life(guard.script).live()) == {}

    guard.removal(monkeypatch)
    forget()

    assert guard.never in broken(Life(guard.script).live())


def test_an_address_in_an_answer_is_seen() -> None:
    """There is no guard to take out: the core has nowhere to write one."""
    life = a_life()
    life.said.add("the mail to ada@kaya.example went")

    assert len(never_9(life)) == 1


def test_a_message_that_ends_without_a_reason_is_seen() -> None:
    life = a_life(days=40)
    ended = next(m for m in life.messages.values() if m.state.is_open or m.reason is None)
    life.messages["lost"] = replace(ended, state=ended.state.CANCELLED, reason=None)

    assert "ended as cancelled without a reason" in broken(life)["never_8"][0]
