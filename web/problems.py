"""What goes wrong, as RFC 9457 problem documents: what it was, what to do, and the id under which the log knows it."""

from __future__ import annotations

import traceback
from collections.abc import Mapping
from http import HTTPStatus
from typing import Any

import structlog
from fastapi import Request
from fastapi.responses import JSONResponse, Response
from sqlalchemy.exc import InterfaceError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from starlette.exceptions import HTTPException

log = structlog.get_logger(__name__)

RETRY_AFTER = 5
"""Seconds that we ask for when the database does not answer."""


class Problem(Exception):
    """Ends a request with a problem document. `detail` is for whoever asked: it holds nothing of the inside."""

    def __init__(self, status: HTTPStatus, detail: str, headers: Mapping[str, str] | None = None) -> None:
        super().__init__(detail)
        self.status = status
        self.detail = detail
        self.headers = dict(headers or {})


def problem(
    status: HTTPStatus, detail: str, headers: Mapping[str, str] | None = None, **more: Any
) -> JSONResponse:
    """A problem document; `more` are its further members."""
    content: dict[str, Any] = {"title": status.phrase, "status": status.value, "detail": detail}
    request_id = structlog.contextvars.get_contextvars().get("request_id")
    if request_id:
        content["request_id"] = request_id
    return JSONResponse(
        content | more, status.value, headers=dict(headers or {}), media_type="application/problem+json"
    )


def is_outage(error: BaseException) -> bool:
    """Whether the database could not answer for now (out, locked, too slow), so that the same may work later."""
    return isinstance(error, OperationalError | InterfaceError | PoolTimeout)


def log_error(event: str, error: BaseException, **more: str) -> None:
    """Log where it happened, and not a word of its text: an error of the database quotes the row it was about."""
    frames = traceback.extract_tb(error.__traceback__)[-12:]
    where = [f"{frame.filename}:{frame.lineno} {frame.name}" for frame in frames]
    log.error(event, error=type(error).__name__, frames=where, **more)


def for_error(error: BaseException) -> JSONResponse:
    """The answer to an error that nobody expected: 503 while the database is out, else 500. Shows nothing of it."""
    if is_outage(error):
        return problem(
            HTTPStatus.SERVICE_UNAVAILABLE,
            "The database does not answer. Nothing was stored; send it again.",
            {"Retry-After": str(RETRY_AFTER)},
        )
    return problem(
        HTTPStatus.INTERNAL_SERVER_ERROR,
        "Something failed on our side. The log knows more under this request id.",
    )


def on_problem(request: Request, error: Exception) -> Response:
    """Exception handler for `Problem`."""
    del request
    assert isinstance(error, Problem)
    return problem(error.status, error.detail, error.headers)


def on_http_exception(request: Request, error: Exception) -> Response:
    """Exception handler for what the framework itself refuses: an unknown path, a wrong method."""
    del request
    assert isinstance(error, HTTPException)
    status = HTTPStatus(error.status_code)
    return problem(status, status.description or status.phrase, error.headers)
