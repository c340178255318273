"""What the tests of intake and publisher share: publishing, a recording sink, waiting, and looking into queues."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pika

from events.contracts import Event, Read, Unreadable
from events.contracts.registry import STRUCTURED
from events.intake import Intake


def invoice_event(number: int, **changes: Any) -> bytes:
    data = {
        "invoice_id": f"inv-{number}",
        "number": f"R-{number}",
        "client_id": f"c-{number % 7}",
        "currency": "EUR",
        "total": "1200.00",
        "issued_on": "2026-01-01",
        "due_on": "2026-01-31",
        **changes,
    }
    return json.dumps(
        {
            "specversion": "1.0",
            "id": f"e-{number}",
            "source": "/billing",
            "type": "invoice.issued",
            "time": "2026-01-01T09:00:00Z",
            "data": data,
        }
    ).encode()


def publish(url: str, bodies: list[bytes], key: str = "invoice.issued") -> None:
    """Publish to the exchange; come back when the broker has all."""
    connection = pika.BlockingConnection(pika.URLParameters(url))
    channel = connection.channel()
    for body in bodies:
        channel.basic_publish(
            "billing", key, body, pika.BasicProperties(content_type=STRUCTURED, delivery_mode=2)
        )
    # The answer to any question says that the broker has read what came before it.
    channel.queue_declare("amicable.intake", passive=True)
    connection.close()


def waiting_in(url: str, queue: str = "amicable.intake") -> int:
    """Messages in the queue that nobody holds. Quorum queues take a moment to give back what was held."""
    connection = pika.BlockingConnection(pika.URLParameters(url))
    try:
        found: int = connection.channel().queue_declare(queue, passive=True).method.message_count
        return found
    finally:
        connection.close()


def until(condition: Callable[[], object], seconds: float = 30) -> None:
    """Wait for it; fail when it does not come."""
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end, "did not happen in time"
        time.sleep(0.02)


class Recorder:
    """A sink that remembers what it was given, and can be told to fail."""

    def __init__(self) -> None:
        self.batches: list[list[Read]] = []
        self.fault: Callable[[list[Read]], None] = lambda reads: None

    def __call__(self, reads: list[Read]) -> None:
        self.fault(reads)
        self.batches.append(list(reads))

    @property
    def reads(self) -> list[Read]:
        return [read for batch in list(self.batches) for read in batch]

    @property
    def ids(self) -> list[str]:
        """Ids of the events, in the order the sink was given them."""
        return [read.cloudevent.id for read in self.reads if isinstance(read, Event)]

    @property
    def parked(self) -> list[Unreadable]:
        return [read for read in self.reads if isinstance(read, Unreadable)]


@contextmanager
def running(intake: Intake, *, connected: bool = True) -> Iterator[Callable[[], None]]:
    """The intake in a thread. Gives a function that stops it and waits; the end of the block does so, too."""
    faults: list[BaseException] = []

    def run() -> None:
        try:
            intake.run()
        except BaseException as fault:
            faults.append(fault)

    def stop() -> None:
        intake.stop()
        thread.join(60)
        assert not thread.is_alive()

    thread = threading.Thread(target=run)
    thread.start()
    try:
        if connected:
            until(lambda: intake.stats.connected)
        yield stop
    finally:
        stop()
    if faults:
        raise faults[0]
