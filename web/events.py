"""`POST /events`: CloudEvents over HTTP, structured, binary or in a batch (CONTRACTS: events in).

All that a request brings commits in one transaction, what can't be read included: it is parked, and the answer says
so. An answer of 202 or 422 means stored; 503 means nothing was, and the same request may come again.
"""

from __future__ import annotations

import hmac
from collections.abc import Sequence
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any

import msgspec
import structlog
from fastapi import APIRouter, Request
from fastapi.concurrency import run_in_threadpool
from fastapi.responses import JSONResponse, Response

from events.contracts import Delivery, Read, Unreadable, read_http
from events.contracts.registry import BATCH, MAX_BATCH, MAX_BODY, STRUCTURED, refused
from ledger.apply import apply
from web.body import read_body
from web.deps import WebDeps
from web.problems import Problem, is_outage, log_error, problem

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Stored:
    """What became of the events of one request. Their sum is the number of events in it."""

    accepted: int = 0
    parked: tuple[dict[str, Any], ...] = ()
    ignored: int = 0
    repeated: int = 0
    """Known already, by source and id: nothing was done again."""
    touched: tuple[str, ...] = ()
    """Clients whose case changed."""

    def __add__(self, other: Stored) -> Stored:
        return Stored(
            self.accepted + other.accepted,
            self.parked + other.parked,
            self.ignored + other.ignored,
            self.repeated + other.repeated,
            tuple(sorted({*self.touched, *other.touched})),
        )

    def as_json(self) -> dict[str, Any]:
        """The answer's members."""
        return {
            "accepted": self.accepted,
            "parked": list(self.parked),
            "ignored": self.ignored,
            "repeated": self.repeated,
        }


def event_routes(deps: WebDeps) -> APIRouter:
    """The route."""
    router = APIRouter()

    @router.post("/events")
    async def post_events(request: Request) -> Response:
        authorise(request.headers.get("authorization"), deps.api_tokens)
        content_type = request.headers.get("content-type")
        batch = _is_batch(content_type)
        body = await read_body(request, MAX_BATCH if batch else MAX_BODY)
        # `ce-` headers come once each; of a repeated one, the last counts.
        headers = dict(request.headers)
        return await run_in_threadpool(_take, deps, content_type, headers, body)

    return router


def authorise(header: str | None, tokens: Sequence[str]) -> None:
    """Let a request with one of the tokens pass; else raise `Problem` 401, or 503 where no token is set at all."""
    if not tokens:
        raise Problem(
            HTTPStatus.SERVICE_UNAVAILABLE,
            "Nobody may post events yet: set AMICABLE_API_TOKENS and start again.",
        )
    scheme, _, given = (header or "").partition(" ")
    presented = given.strip().encode()
    # Every token is compared, so the time says nothing about which one came close.
    known = [hmac.compare_digest(presented, token.encode()) for token in tokens if token]
    if scheme.lower() != "bearer" or not any(known):
        raise Problem(
            HTTPStatus.UNAUTHORIZED,
            "Send the header `Authorization: Bearer TOKEN` with one of the tokens of AMICABLE_API_TOKENS.",
            {"WWW-Authenticate": "Bearer"},
        )


def _take(deps: WebDeps, content_type: str | None, headers: dict[str, str], body: bytes) -> Response:
    reads = read_http(content_type, headers, body)
    try:
        stored = _store(deps, reads, range(len(reads)))
    except Exception as error:
        if is_outage(error):
            raise
        # One of them is at fault. Alone, each can be stored or parked, and holds up none of the others.
        log.warning("events stored one by one", events=len(reads), error=type(error).__name__)
        deliveries = _deliveries(content_type, headers, body, reads)
        stored = sum(
            (_alone(deps, *one) for one in zip(reads, deliveries, range(len(reads)), strict=True)), Stored()
        )
    if stored.touched:
        deps.wake.decide(stored.touched)
    whole = not _is_batch(content_type) or (
        len(reads) == 1 and isinstance(reads[0], Unreadable) and reads[0].raw == body
    )
    if whole and stored.parked:
        return problem(
            HTTPStatus.UNPROCESSABLE_ENTITY,
            f"The event is parked, not applied: {stored.parked[0]['detail']}",
            **stored.as_json(),
        )
    return JSONResponse(stored.as_json(), HTTPStatus.ACCEPTED.value)


def _store(deps: WebDeps, reads: Sequence[Read], places: Sequence[int]) -> Stored:
    """Store in one transaction; `places` are the events' positions in the request."""
    with deps.ledger.begin(deps.clock.now()) as unit:
        touched = apply(unit, reads)
        # The journal tells new events from repeats: it has one entry for each new one.
        kinds = [entry.kind for entry in unit.entries]
    parked = tuple(
        _report(read, place)
        for read, place in zip(reads, places, strict=True)
        if isinstance(read, Unreadable)
    )
    accepted, ignored = kinds.count("event.applied"), kinds.count("event.ignored")
    return Stored(accepted, parked, ignored, len(reads) - len(parked) - accepted - ignored, touched)


def _alone(deps: WebDeps, read: Read, delivery: Delivery, place: int) -> Stored:
    """Store one event; where the ledger refuses it, park it."""
    try:
        return _store(deps, [read], [place])
    except Exception as error:
        if is_outage(error) or isinstance(read, Unreadable):
            raise
        log_error("event refused by the ledger", error)
        one = refused(delivery, read, f"could not be stored ({type(error).__name__})")
        return _store(deps, [one], [place])


def _deliveries(
    content_type: str | None, headers: dict[str, str], body: bytes, reads: Sequence[Read]
) -> list[Delivery]:
    """Each event of the request as if it had come alone, to be parked and read again later."""
    if not _is_batch(content_type) or (len(reads) == 1 and isinstance(reads[0], Unreadable)):
        return [Delivery(body, headers, content_type)] * len(reads)
    return [
        Delivery(bytes(part), content_type=STRUCTURED)
        for part in msgspec.json.decode(body, type=list[msgspec.Raw])
    ]


def _report(read: Unreadable, place: int) -> dict[str, Any]:
    known = {"id": read.event_id, "source": read.source}
    return {
        "position": place,
        **{name: value for name, value in known.items() if value is not None},
        "reason": read.reason.value,
        "detail": read.detail,
    }


def _is_batch(content_type: str | None) -> bool:
    return (content_type or "").partition(";")[0].strip().lower() == BATCH
