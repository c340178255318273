"""Tasks: what waits for a person, and what the person decided."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any
from uuid import UUID, uuid5

from sqlalchemy import Row, select, update

from ledger import messages
from ledger import tables as t
from ledger.apply import touch
from ledger.bulk import insert_new
from ledger.unit import Unit
from reminders.reasons import Reason
from reminders.states import MessageState

KINDS = ("approval", "call", "decision", "reply", "proposal", "unreachable", "doubt")
_NAMESPACE = UUID("0c1de0f4-8c5e-5f0e-9a52-3a6b1de0c7aa")
_ENDS = {"approve": "approved", "refuse": "refused", "done": "done"}


class TaskError(ValueError):
    """A decision that can't be taken; the text says why and what to do."""


def open_task(
    unit: Unit,
    kind: str,
    key: str,
    *,
    client_id: str | None,
    brief: str,
    invoice_ids: Iterable[str] = (),
    message_id: str | None = None,
    caused_by: str | None = None,
) -> str:
    """Open a task, once for each (kind, key); returns its id. `brief` tells a person what to know and what to do.

    The brief may quote the ledger, never an address or what a client wrote: it is shown, not journalled.
    """
    if kind not in KINDS:
        raise ValueError(f"{kind!r} is not a kind of task")
    task_id = str(uuid5(_NAMESPACE, f"{kind}\x1f{key}"))
    named = list(invoice_ids)
    row = {
        "task_id": task_id,
        "kind": kind,
        "client_id": client_id,
        "invoice_ids": named,
        "message_id": message_id,
        "opened_at": unit.now,
        "state": "open",
        "brief": brief,
    }
    if insert_new(unit.connection, t.task, [row], ("task_id",)):
        unit.note(
            "task.opened",
            client_id=client_id,
            invoice_ids=named,
            message_id=message_id,
            caused_by=caused_by,
            data={"task_id": task_id, "kind": kind},
        )
    return task_id


def close_task(unit: Unit, task_id: str, decision: str, by: str, note: str) -> Row[Any]:
    """Carry out a person's decision: `approve`, `refuse` or `done`. Raises `TaskError` if it can't be.

    An approval frees the held message, a refusal cancels it. The client is looked at again.
    """
    if not by.strip():
        raise TaskError("name the person who decides: --by NAME")
    _hold_client(unit, task_id)
    row = unit.connection.execute(
        select(t.task).where(t.task.c.task_id == task_id).with_for_update()
    ).one_or_none()
    if row is None:
        raise TaskError(f"there is no task {task_id}; `amicable tasks` lists them")
    if row.state != "open":
        raise TaskError(f"task {task_id} is already {row.state}, by {row.by}")
    if (row.kind == "approval") != (decision in ("approve", "refuse")):
        wanted = "--approve or --refuse" if row.kind == "approval" else "--done"
        raise TaskError(f"a task of kind {row.kind} ends with {wanted}")
    unit.connection.execute(
        update(t.task)
        .where(t.task.c.task_id == task_id)
        .values(state=_ENDS[decision], closed_at=unit.now, by=by, note=note)
    )
    unit.note(
        "task.done",
        client_id=row.client_id,
        invoice_ids=row.invoice_ids,
        message_id=row.message_id,
        by=by,
        data={"task_id": task_id, "kind": row.kind, "decision": _ENDS[decision]},
    )
    if row.kind == "approval" and row.message_id:
        _decide_message(unit, row.message_id, decision, by, task_id)
    if row.client_id:
        touch(unit, [row.client_id])
    return row


def _hold_client(unit: Unit, task_id: str) -> None:
    """Lock the task's client before the task and its message: in the order of everybody else."""
    theirs = select(t.task.c.client_id).where(t.task.c.task_id == task_id).scalar_subquery()
    unit.connection.execute(
        select(t.client.c.client_id).where(t.client.c.client_id == theirs).with_for_update()
    )


def _decide_message(unit: Unit, message_id: str, decision: str, by: str, task_id: str) -> None:
    for message in messages.lock(unit.connection, [message_id]):
        if message.state != MessageState.HELD:
            continue
        if decision == "approve":
            messages.move(
                unit, message, MessageState.QUEUED, reason=Reason.APPROVED, by=by, caused_by=task_id,
                approved_by=by, not_before=unit.now,
            )  # fmt: skip
        else:
            messages.move(
                unit, message, MessageState.CANCELLED, reason=Reason.REFUSED, by=by, caused_by=task_id
            )


def close_for_message(unit: Unit, message_id: str, why: str) -> None:
    """Close the approval of a message that was called off: nobody should be asked about it any more."""
    rows = unit.connection.execute(
        update(t.task)
        .where(t.task.c.message_id == message_id, t.task.c.state == "open", t.task.c.kind == "approval")
        .values(state="done", closed_at=unit.now, by="system", note=why)
        .returning(t.task.c.task_id, t.task.c.client_id, t.task.c.invoice_ids, t.task.c.kind)
    )
    for row in rows.all():
        unit.note(
            "task.done",
            client_id=row.client_id,
            invoice_ids=row.invoice_ids,
            message_id=message_id,
            data={"task_id": row.task_id, "kind": row.kind, "decision": "done"},
        )
