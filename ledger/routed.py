"""What the decider hands in to be recorded: a decision of the core, with the ways and the words found for it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from reminders.decision import Decision, Errand, Reminder
from reminders.reasons import Reason
from reminders.snapshot import Channel
from reminders.ways import Considered


@dataclass(frozen=True, slots=True)
class Planned:
    """A reminder with the way that was chosen for it. `brief` is for whoever approves it; None: nobody has to."""

    message_id: str
    reminder: Reminder
    tone: str
    channel: Channel
    contact_id: str
    brief: str | None = None
    considered: tuple[Considered, ...] = ()
    """The ways that were looked at, up to the one that was taken."""


@dataclass(frozen=True, slots=True)
class Unroutable:
    """A reminder for which there is no allowed way, why, channel by channel, and the brief for whoever finds one."""

    reminder: Reminder
    reasons: tuple[tuple[Channel, Reason], ...]
    brief: str
    considered: tuple[Considered, ...] = ()


@dataclass(frozen=True, slots=True)
class Nowhere:
    """A client who owes something and whom no message can reach, and the brief for whoever finds a way."""

    creditor_id: str
    """The creditor of the oldest invoice that would be asked for, and what else would be in that name."""
    invoice_ids: tuple[str, ...]
    brief: str


@dataclass(frozen=True, slots=True)
class Opened:
    """An errand, with the words for whoever runs it."""

    errand: Errand
    brief: str


@dataclass(frozen=True, slots=True)
class Unclear:
    """An invoice that the facts leave in doubt, and the words for whoever puts them right. Asked once for each."""

    invoice_id: str
    reason: Reason
    brief: str


@dataclass(frozen=True, slots=True)
class Routed:
    """A decision with its ways and words."""

    decision: Decision
    policy: str
    """The identity of the policy that was followed."""
    planned: tuple[Planned, ...] = ()
    unroutable: tuple[Unroutable, ...] = ()
    errands: tuple[Opened, ...] = ()
    """One for each of `decision.errands`."""
    unclear: tuple[Unclear, ...] = ()
    nowhere: Nowhere | None = None
    """None: a message can reach the client, or there is nothing to ask them for."""
    approval_due_on: date | None = None
    """By when an approval that this decision asks for should be given: a date of the client's calendar."""
