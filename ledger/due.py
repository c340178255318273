"""When something in the ledger is due next: what a play jumps to, instead of waiting for it."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, Connection, ScalarSelect, func, select

from ledger import tables as t
from reminders.states import MessageState


def next_due(connection: Connection, no_receipt_after: timedelta) -> datetime | None:
    """The earliest instant at which the scheduler would find something to do; None: only an event changes anything."""
    found: list[datetime | None] = list(connection.execute(_EARLIEST).one())
    accepted = found.pop()
    if accepted is not None:
        found.append(accepted + no_receipt_after)
    return min((at for at in found if at is not None), default=None)


def _earliest(column: ColumnElement[datetime], *where: ColumnElement[bool]) -> ScalarSelect[datetime]:
    return select(func.min(column)).where(*where).scalar_subquery()


_M, _R, _C = t.message.c, t.receipt.c, t.client.c
# Made once, and asked in one go: a play asks it at every instant at which anything happens.
_EARLIEST = select(
    _earliest(_C.look_at, _C.look_at.is_not(None)),
    _earliest(_M.not_before, _M.state.in_([MessageState.QUEUED.value, MessageState.IN_DOUBT.value])),
    _earliest(_M.lease_until, _M.state == MessageState.DISPATCHING.value),
    _earliest(_R.try_at, _R.state == "new"),
    _earliest(_M.sent_at, _M.state == MessageState.ACCEPTED.value),
)
