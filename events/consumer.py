"""One connection's consumer: collects deliveries into batches and acknowledges what has been stored.

All but `settle` runs on the thread that owns the connection. Delivery tags belong to a channel, so a batch keeps the
consumer it came from: an acknowledgement can never reach a later channel, where the same tag is another message.
"""

from __future__ import annotations

import queue
import time
from dataclasses import dataclass
from functools import partial
from typing import Any

from pika.adapters.blocking_connection import BlockingChannel, BlockingConnection

from events.connection import CONNECTION_ERRORS
from events.contracts.delivery import Delivery

AHEAD = 3
"""Batches that may wait for the sink."""


@dataclass(slots=True)
class Batch:
    """Deliveries in the order they came, and their tags on the consumer's channel."""

    consumer: Consumer
    tags: list[int]
    deliveries: list[Delivery]


class Consumer:
    """Consumes `name` with callbacks and puts batches on `handed`.

    A batch is full at `size`, or due when its first delivery has waited for `linger` seconds and the sink has nothing
    else to do. While the sink is busy, batches grow: they cost it hardly more, and waiting costs nothing.
    """

    def __init__(
        self,
        connection: BlockingConnection,
        name: str,
        handed: queue.Queue[Batch | None],
        *,
        size: int,
        linger: float,
        prefetch: int,
    ) -> None:
        self._connection = connection
        self._handed = handed
        self._size = size
        self._linger = linger
        self._tags: list[int] = []
        self._deliveries: list[Delivery] = []
        self._since = 0.0
        self._timer: object | None = None
        self._alive = True
        self._channel = connection.channel()
        # Per consumer, never `global_qos`: quorum queues refuse it.
        self._channel.basic_qos(prefetch_count=prefetch)
        self._tag = self._channel.basic_consume(name, self._take)

    @property
    def alive(self) -> bool:
        """Whether deliveries still come: a broker that cancels us (the queue is gone) does so without an error."""
        return self._alive and self._channel.is_open and bool(self._channel.consumer_tags)

    @property
    def connected(self) -> bool:
        """From any thread: whether an acknowledgement could still reach the broker."""
        return self._alive

    def cancel(self) -> None:
        """Take no more. What has not been handed over goes back to the queue when the connection closes."""
        self._tags, self._deliveries = [], []
        if self._channel.is_open:
            self._channel.basic_cancel(self._tag)

    def end(self) -> None:
        """The connection is gone, and with it every tag."""
        self._alive = False
        self._tags, self._deliveries = [], []

    def settle(self, tags: list[int], dead: tuple[int, ...] = ()) -> None:
        """From any thread: acknowledge a batch by its tags, but give up the `dead` ones to the dead queue.

        Does nothing once the connection is gone: what it delivered comes again.
        """
        if not self._alive:
            return
        try:
            self._connection.add_callback_threadsafe(partial(self._settle, tags, dead))
        except CONNECTION_ERRORS:
            self._alive = False

    def _settle(self, tags: list[int], dead: tuple[int, ...]) -> None:
        if not (self._alive and self._channel.is_open):
            return
        for tag in dead:
            self._channel.basic_nack(tag, requeue=False)
        # The last one that is still ours to acknowledge: the broker closes a channel that names a settled tag.
        last = tags[-1] if not dead else max((tag for tag in tags if tag not in dead), default=None)
        if last is not None:
            self._channel.basic_ack(last, multiple=True)
        self._flush(time.monotonic())

    def _take(self, _channel: BlockingChannel, method: Any, properties: Any, body: bytes) -> None:
        if not self._deliveries:
            self._since = time.monotonic()
            if self._timer is None:
                self._timer = self._connection.call_later(self._linger, self._tick)
        self._tags.append(method.delivery_tag)
        self._deliveries.append(
            Delivery(body, properties.headers or {}, properties.content_type, method.redelivered)
        )
        if len(self._deliveries) >= self._size:
            self._flush(self._since)

    def _tick(self) -> None:
        self._timer = None
        if not self._deliveries or not self._alive:
            return
        self._flush(time.monotonic())
        if self._deliveries:
            # Younger than `linger`, or the sink is busy.
            left = self._linger - (time.monotonic() - self._since)
            self._timer = self._connection.call_later(left if left > 0 else self._linger, self._tick)

    def _flush(self, now: float) -> None:
        """Hand over what is full; and what is due, if the sink is idle."""
        while self._deliveries:
            if len(self._deliveries) < self._size and (
                now - self._since < self._linger or not self._handed.empty()
            ):
                return
            batch = Batch(self, self._tags[: self._size], self._deliveries[: self._size])
            try:
                self._handed.put_nowait(batch)
            except queue.Full:
                return
            del self._tags[: self._size], self._deliveries[: self._size]
