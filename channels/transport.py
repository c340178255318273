"""The one HTTP client that carries every provider call: pooled, with deadlines, and honest about what is known.

Why not the transports that come with the SDKs: the one inside sendgrid opens a connection and loads the whole
certificate bundle for each mail (38 requests a second over TLS; 1,413 when the same `send()` runs over a kept
connection, both measured on one machine), follows redirects with the key in hand, and waits without limit. The one
inside twilio waits without limit too, and its answer loses `Retry-After`.

This one never follows a redirect, reads no proxy from the environment, keeps no cookies and never retries. It stands on
httpcore, the engine of httpx, because there the deadline can reach down to each read of the socket: a timeout per read
alone lets a server that drips a byte every few seconds hold a worker for as long as it likes.
"""

from __future__ import annotations

import base64
import math
import ssl
import threading
import time
from collections.abc import Callable, Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from functools import cache
from typing import Any, Self
from urllib.parse import urlencode

import httpcore

MAX_BODY = 1 << 20
"""Bytes of an answer that are kept, unless another number is given; the providers' answers are a few hundred."""


@dataclass(frozen=True, slots=True)
class Response:
    """The provider, or something in between, answered. Header names are lower case. The body may hold an address."""

    status: int
    headers: Mapping[str, str]
    body: bytes = field(repr=False)

    @property
    def text(self) -> str:
        """The body as text; bytes that are none become replacement characters."""
        return self.body.decode("utf-8", "replace")

    @property
    def html(self) -> bool:
        """Whether this is a page for people: a proxy's or an edge's, never an API's."""
        return "html" in self.headers.get("content-type", "") or self.body.lstrip()[:1] == b"<"

    def retry_after(self, now: datetime) -> float | None:
        """Seconds that the header `Retry-After` asks us to wait, as a number or as a date; None without one."""
        value = self.headers.get("retry-after", "").strip()
        if value.isascii() and value.isdigit():
            return float(value)
        try:
            at = parsedate_to_datetime(value)
        except ValueError:
            return None
        if at.tzinfo is None:
            at = at.replace(tzinfo=UTC)
        return max(0.0, (at - now).total_seconds())


@dataclass(frozen=True, slots=True)
class NeverSent:
    """No byte of the request has left: no connection could be had."""

    detail: str


@dataclass(frozen=True, slots=True)
class Unknown:
    """The request, or a part of it, has left, and no whole answer came back."""

    detail: str


Answer = Response | NeverSent | Unknown

# Before a connection stands, nothing of the request can have left. All else may have been taken.
_NEVER_SENT = (
    httpcore.ConnectError,
    httpcore.ConnectTimeout,
    httpcore.PoolTimeout,
    httpcore.UnsupportedProtocol,
    httpcore.LocalProtocolError,
)


class Transport:
    """A pool of connections with deadlines. Thread-safe; make it after forking, and close it at the end.

    `pool_size` is the number of calls at the same time; more wait for up to `pool` seconds and are then `NeverSent`.
    All times are seconds. `total` bounds a call from its start to the last byte of the answer; only looking up a name
    and trying several addresses of one host are outside of it. `keepalive` is how long an idle connection is used
    again: shorter than the servers' own patience (uvicorn: 5), or a request meets a connection that is just being
    closed, and its fate is unknown. `most` is how many bytes of an answer are kept. `address_of` (host, port) chooses
    the address to connect to, and raises `OSError` where there is none that may be called.
    """

    def __init__(
        self,
        pool_size: int = 20,
        *,
        connect: float = 3.0,
        read: float = 10.0,
        write: float = 10.0,
        pool: float = 3.0,
        total: float = 15.0,
        keepalive: float = 4.0,
        most: int = MAX_BODY,
        address_of: Callable[[str, int], str] | None = None,
    ) -> None:
        self._timeouts = {"connect": connect, "read": read, "write": write, "pool": pool}
        self._total = total
        self._most = most
        self._deadline = _Deadline()
        self._pool = httpcore.ConnectionPool(
            max_connections=pool_size,
            max_keepalive_connections=pool_size,
            keepalive_expiry=keepalive,
            retries=0,
            ssl_context=_tls(),
            network_backend=_Backend(self._deadline, address_of),
        )

    def post(
        self,
        url: str,
        headers: Mapping[str, str],
        content: bytes | None = None,
        data: Mapping[str, object] | None = None,
        auth: tuple[str, str] | None = None,
    ) -> Answer:
        """Send `content` as it is, or `data` as a form, and say what came of it. Never raises for the network."""
        if content is None:
            content = urlencode(dict(data or {}), doseq=True).encode()
        return self._request("POST", url, headers, content, auth)

    def get(
        self,
        url: str,
        headers: Mapping[str, str],
        params: Mapping[str, object] | None = None,
        auth: tuple[str, str] | None = None,
    ) -> Answer:
        """Ask, with `params` as the query, and say what came of it. Never raises for the network."""
        if params:
            url = f"{url}?{urlencode(dict(params), doseq=True)}"
        return self._request("GET", url, headers, None, auth)

    def close(self) -> None:
        """Close all connections."""
        self._pool.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def _request(
        self,
        method: str,
        url: str,
        headers: Mapping[str, str],
        content: bytes | None,
        auth: tuple[str, str] | None,
    ) -> Answer:
        if auth is not None:
            pair = base64.b64encode(f"{auth[0]}:{auth[1]}".encode()).decode()
            headers = {**headers, "Authorization": f"Basic {pair}"}
        self._deadline.at = time.monotonic() + self._total
        # The details below are class names: an exception's text may hold the host, the URL or a piece of the answer.
        try:
            with self._pool.stream(
                method,
                url,
                headers=list(headers.items()),
                content=content,
                extensions={"timeout": self._timeouts},
            ) as response:
                body = _read(response.iter_stream(), self._most)
                return Response(
                    status=response.status,
                    headers={
                        name.decode("latin-1").lower(): value.decode("latin-1")
                        for name, value in response.headers
                    },
                    body=body,
                )
        except _NEVER_SENT as error:
            return NeverSent(type(error).__name__)
        except Exception as error:  # whatever it is, it must not become a second message
            if time.monotonic() >= self._deadline.at:
                return Unknown("deadline")
            return Unknown(type(error).__name__)
        finally:
            self._deadline.at = math.inf


def _read(chunks: Iterable[bytes], most: int) -> bytes:
    """The body, up to so many bytes."""
    body = bytearray()
    for chunk in chunks:
        body += chunk
        if len(body) > most:
            break
    return bytes(body[:most])


@cache
def _tls() -> ssl.SSLContext:
    """Once a process: without one of ours, the pool reads the certificates anew for each connection (30 ms of CPU)."""
    return httpcore.default_ssl_context()


class _Deadline(threading.local):
    """When the call that this thread makes must be over, on the monotonic clock."""

    at: float = math.inf

    def within(self, timeout: float | None, error: type[Exception]) -> float | None:
        """`timeout`, cut to what is left; raises `error` when nothing is."""
        if self.at == math.inf:
            return timeout
        left = self.at - time.monotonic()
        if left <= 0:
            raise error
        return left if timeout is None else min(timeout, left)


class _Backend(httpcore.NetworkBackend):
    """Sockets whose reads and writes know the deadline of the call."""

    def __init__(self, deadline: _Deadline, address_of: Callable[[str, int], str] | None) -> None:
        self._inner = httpcore.SyncBackend()
        self._deadline = deadline
        self._address_of = address_of

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[Any] | None = None,
    ) -> httpcore.NetworkStream:
        if self._address_of is not None:
            try:
                host = self._address_of(host, port)
            except OSError as error:
                raise httpcore.ConnectError from error
        timeout = self._deadline.within(timeout, httpcore.ConnectTimeout)
        stream = self._inner.connect_tcp(host, port, timeout, local_address, socket_options)
        return _Stream(stream, self._deadline)


class _Stream(httpcore.NetworkStream):
    """A socket. What is written waits for the next read, so that head and body leave in one piece.

    Two small writes are two packets and two TLS records; joined, a call costs a third less on either side.
    """

    def __init__(self, inner: httpcore.NetworkStream, deadline: _Deadline) -> None:
        self._inner = inner
        self._deadline = deadline
        self._waiting: list[bytes] = []
        self._write_timeout: float | None = None

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        if self._waiting:
            written, self._waiting = b"".join(self._waiting), []
            # Who closes before all is written may have answered first: the read below will tell.
            with suppress(httpcore.WriteError):
                self._inner.write(written, self._deadline.within(self._write_timeout, httpcore.WriteTimeout))
        return self._inner.read(max_bytes, self._deadline.within(timeout, httpcore.ReadTimeout))

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        self._waiting.append(buffer)
        self._write_timeout = timeout

    def close(self) -> None:
        self._inner.close()

    def start_tls(
        self, ssl_context: ssl.SSLContext, server_hostname: str | None = None, timeout: float | None = None
    ) -> httpcore.NetworkStream:
        timeout = self._deadline.within(timeout, httpcore.ConnectTimeout)
        return _Stream(self._inner.start_tls(ssl_context, server_hostname, timeout), self._deadline)

    def get_extra_info(self, info: str) -> Any:
        return self._inner.get_extra_info(info)
