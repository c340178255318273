"""Putting the snapshots of a batch together."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from datetime import datetime

from sqlalchemy import Connection, select

from ledger import tables as t
from ledger.snapshots.answers import load_answers
from ledger.snapshots.books import Books
from ledger.snapshots.clients import load_clients, load_suppressions
from ledger.snapshots.errands import load_errands, load_escalated
from ledger.snapshots.messages import load_chats, load_messages, load_replied
from reminders.snapshot import Channel, PastMessage, Snapshot
from reminders.states import OPEN, MessageState

_NEVER = (None, None)
_SYNCED = select(t.sync.c.source, t.sync.c.through_at)


def load_snapshots(
    connection: Connection,
    client_ids: Iterable[str],
    now: datetime,
    default_creditor: str,
    keep: Collection[str] = (),
) -> dict[str, Snapshot]:
    """The snapshots of these clients, by id. `default_creditor` owns invoices that name none.

    Invoices that were settled long ago are left out, unless `keep` names them.
    """
    ids = sorted(set(client_ids))
    if not ids:
        return {}
    messages = load_messages(connection, ids, now)
    waiting = {key for found in messages.values() for m in found if m.state in OPEN for key in m.invoice_ids}
    books = Books(connection, ids, waiting.union(keep), now, default_creditor)
    clients = load_clients(connection, ids, now, books.tracks)
    suppressions = load_suppressions(connection, clients, now)
    replied = load_replied(connection, ids)
    answers = load_answers(connection, ids, now)
    errands, spoken = load_errands(connection, ids)
    chats = load_chats(connection, ids, now)
    escalated = load_escalated(connection, ids)
    synced = {row.source: row.through_at for row in connection.execute(_SYNCED)}
    return {
        client_id: Snapshot(
            client=clients[client_id],
            invoices=books.invoices(client_id),
            on_account=books.on_account(client_id),
            messages=tuple(messages[client_id]),
            suppressions=tuple(suppressions[client_id]),
            replied_at=replied.get(client_id, _NEVER)[0],
            promises=books.promises(client_id),
            plans=books.plans(client_id),
            errands=tuple(errands.get(client_id, ())),
            escalated=escalated.get(client_id, frozenset()),
            conversations=(*spoken.get(client_id, ()), *_confirmed_calls(messages[client_id])),
            chats=tuple(chats.get(client_id, ())),
            synced_through=synced,
            weighty_reply_at=replied.get(client_id, _NEVER)[1],
            answers=answers.get(client_id, ()),
        )
        for client_id in ids
    }


def _confirmed_calls(messages: Iterable[PastMessage]) -> Iterator[datetime]:
    """When somebody confirmed on the telephone that our call was for them: that was a conversation, too."""
    return (
        message.sent_at or message.planned_at
        for message in messages
        if message.channel is Channel.VOICE and message.state is MessageState.DELIVERED
    )
