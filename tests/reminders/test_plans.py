"""Payment plans: running, missed, cured, in default, done, and what they hold."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from config.policy import Policy
from reminders.decision import InstalmentTold
from reminders.money import Money
from reminders.plans import PlanState, held_by_plans
from reminders.reasons import Reason
from reminders.snapshot import Hold, PastErrand, Payment, Snapshot
from reminders.tasks import TaskKind, TaskState
from tests.reminders.agreed import a_payment, a_plan, credited, day, on_day, paid, plans_on, states
from tests.reminders.book import STANDARD, a_case, an_invoice, at, with_policy

THIRDS = {"04-15": 100_00, "05-15": 100_00, "06-15": 100_00}


def a_debt(**fields: Any) -> Snapshot:
    return a_case(an_invoice(total=300_00), **({"plans": (a_plan(THIRDS),)} | fields))


def one(snapshot: Snapshot, on: str, policy: Policy = STANDARD) -> Any:
    (standing,) = plans_on(snapshot, on, policy)
    return standing


def an_errand(**fields: Any) -> PastErrand:
    known: dict[str, Any] = {
        "task_id": "t",
        "kind": TaskKind.CALL,
        "reason": Reason.PLAN_DEFAULTED,
        "creditor_id": "acme",
        "step": None,
        "subject": "plan/04-01 10:00",
        "cycle_on": day("04-15"),
        "invoice_ids": ("a",),
        "state": TaskState.OPEN,
        "opened_at": at("2026-04-29 10:00"),
    }
    return PastErrand(**(known | fields))


# --- a plan and its instalments


@pytest.mark.parametrize(
    ("today", "state", "late", "changes_on"),
    [
        ("04-02", PlanState.RUNNING, 0, "04-17"),
        ("04-15", PlanState.RUNNING, 0, "04-17"),
        ("04-16", PlanState.RUNNING, 1, "04-17"),  # money sent on the 15th is under way
        ("04-17", PlanState.MISSED, 2, "04-29"),
        ("04-28", PlanState.MISSED, 13, "04-29"),
        ("04-29", PlanState.DEFAULTED, 14, None),
        ("07-01", PlanState.DEFAULTED, 77, None),
    ],
)
def test_a_plan_is_missed_after_its_days_of_grace_and_in_default_two_weeks_late(
    today: str, state: PlanState, late: int, changes_on: str | None
) -> None:
    standing = one(a_debt(), today)
    assert (standing.state, standing.late_days) == (state, late)
    assert standing.changes_on == (day(changes_on) if changes_on else None)


def test_the_day_of_the_instalment_itself_is_always_the_clients() -> None:
    policy = with_policy(promises={"grace_days": 0})
    assert one(a_debt(), "04-15", policy).state is PlanState.RUNNING
    assert one(a_debt(), "04-16", policy).state is PlanState.MISSED


def test_the_oldest_unpaid_instalment_is_told() -> None:
    case = a_debt(invoices=(paid(an_invoice(total=300_00), a_payment("04-10", 130_00)),))
    standing = one(case, "04-20")
    assert standing.state is PlanState.RUNNING
    assert standing.paid == 130_00
    assert standing.instalment == InstalmentTold(
        2, 3, day("05-15"), Money(70_00, "EUR"), Money(170_00, "EUR")
    )


def test_a_plan_that_was_missed_or_in_default_runs_again_once_it_is_paid() -> None:
    for paid_on, today in (("04-20", "04-20"), ("05-05", "05-05")):
        case = a_debt(invoices=(paid(an_invoice(total=300_00), a_payment(paid_on, 100_00)),))
        assert one(case, today).state is PlanState.RUNNING
        assert one(case, "05-29").state is PlanState.DEFAULTED  # and so on with the next one


def test_it_is_done_when_all_instalments_are_paid_though_more_is_open() -> None:
    case = a_debt(invoices=(paid(an_invoice(total=500_00), a_payment("04-10", 300_00)),))
    standing = one(case, "07-01")
    assert (standing.state, standing.instalment) == (PlanState.DONE, None)
    assert (standing.late_days, standing.changes_on) == (0, None)


def test_it_is_done_when_nothing_is_open_any_more() -> None:
    case = a_debt(invoices=(credited(an_invoice(total=300_00), "04-10", 300_00),))
    assert one(case, "07-01").state is PlanState.DONE
    void = a_debt(invoices=(an_invoice(total=300_00, holds=(Hold(Reason.VOIDED),)),))
    assert one(void, "07-01").state is PlanState.DONE


def test_money_that_was_known_before_the_plan_was_agreed_is_not_an_instalment() -> None:
    before = a_payment("03-31", 100_00, heard="2026-04-01 09:00")
    on_its_way = a_payment("03-31", 100_00, heard="2026-04-01 11:00")
    debt = an_invoice(total=400_00)
    assert one(a_debt(invoices=(paid(debt, before),)), "04-20").paid == 0
    assert one(a_debt(invoices=(paid(debt, on_its_way),)), "04-20").paid == 100_00


def test_a_credit_note_shortens_the_plan_from_its_end() -> None:
    case = a_debt(invoices=(credited(an_invoice(total=300_00), "04-10", 150_00),))
    standing = one(case, "04-12")
    assert standing.schedule.open == (100_00, 50_00, 0)
    assert standing.instalment is not None
    assert standing.instalment.left == Money(150_00, "EUR")


def test_instalments_in_another_order_are_the_same_plan() -> None:
    turned = replace(a_plan(THIRDS), instalments=a_plan(THIRDS).instalments[::-1])
    assert one(a_debt(plans=(turned,)), "04-20").instalment == one(a_debt(), "04-20").instalment


def test_a_plan_without_dates_runs_until_nothing_is_open() -> None:
    case = a_debt(plans=(a_plan({}),))
    assert (one(case, "07-01").state, one(case, "07-01").instalment) == (PlanState.RUNNING, None)
    done = replace(case, invoices=(paid(an_invoice(total=300_00), a_payment("04-10", 300_00)),))
    assert one(done, "07-01").state is PlanState.DONE


def test_a_plan_covers_invoices_of_its_currency_alone() -> None:
    case = a_debt(
        invoices=(an_invoice("a", total=300_00), an_invoice("b", currency="USD")),
        plans=(a_plan(THIRDS, "a", "b"),),
    )
    assert [invoice.invoice_id for invoice in one(case, "04-02").invoices] == ["a"]


def test_a_newer_plan_over_one_of_the_invoices_takes_its_place() -> None:
    older, newer = a_plan(THIRDS, "a", "b"), a_plan({"05-01": 300_00}, "b", agreed="04-20 10:00")
    other = a_plan({"05-01": 50_00}, "c", agreed="04-10 10:00")
    case = a_case(*(an_invoice(key, total=300_00) for key in "abc"), plans=(newer, older, other))
    assert [s.plan.plan_id for s in plans_on(case, "04-21")] == [other.plan_id, newer.plan_id]


def test_money_counts_for_one_plan_only() -> None:
    newer = a_plan({"05-01": 100_00}, agreed="04-20 10:00")
    debt = paid(an_invoice(total=300_00), a_payment("04-10", 100_00), a_payment("04-25", 60_00))
    standing = one(a_debt(invoices=(debt,), plans=(a_plan(THIRDS), newer)), "04-26")
    assert (standing.plan, standing.paid) == (newer, 60_00)


# --- what plans hold


@pytest.mark.parametrize(
    ("today", "held"),
    [
        ("04-02", {"a": Reason.PLAN_ACTIVE}),
        ("04-20", {"a": Reason.PLAN_ACTIVE}),  # missed
        ("04-29", {"a": Reason.PLAN_DEFAULTED}),
    ],
)
def test_a_plan_holds_its_invoices_and_in_default_leaves_them_to_a_person(
    today: str, held: dict[str, Reason]
) -> None:
    assert held_by_plans(plans_on(a_debt(), today), ()) == held


def test_a_plan_that_is_done_holds_nothing() -> None:
    case = a_debt(invoices=(paid(an_invoice(total=500_00), a_payment("04-10", 300_00)),))
    assert held_by_plans(plans_on(case, "04-20"), ()) == {}


def test_a_default_holds_until_a_person_has_dealt_with_it() -> None:
    told = plans_on(a_debt(), "04-29")
    assert held_by_plans(told, [an_errand()]) == {"a": Reason.PLAN_DEFAULTED}
    assert held_by_plans(told, [an_errand(state=TaskState.DONE)]) == {}
    half = [an_errand(state=TaskState.DONE), an_errand(creditor_id="zeta")]
    assert held_by_plans(told, half) == {"a": Reason.PLAN_DEFAULTED}


@pytest.mark.parametrize(
    "other",
    [
        {"subject": "another"},
        {"cycle_on": day("03-15")},
        {"reason": Reason.PROMISE_BROKEN},
        {"kind": TaskKind.DECISION},
    ],
)
def test_what_a_person_did_about_something_else_releases_nothing(other: dict[str, Any]) -> None:
    done = an_errand(state=TaskState.DONE, **other)
    assert held_by_plans(plans_on(a_debt(), "04-29"), [done]) == {"a": Reason.PLAN_DEFAULTED}


def test_a_cured_plan_holds_again_and_a_second_default_is_a_new_one() -> None:
    done = an_errand(state=TaskState.DONE)
    case = a_debt(invoices=(paid(an_invoice(total=300_00), a_payment("05-05", 100_00)),))
    assert held_by_plans(plans_on(case, "05-05"), [done]) == {"a": Reason.PLAN_ACTIVE}
    assert held_by_plans(plans_on(case, "05-29"), [done]) == {"a": Reason.PLAN_DEFAULTED}


# --- what holds for every plan

ORDER = [PlanState.DEFAULTED, PlanState.MISSED, PlanState.RUNNING, PlanState.DONE]
payments = st.lists(
    st.builds(
        lambda on, amount: Payment(
            f"{on}", day("04-01") + timedelta(days=on), amount, at("2026-04-02 10:00")
        ),
        st.integers(0, 80),
        st.integers(1, 150_00),
    ),
    max_size=4,
    unique_by=lambda payment: payment.payment_id,
)
days = st.integers(0, 100).map(lambda ahead: (day("04-01") + timedelta(days=ahead)).strftime("%m-%d"))
many = settings(max_examples=120, deadline=None, derandomize=True)


@many
@given(payments, days, st.integers(1, 200_00))
def test_paying_more_never_makes_a_plan_worse(came: list[Payment], today: str, amount: int) -> None:
    debt = paid(an_invoice(total=350_00), *came)
    more = Payment("more", day("07-20"), amount, on_day(day("07-20")))
    before = one(a_debt(invoices=(debt,)), today)
    after = one(a_debt(invoices=(paid(debt, more),)), today)
    assert ORDER.index(after.state) >= ORDER.index(before.state)
    assert after.schedule.left <= before.schedule.left
    assert after.late_days <= before.late_days


@many
@given(payments, days, st.integers(0, 400_00))
def test_no_more_is_to_come_than_is_open(came: list[Payment], today: str, credit: int) -> None:
    debt = credited(paid(an_invoice(total=350_00), *came), "04-10", credit)
    standing = one(a_debt(invoices=(debt,)), today)
    assert standing.schedule.left <= debt.open
    assert (standing.instalment is None) == (standing.state is PlanState.DONE)


@many
@given(payments, days)
def test_on_any_day_the_next_change_is_the_first_that_time_alone_brings(
    came: list[Payment], today: str
) -> None:
    case = a_debt(invoices=(paid(an_invoice(total=350_00), *came),))
    now = one(case, today)
    if now.changes_on is None:
        return
    until = (now.changes_on - day(today)).days
    later = [one(case, (day(today) + timedelta(days=n)).strftime("%m-%d")).state for n in range(until + 1)]
    assert later[:-1] == [now.state] * until
    assert later[-1] is not now.state


def test_states_are_told_in_the_order_of_agreement() -> None:
    case = a_case(
        an_invoice("a", total=300_00),
        an_invoice("b", total=300_00),
        plans=(a_plan(THIRDS, "b", agreed="04-02 10:00"), a_plan({"04-10": 1_00}, "a")),
    )
    assert states(plans_on(case, "04-13")) == ["missed", "running"]
