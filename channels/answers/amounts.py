"""The sum that a reply names."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping

from channels.folding import fold
from reminders.money import Money, MoneyError

_SHIPPED = {
    "€": "EUR",
    "£": "GBP",
    "euro": "EUR",
    "euros": "EUR",
    "eur": "EUR",
    "gbp": "GBP",
    "pounds": "GBP",
} | {code.lower(): code for code in ("USD", "CHF", "CAD", "AUD", "SEK", "DKK", "NOK", "PLN")}
_NUMBER = r"\d{1,3}(?:[.,' ]\d{3})+(?:[.,]\d{1,2})?(?!\d)|\d{1,9}(?:[.,]\d{1,2})?(?!\d)"


class Amounts:
    """Finds sums by the signs and names of currencies: those known here, and those that languages add by ISO code."""

    def __init__(self, added: Mapping[str, Iterable[str]]) -> None:
        self._signs = _SHIPPED | {
            sign: code for code, names in added.items() for sign in (code.lower(), *map(fold, names))
        }
        sign = "|".join([*map(re.escape, sorted(self._signs, key=len, reverse=True)), r"\$"])
        self._amount = re.compile(
            rf"(?<!\w)(?P<before>{sign}) ?(?P<x>{_NUMBER})|(?<![\w.,])(?P<y>{_NUMBER}) ?(?P<after>{sign})(?!\w)"
        )

    def find(self, folded: str) -> tuple[Money | None, bool]:
        """The one sum that a text (lower case) names, and whether that is clear.

        Several sums, or a currency that could be several ("$50"), give none and are not clear; no sum at all is.
        """
        found = set()
        for match in self._amount.finditer(folded):
            currency = self._signs.get(match["before"] or match["after"])
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
