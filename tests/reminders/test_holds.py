"""What stops a reminder, in which order, and when it ends."""

from __future__ import annotations

import itertools
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest

from reminders.decide import decide
from reminders.holds import CLIENT_ORDER, INVOICE_ORDER
from reminders.money import Money
from reminders.reasons import Reason
from reminders.snapshot import Hold, Invoice
from tests.reminders.book import (
    DUE,
    NO_STATEMENT,
    STANDARD,
    a_case,
    a_client,
    an_invoice,
    at,
    left,
    noon,
    step_at,
    steps,
    why,
    with_policy,
)

LATE = DUE + timedelta(days=7)
NOW = noon(LATE)
HOLDS = [
    Reason.VOIDED,
    Reason.WRITTEN_OFF,
    Reason.DISPUTED,
    Reason.PLAN_ACTIVE,
    Reason.PROMISE_PENDING,
    Reason.PAYMENT_PENDING,
    Reason.AUTO_COLLECT,
    Reason.INVOICE_PAUSED,
]


def held(*reasons: Reason, until: date | None = None) -> Invoice:
    return an_invoice(holds=tuple(Hold(reason, until) for reason in reasons))


def test_an_invoice_that_nothing_holds_is_chased() -> None:
    assert step_at(a_case(an_invoice()), NOW) == "overdue_7"


@pytest.mark.parametrize("reason", HOLDS)
def test_every_hold_stops_the_invoice_and_is_named(reason: Reason) -> None:
    assert why(a_case(held(reason)), NOW) is reason


@pytest.mark.parametrize(
    ("fields", "reason"),
    [
        ({"paid": 100_00}, Reason.PAID),
        ({"paid": 120_00}, Reason.PAID),
        ({"credited": 100_00}, Reason.CREDITED),
        ({"paid": 60_00, "credited": 40_00}, Reason.PAID),
        ({"total": 0}, Reason.PAID),
        ({"disputed": 100_00}, Reason.DISPUTED),
        ({"paid": 60_00, "disputed": 40_00}, Reason.DISPUTED),
        ({"auto_collect": True}, Reason.AUTO_COLLECT),
    ],
)
def test_what_is_settled_disputed_or_collected_is_not_chased(fields: dict[str, Any], reason: Reason) -> None:
    assert why(a_case(an_invoice(**fields)), NOW) is reason


def test_the_undisputed_part_is_still_asked_for() -> None:
    (reminder,) = decide(a_case(an_invoice(disputed=40_00)), STANDARD, NOW).reminders
    assert reminder.amounts == (Money(60_00, "EUR"),)
    assert (reminder.items[0].disputed, reminder.items[0].asked) == (40_00, 60_00)


def test_the_most_final_reason_is_named() -> None:
    order = [reason for reason in INVOICE_ORDER if reason in HOLDS]
    for first, second in itertools.pairwise(order):
        assert why(a_case(held(second, first)), NOW) is first
    assert set(HOLDS) <= set(INVOICE_ORDER)
    assert why(a_case(replace(held(Reason.PROMISE_PENDING), paid=100_00)), NOW) is Reason.PAID


def test_a_promise_never_overwrites_a_dispute() -> None:
    assert why(a_case(held(Reason.PROMISE_PENDING, Reason.DISPUTED)), NOW) is Reason.DISPUTED


def test_a_hold_lasts_through_its_day_in_the_clients_zone() -> None:
    case = a_case(held(Reason.INVOICE_PAUSED, until=LATE))
    entry = left(decide(case, STANDARD, NOW))
    assert (entry.reason, entry.until) == (Reason.INVOICE_PAUSED, at("2026-04-08 00:00"))
    assert decide(case, STANDARD, NOW).look_at == entry.until
    assert step_at(case, at("2026-04-08 09:00")) == "overdue_7"


def test_of_several_holds_the_last_end_counts() -> None:
    later = LATE + timedelta(days=2)
    invoice = an_invoice(holds=(Hold(Reason.INVOICE_PAUSED, LATE), Hold(Reason.PAYMENT_PENDING, later)))
    assert left(decide(a_case(invoice), STANDARD, NOW)).until == at("2026-04-10 00:00")
    endless = an_invoice(holds=(Hold(Reason.INVOICE_PAUSED, LATE), Hold(Reason.PAYMENT_PENDING)))
    assert left(decide(a_case(endless), STANDARD, NOW)).until is None


def test_one_held_invoice_does_not_silence_the_others() -> None:
    case = a_case(held(Reason.DISPUTED), an_invoice("b", DUE + timedelta(days=4)))
    decision = decide(case, NO_STATEMENT, NOW)
    assert [(r.step, r.carrying_invoice_id) for r in decision.reminders] == [("overdue_3", "b")]
    assert left(decision).reason is Reason.DISPUTED


# --- the client


@pytest.mark.parametrize("reason", [Reason.CLIENT_PAUSED, Reason.HARDSHIP, Reason.MORATORIUM])
def test_a_hold_on_the_client_stops_everything(reason: Reason) -> None:
    client = a_client(holds=(Hold(reason, LATE),))
    new = an_invoice("n", DUE + timedelta(days=37), issued_on=LATE)
    decision = decide(a_case(an_invoice(), new, client=client), STANDARD, NOW)
    assert decision.reminders == ()
    assert {entry.reason for entry in decision.left_out} == {reason}
    assert decision.look_at == at("2026-04-08 00:00")
    assert steps(decide(a_case(an_invoice(), client=client), STANDARD, NOW + timedelta(days=1))) == [
        "overdue_7"
    ]


def test_a_client_whose_profile_is_missing_is_left_alone() -> None:
    assert why(a_case(an_invoice(), client=a_client(known=False)), NOW) is Reason.CLIENT_UNKNOWN


def test_the_gravest_reason_of_the_client_is_named() -> None:
    for first, second in itertools.pairwise(CLIENT_ORDER):
        assert why(a_case(an_invoice(), client=a_client(holds=(Hold(second), Hold(first)))), NOW) is first


def test_what_is_settled_is_named_before_what_holds_the_client() -> None:
    assert (
        why(a_case(an_invoice(paid=100_00), client=a_client(holds=(Hold(Reason.HARDSHIP),))), NOW)
        is Reason.PAID
    )


def test_a_reply_holds_for_two_working_days() -> None:
    case = a_case(an_invoice(), replied_at=at("2026-04-07 11:00"))
    entry = left(decide(case, STANDARD, NOW))
    assert (entry.reason, entry.until) == (Reason.REPLY_PENDING, at("2026-04-09 11:00"))
    assert step_at(case, at("2026-04-09 10:59")) is None
    assert step_at(case, at("2026-04-09 11:00")) == "overdue_7"


def test_a_reply_that_says_much_holds_for_ten() -> None:
    case = a_case(an_invoice(), replied_at=at("2026-04-07 11:00"), weighty_reply_at=at("2026-04-07 11:00"))
    entry = left(decide(case, STANDARD, NOW))
    assert (entry.reason, entry.until) == (Reason.REPLY_PENDING, at("2026-04-21 11:00"))


# --- money on account, small amounts


def test_money_on_account_covers_the_oldest_invoices_first_whoever_the_creditor_is() -> None:
    case = a_case(
        an_invoice("a", DUE),
        an_invoice("b", DUE + timedelta(days=1), creditor_id="zeta"),
        an_invoice("c", DUE + timedelta(days=2), creditor_id="zeta"),
        an_invoice("d", DUE + timedelta(days=3), currency="USD"),
        on_account=(Money(120_00, "EUR"), Money(50_00, "EUR")),
    )
    decision = decide(case, NO_STATEMENT, NOW)
    assert left(decision, "a").reason is Reason.ON_ACCOUNT
    (reminder,) = decision.reminders
    assert [(i.invoice_id, i.on_account, i.asked) for i in reminder.items] == [
        ("b", 70_00, 30_00),
        ("c", 0, 100_00),
    ]
    assert reminder.amounts == (Money(130_00, "EUR"),)


def test_money_on_account_is_not_spent_on_what_is_held() -> None:
    case = a_case(
        held(Reason.DISPUTED), an_invoice("b", DUE + timedelta(days=1)), on_account=(Money(100_00, "EUR"),)
    )
    assert left(decide(case, STANDARD, NOW), "b").reason is Reason.ON_ACCOUNT


def test_below_the_minimum_nobody_is_reminded() -> None:
    policy = with_policy(minimum={"EUR": "5.00"})
    assert why(a_case(an_invoice(paid=95_01)), NOW, policy) is Reason.BELOW_MINIMUM
    assert step_at(a_case(an_invoice(paid=95_00)), NOW, policy) == "overdue_7"
    assert step_at(a_case(an_invoice(paid=99_99)), NOW) == "overdue_7"


def test_an_invoice_is_not_named_before_it_is_issued() -> None:
    future = an_invoice(
        issued_on=LATE + timedelta(days=1), due_on=LATE + timedelta(days=31), first_seen_at=NOW
    )
    entry = left(decide(a_case(future), STANDARD, NOW))
    assert (entry.reason, entry.until) == (Reason.NOT_DUE, at("2026-04-08 00:00"))
    assert step_at(a_case(future), noon(LATE + timedelta(days=1))) == "introduction"
