"""Recording decisions: what is planned, stopped and asked of people commits together, and each thing once."""

from __future__ import annotations

import json
from datetime import date, timedelta
from typing import Any

import pytest

from ledger import tables as t
from ledger.decisions import claim_due, next_look, record, wake_due
from ledger.routed import Opened, Planned, Routed, Unclear, Unroutable
from ledger.unit import Ledger
from reminders.decision import Decision, Errand, Item, LeftOut, Reminder, Stop
from reminders.money import Money
from reminders.reasons import Reason
from reminders.snapshot import Channel
from reminders.states import MessageState
from reminders.tasks import TaskKind, TaskState
from tests.ledger.book import HOUSE, NOW, a_row, issued, journal, rows, snapshot, state, tell

POLICY = "standard@1"


def a_reminder(step: str = "overdue_3", *, approval: bool = False, carrying: str = "i1") -> Reminder:
    due = a_row()["due_on"]
    item = Item(carrying, carrying.upper(), "EUR", 10000, 0, 0, 0, 0, 10000, due, due)
    return Reminder(
        HOUSE, step, carrying, due, (item,), (Money(10000, "EUR"),), NOW + timedelta(days=5), approval, 0, (),
        (Reason.STEP_DUE,),
    )  # fmt: skip


def planned(reminder: Reminder, channel: Channel = Channel.EMAIL) -> Planned:
    brief = "Read it first." if reminder.needs_approval else None
    return Planned(reminder.message_id("kaya", channel), reminder, "friendly", channel, "ap", brief)


def routed(decision: Decision, *ways: Any, **fields: Any) -> Routed:
    return Routed(decision, POLICY, *ways, **fields)


def decided(ledger: Ledger, result: Routed, at: object = NOW) -> dict[Channel, list[str]]:
    with ledger.begin(at) as unit:  # type: ignore[arg-type]
        claimed = claim_due(unit, [result.decision.client_id])
        return record(unit, claimed, [result] if claimed else [])


def test_a_planned_message_is_queued_or_waits_for_a_person(ledger: Ledger) -> None:
    tell(ledger, issued())
    free, held = a_reminder(), a_reminder("final_notice", approval=True)
    look = NOW + timedelta(days=1)

    ready = decided(
        ledger,
        routed(
            Decision("kaya", (free, held), look_at=look),
            (planned(free), planned(held)),
            approval_due_on=date(2026, 3, 5),
        ),
    )

    queued_id, held_id = (r.message_id("kaya", Channel.EMAIL) for r in (free, held))
    assert ready == {Channel.EMAIL: [queued_id]}
    assert (state(ledger, queued_id), state(ledger, held_id)) == (MessageState.QUEUED, MessageState.HELD)
    (task,) = rows(ledger, t.task)
    assert (task.kind, task.message_id, task.state) == ("approval", held_id, "open")
    assert (task.creditor_id, task.step, task.due_on) == (HOUSE, "final_notice", date(2026, 3, 5))
    assert (task.reason, task.brief) == ("awaiting_approval", "Read it first.")
    assert snapshot(ledger).errands == ()  # an approval is no errand: its message is the history
    (client,) = rows(ledger, t.client)
    assert client.look_at == look
    kinds = [e.kind for e in journal(ledger)][1:]
    assert kinds == [
        "decision.made", "message.planned", "message.planned", "message.held", "task.opened", "message.queued",
    ]  # fmt: skip


def test_planning_twice_is_planning_once(ledger: Ledger) -> None:
    tell(ledger, issued())
    reminder = a_reminder()
    result = routed(Decision("kaya", (reminder,)), (planned(reminder),))
    assert decided(ledger, result)
    before = journal(ledger)
    tell(ledger, issued("i2"))

    assert decided(ledger, result) == {}

    assert len(rows(ledger, t.message)) == 1
    assert [e.kind for e in journal(ledger)[len(before) :]] == [
        "event.applied"
    ]  # and the same is not said twice


def test_only_due_clients_are_claimed(ledger: Ledger) -> None:
    tell(ledger, issued())
    result = routed(Decision("kaya", look_at=NOW + timedelta(hours=2)))
    decided(ledger, result)

    with ledger.begin(NOW) as unit:
        assert claim_due(unit, ["kaya", "nobody"]) == []
        assert next_look(unit.connection) == NOW + timedelta(hours=2)
    with ledger.begin(NOW + timedelta(hours=2)) as unit:
        assert [row.client_id for row in claim_due(unit, ["kaya"])] == ["kaya"]


def test_a_due_client_is_woken_once_within_patience(ledger: Ledger) -> None:
    tell(ledger, issued("i1"), issued("i2", client_id="mira"))
    patience = timedelta(minutes=2)

    def wake(at: timedelta) -> list[str]:
        with ledger.begin(NOW + at) as unit:
            return wake_due(unit, 10, patience)

    assert wake(timedelta(0)) == ["kaya", "mira"]
    assert wake(timedelta(minutes=1)) == []
    assert wake(timedelta(minutes=2)) == ["kaya", "mira"]


def test_what_is_stopped_ends_and_is_asked_about_no_more(ledger: Ledger) -> None:
    tell(ledger, issued())
    reminder = a_reminder("final_notice", approval=True)
    decided(ledger, routed(Decision("kaya", (reminder,), look_at=NOW), (planned(reminder),)))
    held_id = reminder.message_id("kaya", Channel.EMAIL)
    left_out = LeftOut(Reason.PAID, "i1")

    decided(
        ledger,
        routed(Decision("kaya", (), (Stop(held_id, MessageState.CANCELLED, Reason.PAID),), (left_out,))),
    )

    assert state(ledger, held_id) is MessageState.CANCELLED
    (task,) = rows(ledger, t.task)
    assert (task.state, task.by) == ("done", "system")
    made = journal(ledger, "decision.made")[-1]
    assert (made.reasons, made.invoice_ids) == ('["paid"]', '["i1"]')


def test_a_reminder_without_a_way_becomes_a_task_once(ledger: Ledger) -> None:
    tell(ledger, issued())
    missing = Unroutable(a_reminder(), ((Channel.EMAIL, Reason.OPTED_OUT),), "Find another address.")
    decided(ledger, routed(Decision("kaya", look_at=NOW), (), (missing,)))
    decided(ledger, routed(Decision("kaya", look_at=NOW), (), (missing,)))

    (task,) = rows(ledger, t.task)
    assert (task.kind, task.client_id, task.invoice_ids) == ("unreachable", "kaya", ["i1"])
    assert (task.reason, task.brief) == ("no_reachable_contact", "Find another address.")
    assert [e.kind for e in journal(ledger)][1:] == ["decision.made", "task.opened"]


def an_errand(kind: TaskKind = TaskKind.CALL, **fields: Any) -> Errand:
    known: dict[str, Any] = {
        "reason": Reason.STEP_DUE,
        "creditor_id": HOUSE,
        "step": kind.value,
        "subject": "i1",
        "cycle_on": date(2026, 2, 4),
        "items": a_reminder().items,
        "amounts": (Money(10000, "EUR"),),
        "due_on": date(2026, 3, 4),
    }
    return Errand(kind, **(known | fields))


def asks(*errands: Errand, **fields: Any) -> Routed:
    """A decision that asks people for something."""
    decision = Decision("kaya", errands=errands, look_at=NOW, **fields)
    return routed(decision, errands=tuple(Opened(errand, f"About {errand.subject}.") for errand in errands))


def test_an_errand_is_asked_for_once_and_comes_back_as_history(ledger: Ledger) -> None:
    tell(ledger, issued())

    decided(ledger, asks(an_errand()))
    decided(ledger, asks(an_errand()))

    (task,) = rows(ledger, t.task)
    assert (task.kind, task.client_id, task.invoice_ids, task.brief) == ("call", "kaya", ["i1"], "About i1.")
    (errand,) = snapshot(ledger).errands
    assert (errand.task_id, errand.kind, errand.state) == (task.task_id, TaskKind.CALL, TaskState.OPEN)
    assert (errand.reason, errand.creditor_id, errand.step) == (Reason.STEP_DUE, HOUSE, "call")
    assert (errand.subject, errand.cycle_on, errand.invoice_ids) == ("i1", date(2026, 2, 4), ("i1",))
    assert (errand.opened_at, errand.closed_at) == (NOW, None)
    made, opened = journal(ledger, "decision.made", "task.opened")
    assert json.loads(made.data)["errands"] == [
        {"kind": "call", "reason": "step_due", "step": "call", "subject": "i1", "cycle_on": "2026-02-04"}
    ]
    assert (made.reasons, made.invoice_ids) == ('["step_due"]', '["i1"]')
    assert json.loads(opened.data) == {
        "task_id": task.task_id, "kind": "call", "reason": "step_due", "step": "call", "due_on": "2026-03-04"
    }  # fmt: skip


@pytest.mark.parametrize(
    "other",
    [
        {"reason": Reason.PROMISE_BROKEN},
        {"subject": "i2"},
        {"cycle_on": date(2026, 3, 1)},
        {"creditor_id": "other"},
        {"step": None},
    ],
)
def test_another_errand_is_another_task(ledger: Ledger, other: dict[str, Any]) -> None:
    tell(ledger, issued())

    decided(ledger, asks(an_errand(), an_errand(**other)))

    assert len(rows(ledger, t.task)) == 2


def test_an_errand_that_is_over_needs_nobody(ledger: Ledger) -> None:
    tell(ledger, issued())
    decided(ledger, asks(an_errand(), an_errand(TaskKind.DECISION)))
    call, _ = sorted(rows(ledger, t.task), key=lambda task: task.kind)

    decided(ledger, asks(over=(call.task_id,)))
    decided(ledger, asks(over=(call.task_id,)))

    states = {task.kind: (task.state, task.by, task.closed_at) for task in rows(ledger, t.task)}
    assert states == {"call": ("done", "system", NOW), "decision": ("open", None, None)}
    assert snapshot(ledger).conversations == ()  # nobody called
    (done,) = journal(ledger, "task.done")
    assert (done.by, json.loads(done.data)["decision"]) == ("system", "done")
    assert json.loads(journal(ledger, "decision.made")[-1].data)["over"] == [call.task_id]


def test_an_invoice_that_the_facts_leave_in_doubt_is_asked_about_once(ledger: Ledger) -> None:
    tell(ledger, issued())
    doubt = Unclear("i1", Reason.OTHER_CURRENCY, "Put it right.")
    for _ in range(2):
        decided(ledger, routed(Decision("kaya", look_at=NOW), unclear=(doubt,)))

    (task,) = rows(ledger, t.task)
    assert (task.kind, task.reason, task.brief) == ("doubt", "other_currency", "Put it right.")
