"""What people were asked to do for the clients, and what they decided."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import Connection, select

from ledger import tables as t
from ledger.keys import among
from ledger.unit import SYSTEM
from reminders.reasons import Reason
from reminders.snapshot import PastErrand
from reminders.tasks import TaskKind, TaskState

_task, _escalation = t.task.c, t.escalation.c
_ERRANDS = (
    select(
        _task.task_id, _task.client_id, _task.kind, _task.reason, _task.creditor_id, _task.step, _task.subject,
        _task.cycle_on, _task.invoice_ids, _task.state, _task.opened_at, _task.closed_at, _task.by,
    )
    .where(among(_task.client_id, "ids"), _task.subject.is_not(None))
    .order_by(_task.opened_at, _task.task_id)
)  # fmt: skip
_ESCALATED = select(_escalation.client_id, _escalation.creditor_id).where(
    among(_escalation.client_id, "ids"), _escalation.lifted_at.is_(None)
)


def load_errands(
    connection: Connection, ids: Sequence[str]
) -> tuple[dict[str, list[PastErrand]], dict[str, tuple[datetime, ...]]]:
    """Per client: the errands, oldest first, and when somebody spoke with the client in person.

    A call that a person says is done was a conversation; one that the ledger closed by itself was none.
    """
    errands: dict[str, list[PastErrand]] = defaultdict(list)
    spoken: dict[str, list[datetime]] = defaultdict(list)
    for row in connection.execute(_ERRANDS, {"ids": ids}):
        errand = PastErrand(
            task_id=row.task_id,
            kind=TaskKind(row.kind),
            reason=Reason(row.reason),
            creditor_id=row.creditor_id,
            step=row.step,
            subject=row.subject,
            cycle_on=row.cycle_on,
            invoice_ids=tuple(row.invoice_ids),
            state=TaskState(row.state),
            opened_at=row.opened_at,
            closed_at=row.closed_at,
        )
        errands[row.client_id].append(errand)
        if errand.kind is TaskKind.CALL and errand.closed_at and row.by != SYSTEM:
            spoken[row.client_id].append(errand.closed_at)
    return errands, {client_id: tuple(sorted(instants)) for client_id, instants in spoken.items()}


def load_escalated(connection: Connection, ids: Sequence[str]) -> dict[str, frozenset[str]]:
    """Per client, the creditors whose case is with an attorney."""
    found: dict[str, set[str]] = defaultdict(set)
    for row in connection.execute(_ESCALATED, {"ids": ids}):
        found[row.client_id].add(row.creditor_id)
    return {client_id: frozenset(creditors) for client_id, creditors in found.items()}
