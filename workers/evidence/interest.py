"""The interest sheet of each invoice, through the day of the pack.

What the law or the contract gives is *available*; whether it may be claimed, the invoice's late terms say. Nothing of
it is part of what is open.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from fractions import Fraction

from config.rules.interest import InterestPack
from reminders.interest.accrual import Period
from reminders.interest.of_invoice import invoice_sheet
from reminders.interest.sheet import Unavailable
from reminders.money import Money, exponent
from reminders.reasons import Reason
from reminders.snapshot import Client, Invoice, Snapshot
from workers.evidence.invoices import InvoiceFile, Standing

_PLACES = 6


@dataclass(frozen=True, slots=True)
class PeriodFile:
    """Days (both inclusive) on which principal and rate stayed the same."""

    due_on: date
    """The instalment, by its due date."""
    first: date
    last: date
    days: int
    principal: Money
    annual_percent: Decimal
    rate: str
    """How the rate comes about."""
    year_days: int
    interest: Decimal
    """In major units to six places; only the sum of all periods is rounded to the minor unit."""


@dataclass(frozen=True, slots=True)
class SheetFile:
    """What late payment of one invoice has cost; or, where `unavailable` says why, that nothing can be said."""

    invoice_id: str
    through: date
    unavailable: str | None
    periods: tuple[PeriodFile, ...] = ()
    interest: Money | None = None
    fixed_sum: Money | None = None
    daily: Money | None = None
    """What each further day adds as things stand."""
    claimable: bool = False
    """Whether the invoice's late terms say that it may be claimed."""
    basis: str | None = None
    begins: str | None = None
    conditions: str | None = None
    """What must be true besides, and can't be seen in a ledger."""
    sources: tuple[str, ...] = ()

    @property
    def total(self) -> Money | None:
        """Interest and fixed sum."""
        if self.interest is None:
            return None
        return self.interest + self.fixed_sum if self.fixed_sum else self.interest


def read_interest(
    snapshot: Snapshot, invoices: Sequence[InvoiceFile], law: InterestPack | None, through: date
) -> tuple[SheetFile, ...]:
    """A sheet for each of these invoices that was late by that day and that the creditor has not ended.

    `snapshot` shows all of them; `law` is the pack of the creditor's law.
    """
    seen = {invoice.invoice_id: invoice for invoice in snapshot.invoices}
    sheets = (
        _sheet(seen[file.invoice_id], snapshot.client, law, through)
        for file in invoices
        if file.standing in (Standing.OPEN, Standing.SETTLED)
    )
    return tuple(sheet for sheet in sheets if sheet is not None)


def _sheet(invoice: Invoice, client: Client, law: InterestPack | None, through: date) -> SheetFile | None:
    found = invoice_sheet(invoice, client, law, through)
    if isinstance(found, Unavailable):
        if found.reason is Reason.NOT_DUE:
            return None
        return SheetFile(invoice.invoice_id, through, found.detail)
    return SheetFile(
        invoice_id=invoice.invoice_id,
        through=found.through,
        unavailable=None,
        periods=tuple(_period(period, invoice.currency) for period in found.periods),
        interest=found.interest,
        fixed_sum=found.fixed_sum,
        daily=found.daily,
        claimable=found.claimable,
        basis=found.basis,
        begins=found.begins,
        conditions=found.conditions or None,
        sources=found.sources,
    )


def _period(period: Period, currency: str) -> PeriodFile:
    return PeriodFile(
        due_on=period.due_on,
        first=period.start,
        last=period.end,
        days=period.days,
        principal=Money(period.principal, currency),
        annual_percent=period.rate.annual,
        rate=period.rate.named,
        year_days=period.year_days,
        interest=_major(period.interest, currency),
    )


def _major(minor: Fraction, currency: str) -> Decimal:
    """Exact minor units as major units to six places, half up; a step of the calculation, not a sum to be paid."""
    scaled = minor * 10 ** (_PLACES - exponent(currency))
    return Decimal(int(scaled + Fraction(1, 2))).scaleb(-_PLACES)
