"""How much is said on a day, as the ledger knows it: what is usual, what today has seen, who waits for tomorrow.

Days are UTC days. Counts are approximate by what is under way: a decider does not see what another one is about to
commit, so several of them may go beyond a limit by a batch each.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import UTC, date, datetime, time, timedelta
from typing import NamedTuple

from sqlalchemy import Connection, Date, Integer, and_, bindparam, delete, func, select, update

from ledger import tables as t
from ledger.bulk import insert_ignore, upsert
from ledger.keys import among
from ledger.tasks import open_task, task_id_of
from ledger.types import Instant
from ledger.unit import Unit
from reminders.reasons import Reason
from reminders.states import MessageState
from reminders.tasks import TaskKind, TaskState

USUAL_DAYS = 28
"""How many days back the usual is looked for: four of each weekday, and a month's end among them."""
_AT_ONCE = 500
"""How many clients are let go in one sweep."""
_DAY = timedelta(days=1)

_held_back, _message, _volume = t.held_back.c, t.message.c, t.volume.c
_HELD_BACK = select(_held_back.client_id).where(_held_back.day == bindparam("today", type_=Date())).limit(1)
_OVER = tuple(
    delete(table).where(table.c.day < bindparam("today", type_=Date()))
    for table in (t.first_contact, t.held_back)
)
_ASKED = select(t.task.c.state).where(t.task.c.task_id == bindparam("asked"))
_USUAL = select(func.max(_volume.planned)).where(
    _volume.day < bindparam("before", type_=Date()), _volume.day >= bindparam("since", type_=Date())
)
_PLANNED = select(func.count()).select_from(
    select(_message.message_id)
    .where(
        _message.planned_at >= bindparam("start", type_=Instant()),
        _message.planned_at < bindparam("end", type_=Instant()),
        _message.state != MessageState.CANCELLED.value,
    )
    .limit(bindparam("most", type_=Integer()))
    .subquery()
)


def start_of(day: date) -> datetime:
    """The instant at which a UTC day begins."""
    return datetime.combine(day, time(0), tzinfo=UTC)


# --- what is usual


def planned_on(connection: Connection, day: date, most: int) -> int:
    """How many messages were planned on that day and not called off since, counted no further than `most`."""
    of_day = {"start": start_of(day), "end": start_of(day + _DAY), "most": most}
    return int(connection.execute(_PLANNED, of_day).scalar_one())


class Said(NamedTuple):
    """What was planned on a day: how many messages of each step, and to how many clients."""

    steps: dict[str, int]
    clients: int


def said_on(connection: Connection, day: date) -> Said:
    """What was planned on that day and not called off since. Reads all of it: for a person, not for every batch."""
    m = t.message.c
    of_day = (
        m.planned_at >= start_of(day),
        m.planned_at < start_of(day + _DAY),
        m.state != MessageState.CANCELLED.value,
    )
    steps = connection.execute(select(m.step, func.count()).where(*of_day).group_by(m.step))
    clients = connection.execute(select(func.count(m.client_id.distinct())).where(*of_day)).scalar_one()
    return Said({step: int(count) for step, count in steps}, int(clients))


def usual(connection: Connection, day: date) -> int:
    """The most messages that were planned on one of the `USUAL_DAYS` days before that day; 0 where nothing is known."""
    days = {"before": day, "since": day - USUAL_DAYS * _DAY}
    return int(connection.execute(_USUAL, days).scalar_one() or 0)


def days_written_down(connection: Connection, since: date) -> dict[date, int]:
    """How many messages were planned on the days gone by, from that day on."""
    v = t.volume.c
    rows = connection.execute(select(v.day, v.planned).where(v.day >= since))
    return {row.day: row.planned for row in rows}


def close_days(unit: Unit) -> None:
    """Write down what the days gone by have seen, and forget the turns and the holds that are over.

    Days that were written down stay as they are. Safe to run at any time, and by several at once.
    """
    today = unit.now.date()
    days = {today - n * _DAY for n in range(1, USUAL_DAYS + 1)}
    v = t.volume.c
    missing = sorted(days - set(unit.connection.execute(select(v.day).where(v.day.in_(days))).scalars()))
    if missing:
        counts = _counts(unit.connection, missing)
        insert_ignore(unit.connection, t.volume, [{"day": day, "planned": counts[day]} for day in missing])
    for statement in _OVER:
        unit.connection.execute(statement, {"today": today})


def _counts(connection: Connection, days: list[date]) -> dict[date, int]:
    """What was planned on each of these days, in one pass over their span."""
    m = t.message.c
    columns = [
        func.count()
        .filter(and_(m.planned_at >= start_of(day), m.planned_at < start_of(day + _DAY)))
        .label(day.isoformat())
        for day in days
    ]
    span = (m.planned_at >= start_of(days[0]), m.planned_at < start_of(days[-1] + _DAY))
    row = connection.execute(
        select(*columns).select_from(t.message).where(*span, m.state != MessageState.CANCELLED.value)
    ).one()
    return dict(zip(days, map(int, row), strict=True))


# --- whose turn it is


def turns_taken(connection: Connection, today: date) -> dict[date, int]:
    """How many clients of old books have their turn on each day, from today on."""
    f = t.first_contact.c
    rows = connection.execute(select(f.day, func.count()).where(f.day >= today).group_by(f.day))
    return {day: int(count) for day, count in rows}


def turns_of(connection: Connection, client_ids: Iterable[str], today: date) -> dict[str, date]:
    """The turns of these clients that are not over."""
    f = t.first_contact.c
    rows = connection.execute(
        select(f.client_id, f.day).where(among(f.client_id, client_ids), f.day >= today)
    )
    return {row.client_id: row.day for row in rows}


def give_turns(unit: Unit, turns: Mapping[str, date]) -> None:
    """Give clients their turns; a turn that they had is replaced."""
    rows = [{"client_id": client_id, "day": turns[client_id]} for client_id in sorted(turns)]
    upsert(unit.connection, t.first_contact, rows, "(client_id) DO UPDATE SET day = excluded.day")


# --- the alarm


def alarm(connection: Connection, day: date) -> TaskState | None:
    """Where a person's decision about that day stands; None: nobody was asked."""
    asked = {"asked": task_id_of(TaskKind.APPROVAL, _key(day))}
    state: str | None = connection.execute(_ASKED, asked).scalar_one_or_none()
    return TaskState(state) if state is not None else None


def raise_alarm(unit: Unit, day: date, brief: str) -> None:
    """Ask a person whether that day may run on. Asked once a day, however often it is raised."""
    open_task(
        unit, TaskKind.APPROVAL, _key(day), client_id=None, brief=brief, reason=Reason.VOLUME, due_on=day
    )


def hold_back(unit: Unit, client_ids: Iterable[str], day: date) -> None:
    """Remember whose reminders wait because of that day's alarm."""
    rows = [{"client_id": client_id, "day": day} for client_id in sorted(set(client_ids))]
    upsert(unit.connection, t.held_back, rows, "(client_id) DO UPDATE SET day = excluded.day")


def let_go(unit: Unit) -> int:
    """Have some of those who were held back looked at, if a person said yes to today; returns how many.

    A client that somebody else has locked at this moment is left for the next time.
    """
    h, c, today = t.held_back.c, t.client.c, unit.now.date()
    waiting = unit.connection.execute(_HELD_BACK, {"today": today}).first()
    if waiting is None or alarm(unit.connection, today) is not TaskState.APPROVED:
        return 0
    ids = list(
        unit.connection.execute(
            select(c.client_id)
            .join(t.held_back, h.client_id == c.client_id)
            .where(h.day == today)
            .order_by(c.client_id)
            .limit(_AT_ONCE)
            .with_for_update(of=t.client, skip_locked=True)
        ).scalars()
    )
    if ids:
        unit.connection.execute(
            update(t.client).where(among(c.client_id, ids)).values(look_at=unit.now, woken_at=None)
        )
        unit.connection.execute(delete(t.held_back).where(among(h.client_id, ids)))
    return len(ids)


def _key(day: date) -> str:
    """What tells one day's alarm from another's."""
    return f"volume|{day.isoformat()}"
