"""The yearly rate of a debt on a day: by the law's series and points, or by the contract."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import Protocol

from config.rules.dated import value_on
from config.rules.interest import DayCount, InterestPack, RateIsSet, Regime
from reminders.calendar import Place

_DAY = timedelta(days=1)
_SATURDAY = 6


@dataclass(frozen=True, slots=True)
class Rate:
    """A yearly rate in percent and where it comes from."""

    annual: Decimal
    until: date | None
    """The last day on which it holds; None: until further notice."""
    named: str
    """How it comes about: `Bank of England, Bank Rate 3.75 + 8 points`."""
    sources: tuple[str, ...]


class RateMissing(Exception):
    """A rate that the pack does not have; the text says which and for which day."""


class Rates(Protocol):
    """What a period of interest is worked out with."""

    @property
    def day_count(self) -> DayCount:
        """How many days a year has."""

    def begins(self, due_on: date) -> date:
        """The first day of interest of an instalment that is due on that day."""

    def rate_on(self, day: date, begun: date) -> Rate:
        """The rate on a day of an instalment whose interest began on `begun`. Raises `RateMissing`."""


@dataclass(frozen=True, slots=True)
class StatutoryRates:
    """The law's rate: so many points above a reference rate, or the points alone; never below zero."""

    pack: InterestPack
    regime: Regime

    @property
    def day_count(self) -> DayCount:
        """The law's habit."""
        return self.regime.day_count

    def begins(self, due_on: date) -> date:
        """The day after the due date, which some laws put off by some days or to the next working day."""
        last = due_on + timedelta(self.regime.begins_after_days)
        while self.regime.due_day_moves and (last.isoweekday() >= _SATURDAY or self._holiday(last)):
            last += _DAY
        return last + _DAY

    def _holiday(self, day: date) -> bool:
        return Place((), self.pack.country, None).holiday(day)

    def rate_on(self, day: date, begun: date) -> Rate:
        """Where the law sets a rate once, the day that counts is the first one of interest."""
        once = self.regime.rate_is_set is RateIsSet.AT_START
        day = begun if once else day
        points = value_on(self.regime.points, day)
        if points is None:
            raise RateMissing(f"{self.pack.country}: no points for {day} in the law pack")
        if self.regime.reference is None:
            return Rate(points.value, None if once else points.valid_to, "fixed by law", (points.source,))
        series = self.pack.series[self.regime.reference]
        reference = value_on(series.values, day)
        if reference is None:
            raise RateMissing(f"{self.pack.country}: no value of {series.name} for {day} in the law pack")
        ends = [end for end in (points.valid_to, reference.valid_to) if end is not None]
        return Rate(
            max(reference.value + points.value, Decimal(0)),
            None if once or not ends else min(ends),
            f"{series.title} {reference.value} + {points.value} points",
            (reference.source, points.source),
        )


@dataclass(frozen=True, slots=True)
class ContractRates:
    """The contract's own rate, the same on every day."""

    annual: Decimal
    day_count: DayCount = DayCount.ACTUAL_365

    def begins(self, due_on: date) -> date:
        """The day after the due date."""
        return due_on + _DAY

    def rate_on(self, day: date, begun: date) -> Rate:  # noqa: ARG002  # the same on every day
        """The agreed rate."""
        named = "agreed in the contract" if self.annual else "no interest agreed"
        return Rate(self.annual, None, named, ("the contract's late terms",))
