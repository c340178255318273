"""Webhooks that wait for their time: a queue by due instant, signing, delivery and its repeats."""

from __future__ import annotations

import heapq
import json
import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import urlencode, urlsplit, urlunsplit

import structlog

from channels.sandbox.config import SandboxConfig, sandbox_keys
from channels.signatures import (
    SENDGRID_SIGNATURE,
    SENDGRID_TIMESTAMP,
    TWILIO_SIGNATURE,
    Pairs,
    sign_sendgrid,
    sign_twilio,
)
from channels.transport import Response

log = structlog.get_logger(__name__)

BATCH = 200
"""Most email events in one webhook."""

Post = Callable[[str, Mapping[str, str], bytes], Response | None]
"""Delivers a webhook: URL, headers, body; the answer, or None if there was none."""


@dataclass(frozen=True, slots=True)
class EmailEvent:
    """One event of the Event Webhook; those due together travel together."""

    event: dict[str, Any]


@dataclass(frozen=True, slots=True)
class TwilioForm:
    """A status callback, an inbound message, or keys that were pressed in a call."""

    url: str
    form: Pairs
    then: Callable[[datetime, Response | None], None] | None = None
    """What the answer is for, where somebody waits for it (None: there was none); it is not asked for again."""


@dataclass(frozen=True, slots=True)
class InboundMail:
    """A mail from outside, as Inbound Parse posts it."""

    content_type: str
    body: bytes


@dataclass(order=True, slots=True)
class Callback:
    """Something to deliver. Ordered by due instant, then by when it was queued."""

    due: datetime
    sequence: int
    what: EmailEvent | TwilioForm | InboundMail | None = field(compare=False)
    """None: something happens at the provider, and nobody is told."""
    on_delivery: Callable[[], None] | None = field(compare=False, default=None)
    tries: int = field(compare=False, default=0)


class Callbacks:
    """The queue. `take` and `deliver` are apart, so that no lock is held while a webhook is under way."""

    def __init__(self, config: SandboxConfig, post: Post, now: Callable[[], datetime]) -> None:
        self._config = config
        self._post = post
        self._now = now
        self._private_key, _ = sandbox_keys(config.seed)
        self._changed = threading.Condition()
        self._heap: list[Callback] = []
        self._sequence = 0
        self._stopped = True
        self._threads: list[threading.Thread] = []

    def put(
        self,
        due: datetime,
        what: EmailEvent | TwilioForm | InboundMail | None,
        on_delivery: Callable[[], None] | None = None,
    ) -> None:
        """Queue one callback; `on_delivery` runs just before it goes out."""
        with self._changed:
            self._sequence += 1
            self._push(Callback(due, self._sequence, what, on_delivery))

    def next_due(self) -> datetime | None:
        """When the next one is due; None if nothing waits."""
        with self._changed:
            return self._heap[0].due if self._heap else None

    def deliver(self, until: datetime) -> int:
        """Deliver what is due up to and including `until`, in order; how many callbacks that were.

        Email events of one instant travel together. What is not taken comes again later, in the callback's own time.
        """
        count = 0
        while batch := self._take(until, same_instant=True):
            count += len(batch)
            self._deliver(batch, batch[0].due)
        return count

    def clear(self) -> None:
        """Forget all that waits."""
        with self._changed:
            self._heap.clear()

    def start(self) -> None:
        """Deliver in real time, from threads of our own."""
        self._stopped = False
        for number in range(self._config.callback_threads):
            thread = threading.Thread(target=self._work, name=f"sandbox-callbacks-{number}", daemon=True)
            thread.start()
            self._threads.append(thread)

    def stop(self) -> None:
        """Stop delivering; what waits is lost, as the process goes."""
        with self._changed:
            self._stopped = True
            self._changed.notify_all()
        for thread in self._threads:
            thread.join(timeout=5)
        self._threads.clear()

    def _push(self, callback: Callback) -> None:
        heapq.heappush(self._heap, callback)
        if self._heap[0] is callback:
            self._changed.notify()

    def _take(self, until: datetime, same_instant: bool = False) -> list[Callback]:
        with self._changed:
            batch: list[Callback] = []
            while self._heap and self._heap[0].due <= until and len(batch) < BATCH:
                if batch and not (
                    isinstance(batch[0].what, EmailEvent)
                    and isinstance(self._heap[0].what, EmailEvent)
                    and (not same_instant or self._heap[0].due == batch[0].due)
                ):
                    break
                batch.append(heapq.heappop(self._heap))
            return batch

    def _work(self) -> None:
        while True:
            with self._changed:
                while not self._stopped:
                    wait = (self._heap[0].due - self._now()).total_seconds() if self._heap else None
                    if wait is not None and wait <= 0:
                        break
                    self._changed.wait(wait)
                if self._stopped:
                    return
            # Another thread may have been quicker: then there is nothing to take.
            now = self._now()
            if batch := self._take(now):
                self._deliver(batch, now)

    def _deliver(self, batch: list[Callback], at: datetime) -> None:
        for callback in batch:
            if callback.on_delivery is not None and callback.tries == 0:
                callback.on_delivery()
        what = batch[0].what
        if what is None:
            return
        url, headers, body = self._request(batch, at)
        try:
            answer = self._post(self._connect_to(url), headers, body)
        except Exception as error:
            # A delivery given in from outside (a web application in this process) may raise whatever it likes, and its
            # text may hold an address.
            log.warning("sandbox_webhook_failed", error=type(error).__name__)
            answer = None
        taken = answer is not None and 200 <= answer.status < 300
        if isinstance(what, TwilioForm) and what.then is not None:
            what.then(at, answer if taken else None)
            return
        if taken:
            return
        with self._changed:
            for callback in batch:
                callback.tries += 1
                if callback.tries < self._config.callback_tries:
                    # 1, 2, 4 ... seconds in real time, minutes in virtual time: the providers' growing intervals.
                    unit = 60.0 if self._config.manual else 1.0
                    callback.due = at + timedelta(seconds=unit * 2 ** (callback.tries - 1))
                    self._push(callback)

    def _request(self, batch: list[Callback], at: datetime) -> tuple[str, dict[str, str], bytes]:
        what = batch[0].what
        if isinstance(what, TwilioForm):
            url = what.url.partition("#")[0]
            headers = {
                "Content-Type": "application/x-www-form-urlencoded; charset=UTF-8",
                "User-Agent": "TwilioProxy/1.1",
                TWILIO_SIGNATURE: sign_twilio(self._config.twilio_auth_token, url, what.form),
            }
            return url, headers, urlencode(what.form).encode()
        if isinstance(what, InboundMail):
            path, content_type, body = "/webhooks/sendgrid/inbound", what.content_type, what.body
        else:
            events = [one.what.event for one in batch if isinstance(one.what, EmailEvent)]
            # The line end is the provider's, too: who strips it before checking the signature learns it here.
            body = json.dumps(events, separators=(",", ":")).encode() + b"\r\n"
            path, content_type = "/webhooks/sendgrid/events", "application/json"
        timestamp = str(int(at.timestamp()))
        headers = {
            "Content-Type": content_type,
            "User-Agent": "SendGrid Event API",
            SENDGRID_TIMESTAMP: timestamp,
            SENDGRID_SIGNATURE: sign_sendgrid(self._private_key, timestamp, body),
        }
        return self._config.webhook_base.rstrip("/") + path, headers, body

    def _connect_to(self, url: str) -> str:
        if not self._config.deliver_to:
            return url
        real, signed = urlsplit(self._config.deliver_to), urlsplit(url)
        return urlunsplit((real.scheme, real.netloc, signed.path, signed.query, ""))
