"""Running things until told to stop: signals, servers on threads, worker threads."""

from __future__ import annotations

import contextlib
import signal
import socket
import threading
import time
from collections.abc import Callable, Iterator
from typing import Any

import dramatiq
import uvicorn

from workers.actors import PREFIX
from workers.cli.context import CommandFailed


def until_told() -> threading.Event:
    """An event that SIGTERM or SIGINT sets.

    A thread of its own sets it. Python runs a handler in the main thread alone, between two of its instructions: a
    signal that comes just before that thread falls asleep would not wake it, and one that comes while it holds the
    event's lock would wait for itself. What C writes to a socket at the signal's instant is always read.
    """
    stopping = threading.Event()
    told, telling = socket.socketpair()
    telling.setblocking(False)
    signal.set_wakeup_fd(telling.fileno())
    numbers = {signal.SIGTERM, signal.SIGINT}
    for number in numbers:
        signal.signal(number, lambda *_: None)

    def listen() -> None:
        with telling:  # open as long as the process lives: there may be more than one signal
            while written := told.recv(16):
                if numbers & set(written):
                    stopping.set()

    threading.Thread(target=listen, daemon=True, name="signals").start()
    return stopping


@contextlib.contextmanager
def server(app: Any, host: str, port: int) -> Iterator[str]:
    """Serve an ASGI app on a thread of its own; yields its URL once it answers. Port 0 takes a free one."""
    try:
        listening = socket.create_server((host, port), backlog=512)
    except OSError as error:
        raise CommandFailed(
            f"can't listen on {host}:{port} ({error.strerror}); choose another with --port or --sandbox-port"
        ) from None
    # Inherited by every connection. asyncio switches Nagle off only on sockets it made itself; with it, each answer
    # waits for the peer's delayed ack, some 40 ms.
    listening.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    bound = listening.getsockname()[1]
    running = uvicorn.Server(
        uvicorn.Config(
            app, log_config=None, access_log=False, server_header=False, proxy_headers=False,
            timeout_graceful_shutdown=5, timeout_keep_alive=30,
        )
    )  # fmt: skip
    thread = threading.Thread(target=running.run, kwargs={"sockets": [listening]}, name="server", daemon=True)
    thread.start()
    while not running.started:
        if not thread.is_alive():
            raise RuntimeError("the HTTP server did not start")
        time.sleep(0.01)
    try:
        yield f"http://{host}:{bound}"
    finally:
        running.should_exit = True
        thread.join(timeout=10)
        listening.close()


@contextlib.contextmanager
def workers(broker: dramatiq.Broker, lanes: tuple[str, ...], threads: int) -> Iterator[dramatiq.Worker]:
    """Work on these lanes with that many threads; on leaving, what is being worked on is finished."""
    broker.emit_after("process_boot")
    worker = dramatiq.Worker(
        broker, queues={PREFIX + lane for lane in lanes}, worker_threads=threads, worker_timeout=100
    )
    worker.start()
    try:
        yield worker
    finally:
        worker.stop(timeout=60_000)
        broker.close()


@contextlib.contextmanager
def threads(stopping: threading.Event, *loops: Callable[[threading.Event], None]) -> Iterator[None]:
    """Run loops on threads until `stopping` is set; one that ends with an error ends the process's run with it, too."""
    failed: list[BaseException] = []

    def guarded(loop: Callable[[threading.Event], None]) -> None:
        try:
            loop(stopping)
        except BaseException as error:
            failed.append(error)
        finally:
            stopping.set()

    started = [threading.Thread(target=guarded, args=(loop,), daemon=True) for loop in loops]
    for thread in started:
        thread.start()
    try:
        yield
    finally:
        stopping.set()
        for thread in started:
            thread.join(timeout=30)
    if failed:
        raise failed[0]
