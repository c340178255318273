"""Interest day by day, gathered into periods of one principal and one rate. Nothing is rounded here."""

from __future__ import annotations

import calendar
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from fractions import Fraction

from config.rules.interest import DayCount
from reminders.interest.debt import Debt
from reminders.interest.rates import Rate, Rates

_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Period:
    """Days (both ends inclusive) on which an instalment's open principal and its rate stayed the same."""

    due_on: date
    """The instalment, by its due date."""
    start: date
    end: date
    principal: int
    """Minor units."""
    rate: Rate
    year_days: int
    """The days of the year by which a day's share is taken."""

    @property
    def days(self) -> int:
        """How many days it has."""
        return (self.end - self.start).days + 1

    @property
    def daily(self) -> Fraction:
        """A day's interest in minor units, exact."""
        return Fraction(self.rate.annual) * self.principal / 100 / self.year_days

    @property
    def interest(self) -> Fraction:
        """Its interest in minor units, exact."""
        return self.daily * self.days


def accrued(debt: Debt, rates: Rates, first: date, last: date) -> tuple[Period, ...]:
    """The periods of a debt from `first` through `last`, instalment by instalment.

    Simple interest from the first day that the law or the contract gives, on what is open at the end of each day. A
    day of an instalment counts in one period at most, so a stretch of days gives the same as its pieces do. Raises
    `RateMissing`.
    """
    return tuple(
        period
        for place, part in enumerate(debt.instalments)
        for period in _of_instalment(debt, place, part.due_on, rates, first, last)
    )


def _of_instalment(
    debt: Debt, place: int, due_on: date, rates: Rates, first: date, last: date
) -> Iterator[Period]:
    begun = rates.begins(due_on)
    changes = sorted({reduction.on for reduction in debt.reductions})
    day = max(begun, first)
    while day <= last:
        principal = debt.owed(day)[place]
        changed = (on for on in changes if on > day and debt.owed(on)[place] != principal)
        end = min(last, next(changed, date.max) - _DAY)
        if principal:
            rate = rates.rate_on(day, begun)
            end = min(end, rate.until or end)
            year_days = 365
            if rates.day_count is DayCount.ACTUAL_ACTUAL:
                end = min(end, date(day.year, 12, 31))
                year_days = 366 if calendar.isleap(day.year) else 365
            yield Period(due_on, day, end, principal, rate, year_days)
        day = end + _DAY
