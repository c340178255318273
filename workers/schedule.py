"""The scheduler: finds what is due in the ledger and wakes somebody for it; sweeps what has stood too long.

Any number may run: rows are claimed with SKIP LOCKED, and waking twice does no harm. Its cost follows what is due.
"""

from __future__ import annotations

import os
import socket
import threading
from datetime import timedelta

import structlog
from sqlalchemy.exc import OperationalError

from ledger import decisions, health, receipts, sending
from workers.office import Office
from workers.reconcile import reconcile

log = structlog.get_logger(__name__)

ROLE = "schedule"
PATIENCE = timedelta(seconds=60)
"""How long woken work may lie before somebody is woken again."""
NO_RECEIPT_AFTER = timedelta(hours=72)
BATCH = 500
BUSY, IDLE = 0.05, 0.5
"""Seconds between two rounds: when the last one found a full batch, and otherwise."""


class Scheduler:
    """Rounds through the ledger. `tick` is one round; `run` goes on until it is stopped."""

    def __init__(self, office: Office) -> None:
        self._office = office
        self._instance = f"{socket.gethostname()}:{os.getpid()}"

    def tick(self) -> int:
        """One round; returns how many things were woken or swept."""
        office, now = self._office, self._office.clock.now()
        with office.ledger.begin(now) as unit:
            health.beat(unit, ROLE, self._instance)
            clients = decisions.wake_due(unit, BATCH, PATIENCE)
            queued = sending.wake_queued(unit, BATCH, PATIENCE)
            waiting = receipts.due(unit, BATCH)
            silent = receipts.give_up_waiting(unit, NO_RECEIPT_AFTER)
        if clients:
            office.wake.decide(clients)
        for channel, message_ids in sorted(queued.items()):
            office.wake.send(channel, message_ids)
        if waiting:
            office.wake.settle(waiting)
        looked = reconcile(office)
        return len(clients) + sum(len(ids) for ids in queued.values()) + len(waiting) + silent + looked

    def run(self, stopping: threading.Event) -> None:
        """Tick until `stopping` is set. A database that is away is waited for."""
        pause = IDLE
        while not stopping.wait(pause):
            try:
                pause = BUSY if self.tick() >= BATCH else IDLE
            except OperationalError as error:
                log.warning("ledger_away", error=type(error.orig).__name__)
                pause = min(pause * 2, 30.0)
