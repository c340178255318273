"""Twilio's webhooks: how a text message fares, and what clients write back.

The signature is over the URL that Twilio was given, which is rebuilt from our own `public_url`: what a proxy or a
stranger says of the host is not asked. There is no timestamp in the scheme, so a request can be played again for ever;
unique keys make that harmless. https://www.twilio.com/docs/usage/security#validating-requests
"""

from __future__ import annotations

from http import HTTPStatus
from urllib.parse import parse_qsl

import structlog
from fastapi import APIRouter, Request
from fastapi.concurrency import run_in_threadpool
from fastapi.responses import Response

from channels.receipts import twilio_receipt
from channels.replies import twilio_reply
from channels.signatures import TWILIO_SIGNATURE, verify_twilio
from web.body import read_body
from web.deps import WebDeps
from web.intake import park, take_receipts, take_reply
from web.problems import Problem

log = structlog.get_logger(__name__)

STATUS = "/webhooks/twilio/status"
INBOUND = "/webhooks/twilio/inbound"
MAX_FORM = 256 * 1024
"""A text message has at most 1,600 characters; the rest is names and ids."""
MAX_FIELDS = 500
SILENCE = '<?xml version="1.0" encoding="UTF-8"?><Response/>'
"""No answer by text: Twilio confirms STOP, START and HELP itself, and a person answers the rest."""

Pairs = list[tuple[str, str]]


def twilio_routes(deps: WebDeps) -> APIRouter:
    """The routes."""
    router = APIRouter()

    @router.post(STATUS)
    async def status(request: Request) -> Response:
        body = await signed_body(request)

        def work() -> None:
            form = verified_form(deps, request, STATUS, body, "receipt")
            if form is not None:
                query = _pairs(query_of(request))
                take_receipts(
                    deps,
                    "twilio",
                    body,
                    _type(request),
                    lambda: [twilio_receipt(form, query, deps.clock.now())],
                )

        await run_in_threadpool(work)
        return Response(status_code=204)

    @router.post(INBOUND)
    async def inbound(request: Request) -> Response:
        body = await signed_body(request)

        def work() -> None:
            form = verified_form(deps, request, INBOUND, body, "reply")
            if form is None:
                return
            opt_of, now = deps.opt_of, deps.clock.now()
            take_reply(deps, "twilio", body, _type(request), lambda: twilio_reply(form, now, opt_of))

        await run_in_threadpool(work)
        return Response(SILENCE, media_type="application/xml")

    return router


async def signed_body(request: Request) -> bytes:
    """The body. Without a signature it is not even read."""
    if not request.headers.get(TWILIO_SIGNATURE):
        raise _refused("no signature")
    return await read_body(request, MAX_FORM)


def verified_form(deps: WebDeps, request: Request, path: str, body: bytes, kind: str) -> Pairs | None:
    """The form of a request that Twilio signed; None for one that is signed and no form: it is parked then.

    Raises `Problem` 403 for everything else.
    """
    query = query_of(request)
    url = deps.public_url + path + (f"?{query}" if query else "")
    signature = request.headers.get(TWILIO_SIGNATURE)
    form = _form(_type(request), body)
    # What is no form is verified by the hash of its bytes: an empty form would leave the body unsigned.
    if not verify_twilio(deps.twilio_auth_token or "", url, body if form is None else form, signature):
        raise _refused("signature does not match; see AMICABLE_TWILIO__AUTH_TOKEN and AMICABLE_PUBLIC_URL")
    if form is None:
        park(deps, "twilio", kind, body, _type(request), ("unreadable", "not a form"))
    return form


def _form(content_type: str | None, body: bytes) -> Pairs | None:
    """The form as it was signed, blank values kept; None if it is none."""
    if (content_type or "").partition(";")[0].strip().lower() != "application/x-www-form-urlencoded":
        return None
    try:
        return _pairs(body.decode("utf-8"))
    except ValueError:
        return None


def _pairs(text: str) -> Pairs:
    return parse_qsl(text, keep_blank_values=True, max_num_fields=MAX_FIELDS)


def query_of(request: Request) -> str:
    """The query exactly as it came."""
    raw: bytes = request.scope["query_string"]
    return raw.decode("latin-1")


def _type(request: Request) -> str | None:
    return request.headers.get("content-type")


def _refused(why: str) -> Problem:
    log.warning("webhook not verified", provider="twilio", why=why)
    return Problem(HTTPStatus.FORBIDDEN, "The signature is missing or does not match.")
