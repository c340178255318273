"""Calls through the whole house: placed, taken or not, answered by keys, and made again within limits."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from itertools import pairwise
from typing import Any

import pytest
import yaml

from config.creditors import Creditors
from config.policy import Policy, parse_policy
from ledger import tables as t
from reminders.caps import CALL_AGAIN_AFTER
from reminders.history import MOST_CALLS
from reminders.snapshot import Channel
from tests.support.office import NOW, client, invoice, mail_of, open_all_hours, phone_of
from tests.workers.street import Street

pytestmark = pytest.mark.network

OURS = "+442071838750"


def policy(**changes: Any) -> Policy:
    consent = {"email": "none", "sms": "none", "whatsapp": "given", "voice": "none"}
    return parse_policy(
        yaml.safe_dump(open_all_hours(channels=["voice", "email"], consent=consent, **changes))
    )


@pytest.fixture
def place(make_street: Callable[..., Street]) -> Callable[..., Street]:
    """Makes a street in which the creditor has a number to call from, and the first client prefers calls."""

    def make(voice_from: str | None = OURS, outcome: str = "deliver", **changes: Any) -> Street:
        street = make_street(policy=policy(**changes), reads=True)
        known = street.desk.office.creditors.creditors
        named = Creditors(creditors=tuple(c.model_copy(update={"voice_from": voice_from}) for c in known))
        street.desk.office = replace(street.desk.office, creditors=named)
        street.box.set_outcome(phone_of(1), outcome)
        street.desk.happen(client(1, ["voice"]), invoice(1))
        street.desk.work()
        return street

    return make


def calls(street: Street) -> list[Any]:
    return [message for message in street.box.messages() if message.channel == "voice"]


def answers(street: Street) -> list[tuple[str, bool]]:
    return [(row.answer, row.answer_sure) for row in street.desk.rows(t.response)]


def test_a_call_is_placed_confirmed_and_delivered(place: Callable[..., Street]) -> None:
    street = place()
    assert street.sent() == [("voice", phone_of(1))]
    assert street.desk.states() == ["accepted"]

    street.call_back(minutes=1)

    assert street.desk.states() == ["delivered"]
    (call,) = calls(street)
    assert call.status == "completed"
    opening, confirmed, details = call.text.split("\n")[:3]
    assert "Pat Quay" in opening
    assert confirmed == "> 1"
    assert "1200 British pounds" in details
    assert "1200" not in opening
    street.desk.check_journal()


@pytest.mark.parametrize(
    ("keys", "answer"),
    [("1,1", "paid"), ("1,2,5", "promise"), ("1,0,3", "call_me"), ("1,8,1", "paid"), ("2", "wrong_person")],
)
def test_keys_become_a_sure_answer(place: Callable[..., Street], keys: str, answer: str) -> None:
    street = place()
    street.box.reply("voice", phone_of(1), keys)
    street.call_back(minutes=1)

    assert answers(street) == [(answer, True)]
    street.desk.check_journal()


def test_a_promise_by_keys_holds_the_next_step(place: Callable[..., Street]) -> None:
    street = place()
    street.box.reply("voice", phone_of(1), "1,2,12")
    street.call_back(minutes=1)

    (promise,) = street.desk.rows(t.promise)
    assert promise.promised_on == (NOW + timedelta(days=12)).date()
    for task in street.desk.tasks("reply"):
        assert "pressed 2: will pay within 12 days" in task.brief
    street.tick(days=8)
    assert len(street.sent()) == 1


def test_nine_ends_calls_and_the_next_step_goes_by_mail(place: Callable[..., Street]) -> None:
    street = place()
    street.box.reply("voice", phone_of(1), "9")
    street.call_back(minutes=1)
    assert [(s.channel, s.reason) for s in street.desk.rows(t.suppression)] == [("voice", "opted_out")]
    assert not street.desk.tasks("reply")

    street.tick(days=11)

    assert [channel for channel, _ in street.sent()][1:] == ["email"]


@pytest.mark.parametrize("outcome", ["silent", "block", "defer"])
def test_who_does_not_answer_is_called_again_hours_later_and_then_written_to(
    place: Callable[..., Street], outcome: str
) -> None:
    street = place(outcome=outcome)
    placed = [NOW]
    for _ in range(60):
        street.call_back(minutes=59)
        before = len(calls(street))
        street.tick(minutes=1)
        if len(calls(street)) > before:
            placed.append(street.desk.now)

    assert [channel for channel, _ in street.sent()] == ["voice"] * MOST_CALLS + ["email"]
    assert street.sent()[-1] == ("email", mail_of(1))
    assert all(b - a >= CALL_AGAIN_AFTER for a, b in pairwise(placed))
    assert len({call.attempt_id for call in calls(street)}) == MOST_CALLS
    assert not street.desk.rows(t.suppression)
    assert "1200" not in "".join(call.text for call in calls(street))
    street.desk.check_journal()


def test_calls_again_keep_the_limit_of_the_law(place: Callable[..., Street]) -> None:
    street = place(outcome="silent", limits=[{"channels": ["voice"], "contacts": 2, "per_hours": 7 * 24}])
    for _ in range(30):
        street.call_back(minutes=59)
        street.tick(minutes=1)
    assert len(calls(street)) == 2


def test_a_second_call_that_is_confirmed_takes_the_step(place: Callable[..., Street]) -> None:
    street = place(outcome="silent")
    street.call_back(minutes=1)
    assert street.desk.states() == ["failed"]
    street.box.set_outcome(phone_of(1), "deliver")
    street.tick(hours=5)
    street.call_back(minutes=1)

    assert [channel for channel, _ in street.sent()] == ["voice", "voice"]
    assert street.desk.states() == ["failed", "delivered"]
    street.tick(hours=20)
    assert len(street.sent()) == 2


def test_after_a_conversation_calls_rest(place: Callable[..., Street]) -> None:
    street = place(silences=[{"channel": "voice", "days": 30}])
    street.call_back(minutes=1)
    assert street.desk.states() == ["delivered"]
    for _ in range(12):
        street.tick(days=1)
    assert [channel for channel, _ in street.sent()][:2] == ["voice", "email"]


def test_a_creditor_without_a_number_calls_nobody(place: Callable[..., Street]) -> None:
    street = place(voice_from=None)
    assert [channel for channel, _ in street.sent()] == ["email"]
    assert Channel.VOICE in street.desk.office.providers.channels


def test_a_number_that_is_refused_is_followed_by_a_mail(
    make_street: Callable[..., Street], place: Any
) -> None:
    street = place(
        voice_from="+15005550001"
    )  # not ours, says the provider: our configuration, and no fault of theirs
    assert street.desk.states() == ["queued"]
    assert [task.kind for task in street.desk.rows(t.task)] == ["doubt"]
