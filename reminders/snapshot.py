"""What the core is told: one client's whole case at one instant, as plain frozen values.

The ledger builds snapshots; nothing in here was decided, everything was read. Balances are already sums over facts.
All instants are aware UTC; dates are calendar dates without a zone.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from enum import StrEnum

from reminders.answers import AnswerKind
from reminders.interest.terms import LateTerms
from reminders.money import Money
from reminders.reasons import Reason
from reminders.states import MessageState
from reminders.tasks import TaskKind, TaskState


class Channel(StrEnum):
    """A way to reach a person."""

    EMAIL = "email"
    SMS = "sms"
    VOICE = "voice"
    WHATSAPP = "whatsapp"


class DebtorType(StrEnum):
    """What kind of person owes, as far as the law cares. None (unknown) means the strictest rules."""

    COMPANY = "company"
    SOLE_TRADER = "sole_trader"
    CONSUMER = "consumer"
    PUBLIC_BODY = "public_body"


@dataclass(frozen=True, slots=True)
class Contact:
    """A person at the client. `phone` is E.164."""

    contact_id: str
    name: str | None = None
    role: str | None = None
    email: str | None = None
    phone: str | None = None

    def address(self, channel: Channel) -> str | None:
        """Where this channel reaches the person, if it does."""
        return self.email if channel is Channel.EMAIL else self.phone


@dataclass(frozen=True, slots=True)
class Consent:
    """What the client said about a channel. The newest word for a channel holds."""

    channel: Channel
    granted: bool
    at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Quiet:
    """Times at which the client wants no messages, in their own zone.

    `days` are ISO weekday numbers (Monday 1); without days, every day. `start` and `end` may span midnight; without
    them, the whole day.
    """

    days: frozenset[int] = frozenset()
    start: time | None = None
    end: time | None = None


@dataclass(frozen=True, slots=True)
class Suppression:
    """An address that must not be used on a channel: bounced, complained, or opted out."""

    channel: Channel
    address: str
    reason: Reason
    until: datetime | None = None
    """When it ends by itself; None: it does not."""


@dataclass(frozen=True, slots=True)
class Chat:
    """A conversation by WhatsApp in which free text may be sent, until 24 hours after the other side's last word."""

    creditor_id: str
    """With whom: the creditor whose message was answered."""
    address: str
    """The number that wrote (E.164)."""
    until: datetime


@dataclass(frozen=True, slots=True)
class Hold:
    """Why a client or an invoice must be left alone, and through which day (inclusive; None: until somebody says)."""

    reason: Reason
    until_on: date | None = None
    amount: int | None = None
    """The part of the invoice that is held, in minor units (a debit under way); None: all of it."""


@dataclass(frozen=True, slots=True)
class Track:
    """How a client paid within the last year."""

    settled: int = 0
    """Invoices that payments settled."""
    on_time: int = 0
    """How many of them by their due date, or within the few days that money needs to be booked."""


@dataclass(frozen=True, slots=True)
class Client:
    """Who owes. `known` is false as long as only other facts have named the client."""

    client_id: str
    known: bool = True
    name: str = ""
    debtor_type: DebtorType | None = None
    country: str | None = None
    subdivision: str | None = None
    time_zone: str | None = None
    language: str | None = None
    segment: str | None = None
    contacts: tuple[Contact, ...] = ()
    preferred: tuple[Channel, ...] = ()
    purposes: tuple[str, ...] = ()
    """The kinds of message that the client wants, in the sender's words (see `reminders.purposes`); empty: all."""
    quiet: Quiet | None = None
    consents: tuple[Consent, ...] = ()
    account_manager: Contact | None = None
    holds: tuple[Hold, ...] = ()
    hardship_through: date | None = None
    """The last day of the newest hardship or breathing space that is over; None: there was none."""
    track: Track = Track()
    gone: frozenset[str] = frozenset()
    """The ids of contacts who said that they are not the one to write to, or have left, and are listed as before."""


@dataclass(frozen=True, slots=True)
class Payment:
    """What one payment that stands brought to one invoice, in minor units of the invoice's currency."""

    payment_id: str
    on: date
    """The day on which the money was received."""
    amount: int
    heard_at: datetime
    """When the ledger learned of it."""


@dataclass(frozen=True, slots=True)
class Credit:
    """What one credit note took off one invoice, in minor units."""

    on: date
    amount: int


@dataclass(frozen=True, slots=True)
class Returned:
    """A payment of an invoice that came back, or a direct debit of it that failed."""

    payment_id: str
    on: date
    amount: int
    """What it would have brought, in minor units."""
    heard_at: datetime
    failed: bool = False
    """Whether a direct debit failed, rather than money that had come being taken back."""
    misbooked: bool = False
    """Whether there was no such payment: it was booked by mistake, and no bank has sent anything back."""


@dataclass(frozen=True, slots=True)
class Instalment:
    """A part of a sum and the day it is due, in minor units."""

    due_on: date
    amount: int


@dataclass(frozen=True, slots=True)
class Discount:
    """What is taken off, in percent of the total less credits, when the payment comes by that day."""

    percent: Decimal
    by_on: date


@dataclass(frozen=True, slots=True)
class Invoice:
    """One open item. Amounts are minor units of `currency`; `paid`, `credited` and `disputed` are sums over facts."""

    invoice_id: str
    number: str
    creditor_id: str
    currency: str
    total: int
    issued_on: date
    due_on: date
    first_seen_at: datetime
    source: str
    paid: int = 0
    credited: int = 0
    disputed: int = 0
    auto_collect: bool = False
    payment_url: str | None = None
    purchase_order: str | None = None
    document_url: str | None = None
    payment_methods: tuple[str, ...] = ()
    holds: tuple[Hold, ...] = ()
    """What stops a reminder for this invoice or a part of it: dispute (whole), pause, pending debit, automatic
    collection, void, write-off. Promises and plans stand in the snapshot: what they hold depends on what was paid."""
    payments: tuple[Payment, ...] = ()
    """The payments that stand, oldest first; their sum is `paid`."""
    credits: tuple[Credit, ...] = ()
    """The credit notes that name it, oldest first; their sum is `credited`."""
    returned: tuple[Returned, ...] = ()
    """Payments that came back and debits that failed, oldest first."""
    discount: Discount | None = None
    late_terms: LateTerms | None = None
    """What the contract says about late payment; None: the biller did not say."""
    instalments: tuple[Instalment, ...] = ()
    """The parts that it is paid in, in the order of their days; empty: all at once, on `due_on`."""
    dispute_resolved_on: date | None = None
    """The day on which its last dispute was resolved, if none is open."""
    dispute_reasons: tuple[str, ...] = ()
    """The reason codes of its open disputes, each once, as the biller wrote them (`cannot_pay`: hardship, in truth)."""
    later: int = 0
    """The part that is not asked for yet, because its instalments fall due later; set where the account is read."""
    held: int = 0
    """The part that a promise or a debit under way holds; set where the account is read."""
    last_payment_on: date | None = None
    last_payment_at: datetime | None = None
    """When the ledger learned of the newest payment that was allocated to it."""

    @property
    def open(self) -> int:
        """What is still owed, disputed or not; never below zero."""
        return max(0, self.total - self.paid - self.credited)

    @property
    def chased(self) -> int:
        """What may be asked for now: the open amount without what is disputed, held, or an instalment not due yet."""
        return max(0, self.open - self.disputed - self.later - self.held)

    def money(self, minor: int) -> Money:
        """That amount in the invoice's currency."""
        return Money(minor, self.currency)


@dataclass(frozen=True, slots=True)
class PastMessage:
    """A message that was planned before, whatever became of it."""

    message_id: str
    creditor_id: str
    step: str
    channel: Channel
    contact_id: str | None
    carrying_invoice_id: str
    due_on: date
    """The day that the message counted from: the carrying invoice's due date when it was planned, the promised day, the
    instalment's, the first of a statement's month. A later due date begins a new cycle."""
    invoice_ids: tuple[str, ...]
    state: MessageState
    planned_at: datetime
    sent_at: datetime | None = None
    reason: Reason | None = None
    expires_at: datetime | None = None
    """When it is too late to send it (as the reminder said when it was planned)."""
    needs_approval: bool = False
    """Whether it was planned to wait for a person's yes."""


@dataclass(frozen=True, slots=True)
class PastAnswer:
    """What a client wrote back to one of our messages; what machines wrote is none."""

    response_id: str
    kind: AnswerKind | None
    """What it surely says; None: nothing sure, so that a person has to read it."""
    channel: Channel
    contact_id: str | None
    message_id: str
    """The message that it answers."""
    received_at: datetime
    waits: bool
    """Whether a person has still to deal with it."""
    promise_id: str
    """The promise that it made, if it made one."""
    agreed_id: str = ""
    """What the ids of the promises and plans begin with that were agreed with it on the page; empty: none were."""


@dataclass(frozen=True, slots=True)
class Promise:
    """What the client said they would pay, and when."""

    promise_id: str
    invoice_ids: tuple[str, ...]
    """The invoices it is for, as far as they are known; without a name, all that were issued when it was made."""
    currency: str
    amount: int
    made_at: datetime
    promised_on: date
    by: str | None = None


@dataclass(frozen=True, slots=True)
class Plan:
    """A payment plan that was agreed and not cancelled."""

    plan_id: str
    invoice_ids: tuple[str, ...]
    currency: str
    instalments: tuple[Instalment, ...]
    agreed_at: datetime


@dataclass(frozen=True, slots=True)
class PastErrand:
    """Something that a person was asked to do, whatever became of it."""

    task_id: str
    kind: TaskKind
    reason: Reason
    creditor_id: str
    step: str | None
    subject: str
    """What it is about: the carrying invoice's id, the promise's or the plan's."""
    cycle_on: date
    """The day that its step counted from."""
    invoice_ids: tuple[str, ...]
    state: TaskState
    opened_at: datetime
    closed_at: datetime | None = None


CHAT_SLACK = timedelta(minutes=5)
"""How long before its end a conversation counts as over: what is sent may stand in a queue for a while."""


@dataclass(frozen=True, slots=True)
class Snapshot:
    """One client's whole case at one instant."""

    client: Client
    invoices: tuple[Invoice, ...] = ()
    """All open invoices, and those settled lately enough to be thanked for."""
    on_account: tuple[Money, ...] = ()
    """Money received and not allocated, and credit notes that name no invoice, per currency."""
    messages: tuple[PastMessage, ...] = ()
    suppressions: tuple[Suppression, ...] = ()
    replied_at: datetime | None = None
    """The newest reply that no person has dealt with yet."""
    promises: tuple[Promise, ...] = ()
    plans: tuple[Plan, ...] = ()
    errands: tuple[PastErrand, ...] = ()
    """What people were asked to do for this client, oldest first."""
    escalated: frozenset[str] = frozenset()
    """The creditors whose case a person handed to an attorney: nothing automatic follows."""
    conversations: tuple[datetime, ...] = ()
    """When somebody last spoke with the client in person."""
    chats: tuple[Chat, ...] = ()
    """The conversations by WhatsApp that are open."""
    synced_through: dict[str, datetime] = field(default_factory=dict)
    """Per billing source that publishes `ledger.synced`: all payments up to this instant are known."""
    weighty_reply_at: datetime | None = None
    """The newest undealt-with reply in which a person has to find something out or to decide: it surely says that it is
    paid, or wrong, or can't be paid, or proposes terms beyond the policy's offers."""
    answers: tuple[PastAnswer, ...] = ()
    """What the client wrote back of late, oldest first."""
