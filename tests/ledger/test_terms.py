"""What an invoice says beside its sums, and what became of its disputes."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from events.contracts.delivery import Read
from ledger.snapshots.terms import fitted
from ledger.unit import Ledger
from reminders.interest.terms import LateTerms, LateTermsKind
from reminders.reasons import Reason
from reminders.snapshot import Discount, Instalment
from tests.ledger.book import event, holds, invoice, issued, tell

MARCH, APRIL, MAY = date(2026, 3, 1), date(2026, 4, 1), date(2026, 5, 1)


@pytest.mark.parametrize("percent", ["2.5", 2.5])
def test_an_early_payment_discount_is_exact(ledger: Ledger, percent: object) -> None:
    tell(ledger, issued(early_discount={"percent": percent, "by_on": "2026-01-15"}))

    assert invoice(ledger).discount == Discount(Decimal("2.5"), date(2026, 1, 15))


@pytest.mark.parametrize(
    ("stated", "terms"),
    [
        ("none", LateTerms(LateTermsKind.NONE)),
        ("statutory", LateTerms(LateTermsKind.STATUTORY)),
        (
            {"annual_percent": "9.25", "fixed_fee": "40.00"},
            LateTerms(LateTermsKind.CONTRACT, Decimal("9.25"), 4000),
        ),
        ({"annual_percent": 8}, LateTerms(LateTermsKind.CONTRACT, Decimal(8), None)),
        ({"fixed_fee": "0"}, LateTerms(LateTermsKind.CONTRACT, None, 0)),
    ],
)
def test_late_terms_are_as_the_contract_says(ledger: Ledger, stated: Any, terms: LateTerms) -> None:
    tell(ledger, issued(late_terms=stated))

    assert invoice(ledger).late_terms == terms


def test_what_the_biller_did_not_say_is_not_made_up(ledger: Ledger) -> None:
    tell(ledger, issued())

    found = invoice(ledger)
    assert (found.discount, found.late_terms, found.instalments) == (None, None, ())


def parts(*stated: tuple[date, str]) -> list[dict[str, str]]:
    return [{"due_on": day.isoformat(), "amount": amount} for day, amount in stated]


@pytest.mark.parametrize(
    ("stated", "found"),
    [
        (
            [(APRIL, "60.00"), (MARCH, "40.00")],
            [(MARCH, 4000), (APRIL, 6000)],
        ),
        ([(MARCH, "30.00"), (APRIL, "30.00")], [(MARCH, 3000), (APRIL, 7000)]),  # due by then: with the last
        ([(MARCH, "80.00"), (APRIL, "30.00"), (MAY, "10.00")], [(MARCH, 8000), (APRIL, 2000)]),
    ],
)
def test_instalments_add_up_to_the_total(
    ledger: Ledger, stated: list[tuple[date, str]], found: list[tuple[date, int]]
) -> None:
    tell(ledger, issued(instalments=parts(*stated)))

    assert invoice(ledger).instalments == tuple(Instalment(*one) for one in found)


@given(st.lists(st.integers(1, 500), min_size=1, max_size=6), st.integers(1, 2000))
def test_fitted_instalments_never_ask_for_more_or_sooner(amounts: list[int], total: int) -> None:
    stated = [Instalment(date(2026, 1, day), amount) for day, amount in enumerate(amounts, 1)]

    found = fitted(stated, total, date(2026, 1, 9))

    assert sum(part.amount for part in found) == total
    for day in range(1, 9):  # before the invoice's own day, never more than was stated
        asked = sum(part.amount for part in found if part.due_on.day <= day)
        assert asked <= sum(amounts[:day])


def dispute(type_: str = "opened", dispute_id: str = "d1", **fields: Any) -> Read:
    return event(f"dispute.{type_}", dispute_id=dispute_id, invoice_id="i1", **fields)


def test_open_disputes_say_why_each_reason_once(ledger: Ledger) -> None:
    tell(
        ledger,
        issued(),
        dispute(dispute_id="d1", amount="10.00", reason_code="quality"),
        dispute(dispute_id="d2", amount="10.00", reason_code="cannot_pay"),
        dispute(dispute_id="d3", amount="10.00", reason_code="quality"),
        dispute(dispute_id="d4", amount="10.00"),
    )

    assert invoice(ledger).dispute_reasons == ("cannot_pay", "quality")
    assert invoice(ledger).disputed == 4000


def test_who_cannot_pay_is_held_like_any_dispute(ledger: Ledger) -> None:
    tell(ledger, issued(), dispute(reason_code="cannot_pay"))

    assert holds(invoice(ledger)) == {Reason.DISPUTED: None}


def test_the_last_resolution_counts_once_no_dispute_is_open(ledger: Ledger) -> None:
    a_day = 60 * 24
    tell(ledger, issued(), dispute(amount="10.00", time=1), dispute(dispute_id="d2", amount="5.00", time=1))
    tell(ledger, dispute("resolved", time=a_day))
    assert (invoice(ledger).dispute_resolved_on, invoice(ledger).disputed) == (None, 500)

    tell(ledger, dispute("resolved", "d2", time=3 * a_day))
    found = invoice(ledger)
    assert (found.dispute_resolved_on, found.dispute_reasons) == (date(2026, 2, 4), ())

    tell(ledger, dispute(time=4 * a_day, reason_code="quality"))
    assert invoice(ledger).dispute_resolved_on is None
