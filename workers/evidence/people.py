"""What people were asked and what they decided, with their names and their reasons."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, select

from ledger import tables as t


@dataclass(frozen=True, slots=True)
class TaskFile:
    """Something that a person was asked, and what they decided."""

    task_id: str
    kind: str
    reason: str | None
    """Why it was opened, as a code; None where its kind says it."""
    step: str | None
    invoice_ids: tuple[str, ...]
    message_id: str | None
    opened_at: datetime
    asked: str
    """The first line of what the person was told; the rest is advice for inside the house, and no evidence."""
    state: str
    closed_at: datetime | None
    by: str | None
    note: str | None


@dataclass(frozen=True, slots=True)
class EscalationFile:
    """A person handed the case over; `lifted_at`: a person took it back."""

    at: datetime
    by: str
    note: str | None
    task_id: str
    lifted_at: datetime | None
    lifted_by: str | None
    lifted_note: str | None


def read_tasks(
    connection: Connection,
    client_id: str,
    creditor_id: str,
    invoice_ids: Collection[str],
    message_ids: Collection[str],
) -> tuple[TaskFile, ...]:
    """The tasks about this case, in the order in which they were opened: not those about another creditor's."""
    k = t.task.c
    rows = connection.execute(select(t.task).where(k.client_id == client_id).order_by(k.opened_at, k.task_id))
    return tuple(
        TaskFile(
            row.task_id,
            row.kind,
            row.reason,
            row.step,
            tuple(row.invoice_ids),
            row.message_id,
            row.opened_at,
            row.brief.partition("\n")[0],
            row.state,
            row.closed_at,
            row.by,
            row.note,
        )
        for row in rows
        if (row.creditor_id or creditor_id) == creditor_id
        and (not row.invoice_ids or not set(invoice_ids).isdisjoint(row.invoice_ids))
        and (row.message_id is None or row.message_id in message_ids)
    )


def read_escalations(connection: Connection, client_id: str, creditor_id: str) -> tuple[EscalationFile, ...]:
    """When this case was handed over, by whom, and whether it came back."""
    e = t.escalation.c
    rows = connection.execute(
        select(t.escalation)
        .where(e.client_id == client_id, e.creditor_id == creditor_id)
        .order_by(e.at, e.task_id)
    )
    return tuple(
        EscalationFile(row.at, row.by, row.note, row.task_id, row.lifted_at, row.lifted_by, row.lifted_note)
        for row in rows
    )
