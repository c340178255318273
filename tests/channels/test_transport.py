"""Deadlines and what is known after each way a call can end, with servers that misbehave byte by byte."""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime, timedelta

import pytest

from channels.transport import MAX_BODY, NeverSent, Response, Transport, Unknown

pytestmark = pytest.mark.network

Serve = Callable[[socket.socket], None]
OK = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\nX-Thing: a\r\n\r\nok"


@contextmanager
def server(serve: Serve) -> Iterator[tuple[str, list[int]]]:
    """A server that handles each connection by `serve`; its URL, and a list with an entry per connection."""
    listening = socket.create_server(("127.0.0.1", 0))
    accepted: list[int] = []
    ended = threading.Event()

    def connection(peer: socket.socket) -> None:
        with peer, suppress(OSError):
            serve(peer)

    def loop() -> None:
        while not ended.is_set():
            try:
                peer, _ = listening.accept()
            except OSError:
                return
            accepted.append(1)
            threading.Thread(target=connection, args=(peer,), daemon=True).start()

    thread = threading.Thread(target=loop, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{listening.getsockname()[1]}", accepted
    finally:
        ended.set()
        listening.shutdown(socket.SHUT_RDWR)
        listening.close()
        thread.join(5)


def request(peer: socket.socket) -> bytes:
    """One whole request, head and body; nothing when the caller has gone."""
    data = b""
    while b"\r\n\r\n" not in data:
        if not (piece := peer.recv(65536)):
            return b""
        data += piece
    head, _, body = data.partition(b"\r\n\r\n")
    length = next(
        (int(line[15:]) for line in head.split(b"\r\n") if line.lower().startswith(b"content-length:")), 0
    )
    while len(body) < length:
        body += peer.recv(65536)
    return head + b"\r\n\r\n" + body


def answering(*pieces: bytes, every: float = 0.0) -> Serve:
    """Read a request, write the pieces, one `every` so many seconds; again for the next request."""

    def serve(peer: socket.socket) -> None:
        while request(peer):
            for piece in pieces:
                peer.sendall(piece)
                time.sleep(every)

    return serve


def quick(**changes: float) -> Transport:
    return Transport(**{"pool_size": 2, "connect": 0.3, "read": 0.3, "pool": 0.2, "total": 0.6, **changes})  # type: ignore[arg-type]


def test_an_answer() -> None:
    with server(answering(OK)) as (url, _), quick() as transport:
        answer = transport.post(url, {"A": "b"}, content=b"x")

    assert isinstance(answer, Response)
    assert (answer.status, answer.text, answer.headers["x-thing"]) == (200, "ok", "a")
    assert "ok" not in repr(answer)


def test_one_connection_for_many_calls() -> None:
    with server(answering(OK)) as (url, accepted), quick() as transport:
        for _ in range(20):
            assert isinstance(transport.post(url, {}, content=b"x"), Response)

    assert len(accepted) == 1


def test_the_form_the_query_and_the_credentials_arrive() -> None:
    got: list[bytes] = []

    def serve(peer: socket.socket) -> None:
        while data := request(peer):
            got.append(data)
            peer.sendall(OK)

    with server(serve) as (url, _), quick() as transport:
        transport.post(url, {}, data={"Body": "Payé & ✓x"}, auth=("me", "secret"))
        transport.get(url, {}, params={"q": 'a\'b="c"'})

    sent = b"".join(got)
    assert b"Body=Pay%C3%A9+%26+%E2%9C%93x" in sent
    assert b"Authorization: Basic bWU6c2VjcmV0" in sent
    assert b"GET /?q=a%27b%3D%22c%22 HTTP/1.1" in sent


def test_a_redirect_is_an_answer_and_not_a_way() -> None:
    with (
        server(answering(b"HTTP/1.1 301 Moved\r\nLocation: /x\r\nContent-Length: 0\r\n\r\n")) as (
            url,
            accepted,
        ),
        quick() as transport,
    ):
        answer = transport.post(url, {}, content=b"x")

    assert isinstance(answer, Response)
    assert answer.status == 301
    assert len(accepted) == 1


def test_nobody_listens() -> None:
    with socket.create_server(("127.0.0.1", 0)) as listening:
        port = listening.getsockname()[1]
    with quick() as transport:
        assert transport.post(f"http://127.0.0.1:{port}", {}, content=b"x") == NeverSent("ConnectError")


def test_a_url_that_is_none() -> None:
    with quick() as transport:
        assert isinstance(transport.post("gopher://127.0.0.1/", {}), NeverSent)


def test_a_header_that_would_become_two_is_never_sent() -> None:
    with server(answering(OK)) as (url, _), quick() as transport:
        assert isinstance(transport.post(url, {"A": "b\r\nC: d"}, content=b"x"), NeverSent)


def test_all_connections_are_busy() -> None:
    def slow(peer: socket.socket) -> None:
        request(peer)
        time.sleep(0.5)
        peer.sendall(OK)

    with server(slow) as (url, _), quick(pool_size=1, read=2, total=2, pool=0.1) as transport:
        first = threading.Thread(target=transport.post, args=(url, {}), kwargs={"content": b"x"})
        first.start()
        time.sleep(0.1)
        assert transport.post(url, {}, content=b"x") == NeverSent("PoolTimeout")
        first.join()


def late(peer: socket.socket) -> None:
    request(peer)
    time.sleep(1)


@pytest.mark.parametrize(
    ("serve", "why"),
    [
        (late, "ReadTimeout"),
        (lambda peer: request(peer) and None, "RemoteProtocolError"),
        (lambda peer: request(peer) and peer.sendall(b"no HTTP at all\r\n\r\n"), "RemoteProtocolError"),
        (lambda peer: request(peer) and peer.sendall(OK[:-1]), "RemoteProtocolError"),
    ],
)
def test_what_happened_is_unknown(serve: Serve, why: str) -> None:
    with server(serve) as (url, _), quick() as transport:
        assert transport.post(url, {}, content=b"x") == Unknown(why)


@pytest.mark.parametrize("part", [b"X-Drip: a\r\n", b""])
def test_a_server_that_drips_meets_the_deadline(part: bytes) -> None:
    head = b"HTTP/1.1 200 OK\r\n" if part else b"HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n"
    drips = [part or b"x"] * 100
    with server(answering(head, *drips, every=0.05)) as (url, _), quick() as transport:
        began = time.monotonic()
        answer = transport.post(url, {}, content=b"x")
        took = time.monotonic() - began

    assert answer == Unknown("deadline")
    assert took < 1.2


def test_a_deadline_is_of_one_call_only() -> None:
    with server(answering(OK)) as (url, _), quick(total=0.2) as transport:
        transport.post(url, {}, content=b"x")
        time.sleep(0.3)
        assert isinstance(transport.post(url, {}, content=b"x"), Response)


def test_an_endless_body_is_cut() -> None:
    head = b"HTTP/1.1 200 OK\r\nContent-Length: 5000000\r\n\r\n"
    with server(answering(head, b"x" * 5_000_000)) as (url, _), quick(total=5, read=5) as transport:
        answer = transport.post(url, {}, content=b"x")

    assert isinstance(answer, Response)
    assert len(answer.body) == MAX_BODY


NOW = datetime(2026, 3, 2, 9, tzinfo=UTC)


@pytest.mark.parametrize(
    ("value", "seconds"),
    [
        ("7", 7.0),
        ("Mon, 02 Mar 2026 09:00:30 GMT", 30.0),
        ("Mon, 02 Mar 2026 08:00:00 GMT", 0.0),
        ("soon", None),
        ("²", None),
        ("", None),
    ],
)
def test_retry_after(value: str, seconds: float | None) -> None:
    assert Response(429, {"retry-after": value}, b"").retry_after(NOW) == seconds
    assert Response(429, {}, b"").retry_after(NOW + timedelta(days=1)) is None
