"""The scheduler: finds what is due in the ledger and wakes somebody for it; sweeps what has stood too long.

Any number may run: rows are claimed with SKIP LOCKED, and waking twice does no harm. Its cost follows what is due.
"""

from __future__ import annotations

import os
import socket
import threading
from collections.abc import Callable
from datetime import date, timedelta

import structlog
from sqlalchemy.exc import InterfaceError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeout

from ledger import decisions, health, receipts, sending, volume
from workers.office import Office
from workers.reconcile import reconcile

log = structlog.get_logger(__name__)

ROLE = "schedule"
PATIENCE = timedelta(seconds=60)
"""How long woken work may lie before somebody is woken again, where nothing else is set."""
NO_RECEIPT_AFTER = timedelta(hours=72)
BATCH = 500
BUSY, IDLE = 0.05, 0.5
"""Seconds between two rounds: when the last one found a full batch, and otherwise."""


class Scheduler:
    """Rounds through the ledger. `tick` is one round; `run` and `run_looks` go on until they are stopped."""

    def __init__(self, office: Office, patience: timedelta = PATIENCE) -> None:
        self._office = office
        self._patience = patience
        self._instance = f"{socket.gethostname()}:{os.getpid()}"
        self._day: date | None = None

    def tick(self) -> int:
        """One round of both kinds; returns how many things were woken, swept or looked for."""
        return self.sweep() + reconcile(self._office)

    def sweep(self) -> int:
        """Wake whoever has work waiting; returns how many things were woken or swept. No provider is asked."""
        office, now = self._office, self._office.clock.now()
        with office.ledger.begin(now) as unit:
            health.beat(unit, ROLE, self._instance)
            if self._day != now.date():
                volume.close_days(unit)
            volume.let_go(unit)
            clients = decisions.wake_due(unit, BATCH, self._patience)
            queued = sending.wake_queued(unit, BATCH, self._patience)
            waiting = receipts.due(unit, BATCH, self._patience)
            silent = receipts.give_up_waiting(unit, NO_RECEIPT_AFTER)
        self._day = now.date()
        if clients:
            office.wake.decide(clients)
        for channel, message_ids in sorted(queued.items()):
            office.wake.send(channel, message_ids)
        if waiting:
            office.wake.settle(waiting)
        return len(clients) + sum(len(ids) for ids in queued.values()) + len(waiting) + silent

    def run(self, stopping: threading.Event) -> None:
        """Sweep until `stopping` is set."""
        _again_and_again(self.sweep, stopping)

    def run_looks(self, stopping: threading.Event) -> None:
        """Settle doubts until `stopping` is set. On a thread of its own: a provider that hangs holds up no sweep."""
        _again_and_again(lambda: reconcile(self._office), stopping)


def _again_and_again(round_: Callable[[], int], stopping: threading.Event) -> None:
    """One round after the other. A database that is away is waited for."""
    pause = IDLE
    while not stopping.wait(pause):
        try:
            pause = BUSY if round_() >= BATCH else IDLE
        except (OperationalError, InterfaceError, PoolTimeout) as error:
            log.warning("ledger_away", error=type(getattr(error, "orig", None) or error).__name__)
            pause = min(pause * 2, 30.0)
