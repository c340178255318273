"""Set-based writes: many rows in one statement, never a query in a loop.

On PostgreSQL, appends go through COPY and merges through COPY into a temporary table (measured: 27,600 rows/s against
4,100 for `insert().values([...])`). On SQLite, `executemany` is the fast way. Rows are sorted by key, so that two
writers take their locks in the same order.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import cache
from typing import Any

from sqlalchemy import Connection, Insert, Table
from sqlalchemy.dialects import postgresql, sqlite

Row = Mapping[str, Any]
_COPY_FROM = 25
"""Below that many rows, one `executemany` is quicker than a COPY."""


def append(connection: Connection, table: Table, rows: Sequence[Row]) -> None:
    """Insert rows that can't conflict."""
    if not rows:
        return
    if connection.dialect.name == "postgresql" and len(rows) >= _COPY_FROM:
        _copy(connection, table.name, table, rows)
    else:
        connection.execute(_insert(table, connection.dialect.name), [dict(row) for row in rows])


def merge(connection: Connection, table: Table, rows: Iterable[Row], *, keep: tuple[str, ...] = ()) -> None:
    """Write last-writer-wins rows: for each key the row with the greatest `stamp` stays, here and in the table.

    `keep` names columns that only the first writer sets.
    """
    keys = tuple(column.name for column in table.primary_key)
    newest: dict[tuple[Any, ...], Row] = {}
    for row in rows:
        key = tuple(row[k] for k in keys)
        held = newest.get(key)
        if held is None or row["stamp"] > held["stamp"]:
            newest[key] = row
    if not newest:
        return
    ordered = [newest[key] for key in sorted(newest)]
    name = connection.dialect.name
    if name == "postgresql" and len(ordered) >= _COPY_FROM:
        connection.exec_driver_sql(_temporary(table))
        _copy(connection, f"incoming_{table.name}", table, ordered)
        connection.exec_driver_sql(_merge_from_temporary(table, keep))
    else:
        connection.execute(_merge_statement(table, name, keep), [dict(row) for row in ordered])


def insert_new(connection: Connection, table: Table, rows: Sequence[Row], returning: tuple[str, ...]) -> list[Any]:
    """Insert the rows whose key is new; returns the `returning` columns of just these."""
    if not rows:
        return []
    columns = [table.c[name] for name in returning]
    statement = _ignore_statement(table, connection.dialect.name).returning(*columns)
    return list(connection.execute(statement, [dict(row) for row in rows]))


def insert_ignore(connection: Connection, table: Table, rows: Sequence[Row]) -> None:
    """Insert the rows whose key is new; the others stay as they are."""
    if rows:
        connection.execute(_ignore_statement(table, connection.dialect.name), [dict(row) for row in rows])


@cache
def _insert(table: Table, dialect: str) -> Any:
    return postgresql.insert(table) if dialect == "postgresql" else sqlite.insert(table)


@cache
def _ignore_statement(table: Table, dialect: str) -> Any:
    return _insert(table, dialect).on_conflict_do_nothing()


@cache
def _merge_statement(table: Table, dialect: str, keep: tuple[str, ...]) -> Insert:
    statement = _insert(table, dialect)
    keys = [column.name for column in table.primary_key]
    if "stamp" in keys:  # the stamp is part of the key: such rows never change
        return statement.on_conflict_do_nothing()  # type: ignore[no-any-return]
    changed = {
        c.name: statement.excluded[c.name] for c in table.columns if c.name not in keys and c.name not in keep
    }
    return statement.on_conflict_do_update(  # type: ignore[no-any-return]
        index_elements=keys, set_=changed, where=statement.excluded.stamp > table.c.stamp
    )


@cache
def _temporary(table: Table) -> str:
    return (
        f"CREATE TEMPORARY TABLE IF NOT EXISTS incoming_{table.name} (LIKE {table.name} INCLUDING DEFAULTS)"
        " ON COMMIT DELETE ROWS"
    )


@cache
def _merge_from_temporary(table: Table, keep: tuple[str, ...]) -> str:
    names = [f'"{column.name}"' for column in table.columns]
    keys = [f'"{column.name}"' for column in table.primary_key]
    listed = ", ".join(names)
    action = "NOTHING"
    if '"stamp"' not in keys:
        changed = [n for n in names if n not in keys and n.strip('"') not in keep]
        sets = ", ".join(f"{n} = excluded.{n}" for n in changed)
        action = f"UPDATE SET {sets} WHERE excluded.stamp > {table.name}.stamp"
    return (
        f"INSERT INTO {table.name} ({listed}) SELECT {listed} FROM incoming_{table.name}"
        f" ORDER BY {', '.join(keys)} ON CONFLICT ({', '.join(keys)}) DO {action}"
    )


def _copy(connection: Connection, target: str, table: Table, rows: Sequence[Row]) -> None:
    """COPY rows into `target`, which has the columns of `table`."""
    plan = _copy_plan(table)
    listed = ", ".join(f'"{name}"' for name, _ in plan)
    cursor = connection.connection.cursor()
    try:
        with cursor.copy(f"COPY {target} ({listed}) FROM STDIN") as copy:
            write = copy.write_row
            for row in rows:
                write([convert(row.get(name)) if convert else row.get(name) for name, convert in plan])
    finally:
        cursor.close()


@cache
def _copy_plan(table: Table) -> tuple[tuple[str, Callable[[Any], Any] | None], ...]:
    """Each column with what turns a Python value into the driver's."""
    dialect = postgresql.psycopg.dialect()
    plan = []
    for column in table.columns:
        bind = getattr(column.type, "process_bind_param", None)
        plan.append((column.name, (lambda value, bind=bind: bind(value, dialect)) if bind else None))
    return tuple(plan)
