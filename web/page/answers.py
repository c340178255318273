"""The answers that a client may give on the page: each has a name in its URL, a form, and what follows from it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import StrEnum

from ledger import messages
from ledger.unit import Unit
from web.page.fields import Field, Values
from web.page.guest import Guest


class Group(StrEnum):
    """Under which heading an answer stands."""

    MONEY = "money"
    OTHER = "other"
    REACH = "reach"


@dataclass(frozen=True, slots=True)
class Done:
    """What became of an answer: the phrase that says so, and the clients to look at again."""

    phrase: str
    touched: tuple[str, ...]


def _nothing_amiss(_guest: Guest, _values: Values) -> Mapping[str, str]:
    return {}


def _always(_guest: Guest) -> bool:
    return True


def _its_message(unit: Unit, message_id: str) -> None:
    messages.lock(unit.connection, [message_id])


def _no_note(_guest: Guest) -> str:
    return ""


@dataclass(frozen=True, slots=True)
class Answer:
    """One answer. Its phrases are named after it: `paid`, `paid_lead`, `paid_done`."""

    name: str
    group: Group
    fields: Callable[[Guest], tuple[Field, ...]]
    act: Callable[[Guest, Unit, str, Values], Done]
    """Carries it out, under the form's own key."""
    amiss: Callable[[Guest, Values], Mapping[str, str]] = _nothing_amiss
    """What is wrong between fields that are right one by one."""
    offered: Callable[[Guest], bool] = _always
    listed: Callable[[Guest], bool] = _always
    """Whether the account leads to it. What is so already needs no link, but its form still answers."""
    lead: Callable[[Guest], str] | None = None
    """What stands above the form, where that is not always the same phrase."""
    note: Callable[[Guest], str] = _no_note
    """A sentence on what is agreed at once, where there is one."""
    hold: Callable[[Unit, str], None] = _its_message
    """Locks what it may change, before anything is read; it is given the message's id."""
    confirmed: bool = False
    """Whether it is shown once more before it counts."""
