"""Messages: the table of transitions holds on the database, and every change has its entry."""

from __future__ import annotations

from datetime import timedelta

import pytest

from ledger import messages
from ledger import tables as t
from ledger.decisions import Planned, Routed, Unroutable, claim_due, next_look, record, wake_due
from ledger.messages import ConflictError
from ledger.tasks import open_task
from ledger.unit import Ledger
from ledger.verdicts import TaskError, close_task
from reminders.decision import Decision, Item, LeftOut, Reminder, Stop
from reminders.money import Money
from reminders.reasons import Reason
from reminders.snapshot import Channel
from reminders.states import TRANSITIONS, MessageState
from reminders.tasks import TaskKind
from tests.ledger.book import HOUSE, NOW, a_row, issued, journal, message, put, rows, state, tell

STATES = list(MessageState)


@pytest.mark.parametrize("old", STATES)
def test_only_what_the_table_allows_can_happen(ledger: Ledger, old: MessageState) -> None:
    put(ledger, *(a_row(to.value, state=old.value) for to in STATES))

    for to in STATES:
        with ledger.begin(NOW) as unit:
            (row,) = messages.lock(unit.connection, [to.value])
            if to in TRANSITIONS[old]:
                assert messages.move(unit, row, to).version == 2
            else:
                with pytest.raises(ValueError, match=f"{old} can't become {to}"):
                    messages.move(unit, row, to)
                with pytest.raises(ValueError, match="can't become"):
                    messages.move_all(unit, [row], to)

    for to in STATES:
        allowed = to in TRANSITIONS[old]
        assert state(ledger, to.value) == (to if allowed else old)
    assert sorted(e.message_id for e in journal(ledger)) == sorted(TRANSITIONS[old])


def test_a_message_that_changed_meanwhile_is_not_moved(ledger: Ledger) -> None:
    put(ledger, a_row(state="queued"))
    stale = message(ledger)
    with ledger.begin(NOW) as unit:
        (row,) = messages.lock(unit.connection, ["m1"])
        row = messages.move(unit, row, MessageState.HELD)
        messages.move(unit, row, MessageState.QUEUED)

    for move in (
        lambda unit: messages.move(unit, stale, MessageState.DISPATCHING),
        lambda unit: messages.move_all(unit, [stale], MessageState.DISPATCHING),
    ):
        with pytest.raises(ConflictError, match="no longer queued at version 1"), ledger.begin(NOW) as unit:
            move(unit)

    assert (state(ledger), message(ledger).version) == (MessageState.QUEUED, 3)
    assert [e.kind for e in journal(ledger)] == ["message.held", "message.queued"]


def test_a_move_sets_the_reason_and_forgets_the_last_one(ledger: Ledger) -> None:
    put(ledger, a_row(state="queued"))
    with ledger.begin(NOW) as unit:
        (row,) = messages.lock(unit.connection, ["m1"])
        row = messages.move(unit, row, MessageState.HELD, reason=Reason.AWAITING_APPROVAL, by="Ada")
        assert row.reason == "awaiting_approval"
        assert messages.move(unit, row, MessageState.QUEUED).reason is None

    held, _ = journal(ledger)
    assert (held.reasons, held.by, held.client_id) == ('["awaiting_approval"]', "Ada", "kaya")


# --- recording decisions ------------------------------------------------------------------------------------------


def a_reminder(step: str = "overdue_3", *, approval: bool = False, carrying: str = "i1") -> Reminder:
    due = a_row()["due_on"]
    item = Item(carrying, carrying.upper(), "EUR", 10000, 0, 0, 0, 0, 10000, due, due)
    return Reminder(
        HOUSE, step, carrying, due, (item,), (Money(10000, "EUR"),), NOW + timedelta(days=5), approval, 0, (),
        (Reason.STEP_DUE,),
    )  # fmt: skip


def planned(reminder: Reminder, channel: Channel = Channel.EMAIL) -> Planned:
    return Planned(reminder.message_id("kaya", channel), reminder, "friendly", channel, "ap")


def decided(ledger: Ledger, result: Routed, at: object = NOW) -> dict[Channel, list[str]]:
    with ledger.begin(at) as unit:  # type: ignore[arg-type]
        claimed = claim_due(unit, [result.decision.client_id])
        return record(unit, claimed, [result] if claimed else [], "standard@1")


def test_a_planned_message_is_queued_or_waits_for_a_person(ledger: Ledger) -> None:
    tell(ledger, issued())
    free, held = a_reminder(), a_reminder("final_notice", approval=True)
    look = NOW + timedelta(days=1)

    ready = decided(
        ledger, Routed(Decision("kaya", (free, held), look_at=look), (planned(free), planned(held)))
    )

    queued_id, held_id = (r.message_id("kaya", Channel.EMAIL) for r in (free, held))
    assert ready == {Channel.EMAIL: [queued_id]}
    assert (state(ledger, queued_id), state(ledger, held_id)) == (MessageState.QUEUED, MessageState.HELD)
    (task,) = rows(ledger, t.task)
    assert (task.kind, task.message_id, task.state) == ("approval", held_id, "open")
    (client,) = rows(ledger, t.client)
    assert client.look_at == look
    kinds = [e.kind for e in journal(ledger)][1:]
    assert kinds == [
        "decision.made", "message.planned", "message.planned", "message.held", "task.opened", "message.queued",
    ]  # fmt: skip


def test_planning_twice_is_planning_once(ledger: Ledger) -> None:
    tell(ledger, issued())
    reminder = a_reminder()
    result = Routed(Decision("kaya", (reminder,)), (planned(reminder),))
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
    result = Routed(Decision("kaya", look_at=NOW + timedelta(hours=2)))
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
    decided(ledger, Routed(Decision("kaya", (reminder,), look_at=NOW), (planned(reminder),)))
    held_id = reminder.message_id("kaya", Channel.EMAIL)
    left_out = LeftOut(Reason.PAID, "i1")

    decided(
        ledger,
        Routed(Decision("kaya", (), (Stop(held_id, MessageState.CANCELLED, Reason.PAID),), (left_out,))),
    )

    assert state(ledger, held_id) is MessageState.CANCELLED
    (task,) = rows(ledger, t.task)
    assert (task.state, task.by) == ("done", "system")
    made = journal(ledger, "decision.made")[-1]
    assert (made.reasons, made.invoice_ids) == ('["paid"]', '["i1"]')


def test_a_reminder_without_a_way_becomes_a_task_once(ledger: Ledger) -> None:
    tell(ledger, issued())
    missing = Unroutable(a_reminder(), ((Channel.EMAIL, Reason.OPTED_OUT),))
    decided(ledger, Routed(Decision("kaya", look_at=NOW), (), (missing,)))
    decided(ledger, Routed(Decision("kaya", look_at=NOW), (), (missing,)))

    (task,) = rows(ledger, t.task)
    assert (task.kind, task.client_id, task.invoice_ids) == ("unreachable", "kaya", ["i1"])
    assert Reason.OPTED_OUT.sentence in task.brief
    assert [e.kind for e in journal(ledger)][1:] == ["decision.made", "task.opened"]


# --- what a person decides ----------------------------------------------------------------------------------------


def held(ledger: Ledger) -> str:
    tell(ledger, issued())
    reminder = a_reminder("final_notice", approval=True)
    decided(ledger, Routed(Decision("kaya", (reminder,)), (planned(reminder),)))
    return reminder.message_id("kaya", Channel.EMAIL)


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
    later = NOW + timedelta(hours=1)

    with ledger.begin(later) as unit:
        close_task(unit, task.task_id, decision, "Ada", "as agreed")

    row = message(ledger, held_id)
    assert (row.state, row.reason) == (becomes.value, reason.value)
    assert row.approved_by == ("Ada" if decision == "approve" else None)
    assert rows(ledger, t.client)[0].look_at == later
    done, moved = journal(ledger)[-2:]
    assert (done.kind, done.by, moved.by, moved.caused_by) == ("task.done", "Ada", "Ada", task.task_id)


def test_a_task_is_decided_once_by_somebody_and_as_its_kind_asks(ledger: Ledger) -> None:
    held(ledger)
    (task,) = rows(ledger, t.task)
    with ledger.begin(NOW) as unit:
        for task_id, decision, by, wrong in (
            (task.task_id, "approve", "  ", "name the person"),
            ("none", "approve", "Ada", "there is no task"),
            (task.task_id, "done", "Ada", "--approve or --refuse"),
        ):
            with pytest.raises(TaskError, match=wrong):
                close_task(unit, task_id, decision, by, "")
        close_task(unit, task.task_id, "refuse", "Ada", "")
        with pytest.raises(TaskError, match="already refused, by Ada"):
            close_task(unit, task.task_id, "approve", "Bob", "")


def test_only_known_kinds_of_tasks_are_opened(ledger: Ledger) -> None:
    with ledger.begin(NOW) as unit:
        with pytest.raises(ValueError, match="not a kind of task"):
            open_task(unit, "party", "k", client_id=None, brief="")
        with pytest.raises(TaskError, match="ends with --done"):
            close_task(unit, open_task(unit, TaskKind.CALL, "k", client_id=None, brief=""), "approve", "Ada", "")
