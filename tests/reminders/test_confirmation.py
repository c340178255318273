"""Terms that were agreed on the client's own page are confirmed in writing: what, how, once, and while they stand."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from reminders.answers import AnswerKind
from reminders.decide import decide
from reminders.decision import AnswerTold, PartTold, Proceed, Reminder, Stop, Wait, Way
from reminders.gate import gate
from reminders.money import Money
from reminders.reasons import Reason
from reminders.snapshot import Channel, Hold, PastAnswer, Snapshot, Suppression
from tests.reminders.agreed import a_payment, a_plan, a_promise, credited, day, paid
from tests.reminders.book import STANDARD, a_case, a_client, a_message, an_invoice, an_open, at

ASKED = a_message("overdue_3", at("2026-04-07 10:00"))
"""The message whose link was followed; 7 April 2026 is a Tuesday."""
AGREED = "page r/1 "
PLAN = a_plan({"04-15": 60_00, "05-15": 40_00}, agreed="04-08 11:00", plan_id=f"{AGREED}EUR")
PROMISE = a_promise("04-15", 100_00, made="04-08 11:00", promise_id=f"{AGREED}EUR")


def on_the_page(**fields: Any) -> PastAnswer:
    known: dict[str, Any] = {
        "response_id": "r/1", "kind": None, "channel": Channel.EMAIL, "contact_id": "ap",
        "message_id": ASKED.message_id, "received_at": at("2026-04-08 11:00"), "waits": False,
        "promise_id": "reply r/1", "agreed_id": AGREED,
    }  # fmt: skip
    return PastAnswer(**(known | fields))


def agreed(**fields: Any) -> Snapshot:
    """A client who agreed on a plan in two parts, as the ledger would have it."""
    known: dict[str, Any] = {"messages": (ASKED,), "plans": (PLAN,), "answers": (on_the_page(),)}
    return a_case(an_invoice(), **(known | fields))


def confirmed(case: Snapshot, now: str = "2026-04-08 11:01") -> Reminder | None:
    """The confirmation that is planned then."""
    found = [one for one in decide(case, STANDARD, at(now)).reminders if one.step == "acknowledgement"]
    assert len(found) <= 1
    return found[0] if found else None


def test_a_plan_is_confirmed_with_all_its_parts_by_mail() -> None:
    found = confirmed(agreed())

    assert found is not None
    assert (found.way, found.amounts, found.reasons) == (Way(Channel.EMAIL, "ap"), (), (Reason.ANSWERED,))
    assert found.told == AnswerTold(
        AnswerKind.PROMISE,
        day("04-08"),
        parts=(PartTold(day("04-15"), Money(60_00, "EUR")), PartTold(day("05-15"), Money(40_00, "EUR"))),
    )


def test_a_promise_is_confirmed_as_one_part() -> None:
    found = confirmed(agreed(plans=(), promises=(PROMISE,)))

    assert found is not None
    assert isinstance(found.told, AnswerTold)
    assert found.told.parts == (PartTold(day("04-15"), Money(100_00, "EUR")),)


def test_what_was_agreed_from_a_text_message_is_written_by_mail_where_there_is_one() -> None:
    case = agreed(answers=(on_the_page(channel=Channel.SMS),))
    barred = Suppression(Channel.EMAIL, "ap@kaya.example", Reason.OPTED_OUT)

    found = confirmed(case)
    assert found is not None
    assert found.way == Way(Channel.EMAIL, "ap")
    address = next(one.email for one in case.client.contacts if one.contact_id == "ap")
    assert address is not None
    found = confirmed(replace(case, suppressions=(replace(barred, address=address),)))
    assert found is not None
    assert found.way == Way(Channel.SMS, "ap")


def test_a_yes_of_a_person_days_later_is_confirmed_as_of_that_day() -> None:
    later = a_plan({"04-20": 60_00, "05-20": 40_00}, agreed="04-10 10:00", plan_id=f"{AGREED}EUR")
    found = confirmed(agreed(plans=(later,)), "2026-04-10 10:01")

    assert found is not None
    assert isinstance(found.told, AnswerTold)
    assert found.told.received_on == day("04-10")


def test_a_promise_in_whose_place_a_plan_was_agreed_since_is_not_confirmed() -> None:
    newer = a_plan({"06-01": 100_00}, agreed="04-08 12:00", plan_id="billing's")

    assert confirmed(agreed(plans=(newer,), promises=(PROMISE,)), "2026-04-08 12:01") is None


def test_a_yes_of_a_person_is_newer_than_what_was_written_before_it() -> None:
    plan = a_plan({"04-20": 60_00, "05-20": 40_00}, agreed="04-10 10:00", plan_id=f"{AGREED}EUR")
    between = on_the_page(response_id="r/2", agreed_id="", received_at=at("2026-04-09 10:00"))
    case = agreed(plans=(plan,), answers=(on_the_page(), between))

    assert confirmed(case, "2026-04-10 10:01") is not None
    after = on_the_page(response_id="r/3", agreed_id="", received_at=at("2026-04-10 10:00:30"))
    assert confirmed(replace(case, answers=(*case.answers, after)), "2026-04-10 10:01") is None


@pytest.mark.parametrize(
    "changes",
    [
        {"plans": ()},
        {"plans": (PLAN, a_plan({"06-01": 100_00}, agreed="04-08 12:00", plan_id="billing's"))},
        {"invoices": (paid(an_invoice(), a_payment("04-09", 100_00)),)},
        {"invoices": (credited(an_invoice(), "04-09", 10_00),)},
        {"invoices": (replace(an_invoice(), disputed=10_00),)},
        {
            "answers": (
                on_the_page(),
                on_the_page(response_id="r/2", agreed_id="", received_at=at("2026-04-08 12:00")),
            )
        },
        {"client": a_client(holds=(Hold(Reason.CLIENT_PAUSED),))},
        {"client": a_client(gone=frozenset({"ap"}))},
        {"escalated": frozenset({"acme"})},
    ],
    ids=[
        "withdrawn",
        "replaced by billing",
        "paid",
        "credited",
        "disputed",
        "another word",
        "paused",
        "not in charge",
        "escalated",
    ],
)
def test_what_does_not_stand_any_more_is_not_confirmed(changes: dict[str, Any]) -> None:
    case = replace(agreed(), **changes)
    found = confirmed(agreed())
    assert found is not None
    message = an_open(
        found.step, at("2026-04-08 11:01"), message_id="ack", due_on=found.due_on, expires_at=found.expires_at,
        invoice_ids=tuple(item.invoice_id for item in found.items),
    )  # fmt: skip

    assert confirmed(case, "2026-04-09 11:00") is None
    planned = replace(case, messages=(*case.messages, message))
    verdict = gate(planned, message, found.expires_at, STANDARD, at("2026-04-09 11:00"), approved=False)
    assert isinstance(verdict, Stop)


def test_a_part_that_came_meanwhile_takes_nothing_from_what_was_agreed() -> None:
    case = agreed(invoices=(paid(an_invoice(), a_payment("04-09", 60_00)),))
    found, before = confirmed(case, "2026-04-09 11:00"), confirmed(agreed())

    assert found is not None
    assert before is not None
    assert found.told == before.told


def test_it_goes_once_and_within_the_hours() -> None:
    found = confirmed(agreed())
    assert found is not None
    message = an_open(
        found.step, at("2026-04-08 11:01"), message_id="ack", due_on=found.due_on, expires_at=found.expires_at,
        invoice_ids=tuple(item.invoice_id for item in found.items),
    )  # fmt: skip
    planned = agreed(messages=(ASKED, message))

    def verdict(now: str) -> Proceed | Wait | Stop:
        return gate(planned, message, found.expires_at, STANDARD, at(now), approved=False)

    assert verdict("2026-04-08 18:00") == Wait(at("2026-04-09 09:00"), Reason.QUIET_HOURS)
    gone = verdict("2026-04-08 11:02")
    assert isinstance(gone, Proceed)
    assert gone.told == found.told
    sent = a_message("acknowledgement", at("2026-04-08 11:02"), due_on=day("04-08"))
    assert confirmed(agreed(messages=(ASKED, sent)), "2026-04-09 11:00") is None
