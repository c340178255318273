"""A whole web role for tests: the application, its ledger, a clock that stands, and somebody who is only told to wake.

Webhooks are signed by the same functions that the sandbox signs with; no socket is opened.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

from httpx import Response
from sqlalchemy import Table, func, select
from starlette.testclient import TestClient

from channels.opt_words import read_opt
from channels.replies import OptOf
from channels.sandbox.config import sandbox_keys
from channels.shelf import SHIPPED
from channels.signatures import (
    SENDGRID_SIGNATURE,
    SENDGRID_TIMESTAMP,
    TWILIO_SIGNATURE,
    sign_sendgrid,
    sign_twilio,
)
from channels.tokens import Purpose, Tokens
from channels.voice.phrases import Voices
from config.clock import VirtualClock
from config.creditors import Creditors
from ledger import tables as t
from ledger.answers import Reading
from ledger.bulk import append
from ledger.database import open_engine
from ledger.unit import Ledger
from reminders.snapshot import Channel
from web.app import WebDeps, create_app
from web.page.words import Languages

NOW = datetime(2026, 3, 2, 10, 0, tzinfo=UTC)
API_TOKEN = "api-token-4711-canary"
AUTH_TOKEN = "twilio-token-4711-canary"
PUBLIC_URL = "https://collect.example.test/amicable"
EMAIL = "Ada.Canary@debtor.example"
PHONE = "+4915112345678"
CLIENT = "c-1"
PRIVATE_KEY, PUBLIC_KEY = sandbox_keys("tests of the web role")
FORM = "application/x-www-form-urlencoded; charset=UTF-8"
STRUCTURED = "application/cloudevents+json"


class Woken:
    """Keeps what it was told."""

    def __init__(self) -> None:
        self.decided: list[str] = []
        self.settled: list[str] = []

    def decide(self, client_ids: Sequence[str]) -> None:
        self.decided += client_ids

    def send(self, channel: Channel, message_ids: Sequence[str]) -> None:
        raise AssertionError("the web role sends nothing")

    def settle(self, receipt_ids: Sequence[str]) -> None:
        self.settled += receipt_ids


@dataclass
class World:
    """The application under test and all around it."""

    ledger: Ledger
    clock: VirtualClock = field(default_factory=lambda: VirtualClock(NOW))
    woken: Woken = field(default_factory=Woken)
    tokens: Tokens = field(default_factory=lambda: Tokens("a secret of the tests"))
    api_tokens: tuple[str, ...] = (API_TOKEN, "another")
    broker_alive: Callable[[], bool] | None = None
    creditors: Creditors | None = None
    reading: Reading | None = None
    opt_of: OptOf = read_opt
    folders: Sequence[Path] = (SHIPPED,)
    """Where words come from."""

    def __post_init__(self) -> None:
        # The host is not the public one: behind a proxy it never is.
        self.client = TestClient(create_app(self.deps()), base_url="http://internal:8000")

    def deps(self, public_url: str = PUBLIC_URL) -> WebDeps:
        """What the application is made of."""
        return WebDeps(
            ledger=self.ledger,
            clock=self.clock,
            wake=self.woken,
            tokens=self.tokens,
            public_url=public_url,
            api_tokens=self.api_tokens,
            sendgrid_public_keys=("an old key that is no key", PUBLIC_KEY),
            twilio_auth_token=AUTH_TOKEN,
            broker_alive=self.broker_alive,
            creditors=self.creditors,
            reading=self.reading,
            opt_of=self.opt_of,
            languages=Languages(self.folders),
            voices=Voices(self.folders),
        )

    # --- asking -------------------------------------------------------------------------------------------------

    def post_event(
        self, event: object, content_type: str = STRUCTURED, token: str | None = API_TOKEN
    ) -> Response:
        """Post one structured event, or whatever is given in its place."""
        headers = {"content-type": content_type} | ({"authorization": f"Bearer {token}"} if token else {})
        content = event if isinstance(event, bytes) else json.dumps(event).encode()
        answer: Response = self.client.post("/events", content=content, headers=headers)
        return answer

    def post_sendgrid(
        self,
        body: bytes,
        path: str = "events",
        *,
        content_type: str = "application/json",
        signed: bytes | None = None,
        timestamp: str | None = None,
        headers: Mapping[str, str | None] | None = None,
    ) -> Response:
        """Post a webhook as SendGrid does. `signed` is the body that was signed; a header of None is left out."""
        timestamp = timestamp or str(int(self.clock.now().timestamp()))
        sent: dict[str, str | None] = {
            "content-type": content_type,
            SENDGRID_TIMESTAMP: timestamp,
            SENDGRID_SIGNATURE: sign_sendgrid(PRIVATE_KEY, timestamp, body if signed is None else signed),
            **(headers or {}),
        }
        answer: Response = self.client.post(
            f"/webhooks/sendgrid/{path}",
            content=body,
            headers={name: value for name, value in sent.items() if value is not None},
        )
        return answer

    def post_twilio(
        self,
        path: str,
        form: Mapping[str, str],
        *,
        query: str = "",
        sign_url: str | None = None,
        signed: Mapping[str, str] | None = None,
        headers: Mapping[str, str | None] | None = None,
    ) -> Response:
        """Post a webhook as Twilio does. `signed` is the form that was signed."""
        suffix = f"?{query}" if query else ""
        url = sign_url or f"{PUBLIC_URL}/webhooks/twilio/{path}{suffix}"
        pairs = list((form if signed is None else signed).items())
        sent: dict[str, str | None] = {
            "content-type": FORM,
            TWILIO_SIGNATURE: sign_twilio(AUTH_TOKEN, url, pairs),
            **(headers or {}),
        }
        answer: Response = self.client.post(
            f"/webhooks/twilio/{path}{suffix}",
            content=urlencode(form).encode(),
            headers={name: value for name, value in sent.items() if value is not None},
        )
        return answer

    # --- looking ------------------------------------------------------------------------------------------------

    def rows(self, table: Table) -> list[Any]:
        """All rows of a table."""
        with self.ledger.read() as connection:
            return list(connection.execute(select(table)).all())

    def everything(self) -> dict[str, int]:
        """How many rows each table holds: what a refused request must leave alone."""
        with self.ledger.read() as connection:
            return {
                table.name: connection.execute(select(func.count()).select_from(table)).scalar_one()
                for table in t.metadata.sorted_tables
            }

    def journal(self) -> list[tuple[str, str, dict[str, Any]]]:
        """(kind, by, data) of every entry, in order."""
        rows = sorted(self.rows(t.journal), key=lambda row: row.id)
        return [(row.kind, row.by, json.loads(row.data)) for row in rows]

    def token(self, message_id: str, purpose: Purpose = Purpose.UNSUBSCRIBE) -> str:
        """A token as it stands in a message's links."""
        return self.tokens.issue(purpose, message_id, NOW + timedelta(days=90))

    # --- setting the scene ----------------------------------------------------------------------------------------

    def plant(
        self,
        message_id: str = "3b0e4b5e-9f7f-5a55-8e60-111111111111",
        *,
        channel: Channel = Channel.EMAIL,
        address: str | None = EMAIL,
        state: str = "accepted",
        attempt: bool = True,
        client_id: str = CLIENT,
    ) -> str:
        """A message that went out to the client; returns its id.

        Its attempt is `a-` and the message's channel; another client's is `a-` and the message's id.
        """
        attempt_id = f"a-{channel.value if client_id == CLIENT else message_id}"
        message = {
            "message_id": message_id,
            "client_id": client_id,
            "creditor_id": "main",
            "contact_id": "p-1",
            "channel": channel.value,
            "step": "overdue_3",
            "tone": "friendly",
            "language": "en",
            "policy": "standard@1",
            "carrying_invoice_id": "i-1",
            "due_on": date(2026, 2, 27),
            "invoice_ids": ["i-1"],
            "amounts": [["EUR", 120000]],
            "state": state,
            "version": 3,
            "needs_approval": False,
            "planned_at": NOW - timedelta(hours=2),
            "not_before": NOW - timedelta(hours=2),
            "expires_at": NOW + timedelta(days=3),
            "sent_at": NOW - timedelta(hours=1),
            "changed_at": NOW - timedelta(hours=1),
            "attempts": 1,
            "looks": 0,
        }
        tried = {
            "attempt_id": attempt_id,
            "message_id": message_id,
            "number": 1,
            "provider": "sendgrid" if channel is Channel.EMAIL else "twilio",
            "channel": channel.value,
            # As the ledger keeps it: so that a reply's sender is found whatever its case.
            "address": address.lower() if address else None,
            "started_at": NOW - timedelta(hours=1),
            "outcome": "accepted",
            "provider_id": attempt_id.replace("a-", "provider-", 1),
        }
        with self.ledger.begin(NOW) as unit:
            append(unit.connection, t.message, [message])
            if attempt:
                append(unit.connection, t.attempt, [tried])
        return message_id


def new_world(template: Path, folder: Path, **changes: Any) -> World:
    """A world on a copy of a migrated database."""
    path = folder / "ledger.sqlite3"
    path.write_bytes(template.read_bytes())
    return World(Ledger(open_engine(f"sqlite:///{path}", lasting=False), b"a key of the tests"), **changes)


def event(kind: str = "client.paused", event_id: str = "e-1", **data: Any) -> dict[str, Any]:
    """A structured CloudEvent."""
    return {
        "specversion": "1.0",
        "id": event_id,
        "source": "billing",
        "type": kind,
        "time": "2026-03-01T09:00:00Z",
        "data": data or {"client_id": CLIENT},
    }


def email_event(
    kind: str = "delivered", event_id: str = "sg-1", attempt: str = "a-email", **more: Any
) -> dict[str, Any]:
    """One event of SendGrid's."""
    return {
        "email": EMAIL,
        "event": kind,
        "sg_event_id": event_id,
        "sg_message_id": "provider-email.recvd-1",
        "timestamp": int(NOW.timestamp()),
        "amicable_attempt_id": attempt,
        **more,
    }


def email_events(*events: dict[str, Any]) -> bytes:
    """A webhook's body, with the line end that the provider puts behind it."""
    return json.dumps(list(events)).encode() + b"\r\n"


def sms_status(status: str = "delivered", sid: str = "SM1", **more: str) -> dict[str, str]:
    """A status callback of Twilio's; one field is blank, as they come."""
    return {
        "MessageSid": sid,
        "MessageStatus": status,
        "To": PHONE,
        "From": "+4930111",
        "ErrorMessage": "",
        **more,
    }


def sms_reply(text: str, sid: str = "SM9", **more: str) -> dict[str, str]:
    """An inbound text message."""
    return {
        "MessageSid": sid,
        "From": PHONE,
        "To": "+4930111",
        "Body": text,
        "FromCity": "",
        "NumMedia": "0",
        **more,
    }
