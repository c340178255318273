"""What was agreed with the clients: promises to pay and payment plans, each with the invoices it is for."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import Connection, Row, Select, or_, select

from ledger import tables as t
from ledger.keys import among
from ledger.snapshots.balance import Balance
from ledger.snapshots.terms import instalments_of
from ledger.stamps import instant_of
from reminders.snapshot import Plan, Promise

_EVER = datetime.min.replace(tzinfo=UTC)
_A_DAY = timedelta(days=1)

_PROMISES = select(t.promise).where(among(t.promise.c.client_id, "ids"))
_PLANS = (
    select(t.plan)
    .outerjoin(t.plan_cancellation, t.plan_cancellation.c.plan_id == t.plan.c.plan_id)
    .where(
        among(t.plan.c.client_id, "ids"),
        or_(t.plan_cancellation.c.stamp.is_(None), t.plan_cancellation.c.stamp < t.plan.c.stamp),
    )
)
"""Those that were not cancelled, or agreed again after that."""


class Agreements:
    """The promises and plans of a batch of clients, as far as they are about an invoice that is shown.

    An invoice that was settled long ago is shown again as long as it is part of one: what came for it since then tells
    whether the client keeps their word.
    """

    def __init__(
        self, connection: Connection, ids: Sequence[str], balances: dict[str, list[Balance]]
    ) -> None:
        self.promises: dict[str, tuple[Promise, ...]] = {}
        self.plans: dict[str, tuple[Plan, ...]] = {}
        self.about: set[str] = set()
        """The invoices that they are for."""
        for client_id, promises in self._with_invoices(connection, _PROMISES, ids, balances).items():
            made = [_promise(row, named) for row, named in promises]
            self.promises[client_id] = tuple(sorted(made, key=lambda p: (p.promised_on, p.promise_id)))
        for client_id, plans in self._with_invoices(connection, _PLANS, ids, balances).items():
            agreed = [_plan(row, named) for row, named in plans]
            self.plans[client_id] = tuple(sorted(agreed, key=lambda p: (p.agreed_at, p.plan_id)))

    def _with_invoices(
        self,
        connection: Connection,
        statement: Select[Any],
        ids: Sequence[str],
        balances: dict[str, list[Balance]],
    ) -> dict[str, list[tuple[Row[Any], tuple[str, ...]]]]:
        found: dict[str, list[tuple[Row[Any], tuple[str, ...]]]] = defaultdict(list)
        for row in connection.execute(statement, {"ids": ids}):
            covered = [balance for balance in balances.get(row.client_id, ()) if _covers(row, balance)]
            if any(balance.news for balance in covered):
                made_at = instant_of(row.stamp)
                named = tuple(b.invoice_id for b in covered if b.news or _moved_since(b, made_at))
                self.about.update(named)
                found[row.client_id].append((row, named))
        return found


def _covers(agreement: Row[Any], balance: Balance) -> bool:
    """Whether a promise or plan speaks of an invoice: by name, or of all that was issued when it was made."""
    invoice = balance.row
    if agreement.invoice_ids:
        return invoice.invoice_id in agreement.invoice_ids
    made_on: str = agreement.stamp[:10]
    return bool(agreement.currency == invoice.currency and invoice.issued_on.isoformat() <= made_on)


def _moved_since(balance: Balance, at: datetime) -> bool:
    """Whether money or a credit may have come for it since then. A day's grace: the client's day is not known here."""
    day = at.date() - _A_DAY
    return (balance.paid_at or _EVER) > at or (balance.settled_on is not None and balance.settled_on >= day)


def _promise(row: Row[Any], invoice_ids: tuple[str, ...]) -> Promise:
    return Promise(
        promise_id=row.promise_id,
        invoice_ids=invoice_ids,
        currency=row.currency,
        amount=row.amount,
        made_at=instant_of(row.stamp),
        promised_on=row.promised_on,
        by=row.by,
    )


def _plan(row: Row[Any], invoice_ids: tuple[str, ...]) -> Plan:
    return Plan(
        plan_id=row.plan_id,
        invoice_ids=invoice_ids,
        currency=row.currency,
        instalments=instalments_of(row.instalments, row.currency),
        agreed_at=instant_of(row.stamp),
    )
