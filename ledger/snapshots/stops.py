"""What stops reminders for an invoice: its end, a pause, a dispute, a direct debit under way."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, Row, Select, null, or_, select

from config.currency import MoneyError, to_minor
from ledger import tables as t
from ledger.keys import among
from ledger.stamps import day_of
from reminders.reasons import Reason
from reminders.snapshot import Hold, Returned

DEBIT_PATIENCE = timedelta(days=5)
"""A direct debit without a word that long after its expected day no longer stops reminders."""
FAILURE_MEMORY = timedelta(days=60)
"""A direct debit that failed is told of for that long."""

_dispute, _resolution = t.dispute.c, t.dispute_resolution.c
_pending, _failure, _payment = t.payment_pending.c, t.payment_failure.c, t.payment.c
_CLOSURES = (
    select(t.invoice_closure.c.invoice_id, t.invoice_closure.c.kind)
    .where(among(t.invoice_closure.c.invoice_id, "ids"))
    .order_by(t.invoice_closure.c.kind)
)
_PAUSES = select(t.invoice_hold.c.invoice_id, t.invoice_hold.c.until_on).where(
    among(t.invoice_hold.c.invoice_id, "ids"), t.invoice_hold.c.active
)
_DISPUTES: Select[Any] = (
    select(
        _dispute.invoice_id,
        _dispute.amount,
        null().label("currency"),  # in the invoice's
        _dispute.reason_code,
        _dispute.stamp,
        _resolution.stamp.label("resolution"),
    )
    .outerjoin(t.dispute_resolution, _resolution.dispute_id == _dispute.dispute_id)
    .where(among(_dispute.invoice_id, "ids"))
    .order_by(_dispute.dispute_id)
)
_PENDING = (
    select(_pending.invoice_id, _pending.amount, _pending.currency, _pending.expected_on)
    .outerjoin(t.payment_failure, _failure.payment_id == _pending.payment_id)
    .outerjoin(t.payment, _payment.payment_id == _pending.payment_id)
    .where(
        among(_pending.invoice_id, "ids"),
        _payment.payment_id.is_(None),
        or_(_failure.stamp.is_(None), _failure.stamp < _pending.stamp),
    )
    .order_by(_pending.payment_id)
)
_FAILURES = (
    select(
        _failure.invoice_id,
        _failure.payment_id,
        _failure.amount,
        _failure.currency,
        _failure.stamp,
        _failure.recorded_at,
        _pending.stamp.label("again"),
        _payment.payment_id.label("received"),
    )
    .outerjoin(t.payment_pending, _pending.payment_id == _failure.payment_id)
    .outerjoin(t.payment, _payment.payment_id == _failure.payment_id)
    .where(among(_failure.invoice_id, "ids"))
    .order_by(_failure.payment_id)
)


def load_closures(connection: Connection, keys: Sequence[str]) -> dict[str, list[Hold]]:
    """Per invoice, how it ended: voided, written off."""
    found: dict[str, list[Hold]] = defaultdict(list)
    for row in connection.execute(_CLOSURES, {"ids": keys}):
        found[row.invoice_id].append(Hold(Reason(row.kind)))
    return found


@dataclass(frozen=True, slots=True)
class Disputed:
    """What is disputed of one invoice, and when the last dispute ended if none is open."""

    minor: int = 0
    whole: bool = False
    reasons: tuple[str, ...] = ()
    resolution: str | None = None
    """The stamp of the newest resolution."""


class Stops:
    """Pauses, disputes and direct debits of these invoices."""

    def __init__(self, connection: Connection, keys: Sequence[str], now: datetime) -> None:
        self._since = (now - FAILURE_MEMORY).date()
        self._pauses = {
            row.invoice_id: Hold(Reason.INVOICE_PAUSED, row.until_on)
            for row in connection.execute(_PAUSES, {"ids": keys})
        }
        self._disputes = _by_invoice(connection, _DISPUTES, keys)
        self._pending = _by_invoice(connection, _PENDING, keys)
        self._failures = _by_invoice(connection, _FAILURES, keys)

    def holds(self, invoice: Row[Any]) -> list[Hold]:
        """The pause and the debits under way. A debit whose sum can't be read holds all of the invoice."""
        key, found = invoice.invoice_id, []
        if key in self._pauses:
            found.append(self._pauses[key])
        for row in self._pending.get(key, ()):
            until = row.expected_on + DEBIT_PATIENCE if row.expected_on else None
            found.append(Hold(Reason.PAYMENT_PENDING, until, _minor(row, invoice)))
        return found

    def collected(self, invoice: Row[Any]) -> bool:
        """Whether it is collected automatically: until a debit fails, and again once the invoice is stated anew."""
        if not invoice.auto_collect:
            return False
        failed = (row.stamp for row in self._failures.get(invoice.invoice_id, ()))
        return bool(max(failed, default="") <= invoice.stamp)

    def failed(self, invoice: Row[Any]) -> list[Returned]:
        """The direct debits that failed of late and were neither begun again nor collected after all.

        One in a sum that is none in the invoice's currency is left out: nobody is told a wrong amount.
        """
        found = []
        for row in self._failures.get(invoice.invoice_id, ()):
            amount = _minor(row, invoice)
            ended = row.received is not None or (row.again is not None and row.again > row.stamp)
            if amount is not None and not ended and (on := day_of(row.stamp)) >= self._since:
                found.append(Returned(row.payment_id, on, amount, row.recorded_at, failed=True))
        return found

    def disputed(self, invoice: Row[Any]) -> Disputed:
        """What is disputed. A dispute that is not resolved is open, and one that was opened again after that."""
        rows = self._disputes.get(invoice.invoice_id)
        if rows is None:
            return _UNDISPUTED
        still = [row for row in rows if row.resolution is None or row.resolution < row.stamp]
        if not still:
            return Disputed(resolution=max(row.resolution for row in rows))
        reasons = tuple(sorted({row.reason_code for row in still if row.reason_code}))
        amounts = [_minor(row, invoice) if row.amount else None for row in still]
        known = [amount for amount in amounts if amount is not None]
        if len(known) < len(amounts):  # no amount, or one that can't be read: all of it
            return Disputed(invoice.total, True, reasons)
        disputed = sum(known)
        return Disputed(disputed, bool(disputed) and disputed >= invoice.total, reasons)


_UNDISPUTED = Disputed()


def _by_invoice(
    connection: Connection, statement: Select[Any], keys: Iterable[str]
) -> dict[str, list[Row[Any]]]:
    found: dict[str, list[Row[Any]]] = {}
    for row in connection.execute(statement, {"ids": keys}):
        found.setdefault(row.invoice_id, []).append(row)
    return found


def _minor(row: Row[Any], invoice: Row[Any]) -> int | None:
    """The amount of a fact in the invoice's minor units; None where it is none in the invoice's currency."""
    if row.currency not in (None, invoice.currency):
        return None
    try:
        return to_minor(row.amount, invoice.currency)
    except MoneyError:
        return None
