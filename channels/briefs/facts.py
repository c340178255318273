"""What a brief is written from: one case as plain frozen values. Nothing here is an address or a number to call.

A brief is shown on screens and may be read by whoever sits there; how to reach somebody stands in the profile alone, or
in the client's own words when they ask for a call.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime, time

from reminders.decision import Item, Told
from reminders.money import Money
from reminders.reasons import Reason
from reminders.snapshot import Channel, DebtorType, Track
from reminders.states import MessageState


@dataclass(frozen=True, slots=True)
class Who:
    """A person at the client or with us, by name and role."""

    name: str
    role: str = ""
    reached_by: tuple[Channel, ...] = ()
    """The ways to reach them that the profile holds."""


@dataclass(frozen=True, slots=True)
class Said:
    """A message of ours, and what became of it."""

    step: str
    on: date
    channel: Channel
    state: MessageState


@dataclass(frozen=True, slots=True)
class Asked:
    """What a client wrote who wants to be called."""

    came: str
    """How it came, and what it was read as; sentences."""
    words: str
    """Their own; empty: none."""


@dataclass(frozen=True, slots=True)
class Promised:
    """What the client said they would pay, and what has come of it."""

    made_on: date
    promised_on: date
    money: Money
    kept: Money


@dataclass(frozen=True, slots=True)
class Agreed:
    """A payment plan as it stands."""

    agreed_on: date
    instalments: int
    settled: int
    """How many of them are paid in full."""
    left: Money
    """What is open of the whole plan."""
    late_since: date | None = None
    """The due date of the oldest instalment that is late; None: the plan is kept."""


@dataclass(frozen=True, slots=True)
class Aside:
    """Something open that is not asked for, and why."""

    number: str
    """The invoice's number."""
    money: Money
    why: Reason


@dataclass(frozen=True, slots=True)
class Available:
    """Interest and fixed sum that a law or a contract gives, as one total: for our own people, never said by phone."""

    total: Money
    through: date
    """The last day that counts."""
    basis: str
    claimable: bool
    """Whether the invoices' own late terms say that it may be claimed."""


@dataclass(frozen=True, slots=True)
class Offer:
    """How far whoever deals with the case may go without asking."""

    instalments: int | None = None
    """A plan of at most so many instalments; None: no plan without asking."""
    within_days: int | None = None
    """The last of them at most so many days from today."""
    extension_days: int | None = None
    """A later date for the whole sum, at most so many days from today; None: none without asking."""
    more_from: str = ""
    """Who may agree to more; empty: the account manager."""


@dataclass(frozen=True, slots=True)
class BriefFacts:
    """One client's case for one creditor, as a person needs it. Dates are the client's, amounts the ledger's now."""

    client_id: str
    client_name: str
    reason: Reason
    """Why the task is there."""
    today: date
    """The client's local date."""
    items: tuple[Item, ...]
    amounts: tuple[Money, ...]
    """What is asked for, one total per currency."""
    creditor_id: str
    creditor_name: str = ""
    """Empty: not configured."""
    creditor_country: str = ""
    """Whose way of writing numbers the brief follows."""
    debtor_type: DebtorType | None = None
    country: str | None = None
    subdivision: str | None = None
    local_now: datetime | None = None
    """Now on the client's clock; None: their zone is not known."""
    hours: tuple[time, time] | None = None
    """Today's permitted hours on the client's clock; None: none today."""
    language: str | None = None
    contacts: tuple[Who, ...] = ()
    """In the order in which they are asked."""
    account_manager: Who | None = None
    step: str | None = None
    due_on: date | None = None
    """By when a person should have dealt with it."""
    told: Told | None = None
    """The promise or the instalment that it is about."""
    asked: Asked | None = None
    """The client's own wish to be called; None: we call of our own accord."""
    said: tuple[Said, ...] = ()
    """What went before, oldest first."""
    spoken_on: tuple[date, ...] = ()
    """When somebody last spoke with the client in person."""
    replies: int = 0
    """Answers of the client's that nobody has dealt with yet."""
    promises: tuple[Promised, ...] = ()
    plans: tuple[Agreed, ...] = ()
    aside: tuple[Aside, ...] = ()
    track: Track = field(default_factory=Track)
    hardship: bool = False
    """In difficulty now."""
    hardship_through: date | None = None
    """The last day of a difficulty that is over."""
    offer: Offer | None = None
    """None: the policy sets no limits, so everything is asked for first."""
    interest: tuple[Available, ...] = ()


@dataclass(frozen=True, slots=True)
class Awaiting:
    """A message that waits for a person's yes."""

    message_id: str
    step: str
    channel: Channel
    to: Who
    claims: tuple[Available, ...]
    """What it claims beside the debt, per currency and basis; empty: nothing."""
    ends_on: date
    """Without a decision it ends on that day."""


@dataclass(frozen=True, slots=True)
class Volume:
    """A stop because far more messages would go than usual."""

    planned: tuple[tuple[str, int], ...]
    """How many messages of each step would go."""
    clients: int
    usual: int
    """The most that went on one of the last days; 0: nothing is known yet."""
    limit: int
    """From how many on a person is asked."""
    first_contacts: int = 0
    """How many of the clients would hear from us for the first time."""
