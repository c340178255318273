"""The client's money that settles no invoice: it must be told to whoever claims the rest."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import Connection, and_, func, or_, select

from ledger import tables as t
from ledger.keys import among
from ledger.stamps import day_of
from reminders.money import Money
from workers.evidence.invoices import InvoiceFile


@dataclass(frozen=True, slots=True)
class OnAccount:
    """Money of the client's, and why no invoice has it."""

    what: str
    """`payment`, `credit_note` or `surplus`."""
    reference: str
    """The payment's or credit note's id; of a surplus, the invoice's number."""
    on: date | None
    amount: Money


def read_on_account(
    connection: Connection, client_id: str, invoices: Sequence[InvoiceFile]
) -> tuple[OnAccount, ...]:
    """What payments left over, credit notes that name no invoice of the same currency, and what was paid too much.

    `invoices` are those of the pack; money that another creditor's invoices have is not on account.
    """
    return (
        *_payments(connection, client_id),
        *_credits(connection, client_id, invoices),
        *(
            OnAccount("surplus", invoice.number, None, invoice.surplus)
            for invoice in invoices
            if invoice.surplus.minor
        ),
    )


def _payments(connection: Connection, client_id: str) -> list[OnAccount]:
    p, a, i, r = t.payment.c, t.allocation.c, t.invoice.c, t.payment_reversal.c
    allocated = (
        select(func.coalesce(func.sum(a.amount), 0))
        .select_from(t.allocation.join(t.invoice, i.invoice_id == a.invoice_id))
        .where(a.payment_id == p.payment_id, a.stamp == p.stamp, i.currency == p.currency)
        .scalar_subquery()
    )
    rows = connection.execute(
        select(p.payment_id, p.currency, p.received_on, (p.amount - allocated).label("rest"))
        .select_from(t.payment.outerjoin(t.payment_reversal, r.payment_id == p.payment_id))
        .where(p.client_id == client_id, r.payment_id.is_(None))
        .order_by(p.received_on, p.payment_id)
    )
    return [
        OnAccount("payment", row.payment_id, row.received_on, Money(int(row.rest), row.currency))
        for row in rows
        if row.rest > 0
    ]


def _credits(connection: Connection, client_id: str, invoices: Sequence[InvoiceFile]) -> list[OnAccount]:
    """Those for the client's account, and those in another currency than their invoice's."""
    c, i = t.credit_note.c, t.invoice.c
    named = among(c.invoice_id, [invoice.invoice_id for invoice in invoices])
    rows = connection.execute(
        select(t.credit_note)
        .outerjoin(t.invoice, i.invoice_id == c.invoice_id)
        .where(
            or_(
                and_(c.client_id == client_id, c.invoice_id.is_(None)),
                and_(named, c.currency != i.currency),
            )
        )
        .order_by(c.stamp)
    )
    return [
        OnAccount("credit_note", row.credit_note_id, day_of(row.stamp), Money(row.amount, row.currency))
        for row in rows
    ]
