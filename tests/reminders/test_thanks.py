"""The thank-you."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest

from reminders.decide import decide
from reminders.decision import Decision, LeftOut
from reminders.money import Money
from reminders.reasons import Reason
from reminders.snapshot import Channel, Hold, Invoice, Snapshot
from reminders.states import MessageState
from tests.reminders.book import (
    DUE,
    STANDARD,
    a_case,
    a_client,
    a_message,
    an_invoice,
    an_open,
    at,
    noon,
    steps,
)

PAID_ON = date(2026, 3, 25)  # a Wednesday
NOW = noon(PAID_ON)


def paid(invoice_id: str = "a", on: date = PAID_ON, **fields: Any) -> Invoice:
    known: dict[str, Any] = {
        "paid": 100_00,
        "last_payment_on": on,
        "last_payment_at": noon(on) - timedelta(hours=1),
    }
    return an_invoice(invoice_id, **(known | fields))


def waiting(decision: Decision) -> LeftOut:
    (found,) = [entry for entry in decision.left_out if entry.step == "thank_you"]
    return found


def thanks(snapshot: Snapshot, when: Any = NOW) -> Decision:
    return decide(snapshot, STANDARD, when)


def test_full_payment_is_thanked_for_with_what_was_paid() -> None:
    (reminder,) = thanks(a_case(paid("a"), paid("b", currency="USD", total=50_00, paid=50_00))).reminders
    assert reminder.step == "thank_you"
    assert reminder.amounts == (Money(100_00, "EUR"), Money(50_00, "USD"))
    assert [(i.invoice_id, i.asked, i.paid_on) for i in reminder.items] == [
        ("a", 0, PAID_ON),
        ("b", 0, PAID_ON),
    ]
    assert reminder.items[0].paid_on is not None
    assert reminder.items[0].paid_on < reminder.items[0].due_on  # early
    assert reminder.reasons == (Reason.PAID_IN_FULL,)
    assert reminder.expires_at == at("2026-04-02 00:00")


@pytest.mark.parametrize(
    "fields",
    [
        {"paid": 99_99},
        {"paid": 0, "credited": 100_00},
        {"total": 0, "paid": 0},
        {"holds": (Hold(Reason.VOIDED),)},
        {"holds": (Hold(Reason.WRITTEN_OFF),)},
        {"last_payment_on": None},
    ],
)
def test_what_payments_did_not_settle_is_not_thanked_for(fields: dict[str, Any]) -> None:
    assert "thank_you" not in steps(thanks(a_case(paid(**fields))))


def test_payment_and_credit_together_settle_it() -> None:
    assert steps(thanks(a_case(paid(paid=60_00, credited=40_00)))) == ["thank_you"]


def test_thanks_come_within_seven_days_of_the_payment_and_of_hearing_of_it() -> None:
    assert steps(thanks(a_case(paid()), noon(PAID_ON + timedelta(days=7)))) == ["thank_you"]
    assert steps(thanks(a_case(paid()), noon(PAID_ON + timedelta(days=8)))) == []
    old_news = paid(last_payment_on=PAID_ON - timedelta(days=30))
    assert steps(thanks(a_case(old_news))) == []


def test_at_most_one_thank_you_a_local_day() -> None:
    case = a_case(paid("a"), paid("b"), messages=(a_message("thank_you", NOW - timedelta(hours=2)),))
    decision = thanks(case)
    entry = waiting(decision)
    assert (entry.reason, entry.until) == (Reason.ALREADY_THANKED, at("2026-03-26 09:00"))
    assert decision.look_at == entry.until
    (next_day,) = thanks(case, at("2026-03-26 09:00")).reminders
    assert [item.invoice_id for item in next_day.items] == ["b"]


def test_two_creditors_thank_on_two_days() -> None:
    decision = thanks(a_case(paid("a"), paid("b", creditor_id="zeta")))
    assert [r.creditor_id for r in decision.reminders] == ["acme"]
    assert waiting(decision).reason is Reason.ALREADY_THANKED


def test_never_twice_for_an_invoice_even_if_it_is_paid_again() -> None:
    told = a_message("thank_you", NOW - timedelta(days=3))
    assert steps(thanks(a_case(paid(), messages=(told,)))) == []


@pytest.mark.parametrize("state", [MessageState.CANCELLED, MessageState.EXPIRED])
def test_a_thank_you_that_was_called_off_may_come_again(state: MessageState) -> None:
    off = an_open("thank_you", NOW - timedelta(days=1), state=state, reason=Reason.SUPERSEDED)
    (reminder,) = thanks(a_case(paid(), messages=(off,))).reminders
    assert reminder.round == 1


def test_a_thank_you_that_did_not_arrive_goes_on_the_next_channel() -> None:
    lost = a_message("thank_you", NOW, state=MessageState.UNDELIVERED)
    (reminder,) = thanks(a_case(paid(), messages=(lost,))).reminders
    assert [way.channel for way in reminder.tried] == [Channel.EMAIL]
    assert Reason.FALLBACK in reminder.reasons


@pytest.mark.parametrize("reason", [Reason.CLIENT_PAUSED, Reason.MORATORIUM])
def test_a_pause_is_a_pause(reason: Reason) -> None:
    held = a_case(paid(), client=a_client(holds=(Hold(reason, PAID_ON),)))
    decision = thanks(held)
    assert steps(decision) == []
    assert steps(thanks(held, NOW + timedelta(days=1))) == ["thank_you"]


def test_hardship_and_an_unread_reply_do_not_stop_thanks() -> None:
    client = a_client(holds=(Hold(Reason.HARDSHIP),))
    assert steps(thanks(a_case(paid(), client=client, replied_at=NOW))) == ["thank_you"]


def test_thanks_wait_for_the_window_and_the_cap_but_not_for_the_gap() -> None:
    assert waiting(thanks(a_case(paid()), at("2026-03-25 19:00"))).until == at("2026-03-26 09:00")
    recent = a_message("overdue_7", NOW, invoice="z")
    assert steps(thanks(a_case(paid(), messages=(recent,)))) == ["thank_you"]
    many = tuple(a_message("introduction", NOW - timedelta(hours=n), invoice=f"z{n}") for n in range(7))
    assert waiting(thanks(a_case(paid(), messages=many))).reason is Reason.FREQUENCY_CAP


def test_a_thank_you_stops_when_the_payment_came_back() -> None:
    planned = an_open("thank_you", NOW)
    (stop,) = thanks(a_case(an_invoice(due_on=DUE), messages=(planned,))).stops
    assert (stop.state, stop.reason) == (MessageState.CANCELLED, Reason.SUPERSEDED)


def test_a_thank_you_names_each_creditors_own() -> None:
    decision = thanks(a_case(paid("a"), replace(paid("b"), creditor_id="zeta")))
    assert all(len({item.invoice_id for item in r.items}) == 1 for r in decision.reminders)
