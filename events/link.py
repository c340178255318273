"""One publishing connection: opens, declares, publishes the batch in hand with a window of confirms, until it is lost.

Everything but `wake`, `stop` and what they read runs on the thread that called `run`.
"""

from __future__ import annotations

import contextlib
import threading
from collections.abc import Callable, Mapping, Sequence
from itertools import takewhile
from typing import Any, Protocol

import pika
from pika.exceptions import ChannelClosedByBroker

from events.connection import CONNECTION_ERRORS, brief

_DIFFERENT = 406
_FORBIDDEN = 403


class Publishable(Protocol):
    """What a batch is made of; see `events.publisher.Message`."""

    @property
    def routing_key(self) -> str:
        """Where the exchange sends it."""

    @property
    def message_id(self) -> str:
        """The sender's id."""

    @property
    def body(self) -> bytes:
        """What is sent."""

    @property
    def content_type(self) -> str:
        """Media type of the body."""

    @property
    def headers(self) -> Mapping[str, Any] | None:
        """Headers, if any."""


class Job:
    """A batch under way: what has been sent, and what the broker said. Ends once."""

    def __init__(self, messages: Sequence[Publishable]) -> None:
        self.messages = messages
        self.sent = 0
        self.confirmed = bytearray(len(messages))
        self.answered = 0
        self.reason: str | None = None
        self.done = threading.Event()

    def answer(self, index: int, taken: bool) -> None:
        """The broker's word on one message."""
        self.answered += 1
        self.confirmed[index] = taken
        if self.answered == len(self.messages):
            refused = len(self.messages) - sum(self.confirmed)
            self.end(f"the broker refused {refused} of them" if refused else None)

    def end(self, reason: str | None) -> None:
        """It is over; `reason` says why not all is well. Only the first word counts."""
        if not self.done.is_set():
            self.reason = reason
            self.done.set()

    def unconfirmed(self) -> tuple[str, ...]:
        """Ids of the messages that the broker has not confirmed."""
        return tuple(
            one.message_id for one, taken in zip(self.messages, self.confirmed, strict=True) if not taken
        )


class Link:
    """A connection to one host. `job` gives the batch in hand, if there is one."""

    def __init__(
        self,
        host: pika.URLParameters,
        exchange: str,
        window: int,
        job: Callable[[], Job | None],
        passive: bool,
    ) -> None:
        self.ready = False
        self.was_ready = False
        self.blocked = False
        self.passive = passive
        """Only look whether the exchange exists: it is of another kind, or we may not make it."""
        self.reason = "the connection ended"
        self._exchange = exchange
        self._window = window
        self._job = job
        self._started: Job | None = None
        self._under_way: dict[int, tuple[Job, int]] = {}
        self._next_tag = 1
        self._stopped = False
        self._channel: Any = None
        self._connection = pika.SelectConnection(
            host,
            on_open_callback=self._opened,
            on_open_error_callback=self._ended,
            on_close_callback=self._ended,
        )

    def run(self) -> None:
        """Live until the connection is lost or `stop` is called."""
        try:
            self._connection.ioloop.start()
        finally:
            self._connection.ioloop.close()

    def wake(self) -> None:
        """From any thread: there is a batch."""
        with contextlib.suppress(*CONNECTION_ERRORS):
            self._connection.ioloop.add_callback_threadsafe(self._pump)

    def stop(self) -> None:
        """From any thread: close the connection."""
        self._stopped = True
        with contextlib.suppress(*CONNECTION_ERRORS):
            self._connection.ioloop.add_callback_threadsafe(self._close)

    def lost(self, reason: str) -> None:
        """The connection is gone: what was sent over it and not confirmed never will be."""
        self.ready = False
        if self._started is not None:
            self._started.end(f"connection lost ({reason})")
        self._under_way.clear()

    def _opened(self, connection: Any) -> None:
        if self._stopped:
            self._close()
            return
        connection.add_on_connection_blocked_callback(lambda *_: self._set_blocked(True))
        connection.add_on_connection_unblocked_callback(lambda *_: self._set_blocked(False))
        connection.channel(on_open_callback=self._channel_opened)

    def _channel_opened(self, channel: Any) -> None:
        self._channel = channel
        channel.add_on_close_callback(self._channel_closed)
        channel.exchange_declare(
            self._exchange, "topic", durable=True, passive=self.passive, callback=self._declared
        )

    def _declared(self, _frame: Any) -> None:
        self._channel.confirm_delivery(self._answered, callback=self._confirming)

    def _confirming(self, _frame: Any) -> None:
        self.ready = self.was_ready = True
        self._pump()

    def _channel_closed(self, _channel: Any, reason: Exception) -> None:
        if isinstance(reason, ChannelClosedByBroker) and reason.reply_code in (_DIFFERENT, _FORBIDDEN):
            self.passive = True
        self.reason = brief(reason)
        self.ready = False
        self._close()

    def _ended(self, _connection: Any, reason: BaseException) -> None:
        self.ready = False
        if not (
            self._channel is not None and self._channel.is_closed and self.reason != "the connection ended"
        ):
            self.reason = brief(reason)
        self._connection.ioloop.stop()

    def _close(self) -> None:
        if self._connection.is_open:
            self._connection.close()
        elif self._connection.is_closed:
            self._connection.ioloop.stop()

    def _set_blocked(self, blocked: bool) -> None:
        self.blocked = blocked

    def _pump(self) -> None:
        """Send as much of the batch as the window allows."""
        job = self._job()
        if job is None or not self.ready or job.done.is_set():
            return
        self._started = job
        channel, messages, under_way = self._channel, job.messages, self._under_way
        end = min(len(messages), job.sent + self._window - len(under_way))
        for index in range(job.sent, end):
            one = messages[index]
            under_way[self._next_tag] = (job, index)
            self._next_tag += 1
            job.sent = index + 1
            channel.basic_publish(
                self._exchange,
                one.routing_key,
                one.body,
                pika.BasicProperties(
                    content_type=one.content_type,
                    headers=one.headers,
                    delivery_mode=2,
                    message_id=one.message_id,
                ),
            )

    def _answered(self, frame: Any) -> None:
        """A confirm, for one message or for all up to it."""
        method = frame.method
        taken = isinstance(method, pika.spec.Basic.Ack)
        under_way = self._under_way
        if method.multiple:
            tags = list(takewhile(method.delivery_tag.__ge__, under_way))
        else:
            tags = [method.delivery_tag]
        for tag in tags:
            found = under_way.pop(tag, None)
            if found is not None:
                found[0].answer(found[1], taken)
        # In handfuls: each look costs, each message has its confirm.
        if len(under_way) <= self._window // 2:
            self._pump()
