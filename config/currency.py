"""Currencies and their minor units (ISO 4217), and the one reading of an amount on the wire: exact, never rounded."""

from __future__ import annotations

import re
from functools import cache, lru_cache

from iso4217 import Currency

LARGEST = 10**17
"""Minor units that no true amount reaches; they still fit a 64-bit column when some are added up."""

_PLAIN = re.compile(r"(-?)([0-9]{1,18})(?:\.([0-9]{1,18}))?")


class MoneyError(ValueError):
    """An amount or a currency that can't be taken; the text says what to write instead."""


@cache
def _places(currency: str) -> int | None:
    try:
        return int(Currency(currency).exponent or 0)
    except ValueError:
        return None


def exponent(currency: str) -> int:
    """Number of decimal places of a currency's minor unit: EUR 2, JPY 0, KWD 3.

    Source: ISO 4217 (list one). Raises `MoneyError` for a code that ISO 4217 does not list.
    """
    # Three letters first: what a stranger sends must not fill the cache.
    places = _places(currency) if len(currency) == 3 else None
    if places is None:
        raise MoneyError(f"currency {currency[:40]!r} is not an ISO 4217 code, like EUR or JPY")
    return places


def is_plain(amount: str) -> bool:
    """Whether the text is a plain decimal number, like `1200.00`: no exponent, sign `+`, spaces or grouping."""
    return _PLAIN.fullmatch(amount) is not None


@lru_cache(maxsize=65_536)
def to_minor(amount: str, currency: str) -> int:
    """Minor units of a decimal string: `to_minor("1200.00", "EUR")` is 120000, `to_minor("1200", "JPY")` 1200.

    Raises `MoneyError` for anything but a plain decimal with no more places than the currency has: an amount is never
    rounded on the way in. Zeros that say nothing (`1.500` EUR) are allowed.
    """
    match = _PLAIN.fullmatch(amount)
    if match is None:
        raise MoneyError(f"amount {amount[:40]!r} is not a plain decimal number, like 1200.00")
    sign, whole, fraction = match.groups()
    places = exponent(currency)
    if fraction is None:
        minor = int(whole + "0" * places)
    elif len(fraction) == places:
        minor = int(whole + fraction)
    else:
        if fraction[places:].strip("0"):
            raise MoneyError(f"amount {amount!r} has more decimal places than {currency} has ({places})")
        minor = int(whole + fraction[:places].ljust(places, "0"))
    if minor >= LARGEST:
        raise MoneyError(f"amount {amount!r} is too large to be true")
    return -minor if sign else minor
