"""`/u/{token}`: one click, and the sender of a message has been told to stop on that channel.

`GET` shows a page with a button and changes nothing, since mail scanners open every link. `POST` does it: from that
button, or from the mail program's own (RFC 8058, which allows neither a login nor a redirect).
"""

from __future__ import annotations

from fastapi import APIRouter
from fastapi.responses import HTMLResponse, Response

from channels.tokens import Purpose
from ledger.replies import unsubscribe, unsubscribes_from
from reminders.snapshot import Channel
from web.deps import WebDeps

_PAGE = """<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="robots" content="noindex">
<title>{title}</title>
<style>
:root {{ color-scheme: light dark }}
body {{ font: 1.1rem/1.6 system-ui, sans-serif; max-width: 34rem; margin: 12vh auto; padding: 0 1.25rem }}
h1 {{ font-size: 1.5rem; line-height: 1.3 }}
button {{ font: inherit; font-weight: 600; padding: .7rem 1.2rem; border: 0; border-radius: .4rem;
  background: #1f3a5f; color: #fff; cursor: pointer }}
button:focus-visible {{ outline: 3px solid #d9822b; outline-offset: 2px }}
</style>
</head>
<body>
<main>
<h1>{title}</h1>
{content}
</main>
</body>
</html>
"""
_ASK = """<p>Press the button, and no more payment reminders will be sent to {where}.
Nothing has been changed yet.</p>
<p>Invoices that are open stay open, and may be brought up in another way. If something about one is not right,
a reply to the message helps more than silence: a person reads it.</p>
<form method="post">
<input type="hidden" name="List-Unsubscribe" value="One-Click">
<button type="submit">Stop reminders to this {noun}</button>
</form>"""
_DONE = """<p>No more payment reminders will be sent to {where}. Invoices that are open stay open.</p>
<p>You can close this page.</p>"""
_UNKNOWN = """<p>This link is not complete, or has run out. Please use the link in the newest message,
or reply to it with the word STOP.</p>"""

_NOUNS = {Channel.EMAIL: "email address"}
_WHERE = {Channel.EMAIL: "the email address that this link was sent to"}
_OTHER_NOUN, _OTHER_WHERE = "phone number", "the phone number that this link was sent to"


def unsubscribe_routes(deps: WebDeps) -> APIRouter:
    """The routes. They run in threads of the pool: the database may take its time."""
    router = APIRouter()

    @router.get("/u/{token}")
    def ask(token: str) -> Response:
        message_id = deps.tokens.read(Purpose.UNSUBSCRIBE, token, deps.clock.now())
        if message_id is None:
            return _unknown()
        with deps.ledger.read() as connection:
            channel = unsubscribes_from(connection, message_id)
        return _page("Stop payment reminders", _ASK, channel) if channel else _unknown()

    @router.post("/u/{token}")
    def stop(token: str) -> Response:
        now = deps.clock.now()
        message_id = deps.tokens.read(Purpose.UNSUBSCRIBE, token, now)
        if message_id is None:
            return _unknown()
        with deps.ledger.begin(now) as unit:
            channel = unsubscribes_from(unit.connection, message_id)
            touched = unsubscribe(unit, message_id)
        if touched:
            deps.wake.decide(touched)
        return _page("Done: no more reminders here", _DONE, channel) if channel else _unknown()

    return router


def _page(title: str, content: str, channel: Channel) -> HTMLResponse:
    filled = content.format(where=_WHERE.get(channel, _OTHER_WHERE), noun=_NOUNS.get(channel, _OTHER_NOUN))
    return HTMLResponse(_PAGE.format(title=title, content=filled))


def _unknown() -> HTMLResponse:
    """The same page for every token that opens nothing: a stranger learns nothing from it."""
    return HTMLResponse(_PAGE.format(title="This link does not work", content=_UNKNOWN), 404)
