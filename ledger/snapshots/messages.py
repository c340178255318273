"""What was said to the clients, and what they answered."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, Row, Select, and_, bindparam, case, func, not_, select

from ledger import tables as t
from ledger.keys import among
from ledger.types import Instant
from reminders.reasons import Reason
from reminders.snapshot import Channel, Chat, PastMessage
from reminders.states import OPEN, MessageState
from reminders.tasks import TaskState

CHAT = timedelta(hours=24)
"""How long after a client's word free text may be sent by WhatsApp (the platform's customer service window)."""
MEMORY = timedelta(days=400)
"""Messages older than that no longer bear on a decision."""

_message, _response = t.message.c, t.response.c
_MESSAGES: Select[Any] = (
    select(
        _message.message_id, _message.client_id, _message.creditor_id, _message.step, _message.channel,
        _message.contact_id, _message.carrying_invoice_id, _message.due_on, _message.invoice_ids, _message.state,
        _message.planned_at, _message.sent_at, _message.reason, _message.expires_at,
        _message.needs_approval,
    )
    .where(
        among(_message.client_id, "ids"),
        # Not said with an OR: SQLite would take the indexes of its two sides, and read the messages of all clients.
        not_(
            and_(
                _message.planned_at <= bindparam("since", type_=Instant()),
                _message.state.not_in(sorted(state.value for state in OPEN)),
            )
        ),
    )
    .order_by(_message.planned_at, _message.message_id)
)  # fmt: skip
_REPLIED = (
    select(
        _response.client_id,
        func.max(_response.received_at).label("at"),
        func.max(case((_response.weighty, _response.received_at))).label("weighty_at"),
    )
    .join(t.task, t.task.c.task_id == _response.task_id)
    .where(among(_response.client_id, "ids"), t.task.c.state == TaskState.OPEN.value)
    .group_by(_response.client_id)
)
# The number is ours as well as theirs: a word to one creditor opens nothing for another.
_CHATS = (
    select(
        _response.client_id,
        _message.creditor_id,
        _response.address,
        func.max(_response.received_at).label("at"),
    )
    .join(t.message, _message.message_id == _response.message_id)
    .where(
        among(_response.client_id, "ids"),
        _response.channel == Channel.WHATSAPP.value,
        _response.received_at > bindparam("since", type_=Instant()),
    )
    .group_by(_response.client_id, _message.creditor_id, _response.address)
    .order_by(_response.address, _message.creditor_id)
)


def load_messages(connection: Connection, ids: Sequence[str], now: datetime) -> dict[str, list[PastMessage]]:
    """The messages that bear on a decision, per client, oldest first."""
    found: dict[str, list[PastMessage]] = defaultdict(list)
    for row in connection.execute(_MESSAGES, {"ids": ids, "since": now - MEMORY}).all():
        found[row.client_id].append(past_message(row))
    return found


def past_message(row: Row[Any]) -> PastMessage:
    """A message's row as the core sees it."""
    return PastMessage(
        message_id=row.message_id,
        creditor_id=row.creditor_id,
        step=row.step,
        channel=Channel(row.channel),
        contact_id=row.contact_id,
        carrying_invoice_id=row.carrying_invoice_id,
        due_on=row.due_on,
        invoice_ids=tuple(row.invoice_ids),
        state=MessageState(row.state),
        planned_at=row.planned_at,
        sent_at=row.sent_at,
        reason=Reason(row.reason) if row.reason else None,
        expires_at=row.expires_at,
        needs_approval=row.needs_approval,
    )


def load_replied(connection: Connection, ids: Sequence[str]) -> dict[str, tuple[datetime, datetime | None]]:
    """Per client, when the newest reply came that no person has dealt with yet; and the newest weighty one."""
    return {row.client_id: (row.at, row.weighty_at) for row in connection.execute(_REPLIED, {"ids": ids})}


def load_chats(connection: Connection, ids: Sequence[str], now: datetime) -> dict[str, list[Chat]]:
    """Per client, the conversations by WhatsApp that are open."""
    found: dict[str, list[Chat]] = defaultdict(list)
    for row in connection.execute(_CHATS, {"ids": ids, "since": now - CHAT}):
        found[row.client_id].append(Chat(row.creditor_id, row.address, row.at + CHAT))
    return found
