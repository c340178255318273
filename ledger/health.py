"""Signs of life and counts: what /readyz, /metrics and the doctor ask."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, func, select

from ledger import tables as t
from ledger.bulk import upsert
from ledger.unit import Unit


def beat(unit: Unit, role: str, instance: str) -> None:
    """Say that a role's instance is alive."""
    row = {"role": role, "instance": instance, "at": unit.now}
    upsert(unit.connection, t.heartbeat, [row], "(role, instance) DO UPDATE SET at = excluded.at")


def last_beat(connection: Connection, role: str) -> datetime | None:
    """When any instance of the role was last alive."""
    value: datetime | None = connection.execute(
        select(func.max(t.heartbeat.c.at)).where(t.heartbeat.c.role == role)
    ).scalar_one_or_none()
    return value


def last_beats(connection: Connection) -> dict[str, datetime]:
    """When any instance of each role that was ever seen was last alive."""
    h = t.heartbeat.c
    return {row[0]: row[1] for row in connection.execute(select(h.role, func.max(h.at)).group_by(h.role))}


@dataclass(frozen=True, slots=True)
class Counts:
    """What operations watch. Ages are in seconds."""

    messages: dict[tuple[str, str], int]
    """By (channel, state)."""
    oldest_queued: float
    clients_due: int
    oldest_due: float
    tasks_open: dict[str, int]
    """By kind."""
    tasks_overdue: dict[str, int]
    """By kind: those of the open ones whose day is over (as `ledger.tasks.is_overdue` says)."""
    parked: dict[str, int]
    receipts_waiting: int
    journal_unsealed: int
    journal_unpublished: int


def count(connection: Connection, now: datetime) -> Counts:
    """The counts at this instant."""
    m, c, h = t.message.c, t.client.c, t.journal_head.c

    def age(at: datetime | None) -> float:
        return max(0.0, (now - at).total_seconds()) if at else 0.0

    def by(statement: object) -> dict[str, int]:
        return {str(row[0]): int(row[1]) for row in connection.execute(statement)}  # type: ignore[call-overload]

    head = connection.execute(select(h.entries, h.published)).one_or_none()
    return Counts(
        messages={
            (row.channel, row.state): row.n
            for row in connection.execute(
                select(m.channel, m.state, func.count().label("n")).group_by(m.channel, m.state)
            )
        },
        oldest_queued=age(
            connection.execute(
                select(func.min(m.not_before)).where(m.state == "queued", m.not_before <= now)
            ).scalar_one()
        ),
        clients_due=connection.execute(select(func.count()).where(c.look_at <= now)).scalar_one(),
        oldest_due=age(connection.execute(select(func.min(c.look_at)).where(c.look_at <= now)).scalar_one()),
        tasks_open=by(
            select(t.task.c.kind, func.count()).where(t.task.c.state == "open").group_by(t.task.c.kind)
        ),
        tasks_overdue=by(
            select(t.task.c.kind, func.count())
            .where(t.task.c.state == "open", t.task.c.due_on < now.date())
            .group_by(t.task.c.kind)
        ),
        parked=by(
            select(t.parked.c.kind, func.count()).where(t.parked.c.state == "open").group_by(t.parked.c.kind)
        ),
        receipts_waiting=connection.execute(
            select(func.count()).where(t.receipt.c.state == "new")
        ).scalar_one(),
        journal_unsealed=connection.execute(
            select(func.count()).select_from(t.journal).where(t.journal.c.position.is_(None))
        ).scalar_one(),
        journal_unpublished=(head.entries - head.published) if head else 0,
    )
