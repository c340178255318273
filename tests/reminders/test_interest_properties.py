"""What holds for every debt, law and day: nothing counted twice, nothing before its right, no order that matters."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction
from random import Random

from hypothesis import assume, given, settings
from hypothesis import strategies as st

from config.rules.dated import value_on
from config.rules.interest import RateIsSet, load_interest_law
from reminders.allocation import allocate
from reminders.discount import discounted
from reminders.interest.accrual import Period, accrued
from reminders.interest.debt import Debt, Part, Reduction, ReductionKind
from reminders.interest.rates import StatutoryRates
from reminders.interest.sheet import Sheet, Unavailable, interest_sheet
from reminders.interest.terms import LateTerms, LateTermsKind
from reminders.reasons import Reason
from reminders.snapshot import DebtorType

LAW = load_interest_law()
DAY = timedelta(days=1)
few = settings(max_examples=120, deadline=None, derandomize=True)

days = st.dates(date(2014, 9, 1), date(2026, 12, 1))
amounts = st.integers(1, 10**9)
parts = st.lists(st.builds(Part, days, amounts), min_size=1, max_size=4).map(tuple)
cuts = st.builds(Reduction, days, st.integers(-(10**6), 10**9), st.sampled_from(ReductionKind))
regimes = st.sampled_from(
    [
        (pack.country, debtor)
        for pack in LAW.packs.values()
        for regime in pack.regimes
        for debtor in regime.debtor_types
    ]
)


@st.composite
def debts(draw: st.DrawFn) -> tuple[Debt, StatutoryRates]:
    country, debtor = draw(regimes)
    pack = LAW.pack(country)
    assert pack is not None
    regime = pack.regime_for(debtor)
    assert regime is not None
    currency = "GBP" if country == "GB" else "EUR"
    debt = Debt(
        "a",
        currency,
        draw(parts),
        tuple(draw(st.lists(cuts, max_size=4))),
        DebtorType(debtor),
        LateTerms(LateTermsKind.STATUTORY),
    )
    return debt, StatutoryRates(pack, regime)


def total(periods: tuple[Period, ...]) -> Fraction:
    return sum((period.interest for period in periods), Fraction())


@few
@given(debts(), days, days, days)
def test_a_stretch_of_days_gives_what_its_pieces_give(
    case: tuple[Debt, StatutoryRates], one: date, two: date, three: date
) -> None:
    debt, rates = case
    first, middle, last = sorted((one, two, three))
    whole = accrued(debt, rates, first, last)
    assert total(whole) == total(accrued(debt, rates, first, middle)) + total(
        accrued(debt, rates, middle + DAY, last)
    )
    ahead, behind = interest_sheet(debt, rates.pack, middle), interest_sheet(debt, rates.pack, last, middle)
    both = interest_sheet(debt, rates.pack, last)
    if isinstance(both, Sheet) and isinstance(behind, Sheet):
        before = ahead.fixed_sum if isinstance(ahead, Sheet) else None
        sums = [s.minor for s in (before, behind.fixed_sum) if s is not None]
        assert sum(sums) == (both.fixed_sum.minor if both.fixed_sum else 0)


@few
@given(debts(), days)
def test_each_day_of_an_instalment_counts_once_and_only_after_it_is_due(
    case: tuple[Debt, StatutoryRates], last: date
) -> None:
    debt, rates = case
    # Two instalments of one due date are told apart by their place alone.
    assume(len({part.due_on for part in debt.parts}) == len(debt.parts))
    counted: set[tuple[date, date]] = set()
    for period in accrued(debt, rates, date.min, last):
        for number in range(period.days):
            day = period.start + number * DAY
            assert (period.due_on, day) not in counted
            counted.add((period.due_on, day))
            assert period.due_on < day <= last
            place = [part.due_on for part in debt.instalments].index(period.due_on)
            assert debt.owed(day)[place] == period.principal > 0


@few
@given(debts(), days)
def test_interest_is_never_negative_and_is_rounded_once(case: tuple[Debt, StatutoryRates], on: date) -> None:
    debt, rates = case
    found = interest_sheet(debt, rates.pack, on)
    if isinstance(found, Unavailable):
        assert found.reason is Reason.NOT_DUE
        return
    exact = total(found.periods)
    assert exact >= 0
    assert all(period.rate.annual > 0 for period in found.periods)
    assert abs(found.interest.minor - exact) <= Fraction(1, 2)
    assert Fraction(found.interest.minor) - exact != -Fraction(1, 2)  # half goes up
    assert found.daily.minor >= 0


@few
@given(debts(), days, st.randoms())
def test_the_order_in_which_payments_are_told_changes_nothing(
    case: tuple[Debt, StatutoryRates], on: date, chance: Random
) -> None:
    debt, rates = case
    shuffled, turned = list(debt.reductions), list(debt.parts)
    chance.shuffle(shuffled)
    turned.sort(key=lambda part: part.due_on, reverse=True)
    assume(len({part.due_on for part in debt.parts}) == len(debt.parts))
    other = replace(debt, reductions=tuple(shuffled), parts=tuple(turned))
    assert interest_sheet(other, rates.pack, on) == interest_sheet(debt, rates.pack, on)


@few
@given(debts(), days, days, amounts)
def test_paying_more_never_costs_more(
    case: tuple[Debt, StatutoryRates], on: date, paid_on: date, amount: int
) -> None:
    debt, rates = case
    more = replace(debt, reductions=(*debt.reductions, Reduction(paid_on, amount)))
    assert total(accrued(more, rates, date.min, on)) <= total(accrued(debt, rates, date.min, on))


@few
@given(debts(), days)
def test_every_period_has_the_rate_that_the_pack_holds_for_its_day(
    case: tuple[Debt, StatutoryRates], last: date
) -> None:
    debt, rates = case
    regime = rates.regime
    for period in accrued(debt, rates, date.min, last):
        once = regime.rate_is_set is RateIsSet.AT_START
        for day in (period.start, period.end):
            day = rates.begins(period.due_on) if once else day
            points = value_on(regime.points, day)
            assert points is not None
            expected = points.value
            if regime.reference:
                reference = value_on(rates.pack.series[regime.reference].values, day)
                assert reference is not None
                expected += reference.value
            assert period.rate.annual == expected


@few
@given(st.integers(-(10**9), 10**10), st.lists(st.integers(0, 10**9), max_size=6))
def test_an_amount_is_laid_over_the_oldest_parts_first(amount: int, owed: list[int]) -> None:
    covered = allocate(amount, owed)
    assert len(covered) == len(owed)
    assert all(0 <= part <= whole for part, whole in zip(covered, owed, strict=True))
    assert sum(covered) == min(max(amount, 0), sum(owed))
    touched = [place for place, part in enumerate(covered) if part]
    assert all(covered[place] == owed[place] for place in range(max(touched, default=0)))


@few
@given(st.integers(0, 10**9), st.integers(0, 10**9), st.integers(0, 10**9), st.decimals(0, 100, places=2))
def test_a_discount_never_makes_anybody_owe_more(
    whole: int, paid: int, credited: int, percent: Decimal
) -> None:
    found = discounted(whole, paid, credited, percent)
    assert 0 <= found.discount <= max(0, whole - credited)
    assert 0 <= found.to_pay <= max(0, whole - credited - paid)
    kept = max(0, whole - credited)
    assert found.to_pay == max(0, kept - found.discount - paid)
    assert abs(found.discount - Fraction(percent) * kept / 100) <= Fraction(1, 2)
