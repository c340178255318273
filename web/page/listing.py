"""How an answer is offered: as new, or as the change of what stands already."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from web.page.answers import Answer
from web.page.guest import Guest
from web.page.history import Told, standing_of
from web.page.paying import PROPOSING


@dataclass(frozen=True, slots=True)
class Listed:
    """An answer as the account lists it, and as its form is headed."""

    name: str
    label: str
    standing: str
    """What stands already of what it would say; empty: nothing does."""
    replaces: str
    """The proposal that waits, and in whose place what is said now stands; empty: there is none."""


def listed_as(guest: Guest, history: Sequence[Told], answer: Answer) -> Listed:
    """How an answer is offered to a guest who has told us so much already."""
    waits = (told.summary for told in history if told.replaceable and answer in PROPOSING)
    standing = standing_of(guest, history, answer.name)
    label = guest.words.text(f"{answer.name}_again" if standing else answer.name)
    return Listed(answer.name, label, standing, next(waits, ""))
