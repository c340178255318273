"""Sending as the ledger sees it: what is taken, what is committed before the call, and each outcome."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from functools import partial

import pytest

from ledger import doubts, sending
from ledger import tables as t
from ledger.doubts import LOOKS, Doubt
from ledger.sending import LEASE, Dispatch, attempt_id
from ledger.suppressions import is_suppressed
from ledger.unit import Ledger, Unit
from reminders.money import Money
from reminders.reasons import Reason
from reminders.snapshot import Channel
from reminders.states import MessageState
from tests.ledger.book import NOW, a_row, issued, journal, message, put, rows, state, tell

A1, A2 = attempt_id("m1", 1), attempt_id("m1", 2)


def queued(ledger: Ledger, *ids: str, **fields: object) -> None:
    tell(ledger, issued())
    put(ledger, *(a_row(key, state="queued", **fields) for key in ids or ("m1",)))


def dispatch(
    ledger: Ledger,
    message_id: str = "m1",
    at: timedelta = timedelta(0),
    amount: int = 10000,
    text: str = "Text",
) -> str:
    """Take a message and commit it as dispatching; returns its attempt's id."""
    with ledger.begin(NOW + at) as unit:
        (row,) = sending.take(unit, [message_id])
        going = Dispatch(
            row, "sendgrid", "Ap@Kaya.example", "us@acme.example", "de", "Subject", text, "<p>",
            ("i1", "i2"), (Money(amount, "EUR"),),
        )  # fmt: skip
        sending.dispatch(unit, [going])
        return going.attempt_id


def within(ledger: Ledger, act: Callable[[Unit], object], at: timedelta = timedelta(0)) -> None:
    with ledger.begin(NOW + at) as unit:
        act(unit)


def test_only_what_is_queued_and_due_is_taken(ledger: Ledger) -> None:
    queued(ledger, "due", "later")
    put(ledger, *(a_row(name, state=name) for name in ("held", "accepted", "in_doubt")))
    with ledger.begin(NOW) as unit:
        (later,) = sending.take(unit, ["later"])
        sending.put_off(unit, later, NOW + timedelta(hours=1), Reason.QUIET_HOURS)

    with ledger.begin(NOW) as unit:
        taken = sending.take(unit, ["due", "later", "held", "accepted", "in_doubt", "nobody", "due"])

    assert [row.message_id for row in taken] == ["due"]
    assert message(ledger, "later").attempts == 0


def test_dispatching_commits_the_attempt_the_words_and_what_they_ask_for(ledger: Ledger) -> None:
    queued(ledger)
    assert dispatch(ledger, amount=4200) == A1

    row = message(ledger)
    assert (row.state, row.attempts, row.lease_until) == ("dispatching", 1, NOW + LEASE)
    assert (row.language, row.amounts, row.invoice_ids) == ("de", [["EUR", 4200]], ["i1", "i2"])
    (attempt,) = rows(ledger, t.attempt)
    assert (attempt.attempt_id, attempt.number, attempt.address) == (A1, 1, "ap@kaya.example")
    (body,) = rows(ledger, t.body)
    assert (body.subject, body.text, body.html) == ("Subject", "Text", "<p>")
    with ledger.begin(NOW) as unit:
        assert sending.take(unit, ["m1"]) == []


def test_the_words_of_a_second_try_replace_those_of_the_first(ledger: Ledger) -> None:
    queued(ledger, "m1", "m2")
    dispatch(ledger, "m2", text="Another's")
    dispatch(ledger, text="First")
    within(ledger, lambda unit: sending.not_sent(unit, A1, "429", "busy", None))
    dispatch(ledger, at=timedelta(minutes=1), amount=4200, text="Second")

    assert {body.message_id: body.text for body in rows(ledger, t.body)} == {
        "m1": "Second",
        "m2": "Another's",
    }
    assert message(ledger).amounts == [["EUR", 4200]]
    assert message(ledger, "m2").amounts == [["EUR", 10000]]


def test_accepted(ledger: Ledger) -> None:
    queued(ledger)
    dispatch(ledger)
    within(ledger, lambda unit: sending.accepted(unit, [(A1, "sg-1")]), timedelta(seconds=2))

    row = message(ledger)
    assert (row.state, row.sent_at, row.lease_until) == ("accepted", NOW, None)
    (attempt,) = rows(ledger, t.attempt)
    assert (attempt.outcome, attempt.provider_id, attempt.ended_at) == (
        "accepted", "sg-1", NOW + timedelta(seconds=2),
    )  # fmt: skip


def test_what_was_surely_not_sent_waits_longer_each_time(ledger: Ledger) -> None:
    queued(ledger)
    at, waits = timedelta(0), []
    for number in range(1, 8):
        dispatch(ledger, at=at)
        within(
            ledger,
            partial(
                sending.not_sent, attempt=attempt_id("m1", number), code="429", detail="", retry_after=None
            ),
            at,
        )
        row = message(ledger)
        assert (row.state, row.reason, row.attempts) == ("queued", "provider_busy", number)
        waits.append(int((row.not_before - NOW - at).total_seconds()))
        at = row.not_before - NOW

    assert waits == [30, 120, 600, 1800, 3600, 3600, 3600]


def test_the_provider_may_say_when_to_come_back(ledger: Ledger) -> None:
    queued(ledger)
    dispatch(ledger)
    within(ledger, lambda unit: sending.not_sent(unit, A1, "429", "busy", 90))

    assert message(ledger).not_before == NOW + timedelta(seconds=90)


def test_rejected_bars_the_address_and_tells_a_person_where_asked(ledger: Ledger) -> None:
    queued(ledger)
    dispatch(ledger)
    later = timedelta(minutes=1)
    within(
        ledger,
        lambda unit: sending.rejected(unit, A1, "550", "no such box", Reason.SUPPRESSED_ADDRESS, person=True),
        later,
    )

    assert (state(ledger), message(ledger).reason) == (MessageState.REJECTED, "provider_refused")
    with ledger.begin(NOW) as unit:
        assert is_suppressed(unit, Channel.EMAIL, "AP@kaya.example ")
        assert not is_suppressed(unit, Channel.SMS, "ap@kaya.example")
    assert [task.kind for task in rows(ledger, t.task)] == ["doubt"]
    assert rows(ledger, t.client)[0].look_at == NOW + later


def test_a_call_off_looks_at_the_client_again(ledger: Ledger) -> None:
    queued(ledger)
    later = NOW + timedelta(hours=1)
    with ledger.begin(later) as unit:
        (row,) = sending.take(unit, ["m1"])
        sending.call_off(unit, row, MessageState.CANCELLED, Reason.PAID)

    assert (state(ledger), message(ledger).reason) == (MessageState.CANCELLED, "paid")
    assert rows(ledger, t.client)[0].look_at == later


def test_queued_messages_are_woken_once_within_patience(ledger: Ledger) -> None:
    queued(ledger, "m1", "m2")
    put(ledger, a_row("m3", state="queued", channel="sms"), a_row("m4", state="held"))
    patience = timedelta(minutes=5)

    def wake(minutes: int) -> dict[Channel, list[str]]:
        with ledger.begin(NOW + timedelta(minutes=minutes)) as unit:
            return dict(sending.wake_queued(unit, 10, patience))

    assert wake(0) == {Channel.EMAIL: ["m1", "m2"], Channel.SMS: ["m3"]}
    assert wake(4) == {}
    assert wake(5) == {Channel.EMAIL: ["m1", "m2"], Channel.SMS: ["m3"]}


# --- doubts -------------------------------------------------------------------------------------------------------


def doubtful(ledger: Ledger, channel: str = "email") -> None:
    queued(ledger, channel=channel)
    dispatch(ledger)
    within(ledger, lambda unit: sending.in_doubt(unit, A1, "timeout"))


def look(ledger: Ledger, at: timedelta) -> list[Doubt]:
    with ledger.begin(NOW + at) as unit:
        return doubts.due(unit)


def test_a_lease_that_ends_makes_a_doubt_and_never_a_second_try(ledger: Ledger) -> None:
    queued(ledger)
    dispatch(ledger)
    with ledger.begin(NOW + LEASE - timedelta(seconds=1)) as unit:
        assert sending.doubt_overdue(unit) == []
    with ledger.begin(NOW + LEASE) as unit:
        assert sending.doubt_overdue(unit) == ["m1"]

    assert state(ledger) is MessageState.IN_DOUBT
    assert rows(ledger, t.attempt)[0].outcome == "in_doubt"
    with ledger.begin(NOW + LEASE) as unit:
        assert sending.take(unit, ["m1"]) == []
        assert sending.doubt_overdue(unit) == []


@pytest.mark.parametrize(
    ("comes_back", "becomes"),
    [
        (lambda unit: sending.accepted(unit, [(A1, "sg-1")]), MessageState.ACCEPTED),
        (lambda unit: sending.not_sent(unit, A1, "429", "busy", None), MessageState.QUEUED),
        (lambda unit: sending.in_doubt(unit, A1, "timeout"), MessageState.IN_DOUBT),
        (lambda unit: sending.rejected(unit, A1, "400", "no", None, person=False), MessageState.IN_DOUBT),
    ],
)
def test_a_slow_sender_that_knows_settles_its_own_doubt(
    ledger: Ledger, comes_back: Callable[[Unit], object], becomes: MessageState
) -> None:
    queued(ledger)
    dispatch(ledger)
    within(ledger, sending.doubt_overdue, LEASE)

    within(ledger, comes_back, LEASE + timedelta(seconds=5))

    assert state(ledger) is becomes


def test_the_outcome_of_an_earlier_attempt_changes_nothing(ledger: Ledger) -> None:
    queued(ledger)
    dispatch(ledger)
    within(ledger, lambda unit: sending.not_sent(unit, A1, "429", "busy", None))
    dispatch(ledger, at=timedelta(minutes=1))

    within(ledger, lambda unit: sending.accepted(unit, [(A1, "sg-1")]), timedelta(minutes=2))

    assert state(ledger) is MessageState.DISPATCHING


@pytest.mark.parametrize("channel", list(LOOKS))
def test_a_doubt_is_looked_for_when_its_looks_come(ledger: Ledger, channel: Channel) -> None:
    doubtful(ledger, channel.value)
    for after in LOOKS[channel]:
        assert look(ledger, after - timedelta(seconds=1)) == []
        (doubt,) = look(ledger, after)
        assert (doubt.attempt_id, doubt.channel, doubt.started_at, doubt.text) == (A1, channel, NOW, "Text")
        assert state(ledger) is MessageState.IN_DOUBT
        within(ledger, partial(doubts.no_word, doubt=doubt, searched=True), after)

    assert look(ledger, timedelta(hours=9)) == []
    if channel is Channel.EMAIL:
        assert (state(ledger), message(ledger).sent_at) == (MessageState.QUEUED, None)
        assert rows(ledger, t.task) == []
    else:
        assert state(ledger) is MessageState.ABANDONED
        assert [task.kind for task in rows(ledger, t.task)] == ["doubt"]


def test_an_email_goes_once_more_and_no_third_time(ledger: Ledger) -> None:
    doubtful(ledger)
    at = timedelta(0)
    for _ in range(2):
        for _ in LOOKS[Channel.EMAIL]:
            at += timedelta(hours=1)
            for doubt in look(ledger, at):
                within(ledger, partial(doubts.no_word, doubt=doubt, searched=False), at)
        if state(ledger) is MessageState.QUEUED:
            assert dispatch(ledger, at=at) == A2
            within(ledger, lambda unit: sending.in_doubt(unit, A2, "timeout"), at)

    assert (state(ledger), message(ledger).attempts) == (MessageState.ABANDONED, 2)


def test_what_the_provider_knows_was_sent(ledger: Ledger) -> None:
    doubtful(ledger, "sms")
    (doubt,) = look(ledger, timedelta(minutes=1))
    within(ledger, lambda unit: doubts.found(unit, doubt, "SM1"), timedelta(minutes=1))

    row = message(ledger)
    assert (row.state, row.sent_at) == ("accepted", NOW)
    assert rows(ledger, t.attempt)[0].provider_id == "SM1"
    within(ledger, lambda unit: doubts.no_word(unit, doubt, searched=True), timedelta(minutes=2))
    assert state(ledger) is MessageState.ACCEPTED


def test_outcomes_of_a_hand_are_locked_together(ledger: Ledger) -> None:
    queued(ledger, "m1", "m2")
    attempts = [dispatch(ledger, key) for key in ("m1", "m2")]
    with ledger.begin(NOW) as unit:
        sending.hold(unit, attempts)
        for attempt in attempts:
            sending.accepted(unit, [(attempt, attempt[:8])])

    assert {state(ledger, key) for key in ("m1", "m2")} == {MessageState.ACCEPTED}


def test_the_journal_tells_it_all(ledger: Ledger) -> None:
    doubtful(ledger)
    told = [(e.kind, e.reasons) for e in journal(ledger)][1:]

    assert told == [("message.dispatching", "[]"), ("message.in_doubt", '["provider_unsure"]')]
