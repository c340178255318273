"""Twilio's webhook for the keys that are pressed in a call: what is said next, and what was answered.

Somebody waits on the line, so the answer takes one read by primary keys and, where there is something to keep, one
write. Whatever goes wrong, they hear a sentence and no silence; but the details of a call are said only where the
attempt is ours, the call is its own and not long over, and the way through it is one that we gave.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

import structlog
from fastapi import APIRouter, Request
from fastapi.concurrency import run_in_threadpool
from fastapi.responses import Response

from channels.receipts import ATTEMPT_PARAMETER, confirmed_call
from channels.voice.dialogue import Call, Pressed, Turn
from channels.voice.script import Script, ScriptError
from channels.voice.twiml import Asked, say
from ledger import receipts, replies
from ledger.calls import PlacedCall, placed_call
from reminders.calendar import place_of
from reminders.feedback import Reply
from reminders.snapshot import Channel
from web.deps import WebDeps
from web.problems import is_outage, log_error
from web.twilio import query_of, signed_body, verified_form

log = structlog.get_logger(__name__)

VOICE = "/webhooks/twilio/voice"
LASTS = timedelta(hours=1)
"""How long after it was placed a call may still go on: it waits in Twilio's queue, rings, and lasts some minutes."""


@dataclass(frozen=True, slots=True)
class _Keys:
    """What one request says."""

    attempt_id: str
    asked: Asked | None
    language: str
    call_sid: str
    digits: str


def voice_routes(deps: WebDeps) -> APIRouter:
    """The route."""
    router = APIRouter()

    @router.post(VOICE)
    async def voice(request: Request) -> Response:
        body = await signed_body(request)

        def work() -> str:
            form = verified_form(deps, request, VOICE, body, "reply")
            attempt_id, asked, language = Asked.read(query_of(request))
            fields = dict(form or ())
            sid, digits = fields.get("CallSid", ""), fields.get("Digits", "")
            return _answer(deps, _Keys(attempt_id, asked, language, sid, digits))

        return Response(await run_in_threadpool(work), media_type="application/xml")

    return router


def _answer(deps: WebDeps, keys: _Keys) -> str:
    """The next document. It raises nothing: an error would be heard by whoever is on the line."""
    phrases = deps.voices.of(keys.language)
    try:
        turn = _turn(deps, keys)
        if turn is not None:
            return turn.twiml
        log.warning("call not known")
        return say(phrases, phrases.goodbye)
    except Exception as error:
        if is_outage(error):
            log.warning("call not answered", error=type(error).__name__)
        else:
            log_error("call not answered", error)
        return say(phrases, phrases.trouble)


def _turn(deps: WebDeps, keys: _Keys) -> Turn | None:
    """How the call goes on, after what it brought is stored; None where it is not one of ours."""
    now = deps.clock.now()
    with deps.ledger.read() as connection:
        placed = placed_call(connection, keys.attempt_id)
    if placed is None or keys.asked is None or not keys.call_sid:
        return None
    if placed.provider_id not in (None, keys.call_sid) or now > placed.started_at + LASTS:
        return None
    try:
        script = Script.read(placed.text)
    except ScriptError:
        return None
    answer_url = f"{deps.public_url}{VOICE}?{ATTEMPT_PARAMETER}={keys.attempt_id}"
    today = place_of(placed.client).today(now)
    turn = Call(script, answer_url, today, deps.voices).turn(keys.asked, keys.digits)
    if turn.confirmed or turn.pressed is not None:
        _keep(deps, keys, placed, turn)
    return turn


def _keep(deps: WebDeps, keys: _Keys, placed: PlacedCall, turn: Turn) -> None:
    """Store what a key said, once, and wake whom it concerns."""
    now = deps.clock.now()
    with deps.ledger.begin(now) as unit:
        confirmed = (
            receipts.record(unit, [confirmed_call(keys.call_sid, keys.attempt_id, now)])
            if turn.confirmed
            else []
        )
        touched = (
            replies.record(unit, _reply(deps, keys, placed, turn.pressed), deps.reading)
            if turn.pressed is not None
            else ()
        )
    if confirmed:
        deps.wake.settle(confirmed)
    if touched:
        deps.wake.decide(touched)


def _reply(deps: WebDeps, keys: _Keys, placed: PlacedCall, pressed: Pressed) -> Reply:
    assert keys.asked is not None
    return Reply(
        provider="twilio",
        channel=Channel.VOICE,
        key=f"{keys.call_sid}:{keys.asked.stage}:{keys.digits}",
        sender=placed.address,
        recipient=placed.sender,
        text=pressed.text,
        received_at=deps.clock.now(),
        opt=pressed.opt,
        reference=placed.message_id,
        answer=pressed.answer,
    )
