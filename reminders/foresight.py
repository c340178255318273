"""What a preview tells of one client: what would happen, what would not be said, and why."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum

from config.policy import Tone
from reminders.decision import Item
from reminders.money import Money
from reminders.reasons import Reason
from reminders.snapshot import Channel
from reminders.tasks import TaskKind


@dataclass(frozen=True, slots=True)
class Way:
    """How a message would reach the client."""

    channel: Channel
    contact_id: str


@dataclass(frozen=True, slots=True)
class NoWay:
    """Why it would not, channel by channel."""

    reasons: tuple[tuple[Channel, Reason], ...]


class Kind(StrEnum):
    """What is foreseen."""

    MESSAGE = "message"
    """It goes out."""
    APPROVAL = "approval"
    """It waits for a person's yes, and goes only after it."""
    TASK = "task"
    """A person is asked to do something."""


@dataclass(frozen=True, slots=True)
class Foreseen:
    """One thing that would happen. `at` is when it goes, or when a person is asked."""

    at: datetime
    kind: Kind
    creditor_id: str
    step: str | None
    tone: Tone | None
    items: tuple[Item, ...]
    amounts: tuple[Money, ...]
    reasons: tuple[Reason, ...]
    channel: Channel | None = None
    contact_id: str | None = None
    message_id: str | None = None
    planned_at: datetime | None = None
    """Of a message: when it is, or was, planned."""
    task: TaskKind | None = None
    until: datetime | None = None
    """Of an approval: when it is too late for a yes."""


@dataclass(frozen=True, slots=True)
class NotSaid:
    """What would not be said, why, and for how long: from `since` until `until` (None: no end is known)."""

    reason: Reason
    invoice_id: str | None
    step: str | None
    since: datetime
    until: datetime | None
    ways: tuple[tuple[Channel, Reason], ...] = ()
    """Where nobody can be reached: why, channel by channel."""


@dataclass(frozen=True, slots=True)
class Foresight:
    """One client's future, in the order of time."""

    client_id: str
    foreseen: tuple[Foreseen, ...] = ()
    not_said: tuple[NotSaid, ...] = ()


class Silences:
    """What is not said, each reason once for each invoice and step, with its span. Mutable while a future is lived."""

    def __init__(self) -> None:
        self._spans: dict[tuple[Reason, str | None, str | None], NotSaid] = {}
        self._lasting: set[tuple[Reason, str | None, str | None]] = set()

    def at(self, now: datetime, silent: Iterable[NotSaid]) -> None:
        """These hold now; what held before and is not among them has ended."""
        present = set()
        for one in silent:
            key = (one.reason, one.invoice_id, one.step)
            known = self._spans.get(key)
            self._spans[key] = one if known is None else replace(known, until=one.until, ways=one.ways)
            present.add(key)
        for key in self._lasting - present:
            self._spans[key] = replace(self._spans[key], until=now)
        self._lasting = present

    def all(self) -> tuple[NotSaid, ...]:
        """All of them, the earliest first."""
        return tuple(
            sorted(self._spans.values(), key=lambda s: (s.since, s.invoice_id or "", s.step or "", s.reason))
        )
