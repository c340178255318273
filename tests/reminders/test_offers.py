"""What a client may settle without asking anybody: so far as the policy goes, and once."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reminders.account import read_account
from reminders.money import Money
from reminders.offers import Terms, agreeable, grants, meant, monthly_parts, settled_before, terms_of
from reminders.reasons import Reason
from reminders.snapshot import Hold, Instalment, Invoice, Snapshot
from tests.reminders.agreed import a_plan, a_promise
from tests.reminders.book import DUE, STANDARD, a_case, an_invoice, noon

TODAY = DUE + timedelta(days=7)
NOW = noon(TODAY)
OFFERS = STANDARD.offers


def wished(number: int, first: int, step: int = 0) -> Terms:
    """Terms for invoice `a` in that many parts, the first so many days from today."""
    days = [TODAY + timedelta(days=first + step * ahead) for ahead in range(number)]
    return Terms("EUR", ("a",), tuple(Instalment(day, 100_00 // number) for day in days))


def granted(terms: Terms, snapshot: Snapshot | None = None) -> bool:
    case = snapshot or a_case(an_invoice())
    return grants(STANDARD, read_account(case, STANDARD, NOW), terms)


@given(st.integers(1, 10**12), st.integers(1, 24), st.dates(date(2026, 1, 1), date(2030, 12, 31)))
def test_parts_add_up_and_are_a_month_apart(total: int, number: int, first_on: date) -> None:
    parts = monthly_parts(total, number, first_on)

    assert sum(part.amount for part in parts) == total
    assert len(parts) == min(number, total)
    amounts = [part.amount for part in parts]
    assert min(amounts) > 0
    assert max(amounts) - min(amounts) < number
    assert parts[0].due_on == first_on
    months = [part.due_on.year * 12 + part.due_on.month for part in parts]
    assert months == list(range(months[0], months[0] + len(parts)))
    assert all(part.due_on.day <= first_on.day for part in parts)


def test_the_last_day_of_a_month_stays_within_each_month() -> None:
    days = [part.due_on.isoformat() for part in monthly_parts(300, 3, date(2026, 12, 31))]
    assert days == ["2026-12-31", "2027-01-31", "2027-02-28"]


def test_terms_are_for_what_is_open_and_not_contested_in_each_currency() -> None:
    invoices = [
        an_invoice("a", paid=30_00, disputed=20_00),
        an_invoice("b"),
        an_invoice("c", currency="GBP", total=9_00),
    ]
    euros, pounds = terms_of(invoices, 2, TODAY)

    assert (euros.currency, euros.invoice_ids, euros.total) == ("EUR", ("a", "b"), 150_00)
    assert (pounds.currency, pounds.invoice_ids, pounds.total) == ("GBP", ("c",), 9_00)


@pytest.mark.parametrize(
    ("terms", "at_once"),
    [
        (wished(1, OFFERS.extension_days), True),
        (wished(1, OFFERS.extension_days + 1), False),
        (wished(OFFERS.instalments, 0, step=30), True),
        (wished(OFFERS.instalments + 1, 0, step=20), False),
        (wished(2, 0, step=OFFERS.within_days), True),
        (wished(2, 0, step=OFFERS.within_days + 1), False),
    ],
)
def test_the_policy_says_how_far_it_goes(terms: Terms, at_once: bool) -> None:
    assert granted(terms) is at_once


@pytest.mark.parametrize(
    "changes", [{"extension_days": 0, "instalments": 0, "within_days": 0}, {"extension_days": 0}]
)
def test_a_policy_may_grant_nothing(changes: dict[str, int]) -> None:
    policy = STANDARD.model_copy(update={"offers": OFFERS.model_copy(update=changes)})
    account = read_account(a_case(an_invoice()), policy, NOW)
    assert not grants(policy, account, wished(1, 0))


def test_it_goes_so_far_once() -> None:
    promised = a_case(an_invoice(), promises=(a_promise("04-02", 100_00),))
    planned = a_case(an_invoice(), plans=(a_plan({"04-20": 100_00}),))
    decided = a_case(an_invoice(), escalated=frozenset({"acme"}))
    for case in (promised, planned, decided):
        assert settled_before(read_account(case, STANDARD, NOW)) == {"a"}
        assert not granted(wished(1, 3), case)


@pytest.mark.parametrize(
    ("invoice", "there"),
    [
        (an_invoice(), True),
        (an_invoice(creditor_id="other"), False),
        (an_invoice(auto_collect=True), False),
        (an_invoice(disputed=100_00), False),
        (an_invoice(paid=100_00), False),
        (an_invoice(holds=(Hold(Reason.VOIDED),)), False),
        (an_invoice(holds=(Hold(Reason.WRITTEN_OFF),)), False),
    ],
)
def test_terms_can_be_wished_for_what_is_asked_for(invoice: Invoice, there: bool) -> None:
    account = read_account(a_case(invoice), STANDARD, NOW)
    assert bool(agreeable(account, "acme")) is there


def named(
    invoices: list[Invoice], on: date, amount: Money | None = None
) -> tuple[int, tuple[str, ...]] | None:
    found = meant(read_account(a_case(*invoices), STANDARD, NOW), on, amount)
    return found and (found[0].minor, found[1])


def test_who_promises_a_day_means_what_is_due_by_then() -> None:
    late, later = an_invoice("a"), an_invoice("b", due_on=TODAY + timedelta(days=21), total=40_00)

    assert named([late, later], TODAY + timedelta(days=3)) == (100_00, ("a",))
    assert named([late, later], TODAY + timedelta(days=21)) == (140_00, ("a", "b"))
    assert named([later], TODAY + timedelta(days=3)) == (40_00, ("b",))


def test_who_names_a_sum_means_that_sum_of_what_it_fits() -> None:
    late, later = an_invoice("a"), an_invoice("b", due_on=TODAY + timedelta(days=21), total=40_00)
    friday = TODAY + timedelta(days=3)

    assert named([late, later], friday, Money(60_00, "EUR")) == (60_00, ("a",))
    assert named([late, later], friday, Money(140_00, "EUR")) == (140_00, ("a", "b"))
    assert named([late, later], friday, Money(150_00, "EUR")) is None
    assert named([late, later], friday, Money(60_00, "USD")) is None


def test_nobody_promises_what_is_contested_closed_or_of_two_currencies() -> None:
    friday = TODAY + timedelta(days=3)
    void = an_invoice("v", holds=(Hold(Reason.VOIDED),))

    assert named([an_invoice("a", disputed=30_00), void], friday) == (70_00, ("a",))
    assert named([void], friday) is None
    assert named([an_invoice("a"), an_invoice("b", currency="GBP")], friday) is None
