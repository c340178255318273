"""`/u/{token}`: one click, and the sender of a message has been told to stop on that channel.

`GET` shows a page with a button and changes nothing, since mail scanners open every link. `POST` does it: from that
button, or from the mail program's own (RFC 8058, which allows neither a login nor a redirect). The page speaks the
message's language, or the one chosen on it.
"""

from __future__ import annotations

from fastapi import APIRouter, Request
from fastapi.responses import Response

from channels.tokens import Purpose
from ledger import messages
from ledger.replies import unsubscribe, unsubscribes_from
from web.deps import WebDeps
from web.page.paper import page
from web.page.reaching import where
from web.page.routes import accepted, unknown
from web.page.words import Words


def unsubscribe_routes(deps: WebDeps) -> APIRouter:
    """The routes. They run in threads of the pool: the database may take its time."""
    router = APIRouter()

    @router.get("/u/{token}")
    def ask(token: str, request: Request) -> Response:
        accepts = request.headers.get("accept-language")
        message_id = deps.tokens.read(Purpose.UNSUBSCRIBE, token, deps.clock.now())
        if message_id is None:
            return unknown(deps.languages, accepts)
        with deps.ledger.read() as connection:
            channel = unsubscribes_from(connection, message_id)
            message = messages.get(connection, message_id)
        if channel is None or message is None:
            return unknown(deps.languages, accepts)
        spoken = _words(deps, request, message.language)
        return page("stop", spoken, path=token, where=where(channel, spoken))

    @router.post("/u/{token}")
    def stop(token: str, request: Request) -> Response:
        accepts = request.headers.get("accept-language")
        now = deps.clock.now()
        message_id = deps.tokens.read(Purpose.UNSUBSCRIBE, token, now)
        if message_id is None:
            return unknown(deps.languages, accepts)
        with deps.ledger.begin(now) as unit:
            channel = unsubscribes_from(unit.connection, message_id)
            message = messages.get(unit.connection, message_id)
            touched = unsubscribe(unit, message_id)
        if touched:
            deps.wake.decide(touched)
        if channel is None or message is None:
            return unknown(deps.languages, accepts)
        spoken = _words(deps, request, message.language)
        text = spoken.text("stop_done", where=where(channel, spoken))
        return page("message", spoken, heading=spoken.text("stop"), text=text)

    return router


def _words(deps: WebDeps, request: Request, language: str | None) -> Words:
    wanted = (request.query_params.get("lang"), language, *accepted(request.headers.get("accept-language")))
    return deps.languages.words(wanted, None)
