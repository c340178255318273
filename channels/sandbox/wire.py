"""The providers' API on the wire: plain ASGI without a framework in between, and the faults that only a socket shows.

A benchmark sends through here, so a call costs a few dictionary look-ups and no validation library; and a fault such as
a reset needs the server's own `send`, which a framework wraps.
"""

from __future__ import annotations

import asyncio
import json
import socket
import struct
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qsl

from starlette.types import Receive, Scope, Send

from channels.sandbox.faults import FaultKind, Faults


@dataclass(frozen=True, slots=True)
class Request:
    """One call. Header names are lower case."""

    method: str
    path: str
    query: list[tuple[str, str]]
    headers: dict[str, str]
    body: bytes


@dataclass(frozen=True, slots=True)
class Answer:
    """What goes back."""

    status: int
    headers: dict[str, str] = field(default_factory=dict)
    body: bytes = b""


def number(text: str | None, default: int) -> int:
    """A count from a query; the default for anything that is none."""
    return int(text) if text and text.isascii() and text.isdigit() else default


def json_answer(status: int, body: object, headers: dict[str, str] | None = None) -> Answer:
    """An answer with a JSON body."""
    written = json.dumps(body, separators=(",", ":")).encode()
    return Answer(status, {"Content-Type": "application/json", **(headers or {})}, written)


@dataclass(frozen=True, slots=True)
class Face:
    """One provider: how it answers, how it says "too many" (seconds) and "broken"."""

    provider: str
    answer: Callable[[Request], Answer]
    too_many: Callable[[float], Answer]
    broken: Callable[[], Answer]


async def serve(face: Face, faults: Faults, scope: Scope, receive: Receive, send: Send) -> None:
    """Serve one call, with the fault that it meets, if any. Only sending meets faults; searches don't."""
    request = await _read(scope, receive)
    if request is None:
        return None
    fault = faults.take_for_call(face.provider) if request.method == "POST" else None
    kind, seconds = fault if fault is not None else (None, 0.0)
    match kind:
        case FaultKind.RESET_BEFORE:
            return await abort(receive, send)
        case FaultKind.HANG_BEFORE:
            await _hang(receive, seconds)
            return await abort(receive, send)
        case FaultKind.STATUS_429:
            return await _write(face.too_many(seconds), send)
        case FaultKind.STATUS_500:
            return await _write(face.broken(), send)
    answer = face.answer(request)
    match kind:
        case FaultKind.RESET_AFTER:
            return await abort(receive, send)
        case FaultKind.HANG_AFTER:
            await _hang(receive, seconds)
        case FaultKind.STATUS_500_AFTER:
            answer = face.broken()
    return await _write(answer, send)


async def _read(scope: Scope, receive: Receive) -> Request | None:
    """The call with its whole body; None if the caller left before the body's end."""
    chunks = []
    more = True
    while more:
        message = await receive()
        if message["type"] == "http.disconnect":
            return None
        chunks.append(message.get("body", b""))
        more = message.get("more_body", False)
    return Request(
        method=scope["method"],
        path=scope["path"],
        query=parse_qsl(scope["query_string"].decode("latin-1"), keep_blank_values=True),
        headers={name.decode("latin-1"): value.decode("latin-1") for name, value in scope["headers"]},
        body=b"".join(chunks),
    )


async def _write(answer: Answer, send: Send) -> None:
    headers = [(name.lower().encode(), value.encode("latin-1")) for name, value in answer.headers.items()]
    headers.append((b"content-length", str(len(answer.body)).encode()))
    await send({"type": "http.response.start", "status": answer.status, "headers": headers})
    await send({"type": "http.response.body", "body": answer.body})


async def _hang(receive: Receive, seconds: float) -> None:
    """Say nothing for so long, or until the caller has gone."""
    try:
        async with asyncio.timeout(seconds):
            while (await receive())["type"] != "http.disconnect":
                pass
    except TimeoutError:
        pass


async def abort(receive: Receive, send: Send) -> None:
    """Reset the connection without an answer.

    ASGI has no word for that. uvicorn's `send` is a method of the object that holds the asyncio transport, so we reach
    for it there: the one place that knows this. With another server, the call ends without an answer instead, and the
    server makes a 500 of it.
    """
    transport: Any = getattr(getattr(send, "__self__", None), "transport", None)
    if transport is None:
        raise RuntimeError("this server does not let a connection be reset")
    raw = transport.get_extra_info("socket")
    if raw is not None:
        # Lingering for zero seconds turns the close into a reset instead of an orderly end.
        raw.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    transport.abort()
    while (await receive())["type"] != "http.disconnect":
        pass
