"""Promises to pay: kept, partly kept, broken, replaced, and what they hold back."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from config.policy import Policy
from reminders.decide import decide
from reminders.promises import PromisedPart, PromiseState, breaks, promised_parts
from reminders.reasons import Reason
from reminders.snapshot import Hold, Invoice, Payment, Promise, Snapshot
from reminders.tasks import TaskKind
from tests.reminders.agreed import (
    a_payment,
    a_promise,
    credited,
    day,
    on_day,
    paid,
    promises_on,
    states,
)
from tests.reminders.book import STANDARD, a_case, a_client, an_invoice, noon, with_policy


def one(snapshot: Snapshot, on: str, policy: Policy = STANDARD) -> Any:
    (standing,) = promises_on(snapshot, on, policy)
    return standing


# --- a promise and its days


@pytest.mark.parametrize(
    ("today", "state"),
    [
        ("04-01", PromiseState.PENDING),
        ("04-08", PromiseState.PENDING),
        ("04-09", PromiseState.PENDING),  # money sent on the 8th is under way
        ("04-10", PromiseState.BROKEN),
    ],
)
def test_a_promise_is_waited_for_through_its_days_of_grace(today: str, state: PromiseState) -> None:
    case = a_case(an_invoice(), promises=(a_promise("04-08", 100_00),))
    assert one(case, today).state is state
    assert one(case, today).until_on == day("04-09")


@pytest.mark.parametrize("grace", [0, 1])
def test_the_promised_day_itself_is_always_the_clients(grace: int) -> None:
    policy = with_policy(promises={"grace_days": grace})
    case = a_case(an_invoice(), promises=(a_promise("04-08", 100_00),))
    assert one(case, "04-08", policy).state is PromiseState.PENDING
    assert one(case, "04-09", policy).state is PromiseState.BROKEN


def test_it_is_kept_when_so_much_came_even_if_more_is_open() -> None:
    invoice = paid(an_invoice(total=300_00), a_payment("04-08", 100_00))
    standing = one(a_case(invoice, promises=(a_promise("04-08", 100_00),)), "04-20")
    assert (standing.state, standing.kept, standing.rest) == (PromiseState.KEPT, 100_00, 0)


def test_a_part_that_came_is_a_promise_partly_kept_once_its_time_is_over() -> None:
    case = a_case(paid(an_invoice(), a_payment("04-07", 30_00)), promises=(a_promise("04-08", 100_00),))
    before, after = one(case, "04-09"), one(case, "04-10")
    assert (before.state, before.kept, before.rest) == (PromiseState.PENDING, 30_00, 70_00)
    assert (after.state, after.kept, after.rest) == (PromiseState.PARTLY, 30_00, 70_00)


def test_what_came_late_heals_it() -> None:
    case = a_case(
        paid(an_invoice(total=300_00), a_payment("04-20", 100_00)), promises=(a_promise("04-08", 100_00),)
    )
    assert one(case, "04-20").state is PromiseState.KEPT


def test_it_is_kept_when_nothing_is_open_any_more_however_that_came_about() -> None:
    promise = a_promise("04-08", 100_00)
    for settled in (
        credited(an_invoice(), "04-05", 100_00),
        paid(an_invoice(), a_payment("03-20", 100_00)),
        an_invoice(total=0),
    ):
        assert one(a_case(settled, promises=(promise,)), "04-20").state is PromiseState.KEPT


@pytest.mark.parametrize("reason", [Reason.VOIDED, Reason.WRITTEN_OFF])
def test_what_was_voided_or_written_off_is_not_part_of_it(reason: Reason) -> None:
    void = an_invoice("a", holds=(Hold(reason),))
    promise = a_promise("04-08", 150_00, "a", "b")
    assert one(a_case(void, promises=(promise,)), "04-20").state is PromiseState.KEPT
    both = one(a_case(void, an_invoice("b"), promises=(promise,)), "04-08")
    assert [invoice.invoice_id for invoice in both.invoices] == ["b"]
    assert (both.state, both.rest) == (PromiseState.PENDING, 100_00)


def test_a_promise_for_an_invoice_that_nobody_knows_yet_holds_nothing() -> None:
    standing = one(a_case(an_invoice(), promises=(a_promise("04-08", 100_00, "later"),)), "04-08")
    assert standing.invoices == ()
    assert promised_parts([standing]) == {}


# --- which money counts


@pytest.mark.parametrize(
    ("payment", "counts"),
    [
        (a_payment("04-02", 40_00, heard="2026-04-02 08:00"), True),  # a day later
        (
            a_payment("04-01", 40_00, heard="2026-04-01 08:00"),
            False,
        ),  # on the very day, and known when it was made
        (a_payment("04-01", 40_00, heard="2026-04-01 12:00"), True),  # on the very day, afterwards
        (a_payment("02-01", 40_00, heard="2026-04-02 12:00"), False),  # an old book, imported later
        (a_payment("03-31", 40_00, heard="2026-04-01 09:59"), False),  # known when it was made
        (a_payment("03-31", 40_00, heard="2026-04-01 10:01"), True),  # on its way when it was made
    ],
)
def test_money_counts_from_the_day_it_was_made_or_if_nobody_knew_of_it(
    payment: Payment, counts: bool
) -> None:
    case = a_case(paid(an_invoice(), payment), promises=(a_promise("04-08", 60_00),))
    assert one(case, "04-08").kept == (40_00 if counts else 0)


def test_the_day_it_was_made_is_the_clients() -> None:
    # 23:30 in New York on 31 March is 1 April in Berlin already, the day on which the payment is dated.
    next_day = a_payment("04-01", 40_00, heard="2026-04-01 05:00")
    promise = a_promise("04-08", 60_00, made="04-01 05:30")
    here = a_client(time_zone="America/New_York", country="US")
    assert one(a_case(paid(an_invoice(), next_day), client=here, promises=(promise,)), "04-05").kept == 40_00
    assert one(a_case(paid(an_invoice(), next_day), promises=(promise,)), "04-05").kept == 0


def test_money_for_another_invoice_does_not_keep_it() -> None:
    other = paid(an_invoice("b"), a_payment("04-05", 100_00))
    case = a_case(an_invoice("a"), other, promises=(a_promise("04-08", 100_00, "a"),))
    assert one(case, "04-10").state is PromiseState.BROKEN


def test_a_promise_is_for_invoices_of_its_currency_alone() -> None:
    dollars = paid(an_invoice("b", currency="USD"), a_payment("04-05", 100_00))
    standing = one(a_case(an_invoice("a"), dollars, promises=(a_promise("04-08", 80_00, "a", "b"),)), "04-08")
    assert [invoice.invoice_id for invoice in standing.invoices] == ["a"]
    assert (standing.kept, standing.rest) == (0, 80_00)


def test_money_goes_to_the_earlier_promised_day_first() -> None:
    case = a_case(
        paid(an_invoice(total=300_00), a_payment("04-06", 120_00)),
        promises=(
            a_promise("04-15", 100_00, made="03-30 10:00"),
            a_promise("04-08", 100_00, made="04-01 10:00"),
        ),
    )
    first, second = promises_on(case, "04-10")
    assert (first.promise.promised_on, first.state, first.kept) == (
        day("04-08"),
        PromiseState.KEPT,
        100_00,
    )
    assert (second.state, second.kept, second.rest) == (PromiseState.PENDING, 20_00, 80_00)


def test_a_promise_for_two_invoices_leaves_the_other_one_its_money() -> None:
    case = a_case(
        paid(an_invoice("a", total=200_00), a_payment("04-06", 50_00)),
        paid(an_invoice("b", total=200_00), a_payment("04-07", 100_00)),
        promises=(a_promise("04-08", 100_00, "a", "b"), a_promise("04-09", 50_00, "a")),
    )
    assert states(promises_on(case, "04-20")) == ["kept", "kept"]


# --- another promise in its place


def test_a_new_date_in_time_is_no_break() -> None:
    case = a_case(
        an_invoice(),
        promises=(a_promise("04-08", 100_00), a_promise("04-15", 100_00, made="04-09 18:00")),
    )
    assert states(promises_on(case, "04-10")) == ["replaced", "pending"]
    assert promised_parts(promises_on(case, "04-10")) == {"a": PromisedPart(100_00, day("04-16"))}
    assert states(promises_on(case, "04-17")) == ["replaced", "broken"]
    assert breaks(promises_on(case, "04-17"), "a") == 1


def test_a_new_date_after_the_grace_does_not_mend_a_break() -> None:
    case = a_case(
        an_invoice(),
        promises=(a_promise("04-08", 100_00), a_promise("04-15", 100_00, made="04-10 08:00")),
    )
    assert states(promises_on(case, "04-10")) == ["broken", "pending"]
    assert breaks(promises_on(case, "04-10"), "a") == 1


def test_two_dates_for_two_parts_are_two_promises() -> None:
    halves = (a_promise("04-08", 50_00), a_promise("04-22", 50_00, made="04-02 10:00"))
    case = a_case(an_invoice(), promises=halves)
    assert states(promises_on(case, "04-08")) == ["pending", "pending"]
    assert promised_parts(promises_on(case, "04-08")) == {"a": PromisedPart(100_00, day("04-23"))}
    # What comes for the first one makes the open amount less than both together: that changes nothing.
    half = replace(case, invoices=(paid(an_invoice(), a_payment("04-08", 50_00)),))
    assert states(promises_on(half, "04-10")) == ["kept", "pending"]
    less = replace(case, invoices=(credited(an_invoice(), "04-05", 30_00),))
    assert states(promises_on(less, "04-10")) == ["broken", "pending"]


@pytest.mark.parametrize(
    "invoice",
    [
        credited(an_invoice(), "04-01", 30_00),
        credited(an_invoice(), "04-02", 30_00),  # on the very day
        paid(an_invoice(), a_payment("03-20", 30_00)),
    ],
)
def test_what_was_less_already_when_the_newer_one_was_made_makes_the_two_too_much(invoice: Invoice) -> None:
    halves = (a_promise("04-08", 50_00), a_promise("04-22", 50_00, made="04-02 10:00"))
    assert states(promises_on(a_case(invoice, promises=halves), "04-08")) == ["replaced", "pending"]


def test_a_promise_that_was_kept_is_not_replaced_by_the_next_one() -> None:
    for next_one in (100_00, 120_00):  # be it for more than is open
        case = a_case(
            paid(an_invoice(total=200_00), a_payment("04-06", 100_00)),
            promises=(a_promise("04-08", 100_00), a_promise("04-22", next_one, made="04-07 10:00")),
        )
        assert states(promises_on(case, "04-08")) == ["kept", "pending"]


def test_a_promise_for_another_invoice_replaces_nothing() -> None:
    case = a_case(
        an_invoice("a"),
        an_invoice("b"),
        promises=(a_promise("04-08", 100_00, "a"), a_promise("04-15", 100_00, "b", made="04-07 10:00")),
    )
    assert states(promises_on(case, "04-08")) == ["pending", "pending"]


def test_money_after_a_renegotiation_counts_for_the_new_promise() -> None:
    case = a_case(
        paid(an_invoice(total=200_00), a_payment("04-14", 150_00)),
        promises=(a_promise("04-08", 150_00), a_promise("04-15", 150_00, made="04-07 10:00")),
    )
    older, newer = promises_on(case, "04-20")
    assert (older.state, older.kept) == (PromiseState.REPLACED, 0)
    assert (newer.state, newer.kept) == (PromiseState.KEPT, 150_00)


def test_a_third_promise_replaces_the_second_and_the_first_stays_replaced() -> None:
    case = a_case(
        an_invoice(),
        promises=(
            a_promise("04-08", 100_00),
            a_promise("04-15", 100_00, made="04-08 10:00"),
            a_promise("04-22", 100_00, made="04-15 10:00"),
        ),
    )
    assert states(promises_on(case, "04-20")) == ["replaced", "replaced", "pending"]


# --- what promises hold


def test_a_part_promised_holds_a_part_the_oldest_invoice_first() -> None:
    case = a_case(
        an_invoice("b", day("04-10")), an_invoice("a"), promises=(a_promise("04-20", 150_00, "b", "a"),)
    )
    assert promised_parts(promises_on(case, "04-12")) == {
        "a": PromisedPart(100_00, day("04-21")),
        "b": PromisedPart(50_00, day("04-21")),
    }


@pytest.mark.parametrize("over", ["04-22", "05-30"])
def test_a_promise_holds_nothing_once_its_time_is_over(over: str) -> None:
    case = a_case(an_invoice(), promises=(a_promise("04-20", 100_00),))
    assert promised_parts(promises_on(case, "04-21"))
    assert promised_parts(promises_on(case, over)) == {}


def test_what_is_disputed_is_not_promised_as_well() -> None:
    case = a_case(an_invoice(disputed=40_00), promises=(a_promise("04-08", 100_00),))
    standing = one(case, "04-08")
    assert (standing.state, standing.rest) == (PromiseState.PENDING, 60_00)
    assert promised_parts([standing])["a"].amount == 60_00
    whole = a_case(an_invoice(disputed=100_00), promises=(a_promise("04-08", 100_00),))
    assert promised_parts(promises_on(whole, "04-08")) == {}


def test_breaks_are_counted_by_invoice() -> None:
    case = a_case(
        an_invoice("a", total=500_00),
        paid(an_invoice("b", total=500_00), a_payment("04-09", 10_00)),
        promises=(
            a_promise("04-08", 100_00, "a"),
            a_promise("04-10", 100_00, "a", "b"),
            a_promise("04-20", 100_00, "a"),
        ),
    )
    told = promises_on(case, "04-15")
    assert states(told) == ["broken", "partly", "pending"]
    assert [breaks(told, key) for key in "abc"] == [2, 1, 0]


# --- what holds for every case

BERLIN_MORNING = on_day(date(2026, 4, 1))
WORTH = {"broken": 0, "partly": 1, "pending": 1, "kept": 2, "replaced": 2}


@st.composite
def cases(draw: st.DrawFn) -> Snapshot:
    def invoice(name: str) -> Invoice:
        payments = draw(
            st.lists(
                st.builds(
                    lambda on, amount, number, later: Payment(
                        f"{name}{number}",
                        date(2026, 4, 1) + timedelta(days=on),
                        amount,
                        BERLIN_MORNING + timedelta(days=on + later),
                    ),
                    st.integers(-5, 30),
                    st.integers(1, 120_00),
                    st.integers(0, 9),
                    st.integers(0, 6),
                ),
                max_size=3,
                unique_by=lambda payment: payment.payment_id,
            )
        )
        fresh = an_invoice(
            name,
            date(2026, 3, 31) + timedelta(days=draw(st.integers(-20, 20))),
            total=draw(st.integers(0, 300_00)),
            currency=draw(st.sampled_from(["EUR", "EUR", "USD"])),
            disputed=draw(st.sampled_from([0, 0, 30_00, 400_00])),
            creditor_id=draw(st.sampled_from(["acme", "zeta"])),
        )
        return credited(paid(fresh, *payments), "04-03", draw(st.sampled_from([0, 0, 25_00])))

    def promise(number: int) -> Promise:
        made = draw(st.integers(0, 20 * 24))
        return Promise(
            f"p{number}",
            tuple(draw(st.sets(st.sampled_from("abc"), min_size=1))),
            draw(st.sampled_from(["EUR", "EUR", "USD"])),
            draw(st.integers(1, 250_00)),
            BERLIN_MORNING + timedelta(hours=made),
            date(2026, 4, 1) + timedelta(days=made // 24 + draw(st.integers(0, 14))),
        )

    return a_case(
        *(invoice(name) for name in "abc"),
        promises=tuple(promise(number) for number in range(draw(st.integers(1, 4)))),
    )


days = st.integers(0, 45).map(lambda ahead: (date(2026, 4, 1) + timedelta(days=ahead)).strftime("%m-%d"))
many = settings(max_examples=150, deadline=None, derandomize=True)


@many
@given(cases(), days)
def test_money_counts_once_over_all_promises(case: Snapshot, today: str) -> None:
    told = promises_on(case, today)
    for currency in ("EUR", "USD"):
        kept = sum(s.kept for s in told if s.promise.currency == currency)
        assert kept <= sum(invoice.paid for invoice in case.invoices if invoice.currency == currency)
    for standing in told:
        assert 0 <= standing.kept <= standing.promise.amount
        assert standing.kept <= sum(invoice.paid for invoice in standing.invoices)


@many
@given(cases(), days)
def test_never_more_is_held_than_is_open_and_undisputed(case: Snapshot, today: str) -> None:
    told = promises_on(case, today)
    parts = promised_parts(told)
    for invoice in case.invoices:
        if invoice.invoice_id in parts:
            part = parts[invoice.invoice_id]
            assert 0 < part.amount <= invoice.open - invoice.disputed
            assert day(today) <= part.until_on
    assert sum(part.amount for part in parts.values()) <= sum(s.rest for s in told)


@many
@given(cases(), days, st.randoms(use_true_random=False))
def test_the_order_of_the_facts_changes_nothing(case: Snapshot, today: str, shuffle: Any) -> None:
    promises, invoices = list(case.promises), []
    shuffle.shuffle(promises)
    for invoice in case.invoices:
        payments = list(invoice.payments)
        shuffle.shuffle(payments)
        invoices.append(replace(invoice, payments=tuple(payments)))
    shuffle.shuffle(invoices)
    mixed = replace(case, promises=tuple(promises), invoices=tuple(invoices))

    def told(snapshot: Snapshot) -> list[Any]:
        return [(s.promise, s.state, s.kept, s.rest) for s in promises_on(snapshot, today)]

    assert told(mixed) == told(case)
    assert promised_parts(promises_on(mixed, today)) == promised_parts(promises_on(case, today))


@many
@given(cases(), days, st.sampled_from("abc"), st.integers(1, 200_00))
def test_paying_more_never_makes_a_promise_less_kept(
    case: Snapshot, today: str, name: str, amount: int
) -> None:
    # Paid after all of them were made: a payment before that is another history, and may mean another bargain.
    more = Payment("more", date(2026, 5, 16), amount, on_day(date(2026, 5, 16)))
    richer = tuple(paid(i, more) if i.invoice_id == name else i for i in case.invoices)
    for before, after in zip(
        promises_on(case, today), promises_on(replace(case, invoices=richer), today), strict=True
    ):
        assert after.kept >= before.kept
        assert WORTH[after.state.value] >= WORTH[before.state.value]
        assert (after.state is PromiseState.REPLACED) == (before.state is PromiseState.REPLACED)


def test_whoever_puts_the_day_off_again_and_again_gets_a_call() -> None:
    first = a_promise("04-05", 100_00, made="04-01 10:00")
    second = a_promise("04-08", 100_00, made="04-04 10:00")
    third = a_promise("04-12", 100_00, made="04-07 10:00")
    now = noon(day("04-08"))
    assert decide(a_case(an_invoice(), promises=(first, second)), STANDARD, now).errands == ()
    (call,) = decide(a_case(an_invoice(), promises=(first, second, third)), STANDARD, now).errands
    assert (call.kind, call.reason, call.subject) == (TaskKind.CALL, Reason.PROMISE_MOVED, third.promise_id)
