"""Connections that are kept between calls: a call takes the one that was used last, and gives it back when it is over.

Not httpcore's own pool: that looks over all its connections at the beginning and at the end of each call, and asks the
system of every idle one whether it still stands. With 16 of them that was half of what a call costs (0.42 ms of CPU;
0.22 ms here), and it grows with the square of their number. It also loads the certificate bundle for every connection
(some 30 ms); here it is loaded once.
"""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache

import httpcore

_SCHEMES = frozenset({b"http", b"https"})


class Connections:
    """At most `size` connections, to any hosts. Thread-safe.

    Who finds all of them busy waits for up to `wait` seconds. An idle one is used again within `keepalive` seconds.
    """

    def __init__(self, size: int, wait: float, keepalive: float, backend: httpcore.NetworkBackend) -> None:
        self._size, self._wait, self._keepalive, self._backend = size, wait, keepalive, backend
        self._turns = threading.BoundedSemaphore(size)
        self._lock = threading.Lock()
        self._busy = 0
        self._idle: deque[httpcore.HTTPConnection] = deque()
        """In the order in which they were given back, so that the first to expire is the first."""
        self._tls = cache(httpcore.default_ssl_context)

    @contextmanager
    def to(self, url: httpcore.URL) -> Iterator[httpcore.HTTPConnection]:
        """A connection for one call to that URL; it may not stand yet.

        Raises `httpcore.PoolTimeout` if there was none to have, `httpcore.UnsupportedProtocol` for a URL that is no
        web address.
        """
        if url.scheme not in _SCHEMES:
            raise httpcore.UnsupportedProtocol
        if not self._turns.acquire(timeout=self._wait):
            raise httpcore.PoolTimeout
        connection = None
        try:
            connection = self._take(url.origin) or self._new(url.origin)
            yield connection
        finally:
            try:
                self._give_back(connection)
            finally:
                self._turns.release()

    def close(self) -> None:
        """Close those that are idle."""
        with self._lock:
            idle, self._idle = self._idle, deque()
        for connection in idle:
            connection.close()

    def _take(self, origin: httpcore.Origin) -> httpcore.HTTPConnection | None:
        """An idle one that still stands; None where another has to be made, for which there is room then."""
        over: list[httpcore.HTTPConnection] = []
        with self._lock:
            self._busy += 1
            while self._idle and self._idle[0].has_expired():
                over.append(self._idle.popleft())
            found = None
            for one in [one for one in reversed(self._idle) if one.can_handle_request(origin)]:
                self._idle.remove(one)
                if not one.has_expired():  # the other side may have closed it meanwhile
                    found = one
                    break
                over.append(one)
            if found is None and self._busy + len(self._idle) > self._size:
                over.append(self._idle.popleft())
        for one in over:
            one.close()
        return found

    def _new(self, origin: httpcore.Origin) -> httpcore.HTTPConnection:
        return httpcore.HTTPConnection(
            origin,
            ssl_context=self._tls() if origin.scheme == b"https" else None,
            keepalive_expiry=self._keepalive,
            retries=0,
            network_backend=self._backend,
        )

    def _give_back(self, connection: httpcore.HTTPConnection | None) -> None:
        with self._lock:
            self._busy -= 1
            if connection is None:
                return
            if connection.is_available():  # the whole answer was read, and neither side wants to close
                self._idle.append(connection)
                return
        connection.close()
