"""A played book and its messages in numbers."""

from __future__ import annotations

from collections import Counter
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, func, select

from ledger import tables as t
from ledger.snapshots import load_snapshots
from reminders.reasons import Reason
from reminders.states import UNREACHED, MessageState
from workers.cli.compose import House

BOOK = {
    "invoiced": "invoiced",
    "paid": "paid",
    "credited": "credited",
    "closed": "void or written off",
    "on_account": "on account",
    "open": "open",
    "overdue": "of it overdue",
    "disputed": "disputed",
}
"""Sums per currency in minor units, each with its heading."""
STEPS = {
    "sent": "sent",
    "email": "by email",
    "sms": "by SMS",
    "delivered": "delivered",
    "unreached": "did not arrive",
    "no_word": "no word",
    "waiting": "waiting",
    "not_sent": "not sent",
}
"""Counts per step, each with its heading."""
_CLOSED = frozenset({Reason.VOIDED, Reason.WRITTEN_OFF})
_NOT_SENT = (MessageState.CANCELLED, MessageState.EXPIRED, MessageState.SUPPRESSED)


def figures(connection: Connection, now: datetime, house: House) -> dict[str, Any]:
    """The sums per currency, the messages per step, and what is left to do."""
    task = t.task.c
    tasks = connection.execute(
        select(task.kind, func.count()).where(task.state == "open").group_by(task.kind).order_by(task.kind)
    )
    ids = list(connection.execute(select(t.client.c.client_id).order_by(t.client.c.client_id)).scalars())
    invoices = connection.execute(select(func.count()).select_from(t.invoice)).scalar_one()
    book, still_open = _book(connection, ids, now, house.creditors.default.creditor_id)
    return {
        "clients": len(ids),
        "invoices": invoices,
        "settled": invoices - still_open,
        "book": {currency: {name: sums[name] for name in BOOK} for currency, sums in sorted(book.items())},
        "steps": _steps(connection, [step.name for step in house.rules.usual.steps]),
        "tasks": {row[0]: row[1] for row in tasks},
        "parked": connection.execute(select(func.count()).where(t.parked.c.state == "open")).scalar_one(),
        "example": _example(connection),
    }


def _book(
    connection: Connection, ids: list[str], now: datetime, default_creditor: str
) -> tuple[dict[str, Counter[str]], int]:
    """The sums per currency, and how many invoices are open."""
    book: dict[str, Counter[str]] = {}

    def add(name: str, statement: Any) -> None:
        for currency, amount in connection.execute(statement):
            book.setdefault(currency, Counter())[name] += int(amount)

    i, p, c, a = t.invoice.c, t.payment.c, t.credit_note.c, t.allocation.c
    reversed_ = select(t.payment_reversal.c.payment_id)
    here = p.payment_id.not_in(reversed_)
    closed = i.invoice_id.in_(select(t.invoice_closure.c.invoice_id))
    add("invoiced", select(i.currency, func.sum(i.total)).group_by(i.currency))
    add("paid", select(p.currency, func.sum(p.amount)).where(here).group_by(p.currency))
    add("credited", select(c.currency, func.sum(c.amount)).group_by(c.currency))
    add("closed", select(i.currency, func.sum(i.total)).where(closed).group_by(i.currency))
    add(
        "closed",
        select(p.currency, -func.sum(a.amount))
        .join(t.payment, (a.payment_id == p.payment_id) & (a.stamp == p.stamp))
        .join(t.invoice, i.invoice_id == a.invoice_id)
        .where(here, closed)
        .group_by(p.currency),
    )
    still_open = 0
    for snapshot in load_snapshots(connection, ids, now, default_creditor).values():
        for money in snapshot.on_account:
            book.setdefault(money.currency, Counter())["on_account"] += money.minor
        for invoice in snapshot.invoices:
            if not invoice.open or _CLOSED & {hold.reason for hold in invoice.holds}:
                continue
            still_open += 1
            sums = book[invoice.currency]
            sums["open"] += invoice.open
            sums["overdue"] += invoice.open if invoice.due_on < now.date() else 0
            sums["disputed"] += min(invoice.disputed, invoice.open)
    return book, still_open


def _steps(connection: Connection, order: list[str]) -> dict[str, Counter[str]]:
    """What became of the messages of each step, in the policy's order."""
    m = t.message.c
    steps: dict[str, Counter[str]] = {name: Counter() for name in order}
    for row in connection.execute(
        select(m.step, m.channel, m.state, func.count().label("n")).group_by(m.step, m.channel, m.state)
    ):
        counts = steps.setdefault(row.step, Counter())
        state = MessageState(row.state)
        if state.is_open:
            counts["waiting"] += row.n
        elif state in _NOT_SENT:
            counts["not_sent"] += row.n
        else:
            counts["sent"] += row.n
            counts[row.channel] += row.n
            counts["delivered"] += row.n * (state is MessageState.DELIVERED)
            counts["unreached"] += row.n * (state in UNREACHED)
            counts["no_word"] += row.n * (state is not MessageState.DELIVERED and state not in UNREACHED)
    return {name: counts for name, counts in steps.items() if counts}


def _example(connection: Connection) -> str | None:
    """The client with the richest story."""
    j = t.journal.c
    value: str | None = connection.execute(
        select(j.client_id)
        .where(j.client_id.is_not(None), j.kind != "event.applied")
        .group_by(j.client_id)
        .order_by(func.count(j.kind.distinct()).desc(), func.count().desc(), j.client_id)
        .limit(1)
    ).scalar_one_or_none()
    return value
