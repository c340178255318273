"""No test reaches the network: without a marker there are no sockets, with one there is loopback and nothing else."""

from __future__ import annotations

import asyncio
import socket

import pytest
from pytest_socket import SocketBlockedError, SocketConnectBlockedError


@pytest.mark.filterwarnings("ignore:A test tried")
def test_sockets_are_off() -> None:
    with pytest.raises(SocketBlockedError):
        socket.create_connection(("127.0.0.1", 9))


def test_an_event_loop_runs_without_them() -> None:
    asyncio.run(asyncio.sleep(0))


@pytest.mark.network
@pytest.mark.filterwarnings("ignore:A test tried")
def test_a_marker_opens_loopback_only() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        socket.create_connection(server.getsockname()).close()

    with pytest.raises(SocketConnectBlockedError):
        socket.create_connection(("192.0.2.1", 80), timeout=0.1)
