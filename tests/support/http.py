"""A server of the test's own, on loopback."""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import uvicorn


@contextmanager
def running(app: Any) -> Iterator[str]:
    """Serve an ASGI application from a thread on a free port; the URL, without a slash at its end.

    The test needs the marker `network`. Open calls are cut at the end, so a test may leave one hanging.
    """
    # asyncio turns Nagle off for sockets that say they are TCP, and a reply of two writes waits 40 ms without that.
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP) as listening:
        listening.bind(("127.0.0.1", 0))
        host, port = listening.getsockname()
        config = uvicorn.Config(
            app,
            log_level="warning",
            access_log=False,
            lifespan="auto",
            timeout_graceful_shutdown=1,
            ws="none",
        )
        server = uvicorn.Server(config)
        thread = threading.Thread(target=server.run, args=([listening],), name="test-http", daemon=True)
        thread.start()
        try:
            until = time.monotonic() + 10
            while not server.started:
                if time.monotonic() > until or not thread.is_alive():
                    raise RuntimeError("the test's server did not start")
                time.sleep(0.005)
            yield f"http://{host}:{port}"
        finally:
            server.should_exit = True
            thread.join(timeout=10)
