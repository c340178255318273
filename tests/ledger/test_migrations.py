"""Migrations: run again, run at once, and no different from the tables that the code knows."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import Engine, inspect, text

from ledger import tables as t
from ledger.database import DatabaseError, is_current, open_engine, upgrade
from ledger.unit import Ledger
from tests.infra.postgresql import Databases
from tests.ledger.test_journal import together


def differences(engine: Engine) -> list[object]:
    with engine.connect() as connection:
        context = MigrationContext.configure(
            connection, opts={"compare_type": True, "compare_server_default": True}
        )
        return list(compare_metadata(context, t.metadata))


def test_the_migrated_schema_is_the_one_the_code_knows(ledger: Ledger) -> None:
    assert differences(ledger.engine) == []
    assert is_current(ledger.engine)


def test_stamps_compare_by_code_point_on_both(ledger: Ledger) -> None:
    collations = {
        column["name"]: getattr(column["type"], "collation", None)
        for column in inspect(ledger.engine).get_columns("invoice")
    }
    assert collations["stamp"] == ("C" if ledger.engine.dialect.name == "postgresql" else None)


def test_upgrading_again_changes_nothing(url: str) -> None:
    upgrade(url)
    engine = open_engine(url)
    assert is_current(engine)
    engine.dispose()


def test_a_schema_of_a_newer_version_is_left_alone(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'ledger.db'}"
    upgrade(url)
    engine = open_engine(url)
    with engine.begin() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))

    with pytest.raises(DatabaseError, match="a newer version of Amicable"):
        upgrade(url)

    assert not is_current(engine)
    engine.dispose()


def test_an_empty_database_is_not_current(tmp_path: Path) -> None:
    engine = open_engine(f"sqlite:///{tmp_path / 'new' / 'ledger.db'}")
    assert not is_current(engine)
    engine.dispose()


def upgrade_in_processes(url: str) -> None:
    """Three processes bring the same database up to date at the same time."""
    program = "import sys; from ledger.database import upgrade; upgrade(sys.argv[1])"
    running = [
        subprocess.Popen([sys.executable, "-c", program, url], stderr=subprocess.PIPE, text=True)
        for _ in range(3)
    ]
    errors = [process.communicate(timeout=60)[1] for process in running]
    assert [process.returncode for process in running] == [0, 0, 0], errors


@pytest.mark.parametrize("at_once", [lambda url: together(*[lambda: upgrade(url)] * 3), upgrade_in_processes])
def test_several_can_upgrade_at_once_on_sqlite(tmp_path: Path, at_once: Callable[[str], None]) -> None:
    url = f"sqlite:///{tmp_path / 'ledger.db'}"
    at_once(url)

    engine = open_engine(url)
    assert is_current(engine)
    engine.dispose()


@pytest.mark.parametrize("at_once", [lambda url: together(*[lambda: upgrade(url)] * 3), upgrade_in_processes])
def test_several_can_upgrade_at_once_on_postgresql(
    postgres: Databases, at_once: Callable[[str], None]
) -> None:
    name = postgres.new_database()
    url = postgres.url(name)
    at_once(url)

    engine = open_engine(url)
    assert is_current(engine)
    engine.dispose()
    postgres.drop_database(name)


@pytest.mark.parametrize("url", ["mysql://localhost/x", "not a url", "postgresql+asyncpg://localhost/x"])
def test_a_database_that_is_not_supported_is_refused_in_one_line(url: str) -> None:
    with pytest.raises(DatabaseError, match=r"AMICABLE_DATABASE_URL: .*postgresql") as refused:
        open_engine(url)
    assert "\n" not in str(refused.value)
