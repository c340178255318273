"""The client's invoices with their whole money: asked, paid, gone back, credited, disputed, open.

Amounts are in the invoice's currency. A payment in another one is no payment of the invoice; it stays on account.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from reminders.money import Money
from workers.evidence.terms import Terms


class Standing(StrEnum):
    """How an invoice stands."""

    OPEN = "open"
    SETTLED = "settled"
    VOIDED = "voided"
    WRITTEN_OFF = "written_off"


@dataclass(frozen=True, slots=True)
class Reversal:
    """A payment went back, whole."""

    on: date
    reason: str | None


@dataclass(frozen=True, slots=True)
class PaymentPart:
    """What one payment brought to one invoice."""

    payment_id: str
    received_on: date
    amount: Money
    whole: Money
    """The payment it is a part of."""
    reversal: Reversal | None


@dataclass(frozen=True, slots=True)
class CreditNote:
    """What was taken off. `on` is the date (UTC) on which the billing system said so."""

    credit_note_id: str
    on: date
    amount: Money


@dataclass(frozen=True, slots=True)
class Debit:
    """A direct debit that was announced or that failed."""

    payment_id: str
    expected_on: date | None
    announced_at: datetime | None
    failed_at: datetime | None


@dataclass(frozen=True, slots=True)
class Dispute:
    """What the client does not accept. `amount` None: all of the invoice, or a sum that could not be read."""

    dispute_id: str
    opened_at: datetime
    amount: Money | None
    reason: str | None
    resolved_at: datetime | None
    outcome: str | None

    @property
    def is_open(self) -> bool:
        """Whether it is unresolved, or was opened again after its resolution."""
        return self.resolved_at is None


@dataclass(frozen=True, slots=True)
class Closure:
    """The creditor's own end of an invoice: voided, or written off."""

    kind: Standing
    at: datetime
    reason: str | None


@dataclass(frozen=True, slots=True)
class InvoiceFile:
    """One invoice and everything that is known of its money."""

    invoice_id: str
    number: str
    issued_on: date
    source: str
    """The billing system that issued it."""
    total: Money
    terms: Terms
    payments: tuple[PaymentPart, ...]
    credits: tuple[CreditNote, ...]
    debits: tuple[Debit, ...]
    disputes: tuple[Dispute, ...]
    closures: tuple[Closure, ...]

    @property
    def paid(self) -> Money:
        """What payments that stand brought."""
        return self._sum(part.amount.minor for part in self.payments if part.reversal is None)

    @property
    def credited(self) -> Money:
        """What credit notes took off."""
        return self._sum(credit.amount.minor for credit in self.credits)

    @property
    def standing(self) -> Standing:
        """How it stands."""
        if self.closures:
            return self.closures[-1].kind
        return Standing.OPEN if self.open.minor else Standing.SETTLED

    @property
    def open(self) -> Money:
        """What is still owed, disputed or not; nothing of an invoice that the creditor has ended."""
        if self.closures:
            return self._sum(())
        return self._sum((max(0, self.total.minor - self.paid.minor - self.credited.minor),))

    @property
    def surplus(self) -> Money:
        """What was paid beyond what the invoice asked for: the client's money."""
        asked = 0 if self.closures else self.total.minor
        over = self.paid.minor + self.credited.minor - asked
        return self._sum((max(0, min(self.paid.minor, over)),))

    @property
    def disputed(self) -> Money:
        """The part of what is open that is disputed; all of it where a dispute names no readable sum."""
        waiting = [dispute for dispute in self.disputes if dispute.is_open]
        if any(dispute.amount is None for dispute in waiting):
            return self.open
        named = sum(dispute.amount.minor for dispute in waiting if dispute.amount)
        return self._sum((min(self.open.minor, named),))

    def days_late(self, day: date) -> int:
        """Days since the due date; 0 while nothing is late."""
        return max(0, (day - self.terms.due_on).days) if self.open.minor else 0

    def _sum(self, minor: Iterable[int]) -> Money:
        return Money(sum(minor), self.total.currency)
