"""The pace of a sender through the pipeline: a slot for each message, kept, and shared by all processes."""

from __future__ import annotations

import threading
from collections.abc import Callable
from contextlib import ExitStack
from datetime import timedelta

import pytest

from channels.ports import NotSent
from channels.sandbox import FaultKind
from config.settings import PaceSettings
from ledger import pace
from ledger import tables as t
from reminders.reasons import Reason
from reminders.snapshot import Channel
from tests.support.office import NOW, Counting, Desk, client, invoice, new_desk
from tests.workers.street import Street
from workers.decide import decide_clients
from workers.send import send_messages

Desks = Callable[..., Desk]
SLOW = PaceSettings(sms=1)


def owe(desk: Desk, *numbers: int, prefers: str = "sms") -> None:
    desk.happen(*(event for n in numbers for event in (client(n, [prefers]), invoice(n))))
    desk.work()


def waiting(desk: Desk) -> list[float]:
    """The slots of those who wait for their turn, in seconds from the beginning."""
    return sorted(
        (m.not_before - NOW).total_seconds()
        for m in desk.messages()
        if m.state == "queued" and m.reason == Reason.PACED
    )


def segments_each(desk: Desk) -> float:
    """How long one message keeps its sender busy, in seconds at one segment a second."""
    first, second, *_ = waiting(desk)
    return second - first


def test_each_message_gets_a_slot_of_its_own_and_keeps_it(desks: Desks) -> None:
    text = Counting(Channel.SMS)
    desk = desks(Counting(Channel.EMAIL), text, pace=SLOW)
    owe(desk, *range(12))

    slots = waiting(desk)
    each = segments_each(desk)
    assert len(text.taken) == 1
    assert each >= 1
    assert slots == [each * n for n in range(1, 12)]

    for number, slot in enumerate(slots, start=2):
        desk.clock.set(NOW + timedelta(seconds=slot))
        desk.tick()
        assert len(text.taken) == number
    # put off once each, and never looked at again before their slots
    put_off = [entry for entry in desk.journal() if '"paced"' in str(entry.reasons)]
    assert len(put_off) == 11
    assert {m.attempts for m in desk.messages()} == {1}
    desk.check_journal()


def test_a_newcomer_stands_behind_those_who_wait(desks: Desks) -> None:
    desk = desks(Counting(Channel.EMAIL), Counting(Channel.SMS), pace=SLOW)
    owe(desk, *range(5))
    last, each = waiting(desk)[-1], segments_each(desk)

    desk.later(seconds=1)
    owe(desk, 9)

    assert waiting(desk)[-1] == last + each


def test_mails_have_no_pace_of_their_own(desks: Desks) -> None:
    mail = Counting(Channel.EMAIL)
    desk = desks(mail, Counting(Channel.SMS), pace=SLOW)
    owe(desk, *range(20), prefers="email")

    assert len(mail.taken) == 20
    assert desk.rows(t.pace) == []


def test_after_a_standstill_slots_that_were_missed_are_given_anew(desks: Desks) -> None:
    text = Counting(Channel.SMS)
    desk = desks(Counting(Channel.EMAIL), text, pace=SLOW)
    owe(desk, *range(12))

    desk.later(hours=2)
    desk.tick()

    assert len(text.taken) == 2  # not eleven at once
    assert len(waiting(desk)) == 10


def test_who_would_have_a_slot_too_late_waits_for_the_end_and_takes_none(desks: Desks) -> None:
    desk = desks(Counting(Channel.EMAIL), Counting(Channel.SMS), pace=PaceSettings(sms=1 / 86_400))
    owe(desk, *range(40))

    late = [m for m in desk.messages() if m.reason == Reason.PACED and m.not_before == m.expires_at]
    (line,) = desk.rows(t.pace)
    assert late
    assert line.free_at - NOW < timedelta(days=60)
    desk.clock.set(late[0].expires_at)
    desk.tick()
    (ended,) = [m for m in desk.messages() if m.message_id == late[0].message_id]
    assert (ended.state, ended.attempts) == ("expired", 0)


def test_a_provider_that_asks_to_wait_is_left_alone_to_the_second(desks: Desks) -> None:
    text = Counting(Channel.SMS)
    text.before = lambda request: NotSent("429", "too many requests", 90)
    desk = desks(Counting(Channel.EMAIL), text)
    owe(desk, 1)
    text.before = lambda request: None

    owe(desk, 2, 3)
    assert text.taken == []
    assert {m.not_before for m in desk.messages()} == {NOW + timedelta(seconds=90)}

    desk.later(seconds=89)
    desk.tick()
    assert text.taken == []
    desk.later(seconds=1)
    desk.tick()
    assert len(text.taken) == 3
    assert sorted(m.attempts for m in desk.messages()) == [1, 1, 2]
    desk.check_journal()


def test_slots_that_were_given_before_wait_too(desks: Desks) -> None:
    text = Counting(Channel.SMS)
    desk = desks(Counting(Channel.EMAIL), text, pace=SLOW)
    owe(desk, *range(4))
    slots = waiting(desk)
    text.before = lambda request: NotSent("429", "too many requests", 600)
    desk.clock.set(NOW + timedelta(seconds=slots[0]))
    desk.tick()
    text.before = lambda request: None

    desk.clock.set(NOW + timedelta(seconds=slots[1]))
    desk.tick()

    assert len(text.taken) == 1
    assert min(waiting(desk)) >= slots[1]
    assert all(slot >= slots[0] + 600 for slot in waiting(desk) if slot not in slots)


def test_a_shorter_wait_does_not_end_a_longer_one(desk: Desk) -> None:
    key = ("twilio", "", "sms", "+447400123456")
    for seconds in (90, 10):
        with desk.ledger.begin(NOW) as unit:
            pace.close(unit, {key: NOW + timedelta(seconds=seconds)})
    (line,) = desk.rows(t.pace)

    assert line.closed_until == NOW + timedelta(seconds=90)


@pytest.mark.network
def test_through_the_real_sdk_a_429_holds_back_the_others(make_street: Callable[..., Street]) -> None:
    street = make_street(hand=1)
    street.box.faults.add("twilio", FaultKind.STATUS_429, 1, 90)
    street.desk.happen(*(event for n in range(3) for event in (client(n, ["sms"]), invoice(n))))
    street.desk.work()

    assert street.sent() == []
    assert sum(m.attempts for m in street.desk.messages()) == 1
    street.tick(seconds=91)
    assert len(street.sent()) == 3
    street.desk.check_journal()


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgres)])
def shared(request: pytest.FixtureRequest, desks: Desks) -> str:
    """The URL of a database for several desks."""
    if request.param == "postgresql":
        url: str = request.getfixturevalue("database_url")
        return url
    return str(desks().ledger.engine.url)


def test_senders_at_the_same_time_share_one_line(shared: str) -> None:
    text = Counting(Channel.SMS)
    with ExitStack() as stack:

        def team() -> Desk:
            desk = new_desk(shared, Counting(Channel.EMAIL), text, pace=SLOW, hand=4)
            stack.callback(desk.ledger.engine.dispose)
            stack.callback(desk.office.calls.shutdown)
            return desk

        first = team()
        first.happen(*(event for n in range(24) for event in (client(n, ["sms"]), invoice(n))))
        _, ids = first.woken.waiting.popleft()
        decide_clients(first.office, ids)
        messages = [m.message_id for m in first.messages()]
        desks = [first, *(team() for _ in range(3))]
        ready = threading.Barrier(len(desks))

        def send(desk: Desk, turn: int) -> None:
            ready.wait()
            send_messages(desk.office, Channel.SMS, messages[turn:] + messages[:turn])

        threads = [threading.Thread(target=send, args=(desk, 6 * n)) for n, desk in enumerate(desks)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(60)

        slots, each = waiting(first), segments_each(first)
        assert len(text.taken) == 1
        assert slots == [each * n for n in range(1, 24)]
