"""`interest`: a sheet period by period for a person, one JSON value for a program, and why there is none."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from tests.cli.conftest import Book, Ran

Amicable = Callable[..., Ran]


def paid(book: Book, amount: str, on: str, payment_id: str = "P") -> None:
    book.event(
        "payment.received",
        payment_id=payment_id,
        client_id="C1",
        currency="EUR",
        amount=amount,
        received_on=on,
        allocations=[{"invoice_id": "i1", "amount": amount}],
    )


@pytest.fixture
def german(book: Book) -> Book:
    """Due on Wednesday, 4 March 2026, to the German creditor; 500.00 of 1,200.00 are paid on 3 July 2026."""
    book.client()
    book.invoice(creditor_id="northwind-de", late_terms="statutory")
    book.at("2026-07-03T09:00")
    paid(book, "500.00", "2026-07-03")
    book.at("2026-07-10T09:00")
    return book


def test_a_sheet_for_a_person(german: Book, amicable: Amicable) -> None:
    ran = amicable("interest", "INV-2003", "--on", "2026-07-12")
    assert ran.code == 0, ran.err
    lines = [" ".join(line.split()) for line in ran.out.splitlines()]
    assert lines[0] == "Interest on INV-2003 through 12 July 2026, by § 288 Abs. 2 und 5 BGB"
    series = "Deutsche Bundesbank, Basiszinssatz (§ 247 BGB)"
    assert lines[2:6] == [
        "due from through days principal % a year interest rate",
        f"2026-03-04 2026-03-05 2026-06-30 118 1,200.00 EUR 10.27 39.8420 {series} 1.27 + 9 points",
        f"2026-03-04 2026-07-01 2026-07-02 2 1,200.00 EUR 10.52 0.6917 {series} 1.52 + 9 points",
        f"2026-03-04 2026-07-03 2026-07-12 10 700.00 EUR 10.52 2.0175 {series} 1.52 + 9 points",
    ]
    assert "interest 42.55 EUR" in lines
    assert "fixed sum 40.00 EUR" in lines
    assert "together 82.55 EUR" in lines
    assert "each further day 0.20 EUR" in lines
    assert "It may be claimed: the invoice's late terms say so." in lines
    assert "Deutsche Bundesbank, Basiszinssatz nach § 247 BGB" in lines
    assert "§ 288 Abs. 5 BGB" in lines


def test_without_a_day_it_is_today_where_the_creditor_is(german: Book, amicable: Amicable) -> None:
    assert "through 10 July 2026" in amicable("interest", "i1").out
    german.at("2026-07-10T22:30")
    assert "through 11 July 2026" in amicable("interest", "i1").out


def test_a_sheet_for_a_program(german: Book, amicable: Amicable) -> None:
    sheet = amicable("--json", "interest", "i1", "--on", "2026-07-12").json
    assert {key: sheet[key] for key in ("invoice_id", "number", "through", "available", "claimable")} == {
        "invoice_id": "i1",
        "number": "INV-2003",
        "through": "2026-07-12",
        "available": True,
        "claimable": True,
    }
    assert (sheet["interest"], sheet["fixed_sum"], sheet["total"]) == ("42.55", "40.00", "82.55")
    last = sheet["periods"][-1]
    assert (last["start"], last["end"], last["days"]) == ("2026-07-03", "2026-07-12", 10)
    assert (last["principal"], last["annual_percent"], last["interest"]) == ("700.00", "10.52", "2.0175")
    assert all(period["sources"] for period in sheet["periods"])


def test_where_the_biller_said_nothing_it_is_available_and_not_claimed(
    book: Book, amicable: Amicable
) -> None:
    book.client()
    book.invoice(creditor_id="northwind-de")
    book.at("2026-04-10T09:00")
    out = amicable("interest", "i1").out
    assert "It is available and not claimed" in out
    assert amicable("--json", "interest", "i1").json["claimable"] is False


@pytest.mark.parametrize(
    ("client", "invoice", "reason", "says"),
    [
        ({"debtor_type": "consumer"}, {}, "interest_debtor_type", "no interest for a consumer"),
        ({}, {"late_terms": "none"}, "interest_excluded", "exclude it"),
        ({}, {"due": "2026-05-20"}, "not_due", "Nothing of it was late through 2026-04-10"),
        ({}, {"creditor_id": "nobody"}, "creditor_unknown", "not configured"),
    ],
)
def test_no_interest_is_an_answer_with_its_reason(
    book: Book,
    amicable: Amicable,
    client: dict[str, str],
    invoice: dict[str, str],
    reason: str,
    says: str,
) -> None:
    book.client(**client)
    book.invoice(**invoice)
    book.at("2026-04-10T09:00")
    ran = amicable("interest", "i1")
    assert ran.code == 0
    assert ran.out.startswith("No interest on INV-2003 through 10 April 2026: ")
    assert says in " ".join(ran.out.split())
    found = amicable("--json", "interest", "i1").json
    assert (found["available"], found["reason"]) == (False, reason)


def test_an_invoice_that_was_paid_late_long_ago_still_has_its_sheet(german: Book, amicable: Amicable) -> None:
    paid(german, "700.00", "2026-07-13", "P2")
    german.at("2026-11-20T09:00")
    ran = amicable("interest", "i1")
    assert ran.code == 0, ran.err
    assert "42.55 EUR" in ran.out
    assert "each further day    0.00 EUR" in ran.out


@pytest.mark.parametrize("name", ["nothing", "C1"])
def test_what_is_no_invoice_fails_with_a_line(german: Book, amicable: Amicable, name: str) -> None:
    ran = amicable("interest", name)
    assert (ran.code, ran.out) == (1, "")
    assert ran.err == f"amicable: there is no invoice {name}; give an invoice's id or its number\n"


def test_a_day_that_is_no_date_is_bad_usage(german: Book, amicable: Amicable) -> None:
    assert amicable("interest", "i1", "--on", "yesterday").code == 2


def test_a_day_that_nobody_will_see_is_bad_usage(german: Book, amicable: Amicable) -> None:
    ran = amicable("interest", "i1", "--on", "9999-12-31")
    assert (ran.code, ran.out) == (2, "")
    assert "more than two years ahead" in ran.err
