"""Sums as the pack states them."""

from __future__ import annotations

from collections.abc import Iterable

from config.currency import MoneyError, to_minor
from reminders.money import Money, totals


def sums(amounts: Iterable[Money]) -> tuple[Money, ...]:
    """One sum per currency, in the order of their codes; none for a currency of which nothing is left."""
    return tuple(amount for amount in totals(amounts) if amount.minor)


def read_amount(text: str | None, currency: str) -> Money | None:
    """A decimal that an event brought; None where it is missing or can't be of that currency."""
    if text is None:
        return None
    try:
        return Money(to_minor(text, currency), currency)
    except MoneyError:
        return None
