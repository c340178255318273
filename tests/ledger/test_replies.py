"""Replies: a client's word counts at once."""

from __future__ import annotations

from datetime import timedelta

import pytest

from ledger import replies
from ledger import tables as t
from ledger.suppressions import is_suppressed
from ledger.unit import Ledger
from ledger.verdicts import close_task
from reminders.feedback import OptWord, Reply
from reminders.reasons import Reason
from reminders.snapshot import Channel
from reminders.states import MessageState
from tests.ledger.book import NOW, a_row, issued, journal, message, profile, put, rows, snapshot, state, tell
from tests.ledger.test_sending import dispatch, within

PHONE = "+49 (30) 12-34/56"


def a_reply(text: str = "We pay on Friday", opt: OptWord | None = None, **fields: object) -> Reply:
    known: dict[str, object] = {
        "provider": "sendgrid",
        "channel": Channel.EMAIL,
        "key": "k1",
        "sender": "AP@kaya.example",
        "recipient": "us@acme.example",
        "received_at": NOW,
    }
    return Reply(text=text, opt=opt, **(known | fields))  # type: ignore[arg-type]


def written_to(ledger: Ledger) -> None:
    """Kaya was written to by email once."""
    tell(ledger, profile(), issued())
    put(ledger, a_row("m1", state="queued"))
    dispatch(ledger)
    within(ledger, lambda unit: unit)


def answer(ledger: Ledger, reply: Reply, at: timedelta = timedelta(0)) -> tuple[str, ...]:
    with ledger.begin(NOW + at) as unit:
        return replies.record(unit, reply)


def test_a_reply_opens_a_task_and_holds_till_it_is_done(ledger: Ledger) -> None:
    written_to(ledger)
    assert answer(ledger, a_reply()) == ("kaya",)

    assert snapshot(ledger).replied_at == NOW
    (task,) = rows(ledger, t.task)
    assert (task.kind, task.client_id, task.message_id) == ("reply", "kaya", "m1")
    assert "We pay on Friday" in task.brief
    (response,) = rows(ledger, t.response)
    assert (response.kind, response.contact_id, response.task_id) == ("reply", "ap", task.task_id)

    with ledger.begin(NOW) as unit:
        close_task(unit, task.task_id, "done", "Ada", "")
    assert snapshot(ledger).replied_at is None


def test_a_repeat_does_nothing(ledger: Ledger) -> None:
    written_to(ledger)
    answer(ledger, a_reply())
    before = journal(ledger)

    assert answer(ledger, a_reply("other words, same key"), timedelta(hours=1)) == ()
    assert journal(ledger) == before
    assert len(rows(ledger, t.task)) == 1


def test_a_machines_answer_is_recorded_and_no_more(ledger: Ledger) -> None:
    written_to(ledger)

    assert answer(ledger, a_reply("Out of office", automatic=True)) == ()
    assert (rows(ledger, t.task), snapshot(ledger).replied_at) == ([], None)
    assert [row.kind for row in rows(ledger, t.response)] == ["automatic"]


def test_an_unknown_sender_is_a_task_too(ledger: Ledger) -> None:
    assert answer(ledger, a_reply(sender="who@else.example", text="Who are you?")) == ()

    (task,) = rows(ledger, t.task)
    assert (task.kind, task.client_id) == ("reply", None)
    with ledger.begin(NOW) as unit:
        close_task(unit, task.task_id, "done", "Ada", "")


def test_the_message_that_is_named_counts_before_the_last_one(ledger: Ledger) -> None:
    written_to(ledger)
    tell(ledger, issued("i9", client_id="mira"))
    put(ledger, a_row("m9", client_id="mira", state="queued"))
    dispatch(ledger, "m9", timedelta(hours=1))

    assert answer(ledger, a_reply(key="a")) == ("mira",)  # the same address: the last one
    assert answer(ledger, a_reply(key="b", reference="m1")) == ("kaya",)
    assert answer(ledger, a_reply(key="c", reference="none")) == ("mira",)


def test_stop_bars_the_address_and_ends_what_waits_for_it(ledger: Ledger) -> None:
    written_to(ledger)
    put(
        ledger,
        a_row("tried", state="queued", attempts=1),
        a_row("fresh", state="queued"),
        a_row("held", state="held"),
        a_row("sms", state="queued", channel="sms"),
        a_row("other contact", state="queued", contact_id="boss"),
        a_row("gone", state="delivered"),
    )

    assert answer(ledger, a_reply("STOP", OptWord.OUT)) == ("kaya",)

    with ledger.begin(NOW) as unit:
        assert is_suppressed(unit, Channel.EMAIL, "ap@kaya.example")
        assert not is_suppressed(unit, Channel.SMS, PHONE)
    for key in ("tried", "fresh", "held"):
        assert (state(ledger, key), message(ledger, key).reason) == (MessageState.SUPPRESSED, "opted_out")
    assert state(ledger, "sms") is MessageState.QUEUED
    assert state(ledger, "other contact") is MessageState.QUEUED
    assert state(ledger, "gone") is MessageState.DELIVERED
    assert rows(ledger, t.task) == []  # a bare keyword asks for no answer
    (found,) = snapshot(ledger).suppressions
    assert (found.channel, found.address, found.reason) == (
        Channel.EMAIL,
        "Ap@kaya.example",
        Reason.OPTED_OUT,
    )


def test_stop_ends_messages_to_every_client_at_that_address(ledger: Ledger) -> None:
    written_to(ledger)
    tell(
        ledger,
        issued("i9", client_id="mira"),
        profile("mira", contacts=[{"contact_id": "ap", "email": "ap@KAYA.example"}]),
    )
    put(ledger, a_row("before", client_id="mira", state="queued"))
    dispatch(ledger, "before")
    put(ledger, a_row("hers", client_id="mira", state="queued"))

    assert answer(ledger, a_reply("STOP", OptWord.OUT, reference="m1")) == ("kaya", "mira")
    assert state(ledger, "hers") is MessageState.SUPPRESSED


def test_stop_from_another_mailbox_ends_mail_to_the_one_that_was_written_to(ledger: Ledger) -> None:
    """A reply to accounts@ comes from whoever reads it: the stop would be one for an address that we never use."""
    written_to(ledger)
    put(ledger, a_row("fresh", state="queued"))

    assert answer(ledger, a_reply("STOP", OptWord.OUT, sender="Ada@kaya.example", reference="m1")) == (
        "kaya",
    )
    with ledger.begin(NOW) as unit:
        assert is_suppressed(unit, Channel.EMAIL, "ap@kaya.example", Reason.OPTED_OUT)
        assert is_suppressed(unit, Channel.EMAIL, "ada@kaya.example", Reason.OPTED_OUT)
    assert state(ledger, "fresh") is MessageState.SUPPRESSED


def test_stop_from_a_stranger_who_names_no_message_is_for_that_address_alone(ledger: Ledger) -> None:
    written_to(ledger)
    assert answer(ledger, a_reply("STOP", OptWord.OUT, sender="eve@other.example")) == ()
    with ledger.begin(NOW) as unit:
        assert not is_suppressed(unit, Channel.EMAIL, "ap@kaya.example")


@pytest.mark.parametrize(
    "forged",
    [{}, {"reference": "m1", "sender": "eve@other.example"}, {"reference": "no message of ours"}],
    ids=["the address alone", "another mailbox", "another reference"],
)
def test_a_start_that_anybody_may_have_written_is_for_a_person(
    ledger: Ledger, forged: dict[str, str]
) -> None:
    written_to(ledger)
    answer(ledger, a_reply("STOP", OptWord.OUT))
    answer(ledger, a_reply("START", OptWord.IN, key="k2", **forged))
    with ledger.begin(NOW) as unit:
        assert is_suppressed(unit, Channel.EMAIL, "ap@kaya.example", Reason.OPTED_OUT)
    assert [task.kind for task in rows(ledger, t.task)] == ["reply"]


def test_stop_with_more_to_say_is_also_read_by_a_person(ledger: Ledger) -> None:
    written_to(ledger)
    answer(ledger, a_reply("STOP writing, we paid on Monday by bank transfer", OptWord.OUT))

    assert [task.kind for task in rows(ledger, t.task)] == ["reply"]


def test_start_lifts_an_opt_out_and_nothing_else(ledger: Ledger) -> None:
    written_to(ledger)
    answer(ledger, a_reply("STOP", OptWord.OUT))
    answer(ledger, a_reply("START", OptWord.IN, key="k2", reference="m1"), timedelta(hours=1))
    assert snapshot(ledger).suppressions == ()
    assert rows(ledger, t.task) == []

    answer(ledger, a_reply("STOP", OptWord.OUT, key="k3"), timedelta(hours=2))
    (row,) = rows(ledger, t.suppression)
    assert (row.since, row.lifted_at) == (NOW + timedelta(hours=2), None)


def test_a_phone_number_is_the_same_however_it_is_written(ledger: Ledger) -> None:
    written_to(ledger)
    answer(ledger, a_reply("STOP", OptWord.OUT, channel=Channel.SMS, sender="+4930123456"))

    with ledger.begin(NOW) as unit:
        assert is_suppressed(unit, Channel.SMS, PHONE)
    (found,) = snapshot(ledger).suppressions
    assert found.address == "+49 30 123456"


def test_one_click_ends_the_channel_once(ledger: Ledger) -> None:
    written_to(ledger)
    put(ledger, a_row("fresh", state="queued"))

    def click(message_id: str) -> tuple[str, ...]:
        with ledger.begin(NOW) as unit:
            return replies.unsubscribe(unit, message_id)

    assert click("m1") == ("kaya",)
    assert click("m1") == ()
    assert click("never sent") == ()
    assert state(ledger, "fresh") is MessageState.SUPPRESSED
    assert len(journal(ledger, "response.recorded")) == 1


@pytest.mark.parametrize("text", ["a\x00b", "\ud800"])
def test_text_that_no_database_takes_does_not_stop_a_reply(ledger: Ledger, text: str) -> None:
    written_to(ledger)

    assert answer(ledger, a_reply(text)) == ("kaya",)


def test_what_a_client_wrote_is_not_in_the_journal(ledger: Ledger) -> None:
    written_to(ledger)
    answer(ledger, a_reply("Ring me on 0170 555"))

    told = " ".join(f"{e.data}{e.reasons}" for e in journal(ledger))
    assert "0170" not in told
    assert "kaya.example" not in told
