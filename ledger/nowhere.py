"""The task about a client whom no message can reach: one at a time, and closed by itself once there is a way."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Row, Select, select

from ledger import tables as t
from ledger.keys import among
from ledger.routed import Nowhere, Unroutable
from ledger.tasks import open_task, task_id_of
from ledger.unit import SYSTEM, Unit
from reminders.reasons import Reason
from reminders.tasks import TaskKind, TaskState


@dataclass(frozen=True, slots=True)
class Search:
    """The task as it stands. `open`: somebody is still to look for a way."""

    open: bool
    invoice_ids: frozenset[str]

    def covers(self, missing: Unroutable) -> bool:
        """Whether a step that found no way has to ask nobody: a person looks already, or has seen to that invoice."""
        if any(reason is Reason.CREDITOR_UNKNOWN for _, reason in missing.reasons):
            return False  # another matter
        return self.open or missing.reminder.carrying_invoice_id in self.invoice_ids


def ask_for_ways(unit: Unit, nowhere: Mapping[str, Nowhere]) -> dict[str, Search]:
    """Open the tasks of these clients, by id, unless a person has closed theirs as it stands; says how each stands.

    What a person closed is not asked for again: they know. What closed by itself, since there was a way, begins anew
    when that is gone. While somebody looks for another contact in place of one who has left, nobody else is asked.
    """
    if not nowhere:
        return {}
    task = t.task.c
    before: dict[str, list[Row[Any]]] = defaultdict(list)
    replacing: set[str] = set()
    asked: Select[Any] = select(
        task.client_id, task.task_id, task.state, task.by, task.invoice_ids, task.reason
    ).where(
        among(task.client_id, sorted(nowhere)),
        task.kind == TaskKind.UNREACHABLE.value,
        task.reason.in_((Reason.NO_WAY.value, Reason.CONTACT_LEFT.value)),
    )
    for row in unit.connection.execute(asked):
        if row.reason == Reason.NO_WAY:
            before[row.client_id].append(row)
        elif row.state == TaskState.OPEN:
            replacing.add(row.client_id)
    return {
        key: Search(True, frozenset()) if key in replacing else _ask(unit, key, missing, before[key])
        for key, missing in nowhere.items()
    }


def _ask(unit: Unit, client_id: str, nowhere: Nowhere, before: Sequence[Row[Any]]) -> Search:
    key = f"{client_id}|no_way|{sum(row.by == SYSTEM for row in before)}"
    task_id = task_id_of(TaskKind.UNREACHABLE, key)
    for row in before:
        if row.task_id == task_id:
            return Search(row.state == TaskState.OPEN.value, frozenset(row.invoice_ids))
    open_task(
        unit,
        TaskKind.UNREACHABLE,
        key,
        client_id=client_id,
        creditor_id=nowhere.creditor_id,
        invoice_ids=nowhere.invoice_ids,
        reason=Reason.NO_WAY,
        brief=nowhere.brief,
    )
    return Search(True, frozenset(nowhere.invoice_ids))
