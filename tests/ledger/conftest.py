"""A ledger for each test: the same tests on SQLite and on PostgreSQL."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from ledger.database import open_engine, upgrade
from ledger.tables import metadata
from ledger.unit import Ledger
from tests.infra.postgresql import Databases
from tests.ledger.book import SECRET

DATABASES = ["sqlite", pytest.param("postgresql", marks=pytest.mark.postgres)]


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A migrated SQLite file, to be copied."""
    path = tmp_path_factory.mktemp("ledger") / "template.db"
    upgrade(f"sqlite:///{path}")
    return path


@pytest.fixture
def sqlite_url(sqlite_template: Path, tmp_path: Path) -> str:
    path = tmp_path / "ledger.db"
    shutil.copy(sqlite_template, path)
    return f"sqlite:///{path}"


@pytest.fixture(scope="session")
def postgres_house(postgres: Databases, postgres_template: str) -> Iterator[str]:
    """One migrated database for all tests in turn: emptying it is quicker than copying a new one."""
    name = postgres.new_database(postgres_template)
    yield postgres.url(name)
    postgres.drop_database(name)


@pytest.fixture
def postgres_url(postgres_house: str) -> Iterator[str]:
    yield postgres_house
    engine = open_engine(postgres_house, pool_size=1)
    with engine.begin() as connection:
        connection.exec_driver_sql("; ".join(f"DELETE FROM {table.name}" for table in metadata.sorted_tables))
    engine.dispose()


@pytest.fixture(params=DATABASES)
def url(request: pytest.FixtureRequest) -> str:
    """A migrated and empty database."""
    found: str = request.getfixturevalue("sqlite_url" if request.param == "sqlite" else "postgres_url")
    return found


def opened(url: str) -> Iterator[Ledger]:
    engine = open_engine(url, lasting=False)
    yield Ledger(engine, SECRET)
    engine.dispose()


@pytest.fixture
def ledger(url: str) -> Iterator[Ledger]:
    yield from opened(url)


@pytest.fixture
def sqlite_ledger(sqlite_url: str) -> Iterator[Ledger]:
    yield from opened(sqlite_url)


@pytest.fixture
def postgres_ledger(postgres_url: str) -> Iterator[Ledger]:
    yield from opened(postgres_url)
