"""Interest sheets: what is available and what may be claimed; no day counted twice; no rate guessed."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal
from fractions import Fraction

import pytest

from config.rules.interest import load_interest_law
from reminders.interest.accrual import Period
from reminders.interest.debt import Debt, Part, Reduction
from reminders.interest.sheet import Sheet, Unavailable, interest_sheet
from reminders.interest.terms import LateTerms, LateTermsKind
from reminders.money import Money
from reminders.reasons import Reason
from reminders.snapshot import DebtorType

LAW = load_interest_law()


def a_debt(*due: tuple[str, int], cuts: tuple[tuple[str, int], ...] = (), **fields: object) -> Debt:
    debt = Debt(
        "a",
        "GBP",
        tuple(Part(date.fromisoformat(on), amount) for on, amount in due),
        tuple(Reduction(date.fromisoformat(on), amount) for on, amount in cuts),
        DebtorType.COMPANY,
    )
    return replace(debt, **fields)  # type: ignore[arg-type]  # named by the tests that use it


def sheet(debt: Debt, on: str, after: str | None = None) -> Sheet:
    pack = LAW.pack("GB" if debt.currency == "GBP" else "DE")
    found = interest_sheet(debt, pack, date.fromisoformat(on), date.fromisoformat(after) if after else None)
    assert isinstance(found, Sheet), found
    return found


def why(debt: Debt, on: str) -> Reason:
    found = interest_sheet(debt, LAW.pack("GB"), date.fromisoformat(on))
    assert isinstance(found, Unavailable)
    assert found.reason.sentence
    return found.reason


def total(periods: tuple[Period, ...]) -> Fraction:
    return sum((period.interest for period in periods), Fraction())


def test_a_sheet_shows_its_periods_with_rates_and_sources() -> None:
    found = sheet(a_debt(("2025-05-30", 3000_00), cuts=(("2025-08-31", 1000_00),)), "2025-09-29")
    assert [(p.start, p.end, p.days, p.principal) for p in found.periods] == [
        (date(2025, 5, 31), date(2025, 8, 30), 92, 3000_00),
        (date(2025, 8, 31), date(2025, 9, 29), 30, 2000_00),
    ]
    assert {(p.rate.annual, p.rate.named) for p in found.periods} == {
        (Decimal("12.75"), "Bank of England, Bank Rate 4.75 + 8 points")
    }
    assert found.interest == Money(117_37, "GBP")
    assert found.fixed_sum == Money(70_00, "GBP")
    assert found.total == Money(187_37, "GBP")
    assert found.daily == Money(70, "GBP")
    assert found.basis == "Late Payment of Commercial Debts (Interest) Act 1998"
    assert len(found.sources) == 3
    assert all("SI 2002/1675" in s or "Bank of England" in s or "s. 5A" in s for s in found.sources)


@pytest.mark.parametrize(
    ("terms", "claimable"),
    [
        (None, False),
        (LateTerms(LateTermsKind.STATUTORY), True),
        (LateTerms(LateTermsKind.CONTRACT, Decimal(5)), True),
    ],
)
def test_what_the_biller_never_mentioned_is_available_and_not_claimable(
    terms: LateTerms | None, claimable: bool
) -> None:
    found = sheet(a_debt(("2025-03-31", 100_00), terms=terms), "2025-04-30")
    assert found.claimable is claimable
    assert found.interest.minor > 0


def test_a_contract_needs_no_pack_and_gives_no_law() -> None:
    terms = LateTerms(LateTermsKind.CONTRACT, Decimal(5), 15_00)
    debt = a_debt(("2025-03-31", 1000_00), terms=terms, currency="USD")
    found = interest_sheet(debt, None, date(2026, 3, 31))
    assert isinstance(found, Sheet)
    assert (found.interest, found.fixed_sum) == (Money(50_00, "USD"), Money(15_00, "USD"))
    assert found.basis == "the contract's late terms"


@pytest.mark.parametrize("debtor", [DebtorType.CONSUMER, None])
@pytest.mark.parametrize("kind", [LateTermsKind.CONTRACT, LateTermsKind.STATUTORY])
def test_consumers_and_the_unknown_are_not_charged_by_a_table(
    debtor: DebtorType | None, kind: LateTermsKind
) -> None:
    terms = LateTerms(kind, Decimal(5) if kind is LateTermsKind.CONTRACT else None)
    debt = a_debt(("2025-03-31", 1000_00), terms=terms, debtor_type=debtor)
    assert why(debt, "2025-06-30") is Reason.INTEREST_DEBTOR_TYPE


def test_a_payment_ends_interest_on_its_own_day() -> None:
    found = sheet(a_debt(("2025-03-31", 1000_00), cuts=(("2025-04-11", 1000_00),)), "2025-12-31")
    assert [(p.start, p.end, p.days) for p in found.periods] == [(date(2025, 4, 1), date(2025, 4, 10), 10)]
    assert found.daily.minor == 0
    paid_at_once = a_debt(("2025-03-31", 1000_00), cuts=(("2025-04-01", 1000_00),))
    assert why(paid_at_once, "2025-12-31") is Reason.NOT_DUE


def test_money_that_went_back_leaves_the_debt_open_again() -> None:
    returned = a_debt(("2025-03-31", 1000_00), cuts=(("2025-03-20", 1000_00), ("2025-04-05", -1000_00)))
    found = sheet(returned, "2025-04-10")
    assert [(p.start, p.end) for p in found.periods] == [(date(2025, 4, 5), date(2025, 4, 10))]
    assert found.fixed_sum == Money(70_00, "GBP")


def test_a_payment_reduces_the_instalment_that_fell_due_first() -> None:
    parts = (("2025-05-30", 600_00), ("2025-03-31", 400_00))
    debt = a_debt(*parts, cuts=(("2025-04-30", 500_00),))
    assert debt.owed(date(2025, 4, 29)) == (400_00, 600_00)
    assert debt.owed(date(2025, 4, 30)) == (0, 500_00)
    found = sheet(debt, "2025-06-01")
    assert [(p.due_on, p.start, p.end, p.principal) for p in found.periods] == [
        (date(2025, 3, 31), date(2025, 4, 1), date(2025, 4, 29), 400_00),
        (date(2025, 5, 30), date(2025, 5, 31), date(2025, 6, 1), 500_00),
    ]
    assert found.fixed_sum == Money(40_00, "GBP")  # by what was late on the first day, once for the debt


def test_the_fixed_sum_is_by_what_was_late_and_not_by_what_had_been_paid_before() -> None:
    found = sheet(a_debt(("2025-03-31", 1000_00), cuts=(("2025-03-01", 1),)), "2025-04-30")
    assert found.fixed_sum == Money(40_00, "GBP")


def test_the_fixed_sum_is_by_the_first_late_instalment_alone() -> None:
    debt = a_debt(("2025-03-31", 600_00), ("2025-05-30", 600_00))
    assert sheet(debt, "2025-07-31").fixed_sum == Money(40_00, "GBP")
    at_once = a_debt(("2025-03-31", 600_00), ("2025-03-31", 600_00))
    assert sheet(at_once, "2025-07-31").fixed_sum == Money(70_00, "GBP")


def test_no_fixed_sum_in_a_currency_for_which_the_law_names_none() -> None:
    debt = a_debt(("2025-03-31", 1000_00), currency="CHF")
    found = interest_sheet(debt, LAW.pack("DE"), date(2025, 4, 30))
    assert isinstance(found, Sheet)
    assert found.fixed_sum is None
    assert found.total == found.interest


def test_a_claimed_stretch_is_not_counted_again() -> None:
    debt = a_debt(("2025-03-31", 1000_00))
    first, second = sheet(debt, "2025-06-30"), sheet(debt, "2025-12-31", after="2025-06-30")
    assert second.periods[0].start == date(2025, 7, 1)
    assert first.fixed_sum == Money(70_00, "GBP")
    assert second.fixed_sum is None
    whole = sheet(debt, "2025-12-31")
    assert total(first.periods) + total(second.periods) == total(whole.periods)


def test_half_years_and_leap_days_are_cut_exactly() -> None:
    debt = a_debt(("2023-12-29", 1000_00), currency="EUR")
    pack = LAW.pack("AT")
    found = interest_sheet(debt, pack, date(2025, 1, 2))
    assert isinstance(found, Sheet)
    assert [(p.start, p.end, p.year_days) for p in found.periods] == [
        (date(2023, 12, 30), date(2023, 12, 31), 365),
        (date(2024, 1, 1), date(2024, 6, 30), 366),
        (date(2024, 7, 1), date(2024, 12, 31), 366),
        (date(2025, 1, 1), date(2025, 1, 2), 365),
    ]
    assert sum(p.days for p in found.periods) == 370


def test_one_missing_rate_leaves_out_the_whole_sheet() -> None:
    debt = a_debt(("2025-03-31", 1000_00), currency="EUR")
    assert isinstance(interest_sheet(debt, LAW.pack("DE"), date(2026, 12, 31)), Sheet)
    found = interest_sheet(debt, LAW.pack("DE"), date(2027, 1, 1))
    assert found == Unavailable(
        Reason.INTEREST_RATE_MISSING, "DE: no value of bundesbank_base_rate for 2027-01-01 in the law pack."
    )


def test_a_rate_that_is_set_once_needs_no_later_value() -> None:
    assert sheet(a_debt(("2025-03-31", 1000_00)), "2027-06-30").interest.minor > 0
