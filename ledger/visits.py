"""Visits: whose page a link opens, and what was said there, recorded once."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import Connection, select

from events.contracts.faults import clean
from ledger import tables as t
from ledger.bulk import insert_new
from ledger.ids import time_ordered_id
from ledger.suppressions import normal
from ledger.unit import Unit
from reminders.answers import AnswerKind
from reminders.snapshot import Channel

PROVIDER = "page"
"""What stands as a response's provider where it was left on the client's own page."""
AGREED = "agreed"
"""The class of an answer that was agreed at once."""
PROPOSED = "proposal"
"""The class of an answer that waits for a person's yes."""


@dataclass(frozen=True, slots=True)
class Visit:
    """The message whose link was followed, and whom it went to."""

    message_id: str
    client_id: str
    creditor_id: str
    contact_id: str | None
    channel: Channel
    address: str
    language: str | None
    """Of the message's words."""


def visit_of(connection: Connection, message_id: str) -> Visit | None:
    """Whose page a message's link opens; None where the message never went anywhere or its client is not known (any
    more).
    """
    m, a, c = t.message.c, t.attempt.c, t.client.c
    row = connection.execute(
        select(m.client_id, m.creditor_id, m.contact_id, m.language, a.channel, a.address)
        .join(t.attempt, a.message_id == m.message_id)
        .join(t.client, c.client_id == m.client_id)
        .where(m.message_id == message_id, a.address.is_not(None), a.address != "", c.profile.is_not(None))
        .order_by(a.number.desc())
        .limit(1)
    ).one_or_none()
    if row is None:
        return None
    return Visit(
        message_id,
        row.client_id,
        row.creditor_id,
        row.contact_id,
        Channel(row.channel),
        row.address,
        row.language,
    )


def heard_as(connection: Connection, key: str) -> str | None:
    """The class of what came in with the form of that key; None where it did not come in yet."""
    r = t.response.c
    return connection.execute(select(r.kind).where(r.provider == PROVIDER, r.key == key)).scalar_one_or_none()


def hear(
    unit: Unit,
    visit: Visit,
    key: str,
    kind: str,
    *,
    text: str,
    answer: AnswerKind | None = None,
    promised_on: date | None = None,
) -> str | None:
    """Keep what was said on a page; returns the response's id, or None where the form came in before.

    `key` is the form's own, so that a second click is no second word. `kind` is the class that the journal gives it.
    The journal's entry is the caller's: what follows belongs to it.
    """
    row: dict[str, Any] = {
        "response_id": time_ordered_id(unit.now),
        "provider": PROVIDER,
        "key": key,
        "channel": visit.channel.value,
        "client_id": visit.client_id,
        "contact_id": visit.contact_id,
        "message_id": visit.message_id,
        "kind": kind,
        "address": normal(visit.address),
        "text": clean(text),
        "received_at": unit.now,
        "answer": answer.value if answer else None,
        "answer_sure": True if answer else None,
        "promised_on": promised_on,
        "weighty": kind == PROPOSED,
    }
    new = insert_new(unit.connection, t.response, [row], ("response_id",))
    return row["response_id"] if new else None


def note_heard(unit: Unit, visit: Visit, response_id: str, kind: str, **data: Any) -> None:
    """The journal's entry of what was heard: its class and what follows, never a word of the client's."""
    unit.note(
        "response.recorded",
        client_id=visit.client_id,
        message_id=visit.message_id,
        caused_by=response_id,
        by="client",
        data={"channel": visit.channel.value, "class": kind, "provider": PROVIDER, **data},
    )
