"""Bringing a batch into the sink: again after an outage, in halves after a fault until the bad event stands alone."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

import structlog

from events.connection import Backoff, brief
from events.consumer import Batch
from events.contracts.delivery import Delivery, Ignored, Read, SinkUnavailable, Unreadable
from events.contracts.registry import decode, refused

PARK_ATTEMPTS = 5
"""Tries to park an event before the broker's dead queue gets it."""

log = structlog.get_logger(__name__)

Sink = Callable[[list[Read]], None]
"""Stores all that was read, in one transaction, in order; an `Unreadable` is parked. Raises `SinkUnavailable` when it
can store nothing at all; any other exception says that an event of this list is at fault."""


@dataclass(slots=True)
class IntakeStats:
    """Counters since the start, for metrics. Written by one thread, read by any."""

    events: int = 0
    """Events stored, repeats among them."""
    ignored: int = 0
    """Of a type that is not ours."""
    parked: int = 0
    """Unreadable, or refused by the sink."""
    dead: int = 0
    """Could not even be parked, and lie in the broker's dead queue."""
    redelivered: int = 0
    batches: int = 0
    seconds: float = 0.0
    """Time spent decoding and in the sink."""
    outages: int = 0
    """Tries that ended with `SinkUnavailable`."""
    connects: int = 0
    connected: bool = False
    newest_time: datetime | None = None
    """`time` of the last event stored: how far behind the senders we are."""


class Abandoned(Exception):
    """The batch is given back: its connection is gone, or intake stops. The broker delivers it again."""


class Storing:
    """Stores batches, one at a time. `give_up` says whether a batch that can't be stored now should be given back."""

    def __init__(self, sink: Sink, park: Callable[[Unreadable], None] | None, stats: IntakeStats) -> None:
        self._sink = sink
        self._park = park or (lambda one: sink([one]))
        self._stats = stats

    def store(self, batch: Batch, give_up: Callable[[], bool]) -> tuple[int, ...]:
        """Store the whole batch. Returns the tags of what could not even be parked. Raises `Abandoned`."""
        stats, began = self._stats, time.perf_counter()
        reads = [decode(delivery) for delivery in batch.deliveries]
        dead: list[int] = []
        self._some(batch, reads, 0, len(reads), give_up, dead)
        stats.batches += 1
        stats.seconds += time.perf_counter() - began
        stats.events += len(reads)
        for read in reads:
            if isinstance(read, Unreadable):
                stats.parked += 1
                stats.events -= 1
            elif isinstance(read, Ignored):
                stats.ignored += 1
                stats.events -= 1
        stats.redelivered += sum(delivery.redelivered for delivery in batch.deliveries)
        last = reads[-1]
        if not isinstance(last, Unreadable):
            stats.newest_time = last.cloudevent.time
        return tuple(dead)

    def _some(
        self,
        batch: Batch,
        reads: list[Read],
        first: int,
        end: int,
        give_up: Callable[[], bool],
        dead: list[int],
    ) -> None:
        """Store `reads[first:end]`, halving it where the sink finds fault; the order of events stays."""
        part = reads[first:end] if end - first < len(reads) else reads
        try:
            self._patiently(lambda: self._sink(part), give_up)
        except Abandoned:
            raise
        except Exception as error:
            if end - first > 1:
                middle = (first + end) // 2
                self._some(batch, reads, first, middle, give_up, dead)
                self._some(batch, reads, middle, end, give_up, dead)
                return
            if not self._refuse(batch.deliveries[first], reads[first], error, give_up):
                dead.append(batch.tags[first])

    def _refuse(self, delivery: Delivery, read: Read, error: Exception, give_up: Callable[[], bool]) -> bool:
        """Park the one event that the sink would not take. False when even that fails, again and again."""
        one = refused(delivery, read, f"could not be stored ({type(error).__name__})")
        # Only the error's kind and place: its text may hold the values of the row.
        log.error("event refused by the sink", source=one.source, event_id=one.event_id, error=_place(error))
        pause = Backoff(0.1, 10)
        for attempt in range(1, PARK_ATTEMPTS + 1):
            try:
                self._patiently(lambda: self._park(one), give_up)
            except Abandoned:
                raise
            except Exception as again:
                fault = _place(again)
                log.warning("event can't be parked", event_id=one.event_id, error=fault, attempt=attempt)
                _sleep(pause.pause(), give_up)
            else:
                if not isinstance(read, Unreadable):
                    self._stats.parked += 1
                    self._stats.events -= 1
                return True
        self._stats.dead += 1
        return False

    def _patiently(self, act: Callable[[], None], give_up: Callable[[], bool]) -> None:
        """Do it; while the sink is unavailable, wait and do it again."""
        pause = Backoff(0.5, 30)
        while True:
            try:
                act()
                return
            except SinkUnavailable as error:
                self._stats.outages += 1
                wait = pause.pause()
                log.warning("sink unavailable", error=brief(error), again_in=round(wait, 1))
            _sleep(wait, give_up)


def _sleep(seconds: float, give_up: Callable[[], bool]) -> None:
    until = time.monotonic() + seconds
    while (left := until - time.monotonic()) > 0:
        if give_up():
            raise Abandoned
        time.sleep(min(left, 0.1))
    if give_up():
        raise Abandoned


def _place(error: BaseException) -> str:
    last = error.__traceback__
    while last is not None and last.tb_next is not None:
        last = last.tb_next
    where = f" at {last.tb_frame.f_code.co_filename}:{last.tb_lineno}" if last else ""
    return f"{type(error).__name__}{where}"
