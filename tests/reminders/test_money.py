"""Money: read exactly, added within one currency, rounded once and half up."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from reminders.money import Money, MoneyError, exponent, totals

minors = st.integers(-(10**15), 10**15)
currencies = st.sampled_from(["EUR", "USD", "JPY", "KWD"])
monies = st.builds(Money, minors, currencies)
few = settings(max_examples=80, deadline=None, derandomize=True)


@pytest.mark.parametrize(
    ("amount", "currency", "minor"),
    [
        ("1200.00", "EUR", 120000),
        ("1200", "EUR", 120000),
        ("0.1", "EUR", 10),
        ("1200", "JPY", 1200),
        ("1.234", "KWD", 1234),
        ("-5.00", "EUR", -500),
    ],
)
def test_a_decimal_string_is_read_into_minor_units(amount: str, currency: str, minor: int) -> None:
    assert Money.parse(amount, currency) == Money(minor, currency)


@pytest.mark.parametrize(
    "amount", ["1.001", "NaN", "Infinity", "-inf", "1e3", "1E3", "1_000", "1,00", "", "x", "9" * 30]
)
def test_what_is_no_plain_amount_is_refused(amount: str) -> None:
    with pytest.raises(MoneyError, match="amount"):
        Money.parse(amount, "EUR")


@pytest.mark.parametrize("amount", ["1.5", "1.01"])
def test_a_yen_has_no_parts(amount: str) -> None:
    with pytest.raises(MoneyError, match="decimal places"):
        Money.parse(amount, "JPY")


def test_a_currency_is_an_iso_code() -> None:
    with pytest.raises(MoneyError, match="ISO 4217"):
        exponent("EURO")


@few
@given(monies)
def test_what_is_printed_reads_the_same(money: Money) -> None:
    assert Money.parse(*str(money).split(" ")) == money


@few
@given(minors, minors, minors, currencies)
def test_sums_do_not_depend_on_their_order(a: int, b: int, c: int, currency: str) -> None:
    one, two, three = (Money(minor, currency) for minor in (a, b, c))
    assert (one + two) + three == one + (two + three)
    assert one + two == two + one
    assert one + two - two == one


def test_two_currencies_are_never_added() -> None:
    with pytest.raises(MoneyError, match="EUR and USD"):
        Money(1, "EUR") + Money(1, "USD")
    with pytest.raises(MoneyError):
        Money(1, "EUR") - Money(1, "USD")


@pytest.mark.parametrize(
    ("minor", "percent", "part"),
    [(100, "2", 2), (25, "2", 1), (24, "2", 0), (75, "2", 2), (10001, "8.5", 850)],
)
def test_a_share_is_rounded_once_half_up(minor: int, percent: str, part: int) -> None:
    assert Money(minor, "EUR").share(Decimal(percent)) == Money(part, "EUR")


@few
@given(st.lists(monies, max_size=8))
def test_totals_keep_currencies_apart_and_in_order(amounts: list[Money]) -> None:
    sums = totals(amounts)
    assert sums == totals(reversed(amounts))
    assert [money.currency for money in sums] == sorted({money.currency for money in amounts})
    for money in sums:
        assert money.minor == sum(a.minor for a in amounts if a.currency == money.currency)
