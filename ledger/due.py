"""When something in the ledger is due next: what a play jumps to, instead of waiting for it."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, Connection, func, select

from ledger import tables as t
from reminders.states import MessageState


def next_due(connection: Connection, no_receipt_after: timedelta) -> datetime | None:
    """The earliest instant at which the scheduler would find something to do; None: only an event changes anything."""
    m, r, c = t.message.c, t.receipt.c, t.client.c

    def earliest(column: ColumnElement[datetime], *where: ColumnElement[bool]) -> datetime | None:
        return connection.execute(select(func.min(column)).where(*where)).scalar_one()

    accepted = earliest(m.sent_at, m.state == MessageState.ACCEPTED.value)
    found = [
        earliest(c.look_at, c.look_at.is_not(None)),
        earliest(m.not_before, m.state.in_([MessageState.QUEUED.value, MessageState.IN_DOUBT.value])),
        earliest(m.lease_until, m.state == MessageState.DISPATCHING.value),
        earliest(r.try_at, r.state == "new"),
        accepted + no_receipt_after if accepted else None,
    ]
    return min((at for at in found if at is not None), default=None)
