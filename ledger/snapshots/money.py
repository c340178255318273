"""Money: what payments and credit notes brought to invoices, what came back, and what is on account."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from typing import Any

from sqlalchemy import Connection, Row, Select, and_, func, select

from ledger import tables as t
from ledger.keys import among
from ledger.stamps import day_of
from reminders.money import Money
from reminders.snapshot import Credit, Payment, Returned

_invoice, _payment, _allocation = t.invoice.c, t.payment.c, t.allocation.c
_reversal, _credit = t.payment_reversal.c, t.credit_note.c

_here = t.payment.outerjoin(t.payment_reversal, _reversal.payment_id == _payment.payment_id)
_newest = and_(_allocation.payment_id == _payment.payment_id, _allocation.stamp == _payment.stamp)
_RECEIVED: Select[Any] = (
    select(
        _allocation.invoice_id,
        _payment.payment_id,
        _payment.currency,
        _allocation.amount,
        _payment.received_on,
        _payment.recorded_at,
        _reversal.stamp.label("reversal"),
        _reversal.reversed_on,
        _reversal.reason.label("reversal_reason"),
        _reversal.recorded_at.label("reversal_recorded_at"),
    )
    .select_from(_here.join(t.allocation, _newest))
    .where(among(_allocation.invoice_id, "ids"))
    .order_by(_payment.received_on, _payment.payment_id)
)
"""Only the allocations of a payment's newest statement count, and only of payments that did not go back."""
_CREDITED: Select[Any] = (
    select(_credit.invoice_id, _credit.currency, _credit.amount, _credit.stamp)
    .where(among(_credit.invoice_id, "ids"))
    .order_by(_credit.stamp)
)
_allocated = (
    select(func.coalesce(func.sum(_allocation.amount), 0))
    .select_from(t.allocation.join(t.invoice, _invoice.invoice_id == _allocation.invoice_id))
    .where(_newest, _invoice.currency == _payment.currency)
    .scalar_subquery()
)
_UNALLOCATED = (
    select(_payment.client_id, _payment.currency, (_payment.amount - _allocated).label("rest"))
    .select_from(_here)
    .where(among(_payment.client_id, "ids"), _reversal.payment_id.is_(None))
)
"""What payments left on account: what is allocated to an invoice that is not known yet, or in another currency, too."""
_CLIENT_CREDITS = select(_credit.client_id, _credit.currency, _credit.amount).where(
    among(_credit.client_id, "ids"), _credit.invoice_id.is_(None)
)

_MISBOOKED = frozenset(
    {
        "misposted", "misapplied", "mistyped", "misbooked", "booking_error", "posting_error", "entry_error",
        "data_entry_error", "entered_in_error", "booked_by_mistake", "duplicate", "duplicate_entry", "double_booking",
        "wrong_client", "wrong_customer", "wrong_invoice", "wrong_amount", "reallocated",
    }
)  # fmt: skip
"""Reasons of a `payment.reversed` after which there never was such a payment. Any other one is taken for the bank's."""

Rows = dict[str, list[Row[Any]]]


def load_received(connection: Connection, keys: Sequence[str]) -> tuple[Rows, Rows]:
    """Per invoice, what payments that stand brought to it, and what those brought that went back; oldest first."""
    standing: Rows = defaultdict(list)
    gone: Rows = defaultdict(list)
    for row in connection.execute(_RECEIVED, {"ids": keys}).all():
        (standing if row.reversal is None else gone)[row.invoice_id].append(row)
    return standing, gone


def load_credited(connection: Connection, keys: Sequence[str]) -> Rows:
    """Per invoice, the credit notes that name it, oldest first."""
    found: Rows = defaultdict(list)
    for row in connection.execute(_CREDITED, {"ids": keys}).all():
        found[row.invoice_id].append(row)
    return found


def load_on_account(connection: Connection, ids: Sequence[str]) -> list[tuple[str, Money]]:
    """What payments left on account, and credit notes that name no invoice, with the client whose it is."""
    payments = connection.execute(_UNALLOCATED, {"ids": ids}).all()
    rest = [(row.client_id, Money(int(row.rest), row.currency)) for row in payments if row.rest]
    credits_ = connection.execute(_CLIENT_CREDITS, {"ids": ids})
    return rest + [(row.client_id, Money(row.amount, row.currency)) for row in credits_]


def payments_of(rows: Iterable[Row[Any]]) -> tuple[Payment, ...]:
    """The payments of one invoice."""
    return tuple([Payment(row.payment_id, row.received_on, row.amount, row.recorded_at) for row in rows])


def credits_of(rows: Iterable[Row[Any]]) -> tuple[Credit, ...]:
    """The credit notes of one invoice. The event has no date of its own but its time."""
    return tuple([Credit(day_of(row.stamp), row.amount) for row in rows])


def returned_of(rows: Iterable[Row[Any]]) -> list[Returned]:
    """The payments of one invoice that went back."""
    return [
        Returned(
            row.payment_id,
            row.reversed_on or day_of(row.reversal),
            row.amount,
            row.reversal_recorded_at,
            misbooked=_is_misbooked(row.reversal_reason),
        )
        for row in rows
    ]


def _is_misbooked(reason: str | None) -> bool:
    """Whether the reason of a reversal is one of the codes for our own mistake, however it is spelled."""
    return "_".join((reason or "").lower().replace("-", " ").replace("_", " ").split()) in _MISBOOKED
