"""The ladder of an invoice: its rungs, and how they are climbed."""

from __future__ import annotations

from datetime import date, timedelta
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from config.policy import Policy
from reminders.calendar import place_of
from reminders.ladder import NEVER, Climbed, Ladder, Pace, Rung, ladder_of, pace_of
from reminders.snapshot import Instalment, Invoice
from tests.reminders.book import DUE, STANDARD, a_client, an_invoice, noon, with_policy

BERLIN = place_of(a_client(subdivision="BY"))
IN_TIME = Pace(STANDARD.positions["overdue_7"], seen=-30, silence_days=14)
SEEN_LATE = IN_TIME._replace(seen=40)
NOTHING = Climbed()
LATE = ("overdue_3", "overdue_7", "overdue_14", "call", "final_notice", "decision")


def ladder(invoice: Invoice | None = None, policy: Policy = STANDARD, **fields: Any) -> Ladder:
    return ladder_of(invoice or an_invoice(**fields), policy, BERLIN)


def names(rungs: tuple[Rung, ...]) -> list[str]:
    return [rung.step.name for rung in rungs]


def at(name: str, day: int) -> Climbed:
    """That step was taken on that day."""
    return Climbed(STANDARD.positions[name], day)


def due(day: int, climbed: Climbed = NOTHING, pace: Pace = IN_TIME) -> tuple[str | None, bool]:
    rung, lower = ladder().due(day, climbed, pace)
    return rung.step.name if rung is not None else None, lower


def working(name: str, **changed: Any) -> Policy:
    """The standard policy with one step in working days."""
    found = STANDARD.model_dump(by_alias=True)["steps"]
    return with_policy(
        steps=[step | {"count": "working"} | changed if step["name"] == name else step for step in found]
    )


# --- rungs


def test_every_rung_has_its_first_and_its_last_day() -> None:
    assert [(rung.step.name, rung.day, rung.last) for rung in ladder().rungs] == [
        ("introduction", -30, -8),
        ("heads_up", -7, -4),
        ("due_soon", -3, 0),
        ("overdue_3", 3, 6),
        ("overdue_7", 7, 13),
        ("overdue_14", 14, 20),
        ("call", 21, 29),
        ("final_notice", 30, 44),
        ("decision", 45, NEVER),
    ]


@pytest.mark.parametrize(
    ("terms", "before"),
    [
        (30, ["introduction", "heads_up", "due_soon"]),
        (14, ["introduction", "due_soon"]),  # too short for a heads-up
        (3, ["introduction"]),  # it would be due in three days on the day of its issue
        (0, ["introduction"]),
    ],
)
def test_what_is_said_before_the_due_date_depends_on_the_terms(terms: int, before: list[str]) -> None:
    invoice = an_invoice(issued_on=DUE - timedelta(days=terms))

    assert names(ladder(invoice).rungs) == [*before, *LATE]


def test_an_invoice_that_was_due_before_it_was_issued_was_due_at_once() -> None:
    assert ladder(issued_on=DUE + timedelta(days=9)) == ladder(issued_on=DUE)


def test_an_invoice_in_instalments_has_the_steps_of_an_instalment_first() -> None:
    parts = (Instalment(DUE, 50_00), Instalment(DUE + timedelta(days=30), 50_00))

    assert names(ladder(instalments=parts).rungs) == [
        "introduction",
        "instalment_due",
        "instalment_missed",
        *LATE[1:],
    ]


def test_steps_that_are_not_for_this_client_are_no_rungs() -> None:
    found = ladder_of(an_invoice(), STANDARD, BERLIN, frozenset({"overdue_7"}))

    assert "overdue_7" not in names(found.rungs)
    assert next(rung.last for rung in found.rungs if rung.step.name == "overdue_3") == 13


def test_working_days_pass_over_weekends_and_holidays() -> None:
    """Seven working days from Tuesday, 31 March 2026: Good Friday and Easter Monday are none."""
    found = ladder(policy=working("overdue_7"))

    assert [rung.day for rung in found.rungs if rung.step.name == "overdue_7"] == [13]


def test_a_step_that_working_days_push_onto_the_next_one_gives_way() -> None:
    """Three working days over Easter are seven days: the next step's day has come, and nobody waits for the first."""
    found = ladder(policy=working("overdue_3"))

    assert "overdue_3" not in names(found.rungs)
    assert found.next_after(0) == next(rung for rung in found.rungs if rung.step.name == "overdue_7")


def test_working_days_before_the_due_date_count_backwards() -> None:
    """Three working days before Tuesday, 31 March 2026 is the Thursday before it."""
    found = ladder(policy=working("due_soon"))

    assert [(rung.day, rung.last) for rung in found.rungs if rung.step.name == "due_soon"] == [(-5, 0)]


def test_two_invoices_on_the_same_terms_share_a_ladder() -> None:
    later = DUE + timedelta(days=100)

    assert ladder() is ladder(due_on=later, issued_on=later - timedelta(days=30))


# --- which rung fits


@pytest.mark.parametrize(
    ("day", "step"),
    [
        (-31, None),
        (-30, "introduction"),
        (-8, "introduction"),
        (-4, "heads_up"),
        (0, "due_soon"),
        (2, None),  # too late to say that it will be due, too soon to say that it is late
        (3, "overdue_3"),
        (13, "overdue_7"),
        (44, "final_notice"),
        (900, "decision"),
    ],
)
def test_the_latest_rung_fits_unless_its_time_is_over(day: int, step: str | None) -> None:
    rung = ladder().fitting(day)

    assert (rung.step.name if rung else None) == step


def test_what_comes_next_is_above_what_was_taken() -> None:
    following = ladder().next_after(5, STANDARD.positions["overdue_7"])

    assert following is not None
    assert following.step.name == "overdue_14"
    assert ladder().next_after(45) is None


# --- climbing


def test_in_time_every_step_has_its_day() -> None:
    days = dict(zip(LATE, (3, 7, 14, 21, 30, 45), strict=True))
    assert due(3) == ("overdue_3", False)
    for before, step in pairwise(LATE):
        assert due(days[step], at(before, days[before])) == (step, False)


def test_what_was_missed_for_some_days_is_made_up_with_the_step_that_fits_now() -> None:
    assert due(14, at("overdue_3", 3)) == ("overdue_14", False)


def test_after_a_long_silence_the_next_step_comes_and_not_the_one_that_fits_the_age() -> None:
    assert due(40, at("overdue_7", 7)) == ("overdue_14", True)


def test_what_was_seen_late_begins_at_the_step_of_the_policy() -> None:
    assert due(40, pace=SEEN_LATE) == ("overdue_7", True)
    assert due(4, pace=SEEN_LATE) == ("overdue_3", False)


def test_what_was_released_after_a_long_hold_begins_there_too() -> None:
    """It was seen in time, but nothing overdue was said."""
    assert due(40, at("due_soon", -3)) == ("overdue_7", True)


def test_without_such_a_step_what_is_late_begins_where_it_stands() -> None:
    assert due(40, pace=SEEN_LATE._replace(entry=None)) == ("final_notice", False)


def test_a_step_that_is_not_there_is_replaced_by_the_mildest() -> None:
    parts = (Instalment(DUE, 50_00),)
    pace = SEEN_LATE._replace(entry=STANDARD.positions["overdue_3"])

    rung, lower = ladder(instalments=parts).due(40, Climbed(), pace)

    assert rung is not None
    assert (rung.step.name, lower) == ("instalment_missed", True)


def test_a_step_whose_time_ran_out_is_not_begun_again() -> None:
    """Nobody said yes to the final notice: what comes next is the decision, and not a friendly reminder."""
    waited = Climbed(STANDARD.positions["overdue_14"], 14, STANDARD.positions["final_notice"])

    assert due(45, waited) == ("decision", False)


def test_who_was_told_late_has_as_many_days_as_others_until_the_next_step() -> None:
    moved = ladder().from_here(at("overdue_7", 33))

    assert [(rung.step.name, rung.day) for rung in moved.rungs] == [
        ("overdue_14", 40),
        ("call", 47),
        ("final_notice", 56),
        ("decision", 71),
    ]
    assert moved.rungs[2].last == 70


def test_a_step_that_went_a_little_late_moves_nothing() -> None:
    moved = ladder().from_here(at("overdue_7", 12))

    assert [rung.day for rung in moved.rungs] == [14, 21, 30, 45]


def test_at_the_end_nothing_follows() -> None:
    assert due(90, at("decision", 45)) == (None, False)


def test_the_pace_of_an_invoice() -> None:
    invoice = an_invoice(first_seen_at=noon(date(2026, 4, 10)))

    assert pace_of(invoice, STANDARD, BERLIN) == Pace(STANDARD.positions["overdue_7"], 10, 14)
    assert pace_of(invoice, with_policy(enter_at_most=None), BERLIN).entry is None


# --- for every ladder

policies = st.sampled_from(
    [STANDARD, working("overdue_3"), working("due_soon"), with_policy(enter_at_most="overdue_3")]
)
invoices = st.builds(
    lambda due_on, terms, parts: an_invoice(
        due_on=due_on,
        issued_on=due_on - timedelta(days=terms),
        instalments=tuple(Instalment(due_on + timedelta(days=30 * part), 50_00) for part in range(parts)),
    ),
    st.dates(date(2026, 1, 1), date(2026, 12, 31)),
    st.integers(-10, 60),
    st.integers(0, 2),
)
few = settings(max_examples=150, deadline=None, derandomize=True)


@few
@given(invoices, policies)
def test_rungs_stand_in_order_and_no_step_fits_before_its_own_day(invoice: Invoice, policy: Policy) -> None:
    found = ladder(invoice, policy)

    positions = [rung.position for rung in found.rungs]
    assert positions == sorted(set(positions))
    late = [rung for rung in found.rungs if rung.day > 0]
    assert all(one.last < other.day for one, other in pairwise(late))
    for day in range(-70, 100):
        rung = found.fitting(day)
        if rung is not None:
            assert rung.day <= day <= rung.last
        if rung is not None and rung.step.overdue and rung.step.count == "calendar":
            assert day >= rung.step.day


@few
@given(
    invoices,
    policies,
    st.integers(-30, 60),
    st.lists(st.integers(1, 40), min_size=1, max_size=30),
)
def test_the_ladder_is_climbed_upwards_and_after_a_silence_one_rung_at_a_time(
    invoice: Invoice, policy: Policy, seen: int, waits: list[int]
) -> None:
    """Whoever looks now and then, and takes what is due: every step is firmer, and none is sprung on the client."""
    found = ladder(invoice, policy)
    entry = policy.positions[policy.enter_at_most] if policy.enter_at_most else None
    pace = Pace(entry, seen, policy.returning.silence_days)
    overdue = [rung.position for rung in found.rungs if rung.day > 0]
    climbed, day = Climbed(), max(seen, -30)
    for wait in waits:
        day += wait
        rung, lower = found.due(day, climbed, pace)
        if rung is None:
            continue
        assert rung.position > climbed.reached
        assert rung.day <= day <= rung.last
        if rung.day > 0:
            begun = climbed.reached in overdue
            silent = day - (climbed.day if begun else found.rungs[-len(overdue)].day) > pace.silence_days
            if begun and silent:
                assert overdue.index(rung.position) == overdue.index(climbed.reached) + 1
            elif not begun and (silent or seen > 0) and entry is not None:
                assert rung.position <= max(entry, overdue[0])
            else:
                assert not lower
        climbed = Climbed(rung.position, day)
