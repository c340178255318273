from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from datetime import timedelta
from pathlib import Path

import pytest

from config.clock import VirtualClock
from ledger.database import upgrade
from reminders.snapshot import Channel
from tests.complaints.life import SHIPPED, Life, instant
from tests.support.office import Counting, copy_of, new_desk


@pytest.fixture(scope="session")
def migrated(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A SQLite database with the whole schema, to be copied."""
    path = tmp_path_factory.mktemp("migrated") / "ledger.sqlite3"
    upgrade(f"sqlite:///{path}")
    return path


@pytest.fixture
def lives(migrated: Path, tmp_path: Path) -> Iterator[Callable[[], Life]]:
    """Makes lives under the shipped rules, each with a ledger of its own. They begin with the year."""
    with ExitStack() as stack:
        made = 0

        def make() -> Life:
            nonlocal made
            made += 1
            providers = (Counting(Channel.EMAIL), Counting(Channel.SMS))
            desk = new_desk(
                copy_of(migrated, tmp_path, f"ledger-{made}.sqlite3"),
                *providers,
                clock=VirtualClock(instant("01-01") - timedelta(days=90)),
            )
            stack.callback(desk.ledger.engine.dispose)
            stack.callback(desk.office.calls.shutdown)
            return Life(desk, providers).under(SHIPPED)

        yield make


@pytest.fixture
def life(lives: Callable[[], Life]) -> Life:
    return lives()
