"""What a client's answer asks of people: one task, by a day, with what they wrote; and none once money settled it."""

from __future__ import annotations

import json
from datetime import date
from typing import Any

import pytest
from sqlalchemy import Row

from config.policy.document import TaskDays
from ledger import replies
from ledger import tables as t
from ledger.answers import Reading
from ledger.routed import Routed
from ledger.unit import Ledger
from reminders.decide import decide
from reminders.feedback import OptWord
from reminders.reasons import Reason
from tests.ledger.book import HOUSE, NOW, issued, journal, paid, rows, snapshot, tell
from tests.ledger.test_answers import STANDARD, answer, close_all, said, waits
from tests.ledger.test_decisions import decided
from tests.ledger.test_replies import a_reply, written_to
from tests.support.answers import classify


def test_who_asks_for_a_call_gets_one_task_with_their_words_in_two_working_days(ledger: Ledger) -> None:
    said(ledger, "The amount is wrong. Please call me on 0170 555")

    (task,) = rows(ledger, t.task)
    assert (task.kind, task.reason, task.due_on) == ("call", "call_wished", date(2026, 3, 4))
    assert (task.creditor_id, task.invoice_ids) == (HOUSE, ["i1"])
    assert "something about the invoice is wrong" in task.brief
    assert "They also ask to be called." in task.brief
    assert "0170 555" in task.brief
    assert waits(ledger, 15) is Reason.WITH_A_PERSON  # nobody has called yet
    close_all(ledger)
    assert snapshot(ledger).conversations == (NOW,)
    assert waits(ledger, 15) is not Reason.WITH_A_PERSON


def test_who_stops_mail_and_wants_a_call_gets_it(ledger: Ledger) -> None:
    said(ledger, "STOP, call me", opt=OptWord.OUT)

    assert [task.kind for task in rows(ledger, t.task)] == ["call"]


@pytest.mark.parametrize(
    ("text", "kind", "days"),
    [
        ("We have paid", "reply", 2),
        ("We will pay on Friday", "reply", 2),
        ("We never ordered this", "reply", 2),
        ("I can't pay, I lost my job", "reply", 2),
        ("Please call me", "call", 2),
        ("Wrong person, I don't know this company", "unreachable", 2),
        ("Hm, wrong?", "reply", 2),
    ],
)
def test_each_answer_has_a_day_by_which_a_person_should_have_dealt_with_it(
    ledger: Ledger, text: str, kind: str, days: int
) -> None:
    said(ledger, text)

    due = {task.kind: task.due_on for task in rows(ledger, t.task)}
    assert due[kind] == date(2026, 3, 2 + days)
    assert None not in due.values()


def test_the_policy_says_how_many_days_a_reply_may_take(ledger: Ledger) -> None:
    slow = STANDARD.model_copy(update={"tasks": TaskDays(reply=7)})
    written_to(ledger)
    with ledger.begin(NOW) as unit:
        replies.record(unit, a_reply("We have paid"), Reading(classify, lambda _snapshot, _now: slow, HOUSE))

    (task,) = rows(ledger, t.task)
    assert task.due_on == date(2026, 3, 11)  # seven working days after Monday 2 March


# --- once the money is there


def after(ledger: Ledger, amount: str) -> dict[str, Row[Any]]:
    """Kaya pays so much of what is owed, and is decided about; returns the tasks by kind."""
    tell(ledger, paid(f"P{amount}", amount, ("i1", amount)))
    decided(ledger, Routed(decide(snapshot(ledger), STANDARD, NOW), STANDARD.identity))
    return {task.kind: task for task in rows(ledger, t.task)}


@pytest.mark.parametrize("text", ["We have paid", "We will pay on Friday", "We will pay on 20 May"])
def test_a_task_about_money_falls_away_when_it_is_there(ledger: Ledger, text: str) -> None:
    said(ledger, text)
    assert after(ledger, "40.00")["reply"].state == "open"

    task = after(ledger, "60.00")["reply"]

    assert (task.state, task.by, task.note) == ("done", "system", "What it was about is settled.")
    (entry,) = journal(ledger, "task.done")
    assert json.loads(entry.data)["kind"] == "reply"
    assert snapshot(ledger).replied_at is None


def test_who_answers_a_thank_you_speaks_of_what_else_they_owe(ledger: Ledger) -> None:
    written_to(ledger)
    tell(ledger, issued("i2"), paid("P1", "100.00", ("i1", "100.00")))
    answer(ledger, a_reply("We will pay on 20 May"))

    task = after(ledger, "0.01")["reply"]

    assert (task.invoice_ids, task.state) == (["i2"], "open")


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("We never ordered this", "reply"),
        ("I can't pay, I lost my job", "reply"),
        ("Wrong person, I don't know this company", "reply"),
        ("Wrong person, I don't know this company", "unreachable"),
        ("Please call me", "call"),
        ("We have paid. Could you send us a receipt?", "reply"),
        ("Who are you?", "reply"),
        ("Perhaps we pay on Friday, perhaps not", "reply"),
    ],
)
def test_whom_we_still_owe_a_word_gets_it_though_they_have_paid(ledger: Ledger, text: str, kind: str) -> None:
    said(ledger, text)

    assert after(ledger, "100.00")[kind].state == "open"
