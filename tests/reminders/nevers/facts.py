"""What has happened to a client so far, as billing and people would tell it: the book of one life.

It is a value: whoever keeps one knows what was known at that instant. Amounts are minor units.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime

from reminders.answers import AnswerKind
from reminders.interest.terms import LateTerms
from reminders.reasons import Reason
from reminders.snapshot import Channel, Client, Discount, Instalment, PastMessage, Suppression

ERP = "/erp"
"""The one billing system."""


@dataclass(frozen=True, slots=True)
class Bill:
    """An invoice as it was issued, and what was said of it since."""

    invoice_id: str
    creditor_id: str
    currency: str
    total: int
    issued_on: date
    due_on: date
    seen_at: datetime
    instalments: tuple[Instalment, ...] = ()
    discount: Discount | None = None
    late_terms: LateTerms | None = None
    auto_collect: bool = False
    ended: Reason | None = None
    """`voided` or `written_off`."""
    paused: bool = False
    paused_through: date | None = None


@dataclass(frozen=True, slots=True)
class Receipt:
    """Money that came: parts of it for invoices, the rest on account."""

    receipt_id: str
    currency: str
    parts: tuple[tuple[str, int], ...]
    spare: int
    on: date
    heard_at: datetime
    back_on: date | None = None
    """The day on which it went back."""
    back_heard_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Cut:
    """A credit note."""

    invoice_id: str
    amount: int
    on: date


@dataclass(frozen=True, slots=True)
class Debit:
    """A direct debit that was begun; without an amount, of the whole invoice."""

    debit_id: str
    invoice_id: str
    amount: int | None
    expected_on: date
    over: bool = False
    """Collected, or failed."""
    failed_on: date | None = None
    failed_heard_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Objection:
    """A dispute; without an amount, of the whole invoice."""

    objection_id: str
    invoice_id: str
    amount: int | None
    code: str
    resolved_on: date | None = None


@dataclass(frozen=True, slots=True)
class Word:
    """A promise to pay."""

    word_id: str
    invoice_ids: tuple[str, ...]
    currency: str
    amount: int
    made_at: datetime
    for_on: date


@dataclass(frozen=True, slots=True)
class Deal:
    """A payment plan."""

    deal_id: str
    invoice_ids: tuple[str, ...]
    currency: str
    parts: tuple[Instalment, ...]
    agreed_at: datetime
    cancelled: bool = False


@dataclass(frozen=True, slots=True)
class Said:
    """What the client wrote back to a message; `kind` is None where it may mean several things."""

    answer_id: str
    kind: AnswerKind | None
    to: PastMessage
    at: datetime
    read: bool = False
    """Whether nobody has to deal with it any more: a person has, or nobody ever had to."""

    @property
    def word_id(self) -> str:
        """The promise that it makes, if it makes one."""
        return f"reply {self.answer_id}"

    @property
    def channel(self) -> Channel:
        """The way by which it came."""
        return self.to.channel

    @property
    def contact_id(self) -> str:
        """Who wrote it: whoever was written to."""
        assert self.to.contact_id is not None
        return self.to.contact_id


@dataclass(frozen=True, slots=True)
class Facts:
    """All of it. `holds` are what lasts on the client: hardship, a breathing space, a pause; through which day."""

    client: Client
    bills: tuple[Bill, ...] = ()
    receipts: tuple[Receipt, ...] = ()
    cuts: tuple[Cut, ...] = ()
    debits: tuple[Debit, ...] = ()
    objections: tuple[Objection, ...] = ()
    words: tuple[Word, ...] = ()
    deals: tuple[Deal, ...] = ()
    holds: dict[Reason, date | None] = field(default_factory=dict)
    hardship_through: date | None = None
    replied_at: datetime | None = None
    """The newest answer that nobody has read."""
    weighty_reply_at: datetime | None = None
    """The newest of them that says that it is paid, or wrong, or can't be paid."""
    last_said: PastMessage | None = None
    """The newest message that went out: what the next answer is about."""
    answers: tuple[Said, ...] = ()
    """What the client wrote back, oldest first."""
    barred: tuple[Suppression, ...] = ()
    """Addresses that bounced, complained or opted out."""
    escalated: frozenset[str] = frozenset()
    """Creditors whose case a person handed over."""
    spoken: tuple[datetime, ...] = ()
    """When somebody spoke with the client in person."""
    synced_at: datetime | None = None
    """The billing system's last word that all payments until then were told; None: it never says so."""

    def bill(self, invoice_id: str) -> Bill | None:
        """The invoice of that id, if it was issued by now."""
        return next((bill for bill in self.bills if bill.invoice_id == invoice_id), None)

    def covered(self, invoice_ids: tuple[str, ...], currency: str) -> tuple[Bill, ...]:
        """The invoices that an agreement is for: what was voided or written off is none of them any more."""
        return tuple(
            bill
            for bill in self.bills
            if bill.invoice_id in invoice_ids and bill.currency == currency and bill.ended is None
        )
