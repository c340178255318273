"""Messages: planning them and moving them from state to state.

Every change is a compare-and-set on (state, version) with a journal entry in the same transaction. Which state may
follow which is `reminders.states.TRANSITIONS`.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, Select, Update, bindparam, select, update

from ledger import tables as t
from ledger.bulk import insert_new
from ledger.keys import among
from ledger.unit import SYSTEM, Unit
from reminders.reasons import Reason
from reminders.states import MessageState, may_follow

MessageRow = Row[Any]


class ConflictError(RuntimeError):
    """A message changed between reading it and moving it: a bug, since movers hold the row's lock."""


def plan(unit: Unit, rows: Sequence[Mapping[str, Any]], reasons: Mapping[str, Sequence[Reason]]) -> set[str]:
    """Insert messages in state planned; returns the ids that are new. An id that is there already is left alone."""
    new = {row.message_id for row in insert_new(unit.connection, t.message, rows, ("message_id",))}
    for row in rows:
        if row["message_id"] in new:
            unit.note(
                "message.planned",
                client_id=row["client_id"],
                invoice_ids=row["invoice_ids"],
                message_id=row["message_id"],
                reasons=reasons[row["message_id"]],
                data={
                    "step": row["step"],
                    "channel": row["channel"],
                    "contact_id": row["contact_id"],
                    "policy": row["policy"],
                    "not_before": row["not_before"],
                    "expires_at": row["expires_at"],
                },
            )
    return new


def lock(
    connection: Connection, message_ids: Iterable[str], *, skip_locked: bool = False
) -> list[MessageRow]:
    """The messages of these ids, locked for this transaction, in the order of their ids.

    Their clients are locked first. A decider holds its clients and then wants their messages; whoever held a message
    and then wanted its client would wait for it in a circle.
    """
    ids = sorted(set(message_ids))
    if not ids:
        return []
    if connection.dialect.name == "postgresql":
        connection.execute(_CLIENTS_FOR_UPDATE, {"ids": ids})
    return list(connection.execute(_SKIPPING if skip_locked else _WAITING, {"ids": ids}).all())


def _lock_statements() -> tuple[Select[Any], ...]:
    m, c = t.message.c, t.client.c
    theirs = select(m.client_id).where(among(m.message_id, "ids"))
    clients = select(c.client_id).where(c.client_id.in_(theirs)).order_by(c.client_id).with_for_update()
    wanted = select(t.message).where(among(m.message_id, "ids")).order_by(m.message_id)
    return clients, wanted.with_for_update(), wanted.with_for_update(skip_locked=True)


_CLIENTS_FOR_UPDATE, _WAITING, _SKIPPING = _lock_statements()


def get(connection: Connection, message_id: str) -> MessageRow | None:
    """One message, as it is now."""
    return connection.execute(select(t.message).where(t.message.c.message_id == message_id)).one_or_none()


def move(
    unit: Unit,
    message: MessageRow,
    to: MessageState,
    *,
    reason: Reason | None = None,
    caused_by: str | None = None,
    by: str = SYSTEM,
    data: Mapping[str, Any] | None = None,
    **columns: Any,
) -> MessageRow:
    """Move a message, write its journal entry, and return it as it is now.

    `columns` are further columns to set. Raises `ConflictError` when the row is not as it was read, `ValueError` when
    the state machine does not allow the change.
    """
    old = MessageState(message.state)
    if not may_follow(old, to):
        raise ValueError(f"a message that is {old} can't become {to}")
    columns.setdefault("reason", reason.value if reason else None)
    statement, values = _setting(_MOVE, state=to.value, changed_at=unit.now, **columns)
    key = {"key": message.message_id, "old": old.value, "then": message.version}
    changed = unit.connection.execute(statement, {**key, **values}).one_or_none()
    if changed is None:
        raise ConflictError(f"message {message.message_id} is no longer {old} at version {message.version}")
    unit.note(
        f"message.{to.value}",
        client_id=message.client_id,
        invoice_ids=message.invoice_ids,
        message_id=message.message_id,
        caused_by=caused_by,
        by=by,
        reasons=(reason,) if reason else (),
        data={"step": message.step, "channel": message.channel, **(data or {})},
    )
    return changed


def move_all(
    unit: Unit,
    rows: Sequence[MessageRow],
    to: MessageState,
    *,
    reason: Reason | None = None,
    data: Mapping[str, Mapping[str, Any]] | None = None,
    **columns: Any,
) -> None:
    """Move many messages that this transaction has locked, in one statement; all are in the same state.

    `data` adds to the journal entry of single messages, by id.
    """
    if not rows:
        return
    old = MessageState(rows[0].state)
    if not may_follow(old, to):
        raise ValueError(f"a message that is {old} can't become {to}")
    statement, values = _setting(
        _MOVE_ALL, state=to.value, changed_at=unit.now, reason=reason.value if reason else None, **columns
    )
    keys = {"ids": [row.message_id for row in rows], "old": old.value}
    moved = unit.connection.execute(statement, {**keys, **values})
    versions = {row.message_id: row.version for row in moved}
    for row in rows:
        if versions.get(row.message_id) != row.version + 1:
            raise ConflictError(f"message {row.message_id} is no longer {old} at version {row.version}")
        unit.note(
            f"message.{to.value}",
            client_id=row.client_id,
            invoice_ids=row.invoice_ids,
            message_id=row.message_id,
            reasons=(reason,) if reason else (),
            data={"step": row.step, "channel": row.channel, **(data or {}).get(row.message_id, {})},
        )


def set_columns(unit: Unit, message_id: str, **columns: Any) -> None:
    """Set columns that are no part of a message's state (whom it woke, what it last asked)."""
    unit.connection.execute(update(t.message).where(t.message.c.message_id == message_id).values(**columns))


def _move_statements() -> tuple[Update, Update]:
    m = t.message.c
    one = m.message_id == bindparam("key"), m.version == bindparam("then")
    all_ = among(m.message_id, "ids")
    moving = update(t.message).where(m.state == bindparam("old")).values(version=m.version + 1)
    return moving.where(*one).returning(*m), moving.where(all_).returning(m.message_id, m.version)


_MOVE, _MOVE_ALL = _move_statements()


def _setting(statement: Update, **columns: Any) -> tuple[Update, dict[str, Any]]:
    """The statement with further columns to set, and the parameters for them.

    The same columns give the same object again: to build such a statement, and to find what it was compiled to, takes
    0.3 ms, three times what it takes to run it.
    """
    computed = tuple((name, value) for name, value in columns.items() if isinstance(value, ColumnElement))
    plain = {name: value for name, value in columns.items() if not isinstance(value, ColumnElement)}
    return _with_columns(statement, tuple(plain), computed), {f"new_{n}": v for n, v in plain.items()}


@lru_cache(maxsize=256)
def _with_columns(
    statement: Update, plain: tuple[str, ...], computed: tuple[tuple[str, ColumnElement[Any]], ...]
) -> Update:
    return statement.values({name: bindparam(f"new_{name}") for name in plain} | dict(computed))
