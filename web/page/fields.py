"""The fields of a form, and what was written into them: checked one by one, with a message beside each that is amiss.

All that comes in is a stranger's: it is read as a value of the field's kind, or as a fault of the field.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, time
from enum import StrEnum
from typing import Any

import phonenumbers
from babel.numbers import NumberFormatError, parse_decimal

from config.currency import LARGEST, exponent
from reminders.money import Money, MoneyError
from web.page.words import Words

Values = Mapping[str, Any]
"""What was written, by field: of its kind's own type; None where nothing was."""
_DAY = re.compile(r"\d{4}-\d{2}-\d{2}")
_TIME = re.compile(r"([01]\d|2[0-3]):[0-5]\d(:[0-5]\d)?")
_LONGEST_LINE = 120
_LONGEST_TEXT = 2000
_SHORTEST_NUMBER = 5
"""Digits of a phone number without its country code: those of the smallest countries."""


class Kind(StrEnum):
    """What a field takes."""

    DAY = "day"
    """A `date`."""
    TIME = "time"
    """A `time`."""
    AMOUNT = "amount"
    """`Money` in the field's currency, as the reader writes numbers or as plain decimals."""
    LINE = "line"
    """A short text."""
    TEXT = "text"
    """A longer one."""
    PHONE = "phone"
    """A phone number of the field's region or with its country code: as E.164, with its extension behind it."""
    ONE = "one"
    """The value of one option, shown as a list to choose from."""
    SOME = "some"
    """A frozenset of the values of options, shown as boxes."""


@dataclass(frozen=True, slots=True)
class Option:
    """One of a field's choices."""

    value: str
    label: str


@dataclass(frozen=True, slots=True)
class Field:
    """One field of a form."""

    name: str
    kind: Kind
    label: str
    options: tuple[Option, ...] = ()
    required: bool = True
    hint: str = ""
    first: date | None = None
    """The first day that can be chosen, and the last."""
    last: date | None = None
    currency: str = ""
    region: str = ""
    """The country (ISO 3166) in which a phone number without a country code is; empty: it needs one."""
    initial: tuple[str, ...] = ()
    """What stands in it before anybody has written."""


@dataclass(frozen=True, slots=True)
class Taken:
    """A form as it came: its values where nothing is amiss, and what was written and what is amiss where it is."""

    values: Values
    errors: Mapping[str, str]
    written: Mapping[str, tuple[str, ...]]


def take(fields: Sequence[Field], posted: Mapping[str, Sequence[str]], words: Words) -> Taken:
    """Read what was posted into these fields; what belongs to none of them is not looked at."""
    values: dict[str, Any] = {}
    errors: dict[str, str] = {}
    written: dict[str, tuple[str, ...]] = {}
    for field in fields:
        given = tuple(value for each in posted.get(field.name, ()) if (value := _clean(each)))
        written[field.name] = tuple(value[:_LONGEST_TEXT] for value in given)
        values[field.name] = frozenset() if field.kind is Kind.SOME else None
        try:
            if given:
                values[field.name] = _value(field, given, words)
            elif field.required:
                raise _Amiss("error_some" if field.kind is Kind.SOME else "error_required")
        except _Amiss as amiss:
            errors[field.name] = words.text(amiss.key, **amiss.values)
    return Taken(values, errors, written)


class _Amiss(Exception):
    """What is wrong with a field, as a phrase of the page."""

    def __init__(self, key: str, **values: object) -> None:
        super().__init__(key)
        self.key = key
        self.values = values


def _value(field: Field, given: tuple[str, ...], words: Words) -> Any:
    text = given[0]
    match field.kind:
        case Kind.DAY:
            return _day(field, text, words)
        case Kind.TIME:
            if not _TIME.fullmatch(text):
                raise _Amiss("error_time")
            return time.fromisoformat(text)
        case Kind.AMOUNT:
            return _amount(field, text, words)
        case Kind.LINE | Kind.TEXT:
            if len(text) > (_LONGEST_LINE if field.kind is Kind.LINE else _LONGEST_TEXT):
                raise _Amiss("error_long")
            return text
        case Kind.PHONE:
            return _phone(text, field.region)
        case Kind.ONE | Kind.SOME:
            known = {option.value for option in field.options}
            if not known.issuperset(given):
                raise _Amiss("error_choice")
            return text if field.kind is Kind.ONE else frozenset(given)


def _day(field: Field, text: str, words: Words) -> date:
    try:
        day = date.fromisoformat(text) if _DAY.fullmatch(text) else None
    except ValueError:
        day = None
    if day is None:
        raise _Amiss("error_date")
    first, last = field.first or date.min, field.last or date.max
    if not first <= day <= last:
        shown = words.formats.long_date
        raise _Amiss("error_between", first=shown(first), last=shown(last))
    return day


def _amount(field: Field, text: str, words: Words) -> Money:
    """An amount as people write it: `1200`, `1,200.00`, `1.200,00`. One sign before two digits is the decimal sign."""
    places = exponent(field.currency)
    example = words.formats.money(Money(12050 if places == 2 else 120 * 10**places, field.currency))
    amiss = _Amiss("error_amount", example=example)
    plain = re.sub(r"[\s'’]", "", text)
    try:
        if re.fullmatch(rf"[0-9]{{1,15}}([.,][0-9]{{1,{max(places, 1)}}})?", plain) and places:
            money = Money.parse(plain.replace(",", "."), field.currency)
        else:
            number = parse_decimal(plain, words.formats.locale, strict=True)
            minor = number.scaleb(places)
            if not minor.is_finite() or minor != minor.to_integral_value() or not 0 < minor < LARGEST:
                raise amiss
            money = Money(int(minor), field.currency)
    except (NumberFormatError, MoneyError, ValueError, ArithmeticError):
        raise amiss from None
    if money.minor <= 0:
        raise amiss
    return money


def _phone(text: str, region: str) -> str:
    try:
        number = phonenumbers.parse(text[:40], region or None)
    except phonenumbers.NumberParseException:
        raise _Amiss("error_phone") from None
    # Possible is enough: what is valid is a table that new numbers are ahead of. Emergency numbers are possible, too.
    whole = len(phonenumbers.national_significant_number(number)) >= _SHORTEST_NUMBER
    if not (whole and phonenumbers.is_possible_number(number)):
        raise _Amiss("error_phone")
    called = phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)
    return f"{called} ext. {number.extension}" if number.extension else str(called)


def _clean(value: str) -> str:
    """On one line, and without what does not print: control characters, overrides of the writing direction."""
    return " ".join("".join(sign if sign.isprintable() else " " for sign in value).split())
