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
from reminders.interest.debt import Debt, Part, Reduction, ReductionKind
from reminders.interest.sheet import Unavailable, interest_sheet
from reminders.money import Money, exponent
from reminders.reasons import Reason
from reminders.snapshot import DebtorType
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
    invoices: Sequence[InvoiceFile], debtor_type: str | None, law: InterestPack | None, through: date
) -> tuple[SheetFile, ...]:
    """A sheet for each invoice that was late by that day and that the creditor has not ended."""
    return tuple(
        sheet
        for invoice in invoices
        if invoice.standing in (Standing.OPEN, Standing.SETTLED)
        and (sheet := _sheet(invoice, debtor_type, law, through)) is not None
    )


def _sheet(
    invoice: InvoiceFile, debtor_type: str | None, law: InterestPack | None, through: date
) -> SheetFile | None:
    found = interest_sheet(_debt(invoice, debtor_type), law, through)
    if isinstance(found, Unavailable):
        if found.reason is Reason.NOT_DUE:
            return None
        return SheetFile(invoice.invoice_id, through, found.detail)
    currency = invoice.total.currency
    return SheetFile(
        invoice_id=invoice.invoice_id,
        through=found.through,
        unavailable=None,
        periods=tuple(_period(period, currency) for period in found.periods),
        interest=found.interest,
        fixed_sum=found.fixed_sum,
        daily=found.daily,
        claimable=found.claimable,
        basis=found.basis,
        begins=found.begins,
        conditions=found.conditions or None,
        sources=found.sources,
    )


def _debt(invoice: InvoiceFile, debtor_type: str | None) -> Debt:
    parts = tuple(Part(part.due_on, part.amount.minor) for part in invoice.terms.instalments)
    came = [Reduction(part.received_on, part.amount.minor) for part in invoice.payments]
    went = [Reduction(part.reversal.on, -part.amount.minor) for part in invoice.payments if part.reversal]
    credited = [Reduction(credit.on, credit.amount.minor, ReductionKind.CREDIT) for credit in invoice.credits]
    return Debt(
        invoice.invoice_id,
        invoice.total.currency,
        parts or (Part(invoice.terms.due_on, invoice.total.minor),),
        (*came, *went, *credited),
        DebtorType(debtor_type) if debtor_type else None,
        invoice.terms.late_terms,
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
