"""Kept connections: which are used again, which are closed, and how many there are."""

from __future__ import annotations

import ssl
from collections.abc import Iterable
from typing import Any

import httpcore
import pytest

from channels.connections import Connections

OK = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok"


class Stream(httpcore.NetworkStream):
    """A socket whose other side answers each request with `OK`, until it goes."""

    def __init__(self, host: str) -> None:
        self.host, self.open, self.gone = host, True, False

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        return OK

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        pass

    def close(self) -> None:
        self.open = False

    def start_tls(self, *_: Any, **__: Any) -> httpcore.NetworkStream:
        return self

    def get_extra_info(self, info: str) -> Any:
        return self.gone if info == "is_readable" else None


class Network(httpcore.NetworkBackend):
    """All the sockets that were opened."""

    def __init__(self) -> None:
        self.streams: list[Stream] = []

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[Any] | None = None,
    ) -> httpcore.NetworkStream:
        if host == "nowhere":
            raise httpcore.ConnectError
        self.streams.append(Stream(host))
        return self.streams[-1]

    @property
    def open(self) -> list[str]:
        return [stream.host for stream in self.streams if stream.open]


@pytest.fixture
def network() -> Network:
    return Network()


def kept(network: Network, size: int = 2, keepalive: float = 60.0) -> Connections:
    return Connections(size, 0.0, keepalive, network)


def call(connections: Connections, url: str, *, read: bool = True) -> None:
    where = httpcore.URL(url)
    with connections.to(where) as connection, connection.stream("GET", where) as response:
        if read:
            response.read()


def test_the_last_one_that_was_used_is_used_again(network: Network) -> None:
    connections = kept(network)
    a = httpcore.URL("http://a/")
    with connections.to(a) as first, connections.to(a) as second:
        for connection in (first, second):  # the first is given back last
            connection.request("GET", a)

    with connections.to(a) as third:
        assert third is first
    assert network.open == ["a", "a"]


def test_one_that_the_other_side_closed_is_not_used_again(network: Network) -> None:
    connections = kept(network)
    call(connections, "http://a/")
    network.streams[0].gone = True
    call(connections, "http://a/")

    assert [stream.open for stream in network.streams] == [False, True]


def test_one_that_stood_idle_for_too_long_is_closed(network: Network) -> None:
    connections = kept(network, keepalive=-1.0)
    call(connections, "http://a/")
    call(connections, "http://b/")

    assert network.open == ["b"]


def test_one_whose_answer_was_not_read_is_closed(network: Network) -> None:
    connections = kept(network)
    call(connections, "http://a/", read=False)

    assert network.open == []


def test_idle_ones_make_room_for_other_hosts(network: Network) -> None:
    connections = kept(network, size=2)
    for host in ("a", "b", "c", "b"):
        call(connections, f"http://{host}/")

    assert network.open == ["b", "c"]


def test_no_more_than_there_may_be(network: Network) -> None:
    connections, a = kept(network, size=1), httpcore.URL("http://a/")
    with connections.to(a), pytest.raises(httpcore.PoolTimeout), connections.to(a):
        pass
    call(connections, "http://a/")


def test_one_that_could_not_be_made_leaves_its_room(network: Network) -> None:
    connections = kept(network, size=1)
    for _ in range(3):
        with pytest.raises(httpcore.ConnectError):
            call(connections, "http://nowhere/")
    call(connections, "http://a/")
    call(connections, "http://a/")

    assert len(network.streams) == 1


def test_the_certificates_are_loaded_once(network: Network, monkeypatch: pytest.MonkeyPatch) -> None:
    loaded = []
    load = httpcore.default_ssl_context

    def counted() -> ssl.SSLContext:
        loaded.append(1)
        return load()

    monkeypatch.setattr(httpcore, "default_ssl_context", counted)
    connections = kept(network)
    for host in ("a", "b"):
        call(connections, f"https://{host}/")

    assert len(loaded) == 1


def test_closing(network: Network) -> None:
    connections = kept(network)
    call(connections, "http://a/")
    connections.close()

    assert network.open == []
