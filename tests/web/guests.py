"""A client with invoices, a message that went to them, and the link in it: what the tests of the page begin with."""

from __future__ import annotations

import json
import re
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from httpx import Response

from channels.answers import Reader
from channels.tokens import Purpose
from config.creditors import SHIPPED as CREDITORS
from config.creditors import load_creditors
from config.policy import SHIPPED, load_policy
from events.contracts import Delivery, decode
from events.contracts.registry import STRUCTURED
from ledger.answers import Reading
from ledger.apply import apply
from ledger.snapshots import load_snapshots
from ledger.timeline import Subject, timeline
from reminders.decide import decide
from reminders.reasons import Reason
from reminders.snapshot import Snapshot
from tests.channels.reading import Page
from tests.support.answers import READER
from tests.web.world import CLIENT, EMAIL, NOW, PHONE, World, new_world

STANDARD = load_policy(SHIPPED / "standard.yaml")
HOUSE = load_creditors(CREDITORS)
BANKED = HOUSE.default.model_copy(update={"creditor_id": "main"})
READING = Reading(READER.classify, lambda _snapshot, _now: STANDARD, "main")
_THEIR_WORD = {
    Reason.REPLY_PENDING,
    Reason.PROMISE_PENDING,
    Reason.PLAN_ACTIVE,
    Reason.PLAN_DEFAULTED,
}
_EPOCH = datetime(2026, 2, 1, tzinfo=UTC)


class Guests:
    """A world with a page in it."""

    def __init__(self, template: Path, folder: Path, *, reader: Reader = READER, **changes: Any) -> None:
        self.world: World = new_world(
            template,
            folder,
            creditors=HOUSE.model_copy(update={"creditors": (BANKED, *HOUSE.creditors[1:])}),
            reading=Reading(reader.classify, lambda _snapshot, _now: STANDARD, "main", reader.departed),
            opt_of=reader.opt,
            **changes,
        )
        self.message_id = self.world.plant()
        self.token = self.world.token(self.message_id, Purpose.PAGE)
        self._events = 0

    def tell(self, kind: str, at: datetime = _EPOCH, **data: Any) -> None:
        """An event of the billing system's."""
        self._events += 1
        event = {
            "specversion": "1.0", "id": f"b-{self._events}", "source": "/erp", "type": kind,
            "time": at.isoformat(), "data": data,
        }  # fmt: skip
        read = decode(Delivery(json.dumps(event).encode(), content_type=STRUCTURED))
        with self.world.ledger.begin(self.world.clock.now()) as unit:
            apply(unit, [read])

    def profile(self, **fields: Any) -> None:
        """The client, by default of Germany who reads English."""
        known = {
            "client_id": CLIENT, "name": "Kaya GmbH", "debtor_type": "company", "country": "DE", "language": "en",
            "contacts": [{"contact_id": "p-1", "name": "Ada", "email": EMAIL, "phone": PHONE}],
        }  # fmt: skip
        self.tell("client.updated", **(known | fields))

    def invoice(self, key: str = "i-1", total: str = "1200.00", **fields: Any) -> None:
        """An invoice, by default due last Friday."""
        known = {
            "invoice_id": key, "client_id": CLIENT, "number": key.upper(), "currency": "EUR", "total": total,
            "issued_on": "2026-01-28", "due_on": "2026-02-27",
        }  # fmt: skip
        self.tell("invoice.issued", **(known | fields))

    # --- the page

    def get(self, below: str = "", token: str | None = None, **query: str) -> Response:
        answer: Response = self.world.client.get(
            f"/r/{token or self.token}{below}", params=query, follow_redirects=False
        )
        return answer

    def form(self, name: str, **query: str) -> dict[str, list[str]]:
        """What a browser would post without anything being changed."""
        return fields_of(self.get(f"/{name}", **query).text)

    def post(self, name: str, form: dict[str, Any], token: str | None = None) -> Response:
        answer: Response = self.world.client.post(
            f"/r/{token or self.token}/{name}", data=form, follow_redirects=False
        )
        return answer

    def answer(self, name: str, **fields: Any) -> Response:
        """Open a form, fill it in and send it."""
        return self.post(name, {**self.form(name), **fields})

    # --- what became of it

    def snapshot(self, at: datetime = NOW) -> Snapshot:
        with self.world.ledger.read() as connection:
            return load_snapshots(connection, [CLIENT], at, "main")[CLIENT]

    def why_not(self, at: datetime = NOW, invoice_id: str = "i-1") -> Reason | None:
        """What of the client's own word holds the invoice at that moment; None: nothing does."""
        left = [
            one.reason
            for one in decide(self.snapshot(at), STANDARD, at).left_out
            if one.invoice_id == invoice_id and one.reason in _THEIR_WORD
        ]
        return left[0] if left else None

    def explained(self) -> str:
        with self.world.ledger.read() as connection:
            return "\n".join(note.text for note in timeline(connection, Subject(CLIENT)))


class Browsed(Page):
    """A page with a form: `input` closes nothing."""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        super().handle_starttag(tag, attrs)
        if tag == "input":
            self.open.pop()


def fields_of(html: str) -> dict[str, list[str]]:
    """The fields of a page's form, with what stands in them."""
    found: dict[str, list[str]] = {}
    for field in Browsed(html).all("input"):
        if field.get("type") not in ("radio", "checkbox") or "checked" in field:
            found.setdefault(field["name"] or "", []).append(field.get("value") or "")
    for name, options in re.findall(r'<select id="\w+" name="(\w+)".*?>(.*?)</select>', html, re.DOTALL):
        found[name] = re.findall(r'<option value="([^"]*)" selected', options)[:1]
    return found


def text_of(answer: Response) -> str:
    """What a page shows."""
    return Browsed(answer.text).text
