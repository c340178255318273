"""What a person decided about a task, and what follows from it."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Row, select, update

from ledger import departures, messages
from ledger import tables as t
from ledger.apply import touch
from ledger.escalation import NoPersonError, escalate, person
from ledger.proposals import agree_proposal
from ledger.tasks import about
from ledger.unit import Unit
from reminders.reasons import Reason
from reminders.states import MessageState
from reminders.tasks import TaskKind, TaskState

ENDS: dict[TaskKind, tuple[str, ...]] = {
    **dict.fromkeys(TaskKind, ("done",)),
    TaskKind.APPROVAL: ("approve", "refuse"),
    TaskKind.DECISION: ("approve", "refuse", "done"),
    TaskKind.PROPOSAL: ("approve", "refuse", "done"),
}
"""The decisions that end a task of each kind. Of a `decision`: hand it over, do not, or it was dealt with otherwise;
of a `proposal`: agree it, do not, or something else was agreed."""
_STATES = {"approve": TaskState.APPROVED, "refuse": TaskState.REFUSED, "done": TaskState.DONE}


class TaskError(ValueError):
    """A decision that can't be taken; the text says why and what to do."""


def close_task(unit: Unit, task_id: str, decision: str, by: str, note: str) -> Row[Any]:
    """Carry out a person's decision: `approve`, `refuse` or `done`; returns the task as it was. Raises `TaskError`.

    An approval frees the held message, a refusal cancels it. Where the ladder ended, an approved decision hands the
    case to an attorney. An approved proposal is agreed from now on. The client is looked at again.
    """
    try:
        name = person(by)
    except NoPersonError as error:
        raise TaskError(str(error)) from None
    _hold_client(unit, task_id)
    row = unit.connection.execute(
        select(t.task).where(t.task.c.task_id == task_id).with_for_update()
    ).one_or_none()
    if row is None:
        raise TaskError(f"there is no task {task_id}; `amicable tasks` lists them")
    if row.state != TaskState.OPEN:
        raise TaskError(f"task {task_id} is already {row.state}, by {row.by}")
    ends = ENDS[TaskKind(row.kind)]
    if decision not in ends:
        raise TaskError(f"a task of kind {row.kind} ends with {ways(ends)}")
    state = _STATES[decision]
    unit.connection.execute(
        update(t.task)
        .where(t.task.c.task_id == task_id)
        .values(state=state.value, closed_at=unit.now, by=name, note=note)
    )
    agreed = {}
    if row.kind == TaskKind.PROPOSAL and state is TaskState.APPROVED:
        agreed = {"agreed": agree_proposal(unit, task_id)}
    unit.note(
        "task.done",
        client_id=row.client_id,
        invoice_ids=row.invoice_ids,
        message_id=row.message_id,
        by=name,
        data={**about(row), "decision": state.value, **agreed},
    )
    if row.reason == Reason.CONTACT_LEFT:
        departures.settle(unit, row)
    if row.kind == TaskKind.APPROVAL and row.message_id:
        _decide_message(unit, row.message_id, state, name, task_id)
    elif state is TaskState.APPROVED and hands_over(row):
        escalate(
            unit, row.client_id, row.creditor_id, by=name, task_id=task_id, note=note, invoice_ids=row.invoice_ids
        )  # fmt: skip
    if row.client_id:
        touch(unit, [row.client_id])
    return row


def hands_over(task: Row[Any]) -> bool:
    """Whether a yes to this task hands a case to an attorney: a decision that a step of the ladder asked for."""
    return bool(task.kind == TaskKind.DECISION and task.client_id and task.creditor_id and task.step)


def ways(ends: tuple[str, ...]) -> str:
    """The options that end a task: `--approve, --refuse or --done`."""
    options = [f"--{end}" for end in ends]
    return " or ".join(filter(None, (", ".join(options[:-1]), options[-1])))


def _hold_client(unit: Unit, task_id: str) -> None:
    """Lock the task's client before the task and its message: in the order of everybody else."""
    theirs = select(t.task.c.client_id).where(t.task.c.task_id == task_id).scalar_subquery()
    unit.connection.execute(
        select(t.client.c.client_id).where(t.client.c.client_id == theirs).with_for_update()
    )


def _decide_message(unit: Unit, message_id: str, state: TaskState, by: str, task_id: str) -> None:
    for message in messages.lock(unit.connection, [message_id]):
        if message.state != MessageState.HELD:
            continue
        if state is TaskState.APPROVED:
            messages.move(
                unit, message, MessageState.QUEUED, reason=Reason.APPROVED, by=by, caused_by=task_id,
                approved_by=by, not_before=unit.now,
            )  # fmt: skip
        else:
            messages.move(
                unit, message, MessageState.CANCELLED, reason=Reason.REFUSED, by=by, caused_by=task_id
            )
