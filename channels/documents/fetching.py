"""Fetching invoices from where the billing system keeps them, and from nowhere else.

A URL comes in with an event, so it is a stranger's: it is followed only below a prefix that the deployment names, over
HTTPS, without redirects, to an address on the public internet (unless the prefix itself is an address), for a few
seconds and a few megabytes, and what comes must be a PDF. The name is looked up once, and the address that was judged
is the address that is called: a name that answers differently the second time gains nothing.
"""

from __future__ import annotations

import ipaddress
import socket
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from urllib.parse import unquote, urlsplit

from channels.transport import NeverSent, Response, Transport

LARGEST = 5_000_000
"""Bytes of one document."""
PATIENCE = 6.0
"""Seconds after which no further document of a mail is asked for. With the last one's own deadline, the wait before it
and the call after it, that is less than the lease of an attempt."""
DEADLINE = 3.0
"""Seconds for one document."""
_PDF = b"%PDF-"
_BEGINS_WITHIN = 1024
"""Readers allow some bytes before the mark of a PDF (ISO 32000-1, annex H, note 13)."""


@dataclass(frozen=True, slots=True)
class Missing:
    """A document that was not had; the reason is fit for a log."""

    reason: str


Get = Callable[[str, int], bytes | Missing]


class Fetch:
    """Fetches documents below these prefixes. Thread-safe. `transport` and `monotonic`, in seconds, are for tests."""

    def __init__(
        self,
        prefixes: Sequence[str],
        transport: Transport | None = None,
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        self._prefixes = tuple(prefixes)
        self._transport = transport or Transport(
            total=DEADLINE, most=LARGEST + 1, address_of=public_address(prefixes)
        )
        self._monotonic = monotonic

    @contextmanager
    def sitting(self) -> Iterator[Get]:
        """Documents for one mail, within one patience: `get(url, room)`, at most `room` bytes."""
        end = self._monotonic() + PATIENCE

        def get(url: str, room: int) -> bytes | Missing:
            if self._monotonic() >= end:
                return Missing("no time left")
            return self._get(url, min(room, LARGEST))

        yield get

    def _get(self, url: str, largest: int) -> bytes | Missing:
        if not any(below(url, prefix) for prefix in self._prefixes):
            return Missing("not below a prefix of AMICABLE_DOCUMENTS__FETCH_FROM")
        answer = self._transport.get(url, {"Accept": "application/pdf"})
        if not isinstance(answer, Response):
            return Missing(
                f"{'no connection' if isinstance(answer, NeverSent) else 'broken'}: {answer.detail}"
            )
        if answer.status != 200:
            return Missing(f"HTTP {answer.status}")
        if len(answer.body) > largest:
            return Missing(f"larger than {largest} bytes")
        if _PDF not in answer.body[:_BEGINS_WITHIN]:
            return Missing("not a PDF")
        return answer.body


def below(url: str, prefix: str) -> bool:
    """Whether a URL lies below an https prefix: the same host and port, and a path that can't climb out again."""
    try:
        asked, allowed = urlsplit(url), urlsplit(prefix)
        same = (asked.scheme, asked.hostname, asked.port or 443) == (
            "https", allowed.hostname, allowed.port or 443,
        )  # fmt: skip
    except ValueError:  # a port that is no number
        return False
    folder = allowed.path.rstrip("/") + "/"
    plain = unquote(unquote(asked.path))
    return (
        same
        and "@" not in asked.netloc
        and url.isascii()
        and url.isprintable()
        and " " not in url
        and asked.path.startswith(folder)
        and "\\" not in plain
        and not {".", ".."} & set(plain.split("/"))
    )


def _look_up(host: str, port: int) -> list[str]:
    """All addresses of a host. Raises `OSError`."""
    return [str(entry[4][0]) for entry in socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)]


def public_address(
    prefixes: Sequence[str], look_up: Callable[[str, int], list[str]] = _look_up
) -> Callable[[str, int], str]:
    """A choice of the address to call for a host, for `Transport(address_of=…)`.

    It raises `OSError` for a host that has any address that is not on the public internet, unless a prefix names that
    very address.
    """
    named = {host for prefix in prefixes if (host := urlsplit(prefix).hostname)}

    def address_of(host: str, port: int) -> str:
        found = look_up(host, port)
        for address in found:
            if not _is_public(address) and not (address == host and host in named):
                raise OSError("an address that is not public")
        return found[0]

    return address_of


def _is_public(address: str) -> bool:
    one = ipaddress.ip_address(address.partition("%")[0])
    if isinstance(one, ipaddress.IPv6Address) and one.ipv4_mapped:
        one = one.ipv4_mapped
    return one.is_global and not one.is_multicast
