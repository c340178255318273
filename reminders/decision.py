"""What the core answers: reminders to send, messages to stop, what was left out and why, when to look again."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import NamedTuple
from uuid import UUID, uuid5

from reminders.answers import AnswerKind
from reminders.money import Money
from reminders.reasons import Reason
from reminders.snapshot import Channel
from reminders.states import MessageState
from reminders.tasks import TaskKind
from reminders.ways import Tried

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
    """The due date; of an invoice in instalments, that of the oldest one not paid."""
    paid_on: date | None = None
    """The date of the newest payment, if there is one; before `due_on`, a thank-you may call it early."""
    held: int = 0
    """The part that is promised or that a direct debit is collecting."""
    later: int = 0
    """The part whose instalments fall due later."""
    discounted: int = 0
    """The part that nobody owes any more, because the early-payment discount was earned."""
    in_parts: bool = False
    """Whether it is paid in instalments: then its last due date does not say whether each of them came in time."""


@dataclass(frozen=True, slots=True)
class PromiseTold:
    """A promise as a message shows it: the client's own words back."""

    promised_on: date
    made_on: date
    money: Money
    """What was promised."""
    kept: Money
    """What has come of it."""


@dataclass(frozen=True, slots=True)
class InstalmentTold:
    """An instalment as a message shows it."""

    number: int
    """Counted from 1."""
    of: int
    due_on: date
    money: Money
    """What of it is open."""
    left: Money
    """What is open of the whole plan or invoice, this instalment included."""


@dataclass(frozen=True, slots=True)
class DiscountTold:
    """An early-payment discount as a message shows it."""

    by_on: date
    saved: Money
    to_pay: Money
    """What settles the invoice when it comes by that day."""


@dataclass(frozen=True, slots=True)
class ReturnTold:
    """A payment that came back, or a direct debit that failed, as a message shows it."""

    on: date
    money: Money
    failed: bool


@dataclass(frozen=True, slots=True)
class PartTold:
    """One part of what was agreed."""

    due_on: date
    money: Money


@dataclass(frozen=True, slots=True)
class AnswerTold:
    """A client's own answer as its acknowledgement shows it."""

    kind: AnswerKind
    received_on: date
    """The day of the answer; of terms that were agreed, the day on which they were."""
    promised_on: date | None = None
    """Of a promise: the day."""
    money: Money | None = None
    """Of a promise: what was promised, where it is clear which sum the client meant."""
    by_on: date | None = None
    """Where a person gets in touch: by that day."""
    parts: tuple[PartTold, ...] = ()
    """Of terms that were agreed on the page: all of them, the earliest day first."""


Told = PromiseTold | InstalmentTold | DiscountTold | ReturnTold | AnswerTold
"""What a message tells beside the items that it lists."""


class Way(NamedTuple):
    """The channel and the contact that a message has to go to, because it answers what came from there."""

    channel: Channel
    contact_id: str


@dataclass(frozen=True, slots=True)
class Reminder:
    """One step that is due for one client and one creditor; the channel is chosen by another room.

    `tried` are the ways on which this very step was refused or bounced; the next one should follow.
    """

    creditor_id: str
    step: str
    carrying_invoice_id: str
    due_on: date
    """The day that the step counts from; with the carrying invoice it names the cycle."""
    items: tuple[Item, ...]
    amounts: tuple[Money, ...]
    """What is asked for, one total per currency; in a thank-you, what was paid."""
    expires_at: datetime
    needs_approval: bool
    round: int
    """How many messages of this step and cycle were called off, or rang unanswered, before; part of the identity."""
    tried: tuple[Tried, ...]
    reasons: tuple[Reason, ...]
    told: Told | None = None
    way: Way | None = None
    """The only way that it may go; None: another room chooses."""

    def message_id(self, client_id: str, channel: Channel, contact_id: str = "") -> str:
        """The message's identity, minted from the business fact alone: two deciders mint the same one.

        The contact is part of it only where the step was tried on that channel with somebody else before.
        """
        again = any(way.channel is channel for way in self.tried)
        key = "\x1f".join(
            (
                client_id,
                self.creditor_id,
                self.step,
                self.carrying_invoice_id,
                self.due_on.isoformat(),
                str(self.round),
                channel.value,
                *((contact_id,) if again else ()),
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
class Errand:
    """Something for a person to do. Opened once for each key, however often it is decided."""

    kind: TaskKind
    reason: Reason
    creditor_id: str
    step: str | None
    subject: str
    """What it is about: the carrying invoice's id, the promise's or the plan's."""
    cycle_on: date
    items: tuple[Item, ...]
    amounts: tuple[Money, ...]
    due_on: date
    """By when a person should have dealt with it: a date of the client's calendar."""
    told: Told | None = None

    def key(self, client_id: str) -> str:
        """What tells one errand from another of its kind."""
        about = (self.reason.value, self.step or "", self.subject, self.cycle_on.isoformat())
        return "\x1f".join((client_id, self.creditor_id, *about))


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
    errands: tuple[Errand, ...] = ()
    over: tuple[str, ...] = ()
    """The ids of open tasks that need nobody any more, because what they were about is settled."""
    look_at: datetime | None = None
    """When to look again if nothing happens before; None: only an event can change anything."""


@dataclass(frozen=True, slots=True)
class Proceed:
    """The last gate is open: send with these items and amounts, read at this very instant.

    `amounts` are what is asked for, one total per currency; in a thank-you, what was paid.
    """

    items: tuple[Item, ...]
    amounts: tuple[Money, ...]
    told: Told | None = None


@dataclass(frozen=True, slots=True)
class Wait:
    """The last gate is shut for now; no attempt is spent. Try again at `until`."""

    until: datetime
    reason: Reason


Gate = Proceed | Wait | Stop
