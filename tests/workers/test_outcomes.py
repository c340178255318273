"""What comes of a message, through the real SDKs and the sandbox: every outcome, every fault, and what follows."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from channels.ports import Letter, Rendered
from channels.render import TemplateError
from channels.sandbox import FaultKind
from ledger import tables as t
from reminders.reasons import Reason
from reminders.snapshot import Channel
from tests.support.office import NOW, Desk, client, invoice, mail_of, phone_of
from tests.workers.street import Street

pytestmark = pytest.mark.network


def by_mail(street: Street, number: int = 1) -> None:
    street.desk.happen(client(number), invoice(number))


def by_text(street: Street, number: int = 1) -> None:
    street.desk.happen(client(number, ["sms"]), invoice(number))


# --- taken, and what the receipts say


def test_a_mail_is_taken_and_delivered(street: Street) -> None:
    by_mail(street)
    street.desk.work()
    assert street.desk.states() == ["accepted"]

    street.call_back(minutes=1)

    assert street.desk.states() == ["delivered"]
    street.desk.check_journal()


def test_a_mail_that_bounces_is_followed_by_a_text(street: Street) -> None:
    street.box.set_outcome(mail_of(1), "bounce")
    by_mail(street)
    street.desk.work()

    street.call_back(minutes=1)
    street.call_back(minutes=1)

    assert street.sent() == [("email", mail_of(1)), ("sms", phone_of(1))]
    assert sorted(street.desk.states()) == ["delivered", "undelivered"]
    assert [row.address for row in street.desk.rows(t.suppression)] == [mail_of(1)]
    street.desk.check_journal()


def test_a_number_that_is_refused_is_followed_by_a_mail(street: Street) -> None:
    street.box.set_outcome(phone_of(1), "refuse")
    by_text(street)
    street.desk.work()

    assert street.sent() == [("email", mail_of(1))]
    assert sorted(street.desk.states()) == ["accepted", "rejected"]
    street.desk.check_journal()


def test_a_client_who_says_stop_gets_no_more_texts(street: Street) -> None:
    by_text(street)
    street.desk.work()
    street.box.reply("sms", phone_of(1), "STOP")
    street.call_back(minutes=1)

    street.tick(days=11)  # the next step is due, and SMS is what the client preferred

    assert [channel for channel, _ in street.sent()] == ["sms", "email"]
    assert [(s.channel, s.reason) for s in street.desk.rows(t.suppression)] == [("sms", Reason.OPTED_OUT)]
    street.desk.check_journal()


# --- surely not sent


def test_a_provider_that_is_busy_is_asked_again_when_it_said(street: Street) -> None:
    street.box.faults.add("twilio", FaultKind.STATUS_429, 1, 90)
    by_text(street)
    street.desk.work()
    (message,) = street.desk.messages()
    assert (message.state, message.not_before) == ("queued", NOW + timedelta(seconds=90))

    street.tick(seconds=80)
    assert street.sent() == []
    street.tick(seconds=11)

    assert street.sent() == [("sms", phone_of(1))]
    assert street.desk.states() == ["accepted"]
    street.desk.check_journal()


def test_our_own_key_refused_waits_for_a_person_who_is_told_once_a_day(
    make_street: Callable[..., Street],
) -> None:
    street = make_street(key="SG.of somebody else")
    by_mail(street, 1)
    by_mail(street, 2)
    street.desk.work()
    assert street.desk.states() == ["queued", "queued"]

    for _ in range(4):
        street.tick(minutes=6)
    assert len(street.desk.tasks("doubt")) == 1

    street.tick(hours=24)
    assert len(street.desk.tasks("doubt")) == 2
    assert street.sent() == []
    assert street.desk.states() == ["queued", "queued"]


# --- nobody knows


@pytest.mark.parametrize("fault", ["hang_after", "reset_after", "status_500_after"])
@pytest.mark.parametrize(("provider", "start"), [("sendgrid", by_mail), ("twilio", by_text)])
def test_an_answer_that_was_lost_is_found_at_the_provider(
    street: Street, fault: str, provider: str, start: Callable[[Street], None]
) -> None:
    street.box.faults.add(provider, FaultKind(fault), 1, 5)
    start(street)
    street.desk.work()
    assert street.desk.states() == ["in_doubt"]

    street.tick(minutes=6)

    assert street.desk.states() == ["accepted"]
    assert len(street.sent()) == 1
    street.desk.check_journal()


@pytest.mark.parametrize(("provider", "start"), [("sendgrid", by_mail), ("twilio", by_text)])
def test_an_answer_that_was_lost_comes_with_the_receipt(
    street: Street, provider: str, start: Callable[[Street], None]
) -> None:
    street.box.faults.add(provider, FaultKind.RESET_AFTER, 1)
    start(street)
    street.desk.work()
    assert street.desk.states() == ["in_doubt"]

    street.call_back(seconds=30)

    assert street.desk.states() == ["delivered"]
    assert len(street.sent()) == 1
    street.desk.check_journal()


@pytest.mark.parametrize("fault", ["status_500", "reset_before", "hang_before"])
def test_a_text_that_never_arrived_there_is_given_up_and_a_person_is_told(street: Street, fault: str) -> None:
    street.box.faults.add("twilio", FaultKind(fault), 1, 5)
    by_text(street)
    street.desk.work()
    for _ in range(5):
        street.tick(minutes=6)

    assert street.desk.states() == ["abandoned"]
    assert street.sent() == []
    assert len(street.desk.tasks("doubt")) == 1
    street.desk.check_journal()


@pytest.mark.parametrize("fault", ["status_500", "reset_before"])
def test_a_mail_that_never_arrived_there_goes_once_more(street: Street, fault: str) -> None:
    street.box.faults.add("sendgrid", FaultKind(fault), 1)
    by_mail(street)
    street.desk.work()
    for _ in range(3):
        street.tick(minutes=16)

    assert street.desk.states() == ["accepted"]
    assert len(street.sent()) == 1
    street.desk.check_journal()


# --- our own faults


def test_a_template_that_can_not_be_filled_holds_the_message_and_calls_a_person(
    make_street: Callable[..., Street],
) -> None:
    def broken(letter: Letter) -> Rendered:
        raise TemplateError("overdue_3.email: 'total' is undefined")

    street = make_street()
    object.__setattr__(street.desk.office, "render", broken)
    by_mail(street)
    street.desk.work()

    assert street.desk.states() == ["held"]
    assert [task.message_id for task in street.desk.tasks("doubt")] == [street.desk.messages()[0].message_id]
    assert street.sent() == []
    street.desk.check_journal()


def test_an_adapter_that_raises_leaves_the_message_in_doubt(desk: Desk) -> None:
    def fall(request: object) -> None:
        raise RuntimeError("a fault of our own")

    (mail,) = desk.office.providers.of(Channel.EMAIL)
    mail.before = fall  # type: ignore[attr-defined]
    desk.happen(client(1), invoice(1))
    desk.work()

    assert desk.states() == ["in_doubt"]


def test_a_call_whose_turn_comes_too_late_is_not_made(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    desk.happen(client(1), invoice(1))
    calls = desk.office.calls
    submit = calls.submit

    def slowly(*words: Any) -> Any:
        desk.later(seconds=31)
        return submit(*words)

    monkeypatch.setattr(calls, "submit", slowly)
    desk.work()
    monkeypatch.undo()

    assert desk.states() == ["queued"]
    desk.later(minutes=1)
    desk.tick()
    assert desk.states() == ["accepted"]


def test_a_process_that_is_to_end_takes_no_further_hand(desks: Callable[..., Desk]) -> None:
    desk = desks(hand=2)
    desk.happen(*(event for n in range(6) for event in (client(n), invoice(n))))
    (mail,) = desk.office.providers.of(Channel.EMAIL)

    def told(request: object) -> None:
        desk.office.stopping.set()

    mail.before = told  # type: ignore[attr-defined]
    desk.work()

    assert sorted(desk.states()) == ["accepted"] * 2 + ["queued"] * 4
    assert [m.attempts for m in desk.messages() if m.state == "queued"] == [0] * 4
