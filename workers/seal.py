"""The sealer: gives journal entries their place, and sends them out in that order."""

from __future__ import annotations

import threading
from datetime import datetime

import structlog
from sqlalchemy.exc import InterfaceError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeout

from config.clock import Clock
from events.contracts.outgoing import encode_entry, event_type
from events.publisher import Message, Publisher, PublishFailed
from ledger import outgoing
from ledger.seal import BATCH, seal_next
from ledger.unit import Ledger

log = structlog.get_logger(__name__)
IDLE = 0.5
"""Seconds between two rounds when there was little to do."""
PATIENCE = 10.0
"""Seconds that a batch may take to be confirmed; then it goes again. So long the broker can hold up a shutdown."""


class Sealer:
    """Seals, then publishes. Without a publisher (the embedded default) it only seals."""

    def __init__(self, ledger: Ledger, clock: Clock, publisher: Publisher | None) -> None:
        self._ledger = ledger
        self._clock = clock
        self._publisher = publisher

    def seal(self) -> int:
        """Seal all that waits; returns how many entries."""
        sealed = 0
        while True:
            with self._ledger.begin(self._clock.now()) as unit:
                count = seal_next(unit, self._ledger.secret)
            sealed += count
            if count < BATCH:
                return sealed

    def publish(self) -> int:
        """Send out the next sealed entries; returns how many were confirmed."""
        if self._publisher is None:
            return 0
        with self._ledger.read() as connection:
            rows = outgoing.unpublished(connection, BATCH)
        if not rows:
            return 0
        entries = [outgoing.plain(row) for row in rows]
        self._publisher.publish(
            [
                Message(
                    routing_key=event_type(entry["kind"]),
                    message_id=entry["id"],
                    body=encode_entry({**entry, "at": datetime.fromisoformat(entry["at"])}),
                )
                for entry in entries
            ],
            PATIENCE,
        )
        with self._ledger.begin(self._clock.now()) as unit:
            outgoing.mark_published(unit, rows[-1].position)
        return len(rows)

    def run(self, stopping: threading.Event) -> None:
        """Seal and publish until `stopping` is set. A broker or database that is away is waited for."""
        pause = IDLE
        while not stopping.wait(pause):
            try:
                busy = max(self.seal(), self.publish())
                pause = 0.0 if busy >= BATCH else IDLE
            except PublishFailed as error:
                log.warning("events_not_published", error=str(error))
                pause = min(max(pause, IDLE) * 2, 30.0)
            except (OperationalError, InterfaceError, PoolTimeout) as error:
                log.warning("ledger_away", error=type(getattr(error, "orig", None) or error).__name__)
                pause = min(max(pause, IDLE) * 2, 30.0)
