"""Names, money and dates as people write them."""

from __future__ import annotations

from datetime import date

import pytest

from channels.formats import formats
from channels.labels import LabelError, Labels
from channels.names import Names, clean
from channels.view import host_of, readable_on, web_url
from reminders.money import Money

DAY = date(2026, 12, 4)


@pytest.mark.parametrize(
    ("name", "country", "greeted"),
    [
        ("Jane Okafor", "GB", "Jane"),
        ("JANE OKAFOR", "GB", "Jane"),
        ("okafor, jane", "GB", "Jane"),
        ("Jean-Luc Picard", "FR", "Jean-Luc"),
        ("Jane", "GB", "Jane"),
        ("J. Okafor", "GB", "J. Okafor"),
        ("Dr. Anna Weber", "DE", "Dr. Anna Weber"),
        ("Mr Smith", "GB", "Mr Smith"),
        ("Tanaka Taro", "JP", "Tanaka Taro"),
        ("田中太郎", "US", "田中太郎"),
        ("Accounts Payable", "GB", "Acme Ltd"),
        ("The Billing Team", "GB", "Acme Ltd"),
        ("Acme Ltd", "GB", "Acme Ltd"),
        ("ap@acme.example", "GB", "Acme Ltd"),
        ("visit https://evil.example", "GB", "Acme Ltd"),
        ("<b>Jane</b>", "GB", "Acme Ltd"),
        ("", "GB", "Acme Ltd"),
        (None, None, "Acme Ltd"),
    ],
)
def test_salutation(name: str | None, country: str | None, greeted: str) -> None:
    assert Names().salutation(name, "Acme Ltd", country) == greeted


@pytest.mark.parametrize(
    ("name", "greeted"),
    [
        ("Jane Okafor", "Jane Okafor"),
        ("OKAFOR, JANE", "Jane Okafor"),
        ("Herr Müller", "Herr Müller"),
        ("Jan van der Berg", "Jan van der Berg"),
        ("Maria de la Cruz", "Maria de la Cruz"),
        ("田中太郎", "田中太郎"),
        ("Debitorenbuchhaltung", ""),
        ("Acme Ltd", ""),
        ("ap@acme.example", ""),
        (None, ""),
    ],
)
def test_full_name(name: str | None, greeted: str) -> None:
    assert Names().full_name(name, "Acme Ltd") == greeted


def test_clean_leaves_one_line_of_readable_text() -> None:
    assert clean(" A\r\nBcc: x\x00\u202e B\u2028 ") == "A Bcc: x B"


@pytest.mark.parametrize(
    ("language", "country", "minor", "currency", "written"),
    [
        ("en", "GB", 120000, "GBP", "£1,200.00"),
        ("de", "DE", 120000, "EUR", "1.200,00 €"),
        ("en", "DE", 120000, "EUR", "1.200,00 €"),
        ("en", "FR", 120000, "EUR", "1 200,00 €"),
        ("en", "JP", 1200000, "JPY", "¥1,200,000"),
        ("en", "GB", 120000, "USD", "US$1,200.00"),
        ("en-US", "GB", 120000, "USD", "$1,200.00"),
        ("en", "KW", 1200000, "KWD", "KWD1,200.000"),
        ("de", "CH", 120000, "CHF", "CHF 1'200.00"),
        ("de", "AT", 120000, "EUR", "€ 1.200,00"),
        ("de", "GB", 120000, "GBP", "1.200,00 £"),
        ("en", "IN", 12000000, "INR", "₹1,20,000.00"),
        ("xx", "ZZ", 120000, "GBP", "£1,200.00"),
        (None, None, 120000, "GBP", "£1,200.00"),
    ],
)
def test_money(language: str | None, country: str | None, minor: int, currency: str, written: str) -> None:
    assert formats(language, country).money(Money(minor, currency)) == written


@pytest.mark.parametrize(
    ("language", "country", "long", "short"),
    [
        ("en", "GB", "4 December 2026", "4 Dec 2026"),
        ("en", "US", "December 4, 2026", "Dec 4, 2026"),
        ("en", "DE", "4 December 2026", "4 Dec 2026"),
        ("de", "DE", "4. Dezember 2026", "4. Dez. 2026"),
    ],
)
def test_a_date_names_its_month(language: str, country: str, long: str, short: str) -> None:
    assert (formats(language, country).long_date(DAY), formats(language, country).short_date(DAY)) == (
        long,
        short,
    )


def test_the_first_of_a_month_is_an_ordinal_in_french() -> None:
    french, first = formats("fr", "CA"), date(2026, 1, 1)

    assert french.long_date(first) == "1er janvier 2026"
    assert (french.short_date(first), french.short_day(first)) == ("1er janv. 2026", "1er janv.")
    assert french.day(date(2026, 1, 11)) == "11 janvier"
    assert formats("es", "ES").day(first) == "1 de enero"


@pytest.mark.parametrize(
    ("url", "kept"),
    [
        ("https://pay.example/i?x=1", "https://pay.example/i?x=1"),
        ("HTTP://pay.example", "HTTP://pay.example"),
        ("javascript:alert(1)", ""),
        ("https://pay.example/\nx", ""),
        ("", ""),
        (None, ""),
    ],
)
def test_only_the_web_is_linked(url: str | None, kept: str) -> None:
    assert web_url(url) == kept


def test_the_host_is_what_comes_after_any_user_name() -> None:
    assert host_of("https://bank.example@evil.example/x") == "evil.example"
    assert host_of("https://pay.example?x=1") == "pay.example"


@pytest.mark.parametrize(
    ("colour", "text"), [("#1f4e5f", "#ffffff"), ("#ffd800", "#000000"), ("#FFFFFF", "#000000")]
)
def test_text_on_a_brand_s_colour_can_be_read(colour: str, text: str) -> None:
    assert readable_on(colour) == text


def test_a_phrase_that_a_language_lacks_is_an_error() -> None:
    labels = Labels("xx", {"days": {"one": "{n} day"}, "total": "Total"})

    with pytest.raises(LabelError, match="xx"):
        labels.text("nothing")
    with pytest.raises(LabelError, match="xx"):
        labels.text("days")
    with pytest.raises(LabelError, match="xx"):
        labels.plural("days", 2, "other")
    with pytest.raises(LabelError, match="place"):
        Labels("xx", {"why": "for {company}"}).text("why", us="us")
    assert labels.total == "Total"
