"""Set-based writes: many rows in one statement, never a query in a loop.

On PostgreSQL, rows go as one JSON parameter that the server takes apart (`json_to_recordset`), or through COPY where
they can't conflict: the statement's text is always the same, so it is parsed and planned once. On SQLite,
`executemany` is the fast way. Rows are sorted by key, so that two writers take their locks in the same order.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import cache
from typing import Any

import msgspec
from sqlalchemy import Connection, Insert, LargeBinary, Table
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.sql.dml import ReturningInsert
from sqlalchemy.types import TypeEngine

from ledger.types import Json

Row = Mapping[str, Any]
_COPY_FROM = 25
"""Below that many rows, one statement is quicker than a COPY."""
_json = msgspec.json.Encoder().encode


def append(connection: Connection, table: Table, rows: Sequence[Row]) -> None:
    """Insert rows that can't conflict; one that does all the same raises. `rows` have equal columns."""
    if not rows:
        return
    if connection.dialect.name != "postgresql":
        connection.execute(_insert_statement(table), [dict(row) for row in rows])
    elif len(rows) >= _COPY_FROM:
        _copy(connection, table, rows)
    else:
        _from_json(connection, table, tuple(rows[0]), rows, "")


def merge(connection: Connection, table: Table, rows: Iterable[Row], *, keep: tuple[str, ...] = ()) -> None:
    """Write last-writer-wins rows: for each key the row with the greatest `stamp` stays, here and in the table.

    `keep` names columns that only the first writer sets.
    """
    keys = tuple(column.name for column in table.primary_key)
    newest: dict[tuple[Any, ...], Row] = {}
    for row in rows:
        key = tuple([row[k] for k in keys])
        held = newest.get(key)
        if held is None or row["stamp"] > held["stamp"]:
            newest[key] = row
    if not newest:
        return
    ordered = [newest[key] for key in sorted(newest)]
    upsert(connection, table, ordered, _winning(table, keep))


def upsert(connection: Connection, table: Table, rows: Sequence[Row], conflict: str) -> None:
    """Insert rows, all with the same columns and sorted by key; `conflict` is the SQL for keys that are there."""
    if not rows:
        return
    columns = tuple(rows[0])
    if connection.dialect.name == "postgresql":
        _from_json(connection, table, columns, rows, conflict)
        return
    statement = f"{_into(table, columns)} VALUES ({', '.join('?' for _ in columns)}) ON CONFLICT {conflict}"
    plan = _plan(table, columns, "sqlite")
    connection.exec_driver_sql(
        statement, [tuple([bind(row[name]) if bind else row[name] for name, bind in plan]) for row in rows]
    )


def insert_new(
    connection: Connection, table: Table, rows: Sequence[Row], returning: tuple[str, ...]
) -> list[Any]:
    """Insert the rows whose key is new; returns the `returning` columns of just these. `rows` have equal columns."""
    if not rows:
        return []
    if connection.dialect.name == "postgresql":
        conflict = f"DO NOTHING RETURNING {_quoted(returning)}"
        return list(_from_json(connection, table, tuple(rows[0]), rows, conflict))
    return list(connection.execute(_ignore_statement(table, returning), [dict(row) for row in rows]))


def insert_ignore(connection: Connection, table: Table, rows: Sequence[Row]) -> None:
    """Insert the rows whose key is new; the others stay as they are. `rows` have equal columns."""
    upsert(connection, table, rows, "DO NOTHING")


def change(connection: Connection, table: Table, key: str, rows: Sequence[Row]) -> None:
    """Set columns of rows that are there, found by the column `key`. `rows` have equal columns and different keys."""
    if not rows:
        return
    columns = tuple(rows[0])
    if connection.dialect.name == "postgresql":
        _run_json(connection, table, columns, rows, _change_statement(table, key, columns))
        return
    changed = [name for name in columns if name != key]
    sets = ", ".join(f'"{name}" = ?' for name in changed)
    binds = dict(_plan(table, columns, "sqlite"))
    ordered = [(name, binds[name]) for name in (*changed, key)]
    connection.exec_driver_sql(
        f'UPDATE {table.name} SET {sets} WHERE "{key}" = ?',  # noqa: S608 - names of our own tables, no values
        [tuple([bind(row[name]) if bind else row[name] for name, bind in ordered]) for row in rows],
    )


@cache
def _insert_statement(table: Table) -> Insert:
    return sqlite.insert(table)


@cache
def _ignore_statement(table: Table, returning: tuple[str, ...]) -> ReturningInsert[Any]:
    return sqlite.insert(table).on_conflict_do_nothing().returning(*[table.c[name] for name in returning])


@cache
def _winning(table: Table, keep: tuple[str, ...]) -> str:
    """What to do with a key that is there: the same on both databases."""
    keys = [column.name for column in table.primary_key]
    if "stamp" in keys:  # the stamp is part of the key: such rows never change
        return "DO NOTHING"
    changed = [column.name for column in table.columns if column.name not in keys and column.name not in keep]
    sets = ", ".join(f'"{name}" = excluded."{name}"' for name in changed)
    return f"({_quoted(keys)}) DO UPDATE SET {sets} WHERE excluded.stamp > {table.name}.stamp"


@cache
def _into(table: Table, columns: tuple[str, ...]) -> str:
    return f"INSERT INTO {table.name} ({_quoted(columns)})"


def _quoted(columns: Iterable[str]) -> str:
    return ", ".join(f'"{name}"' for name in columns)


def _from_json(
    connection: Connection, table: Table, columns: tuple[str, ...], rows: Sequence[Row], conflict: str
) -> Any:
    return _run_json(connection, table, columns, rows, _json_statement(table, columns, conflict))


def _run_json(
    connection: Connection, table: Table, columns: tuple[str, ...], rows: Sequence[Row], statement: str
) -> Any:
    plan = [(name, bind) for name, bind in _plan(table, columns, "postgresql") if bind]
    if plan:
        rows = [{**row, **{name: bind(row[name]) for name, bind in plan}} for row in rows]
    return connection.exec_driver_sql(statement, {"rows": _json(rows).decode()})


@cache
def _json_statement(table: Table, columns: tuple[str, ...], conflict: str) -> str:
    return (
        f"{_into(table, columns)} SELECT {_quoted(columns)}"  # noqa: S608 - names of our own tables, no values
        f" FROM {_incoming(table, columns)}"
        f"{' ON CONFLICT ' + conflict if conflict else ''}"
    )


@cache
def _change_statement(table: Table, key: str, columns: tuple[str, ...]) -> str:
    sets = ", ".join(f'"{name}" = incoming."{name}"' for name in columns if name != key)
    return (
        f"UPDATE {table.name} SET {sets} FROM {_incoming(table, columns)}"  # noqa: S608 - names of our own tables
        f' WHERE {table.name}."{key}" = incoming."{key}"'
    )


def _incoming(table: Table, columns: tuple[str, ...]) -> str:
    """The rows in the parameter, as a table for PostgreSQL."""
    dialect = postgresql.dialect()  # type: ignore[no-untyped-call]
    types = ", ".join(
        f'"{name}" {table.c[name].type.compile(dialect).partition(" COLLATE")[0]}' for name in columns
    )
    return f"json_to_recordset(%(rows)s::json) AS incoming({types})"


def _copy(connection: Connection, table: Table, rows: Sequence[Row]) -> None:
    """COPY rows into a table. A column that counts by itself is left to do so."""
    columns = tuple(column.name for column in table.columns if column is not table.autoincrement_column)
    plan = _plan(table, columns, "postgresql")
    cursor = connection.connection.cursor()
    try:
        with cursor.copy(f"COPY {table.name} ({_quoted(columns)}) FROM STDIN") as copy:
            write = copy.write_row
            for row in rows:
                write([bind(row.get(name)) if bind else row.get(name) for name, bind in plan])
    finally:
        cursor.close()


@cache
def _plan(
    table: Table, columns: tuple[str, ...], dialect: str
) -> tuple[tuple[str, Callable[[Any], Any] | None], ...]:
    """Each column with what turns a Python value into the driver's; None where nothing has to be done."""
    return tuple((name, _bind(table.c[name].type, dialect)) for name in columns)


def _bind(kind: TypeEngine[Any], dialect: str) -> Callable[[Any], Any] | None:
    if dialect == "sqlite":
        spoken = sqlite.dialect()
        return kind.dialect_impl(spoken).bind_processor(spoken)
    if isinstance(kind, Json):
        return kind.text_of
    return _hex if isinstance(kind, LargeBinary) else None


def _hex(value: bytes | None) -> str | None:
    """Bytes as PostgreSQL reads them from text."""
    return None if value is None else "\\x" + value.hex()
