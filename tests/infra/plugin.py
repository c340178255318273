"""The harness as pytest sees it: fixtures, markers, and what is said of parts that this machine does not have."""

from __future__ import annotations

import os
import threading
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import Future
from pathlib import Path
from subprocess import SubprocessError
from typing import Any, Generic, NoReturn, TypeVar

import pytest

from tests.infra.postgresql import Databases, PostgresServer
from tests.infra.programs import (
    AMQP_URL,
    DATABASE_URL,
    Missing,
    find_chromium,
    find_postgres,
    find_rabbitmq,
)
from tests.infra.rabbitmq import BorrowedBroker, Broker
from tests.infra.reaper import Reaper
from tests.infra.service import CouldNotStart

# Who asks for one of these needs the part behind the marker.
_MARKED_BY_FIXTURE = {
    "rabbitmq": "amqp",
    "amqp_url": "amqp",
    "postgres": "postgres",
    "postgres_template": "postgres",
    "database_url": "postgres",
    "chromium": "chromium",
}
_LOOPBACK = ["127.0.0.1", "::1", "localhost"]
_MAY_USE_LOOPBACK = ("amqp", "postgres", "network", "system", "chromium")
# What a server that is installed can answer when it is started on a machine that does not suit it.
_FAILURES = (CouldNotStart, OSError, RuntimeError, SubprocessError)

Server = TypeVar("Server", Broker, Databases)
Found = TypeVar("Found")


class Starting(Generic[Server]):
    """A server that is started once, in the background, when the first test that needs it is known."""

    def __init__(self, start: Callable[[], Server | Missing]) -> None:
        self._start: Callable[[], Server | Missing] = start
        self._begun = False
        self._server: Future[Server | Missing] = Future()

    def begin(self) -> None:
        """Start it, if nobody has; don't wait."""
        if not self._begun:
            self._begun = True
            threading.Thread(target=self._work, name="test-server", daemon=True).start()

    def get(self) -> Server | Missing:
        """The server when it is ready, or why there is none."""
        self.begin()
        return self._server.result()

    def close(self) -> None:
        """End what was started."""
        if self._begun:
            server = self._server.result(timeout=30)
            if not isinstance(server, Missing):
                server.close()

    def _work(self) -> None:
        try:
            self._server.set_result(self._start())
        except BaseException as error:
            self._server.set_exception(error)


class Infra:
    """The servers of one test run."""

    def __init__(self) -> None:
        self.given_up = threading.Event()
        self.rabbitmq: Starting[Broker] = Starting(self._start_rabbitmq)
        self.postgres: Starting[Databases] = Starting(self._start_postgres)
        self.not_run: Counter[Missing] = Counter()
        self._reaper: Reaper | None = None
        self._lock = threading.Lock()

    def close(self) -> None:
        """End all servers; nothing of them is left."""
        self.given_up.set()
        try:
            self.rabbitmq.close()
            self.postgres.close()
        finally:
            if self._reaper is not None:
                self._reaper.close()

    def lack(self, missing: Missing) -> NoReturn:
        """Skip the test for want of this, or fail where nothing may be skipped."""
        self.not_run[missing] += 1
        said = f"needs {missing.what}: {missing.why}"
        if os.environ.get("CI", "").lower() in {"1", "true", "yes"}:
            pytest.fail(said, pytrace=False)
        pytest.skip(said)

    def _watcher(self) -> Reaper:
        with self._lock:
            if self._reaper is None:
                self._reaper = Reaper()
            return self._reaper

    def _start_rabbitmq(self) -> Broker | Missing:
        named = os.environ.get(AMQP_URL)
        if named:
            return BorrowedBroker(named)
        programs = find_rabbitmq()
        if isinstance(programs, Missing):
            return programs
        broker = Broker(programs, self._watcher(), self.given_up)
        try:
            broker.start()
            broker.stock_vhosts()
        except _FAILURES as reason:
            broker.close()
            return Missing("RabbitMQ", str(reason))
        return broker

    def _start_postgres(self) -> Databases | Missing:
        named = os.environ.get(DATABASE_URL)
        if named:
            return Databases(named)
        programs = find_postgres()
        if isinstance(programs, Missing):
            return programs
        server = PostgresServer(programs, self._watcher(), self.given_up)
        try:
            server.start()
        except _FAILURES as reason:
            server.close()
            return Missing("PostgreSQL", str(reason))
        return server


_INFRA = pytest.StashKey[Infra]()


def pytest_configure(config: pytest.Config) -> None:
    """One set of servers a run; closed however the run ends."""
    infra = config.stash[_INFRA] = Infra()
    config.add_cleanup(infra.close)


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark tests by what they ask for, and open loopback to those that need it."""
    for item in items:
        for fixture in getattr(item, "fixturenames", ()):
            if fixture in _MARKED_BY_FIXTURE:
                item.add_marker(_MARKED_BY_FIXTURE[fixture])
        if any(item.get_closest_marker(name) for name in _MAY_USE_LOOPBACK):
            item.add_marker(pytest.mark.allow_hosts(_LOOPBACK))


def pytest_collection_finish(session: pytest.Session) -> None:
    """Start the servers that this run needs, all at once, while the first tests run."""
    if session.config.option.collectonly:
        return
    infra = session.config.stash[_INFRA]
    if any(item.get_closest_marker("amqp") for item in session.items):
        infra.rabbitmq.begin()
    if any(item.get_closest_marker("postgres") for item in session.items):
        infra.postgres.begin()


def pytest_runtest_setup(item: pytest.Item) -> None:
    """A test whose marker names what is not here does not begin."""
    infra = item.config.stash[_INFRA]
    parts: dict[str, Callable[[], object]] = {
        "amqp": infra.rabbitmq.get,
        "postgres": infra.postgres.get,
        "chromium": find_chromium,
    }
    for marker, find in parts.items():
        if item.get_closest_marker(marker):
            found = find()
            if isinstance(found, Missing):
                infra.lack(found)


def pytest_sessionfinish(session: pytest.Session) -> None:
    """One of several processes hands on what it could not test."""
    output: dict[str, object] | None = getattr(session.config, "workeroutput", None)
    if output is not None:
        not_run = session.config.stash[_INFRA].not_run
        output["not_run"] = [(missing.what, missing.why, number) for missing, number in not_run.items()]


@pytest.hookimpl(optionalhook=True)
def pytest_testnodedown(node: Any, error: object) -> None:
    """The process that tells the end takes what another one hands on."""
    del error
    for what, why, number in getattr(node, "workeroutput", {}).get("not_run", ()):
        node.config.stash[_INFRA].not_run[Missing(what, why)] += number


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter, config: pytest.Config) -> None:
    """Say at the end what was not tested here: a green line alone would hide it."""
    not_run = config.stash[_INFRA].not_run
    if not_run:
        terminalreporter.section("could not be tested here")
        for missing, number in not_run.items():
            tests = "test" if number == 1 else "tests"
            terminalreporter.line(f"{number} {tests} without {missing.what}: {missing.why}")


@pytest.fixture(scope="session")
def infra(pytestconfig: pytest.Config) -> Infra:
    """The servers of this run."""
    return pytestconfig.stash[_INFRA]


@pytest.fixture
def rabbitmq(infra: Infra) -> Broker:
    """The run's RabbitMQ, up and running also after a test that stopped it."""
    broker = _there(infra.rabbitmq.get())
    if not broker.running:
        broker.start()
    return broker


@pytest.fixture
def amqp_url(rabbitmq: Broker) -> str:
    """A virtual host of the test's own."""
    return rabbitmq.new_vhost()


@pytest.fixture(scope="session")
def postgres(infra: Infra) -> Databases:
    """The run's PostgreSQL server."""
    return _there(infra.postgres.get())


@pytest.fixture(scope="session")
def postgres_template(postgres: Databases) -> Iterator[str]:
    """The name of a database with the whole schema, migrated once a run, to be copied."""
    from ledger.database import upgrade

    name = postgres.new_database()
    upgrade(postgres.url(name))
    yield name
    postgres.drop_database(name)


@pytest.fixture
def database_url(postgres: Databases, postgres_template: str) -> Iterator[str]:
    """A migrated PostgreSQL database of the test's own."""
    name = postgres.new_database(postgres_template)
    yield postgres.url(name)
    postgres.drop_database(name)


@pytest.fixture(scope="session")
def chromium() -> Path:
    """The browser's program."""
    return _there(find_chromium())


def _there(found: Found | Missing) -> Found:
    """What a marker has made sure of before any fixture runs."""
    assert not isinstance(found, Missing), found
    return found
