"""Money and dates as the reader writes them.

The words of a message are in one language, its numbers in the reader's country: an English letter to Hamburg says
`1.200,00 €` and `4 December 2026`. Dates always name the month, so none can be read in two ways. Spaces and apostrophes
are the ordinary ones (`1'200.00 CHF`): a no-break space is lost on many systems, and either costs an SMS its alphabet;
where a line must not break, the HTML says so.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date
from functools import lru_cache

from babel import Locale, UnknownLocaleError
from babel.dates import format_date, format_skeleton
from babel.lists import format_list
from babel.numbers import format_currency

from reminders.money import Money

_SPACES = re.compile(r"[\u00a0\u2007\u2009\u202f]")
_APOSTROPHE = "\u2019"
# How a language writes the first of a month where CLDR has the bare number: `1er août`.
_FIRST_OF_MONTH = {"fr": "1er"}


class Formats:
    """The habits of one locale. Remembers what it has written: the same dates and sums come up again and again."""

    def __init__(self, locale: Locale) -> None:
        self.locale = locale
        self.money = lru_cache(maxsize=4096)(self._money)
        self.long_date = lru_cache(maxsize=1024)(self._long_date)
        self.short_date = lru_cache(maxsize=1024)(self._short_date)
        self.day = lru_cache(maxsize=1024)(self._day)
        self.short_day = lru_cache(maxsize=1024)(self._short_day)
        self.plural = lru_cache(maxsize=1024)(self._plural)

    def _money(self, money: Money) -> str:
        """`£1,200.00`, `1.200,00 €`, `¥120,000`: as many places as the currency has."""
        return _plain(format_currency(money.decimal, money.currency, locale=self.locale))

    def _long_date(self, day: date) -> str:
        """`4 December 2026`."""
        return self._dated(day, format_date(day, "long", self.locale))

    def _short_date(self, day: date) -> str:
        """`4 Dec 2026`."""
        return self._dated(day, format_skeleton("yMMMd", day, locale=self.locale))

    def _day(self, day: date) -> str:
        """`4 December`, for a day of this year."""
        return self._dated(day, format_skeleton("MMMMd", day, locale=self.locale))

    def _short_day(self, day: date) -> str:
        """`4 Dec`, for a day of this year."""
        return self._dated(day, format_skeleton("MMMd", day, locale=self.locale))

    def _dated(self, day: date, text: str) -> str:
        first = _FIRST_OF_MONTH.get(self.locale.language) if day.day == 1 else None
        return _plain(re.sub(r"\b1\b", first, text, count=1) if first else text)

    def weekday(self, day: date) -> str:
        """`Friday`."""
        return format_date(day, "EEEE", self.locale)

    def list(self, parts: Sequence[str]) -> str:
        """`A, B and C`."""
        if len(parts) < 2:  # most letters are about one invoice
            return parts[0] if parts else ""
        return format_list(parts, locale=self.locale)

    def _plural(self, number: int) -> str:
        """The plural category of a number in this language: `one`, `other`, ..."""
        return self.locale.plural_form(number)


@lru_cache(maxsize=256)
def formats(language: str | None, country: str | None) -> Formats:
    """The habits of a reader of that language (BCP 47) in that country (ISO 3166).

    A region within the language tag goes before the country. What CLDR does not know falls back to the language
    alone, and then to English.
    """
    tag = (language or "en").replace("_", "-")
    with_country = f"{tag}-{country}" if country and len(tag.split("-")) == 1 else tag
    for name in (with_country, tag, tag.split("-")[0]):
        try:
            return Formats(Locale.parse(name, sep="-"))
        except (UnknownLocaleError, ValueError):
            continue
    return Formats(Locale("en"))


def _plain(text: str) -> str:
    return _SPACES.sub(" ", text).replace(_APOSTROPHE, "'")
