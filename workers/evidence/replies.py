"""What the client answered, and the addresses that must not be used any more."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, or_, select

from ledger import tables as t
from ledger.keys import among
from ledger.suppressions import normal


@dataclass(frozen=True, slots=True)
class ReplyFile:
    """One answer. What was done with it stands in its task, where it needed one."""

    response_id: str
    channel: str
    kind: str
    """`reply`, `opt_out`, `opt_in`, `help`, or `automatic` where a machine wrote it."""
    address: str
    contact_id: str | None
    message_id: str | None
    """The message that it answers, as far as that is known."""
    received_at: datetime
    text: str
    task_id: str | None


@dataclass(frozen=True, slots=True)
class Barred:
    """An address that was given up: the recipient opted out, or it bounced for good."""

    channel: str
    address: str
    reason: str
    since: datetime
    lifted_at: datetime | None


def read_replies(
    connection: Connection, client_id: str, message_ids: Collection[str]
) -> tuple[ReplyFile, ...]:
    """The client's answers to these messages, and those to no message that is known, oldest first."""
    r = t.response.c
    rows = connection.execute(
        select(t.response)
        .where(r.client_id == client_id, or_(r.message_id.is_(None), among(r.message_id, message_ids)))
        .order_by(r.received_at, r.response_id)
    )
    return tuple(
        ReplyFile(
            row.response_id,
            row.channel,
            row.kind,
            row.address,
            row.contact_id,
            row.message_id,
            row.received_at,
            row.text,
            row.task_id,
        )
        for row in rows
    )


def read_barred(connection: Connection, addresses: Collection[str]) -> tuple[Barred, ...]:
    """What is known to bar any of these addresses, oldest first."""
    s = t.suppression.c
    wanted = {normal(address) for address in addresses}
    rows = connection.execute(
        select(t.suppression)
        .where(among(s.address, wanted))
        .order_by(s.since, s.channel, s.address, s.reason)
    )
    return tuple(Barred(row.channel, row.address, row.reason, row.since, row.lifted_at) for row in rows)
