"""Money: integer minor units with a currency (ISO 4217). Never a float, never an amount without its currency."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal

from config.currency import MoneyError, exponent, to_minor

__all__ = ["Money", "MoneyError", "exponent", "percent_of", "totals"]


@dataclass(frozen=True, slots=True, order=True)
class Money:
    """An amount in minor units (cents) of one currency. Adding two currencies raises `MoneyError`."""

    minor: int
    currency: str

    @classmethod
    def parse(cls, amount: str, currency: str) -> Money:
        """Read a decimal string, as events carry it: `Money.parse("1200.00", "EUR")` is 120000 minor units.

        Raises `MoneyError` for anything but a plain decimal with no more places than the currency has: an amount
        is never rounded on the way in.
        """
        return cls(to_minor(amount, currency), currency)

    @property
    def decimal(self) -> Decimal:
        """The amount in major units, with as many places as the currency has."""
        places = exponent(self.currency)
        return Decimal(self.minor).scaleb(-places).quantize(Decimal(1).scaleb(-places))

    def __str__(self) -> str:
        """`1200.00 EUR`: for logs and reasons; what a client reads is formatted in their own locale elsewhere."""
        return f"{self.decimal} {self.currency}"

    def __add__(self, other: Money) -> Money:
        return Money(self.minor + self._same(other).minor, self.currency)

    def __sub__(self, other: Money) -> Money:
        return Money(self.minor - self._same(other).minor, self.currency)

    def share(self, percent: Decimal) -> Money:
        """That many percent of the amount, rounded once, half up, to the minor unit."""
        return Money(percent_of(self.minor, percent), self.currency)

    def _same(self, other: Money) -> Money:
        if other.currency != self.currency:
            raise MoneyError(f"can't add {self.currency} and {other.currency}")
        return other


def percent_of(minor: int, percent: Decimal) -> int:
    """That many percent of some minor units, rounded once, half up."""
    return int((Decimal(minor) * percent / 100).quantize(Decimal(1), rounding=ROUND_HALF_UP))


def totals(amounts: Iterable[Money]) -> tuple[Money, ...]:
    """One sum per currency, in the order of their codes."""
    sums: dict[str, int] = {}
    for money in amounts:
        sums[money.currency] = sums.get(money.currency, 0) + money.minor
    return tuple(Money(minor, currency) for currency, minor in sorted(sums.items()))
