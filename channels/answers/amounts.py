"""The sum that a reply names."""

from __future__ import annotations

import re

from reminders.money import Money, MoneyError

_SIGNS = {
    "€": "EUR",
    "£": "GBP",
    "euro": "EUR",
    "euros": "EUR",
    "eur": "EUR",
    "gbp": "GBP",
    "pounds": "GBP",
} | {code.lower(): code for code in ("USD", "CHF", "CAD", "AUD", "SEK", "DKK", "NOK", "PLN")}
_SIGN = "|".join([*map(re.escape, sorted(_SIGNS, key=len, reverse=True)), r"\$"])
_NUMBER = r"\d{1,3}(?:[.,' ]\d{3})+(?:[.,]\d{1,2})?(?!\d)|\d{1,9}(?:[.,]\d{1,2})?(?!\d)"
_AMOUNT = re.compile(
    rf"(?<!\w)(?P<before>{_SIGN}) ?(?P<x>{_NUMBER})|(?<![\w.,])(?P<y>{_NUMBER}) ?(?P<after>{_SIGN})(?!\w)"
)


def amount_in(folded: str) -> tuple[Money | None, bool]:
    """The one sum that a text (lower case) names, and whether that is clear.

    Several sums, or a currency that could be several ("$50"), give none and are not clear; no sum at all is.
    """
    found = set()
    for match in _AMOUNT.finditer(folded):
        currency = _SIGNS.get(match["before"] or match["after"])
        if currency is None:
            return None, False
        try:
            found.add(Money.parse(_plain(match["x"] or match["y"]), currency))
        except MoneyError:
            return None, False
    if len(found) > 1:
        return None, False
    return (found.pop() if found else None), True


def _plain(number: str) -> str:
    """`1.250,00`, `1,250.00` and `1 250` as a plain decimal: one or two digits after the last sign are cents."""
    cents = re.search(r"[.,](\d{1,2})$", number)
    whole = number[: cents.start()] if cents else number
    return re.sub(r"\D", "", whole) + (f".{cents[1]}" if cents else "")
