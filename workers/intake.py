"""The intake's sink: a batch of what was read is applied in one transaction, then its clients are woken."""

from __future__ import annotations

from collections.abc import Sequence

import structlog
from sqlalchemy.exc import DBAPIError, InterfaceError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeout

from config.clock import Clock
from events.contracts.delivery import Read, SinkUnavailable
from ledger.apply import apply
from ledger.unit import Ledger
from ledger.wake import Wake

log = structlog.get_logger(__name__)


class Applier:
    """Applies batches. Raises `SinkUnavailable` while the database is away: nothing is parked for that."""

    def __init__(self, ledger: Ledger, clock: Clock, wake: Wake) -> None:
        self._ledger = ledger
        self._clock = clock
        self._wake = wake

    def __call__(self, reads: Sequence[Read]) -> None:
        """Apply a batch, whole or not at all."""
        try:
            with self._ledger.begin(self._clock.now()) as unit:
                touched = apply(unit, reads)
        except (OperationalError, InterfaceError, PoolTimeout) as error:
            raise SinkUnavailable(type(error).__name__) from error
        except DBAPIError as error:
            if error.connection_invalidated:
                raise SinkUnavailable(type(error).__name__) from error
            raise
        log.debug("applied", events=len(reads), clients=len(touched))
        self._wake.decide(touched)
