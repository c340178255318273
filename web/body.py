"""Reading a request's body: as raw bytes, up to a limit, and not for ever."""

from __future__ import annotations

import asyncio
from http import HTTPStatus

from fastapi import Request

from web.problems import Problem

PATIENCE = 60.0
"""Seconds that a sender has for its whole body."""


async def read_body(request: Request, limit: int) -> bytes:
    """The body as it came. Raises `Problem` 413 beyond `limit` bytes and 408 when it takes too long.

    What the sender says of its length is only used to refuse early; what counts is what comes.
    """
    said = request.headers.get("content-length", "")
    if said.isascii() and said.isdigit() and (len(said) > 15 or int(said) > limit):
        raise _too_large(limit)
    chunks: list[bytes] = []
    size = 0
    try:
        async with asyncio.timeout(PATIENCE):
            async for chunk in request.stream():
                size += len(chunk)
                if size > limit:
                    raise _too_large(limit)
                chunks.append(chunk)
    except TimeoutError:
        raise Problem(
            HTTPStatus.REQUEST_TIMEOUT, f"The body was not complete after {PATIENCE:g} seconds."
        ) from None
    return b"".join(chunks)


def _too_large(limit: int) -> Problem:
    # The rest of the body lies unread on the connection, so it can't carry another request.
    return Problem(
        HTTPStatus.REQUEST_ENTITY_TOO_LARGE, f"At most {limit} bytes are read.", {"Connection": "close"}
    )
