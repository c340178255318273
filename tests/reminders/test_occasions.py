"""Occasions to speak beside the ladder, and what broken agreements ask of a person."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from config.policy import Anchor, Policy
from reminders.account import read_account
from reminders.breaches import errands_wanted, next_change
from reminders.decision import DiscountTold, Errand, InstalmentTold, PromiseTold, ReturnTold
from reminders.money import Money
from reminders.occasions import Occasion, occasions
from reminders.reasons import Reason
from reminders.snapshot import Discount, Hold, Invoice, Returned, Snapshot
from reminders.tasks import TaskKind, TaskState
from tests.reminders.agreed import (
    a_payment,
    a_plan,
    a_promise,
    credited,
    day,
    errand_like,
    on_day,
    paid,
)
from tests.reminders.book import STANDARD, a_case, a_client, an_invoice, at, turned, with_policy

THIRDS = {"04-15": 100_00, "05-15": 100_00, "06-15": 100_00}


def told_on(snapshot: Snapshot, on: str, policy: Policy = STANDARD) -> list[Occasion]:
    """The occasions of that day at ten in the morning, but for the statements of every month."""
    account = read_account(snapshot, policy, on_day(day(on)))
    return [one for one in occasions(account, snapshot, policy) if one.step.anchor != "month"]


def steps_on(snapshot: Snapshot, on: str, policy: Policy = STANDARD) -> list[str]:
    """The steps that may be said on that very day."""
    return [one.step.name for one in told_on(snapshot, on, policy) if one.first <= day(on)]


def asked_on(snapshot: Snapshot, on: str, policy: Policy = STANDARD) -> dict[str, int]:
    """What each of them asks for."""
    return {
        one.step.name: one.amounts[0].minor for one in told_on(snapshot, on, policy) if one.first <= day(on)
    }


def statements_on(snapshot: Snapshot, on: str, policy: Policy = STANDARD) -> list[Occasion]:
    account = read_account(snapshot, policy, on_day(day(on)))
    return [one for one in occasions(account, snapshot, policy) if one.step.anchor == "month"]


def wanted_on(snapshot: Snapshot, on: str, policy: Policy = STANDARD) -> tuple[Errand, ...]:
    account = read_account(snapshot, policy, on_day(day(on)))
    return errands_wanted(account, snapshot, policy)


def only(found: list[Occasion]) -> Occasion:
    (one,) = found
    return one


# --- promises

PROMISED = a_case(an_invoice(), promises=(a_promise("04-15", 80_00),))


def test_a_promise_is_said_back_the_day_before_and_on_the_day() -> None:
    one = only(told_on(PROMISED, "04-02"))
    assert (one.step.name, one.first, one.last) == ("promise_due", day("04-14"), day("04-15"))
    assert (one.creditor_id, one.carrying.invoice_id, one.cycle_on) == ("acme", "a", day("04-15"))
    assert (one.amounts, one.because) == ((Money(80_00, "EUR"),), Reason.STEP_DUE)
    assert one.told == PromiseTold(day("04-15"), day("04-01"), Money(80_00, "EUR"), Money(0, "EUR"))
    assert [invoice.invoice_id for invoice in one.invoices] == ["a"]
    assert told_on(PROMISED, "04-16") == []


def test_a_broken_promise_is_told_for_a_week() -> None:
    one = only(told_on(PROMISED, "04-17"))
    assert (one.step.name, one.first, one.last) == ("promise_broken", day("04-17"), day("04-24"))
    assert (one.amounts, one.because) == ((Money(80_00, "EUR"),), Reason.PROMISE_BROKEN)
    assert steps_on(PROMISED, "04-24") == ["promise_broken"]
    assert told_on(PROMISED, "04-25") == []


def test_what_came_of_it_is_told_and_not_asked_for_again() -> None:
    case = a_case(paid(an_invoice(), a_payment("04-10", 30_00)), promises=(a_promise("04-15", 80_00),))
    for today in ("04-14", "04-17"):
        one = only(told_on(case, today))
        assert one.amounts == (Money(50_00, "EUR"),)
        assert isinstance(one.told, PromiseTold)
        assert one.told.kept == Money(30_00, "EUR")
    kept = a_case(paid(an_invoice(), a_payment("04-10", 80_00)), promises=(a_promise("04-15", 80_00),))
    assert [told_on(kept, today) for today in ("04-14", "04-17")] == [[], []]


def test_a_promise_over_two_creditors_is_said_by_each_for_its_part() -> None:
    case = a_case(
        an_invoice("a"),
        an_invoice("b", day("04-05"), creditor_id="zeta"),
        an_invoice("c", day("04-04")),
        promises=(a_promise("04-15", 250_00, "c", "b", "a"),),
    )
    first, second = told_on(case, "04-14")
    assert (first.creditor_id, first.carrying.invoice_id, first.amounts) == (
        "acme",
        "a",
        (Money(200_00, "EUR"),),
    )
    assert [invoice.invoice_id for invoice in first.invoices] == ["a", "c"]
    assert (second.creditor_id, second.carrying.invoice_id, second.amounts) == (
        "zeta",
        "b",
        (Money(50_00, "EUR"),),
    )
    assert first.told == second.told


def test_promises_in_two_currencies_are_two_occasions() -> None:
    case = a_case(
        an_invoice("a"),
        an_invoice("b", currency="USD"),
        promises=(
            a_promise("04-15", 80_00, "a", "b"),
            a_promise("04-15", 60_00, "a", "b", currency="USD", promise_id="usd"),
        ),
    )
    assert [one.amounts for one in told_on(case, "04-14")] == [
        (Money(80_00, "EUR"),),
        (Money(60_00, "USD"),),
    ]


def test_the_cycle_keeps_its_name_when_its_oldest_invoice_is_paid() -> None:
    case = a_case(
        paid(an_invoice("a"), a_payment("04-10", 100_00)),
        an_invoice("b", day("04-05")),
        promises=(a_promise("04-15", 200_00, "a", "b"),),
    )
    one = only(told_on(case, "04-17"))
    assert one.carrying.invoice_id == "a"
    assert [invoice.invoice_id for invoice in one.invoices] == ["b"]


@pytest.mark.parametrize(
    "fields",
    [
        {"disputed": 100_00},
        {"holds": (Hold(Reason.DISPUTED),)},
        {"holds": (Hold(Reason.INVOICE_PAUSED, day("04-30")),)},
        {"holds": (Hold(Reason.PAYMENT_PENDING, day("04-30")),)},
        {"auto_collect": True},
    ],
)
def test_what_something_stronger_stops_is_not_said(fields: dict[str, Any]) -> None:
    case = replace(PROMISED, invoices=(an_invoice(**fields),))
    assert told_on(case, "04-14") == []
    assert told_on(case, "04-17") == []
    planned = a_case(an_invoice(**fields), plans=(a_plan({"04-15": 100_00}),))
    assert told_on(planned, "04-14") == []


def test_nothing_is_said_to_a_client_who_is_held() -> None:
    for reason in (Reason.CLIENT_PAUSED, Reason.HARDSHIP, Reason.MORATORIUM):
        held = replace(PROMISED, client=a_client(holds=(Hold(reason),)))
        assert told_on(held, "04-14") == []
    assert told_on(replace(PROMISED, replied_at=at("2026-04-14 08:00")), "04-14") == []


def test_nothing_is_said_about_what_an_attorney_or_a_person_has() -> None:
    assert told_on(replace(PROMISED, escalated=frozenset({"acme"})), "04-14") == []
    assert steps_on(replace(PROMISED, escalated=frozenset({"zeta"})), "04-14") == ["promise_due"]


def test_the_disputed_part_is_not_asked_for() -> None:
    case = replace(PROMISED, invoices=(an_invoice(disputed=40_00),))
    assert asked_on(case, "04-14") == {"promise_due": 60_00}
    assert asked_on(case, "04-17") == {"promise_broken": 60_00}


def test_a_debit_under_way_is_not_asked_for() -> None:
    debit = (Hold(Reason.PAYMENT_PENDING, day("04-30"), amount=70_00),)
    case = replace(PROMISED, invoices=(an_invoice(holds=debit),))
    assert asked_on(case, "04-14") == {"promise_due": 30_00}


def test_money_on_account_is_taken_off_in_doubt_for_the_client() -> None:
    some = replace(PROMISED, on_account=(Money(30_00, "EUR"), Money(500_00, "USD")))
    # Twenty of it lie over the part that was never promised; it may be meant for the promise all the same.
    assert asked_on(some, "04-14") == {"promise_due": 50_00}
    assert asked_on(some, "04-17") == {"promise_broken": 50_00}
    assert told_on(replace(PROMISED, on_account=(Money(80_00, "EUR"),)), "04-14") == []


def test_money_on_account_that_covers_another_invoice_covers_no_promise() -> None:
    older = an_invoice("z", day("03-15"))
    case = replace(PROMISED, invoices=(older, *PROMISED.invoices), on_account=(Money(100_00, "EUR"),))
    assert asked_on(case, "04-14") == {"promise_due": 80_00}


def test_what_is_below_the_minimum_is_not_worth_a_message() -> None:
    policy = with_policy(minimum={"EUR": 5})
    nearly = a_case(paid(an_invoice(), a_payment("04-10", 76_00)), promises=(a_promise("04-15", 80_00),))
    assert told_on(nearly, "04-14", policy) == []
    just = a_case(paid(an_invoice(), a_payment("04-10", 75_00)), promises=(a_promise("04-15", 80_00),))
    assert asked_on(just, "04-14", policy) == {"promise_due": 5_00}
    # The part that was not promised is below it; the promise is not.
    most = a_case(an_invoice(), promises=(a_promise("04-15", 98_00),))
    assert asked_on(most, "04-14", policy) == {"promise_due": 98_00}


def test_a_promise_for_more_than_the_present_instalment_is_asked_for_whole() -> None:
    halves = a_plan({"03-31": 50_00, "05-31": 50_00}).instalments
    case = replace(PROMISED, invoices=(an_invoice(instalments=halves),))
    assert asked_on(case, "04-14") == {"promise_due": 80_00}
    assert asked_on(case, "04-17") == {"promise_broken": 80_00}


def test_what_something_stops_bears_its_part_but_is_neither_listed_nor_asked_for() -> None:
    case = a_case(
        an_invoice("a", holds=(Hold(Reason.INVOICE_PAUSED),)),
        an_invoice("b", day("04-05")),
        promises=(a_promise("04-15", 150_00, "a", "b"),),
    )
    one = only(told_on(case, "04-14"))
    assert ([invoice.invoice_id for invoice in one.invoices], one.amounts) == (["b"], (Money(50_00, "EUR"),))


def test_a_promise_is_not_said_back_before_its_invoice_is_issued() -> None:
    new = an_invoice(due_on=day("05-14"), issued_on=day("04-14"))
    case = a_case(new, promises=(a_promise("04-14", 100_00),))
    assert told_on(case, "04-13") == []
    assert steps_on(case, "04-14") == ["promise_due"]


# --- broken once too often

TWICE = (a_promise("04-08", 50_00), a_promise("04-15", 60_00, made="04-10 10:00"))


def test_the_second_break_goes_to_a_person_and_to_nobody_else() -> None:
    case = a_case(an_invoice(), promises=TWICE)
    assert steps_on(case, "04-14") == ["promise_due", "promise_broken"][::-1]
    assert wanted_on(case, "04-16") == ()
    assert told_on(case, "04-17") == []
    (errand,) = wanted_on(case, "04-17")
    assert (errand.kind, errand.reason, errand.step) == (TaskKind.CALL, Reason.PROMISE_BROKEN, None)
    assert (errand.subject, errand.cycle_on) == (TWICE[1].promise_id, day("04-15"))
    assert [item.invoice_id for item in errand.items] == ["a"]
    assert errand.amounts == (Money(60_00, "EUR"),)
    assert isinstance(errand.told, PromiseTold)
    assert errand.due_on == day("04-21")  # Friday the 17th and two working days


@pytest.mark.parametrize("state", list(TaskState))
def test_a_person_is_asked_once_for_each_break(state: TaskState) -> None:
    case = a_case(an_invoice(), promises=TWICE)
    (errand,) = wanted_on(case, "04-17")
    asked = replace(case, errands=(errand_like(errand, state=state),))
    assert wanted_on(asked, "04-20") == ()
    third = replace(asked, promises=(*TWICE, a_promise("04-24", 10_00, made="04-18 10:00")))
    found = [one.subject for one in wanted_on(third, "04-26")]
    # While the first call waits the case is with that person already; after it, the third break is news.
    assert found == ([] if state is TaskState.OPEN else ["04-24/1000/04-18 10:00"])


def test_with_a_person_after_the_first_break_no_message_goes() -> None:
    policy = with_policy(promises={"to_person_after": 1})
    assert told_on(PROMISED, "04-17", policy) == []
    assert [errand.subject for errand in wanted_on(PROMISED, "04-17", policy)] == ["04-15/8000/04-01 10:00"]


def test_breaks_of_other_invoices_do_not_count() -> None:
    case = a_case(
        an_invoice("a"),
        an_invoice("b"),
        promises=(a_promise("04-08", 50_00, "a"), a_promise("04-10", 60_00, "b")),
    )
    assert steps_on(case, "04-14") == ["promise_broken", "promise_broken"]
    assert wanted_on(case, "04-14") == ()


def test_a_break_is_too_often_as_soon_as_it_is_for_one_of_its_invoices() -> None:
    case = a_case(
        an_invoice("a"),
        an_invoice("b"),
        promises=(a_promise("04-08", 50_00, "a"), a_promise("04-10", 150_00, "a", "b")),
    )
    assert told_on(case, "04-14") == []
    assert [errand.subject for errand in wanted_on(case, "04-14")] == ["04-10/15000/04-01 10:00"]


@pytest.mark.parametrize(
    "changes",
    [
        {"client": a_client(holds=(Hold(Reason.HARDSHIP),))},
        {"escalated": frozenset({"acme"})},
        {"invoices": (an_invoice(disputed=100_00),)},
        {"invoices": (paid(an_invoice(), a_payment("04-17", 100_00)),)},
    ],
)
def test_a_person_is_not_asked_about_what_something_stronger_stops(changes: dict[str, Any]) -> None:
    assert wanted_on(replace(a_case(an_invoice(), promises=TWICE), **changes), "04-17") == ()


# --- payment plans

PLANNED = a_case(an_invoice(total=300_00), plans=(a_plan(THIRDS),))


def test_an_instalment_is_announced_and_its_miss_told() -> None:
    due, missed = told_on(PLANNED, "04-02")
    assert (due.step.name, due.first, due.last) == ("instalment_due", day("04-12"), day("04-15"))
    assert (missed.step.name, missed.first) == ("instalment_missed", day("04-18"))
    assert {one.cycle_on for one in (due, missed)} == {day("04-15")}
    assert due.amounts == (Money(100_00, "EUR"),)
    assert due.told == InstalmentTold(1, 3, day("04-15"), Money(100_00, "EUR"), Money(300_00, "EUR"))
    assert steps_on(PLANNED, "04-16") == steps_on(PLANNED, "04-17") == []
    assert steps_on(PLANNED, "04-18") == steps_on(PLANNED, "04-28") == ["instalment_missed"]


def test_what_of_it_is_open_is_asked_for_and_a_paid_one_gives_way_to_the_next() -> None:
    some = replace(PLANNED, invoices=(paid(an_invoice(total=300_00), a_payment("04-10", 30_00)),))
    assert asked_on(some, "04-14") == {"instalment_due": 70_00}
    first = replace(PLANNED, invoices=(paid(an_invoice(total=300_00), a_payment("04-10", 100_00)),))
    assert [one.cycle_on for one in told_on(first, "04-14")] == [day("05-15")] * 2


def test_nobody_is_told_of_a_miss_within_the_grace() -> None:
    policy = with_policy(promises={"grace_days": 5})
    assert steps_on(PLANNED, "04-19", policy) == []
    assert steps_on(PLANNED, "04-20", policy) == ["instalment_missed"]


def test_a_plan_in_default_is_a_persons() -> None:
    assert told_on(PLANNED, "04-29") == []
    (errand,) = wanted_on(PLANNED, "04-29")
    assert (errand.kind, errand.reason) == (TaskKind.CALL, Reason.PLAN_DEFAULTED)
    assert (errand.subject, errand.cycle_on) == ("plan/04-01 10:00", day("04-15"))
    assert errand.amounts == (Money(100_00, "EUR"),)
    assert errand.told == InstalmentTold(1, 3, day("04-15"), Money(100_00, "EUR"), Money(300_00, "EUR"))
    assert errand.due_on == day("05-04")  # the first of May is a holiday, and then comes a weekend
    (later,) = wanted_on(PLANNED, "05-16")
    assert later.amounts == (Money(200_00, "EUR"),)  # all that is late
    assert wanted_on(PLANNED, "04-28") == ()


@pytest.mark.parametrize("state", list(TaskState))
def test_a_default_is_handed_over_once(state: TaskState) -> None:
    (errand,) = wanted_on(PLANNED, "04-29")
    asked = replace(PLANNED, errands=(errand_like(errand, state=state),))
    assert wanted_on(asked, "05-20") == ()
    assert told_on(asked, "04-30") == []


def test_a_plan_over_two_creditors_is_each_ones_in_part() -> None:
    case = a_case(
        an_invoice("a", total=80_00),
        an_invoice("b", day("04-05"), total=220_00, creditor_id="zeta"),
        plans=(a_plan(THIRDS, "a", "b"),),
    )
    found = [one for one in told_on(case, "04-14") if one.step.name == "instalment_due"]
    assert [(one.creditor_id, one.amounts) for one in found] == [
        ("acme", (Money(80_00, "EUR"),)),
        ("zeta", (Money(20_00, "EUR"),)),
    ]
    assert [errand.creditor_id for errand in wanted_on(case, "04-29")] == ["acme", "zeta"]


def test_an_instalment_that_the_client_promised_is_not_asked_for_as_well() -> None:
    case = replace(PLANNED, promises=(a_promise("04-20", 300_00),))
    assert steps_on(case, "04-14") == []


def test_invoices_in_instalments_are_the_ladders() -> None:
    parts = a_plan(THIRDS).instalments
    assert told_on(a_case(an_invoice(total=300_00, instalments=parts)), "04-14") == []


# --- payments that came back


def back(on: str = "04-08", amount: int = 100_00, heard: str | None = None, **fields: Any) -> Returned:
    heard_at = at(heard) if heard else on_day(day(on))
    return Returned(f"back/{on}/{amount}", day(on), amount, heard_at, **fields)


def came_back(*returned: Returned, **fields: Any) -> Snapshot:
    return a_case(an_invoice(returned=returned or (back(),), **fields))


def test_a_payment_that_came_back_is_told_for_a_week() -> None:
    one = only(told_on(came_back(), "04-08"))
    assert (one.step.name, one.first, one.last) == ("payment_returned", day("04-08"), day("04-15"))
    assert (one.cycle_on, one.amounts) == (day("04-08"), (Money(100_00, "EUR"),))
    assert one.told == ReturnTold(day("04-08"), Money(100_00, "EUR"), failed=False)
    assert one.because is Reason.PAYMENT_RETURNED
    assert told_on(came_back(), "04-16") == []


def test_the_week_begins_when_we_hear_of_it() -> None:
    late = came_back(back("04-08", heard="2026-04-13 09:00"))
    assert steps_on(late, "04-20") == ["payment_returned"]
    one = only(told_on(late, "04-13"))
    assert (one.cycle_on, one.first, one.last) == (day("04-08"), day("04-13"), day("04-20"))


def test_several_on_one_day_are_one_and_on_two_days_two() -> None:
    same = came_back(back(amount=60_00), back(amount=40_00, failed=True))
    assert only(told_on(same, "04-08")).told == ReturnTold(day("04-08"), Money(100_00, "EUR"), failed=False)
    two = came_back(back("04-08", 60_00), back("04-10", 40_00))
    assert [one.cycle_on for one in told_on(two, "04-10")] == [day("04-08"), day("04-10")]


def test_what_is_open_now_is_asked_for() -> None:
    part = came_back(back(), total=150_00, disputed=20_00)
    assert asked_on(part, "04-08") == {"payment_returned": 130_00}
    again = a_case(paid(an_invoice(returned=(back(),)), a_payment("04-09", 100_00)))
    assert told_on(again, "04-10") == []


def test_a_debit_that_failed_is_told_unless_it_is_tried_again() -> None:
    failed = came_back(back(failed=True))
    assert only(told_on(failed, "04-08")).told == ReturnTold(day("04-08"), Money(100_00, "EUR"), failed=True)
    retried = came_back(back(failed=True), holds=(Hold(Reason.PAYMENT_PENDING, day("04-12")),))
    assert told_on(retried, "04-08") == []
    assert told_on(came_back(back(failed=True), auto_collect=True), "04-08") == []


@pytest.mark.parametrize(
    "changes",
    [
        {"promises": (a_promise("04-15", 100_00),)},
        {"plans": (a_plan({"04-20": 100_00}),)},
        {"escalated": frozenset({"acme"})},
        {"client": a_client(holds=(Hold(Reason.CLIENT_PAUSED),))},
        {"on_account": (Money(100_00, "EUR"),)},
    ],
)
def test_a_return_is_not_told_where_something_stronger_holds(changes: dict[str, Any]) -> None:
    found = told_on(replace(came_back(), **changes), "04-08")
    assert "payment_returned" not in [one.step.name for one in found]


# --- discounts


def discounted(percent: str = "3", by: str = "03-20", **fields: Any) -> Invoice:
    return an_invoice(discount=Discount(Decimal(percent), day(by)), **fields)


def test_an_open_discount_is_told_three_days_before_it_ends() -> None:
    one = only(told_on(a_case(discounted()), "03-10"))
    assert (one.step.name, one.first, one.last) == ("discount", day("03-17"), day("03-20"))
    assert one.cycle_on == day("03-20")
    assert one.amounts == (Money(97_00, "EUR"),)
    assert one.told == DiscountTold(day("03-20"), Money(3_00, "EUR"), Money(97_00, "EUR"))
    assert steps_on(a_case(discounted()), "03-20") == ["discount"]


def test_a_lost_discount_is_never_mentioned() -> None:
    policy = with_policy(
        steps=[
            step.model_dump() | ({"until_day": 5} if step.name == "discount" else {})
            for step in STANDARD.steps
        ]
    )
    assert told_on(a_case(discounted()), "03-20", policy)
    assert told_on(a_case(discounted()), "03-21", policy) == []


@pytest.mark.parametrize(
    "invoice",
    [
        paid(discounted(), a_payment("03-10", 97_00)),  # taken
        paid(discounted(), a_payment("03-10", 100_00)),
        credited(discounted(), "03-10", 100_00),
        discounted(disputed=10_00),
        discounted(holds=(Hold(Reason.INVOICE_PAUSED),)),
    ],
)
def test_nothing_is_said_where_nothing_is_left_to_earn_it(invoice: Invoice) -> None:
    assert told_on(a_case(invoice), "03-18") == []


def test_what_was_paid_already_earns_it_too() -> None:
    one = only(told_on(a_case(paid(discounted(), a_payment("03-10", 40_00))), "03-18"))
    assert one.amounts == (Money(57_00, "EUR"),)


def test_a_discount_on_what_is_promised_in_part_is_not_told() -> None:
    case = a_case(discounted(), promises=(a_promise("04-30", 50_00, made="03-10 10:00"),))
    assert [one.step.name for one in told_on(case, "03-18")] == ["promise_due"]


# --- statements


def test_a_statement_lists_all_open_items_on_the_first_working_days_of_a_month() -> None:
    case = a_case(
        an_invoice("b", day("05-20"), day("04-20")),
        an_invoice("a", disputed=100_00),
        an_invoice("d", day("05-25"), day("04-25"), currency="USD"),
        paid(an_invoice("x"), a_payment("04-02", 100_00)),
        an_invoice("v", holds=(Hold(Reason.VOIDED),)),
        an_invoice("n", day("07-01"), day("06-01")),
        an_invoice("z", day("04-01"), creditor_id="zeta"),
    )
    now, following = statements_on(case, "05-04")
    # The first of May is a holiday; the first working day is Monday the 4th.
    assert (now.first, now.last, now.cycle_on) == (day("05-04"), day("05-08"), day("05-01"))
    assert (following.first, following.cycle_on) == (day("06-01"), day("06-01"))
    assert (now.creditor_id, now.carrying.invoice_id) == ("acme", "a")
    assert [invoice.invoice_id for invoice in now.invoices] == ["a", "b", "d"]
    assert now.amounts == (Money(200_00, "EUR"), Money(100_00, "USD"))
    assert now.told is None


def test_the_days_of_a_statement_are_working_days() -> None:
    case = a_case(an_invoice("a"), an_invoice("b"))
    april, may = statements_on(case, "04-02")
    # Good Friday and Easter Monday are no days for it.
    assert (april.first, april.last) == (day("04-01"), day("04-09"))
    assert may.first == day("05-04")
    assert [one.cycle_on for one in statements_on(case, "04-10")] == [day("05-01")]


def test_a_statement_keeps_for_its_month_where_the_policy_names_no_last_day() -> None:
    policy = with_policy(
        steps=[
            step.model_dump() | ({"until_day": None} if step.name == "statement" else {})
            for step in STANDARD.steps
        ]
    )
    case = a_case(an_invoice("a"), an_invoice("b", day("05-04"), day("04-30")))
    april, may = statements_on(case, "04-30", policy)
    assert (april.last, may.last) == (day("04-30"), day("05-31"))
    assert [invoice.invoice_id for invoice in april.invoices] == ["a", "b"]  # issued today


def test_the_year_turns() -> None:
    case = a_case(an_invoice("a"), an_invoice("b"))
    assert [one.first.isoformat() for one in statements_on(case, "12-20")] == ["2027-01-04"]


def test_promised_items_are_listed_as_well() -> None:
    case = a_case(an_invoice("a"), an_invoice("b"), promises=(a_promise("05-30", 100_00, "a"),))
    assert [invoice.invoice_id for invoice in statements_on(case, "05-04")[0].invoices] == ["a", "b"]


@pytest.mark.parametrize(
    "case",
    [
        a_case(an_invoice("a")),
        a_case(an_invoice("a"), an_invoice("b", creditor_id="zeta")),
        a_case(an_invoice("a", disputed=100_00), an_invoice("b", holds=(Hold(Reason.DISPUTED),))),
        a_case(an_invoice("a"), paid(an_invoice("b"), a_payment("04-02", 100_00))),
        a_case(an_invoice("a"), an_invoice("b", holds=(Hold(Reason.OTHER_CURRENCY),))),
        a_case(an_invoice("a"), an_invoice("b"), client=a_client(holds=(Hold(Reason.CLIENT_PAUSED),))),
        a_case(an_invoice("a"), an_invoice("b"), escalated=frozenset({"acme"})),
    ],
)
def test_one_open_item_or_none_that_is_chased_is_no_statement(case: Snapshot) -> None:
    assert statements_on(case, "05-04") == []


# --- all together

FULL = a_case(
    an_invoice("a", total=400_00),
    an_invoice("b", day("04-05"), total=300_00),
    an_invoice("r", day("04-06"), returned=(back("04-13"),)),
    an_invoice("s", day("05-13"), day("04-10"), discount=Discount(Decimal(2), day("04-16"))),
    an_invoice("t", day("04-07"), total=500_00, creditor_id="zeta"),
    promises=(a_promise("04-15", 80_00, "a"), a_promise("04-10", 80_00, "t")),
    plans=(a_plan(THIRDS, "b"),),
    on_account=(Money(5_00, "EUR"),),
)


def test_the_order_of_occasions_is_fixed() -> None:
    account = read_account(FULL, STANDARD, on_day(day("04-14")))
    assert [one.step.name for one in occasions(account, FULL, STANDARD)] == [
        "payment_returned",
        "promise_broken",
        "promise_due",
        "instalment_due",
        "instalment_missed",
        "discount",
        "statement",
    ]


def test_a_policy_without_such_steps_gives_none() -> None:
    ladder = with_policy(
        steps=[step.model_dump() for step in STANDARD.steps if step.ladder and step.anchor != "instalment"]
    )
    assert told_on(FULL, "04-14", ladder) == []
    assert statements_on(FULL, "04-14", ladder) == []


def test_a_step_for_other_clients_or_debts_is_not_said() -> None:
    def only_when(**condition: Any) -> Policy:
        return with_policy(steps=[step.model_dump() | {"when": condition} for step in STANDARD.steps])

    assert steps_on(PROMISED, "04-14", only_when(segments=["key"])) == []
    assert steps_on(PROMISED, "04-14", only_when(terms_at_least_days=31)) == []
    assert steps_on(PROMISED, "04-14", only_when(owed_at_least={"EUR": "100.01"})) == []
    fits = only_when(terms_at_least_days=30, owed_at_least={"EUR": "100.00"}, countries=["DE"])
    assert steps_on(PROMISED, "04-14", fits) == ["promise_due"]


def test_steps_may_count_working_days_and_may_name_no_last_one() -> None:
    def changed(name: str, **fields: Any) -> Policy:
        return with_policy(
            steps=[step.model_dump() | (fields if step.name == name else {}) for step in STANDARD.steps]
        )

    two_before = changed("promise_due", day=-2, count="working", until_day=None)
    (one,) = told_on(a_case(an_invoice(), promises=(a_promise("04-07", 80_00),)), "04-01", two_before)
    # Easter lies between: the second working day before Tuesday the 7th is Wednesday the 1st. It holds until a break
    # would be told.
    assert (one.first, one.last) == (day("04-01"), day("04-08"))
    third = STANDARD.anchored(Anchor.PROMISE)[1].model_dump() | {"name": "promise_asked", "day": 6}
    three = with_policy(steps=[*(step.model_dump() for step in two_before.steps), third])
    assert told_on(a_case(an_invoice(), promises=(a_promise("04-07", 80_00),)), "04-01", three)[0] == one
    endless = changed("promise_broken", until_day=None)
    assert only(told_on(PROMISED, "04-17", endless)).last == day("05-17")


def test_the_caller_knows_when_an_agreement_changes_by_itself() -> None:
    def change(case: Snapshot, on: str) -> Any:
        return next_change(read_account(case, STANDARD, on_day(day(on))))

    assert change(PROMISED, "04-14") == day("04-17")
    assert change(PROMISED, "04-17") is None
    assert change(PLANNED, "04-14") == day("04-17")
    assert change(PLANNED, "04-17") == day("04-29")
    assert change(FULL, "04-11") == day("04-12")
    assert change(a_case(an_invoice()), "04-11") is None


def changed_cases() -> Iterator[Snapshot]:
    debit = (Hold(Reason.PAYMENT_PENDING, day("04-30"), amount=70_00),)
    for first in (
        an_invoice("a", total=400_00),
        an_invoice("a", total=400_00, disputed=350_00),
        an_invoice("a", total=400_00, holds=debit),
        paid(an_invoice("a", total=400_00), a_payment("04-09", 360_00)),
    ):
        yield replace(FULL, invoices=(first, *FULL.invoices[1:]))


@settings(max_examples=60, deadline=None, derandomize=True)
@given(
    st.sampled_from(list(changed_cases())),
    st.integers(0, 60),
    st.integers(1, 900_00),
    st.integers(0, 300_00),
    st.randoms(use_true_random=False),
)
def test_no_occasion_asks_for_what_is_not_open_disputed_or_on_account(
    case: Snapshot, ahead: int, promised: int, on_account: int, shuffle: Any
) -> None:
    promises = [a_promise("04-15", promised, "a", "t"), a_promise("04-10", 80_00, "t")]
    case = replace(case, promises=tuple(promises), on_account=(Money(on_account, "EUR"),))
    today = on_day(day("04-01")).toordinal() + ahead
    now = on_day(type(day("04-01")).fromordinal(today))
    account = read_account(case, STANDARD, now)
    found = occasions(account, case, STANDARD)
    for one in found:
        assert one.last >= account.today
        assert one.invoices
        assert {invoice.creditor_id for invoice in one.invoices} == {one.creditor_id}
        if one.step.anchor == "month":
            continue
        assert all(money.minor > 0 for money in one.amounts)
        room = sum(invoice.open - invoice.disputed for invoice in one.invoices)
        assert sum(money.minor for money in one.amounts) <= room
    shuffle.shuffle(promises)
    mixed = replace(turned(case), promises=tuple(promises))
    again = read_account(mixed, STANDARD, now)

    def told(every: tuple[Occasion, ...]) -> list[Any]:
        return [
            (o.step.name, o.carrying.invoice_id, o.cycle_on, o.first, o.last, o.amounts, o.told)
            for o in every
        ]

    assert told(occasions(again, mixed, STANDARD)) == told(found)
    wanted = [(e.subject, e.creditor_id, e.amounts) for e in errands_wanted(account, case, STANDARD)]
    assert [(e.subject, e.creditor_id, e.amounts) for e in errands_wanted(again, mixed, STANDARD)] == wanted
