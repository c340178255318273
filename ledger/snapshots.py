"""Loading snapshots: one set of queries for a whole batch of clients, sums done, nothing decided.

What must not be chased comes as holds and sums; the pure core gives them their meaning.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import UTC, date, datetime, timedelta
from typing import Any

import msgspec
from sqlalchemy import Connection, Row, Select

from config.currency import MoneyError, to_minor
from ledger import statements as q
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
    messages = _messages(connection, ids, now)
    waiting = {key for found in messages.values() for m in found if m.state in OPEN for key in m.invoice_ids}
    invoices = _Invoices(connection, ids, waiting, now, default_creditor)
    suppressions = _suppressions(connection, clients)
    replied = {row.client_id: row.at for row in connection.execute(q.REPLIED, {"ids": ids})}
    synced = {row.source: row.through_at for row in connection.execute(q.SYNCED)}
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
    for row in connection.execute(q.CLIENT_HELD, {"ids": ids}):
        holds[row.client_id].append(Hold(_CLIENT_HOLDS[row.kind], row.until_on))
    found = connection.execute(q.PROFILES, {"ids": ids})
    return {
        row.client_id: client_of(row.client_id, row.profile, tuple(holds[row.client_id])) for row in found
    }


class _Invoices:
    """The invoices of a batch of clients with their sums and holds, and the money that covers none of them.

    Settled ones are shown for a while, to be thanked for, and as long as a message about them (`waiting`) is open: it
    is called off for what settled them.
    """

    def __init__(
        self,
        connection: Connection,
        ids: Sequence[str],
        waiting: set[str],
        now: datetime,
        default_creditor: str,
    ) -> None:
        self.of: dict[str, list[Invoice]] = defaultdict(list)
        self._account: dict[str, list[Money]] = defaultdict(list)
        self._default_creditor = default_creditor
        rows = connection.execute(q.INVOICES, {"ids": ids}).all()
        keys = [row.invoice_id for row in rows]
        paid = _paid(connection, keys)
        currencies: dict[str, list[str]] = defaultdict(list)
        for invoice_id, currency in paid:
            currencies[invoice_id].append(currency)
        credited = _credited(connection, keys)
        closed = _closures(connection, keys)
        holds = _invoice_holds(connection, keys)
        disputes = _disputes(connection, keys)
        debits, failures = _debits(connection, keys)
        promised = _by_client(connection, q.PROMISES, ids)
        planned = _by_client(connection, q.PLANS, ids)
        recent = now - SETTLED_MEMORY
        for row in rows:
            key = row.invoice_id
            was_paid, paid_on, paid_at = paid.get((key, row.currency), (0, None, None))
            was_credited = credited.pop((key, row.currency), 0)
            stops = [*closed.get(key, ()), *holds.get(key, ()), *debits.get(key, ())]
            stops += [
                Hold(Reason.PROMISE_PENDING, p.promised_on)
                for p in promised[row.client_id]
                if _covers(p, row)
            ]
            stops += [
                Hold(Reason.PLAN_ACTIVE, _last_instalment(p))
                for p in planned[row.client_id]
                if _covers(p, row)
            ]
            # A debit that failed after the invoice was last stated ends the automatic collection: now it is asked for.
            collects = row.auto_collect and failures.get(key, "") <= row.stamp
            if collects:
                stops.append(Hold(Reason.AUTO_COLLECT))
            if any(other != row.currency for other in currencies.get(key, ())):
                stops.append(Hold(Reason.OTHER_CURRENCY))
            ended = bool(closed.get(key))
            surplus = was_paid + was_credited - (0 if ended else row.total)
            if was_paid and surplus > 0:
                # an over-payment is the client's money: it covers what else they owe
                self._account[row.client_id].append(Money(min(surplus, was_paid), row.currency))
            disputed, whole = _disputed(disputes.get(key, ()), row)
            if whole:
                stops.append(Hold(Reason.DISPUTED))
            settled = was_paid + was_credited >= row.total
            if (settled or ended) and (paid_at or _NEVER) < recent and key not in waiting:
                continue
            self.of[row.client_id].append(
                self._invoice(row, was_paid, was_credited, disputed, paid_on, paid_at, collects, tuple(stops))
            )
        owner = {row.invoice_id: row.client_id for row in rows}
        for (key, currency), minor in credited.items():
            # We can't set off a credit in another currency than its invoice's, but it is the client's all the same.
            self._account[owner[key]].append(Money(minor, currency))
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
        collects: bool,
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
            auto_collect=collects,
            payment_url=extra.get("payment_url"),
            purchase_order=extra.get("purchase_order"),
            document_url=extra.get("document_url"),
            payment_methods=tuple(extra.get("payment_methods", ())),
            holds=holds,
            last_payment_on=paid_on,
            last_payment_at=paid_at,
        )


def _paid(
    connection: Connection, keys: Sequence[str]
) -> dict[tuple[str, str], tuple[int, date | None, datetime | None]]:
    """Per invoice and currency: what was allocated, the newest payment's date, and when the ledger learned of it."""
    return {
        (row.invoice_id, row.currency): (int(row.amount), row.paid_on, row.paid_at)
        for row in connection.execute(q.PAID, {"ids": keys})
    }


def _unallocated(connection: Connection, ids: Sequence[str]) -> list[tuple[str, Money]]:
    """What payments left on account, and credit notes that name no invoice."""
    payments = connection.execute(q.PAYMENTS, {"ids": ids})
    rest = [(row.client_id, Money(int(row.rest), row.currency)) for row in payments if row.rest]
    credits_ = connection.execute(q.CLIENT_CREDITS, {"ids": ids})
    return rest + [(row.client_id, Money(row.amount, row.currency)) for row in credits_]


def _credited(connection: Connection, keys: Sequence[str]) -> dict[tuple[str, str], int]:
    rows = connection.execute(q.CREDITED, {"ids": keys})
    return {(row.invoice_id, row.currency): int(row.amount) for row in rows}


def _closures(connection: Connection, keys: Sequence[str]) -> dict[str, list[Hold]]:
    found: dict[str, list[Hold]] = defaultdict(list)
    for row in connection.execute(q.CLOSURES, {"ids": keys}):
        found[row.invoice_id].append(Hold(Reason(row.kind)))
    return found


def _invoice_holds(connection: Connection, keys: Sequence[str]) -> dict[str, list[Hold]]:
    rows = connection.execute(q.INVOICE_HOLDS, {"ids": keys})
    return {row.invoice_id: [Hold(Reason.INVOICE_PAUSED, row.until_on)] for row in rows}


def _disputes(connection: Connection, keys: Sequence[str]) -> dict[str, list[Row[Any]]]:
    """Open disputes: not resolved, or opened again after the resolution."""
    found: dict[str, list[Row[Any]]] = defaultdict(list)
    for row in connection.execute(q.DISPUTES, {"ids": keys}):
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


def _debits(connection: Connection, keys: Sequence[str]) -> tuple[dict[str, list[Hold]], dict[str, str]]:
    """Direct debits under way, and the newest failure per invoice."""
    holds: dict[str, list[Hold]] = defaultdict(list)
    for row in connection.execute(q.PENDING, {"ids": keys}):
        until = row.expected_on + DEBIT_PATIENCE if row.expected_on else None
        holds[row.invoice_id].append(Hold(Reason.PAYMENT_PENDING, until))
    return holds, {row.invoice_id: row.stamp for row in connection.execute(q.FAILURES, {"ids": keys})}


def _by_client(
    connection: Connection, statement: Select[Any], ids: Sequence[str]
) -> dict[str, list[Row[Any]]]:
    """Promises or plans, per client."""
    found: dict[str, list[Row[Any]]] = defaultdict(list)
    for row in connection.execute(statement, {"ids": ids}):
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
    found: dict[str, list[PastMessage]] = defaultdict(list)
    for row in connection.execute(q.MESSAGES, {"ids": ids, "since": now - MEMORY}):
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
    for row in connection.execute(q.SUPPRESSED, {"ids": sorted(addresses)}):
        for client_id in addresses[row.address]:
            client = clients[client_id]
            for contact in client.contacts:
                for address in (contact.email, contact.phone):
                    if address and normal(address) == row.address:
                        found[client_id].append(
                            Suppression(Channel(row.channel), address, Reason(row.reason))
                        )
    return found
