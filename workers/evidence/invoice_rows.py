"""Reading invoices with their whole money: a set of queries for all invoices of a case."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, Table, and_, or_, select

from ledger import tables as t
from ledger.keys import among
from ledger.stamps import day_of, instant_of
from reminders.money import Money
from workers.evidence.amounts import read_amount
from workers.evidence.invoices import (
    Closure,
    CreditNote,
    Debit,
    Dispute,
    InvoiceFile,
    PaymentPart,
    Reversal,
    Standing,
)
from workers.evidence.terms import read_terms


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
