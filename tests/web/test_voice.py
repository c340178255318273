"""A call's webhook: what is heard after each key, what is kept of it, and that nobody else hears the details."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any
from urllib.parse import parse_qsl, urlsplit
from xml.etree import ElementTree

import pytest
from httpx import Response
from sqlalchemy import text as sql
from starlette.testclient import TestClient

from channels.signatures import TWILIO_SIGNATURE
from channels.voice.script import Script
from config.policy import SHIPPED, load_policy
from events.contracts.delivery import Read
from ledger import receipts
from ledger import tables as t
from ledger.answers import Reading
from ledger.apply import apply
from ledger.bulk import append
from reminders.snapshot import Channel
from tests.ledger.book import event, issued, paid
from tests.support.answers import classify
from tests.web.world import AUTH_TOKEN, CLIENT, NOW, PHONE, PUBLIC_URL, World
from web.app import WebDeps, create_app

SCRIPT = Script(
    "Hello, a message for Ada. Press 1.",
    "Please call us back.",
    "Invoice 4 7 1 1, 1200 euros, was due on 27 February.",
    "If it is paid, press 1.",
)
SID = "provider-voice"
SECRET = ("1200", "4 7 1 1", "paid, press")


@pytest.fixture
def called(world: World) -> World:
    """Ada was called half a minute ago."""
    message_id = world.plant(channel=Channel.VOICE, address=PHONE)
    with world.ledger.begin(NOW) as unit:
        append(
            unit.connection,
            t.body,
            [{"message_id": message_id, "subject": None, "text": SCRIPT.text, "html": None}],
        )
        unit.connection.execute(t.attempt.update().values(started_at=NOW - timedelta(seconds=30)))
    return world


def press(world: World, digits: str, query: str, **form: str) -> Response:
    return world.post_twilio("voice", {"CallSid": SID, "Digits": digits, "To": PHONE, **form}, query=query)


def at(stage: str, attempt: str = "a-voice", language: str = "en", **more: str) -> str:
    extra = "".join(f"&{name}={value}" for name, value in more.items())
    return f"a={attempt}&s={stage}&l={language}{extra}"


def heard(answer: Response) -> list[str]:
    """Everything that is said, in order."""
    assert answer.status_code == 200
    assert answer.headers["content-type"].startswith("application/xml")
    return [each.text or "" for each in ElementTree.fromstring(answer.text).iter("Say")]


def asks(answer: Response) -> list[Mapping[str, str]]:
    """The queries of the actions that the document names."""
    return [
        dict(parse_qsl(urlsplit(gather.attrib["action"]).query))
        for gather in ElementTree.fromstring(answer.text).iter("Gather")
    ]


def kept(world: World) -> list[Any]:
    return sorted(world.rows(t.response), key=lambda row: row.response_id)


def test_who_confirms_hears_the_details_and_it_is_delivered(called: World) -> None:
    answer = press(called, "1", at("opening"))
    assert heard(answer)[:2] == [SCRIPT.details, SCRIPT.menu]
    assert asks(answer) == [
        {"a": "a-voice", "s": "menu", "l": "en"},
        {"a": "a-voice", "s": "menu", "l": "en", "n": "2"},
    ]
    (receipt,) = called.rows(t.receipt)
    assert (receipt.kind, receipt.attempt_id, receipt.provider_id) == ("delivered", "a-voice", SID)
    with called.ledger.begin(NOW) as unit:
        receipts.settle(unit, called.woken.settled)
    assert called.rows(t.message)[0].state == "delivered"
    assert not kept(called)


@pytest.mark.parametrize("completed_first", [True, False])
def test_a_confirmed_call_is_delivered_whenever_its_end_is_told(called: World, completed_first: bool) -> None:
    def over() -> None:
        called.post_twilio("status", {"CallSid": SID, "CallStatus": "completed"}, query="a=a-voice")

    if completed_first:
        over()
    press(called, "1", at("opening"))
    if not completed_first:
        over()
    for receipt_id in called.woken.settled[:: 1 if completed_first else -1]:
        with called.ledger.begin(NOW) as unit:
            receipts.settle(unit, [receipt_id])
    assert called.rows(t.message)[0].state == "delivered"


def test_a_call_that_nobody_confirms_has_reached_nobody(called: World) -> None:
    called.post_twilio("status", {"CallSid": SID, "CallStatus": "completed"}, query="a=a-voice")
    with called.ledger.begin(NOW) as unit:
        receipts.settle(unit, called.woken.settled)
    (message,) = called.rows(t.message)
    assert (message.state, message.reason) == ("failed", "unanswered")
    assert not called.rows(t.suppression)


@pytest.mark.parametrize(
    ("digits", "answer", "tasks"),
    [("1", "paid", {"reply"}), ("3", "call_me", {"call"})],
)
def test_a_key_of_the_menu_is_a_sure_answer(called: World, digits: str, answer: str, tasks: set[str]) -> None:
    assert asks(press(called, digits, at("menu"))) == []
    (row,) = kept(called)
    assert (row.channel, row.answer, row.answer_sure, row.client_id) == ("voice", answer, True, CLIENT)
    assert row.text.startswith(f"pressed {digits}: ")
    assert {task.kind for task in called.rows(t.task)} == tasks
    assert called.woken.decided == [CLIENT]


def test_a_number_of_days_is_a_promise_of_a_day(called: World) -> None:
    assert asks(press(called, "2", at("menu")))[0]["s"] == "days"
    said = heard(press(called, "7", at("days")))
    assert "9 March 2026" in said[0]
    (row,) = kept(called)
    assert (row.answer, row.promised_on) == ("promise", date(2026, 3, 9))


def test_the_days_are_those_of_the_language(called: World) -> None:
    assert "9. März 2026" in heard(press(called, "7", at("days", language="de")))[0]


def read_by_policy(called: World) -> None:
    """Have answers read under the standard policy."""
    policy = load_policy(SHIPPED / "standard.yaml")
    reads = WebDeps(
        ledger=called.ledger,
        clock=called.clock,
        wake=called.woken,
        tokens=called.tokens,
        public_url=PUBLIC_URL,
        twilio_auth_token=AUTH_TOKEN,
        reading=Reading(classify, lambda snapshot, now: policy, "main"),
    )
    called.client = TestClient(create_app(reads), base_url="http://internal:8000")


@pytest.mark.parametrize(("days", "holds"), [("14", True), ("15", False)])
def test_a_day_within_the_extension_holds_and_a_later_one_is_for_a_person(
    called: World, days: str, holds: bool
) -> None:
    read_by_policy(called)
    with called.ledger.begin(NOW) as unit:
        apply(unit, [issued("i-1", CLIENT)])

    press(called, days, at("days"))
    promised = [row.promised_on for row in called.rows(t.promise)]
    assert promised == ([NOW.date() + timedelta(days=int(days))] if holds else [])
    assert [task.kind for task in called.rows(t.task)] == ["reply"]


@pytest.mark.parametrize(
    "happened",
    [
        paid("p", "100.00", ("i-1", "100.00"), client_id=CLIENT),
        event("dispute.opened", dispute_id="d", invoice_id="i-1", amount="100.00", reason_code="price"),
        event("invoice.voided", invoice_id="i-1"),
    ],
    ids=["paid", "contested", "voided"],
)
def test_nothing_is_promised_for_what_is_not_owed_any_more(called: World, happened: Read) -> None:
    read_by_policy(called)
    with called.ledger.begin(NOW) as unit:
        apply(unit, [issued("i-1", CLIENT), happened])

    press(called, "7", at("days"))
    assert not called.rows(t.promise)
    assert [task.kind for task in called.rows(t.task)] == ["reply"]


def test_nine_ends_calls_to_the_number_and_needs_no_person(called: World) -> None:
    for stage in ("opening", "menu"):
        press(called, "9", at(stage))
    (row,) = called.rows(t.suppression)
    assert (row.channel, row.address, row.reason) == ("voice", PHONE, "opted_out")
    assert not called.rows(t.task)
    assert not called.rows(t.receipt)


def test_the_wrong_person_is_not_called_again_and_somebody_finds_the_right_one(called: World) -> None:
    said = heard(press(called, "2", at("opening")))
    assert not [word for word in SECRET if word in " ".join(said)]
    assert [row.answer for row in kept(called)] == ["wrong_person"]
    assert [row.address for row in called.rows(t.suppression)] == [PHONE]
    assert [task.kind for task in called.rows(t.task)] == ["unreachable"]


def test_zero_says_it_once_more(called: World) -> None:
    assert heard(press(called, "0", at("menu")))[0] == SCRIPT.details
    assert not kept(called)


@pytest.mark.parametrize("stage", ["opening", "menu", "days"])
@pytest.mark.parametrize("digits", ["", "8", "*", "#", "12345", "²", "1 OR 1=1"])
def test_a_key_that_means_nothing_is_asked_for_once_more_and_then_it_is_over(
    called: World, stage: str, digits: str
) -> None:
    if stage == "days" and digits == "8":
        digits = "-8"
    answer = press(called, digits, at(stage))
    assert [(one["s"], one["n"]) for one in asks(answer)] == [(stage, "2")]
    assert asks(press(called, digits, at(stage, n="2"))) == []
    assert not kept(called)
    assert not called.rows(t.receipt)
    if stage == "opening":
        assert not [word for word in SECRET if word in answer.text]


def test_a_key_counts_once(called: World) -> None:
    for _ in range(3):
        press(called, "1", at("opening"))
        press(called, "1", at("menu"))
    assert len(called.rows(t.receipt)) == 1
    assert len(kept(called)) == 1
    assert len(called.rows(t.task)) == 1


@pytest.mark.parametrize(
    ("query", "form"),
    [
        (at("opening", attempt="a-nobody"), {}),
        (at("nowhere"), {}),
        ("a=a-voice", {}),
        ("", {}),
        (at("menu", attempt="a%00b"), {}),
        (at("opening"), {"CallSid": "CA-of-another-call"}),
        (at("opening"), {"CallSid": ""}),
        (at("opening", language="..%2F..%2Fetc"), {"CallSid": "CA-of-another-call"}),
    ],
)
def test_what_is_no_call_of_ours_ends_politely(called: World, query: str, form: Mapping[str, str]) -> None:
    said = heard(press(called, "1", query, **form))
    assert len(said) == 1
    assert "Goodbye" in said[0]
    assert not called.rows(t.receipt)
    assert not kept(called)


def test_a_call_that_is_long_over_tells_nothing_more(called: World) -> None:
    called.clock.set(NOW + timedelta(hours=2))
    assert len(heard(press(called, "1", at("opening")))) == 1
    assert not called.rows(t.receipt)


def test_a_text_that_is_no_call_tells_nothing(called: World) -> None:
    with called.ledger.begin(NOW) as unit:
        unit.connection.execute(t.body.update().values(text="Invoice 4711, 1200 euros"))
    said = heard(press(called, "1", at("opening")))
    assert not [word for word in SECRET if word in " ".join(said)]


def test_an_sms_can_t_be_talked_to(world: World) -> None:
    world.plant(channel=Channel.SMS, address=PHONE)
    assert len(heard(press(world, "1", at("opening", attempt="a-sms")))) == 1


def test_it_is_answered_before_the_provider_has_told_us_the_call(called: World) -> None:
    with called.ledger.begin(NOW) as unit:
        unit.connection.execute(t.attempt.update().values(provider_id=None, outcome=None))
    assert heard(press(called, "1", at("opening"), CallSid="CA-quick"))[0] == SCRIPT.details


def test_it_is_for_those_who_sign(called: World) -> None:
    before = called.everything()
    for headers in ({TWILIO_SIGNATURE: None}, {TWILIO_SIGNATURE: "AAAA"}):
        answer = called.post_twilio(
            "voice", {"CallSid": SID, "Digits": "1"}, query=at("opening"), headers=headers
        )
        assert answer.status_code == 403
    changed = called.post_twilio(
        "voice",
        {"CallSid": SID, "Digits": "1"},
        query=at("menu"),
        sign_url=f"https://collect.example.test/amicable/webhooks/twilio/voice?{at('opening')}",
    )
    assert changed.status_code == 403
    assert called.everything() == before


def test_when_the_ledger_is_away_nobody_hears_silence(called: World) -> None:
    with called.ledger.begin(NOW) as unit:
        unit.connection.execute(sql("DROP TABLE body"))
    said = heard(press(called, "1", at("menu", language="de")))
    assert said == [
        "Ihre Antwort konnte gerade nicht aufgenommen werden. Bitte melden Sie sich auf einem anderen Weg "
        "bei uns. Auf Wiederhören."
    ]
