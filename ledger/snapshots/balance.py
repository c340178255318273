"""The balance of one invoice: sums over the payments and credits that count for it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import Row

from ledger.stamps import day_of


@dataclass(slots=True)
class Balance:
    """One invoice and the money that counts for it: what is in its own currency."""

    row: Row[Any]
    payments: Sequence[Row[Any]]
    """Those that stand, oldest first."""
    credits: Sequence[Row[Any]]
    other_currency: bool
    """Whether a payment in another currency was allocated to it."""
    ended: bool
    """Voided or written off."""
    paid: int
    credited: int
    paid_on: date | None
    paid_at: datetime | None
    """When the ledger learned of the newest payment."""
    news: bool = False
    """Whether it is open, or was settled lately."""

    @property
    def invoice_id(self) -> str:
        """The invoice's id."""
        key: str = self.row.invoice_id
        return key

    @property
    def settled(self) -> bool:
        """Whether nothing is left to pay."""
        return bool(self.paid + self.credited >= self.row.total)

    @property
    def surplus(self) -> int:
        """What was paid beyond what is owed: it is the client's money, and covers what else they owe."""
        return min(self.paid + self.credited - (0 if self.ended else self.row.total), self.paid)

    @property
    def settled_on(self) -> date | None:
        """The day of the last payment or credit."""
        days = [day_of(self.credits[-1].stamp)] if self.credits else []
        return max([*days, self.paid_on] if self.paid_on else days, default=None)


def balance_of(
    invoice: Row[Any], payments: Sequence[Row[Any]], credits_: Sequence[Row[Any]], *, ended: bool
) -> Balance:
    """The balance of an invoice to which these payments and credit notes, in whatever currency, belong."""
    own = _in(invoice.currency, payments)
    credited = _in(invoice.currency, credits_)
    return Balance(
        row=invoice,
        payments=own,
        credits=credited,
        other_currency=len(own) < len(payments),
        ended=ended,
        paid=sum([row.amount for row in own]) if own else 0,
        credited=sum([row.amount for row in credited]) if credited else 0,
        paid_on=own[-1].received_on if own else None,
        paid_at=max([row.recorded_at for row in own]) if own else None,
    )


def _in(currency: str, rows: Sequence[Row[Any]]) -> Sequence[Row[Any]]:
    return [row for row in rows if row.currency == currency] if rows else rows
