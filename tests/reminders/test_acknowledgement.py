"""One polite word after a client's own answer: which answers have one, when, where, and what ends it."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest

from config.policy import SHIPPED, load_policy
from reminders.answers import WEIGHTY, AnswerKind
from reminders.decide import decide
from reminders.decision import AnswerTold, Proceed, Reminder, Stop, Wait, Way
from reminders.gate import gate
from reminders.money import Money
from reminders.reasons import Reason
from reminders.snapshot import Channel, Discount, Hold, PastAnswer, PastMessage, Snapshot
from reminders.states import MessageState
from tests.reminders.agreed import a_payment, a_promise, day, paid
from tests.reminders.book import STANDARD, a_case, a_client, a_message, an_invoice, an_open, at, with_policy

ASKED = a_message("overdue_3", at("2026-04-07 10:00"))
"""The message that was answered; 7 April 2026 is a Tuesday."""
ANSWERED = "2026-04-08 11:00"
SAID = (
    AnswerKind.PROMISE,
    AnswerKind.PAID,
    AnswerKind.DISPUTE,
    AnswerKind.HARDSHIP,
    AnswerKind.CALL_ME,
    AnswerKind.WRONG_PERSON,
)


def an_answer(kind: AnswerKind | None, received: str = ANSWERED, **fields: Any) -> PastAnswer:
    known: dict[str, Any] = {
        "response_id": f"r/{received}",
        "channel": Channel.EMAIL,
        "contact_id": "ap",
        "message_id": ASKED.message_id,
        "waits": True,
        "promise_id": f"reply r/{received}",
    }
    return PastAnswer(kind=kind, received_at=at(received), **(known | fields))


def answered(kind: AnswerKind | None, received: str = ANSWERED, **fields: Any) -> Snapshot:
    """A client who answered so, as the ledger would have it."""
    answer = an_answer(kind, received, **fields)
    promised = kind is AnswerKind.PROMISE
    return a_case(
        an_invoice(),
        messages=(ASKED,),
        replied_at=at(received),
        weighty_reply_at=at(received) if kind in WEIGHTY else None,
        promises=(a_promise("04-15", 100_00, made=received[5:], promise_id=answer.promise_id),)
        if promised
        else (),
        answers=(answer,),
    )


def acknowledged(case: Snapshot, now: str) -> Reminder | None:
    """The acknowledgement that is planned then."""
    found = [r for r in decide(case, STANDARD, at(now)).reminders if r.step == "acknowledgement"]
    assert len(found) <= 1
    return found[0] if found else None


def planned(reminder: Reminder, now: str, **fields: Any) -> PastMessage:
    """The message of a reminder, once it is in the books."""
    known: dict[str, Any] = {
        "message_id": "ack",
        "due_on": reminder.due_on,
        "invoice_ids": tuple(item.invoice_id for item in reminder.items),
        "expires_at": reminder.expires_at,
    }
    return an_open(reminder.step, at(now), **(known | fields))


def with_messages(case: Snapshot, *messages: PastMessage) -> Snapshot:
    return replace(case, messages=(*case.messages, *messages))


# --- which


@pytest.mark.parametrize("kind", SAID)
def test_a_sure_answer_is_acknowledged_where_it_came_from(kind: AnswerKind) -> None:
    found = acknowledged(answered(kind, channel=Channel.SMS, contact_id="boss"), "2026-04-08 11:01")

    assert found is not None
    assert found.way == Way(Channel.SMS, "boss")
    assert (found.creditor_id, found.carrying_invoice_id, found.due_on) == ("acme", "a", day("04-08"))
    assert (found.amounts, found.reasons) == ((), (Reason.ANSWERED,))
    assert isinstance(found.told, AnswerTold)
    assert (found.told.kind, found.told.received_on) == (kind, day("04-08"))


def test_a_promise_is_said_back_with_its_day_and_sum() -> None:
    found = acknowledged(answered(AnswerKind.PROMISE), "2026-04-08 11:01")

    assert found is not None
    assert found.told == AnswerTold(AnswerKind.PROMISE, day("04-08"), day("04-15"), Money(100_00, "EUR"))


def test_a_promise_of_what_is_open_only_for_a_discount_is_not_said_back() -> None:
    """They paid the discounted sum in time; that the credit note for the rest is missing is not theirs to promise."""
    case = answered(AnswerKind.PROMISE)
    rest = replace(case.promises[0], amount=2_00)
    discounted = replace(case.invoices[0], discount=Discount(Decimal(2), day("04-06")))
    taken = paid(discounted, a_payment("04-02", 98_00))
    assert acknowledged(replace(case, promises=(rest,)), "2026-04-08 11:01") is not None
    assert acknowledged(replace(case, invoices=(taken,), promises=(rest,)), "2026-04-08 11:01") is None


def test_of_a_promise_over_two_creditors_only_the_day_is_said() -> None:
    case = answered(AnswerKind.PROMISE)
    promise = replace(case.promises[0], invoice_ids=("a", "z"), amount=200_00)
    case = replace(case, invoices=(*case.invoices, an_invoice("z", creditor_id="zeta")), promises=(promise,))
    found = acknowledged(case, "2026-04-08 11:01")

    assert found is not None
    assert isinstance(found.told, AnswerTold)
    assert (found.told.promised_on, found.told.money) == (day("04-15"), None)


def test_the_sum_is_said_where_it_is_clear_which_one_was_meant() -> None:
    case = answered(AnswerKind.PROMISE)
    asked = replace(ASKED, invoice_ids=("a", "b"))
    coming = replace(
        case,
        invoices=(*case.invoices, an_invoice("b", day("05-20"))),
        messages=(asked,),
        promises=(replace(case.promises[0], invoice_ids=("a", "b"), amount=200_00),),
    )
    part = replace(coming, promises=(replace(coming.promises[0], amount=40_00),))

    told = [found.told for one in (coming, part) if (found := acknowledged(one, "2026-04-08 11:01"))]
    assert [one.money for one in told if isinstance(one, AnswerTold)] == [None, Money(40_00, "EUR")]


@pytest.mark.parametrize("kind", [AnswerKind.HARDSHIP, AnswerKind.CALL_ME])
def test_by_when_a_person_gets_in_touch_is_the_day_of_their_task(kind: AnswerKind) -> None:
    found = acknowledged(answered(kind), "2026-04-08 11:01")

    assert found is not None
    assert isinstance(found.told, AnswerTold)
    assert found.told.by_on == day("04-10")  # two working days


@pytest.mark.parametrize("kind", [None, AnswerKind.STOP, AnswerKind.OUT_OF_OFFICE, AnswerKind.OTHER])
def test_a_stop_an_absence_and_what_is_not_sure_are_a_person_s(kind: AnswerKind | None) -> None:
    assert acknowledged(answered(kind), "2026-04-08 11:01") is None


def test_only_the_newest_word_counts() -> None:
    """After a sure answer something was written that a person has to read first."""
    case = answered(AnswerKind.PAID)
    later = an_answer(None, "2026-04-08 11:05")

    assert acknowledged(replace(case, answers=(*case.answers, later)), "2026-04-08 11:06") is None


def test_an_answer_to_an_acknowledgement_has_none() -> None:
    """Two machines would thank each other for ever."""
    first = a_message("acknowledgement", at("2026-04-07 12:00"), due_on=day("04-07"))
    case = with_messages(answered(AnswerKind.PAID, message_id=first.message_id), first)

    assert acknowledged(case, "2026-04-08 11:01") is None


def test_a_promise_that_was_not_granted_is_not_confirmed() -> None:
    case = replace(answered(AnswerKind.PROMISE), promises=())

    assert acknowledged(case, "2026-04-08 11:01") is None


@pytest.mark.parametrize("kind", [AnswerKind.PAID, AnswerKind.DISPUTE, AnswerKind.HARDSHIP])
def test_no_silence_is_promised_that_the_policy_does_not_keep(kind: AnswerKind) -> None:
    policy = with_policy(reply_hold_working_days=0, answer_hold_working_days=0)

    found = decide(answered(kind), policy, at("2026-04-08 11:01")).reminders
    assert [r.step for r in found if r.step == "acknowledgement"] == []


@pytest.mark.parametrize("name", ["standard", "gentle", "consumer"])
def test_every_shipped_policy_acknowledges(name: str) -> None:
    policy = load_policy(SHIPPED / f"{name}.yaml")
    found = decide(answered(AnswerKind.PAID), policy, at("2026-04-08 11:01")).reminders

    assert [r.step for r in found] == ["acknowledgement"]


# --- when


def test_an_answer_at_night_is_acknowledged_in_the_client_s_next_hours() -> None:
    case = answered(AnswerKind.PAID, "2026-04-10 22:00")  # a Friday

    decision = decide(case, STANDARD, at("2026-04-10 22:01"))
    assert decision.reminders == ()
    assert decision.look_at == at("2026-04-13 09:00")
    assert acknowledged(case, "2026-04-13 09:00") is not None


def test_it_neither_waits_for_the_gap_nor_starts_one() -> None:
    case = answered(AnswerKind.CALL_ME)
    found = acknowledged(case, "2026-04-08 11:01")
    assert found is not None  # a day after the reminder

    sent = planned(found, "2026-04-08 11:01", state=MessageState.DELIVERED, sent_at=at("2026-04-08 11:01"))
    later = replace(with_messages(case, sent), replied_at=None, answers=())
    assert [r.step for r in decide(later, STANDARD, at("2026-04-11 10:00")).reminders] == []
    assert [r.step for r in decide(later, STANDARD, at("2026-04-13 10:00")).reminders] == ["overdue_7"]


def test_the_cap_counts_it() -> None:
    full = tuple(
        a_message("thank_you", at(f"2026-04-0{number} 10:00"), invoice=f"old-{number}")
        for number in range(2, 8)
    )
    case = with_messages(answered(AnswerKind.PAID), *full)
    assert len([m for m in case.messages if m.sent_at]) == 7

    decision = decide(case, STANDARD, at("2026-04-08 11:01"))
    assert decision.reminders == ()
    assert Reason.FREQUENCY_CAP in {
        left.reason for left in decision.left_out if left.step == "acknowledgement"
    }


def test_once_for_each_answer_and_once_a_day() -> None:
    case = answered(AnswerKind.CALL_ME)
    found = acknowledged(case, "2026-04-08 11:01")
    assert found is not None
    sent = planned(found, "2026-04-08 11:01", state=MessageState.DELIVERED, sent_at=at("2026-04-08 11:01"))
    told = with_messages(case, sent)
    assert acknowledged(told, "2026-04-09 11:01") is None

    again = replace(told, answers=(*told.answers, an_answer(AnswerKind.PAID, "2026-04-08 15:00")))
    again = replace(again, replied_at=at("2026-04-08 15:00"), weighty_reply_at=at("2026-04-08 15:00"))
    assert acknowledged(again, "2026-04-08 15:01") is None


def test_nothing_follows_where_it_did_not_arrive() -> None:
    case = answered(AnswerKind.PAID)
    found = acknowledged(case, "2026-04-08 11:01")
    assert found is not None
    bounced = planned(
        found, "2026-04-08 11:01", state=MessageState.UNDELIVERED, sent_at=at("2026-04-08 11:01")
    )

    assert acknowledged(with_messages(case, bounced), "2026-04-08 11:30") is None


# --- what ends it


def at_the_gate(case: Snapshot, now: str) -> Proceed | Wait | Stop:
    """What the last gate says of the acknowledgement that was planned for the answer of 11:00."""
    found = acknowledged(answered(AnswerKind.PAID), "2026-04-08 11:01")
    assert found is not None
    message = planned(found, "2026-04-08 11:01")
    return gate(with_messages(case, message), message, found.expires_at, STANDARD, at(now), approved=False)


def test_the_gate_lets_it_through_with_no_amount() -> None:
    verdict = at_the_gate(answered(AnswerKind.PAID), "2026-04-08 11:02")

    assert isinstance(verdict, Proceed)
    assert verdict.amounts == ()
    assert verdict.told == AnswerTold(AnswerKind.PAID, day("04-08"))


def test_the_gate_knows_the_hours() -> None:
    assert at_the_gate(answered(AnswerKind.PAID), "2026-04-08 18:00") == Wait(
        at("2026-04-09 09:00"), Reason.QUIET_HOURS
    )


@pytest.mark.parametrize(
    "changes",
    [
        {"invoices": (paid(an_invoice(), a_payment("04-08", 100_00)),)},
        {"answers": (an_answer(AnswerKind.PAID, waits=False),)},
        {"answers": (an_answer(None),)},
        {"client": a_client(holds=(Hold(Reason.MORATORIUM),))},
        {"client": a_client(holds=(Hold(Reason.CLIENT_PAUSED), Hold(Reason.HARDSHIP)))},
        {"escalated": frozenset({"acme"})},
    ],
    ids=["paid", "dealt with", "another word", "breathing space", "paused", "escalated"],
)
def test_the_gate_stops_what_is_over(changes: dict[str, Any]) -> None:
    case = replace(answered(AnswerKind.PAID), **changes)

    assert isinstance(at_the_gate(case, "2026-04-08 11:02"), Stop)
    assert acknowledged(case, "2026-04-08 11:02") is None


def test_a_newer_answer_by_another_channel_takes_its_place() -> None:
    case = replace(answered(AnswerKind.PAID), answers=(an_answer(AnswerKind.PAID, channel=Channel.SMS),))

    assert isinstance(at_the_gate(case, "2026-04-08 11:02"), Stop)
    found = acknowledged(case, "2026-04-08 11:02")
    assert found is not None
    assert found.way == Way(Channel.SMS, "ap")


def test_who_is_the_wrong_person_hears_that_we_are_sorry_and_nothing_else() -> None:
    gone = a_client(gone=frozenset({"ap"}))
    wrong = replace(answered(AnswerKind.WRONG_PERSON), client=gone)
    found = acknowledged(wrong, "2026-04-08 11:01")
    assert found is not None
    message = planned(found, "2026-04-08 11:01")
    verdict = gate(
        with_messages(wrong, message),
        message,
        found.expires_at,
        STANDARD,
        at("2026-04-08 11:02"),
        approved=False,
    )
    assert isinstance(verdict, Proceed)

    later = replace(answered(AnswerKind.PAID), client=gone)
    assert acknowledged(later, "2026-04-08 11:01") is None


def test_a_declared_hardship_does_not_silence_it() -> None:
    case = replace(answered(AnswerKind.HARDSHIP), client=a_client(holds=(Hold(Reason.HARDSHIP),)))

    assert acknowledged(case, "2026-04-08 11:02") is not None


def test_a_call_is_not_promised_for_a_day_that_is_over() -> None:
    case = answered(AnswerKind.CALL_ME)

    assert acknowledged(case, "2026-04-10 16:00") is not None
    assert acknowledged(case, "2026-04-13 09:00") is None
