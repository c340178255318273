"""The interest sheet of a debt: what late payment has cost by a day, period by period, with its sources.

What the law gives is *available*; it is *claimable* only where the biller's late terms say so. A rate that is missing
for a day leaves the whole sheet out, with the reason: half a sum is a wrong sum.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction
from math import floor

from config.rules.dated import value_on
from config.rules.interest import FixedSum, InterestPack, Regime
from reminders.interest.accrual import Period, accrued
from reminders.interest.debt import Debt
from reminders.interest.rates import ContractRates, RateMissing, Rates, StatutoryRates
from reminders.interest.terms import LateTerms, LateTermsKind
from reminders.money import Money
from reminders.reasons import Reason
from reminders.snapshot import DebtorType

_DAY = timedelta(days=1)
_IN_BUSINESS = (DebtorType.COMPANY, DebtorType.SOLE_TRADER, DebtorType.PUBLIC_BODY)


@dataclass(frozen=True, slots=True)
class Unavailable:
    """Why there is no sheet. `detail` says it for this debt."""

    reason: Reason
    detail: str


@dataclass(frozen=True, slots=True)
class Sheet:
    """What late payment has cost through a day (inclusive)."""

    invoice_id: str
    through: date
    periods: tuple[Period, ...]
    interest: Money
    """All periods together, rounded once, half up."""
    fixed_sum: Money | None
    """The law's compensation or the contract's fee; None where there is none."""
    daily: Money
    """What one more day adds as things stand, rounded half up; zero once nothing is open."""
    claimable: bool
    """Whether the biller's late terms say that it may be claimed. Otherwise it is available only."""
    basis: str
    """The law, or the contract, as a message names it."""
    begins: str
    """When interest begins by that law."""
    conditions: str
    """What must be true besides, and can't be seen in a ledger; may be empty."""
    sources: tuple[str, ...]

    @property
    def total(self) -> Money:
        """Interest and fixed sum."""
        return self.interest + self.fixed_sum if self.fixed_sum else self.interest


@dataclass(frozen=True, slots=True)
class _Ground:
    """By what right, and how much."""

    rates: Rates
    basis: str
    begins: str
    conditions: str
    regime: Regime | None = None
    fee: int | None = None


def interest_sheet(
    debt: Debt, pack: InterestPack | None, on: date, after: date | None = None
) -> Sheet | Unavailable:
    """The sheet of a debt through `on`, by the law of `pack` or by the debt's own terms.

    `after` is a watermark: days up to and including it have been claimed before and do not count again, nor does a
    fixed sum whose right arose by then. Interest stays due when the principal has been paid late.
    """
    if debt.terms is not None and debt.terms.kind is LateTermsKind.NONE:
        return Unavailable(Reason.INTEREST_EXCLUDED, "The late terms of this invoice exclude it.")
    first = after + _DAY if after else date.min
    ground = _ground(debt, pack)
    if isinstance(ground, Unavailable):
        return ground
    late = _first_late_days(debt, ground.rates, on)
    if not late:
        return Unavailable(Reason.NOT_DUE, f"Nothing of it was late through {on}.")
    try:
        periods = accrued(debt, ground.rates, first, on)
        today = accrued(debt, ground.rates, on, on)
        sums = _fixed_sums(debt, ground, late)
    except RateMissing as missing:
        return Unavailable(Reason.INTEREST_RATE_MISSING, f"{missing}.")
    fixed = [(day, amount) for day, amount, _ in sums if day >= first]
    sources = [source for period in periods for source in period.rate.sources]
    sources += [source for day, _, source in sums if day >= first]
    return Sheet(
        debt.invoice_id,
        on,
        periods,
        _rounded((period.interest for period in periods), debt.currency),
        Money(sum(amount for _, amount in fixed), debt.currency) if fixed else None,
        _rounded((period.daily for period in today), debt.currency),
        debt.terms is not None,
        ground.basis,
        ground.begins,
        ground.conditions,
        tuple(dict.fromkeys(sources)),
    )


def _ground(debt: Debt, pack: InterestPack | None) -> _Ground | Unavailable:
    terms = debt.terms
    if debt.debtor_type is None:
        return Unavailable(
            Reason.INTEREST_DEBTOR_TYPE, "The billing system has not said what kind of debtor it is."
        )
    if terms is not None and terms.kind is LateTermsKind.CONTRACT:
        return _by_contract(debt.debtor_type, terms)
    if pack is None:
        return Unavailable(Reason.INTEREST_NO_LAW, "There is no law pack for the creditor's country.")
    regime = pack.regime_for(debt.debtor_type)
    if regime is None:
        return Unavailable(
            Reason.INTEREST_DEBTOR_TYPE,
            f"The law pack of {pack.country} has no interest for a {_words(debt.debtor_type)}.",
        )
    return _Ground(StatutoryRates(pack, regime), regime.law, regime.begins, regime.conditions, regime)


def _by_contract(debtor_type: DebtorType, terms: LateTerms) -> _Ground | Unavailable:
    """What was agreed between businesses. What a consumer agreed to is for a lawyer to judge, not for a table."""
    if debtor_type not in _IN_BUSINESS:
        return Unavailable(
            Reason.INTEREST_DEBTOR_TYPE,
            f"Late terms agreed with a {_words(debtor_type)} are not charged by themselves.",
        )
    rates = ContractRates(terms.annual_percent or Decimal(0))
    return _Ground(rates, "the contract's late terms", "The day after the due date.", "", fee=terms.fixed_fee)


def _first_late_days(debt: Debt, rates: Rates, on: date) -> list[tuple[int, date]]:
    """Each instalment that was late by that day, by its place, and the first day of its lateness, earliest first."""
    late = []
    for place, part in enumerate(debt.instalments):
        begun = rates.begins(part.due_on)
        days = [begun, *sorted(cut.on for cut in debt.reductions if cut.on > begun)]
        first = next((day for day in days if day <= on and debt.owed(day)[place]), None)
        if first is not None:
            late.append((place, first))
    return sorted(late, key=lambda one: (one[1], one[0]))


def _fixed_sums(debt: Debt, ground: _Ground, late: list[tuple[int, date]]) -> list[tuple[date, int, str]]:
    """The fixed sums with the day on which the right to each arose, and its source.

    The contract's fee comes once. So does the law's sum, sized by what was late on the first day of lateness, unless
    the law gives it for each instalment.
    """
    earliest = late[0][1]
    if ground.fee is not None:
        return [(earliest, ground.fee, "the contract's late terms")] if ground.fee else []
    if ground.regime is None:
        return []
    if ground.regime.fixed_sum_for == "instalment":
        claims = [(day, debt.owed(day)[place]) for place, day in late]
    else:
        claims = [(earliest, sum(debt.owed(earliest)[place] for place, day in late if day == earliest))]
    tables = [table for table in ground.regime.fixed_sums if table.currency == debt.currency]
    return [_fixed_sum(tables, day, claim) for day, claim in claims] if tables else []


def _fixed_sum(tables: list[FixedSum], day: date, claim: int) -> tuple[date, int, str]:
    table = value_on(tables, day)
    if table is None:
        raise RateMissing(f"no fixed sum in {tables[0].currency} for {day} in the law pack")
    return day, table.amount_for(claim), table.source


def _rounded(exact: Iterable[Fraction], currency: str) -> Money:
    """The one place where interest is rounded: the whole sum, half up. It is never negative."""
    return Money(floor(sum(exact, Fraction()) + Fraction(1, 2)), currency)


def _words(debtor_type: DebtorType) -> str:
    return debtor_type.value.replace("_", " ")
