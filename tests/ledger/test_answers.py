"""What follows from a reply that was read: a promise, a longer wait, a task; and never more than the words allow."""

from __future__ import annotations

import json
from datetime import date, timedelta

import pytest

from config.policy import SHIPPED, load_policy
from ledger import replies
from ledger import tables as t
from ledger.answers import Reading
from ledger.timeline import Subject, timeline
from ledger.unit import Ledger
from ledger.verdicts import close_task
from reminders.answers import Answer, AnswerKind
from reminders.decide import decide
from reminders.feedback import OptWord, Reply
from reminders.reasons import Reason
from reminders.snapshot import Channel
from tests.ledger.book import HOUSE, NOW, issued, journal, profile, rows, snapshot, tell
from tests.ledger.test_replies import a_reply, written_to
from tests.support.answers import classify

STANDARD = load_policy(SHIPPED / "standard.yaml")
READING = Reading(classify, lambda _snapshot, _now: STANDARD, HOUSE)
DAY = timedelta(days=1)


def answer(ledger: Ledger, reply: Reply) -> tuple[str, ...]:
    with ledger.begin(NOW) as unit:
        return replies.record(unit, reply, READING)


def said(ledger: Ledger, text: str, **fields: object) -> tuple[str, ...]:
    """Kaya was written to on Monday 2 March, and answers the same day."""
    written_to(ledger)
    return answer(ledger, a_reply(text, **fields))  # type: ignore[arg-type]


def waits(ledger: Ledger, days: int) -> Reason | None:
    """Why Kaya's invoice is not chased that many days after the reply; None: it is."""
    at = NOW + days * DAY
    left = [
        entry for entry in decide(snapshot(ledger, at=at), STANDARD, at).left_out if entry.invoice_id == "i1"
    ]
    return left[0].reason if left else None


def close_all(ledger: Ledger) -> None:
    with ledger.begin(NOW) as unit:
        for task in rows(ledger, t.task):
            close_task(unit, task.task_id, "done", "Ada", "")


def test_what_was_read_is_stored_and_journalled_without_a_word_of_the_clients(ledger: Ledger) -> None:
    said(ledger, "Sorry, we will pay on Friday")

    (row,) = rows(ledger, t.response)
    assert (row.kind, row.answer, row.answer_sure, row.promised_on) == (
        "reply",
        "promise",
        True,
        date(2026, 3, 6),
    )
    assert row.answer_words == ["will pay", "friday"]
    (entry,) = journal(ledger, "response.recorded")
    told = json.loads(entry.data)
    assert (told["answer"], told["sure"], told["promise"]) == ("promise", True, ["2026-03-06", "EUR", 10000])
    assert "friday" not in str(told)


def test_a_sure_promise_holds_and_stays_for_a_person_to_confirm(ledger: Ledger) -> None:
    assert said(ledger, "We will pay on 12 March") == ("kaya",)

    (promise,) = snapshot(ledger).promises
    assert (promise.amount, promise.currency, promise.promised_on) == (10000, "EUR", date(2026, 3, 12))
    assert (promise.made_at, promise.invoice_ids) == (NOW, ("i1",))
    assert waits(ledger, 5) is Reason.PROMISE_PENDING
    (task,) = rows(ledger, t.task)
    assert (task.kind, task.state) == ("reply", "open")
    assert (
        "Clearly, they say that they will pay on 12 March 2026, by the words “will pay”, “12 march”."
        in task.brief
    )


def test_the_timeline_tells_how_an_answer_was_read_and_by_which_words(ledger: Ledger) -> None:
    said(ledger, "We will pay 40 EUR on Friday")
    answer(ledger, a_reply("We have paid", key="r2"))

    with ledger.read() as connection:
        told = [
            note.text for note in timeline(connection, Subject("kaya")) if note.kind == "response.recorded"
        ]
    promised, paid = (text.partition(" Read it:")[0] for text in told)
    assert promised == (
        "The client answered by email: they say that they will pay on 6 March 2026, by the words “will pay”, “friday”. "
        "It counts as a promise of 40.00 EUR by 6 March 2026."
    )
    assert paid == "The client answered by email: they say that it is paid, by the words “we have paid”."


def test_a_promise_of_a_part_holds_that_part(ledger: Ledger) -> None:
    said(ledger, "We will pay 40 EUR on Friday")

    (promise,) = snapshot(ledger).promises
    assert (promise.amount, promise.promised_on) == (4000, date(2026, 3, 6))


@pytest.mark.parametrize(
    "text",
    [
        "We will pay on 17 March",  # a day later than may be granted without asking
        "We will pay soon",
        "We will pay on Friday if the goods arrive",
        "We will pay 40 USD on Friday",
        "We will pay 400 EUR on Friday",  # more than is owed
        "The amount is wrong, we will pay the rest on Friday",
        "We have paid",
    ],
)
def test_what_is_less_than_a_clear_promise_is_none(ledger: Ledger, text: str) -> None:
    said(ledger, text)

    assert rows(ledger, t.promise) == []
    assert [task.kind for task in rows(ledger, t.task)] == ["reply"]


def test_a_promise_over_two_currencies_is_none(ledger: Ledger) -> None:
    tell(ledger, issued("i2", currency="USD"))
    said(ledger, "We will pay on Friday")

    assert rows(ledger, t.promise) == []


def test_the_same_reply_twice_promises_once(ledger: Ledger) -> None:
    said(ledger, "We will pay on Friday")
    before = (rows(ledger, t.promise), journal(ledger))

    assert answer(ledger, a_reply("We will pay on Friday")) == ()
    assert (rows(ledger, t.promise), journal(ledger)) == before


@pytest.mark.parametrize(
    "text",
    ["We never ordered this", "I can't pay, I lost my job", "This was paid by bank transfer on 20 February"],
)
def test_who_contests_or_cant_pay_or_paid_waits_for_a_person(ledger: Ledger, text: str) -> None:
    said(ledger, text)

    assert snapshot(ledger).weighty_reply_at == NOW
    assert waits(ledger, 10) is Reason.REPLY_PENDING
    assert waits(ledger, 15) is not Reason.REPLY_PENDING  # ten working days are over
    close_all(ledger)
    assert snapshot(ledger).weighty_reply_at is None
    assert waits(ledger, 2) is not Reason.REPLY_PENDING
    assert snapshot(ledger).invoices[0].open == 10000  # a reply never closes an invoice


def test_who_is_not_understood_waits_two_working_days(ledger: Ledger) -> None:
    said(ledger, "Hm, wrong?")

    assert snapshot(ledger).weighty_reply_at is None
    assert waits(ledger, 1) is Reason.REPLY_PENDING
    assert waits(ledger, 3) is not Reason.REPLY_PENDING


def test_somebody_away_has_not_answered(ledger: Ledger) -> None:
    assert said(ledger, "I am out of the office until 9 March.") == ()

    (row,) = rows(ledger, t.response)
    assert (row.kind, row.answer, row.task_id) == ("automatic", "out_of_office", None)
    assert (rows(ledger, t.task), snapshot(ledger).replied_at) == ([], None)


def test_somebody_away_who_says_more_has_answered(ledger: Ledger) -> None:
    said(ledger, "I am out of the office until 9 March. We have paid this.")

    assert [task.kind for task in rows(ledger, t.task)] == ["reply"]


def test_the_wrong_person_is_a_way_to_be_found(ledger: Ledger) -> None:
    said(ledger, "Wrong person, I don't know this company")

    tasks = {task.kind: task for task in rows(ledger, t.task)}
    assert set(tasks) == {"reply", "unreachable"}
    assert (tasks["unreachable"].reason, tasks["unreachable"].message_id) == ("contact_left", "m1")
    close_all(ledger)


def test_a_stop_is_a_stop_whatever_else_is_said(ledger: Ledger) -> None:
    said(ledger, "STOP. We will pay on Friday", opt=OptWord.OUT)

    (row,) = rows(ledger, t.response)
    assert (row.kind, row.answer, row.answer_sure) == ("opt_out", "stop", False)
    assert len(rows(ledger, t.suppression)) == 1
    assert rows(ledger, t.promise) == []


def test_a_machine_is_not_read(ledger: Ledger) -> None:
    said(ledger, "We will pay on Friday", automatic=True)

    assert (rows(ledger, t.promise), [row.answer for row in rows(ledger, t.response)]) == ([], [None])


@pytest.mark.parametrize(
    "text", ["We will pay on Friday", "The invoice has been paid", "The amount is wrong"]
)
def test_what_a_ticket_system_calls_automatic_is_looked_at_by_a_person_and_holds_nothing(
    ledger: Ledger, text: str
) -> None:
    said(ledger, text, automatic=True)

    (task,) = rows(ledger, t.task)
    assert (task.kind, task.state) == ("reply", "open")
    assert "calls itself automatic" in task.brief
    assert text in task.brief
    assert waits(ledger, 7) is None
    assert snapshot(ledger).answers == ()


@pytest.mark.parametrize("text", ["We have got your mail and will look into it.", "I am away until Monday"])
def test_what_only_a_machine_says_opens_nothing(ledger: Ledger, text: str) -> None:
    said(ledger, text, automatic=True)

    assert rows(ledger, t.task) == []


def test_a_stranger_promises_nothing(ledger: Ledger) -> None:
    assert answer(ledger, a_reply("We will pay on Friday", sender="who@else.example")) == ()

    assert rows(ledger, t.promise) == []
    (task,) = rows(ledger, t.task)
    assert (task.kind, task.client_id) == ("reply", None)


def test_the_clients_language_and_day_are_their_own(ledger: Ledger) -> None:
    written_to(ledger)
    tell(ledger, profile(language="de", time=1))
    answer(ledger, a_reply("Ok, am 6.3."))

    (row,) = rows(ledger, t.response)
    assert (row.answer, row.answer_sure, row.promised_on) == ("promise", False, date(2026, 3, 6))


def test_a_day_beyond_the_offers_waits_for_a_persons_yes(ledger: Ledger) -> None:
    said(ledger, "We will pay on 24 April")

    assert snapshot(ledger).promises == ()
    assert waits(ledger, 7) is Reason.REPLY_PENDING
    assert waits(ledger, 21) is None
    close_all(ledger)
    assert waits(ledger, 7) is None


def test_an_answer_that_was_chosen_is_taken_as_it_is(ledger: Ledger) -> None:
    chosen = Answer(AnswerKind.PROMISE, date(2026, 3, 9), sure=True)
    said(ledger, "pressed 2: will pay; we have paid already", answer=chosen)

    (promise,) = snapshot(ledger).promises
    assert promise.promised_on == date(2026, 3, 9)
    (row,) = rows(ledger, t.response)
    assert (row.answer, row.answer_sure, row.promised_on) == ("promise", True, date(2026, 3, 9))


def test_a_chosen_answer_is_kept_where_nobody_reads_words(ledger: Ledger) -> None:
    written_to(ledger)
    with ledger.begin(NOW) as unit:
        replies.record(unit, a_reply("pressed 1", answer=Answer(AnswerKind.PAID, sure=True)))

    (row,) = rows(ledger, t.response)
    assert (row.answer, row.answer_sure) == ("paid", True)
    assert waits(ledger, 5) is Reason.REPLY_PENDING


def test_what_was_written_back_stands_in_the_snapshot(ledger: Ledger) -> None:
    said(ledger, "We will pay on 12 March")

    (told,) = snapshot(ledger).answers
    assert (told.kind, told.channel, told.received_at, told.waits) == (
        AnswerKind.PROMISE, Channel.EMAIL, NOW, True,
    )  # fmt: skip
    assert told.promise_id == snapshot(ledger).promises[0].promise_id
    close_all(ledger)
    assert not snapshot(ledger).answers[0].waits


def test_what_is_not_sure_or_was_chosen_on_a_page_is_an_answer_without_a_kind(ledger: Ledger) -> None:
    said(ledger, "Perhaps we pay on Friday, perhaps not")
    chosen = a_reply("Paid.", provider="page", key="page", answer=Answer(AnswerKind.PAID, sure=True))
    answer(ledger, chosen)

    assert [told.kind for told in snapshot(ledger).answers] == [None, None]


def test_a_machine_s_words_are_no_answer(ledger: Ledger) -> None:
    said(ledger, "I am out of the office until Monday", automatic=True)

    assert snapshot(ledger).answers == ()


def test_a_reply_whose_acknowledgement_names_a_day_is_due_on_that_day(ledger: Ledger) -> None:
    said(ledger, "I lost my job and can't pay at the moment")

    (task,) = rows(ledger, t.task)
    assert task.due_on == date(2026, 3, 4)  # two working days after Monday 2 March
