from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest

from ledger.database import upgrade
from tests.support.office import Desk, copy_of, new_desk
from tests.workers.street import Street, streets


@pytest.fixture(scope="session")
def migrated(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A SQLite database with the whole schema, to be copied."""
    path = tmp_path_factory.mktemp("migrated") / "ledger.sqlite3"
    upgrade(f"sqlite:///{path}")
    return path


@pytest.fixture
def desks(migrated: Path, tmp_path: Path) -> Iterator[Callable[..., Desk]]:
    """Makes desks, each on a database of its own unless a URL is given; closed at the end."""
    with ExitStack() as stack:
        made = 0

        def make(*adapters: Any, url: str | None = None, **changes: Any) -> Desk:
            nonlocal made
            made += 1
            desk = new_desk(
                url or copy_of(migrated, tmp_path, f"ledger-{made}.sqlite3"), *adapters, **changes
            )
            stack.callback(desk.ledger.engine.dispose)
            stack.callback(desk.office.calls.shutdown)
            return desk

        yield make


@pytest.fixture
def desk(desks: Callable[..., Desk]) -> Desk:
    return desks()


@pytest.fixture
def make_street(desks: Callable[..., Desk]) -> Iterator[Callable[..., Street]]:
    """Makes streets with settings of the test's own. The test needs the marker `network`."""
    with streets(desks) as make:
        yield make


@pytest.fixture
def street(make_street: Callable[..., Street]) -> Street:
    return make_street()
