"""What the core answers: reminders to send, messages to stop, what was left out and why, when to look again."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID, uuid5

from reminders.money import Money
from reminders.reasons import Reason
from reminders.snapshot import Channel
from reminders.states import MessageState

_NAMESPACE = UUID("6f1c2b1e-5b1a-5d0e-9d3f-0b8f4a7d1c55")


@dataclass(frozen=True, slots=True)
class Item:
    """An invoice as a message shows it. Amounts are minor units of `currency`."""

    invoice_id: str
    number: str
    currency: str
    total: int
    paid: int
    credited: int
    disputed: int
    on_account: int
    """The part that unallocated money of the client covers; taken off what is asked for, oldest invoice first."""
    asked: int
    """What the message asks for (or, in a thank-you, what is left: zero)."""
    issued_on: date
    due_on: date
    paid_on: date | None = None
    """The date of the newest payment, if there is one; before `due_on`, a thank-you may call it early."""


@dataclass(frozen=True, slots=True)
class Reminder:
    """One step that is due for one client and one creditor; the channel is chosen by another room.

    `tried` are the channels on which this very step was refused or bounced; the next one should follow.
    """

    creditor_id: str
    step: str
    carrying_invoice_id: str
    due_on: date
    items: tuple[Item, ...]
    amounts: tuple[Money, ...]
    """What is asked for, one total per currency; in a thank-you, what was paid."""
    expires_at: datetime
    needs_approval: bool
    round: int
    """How many messages of this step and cycle were called off before; part of the identity."""
    tried: tuple[Channel, ...]
    reasons: tuple[Reason, ...]

    def message_id(self, client_id: str, channel: Channel) -> str:
        """The message's identity, minted from the business fact alone: two deciders mint the same one."""
        key = "\x1f".join(
            (
                client_id,
                self.creditor_id,
                self.step,
                self.carrying_invoice_id,
                self.due_on.isoformat(),
                str(self.round),
                channel.value,
            )
        )
        return str(uuid5(_NAMESPACE, key))


@dataclass(frozen=True, slots=True)
class Stop:
    """A message that has not gone out and should not any more: its new state and why."""

    message_id: str
    state: MessageState
    reason: Reason


@dataclass(frozen=True, slots=True)
class LeftOut:
    """What was not done and why: an invoice that is not chased, or a step that has to wait (`until`, if known)."""

    reason: Reason
    invoice_id: str | None = None
    step: str | None = None
    until: datetime | None = None


@dataclass(frozen=True, slots=True)
class Decision:
    """All that was decided for one client at one instant."""

    client_id: str
    reminders: tuple[Reminder, ...] = ()
    stops: tuple[Stop, ...] = ()
    left_out: tuple[LeftOut, ...] = ()
    look_at: datetime | None = None
    """When to look again if nothing happens before; None: only an event can change anything."""


@dataclass(frozen=True, slots=True)
class Proceed:
    """The last gate is open: send with these items and amounts, read at this very instant.

    `amounts` are what is asked for, one total per currency; in a thank-you, what was paid.
    """

    items: tuple[Item, ...]
    amounts: tuple[Money, ...]


@dataclass(frozen=True, slots=True)
class Wait:
    """The last gate is shut for now; no attempt is spent. Try again at `until`."""

    until: datetime
    reason: Reason


Gate = Proceed | Wait | Stop
