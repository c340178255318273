"""The routes of the page. A GET shows and changes nothing; a POST acts once and leads back by a redirect."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from urllib.parse import parse_qs, urlsplit

from fastapi import APIRouter, Request
from fastapi.concurrency import run_in_threadpool
from fastapi.responses import RedirectResponse, Response
from sqlalchemy import Connection

from channels.names import clean
from channels.tokens import Purpose
from ledger.visits import PROPOSED, heard_as
from web.body import read_body
from web.deps import WebDeps
from web.page.answers import Answer, Group
from web.page.fields import Taken, take
from web.page.guest import Desk, Guest, guest_of
from web.page.history import history_of, waiting
from web.page.limits import PER_ADDRESS, PER_LINK, Buckets
from web.page.listing import listed_as
from web.page.paper import page
from web.page.paying import PAYING, answered_by, at_once, plain, plan_terms
from web.page.reaching import REACHING, where
from web.page.state import opened, sealed
from web.page.statement import statement_of
from web.page.telling import TELLING
from web.page.words import Languages

MOST = 32 * 1024
"""Bytes of a form. The longest that a browser sends from these pages are a quarter of it."""
_MOST_FIELDS = 500
ANSWERS: dict[str, Answer] = {answer.name: answer for answer in (*PAYING, *TELLING, *REACHING)}
_SAID = frozenset(f"{name}_{how}" for name in ANSWERS for how in ("done", "asked"))


@dataclass(frozen=True, slots=True)
class _Call:
    """One request: the link that was followed, and when."""

    token: str = field(repr=False)
    language: str | None
    accepts: str | None
    address: str
    now: datetime


def page_routes(deps: WebDeps, desk: Desk) -> APIRouter:
    """The routes."""
    router = APIRouter()
    shown = _Pages(deps, desk)

    @router.get("/r/{token}")
    async def account(token: str, request: Request) -> Response:
        return await run_in_threadpool(
            shown.account, shown.call(token, request), request.query_params.get("said")
        )

    @router.get("/r/{token}/{name}")
    async def form(token: str, name: str, request: Request) -> Response:
        return await run_in_threadpool(shown.form, shown.call(token, request), name)

    @router.post("/r/{token}/{name}")
    async def answer(token: str, name: str, request: Request) -> Response:
        body = await read_body(request, MOST)
        return await run_in_threadpool(shown.answer, shown.call(token, request), name, body)

    return router


class _Pages:
    """The pages of one deployment."""

    def __init__(self, deps: WebDeps, desk: Desk) -> None:
        self._deps = deps
        self._desk = desk
        self._links, self._addresses = Buckets(PER_LINK), Buckets(PER_ADDRESS)
        self._prefix = urlsplit(deps.public_url).path.rstrip("/")

    def call(self, token: str, request: Request) -> _Call:
        """What a page needs of the request."""
        asked = request.query_params.get("lang", "")
        return _Call(
            token,
            asked if asked in self._desk.languages.names else None,
            request.headers.get("accept-language"),
            request.client.host if request.client else "",
            self._deps.clock.now(),
        )

    # --- looking

    def account(self, call: _Call, said: str | None) -> Response:
        """The account, with a word on what was just said."""

        def show(guest: Guest) -> Response:
            history = history_of(guest)
            groups = [
                (
                    group.value,
                    [
                        listed_as(guest, history, one)
                        for one in ANSWERS.values()
                        if one.group is group and one.offered(guest) and one.listed(guest)
                    ],
                )
                for group in Group
            ]
            return self._page(
                "account", call, guest, "",
                s=statement_of(guest),
                client=clean(guest.snapshot.client.name),
                groups=[(name, listed) for name, listed in groups if listed],
                said=_said(guest, said),
                history=history,
                waits=waiting(guest),
            )  # fmt: skip

        return self._looking(call, show)

    def form(self, call: _Call, name: str) -> Response:
        """An empty form."""

        def show(guest: Guest) -> Response:
            answer = ANSWERS.get(name)
            if answer is None or not answer.offered(guest):
                return self._back(call, None)
            return self._form(call, guest, answer, None)

        return self._looking(call, show)

    def _looking(self, call: _Call, show: Callable[[Guest], Response]) -> Response:
        message_id = self._let_in(call)
        if not isinstance(message_id, str):
            return message_id
        with self._deps.ledger.read() as connection:
            guest = self._guest(connection, call, message_id)
        return show(guest) if guest is not None else self._unknown(call)

    # --- acting

    def answer(self, call: _Call, name: str, body: bytes) -> Response:
        """A form that was posted: shown again where something is amiss, else carried out once."""
        message_id = self._let_in(call)
        if not isinstance(message_id, str):
            return message_id
        posted = _form(body)
        answer = ANSWERS.get(name)
        touched: tuple[str, ...] = ()
        with self._deps.ledger.begin(call.now) as unit:
            if answer is not None:
                answer.hold(unit, message_id)
            guest = self._guest(unit.connection, call, message_id)
            if guest is None:
                return self._unknown(call)
            if answer is None:
                return self._back(call, None)
            given = (*posted.get("state", ()), "")[0]
            state = opened(self._deps.tokens, given, message_id, name, call.now)
            before = heard_as(unit.connection, state.key) if state is not None else None
            if before is not None:
                return self._back(call, f"{name}_{'asked' if before == PROPOSED else 'done'}")
            if not answer.offered(guest):
                return self._back(call, None)
            taken = _taken(guest, answer, posted)
            if state is None or taken.errors or "change" in posted:
                return self._form(call, guest, answer, taken, fresh=state is None)
            if answer.confirmed and state.carried != plain(plan_terms(guest, taken.values)):
                return self._confirm(call, guest, answer, taken)
            done = answer.act(guest, unit, state.key, taken.values)
            touched = done.touched
        if touched:
            self._deps.wake.decide(touched)
        return self._back(call, done.phrase)

    # --- showing

    def _form(
        self, call: _Call, guest: Guest, answer: Answer, taken: Taken | None, *, fresh: bool = False
    ) -> Response:
        fields = answer.fields(guest)
        written = {field.name: field.initial for field in fields} if taken is None else taken.written
        listed = listed_as(guest, history_of(guest), answer)
        return self._page(
            "answer", call, guest, f"/{answer.name}",
            status=422 if taken is not None and (taken.errors or fresh) else 200,
            heading=listed.label,
            standing=listed.standing,
            replaces=listed.replaces,
            lead=answer.lead(guest) if answer.lead is not None else guest.words.text(f"{answer.name}_lead"),
            note=answer.note(guest),
            send=guest.words.text("stop_send" if answer.name == "stop" else "send"),
            fields=fields,
            written=written,
            errors=taken.errors if taken is not None else {},
            fresh=fresh,
            state=sealed(self._deps.tokens, guest.visit.message_id, answer.name, call.now),
        )  # fmt: skip

    def _confirm(self, call: _Call, guest: Guest, answer: Answer, taken: Taken) -> Response:
        """What was wished, once more, before it counts."""
        wished = plan_terms(guest, taken.values)
        shown = guest.words.formats.long_date
        carried = plain(wished)
        return self._page(
            "confirm", call, guest, f"/{answer.name}",
            plans=[
                [
                    guest.words.text(
                        "part", amount=guest.money(part.amount, terms.currency), date=shown(part.due_on)
                    )
                    for part in terms.parts
                ]
                for terms in wished
            ],
            lead=guest.words.text("confirm_agreed")
            if at_once(guest, wished)
            else guest.words.text("confirm_asked", by=answered_by(guest)),
            posted=sorted(taken.written.items()),
            state=sealed(self._deps.tokens, guest.visit.message_id, answer.name, call.now, carried),
        )  # fmt: skip

    def _page(
        self, template: str, call: _Call, guest: Guest, below: str, *, status: int = 200, **values: object
    ) -> Response:
        account = self._path(call)
        return page(
            template,
            guest.words,
            status,
            colour=guest.creditor.brand.colour,
            path=f"{account}{below}",
            account_path=account,
            query=_query(call),
            creditor=guest.creditor,
            **values,
        )

    def _back(self, call: _Call, phrase: str | None) -> Response:
        """To the account, by a GET that can be repeated."""
        asked = [f"lang={call.language}"] if call.language else []
        asked += [f"said={phrase}"] if phrase in _SAID else []
        query = f"?{'&'.join(asked)}" if asked else ""
        return RedirectResponse(f"{self._path(call)}{query}", 303, {"Cache-Control": "no-store"})

    # --- the door

    def _let_in(self, call: _Call) -> str | Response:
        """The message whose link was followed; or the page of one who asks too often, or has no link of ours."""
        if not self._addresses.take(call.address):
            return self._busy(call)
        message_id = self._deps.tokens.read(Purpose.PAGE, call.token, call.now)
        if message_id is None:
            return self._unknown(call)
        if not self._links.take(hashlib.sha256(call.token.encode()).hexdigest()):
            return self._busy(call)
        return message_id

    def _guest(self, connection: Connection, call: _Call, message_id: str) -> Guest | None:
        return guest_of(connection, self._desk, message_id, call.language, call.now)

    def _unknown(self, call: _Call) -> Response:
        return unknown(self._desk.languages, call.accepts)

    def _busy(self, call: _Call) -> Response:
        return busy(self._desk.languages, call.accepts)

    def _path(self, call: _Call) -> str:
        return f"{self._prefix}/r/{call.token}"


def unknown(languages: Languages, accepts: str | None) -> Response:
    """The same page for every link that opens nothing: a stranger learns nothing from it."""
    spoken = languages.words(accepted(accepts), None)
    return page("message", spoken, 404, heading=spoken.text("unknown"), text=spoken.text("unknown_text"))


def busy(languages: Languages, accepts: str | None) -> Response:
    """For one who asks too often."""
    spoken = languages.words(accepted(accepts), None)
    answer = page("message", spoken, 429, heading=spoken.text("busy"), text=spoken.text("busy_text"))
    answer.headers["Retry-After"] = "60"
    return answer


def accepted(header: str | None) -> list[str]:
    """The languages that a browser asks for, in its own order."""
    return [part.partition(";")[0].strip()[:20] for part in (header or "")[:200].split(",")]


def _said(guest: Guest, phrase: str | None) -> str:
    if phrase not in _SAID or guest.words.page.find(phrase) is None:
        return ""
    places = {"where": where(guest.visit.channel, guest.words)} if phrase == "stop_done" else {}
    if phrase.endswith("_asked"):
        asked = next((heard for heard in guest.heard if heard.kind == PROPOSED and heard.waits), None)
        if asked is None or asked.errand is None or asked.errand.due_on is None:
            return ""
        places = {"by": guest.words.formats.long_date(asked.errand.due_on)}
        return " ".join(filter(None, (guest.words.text(phrase, **places), waiting(guest))))
    return guest.words.text(phrase, **places)


def _taken(guest: Guest, answer: Answer, posted: Mapping[str, Sequence[str]]) -> Taken:
    taken = take(answer.fields(guest), posted, guest.words)
    if taken.errors:
        return taken
    return Taken(taken.values, answer.amiss(guest, taken.values), taken.written)


def _form(body: bytes) -> dict[str, list[str]]:
    try:
        return parse_qs(body.decode("utf-8", "replace"), keep_blank_values=True, max_num_fields=_MOST_FIELDS)
    except ValueError:
        return {}


def _query(call: _Call) -> str:
    return f"?lang={call.language}" if call.language else ""
