"""The stage of a play: the real parts, on virtual time, one thing after the other so that every play ends the same."""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from sqlalchemy.exc import DatabaseError as BrokenDatabase

from channels.sandbox import Sandbox, create_sandbox
from config.clock import VirtualClock
from config.settings import Settings
from ledger import about
from ledger.database import open_engine
from ledger.wake import Wake
from reminders.snapshot import Channel
from workers.actors import DECIDE, IDS, LANES, PREFIX, SETTLE, wake_up
from workers.broker import EmbeddedBroker
from workers.cli.compose import House
from workers.cli.context import CommandFailed
from workers.cli.running import server, workers
from workers.cli.web import web_app


@dataclass(frozen=True, slots=True)
class Stage:
    """The house, its clock, the sandbox, and the queue of wake-ups."""

    house: House
    clock: VirtualClock
    sandbox: Sandbox
    wakes: OneByOne


class OneByOne(Wake):
    """Wake-ups kept in their order and handed to the broker one by one, each worked off before the next."""

    def __init__(self, broker: EmbeddedBroker) -> None:
        self._broker = broker
        self._lock = threading.Lock()
        self._waiting: deque[tuple[str, list[str]]] = deque()

    def decide(self, client_ids: Sequence[str]) -> None:
        """Keep a wake-up for the decider."""
        self._keep(DECIDE, client_ids)

    def send(self, channel: Channel, message_ids: Sequence[str]) -> None:
        """Keep a wake-up for the channel's sender."""
        self._keep(f"send.{channel.value}", message_ids)

    def settle(self, receipt_ids: Sequence[str]) -> None:
        """Keep a wake-up for the settler."""
        self._keep(SETTLE, receipt_ids)

    def drain(self) -> int:
        """Work off everything, what comes up meanwhile included; returns how many. Raises what an actor raised."""
        count = 0
        while True:
            with self._lock:
                if not self._waiting:
                    return count
                lane, ids = self._waiting.popleft()
            self._broker.enqueue(wake_up(lane, ids))
            self._broker.join(PREFIX + lane)
            count += 1

    def _keep(self, lane: str, ids: Sequence[str]) -> None:
        with self._lock:
            self._waiting.extend((lane, list(ids[i : i + IDS])) for i in range(0, len(ids), IDS))


@contextmanager
def open_stage(settings: Settings, begins_at: datetime, policy: Path | None) -> Iterator[Stage]:
    """Set the stage on a fresh ledger in the data folder. The ledger of an earlier play there is replaced."""
    if settings.sending == "live":
        raise CommandFailed("a play never sends for real; unset AMICABLE_SENDING")
    settings = settings.model_copy(update={"database_url": None, "amqp_url": None})
    clock = VirtualClock(begins_at)
    broker = EmbeddedBroker(remember_failures=True)
    wakes = OneByOne(broker)
    house = House(
        settings, clock=clock, policy_file=policy, calls=1, own_wake=wakes, own_broker=broker, lasting=False
    )
    _ = house.rules, house.creditors  # a wrong file should stop a play before it replaces anything
    _clear(settings)
    with house.ledger.begin(begins_at) as unit:
        about.set_play_now(unit)
    with ExitStack() as stack:
        web = stack.enter_context(server(web_app(house), "127.0.0.1", 0))
        sandbox = Sandbox(house.sandbox_config(manual=True, deliver_to=web))
        sandbox.set_time(begins_at)
        house.sandbox_url = stack.enter_context(
            server(create_sandbox(sandbox.config, sandbox), "127.0.0.1", 0)
        )
        house.employ()
        stack.enter_context(workers(broker, LANES, 1))
        yield Stage(house, clock, sandbox, wakes)


def _clear(settings: Settings) -> None:
    """Remove the ledger of an earlier play; any other ledger is nobody's to remove."""
    path = settings.data_dir / "ledger.sqlite3"
    if path.exists():
        engine = open_engine(f"sqlite:///{path}")
        try:
            with engine.connect() as connection:
                played = about.play_now(connection) is not None
        except BrokenDatabase:
            played = False
        engine.dispose()
        if not played:
            raise CommandFailed(
                f"{path} is the ledger of a deployment, not of a play; give the play a folder of its own, like "
                "`amicable --data var/play play …`"
            )
        for suffix in ("", "-wal", "-shm"):
            Path(f"{path}{suffix}").unlink(missing_ok=True)
