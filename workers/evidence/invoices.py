"""The client's invoices with their whole money: asked, paid, gone back, credited, disputed, open.

Amounts are in the invoice's currency. A payment in another one is no payment of the invoice; it stays on account.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, Table, and_, or_, select

from ledger import tables as t
from ledger.keys import among
from ledger.stamps import day_of, instant_of
from reminders.money import Money
from workers.evidence.amounts import read_amount
from workers.evidence.terms import Terms, read_terms


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


def read_invoices(
    connection: Connection, client_id: str, creditor_id: str, *, default: bool
) -> tuple[InvoiceFile, ...]:
    """The client's invoices in a creditor's name, the oldest due date first. `default`: those that name none, too."""
    i = t.invoice.c
    theirs: ColumnElement[bool] = i.creditor_id == creditor_id
    if default:
        theirs = or_(theirs, i.creditor_id.is_(None))
    rows = connection.execute(
        select(t.invoice).where(i.client_id == client_id, theirs).order_by(i.due_on, i.invoice_id)
    ).all()
    money = _Money(connection, rows)
    return tuple(
        InvoiceFile(
            invoice_id=row.invoice_id,
            number=row.number,
            issued_on=row.issued_on,
            source=row.source,
            total=Money(row.total, row.currency),
            terms=read_terms(row.extra, row.due_on, row.currency, row.auto_collect),
            payments=tuple(money.payments[row.invoice_id]),
            credits=tuple(money.credits[row.invoice_id]),
            debits=tuple(money.debits[row.invoice_id]),
            disputes=tuple(money.disputes[row.invoice_id]),
            closures=tuple(money.closures[row.invoice_id]),
        )
        for row in rows
    )


class _Money:
    """What is known of the money of some invoices, per invoice, each kind in the order of time."""

    def __init__(self, connection: Connection, invoices: Sequence[Row[Any]]) -> None:
        self._connection = connection
        self._currency = {row.invoice_id: row.currency for row in invoices}
        self.payments = self._payments()
        self.credits = self._credits()
        self.debits = self._debits()
        self.disputes = self._disputes()
        self.closures = self._closures()

    def _about(self, table: Table) -> ColumnElement[bool]:
        return among(table.c.invoice_id, list(self._currency))

    def _payments(self) -> defaultdict[str, list[PaymentPart]]:
        a, p, r = t.allocation.c, t.payment.c, t.payment_reversal.c
        newest = and_(a.payment_id == p.payment_id, a.stamp == p.stamp)
        rows = self._connection.execute(
            select(
                a.invoice_id, a.amount, p.payment_id, p.currency, p.amount.label("whole"), p.received_on,
                r.stamp.label("reversed"), r.reversed_on, r.reason,
            )
            .select_from(
                t.payment.join(t.allocation, newest).outerjoin(
                    t.payment_reversal, r.payment_id == p.payment_id
                )
            )
            .where(self._about(t.allocation))
            .order_by(p.received_on, p.payment_id)
        )  # fmt: skip
        found: defaultdict[str, list[PaymentPart]] = defaultdict(list)
        for row in rows:
            if row.currency != self._currency[row.invoice_id]:
                continue
            back = (
                Reversal(row.reversed_on or day_of(row.reversed), row.reason)
                if row.reversed is not None
                else None
            )
            found[row.invoice_id].append(
                PaymentPart(
                    row.payment_id,
                    row.received_on,
                    Money(row.amount, row.currency),
                    Money(row.whole, row.currency),
                    back,
                )
            )
        return found

    def _credits(self) -> defaultdict[str, list[CreditNote]]:
        c = t.credit_note.c
        found: defaultdict[str, list[CreditNote]] = defaultdict(list)
        for row in self._connection.execute(
            select(t.credit_note).where(self._about(t.credit_note)).order_by(c.stamp)
        ):
            if row.currency == self._currency[row.invoice_id]:
                found[row.invoice_id].append(credit_note(row))
        return found

    def _debits(self) -> defaultdict[str, list[Debit]]:
        p, f = t.payment_pending.c, t.payment_failure.c
        known: dict[tuple[str, str], tuple[str | None, str | None, date | None]] = {}
        for row in self._connection.execute(
            select(p.invoice_id, p.payment_id, p.stamp, p.expected_on).where(self._about(t.payment_pending))
        ):
            known[row.invoice_id, row.payment_id] = (row.stamp, None, row.expected_on)
        for failure in self._connection.execute(
            select(f.invoice_id, f.payment_id, f.stamp).where(self._about(t.payment_failure))
        ):
            key = (failure.invoice_id, failure.payment_id)
            announced, _, expected = known.get(key, (None, None, None))
            known[key] = (announced, failure.stamp, expected)
        found: defaultdict[str, list[Debit]] = defaultdict(list)
        for (invoice_id, payment_id), (announced, failed, expected) in sorted(known.items()):
            found[invoice_id].append(
                Debit(
                    payment_id,
                    expected,
                    instant_of(announced) if announced else None,
                    instant_of(failed) if failed else None,
                )
            )
        return found

    def _disputes(self) -> defaultdict[str, list[Dispute]]:
        d, r = t.dispute.c, t.dispute_resolution.c
        rows = self._connection.execute(
            select(t.dispute, r.stamp.label("resolved"), r.outcome)
            .outerjoin(t.dispute_resolution, and_(r.dispute_id == d.dispute_id, r.stamp >= d.stamp))
            .where(self._about(t.dispute))
            .order_by(d.stamp)
        )
        found: defaultdict[str, list[Dispute]] = defaultdict(list)
        for row in rows:
            found[row.invoice_id].append(
                Dispute(
                    row.dispute_id,
                    instant_of(row.stamp),
                    read_amount(row.amount, self._currency[row.invoice_id]),
                    row.reason_code,
                    instant_of(row.resolved) if row.resolved else None,
                    row.outcome,
                )
            )
        return found

    def _closures(self) -> defaultdict[str, list[Closure]]:
        c = t.invoice_closure.c
        found: defaultdict[str, list[Closure]] = defaultdict(list)
        for row in self._connection.execute(
            select(t.invoice_closure).where(self._about(t.invoice_closure)).order_by(c.stamp)
        ):
            found[row.invoice_id].append(Closure(Standing(row.kind), instant_of(row.stamp), row.reason))
        return found


def credit_note(row: Row[Any]) -> CreditNote:
    """A stored credit note."""
    return CreditNote(row.credit_note_id, day_of(row.stamp), Money(row.amount, row.currency))
