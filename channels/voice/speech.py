"""How sums, invoice numbers and telephone numbers are said aloud.

A voice reads figures by the habits of its own language, whatever the country of who listens: `1,200.50` read by a
German voice is another sum. So nothing groups thousands, a currency is named and no sign, and long numbers go figure by
figure.
"""

from __future__ import annotations

import re
from datetime import date
from functools import lru_cache

import phonenumbers
from babel import Locale
from babel.numbers import format_currency

from channels.formats import Formats
from reminders.money import Money

_GROUPS = re.compile(r"[^\W\d_]+|\d+")
_LONGEST_WORD = re.compile(r"[A-Z]?[a-zà-ÿ]{3,}")
_FIGURES_AT_ONCE = 4
"""More than that nobody keeps in mind: longer numbers are said in threes."""


class SpokenFormats(Formats):
    """The habits of a voice."""

    def _money(self, money: Money) -> str:
        """`1200 euros`, `980.50 euros`."""
        whole = money.decimal == money.decimal.to_integral_value()
        return format_currency(
            money.decimal,
            money.currency,
            format="0" if whole else None,
            locale=self.locale,
            format_type="name",
            currency_digits=not whole,
            group_separator=False,
        )

    def _short_date(self, day: date) -> str:
        return self._long_date(day)

    def _short_day(self, day: date) -> str:
        return self._day(day)


@lru_cache(maxsize=16)
def spoken_formats(tag: str) -> SpokenFormats:
    """The habits of a voice of that language and country: `de-DE`."""
    return SpokenFormats(Locale.parse(tag, sep="-"))


def spelled(number: str) -> str:
    """An invoice's number to be said: `INV-2026-00042` as `I N V, 2 0 2 6, 0 0 0, 4 2`. A word stays a word."""
    return ", ".join(part for group in _GROUPS.findall(number) for part in _parts(group))


def spelled_phone(number: str, country: str) -> str:
    """A telephone number to be said: as it is dialled at home where the reader's country is its own, else with `+`."""
    try:
        parsed = phonenumbers.parse(number, country)
    except phonenumbers.NumberParseException:
        return spelled(number)
    form = phonenumbers.PhoneNumberFormat
    if phonenumbers.region_code_for_number(parsed) == country:
        return spelled(phonenumbers.format_number(parsed, form.NATIONAL))
    return "+" + spelled(phonenumbers.format_number(parsed, form.INTERNATIONAL))


def _parts(group: str) -> list[str]:
    if _LONGEST_WORD.fullmatch(group):
        return [group]
    if not group.isdigit() or len(group) <= _FIGURES_AT_ONCE:
        return [" ".join(group)]
    return [" ".join(group[start : start + 3]) for start in range(0, len(group), 3)]
