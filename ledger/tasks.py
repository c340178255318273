"""Tasks: what waits for a person. They are opened once, and closed where nobody is needed any more.

What a person decides about a task is carried out by `ledger.verdicts`.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date, datetime
from typing import Any
from uuid import UUID, uuid5

from sqlalchemy import Row, bindparam, update
from sqlalchemy.sql.dml import ReturningUpdate

from ledger import tables as t
from ledger.bulk import insert_new
from ledger.keys import among
from ledger.types import Instant
from ledger.unit import SYSTEM, Unit
from reminders.reasons import Reason
from reminders.tasks import TaskKind, TaskState

_NAMESPACE = UUID("0c1de0f4-8c5e-5f0e-9a52-3a6b1de0c7aa")
_SETTLED = "What it was about is settled."

_task = t.task.c
_CLOSE = (
    update(t.task)
    .where(_task.state == TaskState.OPEN.value)
    .values(
        state=TaskState.DONE.value,
        closed_at=bindparam("now", type_=Instant()),
        by=SYSTEM,
        note=bindparam("why"),
    )
    .returning(*_task)
)
_FOR_MESSAGE = _CLOSE.where(
    _task.message_id == bindparam("about_message"), _task.kind == TaskKind.APPROVAL.value
)
_FOR_CASE = _CLOSE.where(
    _task.client_id == bindparam("of_client"),
    _task.creditor_id == bindparam("of_creditor"),
    _task.kind.in_([TaskKind.CALL.value, TaskKind.DECISION.value, TaskKind.UNREACHABLE.value]),
)
_REACHED = _CLOSE.where(
    among(_task.client_id, "ids"),
    _task.kind == TaskKind.UNREACHABLE.value,
    _task.reason == Reason.NO_WAY.value,
)
_THESE = _CLOSE.where(among(_task.task_id, "ids"))


def task_id_of(kind: TaskKind, key: str) -> str:
    """The id of the task of that kind and key, opened or not."""
    return str(uuid5(_NAMESPACE, f"{kind.value}\x1f{key}"))


def open_task(
    unit: Unit,
    kind: TaskKind,
    key: str,
    *,
    client_id: str | None,
    brief: str,
    invoice_ids: Iterable[str] = (),
    message_id: str | None = None,
    caused_by: str | None = None,
    creditor_id: str | None = None,
    reason: Reason | None = None,
    step: str | None = None,
    subject: str | None = None,
    cycle_on: date | None = None,
    due_on: date | None = None,
) -> str:
    """Open a task, once for each (kind, key); returns its id. `brief` tells a person what to know and what to do.

    The brief may quote the ledger, never an address or what a client wrote: it is shown, not journalled. `subject` and
    `cycle_on` belong to errands: with them, the core finds again what it asked for. `due_on` is a date of the client's
    calendar.
    """
    task_id = task_id_of(kind, key)
    row: dict[str, Any] = {
        "task_id": task_id,
        "kind": kind.value,
        "client_id": client_id,
        "creditor_id": creditor_id,
        "invoice_ids": list(invoice_ids),
        "message_id": message_id,
        "reason": reason.value if reason else None,
        "step": step,
        "subject": subject,
        "cycle_on": cycle_on,
        "opened_at": unit.now,
        "due_on": due_on,
        "state": TaskState.OPEN.value,
        "brief": brief,
    }
    for new in insert_new(unit.connection, t.task, [row], _TOLD):
        unit.note(
            "task.opened",
            client_id=client_id,
            invoice_ids=row["invoice_ids"],
            message_id=message_id,
            caused_by=caused_by,
            reasons=(reason,) if reason else (),
            data=about(new),
        )
    return task_id


_TOLD = ("task_id", "kind", "reason", "step", "due_on")


def about(task: Row[Any]) -> dict[str, Any]:
    """What the journal says of a task, as far as it is known."""
    return {name: task._mapping[name] for name in _TOLD if task._mapping[name] is not None}


def is_overdue(task: Row[Any], now: datetime) -> bool:
    """Whether an open task should have been dealt with: in UTC, its day is over."""
    return bool(task.state == TaskState.OPEN and task.due_on and task.due_on < now.date())


def close_for_message(unit: Unit, message_id: str, why: str) -> None:
    """Close the approval of a message that was called off: nobody should be asked about it any more."""
    _close(unit, _FOR_MESSAGE, why, about_message=message_id)


def close_for_case(unit: Unit, client_id: str, creditor_id: str, why: str) -> None:
    """Close what people were still to do about a client for a creditor: the case is with somebody else now."""
    _close(unit, _FOR_CASE, why, of_client=client_id, of_creditor=creditor_id)


def close_reached(unit: Unit, client_ids: Sequence[str]) -> None:
    """Close what asks for a way to these clients: there is one again, or they need none."""
    if client_ids:
        _close(unit, _REACHED, _SETTLED, ids=client_ids)


def close_errands(unit: Unit, task_ids: Sequence[str], why: str = _SETTLED) -> None:
    """Close the open ones of these tasks: what they were about is settled, and nobody is needed any more."""
    if task_ids:
        _close(unit, _THESE, why, ids=task_ids)


def _close(unit: Unit, statement: ReturningUpdate[Any], why: str, **which: Any) -> None:
    rows = unit.connection.execute(statement, {"now": unit.now, "why": why, **which}).all()
    for row in sorted(rows, key=lambda row: row.task_id):
        unit.note(
            "task.done",
            client_id=row.client_id,
            invoice_ids=row.invoice_ids,
            message_id=row.message_id,
            data={**about(row), "decision": TaskState.DONE.value},
        )
