"""Tasks: what a person decides, what follows from it, and that only a named person hands a case over."""

from __future__ import annotations

import json
from datetime import date, timedelta
from typing import Any

import pytest
from sqlalchemy import Row

from ledger import tables as t
from ledger.escalation import NoPersonError, escalate, lift_escalation
from ledger.health import count
from ledger.tasks import is_overdue, open_task
from ledger.unit import Ledger
from ledger.verdicts import ENDS, TaskError, close_task
from reminders.decision import Decision
from reminders.reasons import Reason
from reminders.snapshot import Channel
from reminders.states import MessageState
from reminders.tasks import TaskKind, TaskState
from tests.ledger.book import HOUSE, NOW, a_row, issued, journal, message, put, rows, snapshot, state, tell
from tests.ledger.test_decisions import a_reminder, an_errand, asks, decided, planned, routed

LATER = NOW + timedelta(hours=1)


def held(ledger: Ledger) -> str:
    """A final notice that waits for a yes; returns its id."""
    tell(ledger, issued())
    reminder = a_reminder("final_notice", approval=True)
    decided(ledger, routed(Decision("kaya", (reminder,)), (planned(reminder),)))
    return reminder.message_id("kaya", Channel.EMAIL)


def at_the_end(ledger: Ledger, **fields: Any) -> Row[Any]:
    """The ladder's last task is open for the client."""
    tell(ledger, issued())
    decided(ledger, asks(an_errand(TaskKind.DECISION, **fields)))
    (task,) = rows(ledger, t.task, t.task.c.kind == "decision")
    return task


def close(
    ledger: Ledger, task: Row[Any], decision: str, by: str = "Ruth Ellison", note: str = ""
) -> Row[Any]:
    with ledger.begin(LATER) as unit:
        close_task(unit, task.task_id, decision, by, note)
    (after,) = rows(ledger, t.task, t.task.c.task_id == task.task_id)
    return after


@pytest.mark.parametrize(
    ("decision", "becomes", "reason"),
    [
        ("approve", MessageState.QUEUED, Reason.APPROVED),
        ("refuse", MessageState.CANCELLED, Reason.REFUSED),
    ],
)
def test_a_person_approves_or_refuses(
    ledger: Ledger, decision: str, becomes: MessageState, reason: Reason
) -> None:
    held_id = held(ledger)
    (task,) = rows(ledger, t.task)

    close(ledger, task, decision, "Ada", "as agreed")

    row = message(ledger, held_id)
    assert (row.state, row.reason) == (becomes.value, reason.value)
    assert row.approved_by == ("Ada" if decision == "approve" else None)
    assert rows(ledger, t.client)[0].look_at == LATER
    done, moved = journal(ledger)[-2:]
    assert (done.kind, done.by, moved.by, moved.caused_by) == ("task.done", "Ada", "Ada", task.task_id)


def test_a_task_is_decided_once_by_somebody_and_as_its_kind_asks(ledger: Ledger) -> None:
    held(ledger)
    (task,) = rows(ledger, t.task)
    with ledger.begin(NOW) as unit:
        for task_id, decision, by, wrong in (
            (task.task_id, "approve", "  ", "name the person"),
            (task.task_id, "approve", "System", "name the person"),
            ("none", "approve", "Ada", "there is no task"),
            (task.task_id, "done", "Ada", "--approve or --refuse"),
        ):
            with pytest.raises(TaskError, match=wrong):
                close_task(unit, task_id, decision, by, "")
        close_task(unit, task.task_id, "refuse", "Ada", "")
        with pytest.raises(TaskError, match="already refused, by Ada"):
            close_task(unit, task.task_id, "approve", "Bob", "")


@pytest.mark.parametrize("kind", TaskKind)
def test_each_kind_ends_in_its_own_ways(ledger: Ledger, kind: TaskKind) -> None:
    for decision in ("approve", "refuse", "done"):
        with ledger.begin(NOW) as unit:
            task_id = open_task(unit, kind, decision, client_id=None, brief="")
            if decision in ENDS[kind]:
                close_task(unit, task_id, decision, "Ada", "")
            else:
                with pytest.raises(TaskError, match=f"kind {kind.value} ends with --"):
                    close_task(unit, task_id, decision, "Ada", "")

    closed = {row.state for row in rows(ledger, t.task)} - {"open"}
    assert closed == {{"approve": "approved", "refuse": "refused", "done": "done"}[end] for end in ENDS[kind]}


def test_a_call_that_was_made_is_a_conversation(ledger: Ledger) -> None:
    tell(ledger, issued())
    decided(ledger, asks(an_errand()))
    (task,) = rows(ledger, t.task)

    close(ledger, task, "done", note="They pay on Friday; ring +49 30 123456 next time.")

    case = snapshot(ledger)
    assert case.conversations == (LATER,)
    assert [(e.state, e.closed_at) for e in case.errands] == [(TaskState.DONE, LATER)]
    (done,) = journal(ledger, "task.done")
    assert "Friday" not in done.data
    assert json.loads(done.data) == {
        "task_id": task.task_id, "kind": "call", "reason": "step_due", "step": "call", "due_on": "2026-03-04",
        "decision": "done",
    }  # fmt: skip


# --- escalation ---------------------------------------------------------------------------------------------------


def test_a_persons_yes_hands_the_case_to_an_attorney(ledger: Ledger) -> None:
    task = at_the_end(ledger)
    put(
        ledger,
        a_row("queued", state="queued"),
        a_row("held", state="held"),
        a_row("sent", state="accepted"),
        a_row("other house", state="queued", creditor_id="other"),
        a_row("other client", state="queued", client_id="mira"),
    )
    with ledger.begin(NOW) as unit:
        open_task(unit, TaskKind.APPROVAL, "held", client_id="kaya", message_id="held", brief="")
    decided(ledger, asks(an_errand(), an_errand(creditor_id="other")))

    close(ledger, task, "approve", "Ruth Ellison", "Attorney Braun takes it.")

    assert snapshot(ledger).escalated == {HOUSE}
    (row,) = rows(ledger, t.escalation)
    assert (row.client_id, row.creditor_id, row.task_id) == ("kaya", HOUSE, task.task_id)
    assert (row.by, row.at, row.note) == ("Ruth Ellison", LATER, "Attorney Braun takes it.")
    (entry,) = journal(ledger, "case.escalated")
    assert (entry.by, entry.client_id, entry.invoice_ids) == ("Ruth Ellison", "kaya", '["i1"]')
    assert json.loads(entry.data) == {"creditor_id": HOUSE, "task_id": task.task_id}
    assert not any("Braun" in entry.data for entry in journal(ledger))
    states = {row.message_id: row.state for row in rows(ledger, t.message)}
    assert states == {
        "queued": "cancelled",
        "held": "cancelled",
        "sent": "accepted",
        "other house": "queued",
        "other client": "queued",
    }
    stopped = journal(ledger, "message.cancelled")
    assert {(e.by, e.reasons, e.caused_by) for e in stopped} == {
        ("Ruth Ellison", '["escalated"]', task.task_id)
    }
    assert {(row.kind, row.creditor_id): (row.state, row.by) for row in rows(ledger, t.task)} == {
        ("decision", HOUSE): ("approved", "Ruth Ellison"),
        ("approval", None): ("done", "system"),
        ("call", HOUSE): ("done", "system"),  # it is the attorney's to speak with them now
        ("call", "other"): ("open", None),
    }
    assert rows(ledger, t.client)[0].look_at == LATER


@pytest.mark.parametrize("decision", ["refuse", "done"])
def test_no_other_decision_escalates(ledger: Ledger, decision: str) -> None:
    task = at_the_end(ledger)
    put(ledger, a_row(state="queued"))

    after = close(ledger, task, decision)

    assert after.state == {"refuse": "refused", "done": "done"}[decision]
    assert rows(ledger, t.escalation) == []
    assert (snapshot(ledger).escalated, journal(ledger, "case.escalated")) == (frozenset(), [])
    assert state(ledger) is MessageState.QUEUED


def test_a_decision_that_no_step_asked_for_hands_nothing_over(ledger: Ledger) -> None:
    task = at_the_end(ledger, step=None, reason=Reason.VOLUME)

    assert close(ledger, task, "approve").state == "approved"

    assert rows(ledger, t.escalation) == []


def test_a_yes_to_a_message_hands_nothing_over(ledger: Ledger) -> None:
    held(ledger)
    (task,) = rows(ledger, t.task)

    close(ledger, task, "approve")

    assert rows(ledger, t.escalation) == []


@pytest.mark.parametrize("by", ["", "  ", "system", " SYSTEM ", "client"])
def test_nobody_escalates_but_a_named_person(ledger: Ledger, by: str) -> None:
    task = at_the_end(ledger)
    with ledger.begin(LATER) as unit:
        with pytest.raises(TaskError, match="--by NAME"):
            close_task(unit, task.task_id, "approve", by, "")
        with pytest.raises(NoPersonError):
            escalate(unit, "kaya", HOUSE, by=by, task_id=task.task_id)
        with pytest.raises(NoPersonError):
            lift_escalation(unit, "kaya", HOUSE, by, "")

    assert rows(ledger, t.escalation) == []
    assert [row.state for row in rows(ledger, t.task)] == ["open"]


def test_a_person_takes_the_case_back(ledger: Ledger) -> None:
    close(ledger, at_the_end(ledger), "approve")
    back = LATER + timedelta(days=9)

    with ledger.begin(back) as unit:
        assert lift_escalation(unit, "kaya", HOUSE, " Ada ", "They settled with us after all.")
        assert not lift_escalation(unit, "kaya", HOUSE, "Ada", "")
        assert not lift_escalation(unit, "kaya", "other", "Ada", "")

    assert snapshot(ledger).escalated == frozenset()
    (row,) = rows(ledger, t.escalation)
    assert (row.lifted_at, row.lifted_by, row.lifted_note) == (back, "Ada", "They settled with us after all.")
    (acted,) = journal(ledger, "operator.acted")
    assert (acted.by, acted.client_id) == ("Ada", "kaya")
    assert "settled" not in acted.data
    assert rows(ledger, t.client)[0].look_at == back


# --- by when ------------------------------------------------------------------------------------------------------


def test_a_task_is_past_due_when_its_day_is_over(ledger: Ledger) -> None:
    due_on = date(2026, 3, 4)
    with ledger.begin(NOW) as unit:
        open_task(unit, TaskKind.CALL, "a", client_id=None, brief="", due_on=due_on)
        open_task(unit, TaskKind.CALL, "b", client_id=None, brief="")
        done = open_task(unit, TaskKind.CALL, "c", client_id=None, brief="", due_on=due_on)
        close_task(unit, done, "done", "Ada", "")

    def overdue(day: int) -> tuple[int, dict[str, int]]:
        at = NOW.replace(day=day)
        with ledger.read() as connection:
            return sum(is_overdue(row, at) for row in rows(ledger, t.task)), count(
                connection, at
            ).tasks_overdue

    assert overdue(4) == (0, {})
    assert overdue(5) == (1, {"call": 1})
    with ledger.read() as connection:
        assert count(connection, NOW).tasks_open == {"call": 2}
