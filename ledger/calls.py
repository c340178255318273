"""A call under way: all that its next word needs, by the attempt's id."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, bindparam, select

from ledger import tables as t
from ledger.profiles import client_of
from reminders.snapshot import Channel, Client


@dataclass(frozen=True, slots=True)
class PlacedCall:
    """A call that was placed, and what it says."""

    message_id: str
    client: Client
    address: str
    """The number that was called."""
    sender: str
    text: str
    started_at: datetime
    provider_id: str | None
    """None as long as the provider's answer is on its way to us: the telephone may be quicker."""


_a, _m = t.attempt.c, t.message.c
_CALL = (
    select(
        _a.message_id,
        _a.address,
        _a.sender,
        _a.started_at,
        _a.provider_id,
        _m.client_id,
        t.body.c.text,
        t.client.c.profile,
    )
    .join(t.message, _m.message_id == _a.message_id)
    .join(t.body, t.body.c.message_id == _a.message_id)
    .outerjoin(t.client, t.client.c.client_id == _m.client_id)
    .where(_a.attempt_id == bindparam("attempt"), _a.channel == Channel.VOICE.value, _a.address.is_not(None))
)


def placed_call(connection: Connection, attempt_id: str) -> PlacedCall | None:
    """The call of an attempt, in one read by primary keys; None where there is none, or its person was erased."""
    row = connection.execute(_CALL, {"attempt": attempt_id}).one_or_none()
    if row is None:
        return None
    return PlacedCall(
        row.message_id,
        client_of(row.client_id, row.profile),
        row.address,
        row.sender or "",
        row.text,
        row.started_at,
        row.provider_id,
    )
