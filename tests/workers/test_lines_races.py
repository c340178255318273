"""Several senders find out at the same time that a provider is ill: each failure counts once."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import ExitStack

import pytest

from channels.ports import Accepted, NotSent, Outcome, Rejected, Scope
from ledger import tables as t
from reminders.snapshot import Channel
from tests.support.office import Counting, Desk, new_desk
from workers.lines import lines_for, note

DOWN = NotSent("network", "ConnectError")
REFUSED = Rejected(Scope.CONFIG, "401", "HTTP 401")
Told = Callable[[list[Outcome]], Desk]


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgres)])
def shared(request: pytest.FixtureRequest, desks: Callable[..., Desk]) -> str:
    """The URL of a database for several desks."""
    if request.param == "postgresql":
        url: str = request.getfixturevalue("database_url")
        return url
    return str(desks().ledger.engine.url)


@pytest.fixture
def told(shared: str) -> Iterator[Told]:
    """Notes each outcome in a process of its own, all at once; gives one of their desks."""
    with ExitStack() as stack:

        def tell_all(outcomes: list[Outcome]) -> Desk:
            desks = [new_desk(shared, Counting(Channel.EMAIL)) for _ in outcomes]
            for desk in desks:
                stack.callback(desk.office.calls.shutdown)
                stack.callback(desk.ledger.engine.dispose)
            ready = threading.Barrier(len(desks))
            threads = [
                threading.Thread(target=_tell, args=(desk, outcome, ready))
                for desk, outcome in zip(desks, outcomes, strict=True)
            ]
            for thread in threads:
                thread.start()
            for thread in threads:
                thread.join(60)
            return desks[0]

        yield tell_all


def _tell(desk: Desk, outcome: Outcome, ready: threading.Barrier) -> None:
    (adapter,) = desk.office.providers.of(Channel.EMAIL)
    with desk.ledger.read() as connection:
        known = lines_for(desk.office, connection, Channel.EMAIL, [], desk.now)
    ready.wait()
    note(desk.office, known, [(adapter, outcome)])


@pytest.mark.parametrize("outcome", [DOWN, REFUSED])
def test_four_failures_are_four(told: Told, outcome: Outcome) -> None:
    (line,) = told([outcome] * 4).rows(t.provider_health)

    assert line.faults + line.refusals == 4
    assert line.opened_at is None


def test_the_fifth_opens_it_once_and_one_person_is_told(told: Told) -> None:
    desk = told([DOWN] * 8)
    (line,) = desk.rows(t.provider_health)

    assert line.openings == 1
    assert len(desk.tasks("doubt")) == 1


def test_answers_on_a_line_that_is_well_write_nothing(told: Told) -> None:
    assert told([Accepted("x")] * 4).rows(t.provider_health) == []
