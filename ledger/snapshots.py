"""Loading snapshots: one set of queries for a whole batch of clients, sums done, nothing decided.

What must not be chased comes as holds and sums; the pure core gives them their meaning.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import UTC, date, datetime, timedelta
from typing import Any

import msgspec
from sqlalchemy import ColumnElement, Connection, Row, and_, func, or_, select

from config.currency import MoneyError, to_minor
from ledger import tables as t
from ledger.profiles import client_of
from ledger.suppressions import normal
from reminders.money import Money, totals
from reminders.reasons import Reason
from reminders.snapshot import Channel, Client, Hold, Invoice, PastMessage, Snapshot, Suppression
from reminders.states import OPEN, MessageState

MEMORY = timedelta(days=400)
"""Messages older than that no longer bear on a decision."""
SETTLED_MEMORY = timedelta(days=30)
"""Settled invoices are shown for that long after their last payment, for a thank-you."""
DEBIT_PATIENCE = timedelta(days=5)
"""A direct debit without a word that long after its expected day no longer stops reminders."""
_NEVER = datetime.min.replace(tzinfo=UTC)

_extra = msgspec.json.Decoder(dict[str, Any]).decode
_CLIENT_HOLDS = {
    "hardship": Reason.HARDSHIP,
    "breathing_space": Reason.MORATORIUM,
    "pause": Reason.CLIENT_PAUSED,
}


def load_snapshots(
    connection: Connection, client_ids: Iterable[str], now: datetime, default_creditor: str
) -> dict[str, Snapshot]:
    """The snapshots of these clients, by id. `default_creditor` owns invoices that name none."""
    ids = sorted(set(client_ids))
    if not ids:
        return {}
    clients = _clients(connection, ids)
    invoices = _Invoices(connection, ids, now, default_creditor)
    messages = _messages(connection, ids, now)
    suppressions = _suppressions(connection, clients)
    replied = _replied(connection, ids)
    synced = {row.source: row.through_at for row in connection.execute(select(t.sync.c.source, t.sync.c.through_at))}
    return {
        client_id: Snapshot(
            client=clients.get(client_id) or Client(client_id, known=False),
            invoices=tuple(invoices.of[client_id]),
            on_account=invoices.on_account(client_id),
            messages=tuple(messages[client_id]),
            suppressions=tuple(suppressions[client_id]),
            replied_at=replied.get(client_id),
            synced_through=synced,
        )
        for client_id in ids
    }


def _clients(connection: Connection, ids: Sequence[str]) -> dict[str, Client]:
    holds: dict[str, list[Hold]] = defaultdict(list)
    hold = t.client_hold.c
    for row in connection.execute(
        select(hold.client_id, hold.kind, hold.until_on).where(hold.client_id.in_(ids), hold.active).order_by(hold.kind)
    ):
        holds[row.client_id].append(Hold(_CLIENT_HOLDS[row.kind], row.until_on))
    found = connection.execute(select(t.client.c.client_id, t.client.c.profile).where(t.client.c.client_id.in_(ids)))
    return {row.client_id: client_of(row.client_id, row.profile, tuple(holds[row.client_id])) for row in found}


class _Invoices:
    """The invoices of a batch of clients with their sums and holds, and the money that covers none of them."""

    def __init__(self, connection: Connection, ids: Sequence[str], now: datetime, default_creditor: str) -> None:
        self.of: dict[str, list[Invoice]] = defaultdict(list)
        self._account: dict[str, list[Money]] = defaultdict(list)
        self._default_creditor = default_creditor
        rows = connection.execute(
            select(t.invoice).where(t.invoice.c.client_id.in_(ids)).order_by(t.invoice.c.due_on, t.invoice.c.invoice_id)
        ).all()
        mine = t.invoice.c.client_id.in_(ids)
        paid = _paid(connection, mine)
        credited = _credited(connection, mine)
        closed = _closures(connection, mine)
        holds = _invoice_holds(connection, mine)
        disputes = _disputes(connection, mine)
        debits, failures = _debits(connection, mine)
        promised = _covering(connection, t.promise, ids)
        planned = _covering(connection, t.plan, ids)
        recent = now - SETTLED_MEMORY
        for row in rows:
            key = row.invoice_id
            was_paid, paid_on, paid_at = paid.get((key, row.currency), (0, None, None))
            was_credited = credited.get((key, row.currency), 0)
            stops = [*closed.get(key, ()), *holds.get(key, ()), *debits.get(key, ())]
            stops += [Hold(Reason.PROMISE_PENDING, p.promised_on) for p in promised[row.client_id] if _covers(p, row)]
            stops += [Hold(Reason.PLAN_ACTIVE, _last_instalment(p)) for p in planned[row.client_id] if _covers(p, row)]
            if row.auto_collect and failures.get(key, "") <= row.stamp:
                stops.append(Hold(Reason.AUTO_COLLECT))
            ended = bool(closed.get(key))
            surplus = was_paid + was_credited - (0 if ended else row.total)
            if was_paid and surplus > 0:
                # an over-payment is the client's money: it covers what else they owe
                self._account[row.client_id].append(Money(min(surplus, was_paid), row.currency))
            disputed, whole = _disputed(disputes.get(key, ()), row)
            if whole:
                stops.append(Hold(Reason.DISPUTED))
            settled = was_paid + was_credited >= row.total
            if (settled or ended) and (paid_at or _NEVER) < recent:
                continue
            self.of[row.client_id].append(
                self._invoice(row, was_paid, was_credited, disputed, paid_on, paid_at, tuple(stops))
            )
        for client_id, money in _unallocated(connection, ids):
            self._account[client_id].append(money)

    def on_account(self, client_id: str) -> tuple[Money, ...]:
        """Money of this client that covers no invoice yet, per currency; never below zero."""
        return tuple(money for money in totals(self._account[client_id]) if money.minor > 0)

    def _invoice(
        self,
        row: Row[Any],
        paid: int,
        credited: int,
        disputed: int,
        paid_on: date | None,
        paid_at: datetime | None,
        holds: tuple[Hold, ...],
    ) -> Invoice:
        extra = _extra(row.extra)
        return Invoice(
            invoice_id=row.invoice_id,
            number=row.number,
            creditor_id=row.creditor_id or self._default_creditor,
            currency=row.currency,
            total=row.total,
            issued_on=row.issued_on,
            due_on=row.due_on,
            first_seen_at=row.first_seen_at,
            source=row.source,
            paid=paid,
            credited=credited,
            disputed=disputed,
            auto_collect=row.auto_collect,
            payment_url=extra.get("payment_url"),
            purchase_order=extra.get("purchase_order"),
            document_url=extra.get("document_url"),
            payment_methods=tuple(extra.get("payment_methods", ())),
            holds=holds,
            last_payment_on=paid_on,
            last_payment_at=paid_at,
        )


def _counting_payments() -> tuple[ColumnElement[bool], Any]:
    """Payments whose money is here: not reversed."""
    joined = t.payment.outerjoin(t.payment_reversal, t.payment_reversal.c.payment_id == t.payment.c.payment_id)
    return t.payment_reversal.c.payment_id.is_(None), joined


def _paid(
    connection: Connection, mine: ColumnElement[bool]
) -> dict[tuple[str, str], tuple[int, date | None, datetime | None]]:
    """Per invoice and currency: what was allocated, the newest payment's date, and when the ledger learned of it.

    Only the allocations of a payment's newest statement count.
    """
    counts, joined = _counting_payments()
    joined = joined.join(
        t.allocation,
        and_(t.allocation.c.payment_id == t.payment.c.payment_id, t.allocation.c.stamp == t.payment.c.stamp),
    ).join(t.invoice, t.invoice.c.invoice_id == t.allocation.c.invoice_id)
    statement = (
        select(
            t.allocation.c.invoice_id,
            t.payment.c.currency,
            func.sum(t.allocation.c.amount).label("amount"),
            func.max(t.payment.c.received_on).label("paid_on"),
            func.max(t.payment.c.recorded_at).label("paid_at"),
        )
        .select_from(joined)
        .where(mine, counts)
        .group_by(t.allocation.c.invoice_id, t.payment.c.currency)
    )
    return {
        (row.invoice_id, row.currency): (int(row.amount), row.paid_on, row.paid_at)
        for row in connection.execute(statement)
    }


def _unallocated(connection: Connection, ids: Sequence[str]) -> list[tuple[str, Money]]:
    """What payments left on account, and credit notes that name no invoice."""
    counts, joined = _counting_payments()
    allocated = (
        select(func.coalesce(func.sum(t.allocation.c.amount), 0))
        .select_from(t.allocation.join(t.invoice, t.invoice.c.invoice_id == t.allocation.c.invoice_id))
        .where(
            t.allocation.c.payment_id == t.payment.c.payment_id,
            t.allocation.c.stamp == t.payment.c.stamp,
            t.invoice.c.currency == t.payment.c.currency,
        )
        .scalar_subquery()
    )
    payments = connection.execute(
        select(t.payment.c.client_id, t.payment.c.currency, (t.payment.c.amount - allocated).label("rest"))
        .select_from(joined)
        .where(t.payment.c.client_id.in_(ids), counts)
    )
    credit = t.credit_note.c
    credits_ = connection.execute(
        select(credit.client_id, credit.currency, credit.amount).where(
            credit.client_id.in_(ids), credit.invoice_id.is_(None)
        )
    )
    rest = [(row.client_id, Money(int(row.rest), row.currency)) for row in payments if row.rest]
    return rest + [(row.client_id, Money(row.amount, row.currency)) for row in credits_]


def _credited(connection: Connection, mine: ColumnElement[bool]) -> dict[tuple[str, str], int]:
    credit = t.credit_note.c
    rows = connection.execute(
        select(credit.invoice_id, credit.currency, func.sum(credit.amount).label("amount"))
        .join(t.invoice, t.invoice.c.invoice_id == credit.invoice_id)
        .where(mine)
        .group_by(credit.invoice_id, credit.currency)
    )
    return {(row.invoice_id, row.currency): int(row.amount) for row in rows}


def _closures(connection: Connection, mine: ColumnElement[bool]) -> dict[str, list[Hold]]:
    closure = t.invoice_closure.c
    found: dict[str, list[Hold]] = defaultdict(list)
    for row in connection.execute(
        select(closure.invoice_id, closure.kind)
        .join(t.invoice, t.invoice.c.invoice_id == closure.invoice_id)
        .where(mine)
        .order_by(closure.kind)
    ):
        found[row.invoice_id].append(Hold(Reason(row.kind)))
    return found


def _invoice_holds(connection: Connection, mine: ColumnElement[bool]) -> dict[str, list[Hold]]:
    hold = t.invoice_hold.c
    rows = connection.execute(
        select(hold.invoice_id, hold.until_on)
        .join(t.invoice, t.invoice.c.invoice_id == hold.invoice_id)
        .where(mine, hold.active)
    )
    return {row.invoice_id: [Hold(Reason.INVOICE_PAUSED, row.until_on)] for row in rows}


def _disputes(connection: Connection, mine: ColumnElement[bool]) -> dict[str, list[Row[Any]]]:
    """Open disputes: not resolved, or opened again after the resolution."""
    dispute, resolution = t.dispute.c, t.dispute_resolution.c
    found: dict[str, list[Row[Any]]] = defaultdict(list)
    for row in connection.execute(
        select(dispute.invoice_id, dispute.amount)
        .join(t.invoice, t.invoice.c.invoice_id == dispute.invoice_id)
        .outerjoin(t.dispute_resolution, resolution.dispute_id == dispute.dispute_id)
        .where(mine, or_(resolution.stamp.is_(None), resolution.stamp < dispute.stamp))
    ):
        found[row.invoice_id].append(row)
    return found


def _disputed(disputes: Iterable[Row[Any]], invoice: Row[Any]) -> tuple[int, bool]:
    """The disputed sum, and whether all of the invoice is disputed. An amount that can't be read means all of it."""
    amount = 0
    for row in disputes:
        if row.amount is None:
            return invoice.total, True
        try:
            amount += to_minor(row.amount, invoice.currency)
        except MoneyError:
            return invoice.total, True
    return amount, bool(amount) and amount >= invoice.total


def _debits(connection: Connection, mine: ColumnElement[bool]) -> tuple[dict[str, list[Hold]], dict[str, str]]:
    """Direct debits under way, and the newest failure per invoice."""
    pending, failure = t.payment_pending.c, t.payment_failure.c
    holds: dict[str, list[Hold]] = defaultdict(list)
    for row in connection.execute(
        select(pending.invoice_id, pending.expected_on)
        .join(t.invoice, t.invoice.c.invoice_id == pending.invoice_id)
        .outerjoin(t.payment_failure, failure.payment_id == pending.payment_id)
        .outerjoin(t.payment, t.payment.c.payment_id == pending.payment_id)
        .where(mine, t.payment.c.payment_id.is_(None), or_(failure.stamp.is_(None), failure.stamp < pending.stamp))
        .order_by(pending.payment_id)
    ):
        until = row.expected_on + DEBIT_PATIENCE if row.expected_on else None
        holds[row.invoice_id].append(Hold(Reason.PAYMENT_PENDING, until))
    failures = connection.execute(
        select(failure.invoice_id, func.max(failure.stamp).label("stamp"))
        .join(t.invoice, t.invoice.c.invoice_id == failure.invoice_id)
        .where(mine)
        .group_by(failure.invoice_id)
    )
    return holds, {row.invoice_id: row.stamp for row in failures}


def _covering(connection: Connection, table: Any, ids: Sequence[str]) -> dict[str, list[Row[Any]]]:
    """Promises, or plans that were not cancelled, per client."""
    statement = select(table).where(table.c.client_id.in_(ids)).order_by(table.c.stamp)
    if table is t.plan:
        cancelled = t.plan_cancellation.c
        statement = statement.outerjoin(t.plan_cancellation, cancelled.plan_id == t.plan.c.plan_id).where(
            or_(cancelled.stamp.is_(None), cancelled.stamp < t.plan.c.stamp)
        )
    found: dict[str, list[Row[Any]]] = defaultdict(list)
    for row in connection.execute(statement):
        found[row.client_id].append(row)
    return found


def _covers(agreement: Row[Any], invoice: Row[Any]) -> bool:
    """Whether a promise or plan speaks of an invoice: by name, or of all that was issued when it was made."""
    if agreement.invoice_ids:
        return invoice.invoice_id in agreement.invoice_ids
    made_on: str = agreement.stamp[:10]
    return bool(agreement.currency == invoice.currency and invoice.issued_on.isoformat() <= made_on)


def _last_instalment(plan: Row[Any]) -> date | None:
    days = [date.fromisoformat(part["due_on"]) for part in plan.instalments]
    return max(days) if days else None


def _messages(connection: Connection, ids: Sequence[str], now: datetime) -> dict[str, list[PastMessage]]:
    m = t.message.c
    columns = (
        m.message_id, m.client_id, m.creditor_id, m.step, m.channel, m.contact_id, m.carrying_invoice_id, m.due_on,
        m.invoice_ids, m.state, m.planned_at, m.sent_at, m.reason, m.expires_at, m.needs_approval, m.approved_by,
    )  # fmt: skip
    found: dict[str, list[PastMessage]] = defaultdict(list)
    for row in connection.execute(
        select(*columns)
        .where(m.client_id.in_(ids), or_(m.planned_at > now - MEMORY, m.state.in_([s.value for s in OPEN])))
        .order_by(m.planned_at, m.message_id)
    ):
        found[row.client_id].append(past_message(row))
    return found


def past_message(row: Row[Any]) -> PastMessage:
    """A message's row as the core sees it."""
    return PastMessage(
        message_id=row.message_id,
        creditor_id=row.creditor_id,
        step=row.step,
        channel=Channel(row.channel),
        contact_id=row.contact_id,
        carrying_invoice_id=row.carrying_invoice_id,
        due_on=row.due_on,
        invoice_ids=tuple(row.invoice_ids),
        state=MessageState(row.state),
        planned_at=row.planned_at,
        sent_at=row.sent_at,
        reason=Reason(row.reason) if row.reason else None,
        expires_at=row.expires_at,
    )


def _suppressions(connection: Connection, clients: dict[str, Client]) -> dict[str, list[Suppression]]:
    """The suppressed among the addresses of these clients."""
    addresses: dict[str, set[str]] = defaultdict(set)
    for client in clients.values():
        for contact in client.contacts:
            for address in (contact.email, contact.phone):
                if address:
                    addresses[normal(address)].add(client.client_id)
    found: dict[str, list[Suppression]] = defaultdict(list)
    if not addresses:
        return found
    s = t.suppression.c
    for row in connection.execute(
        select(s.channel, s.address, s.reason)
        .where(s.address.in_(sorted(addresses)), s.lifted_at.is_(None))
        .order_by(s.channel, s.address, s.reason)
    ):
        for client_id in addresses[row.address]:
            client = clients[client_id]
            for contact in client.contacts:
                for address in (contact.email, contact.phone):
                    if address and normal(address) == row.address:
                        found[client_id].append(Suppression(Channel(row.channel), address, Reason(row.reason)))
    return found


def _replied(connection: Connection, ids: Sequence[str]) -> dict[str, datetime]:
    """The newest reply per client that no person has dealt with yet."""
    r = t.response.c
    rows = connection.execute(
        select(r.client_id, func.max(r.received_at).label("at"))
        .join(t.task, t.task.c.task_id == r.task_id)
        .where(r.client_id.in_(ids), t.task.c.state == "open")
        .group_by(r.client_id)
    )
    return {row.client_id: row.at for row in rows}
