"""Publishing with confirms: persistent messages to a topic exchange, a window of them under way at the same time.

A confirm a message costs a round trip; a window of a thousand is about twenty times as quick. The connection lives on
a thread of its own, which keeps heartbeats going and reconnects; it is never the intake's.
"""

from __future__ import annotations

import threading
from collections.abc import Mapping, Sequence
from typing import Any

import msgspec
import structlog

from events.connection import CONNECTION_ERRORS, Backoff, brief, hosts, parameters
from events.contracts.registry import STRUCTURED
from events.link import Job, Link

log = structlog.get_logger(__name__)


class Message(msgspec.Struct, frozen=True):
    """One message out. `message_id` names it in `PublishFailed`, and to the receiver."""

    routing_key: str
    message_id: str
    body: bytes
    content_type: str = STRUCTURED
    headers: Mapping[str, Any] | None = None


class PublishFailed(Exception):
    """Not all of a batch is known to have been taken.

    `unconfirmed` are the ids of the others, in their order: publish them again. The broker may have some of them
    already, so that a receiver can see them twice.
    """

    def __init__(self, reason: str, unconfirmed: tuple[str, ...]) -> None:
        super().__init__(f"{len(unconfirmed)} messages are not confirmed: {reason}")
        self.reason = reason
        self.unconfirmed = unconfirmed


class Publisher:
    """Publishes to `exchange`, which it declares (topic, durable) unless it exists.

    `url` may be several, separated by commas. `timeout` is how long one `publish` may take in seconds, waiting for a
    connection included. May be shared by threads: batches go one after the other. The thread and the connection begin
    with the first batch, so that an object made before a fork is fine. Raises `BrokerUrlError`.
    """

    def __init__(
        self, url: str, exchange: str = "amicable.events", *, window: int = 1000, timeout: float = 30.0
    ) -> None:
        self._hosts = parameters(url, "amicable publisher")
        self._exchange = exchange
        self._window = window
        self._timeout = timeout
        self._one_at_a_time = threading.Lock()
        self._closing = threading.Event()
        self._thread: threading.Thread | None = None
        self._link: Link | None = None
        self._job: Job | None = None

    def publish(self, messages: Sequence[Message], timeout: float | None = None) -> None:
        """Publish all, in order; return when the broker has confirmed every one.

        Raises `PublishFailed` when one was refused, the connection was lost, or the time (seconds) is over.
        """
        if not messages:
            return
        with self._one_at_a_time:
            if self._closing.is_set():
                raise PublishFailed("the publisher is closed", tuple(one.message_id for one in messages))
            job = self._job = Job(messages)
            try:
                if self._thread is None:
                    self._thread = threading.Thread(target=self._live, name="publisher", daemon=True)
                    self._thread.start()
                if link := self._link:
                    link.wake()
                if not job.done.wait(self._timeout if timeout is None else timeout):
                    job.end(self._why_late())
            finally:
                self._job = None
        if job.reason is not None:
            raise PublishFailed(job.reason, job.unconfirmed())

    def close(self) -> None:
        """End the connection and its thread; a batch under way fails."""
        self._closing.set()
        if link := self._link:
            link.stop()
        if self._thread is not None:
            self._thread.join(10)

    def _why_late(self) -> str:
        link = self._link
        if link is None or not link.ready:
            return "no connection to the broker in time"
        return "the broker takes nothing (alarm)" if link.blocked else "no confirm in time"

    def _live(self) -> None:
        """The thread: one connection after the other, with pauses between them."""
        pause = Backoff(0.5, 30)
        turn = 0
        passive = False
        while not self._closing.is_set():
            link = Link(
                self._hosts[turn % len(self._hosts)], self._exchange, self._window, lambda: self._job, passive
            )
            self._link = link
            turn += 1
            try:
                link.run()
                reason = link.reason
            except CONNECTION_ERRORS as error:
                reason = brief(error)
            link.lost(reason)
            passive = link.passive
            if link.was_ready:
                pause.reset()
            if self._closing.is_set():
                break
            wait = pause.pause()
            log.warning(
                "publisher lost its broker", hosts=hosts(self._hosts), reason=reason, again_in=round(wait, 1)
            )
            self._closing.wait(wait)
        if job := self._job:
            job.end("the publisher is closed")
