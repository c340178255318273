"""The books of a batch of clients: invoices with their sums, terms and stops, and the money that covers none."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

import msgspec
from sqlalchemy import Connection, Row, select

from ledger import tables as t
from ledger.keys import among
from ledger.snapshots.agreements import Agreements
from ledger.snapshots.balance import Balance, balance_of
from ledger.snapshots.money import (
    credits_of,
    load_credited,
    load_on_account,
    load_received,
    payments_of,
    returned_of,
)
from ledger.snapshots.stops import Stops, load_closures
from ledger.snapshots.terms import discount_of, fitted, instalments_of, late_terms_of
from ledger.stamps import day_of
from reminders.money import Money, totals
from reminders.reasons import Reason
from reminders.snapshot import Hold, Invoice, Plan, Promise, Returned, Track

SETTLED_MEMORY = timedelta(days=30)
"""Settled invoices are shown for that long after their last payment, for a thank-you."""
TRACK_MEMORY = timedelta(days=365)
"""How far back a client's payments say how they pay."""
BOOKING_DAYS = timedelta(days=3)
"""Money that was received so long after the due date was sent in time."""
_EVER = datetime.min.replace(tzinfo=UTC)
_extra = msgspec.json.Decoder(dict[str, Any]).decode
_INVOICES = (
    select(t.invoice)
    .where(among(t.invoice.c.client_id, "ids"))
    .order_by(t.invoice.c.due_on, t.invoice.c.invoice_id)
)


class Books:
    """All that these clients owe and have paid.

    Settled invoices are shown for a while, to be thanked for; as long as a message about them (`waiting`) is open,
    which is called off for what settled them; and as part of an agreement that is not settled. Of all others only their
    sums are read.
    """

    def __init__(
        self,
        connection: Connection,
        ids: Sequence[str],
        waiting: set[str],
        now: datetime,
        default_creditor: str,
    ) -> None:
        self._default_creditor = default_creditor
        rows = connection.execute(_INVOICES, {"ids": ids}).all()
        keys = [row.invoice_id for row in rows]
        received, self._gone = load_received(connection, keys)
        credited = load_credited(connection, keys)
        self._closures = load_closures(connection, keys)
        balances: dict[str, list[Balance]] = defaultdict(list)
        self._account: dict[str, list[Money]] = defaultdict(list)
        recent = now - SETTLED_MEMORY
        for row in rows:
            key = row.invoice_id
            balance = balance_of(
                row, received.get(key, ()), credited.get(key, ()), ended=key in self._closures
            )
            balance.news = (
                not (balance.settled or balance.ended)
                or (balance.paid_at or _EVER) >= recent
                or key in waiting
            )
            balances[row.client_id].append(balance)
            self._keep_account(balance, credited.get(key, ()))
        for client_id, money in load_on_account(connection, ids):
            self._account[client_id].append(money)
        self._agreements = Agreements(connection, ids, balances)
        self.tracks = {client_id: _track(found, now) for client_id, found in balances.items()}
        self._shown = {
            client_id: [b for b in found if b.news or b.invoice_id in self._agreements.about]
            for client_id, found in balances.items()
        }
        shown = [balance.invoice_id for found in self._shown.values() for balance in found]
        self._stops = Stops(connection, shown, now)

    def _keep_account(self, balance: Balance, credits_: Sequence[Row[Any]]) -> None:
        """What the invoice leaves to its client: an over-payment, and credits in another currency than its own."""
        account, currency = self._account[balance.row.client_id], balance.row.currency
        if balance.paid and (surplus := balance.surplus) > 0:
            account.append(Money(surplus, currency))
        if credits_:
            account += [Money(row.amount, row.currency) for row in credits_ if row.currency != currency]

    def invoices(self, client_id: str) -> tuple[Invoice, ...]:
        """The client's invoices that are shown, the one with the oldest due date first."""
        return tuple(map(self._invoice, self._shown.get(client_id, ())))

    def on_account(self, client_id: str) -> tuple[Money, ...]:
        """Money of this client that covers no invoice yet, per currency; never below zero."""
        return tuple(money for money in totals(self._account[client_id]) if money.minor > 0)

    def promises(self, client_id: str) -> tuple[Promise, ...]:
        """The client's promises about invoices that are shown."""
        return self._agreements.promises.get(client_id, ())

    def plans(self, client_id: str) -> tuple[Plan, ...]:
        """The client's plans about invoices that are shown."""
        return self._agreements.plans.get(client_id, ())

    def _invoice(self, balance: Balance) -> Invoice:
        row, currency = balance.row, balance.row.currency
        key = row.invoice_id
        extra = _extra(row.extra)
        parts = extra.get("instalments")
        disputed = self._stops.disputed(row)
        collects = self._stops.collected(row)
        holds = [*self._closures.get(key, ()), *self._stops.holds(row)]
        if collects:
            holds.append(Hold(Reason.AUTO_COLLECT))
        if balance.other_currency:
            holds.append(Hold(Reason.OTHER_CURRENCY))
        if disputed.whole:
            holds.append(Hold(Reason.DISPUTED))
        return Invoice(
            invoice_id=key,
            number=row.number,
            creditor_id=row.creditor_id or self._default_creditor,
            currency=currency,
            total=row.total,
            issued_on=row.issued_on,
            due_on=row.due_on,
            first_seen_at=row.first_seen_at,
            source=row.source,
            paid=balance.paid,
            credited=balance.credited,
            disputed=disputed.minor,
            auto_collect=collects,
            payment_url=extra.get("payment_url"),
            purchase_order=extra.get("purchase_order"),
            document_url=extra.get("document_url"),
            payment_methods=tuple(extra.get("payment_methods", ())),
            holds=tuple(holds),
            payments=payments_of(balance.payments),
            credits=credits_of(balance.credits),
            returned=self._returned(row),
            discount=discount_of(extra.get("early_discount")),
            late_terms=late_terms_of(extra.get("late_terms"), currency),
            instalments=fitted(instalments_of(parts, currency), row.total, row.due_on) if parts else (),
            dispute_resolved_on=day_of(disputed.resolution) if disputed.resolution else None,
            dispute_reasons=disputed.reasons,
            last_payment_on=balance.paid_on,
            last_payment_at=balance.paid_at,
        )

    def _returned(self, invoice: Row[Any]) -> tuple[Returned, ...]:
        """What came back, in the invoice's currency, and the debits that failed; oldest first."""
        gone = [row for row in self._gone.get(invoice.invoice_id, ()) if row.currency == invoice.currency]
        found = [*returned_of(gone), *self._stops.failed(invoice)]
        return tuple(sorted(found, key=lambda one: (one.on, one.payment_id))) if found else ()


def _track(balances: Iterable[Balance], now: datetime) -> Track:
    """How the client paid in the last year: of what payments settled, what came in time."""
    since = (now - TRACK_MEMORY).date()
    settled = [b for b in balances if b.paid_on and b.paid_on >= since and b.settled and not b.ended]
    on_time = sum(1 for b in settled if b.paid_on and b.paid_on <= b.row.due_on + BOOKING_DAYS)
    return Track(len(settled), on_time)
