"""SendGrid's webhooks: events about mails, and the mails that clients write (Inbound Parse).

Both are signed in the same way, over the timestamp and the raw bytes. Events are repeated for 24 hours and mails for
three days until they get a 2xx: https://www.twilio.com/docs/sendgrid/for-developers/tracking-events/event.
"""

from __future__ import annotations

from http import HTTPStatus

import structlog
from fastapi import APIRouter, Request
from fastapi.concurrency import run_in_threadpool
from fastapi.responses import Response

from channels.inbound import inbound_mail
from channels.receipts import sendgrid_receipts
from channels.signatures import SENDGRID_SIGNATURE, SENDGRID_TIMESTAMP, verify_sendgrid
from web.body import read_body
from web.deps import WebDeps
from web.intake import take_mail, take_receipts
from web.problems import Problem

log = structlog.get_logger(__name__)

MAX_EVENTS = 8 * 1024 * 1024
"""Ten times what the provider says it puts into one request."""
MAX_MAIL = 32 * 1024 * 1024
"""The provider takes mails of up to 30 MB in all."""


def sendgrid_routes(deps: WebDeps) -> APIRouter:
    """The routes."""
    router = APIRouter(prefix="/webhooks/sendgrid")

    @router.post("/events")
    async def events(request: Request) -> Response:
        content_type, body = await _headed(request, MAX_EVENTS)

        def work() -> None:
            _verify(deps, request, body)
            take_receipts(
                deps, "sendgrid", body, content_type, lambda: sendgrid_receipts(body, deps.clock.now())
            )

        await run_in_threadpool(work)
        return Response(status_code=204)

    @router.post("/inbound")
    async def inbound(request: Request) -> Response:
        content_type, body = await _headed(request, MAX_MAIL)

        def work() -> None:
            _verify(deps, request, body)
            take_mail(deps, "sendgrid", body, content_type, lambda: inbound_mail(content_type or "", body))

        await run_in_threadpool(work)
        return Response(status_code=204)

    return router


async def _headed(request: Request, limit: int) -> tuple[str | None, bytes]:
    """Content type and body. Without both headers of a signature, the body is not even read."""
    if not (request.headers.get(SENDGRID_SIGNATURE) and request.headers.get(SENDGRID_TIMESTAMP)):
        raise _refused("no signature")
    return request.headers.get("content-type"), await read_body(request, limit)


def _verify(deps: WebDeps, request: Request, body: bytes) -> None:
    signature, timestamp = request.headers.get(SENDGRID_SIGNATURE), request.headers.get(SENDGRID_TIMESTAMP)
    if not verify_sendgrid(deps.sendgrid_public_keys, signature, timestamp, body, deps.clock.now()):
        raise _refused("signature does not match; see AMICABLE_SENDGRID__WEBHOOK_PUBLIC_KEYS")


def _refused(why: str) -> Problem:
    log.warning("webhook not verified", provider="sendgrid", why=why)
    return Problem(HTTPStatus.FORBIDDEN, "The signature is missing or does not match.")
