"""Intake: events from RabbitMQ into a sink, in batches, each acknowledged after it is stored and not before.

Two threads. The one that calls `run` owns the connection: it collects deliveries, keeps heartbeats going and sends
acknowledgements. The other decodes and runs the sink. An event reaches the sink at least once; the sink knows it by
(source, id).
"""

from __future__ import annotations

import contextlib
import queue
import threading
import time
from collections.abc import Callable

import pika
import structlog

from events.connection import CONNECTION_ERRORS, Backoff, brief, hosts, parameters
from events.consumer import AHEAD, Batch, Consumer
from events.contracts.delivery import SinkUnavailable, Unreadable
from events.storing import Abandoned, IntakeStats, Sink, Storing
from events.topology import Topology, declare

__all__ = ["Intake", "IntakeStats", "Sink", "SinkUnavailable"]

_LOOK = 0.2
"""Seconds between looks at the wish to stop. A flag and not a lock: signal handlers set it."""

_INTERNAL_ERROR = 541

log = structlog.get_logger(__name__)


class Intake:
    """Reads `queue`, bound to `exchange`, until `stop`.

    `url` may be several, separated by commas. `batch` is the most events for one call of the sink, `linger` the
    seconds that an incomplete batch waits for more, `prefetch` what the broker may have under way (at least five
    batches). `park` takes the one event that the sink refuses; without it the sink itself gets it, as `Unreadable`.
    Counters are in `stats`. Raises `BrokerUrlError`.
    """

    def __init__(
        self,
        url: str,
        sink: Sink,
        *,
        exchange: str = "billing",
        queue_name: str = "amicable.intake",
        batch: int = 200,
        linger: float = 0.02,
        prefetch: int = 1000,
        declare: bool = True,
        park: Callable[[Unreadable], None] | None = None,
        drain: float = 30.0,
    ) -> None:
        self.stats = IntakeStats()
        self._hosts = parameters(url, "amicable intake")
        self._topology = Topology(exchange, queue_name, declare=declare)
        self._batch = batch
        self._linger = linger
        # The next batch must arrive while one is stored. The field has 16 bits.
        self._prefetch = min(max(prefetch, 5 * batch), 65_535)
        self._drain = drain
        self._storing = Storing(sink, park, self.stats)
        self._handed: queue.Queue[Batch | None] = queue.Queue(AHEAD)
        self._stopping = False
        self._broken: BaseException | None = None
        self._until: float | None = None

    def stop(self) -> None:
        """Ask `run` to end: no new deliveries, what was handed to the sink is finished. Safe in a signal handler."""
        self._stopping = True

    def run(self) -> None:
        """Read events until `stop`. Blocks. Reconnects for as long as it takes; raises only for a fault of our own."""
        worker = threading.Thread(target=self._work, name="intake sink", daemon=True)
        worker.start()
        pause = Backoff(0.5, 30)
        try:
            while not self._asked():
                try:
                    self._one_connection(worker, pause)
                    reason = "the broker ended the consumer"
                except CONNECTION_ERRORS as error:
                    reason = brief(error)
                    if getattr(error, "reply_code", None) == _INTERNAL_ERROR:
                        # After a crash of its only node RabbitMQ 3.10 may leave a quorum queue so, until told.
                        reason += f"; has {self._topology.queue} a leader? See rabbitmq-queues quorum_status"
                self.stats.connected = False
                if self._asked():
                    break
                wait = pause.pause()
                log.warning(
                    "intake lost its broker", hosts=hosts(self._hosts), reason=reason, again_in=round(wait, 1)
                )
                self._sleep(wait)
        finally:
            self.stats.connected = False
            self._stopping = True
            self._finish(worker)
        if self._broken is not None:
            raise self._broken

    def _one_connection(self, worker: threading.Thread, pause: Backoff) -> None:
        """From connecting to the end of this connection; returns when the broker cancels us or we stop."""
        connection = pika.BlockingConnection(self._hosts)
        consumer: Consumer | None = None
        try:
            declare(connection, self._topology)
            consumer = Consumer(
                connection,
                self._topology.queue,
                self._handed,
                size=self._batch,
                linger=self._linger,
                prefetch=self._prefetch,
            )
            self.stats.connects += 1
            self.stats.connected = True
            log.info("intake is reading", hosts=hosts(self._hosts), queue=self._topology.queue)
            pause.reset()
            while not self._asked() and consumer.alive:
                connection.process_data_events(time_limit=_LOOK)
            if self._asked() and consumer.alive:
                consumer.cancel()
                self._finish(worker, connection)
        finally:
            if consumer is not None:
                consumer.end()
            if connection.is_open:
                with contextlib.suppress(*CONNECTION_ERRORS):
                    connection.close()

    def _finish(self, worker: threading.Thread, connection: pika.BlockingConnection | None = None) -> None:
        """Let the sink end what it was handed, within `drain` seconds; acknowledge it if the connection still lives."""
        if self._until is None:
            self._until = time.monotonic() + self._drain
        asked = False
        while worker.is_alive() and time.monotonic() < self._until:
            if not asked:
                with contextlib.suppress(queue.Full):
                    self._handed.put_nowait(None)
                    asked = True
            if connection is None:
                worker.join(0.05)
            else:
                connection.process_data_events(time_limit=0.05)
        if worker.is_alive():
            log.warning(
                "the sink did not end in time; its batch will be delivered again", seconds=self._drain
            )
        if connection is not None:
            connection.process_data_events(time_limit=0)

    def _work(self) -> None:
        """The other thread: store batches, and say so to the consumer they came from."""
        while (batch := self._handed.get()) is not None:
            consumer = batch.consumer
            if not consumer.connected:
                continue  # delivered again on the next connection
            try:
                dead = self._storing.store(batch, lambda: self._stopping or not consumer.connected)  # noqa: B023
            except Abandoned:
                continue
            except BaseException as error:
                self._broken = error
                self._stopping = True
                return
            consumer.settle(batch.tags, dead)

    def _asked(self) -> bool:
        """Whether the end was asked for."""
        return self._stopping

    def _sleep(self, seconds: float) -> None:
        until = time.monotonic() + seconds
        while not self._asked() and time.monotonic() < until:
            time.sleep(min(0.1, seconds))
