"""Opening the ledger's database and bringing its schema up to date."""

from __future__ import annotations

import sqlite3
import threading
from functools import partial
from pathlib import Path
from typing import Any

from alembic import command
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from alembic.script.revision import ResolutionError
from alembic.util import CommandError
from sqlalchemy import Engine, create_engine, event
from sqlalchemy.engine import make_url
from sqlalchemy.exc import ArgumentError, NoSuchModuleError

STATEMENT_TIMEOUT_MS = 30_000
_one_at_a_time = threading.Lock()


class DatabaseError(ValueError):
    """A database that can't be used; the text says what to do."""


def open_engine(url: str, *, pool_size: int = 10, lasting: bool = True) -> Engine:
    """An engine for `sqlite:///file` or `postgresql+psycopg://…`. Raises `DatabaseError` for any other URL.

    Every transaction on SQLite begins with `BEGIN IMMEDIATE`: a reader that later writes would otherwise fail on a
    busy database instead of waiting. On PostgreSQL, statements are bounded in time, since a dramatiq time limit
    can't interrupt a driver.

    A ledger that is not `lasting` can be made again at any time: on SQLite its commits don't wait for the disk.
    """
    try:
        parsed = make_url(url)
    except (ArgumentError, ValueError):
        raise DatabaseError(
            "AMICABLE_DATABASE_URL: not a database URL, like postgresql+psycopg://user@host/db"
        ) from None
    if parsed.drivername in ("postgresql", "postgres"):
        parsed = parsed.set(drivername="postgresql+psycopg")
    if parsed.drivername.startswith("sqlite"):
        if parsed.database and parsed.database != ":memory:":
            Path(parsed.database).parent.mkdir(parents=True, exist_ok=True)
        engine = create_engine(
            parsed,
            pool_size=pool_size,
            hide_parameters=True,
            connect_args={"timeout": 30, "check_same_thread": False},
        )
        event.listen(engine, "connect", partial(_prepare_sqlite, synchronous="FULL" if lasting else "OFF"))
        event.listen(engine, "begin", _begin_sqlite)
        return engine
    if parsed.drivername != "postgresql+psycopg":
        raise DatabaseError(
            f"AMICABLE_DATABASE_URL: {parsed.drivername} is not supported; use postgresql+psycopg:// or sqlite:///"
        )
    try:
        return create_engine(
            parsed,
            pool_size=pool_size,
            max_overflow=pool_size,
            pool_pre_ping=True,
            hide_parameters=True,  # errors are logged, and parameters are addresses
            connect_args={
                "connect_timeout": 10,
                # Custom plans: a plan kept from when a table was small would scan it for ever after (measured on a
                # first import: 5,800 events/s against 8,700).
                "options": f"-c statement_timeout={STATEMENT_TIMEOUT_MS} -c timezone=UTC"
                " -c plan_cache_mode=force_custom_plan",
            },
        )
    except NoSuchModuleError as error:
        raise DatabaseError(f"AMICABLE_DATABASE_URL: {error}") from None


def _prepare_sqlite(connection: sqlite3.Connection, _record: Any, *, synchronous: str) -> None:
    connection.isolation_level = None  # the begin event below owns transactions
    for pragma in (
        "journal_mode=WAL",
        f"synchronous={synchronous}",
        "busy_timeout=30000",
        "temp_store=MEMORY",
    ):
        connection.execute(f"PRAGMA {pragma}")


def _begin_sqlite(connection: Any) -> None:
    mode = "DEFERRED" if connection.get_execution_options().get("read_only") else "IMMEDIATE"
    # Straight to the driver: through SQLAlchemy it would be a quarter of what a small transaction costs (14 of 53 us).
    connection.connection.driver_connection.execute(f"BEGIN {mode}")


def _alembic(url: str) -> Config:
    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent / "migrations"))
    config.attributes["url"] = url
    return config


def upgrade(url: str) -> None:
    """Bring the schema to the newest version. Safe to run again, and by several threads and processes at once.

    Raises `DatabaseError` for a schema that this version does not know.
    """
    with _one_at_a_time:  # Alembic keeps what it works on in its modules
        try:
            command.upgrade(_alembic(url), "head")
        except CommandError as error:
            if not isinstance(error.__cause__, ResolutionError):
                raise
            raise DatabaseError(
                "the ledger was brought up to date by a newer version of Amicable; go on with that version, or with "
                "another ledger"
            ) from None


def is_current(engine: Engine) -> bool:
    """Whether the schema is at the newest version."""
    head = ScriptDirectory.from_config(_alembic(str(engine.url))).get_current_head()
    with engine.connect().execution_options(read_only=True) as connection:
        return MigrationContext.configure(connection).get_current_revision() == head
