"""A ledger for each test: the same tests on SQLite and on PostgreSQL."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from ledger.database import open_engine, upgrade
from ledger.unit import Ledger
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


@pytest.fixture(params=DATABASES)
def url(request: pytest.FixtureRequest) -> str:
    """A migrated database of the test's own."""
    found: str = request.getfixturevalue("sqlite_url" if request.param == "sqlite" else "database_url")
    return found


def opened(url: str) -> Iterator[Ledger]:
    engine = open_engine(url)
    yield Ledger(engine, SECRET)
    engine.dispose()


@pytest.fixture
def ledger(url: str) -> Iterator[Ledger]:
    yield from opened(url)


@pytest.fixture
def sqlite_ledger(sqlite_url: str) -> Iterator[Ledger]:
    yield from opened(sqlite_url)


@pytest.fixture
def postgres_ledger(database_url: str) -> Iterator[Ledger]:
    yield from opened(database_url)
