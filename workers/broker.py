"""The dramatiq brokers: RabbitMQ made safe, and one that lives in the process.

A dramatiq message carries ids and is a wake-up that may be lost or doubled; what is asked of the broker is to be quick
and to never lose a connection in silence.
"""

from __future__ import annotations

from collections import defaultdict
from contextlib import suppress
from queue import Queue
from typing import Any

import pika
from dramatiq import Broker, Message, MessageProxy
from dramatiq.brokers.rabbitmq import RabbitmqBroker, _RabbitmqConsumer
from dramatiq.brokers.stub import StubBroker
from dramatiq.errors import ConnectionClosed
from dramatiq.middleware import Retries, ShutdownNotifications, TimeLimit
from pika.exceptions import AMQPError

from workers.context import LogContext

HEARTBEAT = 30
BLOCKED_TIMEOUT = 20
CONNECT_TIMEOUT = 5
"""Seconds: a wake-up must not hold up the web role for long when the broker's host does not answer at all."""
_WAITING = 10_000
"""Wake-ups that an in-process queue holds; more are dropped, and the scheduler finds their work in the ledger."""


def _middleware() -> list[Any]:
    """Few retries: the database owns backoff, and the scheduler wakes again what was not done."""
    return [TimeLimit(time_limit=600_000), ShutdownNotifications(), Retries(max_retries=0), LogContext()]


class _Consumer(_RabbitmqConsumer):
    """Drops acks that belong to an earlier channel.

    A delivery tag is scoped to its channel. After a reconnect, a worker that still holds a message of the old channel
    would ack whatever message has that number on the new one, and lose it (measured on dramatiq 2.2.1).
    """

    def __next__(self) -> Any:
        message = super().__next__()  # type: ignore[no-untyped-call]
        if message is not None:
            message._owner = self
        return message

    def ack(self, message: Any) -> None:
        if getattr(message, "_owner", None) is self:
            super().ack(message)  # type: ignore[no-untyped-call]

    def nack(self, message: Any) -> None:
        if getattr(message, "_owner", None) is self:
            super().nack(message)  # type: ignore[no-untyped-call]


class AmicableBroker(RabbitmqBroker):
    """RabbitMQ with confirms, heartbeats and a bound on how long a blocked connection may hold a publisher."""

    consumer_class = _Consumer

    def __init__(self, url: str) -> None:
        super().__init__(url=url.split(",")[0].strip(), middleware=_middleware(), confirm_delivery=True)
        self.parameters = _parameters(url)

    def enqueue(self, message: Message[Any], *, delay: int | None = None) -> Message[Any]:
        """Publish and wait for the confirm. Whatever goes wrong on the way is a `ConnectionClosed`.

        dramatiq lets through what pika raises before there is a connection (a name that can't be looked up) and what
        it raises from a connection that broke at a bad moment; after either, the connection is made anew.
        """
        try:
            return super().enqueue(message, delay=delay)
        except ConnectionClosed:
            raise
        except Exception as error:
            with suppress(Exception):
                del self.connection
            raise ConnectionClosed(error) from None  # type: ignore[no-untyped-call]


class EmbeddedBroker(StubBroker):
    """A broker in this process, for the embedded default: bounded. `join` raises what an actor raised, if it remembers.

    What failed is logged and lies in the ledger; only a play remembers it, to stop at it.
    """

    def __init__(self, *, remember_failures: bool = False) -> None:
        super().__init__(middleware=_middleware())
        if not remember_failures:
            self.dead_letters_by_queue = defaultdict(_Forgetful)

    def declare_queue(self, queue_name: str) -> None:
        """Declare a bounded queue."""
        known = queue_name in self.queues
        super().declare_queue(queue_name)
        if not known:
            self.queues[queue_name] = Queue(maxsize=_WAITING)

    def enqueue(self, message: Message[Any], *, delay: int | None = None) -> Message[Any]:
        """Put a wake-up into its queue, or drop it when the queue is full."""
        if self.queues[message.queue_name].full():
            return message
        return super().enqueue(message, delay=delay)


class _Forgetful(list[MessageProxy]):
    """A list of dead letters that keeps none."""

    def append(self, _letter: MessageProxy) -> None:
        """Let it go."""


def _parameters(url: str) -> list[pika.URLParameters]:
    parameters = []
    for part in url.split(","):
        one = pika.URLParameters(part.strip())
        one.heartbeat = HEARTBEAT
        one.blocked_connection_timeout = BLOCKED_TIMEOUT
        one.socket_timeout = one.stack_timeout = CONNECT_TIMEOUT
        parameters.append(one)
    return parameters


def reachable(url: str, timeout: float = 3.0) -> bool:
    """Whether a broker at that URL takes a connection within `timeout` seconds."""
    for parameters in _parameters(url):
        parameters.socket_timeout = parameters.stack_timeout = timeout
        parameters.connection_attempts = 1
        try:
            pika.BlockingConnection(parameters).close()
        except (AMQPError, OSError):
            continue
        return True
    return False


def open_broker(url: str | None) -> Broker:
    """RabbitMQ at that URL (several hosts separated by commas), or the in-process broker without one."""
    return AmicableBroker(url) if url else EmbeddedBroker()
