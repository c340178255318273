"""Around every request: an id for its log lines, counts, security headers, and an answer even to a bug.

No line and no label holds a path as it came: paths carry tokens. The route's template stands for it.
"""

from __future__ import annotations

import time
from uuid import uuid4

import structlog
from starlette.datastructures import MutableHeaders
from starlette.requests import ClientDisconnect
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from web.metrics import Requests
from web.problems import for_error, is_outage, log_error

log = structlog.get_logger(__name__)

UNMATCHED = "unmatched"
"""The template of a path that no route knows."""
_METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})
_QUIET = frozenset({"/healthz", "/readyz", "/metrics"})
"""Asked every few seconds by machines; their lines would drown the others."""

_HEADERS = {
    "Content-Security-Policy": (
        "default-src 'none'; style-src 'self' 'unsafe-inline'; form-action 'self'; base-uri 'none'; "
        "frame-ancestors 'none'"
    ),
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Cache-Control": "no-store",
}


class AroundRequests:
    """Pure ASGI middleware: it neither buffers a body nor moves the work to another task."""

    def __init__(self, app: ASGIApp, requests: Requests, https: bool) -> None:
        self._app = app
        self._requests = requests
        self._headers = _HEADERS | ({"Strict-Transport-Security": "max-age=31536000"} if https else {})

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Handle one request; connections of other kinds (lifespan) pass through."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        # Never the sender's own id: it may be anything, an address included.
        request_id = uuid4().hex
        with structlog.contextvars.bound_contextvars(request_id=request_id):
            await self._handle(scope, receive, send, request_id)

    async def _handle(self, scope: Scope, receive: Receive, send: Send, request_id: str) -> None:
        status = 0
        began = time.perf_counter()

        async def answer(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = int(message["status"])
                headers = MutableHeaders(scope=message)
                headers["X-Request-Id"] = request_id
                for name, value in self._headers.items():
                    headers.setdefault(name, value)
            await send(message)

        try:
            await self._app(scope, receive, answer)
        except ClientDisconnect:
            status = status or 499  # nobody is there to read an answer; the number is nginx's
        except Exception as error:
            log_error("database unavailable" if is_outage(error) else "request failed", error)
            if status:
                raise  # half an answer is out: the server must cut the connection
            await for_error(error)(scope, receive, answer)
        finally:
            self._done(scope, status or 500, time.perf_counter() - began)

    def _done(self, scope: Scope, status: int, seconds: float) -> None:
        route = getattr(scope.get("route"), "path", UNMATCHED)
        method = scope["method"] if scope["method"] in _METHODS else "OTHER"
        self._requests.observe(method, route, status, seconds)
        say = log.debug if route in _QUIET else log.info
        say("request", method=method, route=route, status=status, milliseconds=round(seconds * 1000, 1))
