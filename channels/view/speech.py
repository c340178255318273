"""The reader's own terms: sums, days and fixed phrases as text, for one reader on one day."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from channels.formats import Formats
from channels.labels import Labels
from reminders.money import Money, totals


@dataclass(frozen=True, slots=True)
class Speech:
    """One reader's way of writing, and their local date."""

    formats: Formats
    labels: Labels
    today: date

    def money(self, money: Money) -> str:
        """One amount."""
        return self.formats.money(money)

    def sums(self, amounts: Iterable[Money], *, zeros: bool = False) -> str:
        """A sum for each currency: `€980.50 and £1,200.00`; without `zeros`, only those that come to something."""
        return self.formats.list(
            [self.formats.money(money) for money in totals(amounts) if money.minor or zeros]
        )

    def day(self, day: date) -> str:
        """`3 May`, and with the year where it is not this one: `3 May 2026`."""
        return self.formats.day(day) if day.year == self.today.year else self.formats.long_date(day)

    def short_day(self, day: date) -> str:
        """`3 May`, as short as the language has it, and with the year where it is not this one."""
        same = day.year == self.today.year
        return self.formats.short_day(day) if same else self.formats.short_date(day)

    def days(self, number: int) -> str:
        """`7 days`."""
        return self.counted("days", number)

    def when(self, day: date) -> str:
        """A day from today on: `today`, `tomorrow`, `in 3 days`; before it: `2 days ago`."""
        away = (day - self.today).days
        if away in (0, 1):
            return self.labels.text("tomorrow" if away else "today")
        return self.counted("in_days" if away > 0 else "days_ago", abs(away))

    def counted(self, key: str, number: int) -> str:
        """A fixed phrase with a count."""
        return self.labels.plural(key, number, self.formats.plural(number))
