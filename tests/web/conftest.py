from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from ledger.database import upgrade
from tests.web.guests import Guests
from tests.web.world import World, new_world


@pytest.fixture(scope="session")
def migrated(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A database with the whole schema, to be copied."""
    path = tmp_path_factory.mktemp("migrated") / "ledger.sqlite3"
    upgrade(f"sqlite:///{path}")
    return path


@pytest.fixture
def make_world(migrated: Path, tmp_path: Path) -> Iterator[Callable[..., World]]:
    """Makes a world with settings of the test's own."""
    with ExitStack() as stack:

        def make(**changes: object) -> World:
            world = new_world(migrated, tmp_path, **changes)
            stack.callback(world.ledger.engine.dispose)
            return world

        yield make


@pytest.fixture
def world(make_world: Callable[..., World]) -> World:
    return make_world()


@pytest.fixture
def guests(migrated: Path, tmp_path: Path) -> Iterator[Guests]:
    """A client whom a message went to, with one invoice due and one to come."""
    folder = tmp_path / "guests"
    folder.mkdir()
    found = Guests(migrated, folder)
    found.profile()
    found.invoice()
    found.invoice("i-2", "90.50", issued_on="2026-02-20", due_on="2026-03-20")
    yield found
    found.world.ledger.engine.dispose()
