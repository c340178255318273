"""A sum paid in parts: what of each part is open, what is due, and how such an invoice is chased."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from reminders.account import read_account
from reminders.decision import InstalmentTold
from reminders.instalments import Schedule, Unpaid, current, instalment_told, schedule_of
from reminders.money import Money
from reminders.snapshot import Instalment, Invoice
from tests.reminders.agreed import a_payment, credited, day, on_day, paid
from tests.reminders.book import STANDARD, a_case, an_invoice

THIRDS = (
    Instalment(day("04-01"), 100_00),
    Instalment(day("05-01"), 100_00),
    Instalment(day("06-01"), 100_00),
)


def in_thirds(**fields: Any) -> Invoice:
    known: dict[str, Any] = {"total": 300_00, "instalments": THIRDS}
    return an_invoice(due_on=day("06-01"), issued_on=day("03-01"), **(known | fields))


# --- the schedule


def test_money_fills_the_oldest_part_first() -> None:
    schedule = Schedule(THIRDS, 130_00)
    assert schedule.open == (0, 70_00, 100_00)
    assert schedule.oldest == Unpaid(2, day("05-01"), 70_00)
    assert schedule.left == 170_00


def test_what_is_due_through_a_day_is_what_was_missed_and_what_is_due_on_it() -> None:
    schedule = Schedule(THIRDS, 30_00)
    assert (schedule.due(day("03-31")), schedule.later(day("03-31"))) == (0, 270_00)
    assert (schedule.due(day("04-01")), schedule.later(day("04-01"))) == (70_00, 200_00)
    assert (schedule.due(day("05-01")), schedule.later(day("05-01"))) == (170_00, 100_00)


def test_a_part_is_missed_when_its_day_is_over_and_cured_when_it_is_paid() -> None:
    assert Schedule(THIRDS, 0).missed(day("04-01")) == ()
    assert [part.number for part in Schedule(THIRDS, 0).missed(day("05-02"))] == [1, 2]
    assert [part.number for part in Schedule(THIRDS, 100_00).missed(day("05-02"))] == [2]
    assert Schedule(THIRDS, 200_00).missed(day("05-02")) == ()


def test_all_paid_and_overpaid_leave_nothing() -> None:
    for came in (300_00, 400_00):
        assert (Schedule(THIRDS, came).oldest, Schedule(THIRDS, came).left) == (None, 0)


def test_where_less_is_owed_the_last_parts_shrink() -> None:
    assert Schedule(THIRDS, 130_00).within(90_00).open == (0, 70_00, 20_00)
    assert Schedule(THIRDS, 130_00).within(50_00).open == (0, 50_00, 0)
    assert Schedule(THIRDS, 130_00).within(0).left == 0
    assert Schedule(THIRDS, 130_00).within(500_00).open == (0, 70_00, 100_00)


# --- an invoice in instalments


def test_an_invoice_due_at_once_is_as_it_is() -> None:
    invoice = an_invoice()
    assert current(invoice, day("04-20")) is invoice
    assert instalment_told(invoice) is None


@pytest.mark.parametrize(
    ("today", "came", "due_on", "asked"),
    [
        ("03-10", 0, "04-01", 100_00),  # the next one alone
        ("04-01", 0, "04-01", 100_00),
        ("04-02", 0, "04-01", 100_00),  # missed
        ("05-01", 0, "04-01", 100_00),  # the second is due today, and not missed
        ("05-02", 0, "04-01", 200_00),  # both are missed
        ("06-02", 0, "04-01", 300_00),
        ("05-02", 130_00, "05-01", 70_00),
        ("04-02", 100_00, "05-01", 100_00),  # cured: the next one alone again
        ("04-02", 250_00, "06-01", 50_00),
    ],
)
def test_what_is_missed_is_asked_for_and_before_that_the_next_part(
    today: str, came: int, due_on: str, asked: int
) -> None:
    invoice = paid(in_thirds(), a_payment("03-20", came)) if came else in_thirds()
    view = current(invoice, day(today))
    assert (view.due_on, view.chased) == (day(due_on), asked)
    assert view.later == view.open - asked


def test_credit_notes_count_like_payments() -> None:
    view = current(credited(in_thirds(), "03-20", 130_00), day("03-21"))
    assert (view.due_on, view.chased) == (day("05-01"), 70_00)


def test_a_message_knows_that_an_invoice_is_paid_in_parts() -> None:
    account = read_account(a_case(in_thirds(), an_invoice("b")), STANDARD, on_day(day("04-14")))
    in_parts = {invoice_id: account.item(one).in_parts for invoice_id, one in account.invoices.items()}
    assert in_parts == {"a": True, "b": False}


def test_a_settled_invoice_is_as_it_is() -> None:
    invoice = paid(in_thirds(), a_payment("03-20", 300_00))
    assert current(invoice, day("05-02")) is invoice
    assert instalment_told(invoice) is None


def test_what_is_disputed_is_never_asked_for_and_nothing_is_asked_below_zero() -> None:
    assert current(in_thirds(disputed=40_00), day("03-10")).chased == 60_00
    assert current(in_thirds(disputed=150_00), day("03-10")).chased == 0


def test_two_parts_due_on_one_day_are_asked_for_together() -> None:
    parts = (*THIRDS[:1], Instalment(day("04-01"), 50_00), Instalment(day("05-01"), 150_00))
    assert current(in_thirds(instalments=parts), day("03-10")).chased == 150_00


def test_what_the_total_has_beyond_the_parts_is_due_on_the_due_date() -> None:
    assert schedule_of(in_thirds(total=300_01)).open[-1] == 1
    invoice = in_thirds(total=320_00)
    assert current(invoice, day("06-02")).chased == 320_00  # with the last part, on the due date
    beyond = paid(invoice, a_payment("03-20", 300_00))
    assert (current(beyond, day("03-21")).due_on, current(beyond, day("03-21")).chased) == (
        day("06-01"),
        20_00,
    )


def test_parts_that_say_more_than_the_total_never_ask_for_more_than_is_owed() -> None:
    invoice = in_thirds(total=250_00)
    assert schedule_of(invoice).open == (100_00, 100_00, 50_00)
    assert current(invoice, day("06-02")).chased == 250_00


def test_the_order_in_which_the_parts_are_told_changes_nothing() -> None:
    for today in ("03-10", "05-02"):
        turned = current(in_thirds(instalments=THIRDS[::-1]), day(today))
        view = current(in_thirds(), day(today))
        assert (turned.due_on, turned.later) == (view.due_on, view.later)


def test_an_instalment_is_told_with_its_number_and_what_is_left() -> None:
    view = current(paid(in_thirds(), a_payment("03-20", 130_00)), day("05-02"))
    assert instalment_told(view) == InstalmentTold(
        2, 3, day("05-01"), Money(70_00, "EUR"), Money(170_00, "EUR")
    )


# --- what holds for every schedule

parts = st.lists(
    st.builds(
        Instalment,
        st.integers(0, 300).map(lambda n: date(2026, 1, 1) + timedelta(days=n)),
        st.integers(1, 500_00),
    ),
    max_size=8,
).map(lambda found: tuple(sorted(found, key=lambda part: part.due_on)))
amounts = st.integers(0, 3000_00)
many = settings(max_examples=150, deadline=None, derandomize=True)


@many
@given(parts, amounts)
def test_the_open_parts_sum_to_what_is_left(found: tuple[Instalment, ...], came: int) -> None:
    schedule = Schedule(found, came)
    assert sum(schedule.open) == max(0, sum(part.amount for part in found) - came)
    assert all(0 <= left <= part.amount for left, part in zip(schedule.open, found, strict=True))


@many
@given(parts, amounts, amounts)
def test_never_more_is_to_come_than_is_owed(found: tuple[Instalment, ...], came: int, owed: int) -> None:
    schedule, less = Schedule(found, came), Schedule(found, came).within(owed)
    assert less.left == min(schedule.left, owed)
    assert all(after <= before for after, before in zip(less.open, schedule.open, strict=True))
    first = schedule.oldest
    if first is not None and owed:
        assert less.oldest == Unpaid(first.number, first.due_on, min(first.open, owed))


@many
@given(parts.filter(len), st.integers(0, 3000_00), amounts, amounts, st.integers(-10, 320))
def test_an_invoice_in_parts_asks_for_no_more_than_is_open(
    found: tuple[Instalment, ...], total: int, came: int, credit: int, ahead: int
) -> None:
    invoice = an_invoice(total=total, instalments=found, paid=came, credited=credit)
    today = date(2026, 1, 1) + timedelta(days=ahead)
    view = current(invoice, today)
    assert 0 <= view.later <= view.open
    assert bool(view.chased) == bool(invoice.open)
    for part in schedule_of(invoice).missed(today):
        assert part.due_on >= view.due_on
    assert sum(schedule_of(invoice).open) == invoice.open
