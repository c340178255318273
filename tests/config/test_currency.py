from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from config.currency import MoneyError, exponent, is_plain, to_minor


def test_minor_units_follow_the_currency() -> None:
    assert to_minor("1200.00", "EUR") == 120_000
    assert to_minor("1200", "EUR") == 120_000
    assert to_minor("1200.5", "EUR") == 120_050
    assert to_minor("1200.500", "EUR") == 120_050
    assert to_minor("1200", "JPY") == 1200
    assert to_minor("1200.000", "JPY") == 1200
    assert to_minor("1.234", "KWD") == 1234
    assert to_minor("-0.05", "EUR") == -5
    assert (exponent("EUR"), exponent("JPY"), exponent("KWD")) == (2, 0, 3)


@pytest.mark.parametrize(
    "amount", ["", "x", "1,00", "1e2", "+1", " 1", "1 ", ".5", "5.", "NaN", "1_000", "٣", "1\n"]
)
def test_only_plain_decimals_are_taken(amount: str) -> None:
    assert not is_plain(amount)
    with pytest.raises(MoneyError, match="plain decimal"):
        to_minor(amount, "EUR")


def test_nothing_is_rounded() -> None:
    with pytest.raises(MoneyError, match="more decimal places than EUR has"):
        to_minor("0.005", "EUR")
    with pytest.raises(MoneyError, match="too large"):
        to_minor("1000000000000000", "EUR")


@pytest.mark.parametrize("currency", ["", "eur", "EURO", "XYZ", "E R"])
def test_a_currency_that_is_none_is_refused(currency: str) -> None:
    with pytest.raises(MoneyError, match="ISO 4217"):
        to_minor("1", currency)


@given(st.integers(0, 10**15), st.sampled_from(["EUR", "JPY", "KWD", "CLF"]))
def test_what_is_written_is_read(minor: int, currency: str) -> None:
    places = exponent(currency)
    digits = str(minor).rjust(places + 1, "0")
    text = f"{digits[:-places]}.{digits[-places:]}" if places else digits
    assert to_minor(text, currency) == minor
