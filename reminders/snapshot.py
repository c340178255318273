"""What the core is told: one client's whole case at one instant, as plain frozen values.

The ledger builds snapshots; nothing in here was decided, everything was read. Balances are already sums over facts.
All instants are aware UTC; dates are calendar dates without a zone.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime, time
from enum import StrEnum

from reminders.money import Money
from reminders.reasons import Reason
from reminders.states import MessageState


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
    """An address that must not be used on a channel: bounced for good, complained, or opted out."""

    channel: Channel
    address: str
    reason: Reason


@dataclass(frozen=True, slots=True)
class Hold:
    """Why a client or an invoice must be left alone, and through which day (inclusive; None: until somebody says).

    For a promise, `until_on` is the promised date itself: the core adds the policy's days of grace.
    """

    reason: Reason
    until_on: date | None = None


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
    quiet: Quiet | None = None
    consents: tuple[Consent, ...] = ()
    account_manager: Contact | None = None
    holds: tuple[Hold, ...] = ()


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
    """Everything that stops a reminder for this invoice: dispute (whole), promise, plan, pause, pending debit,
    automatic collection, void, write-off."""
    last_payment_on: date | None = None
    last_payment_at: datetime | None = None
    """When the ledger learned of the newest payment that was allocated to it."""

    @property
    def open(self) -> int:
        """What is still owed, disputed or not; never below zero."""
        return max(0, self.total - self.paid - self.credited)

    @property
    def chased(self) -> int:
        """What may be asked for: the open amount without its disputed part."""
        return max(0, self.open - self.disputed)

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
    """The carrying invoice's due date when the message was planned; a later due date begins a new cycle."""
    invoice_ids: tuple[str, ...]
    state: MessageState
    planned_at: datetime
    sent_at: datetime | None = None
    reason: Reason | None = None
    expires_at: datetime | None = None
    """When it is too late to send it (as the reminder said when it was planned)."""


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
    synced_through: dict[str, datetime] = field(default_factory=dict)
    """Per billing source that publishes `ledger.synced`: all payments up to this instant are known."""
