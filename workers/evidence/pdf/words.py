"""Sums, days and codes as a reader sees them."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, date, datetime
from decimal import Decimal

from reminders.money import Money

_NO_BREAK = "\u00a0"


def money(amount: Money) -> str:
    """`1,200.00 EUR`."""
    return f"{amount.decimal:,}{_NO_BREAK}{amount.currency}"


def monies(amounts: Iterable[Money], none: str = "nothing") -> str:
    """Sums of several currencies."""
    return ", ".join(map(money, amounts)) or none


def decimal(value: Decimal) -> str:
    """A number without zeros that say nothing: `9.27`, `8`."""
    return f"{value.normalize():f}"


def day(value: date | None) -> str | None:
    """`4 Mar 2026`, never broken over two lines."""
    return f"{value.day} {value:%b} {value.year}".replace(" ", _NO_BREAK) if value else None


def instant(at: datetime | None) -> str | None:
    """`4 Mar 2026, 09:00` in UTC."""
    if at is None:
        return None
    utc = at.astimezone(UTC)
    return f"{day(utc.date())}, {utc:%H:%M}"


def second(at: datetime) -> str:
    """`4 Mar 2026, 09:00:31` in UTC: what a provider reported."""
    return f"{instant(at)}:{at.astimezone(UTC):%S}"


def said(code: str) -> str:
    """A code as words: `partly_kept` is `partly kept`."""
    return code.replace("_", " ")


def count(number: int, one: str, many: str | None = None) -> str:
    """`1 message`, `2 messages`."""
    return f"{number:,} {one if number == 1 else many or one + 's'}"


def listed(items: Iterable[str]) -> str | None:
    """`a, b`; None for nothing."""
    return ", ".join(items) or None
