"""Replies: a client's word becomes an opt-out at once, or a task for a person that holds further reminders."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Row, select, update

from ledger import messages
from ledger import tables as t
from ledger.apply import touch
from ledger.bulk import insert_new
from ledger.ids import time_ordered_id
from ledger.suppressions import lift, normal, suppress
from ledger.tasks import open_task
from ledger.unit import Unit
from reminders.feedback import OptWord, Reply
from reminders.reasons import Reason
from reminders.snapshot import Channel
from reminders.states import MessageState

_KINDS = {OptWord.OUT: "opt_out", OptWord.IN: "opt_in", OptWord.HELP: "help", None: "reply"}
_BARE = 20
"""An opt-out of more characters than that says more than a keyword: a person should read it."""


def record(unit: Unit, reply: Reply) -> tuple[str, ...]:
    """Store a reply once and act on it; returns the clients to look at again (none for a repeat)."""
    last = _last_message(unit, reply)
    row = {
        "response_id": time_ordered_id(unit.now),
        "provider": reply.provider,
        "key": reply.key,
        "channel": reply.channel.value,
        "client_id": last.client_id if last else None,
        "contact_id": last.contact_id if last else None,
        "message_id": last.message_id if last else None,
        "kind": _KINDS[reply.opt],
        "address": normal(reply.sender),
        "text": reply.text,
        "received_at": reply.received_at,
    }
    new = insert_new(unit.connection, t.response, [row], ("response_id",))
    if not new:
        return ()
    unit.note(
        "response.recorded",
        client_id=row["client_id"],
        message_id=row["message_id"],
        caused_by=row["response_id"],
        by="client",
        reasons=(Reason.OPTED_OUT,) if reply.opt is OptWord.OUT else (),
        data={"channel": reply.channel.value, "class": row["kind"]},
    )
    if reply.opt is OptWord.OUT:
        suppress(unit, reply.channel, reply.sender, Reason.OPTED_OUT, f"reply {row['response_id']}")
        _silence(unit, reply.channel, reply.sender)
    elif reply.opt is OptWord.IN:
        lift(unit, reply.channel, reply.sender, Reason.OPTED_OUT)
    if reply.opt is None or reply.opt is OptWord.HELP or len(reply.text.strip()) > _BARE:
        _ask_a_person(unit, row)
    if last is None:
        return ()
    touch(unit, [last.client_id])
    return (last.client_id,)


def _ask_a_person(unit: Unit, row: dict[str, Any]) -> None:
    whose = f"client {row['client_id']}" if row["client_id"] else "somebody we can't place"
    task_id = open_task(
        unit,
        "reply",
        row["response_id"],
        client_id=row["client_id"],
        message_id=row["message_id"],
        caused_by=row["response_id"],
        brief=f"A reply by {row['channel']} from {whose}: “{row['text'].strip()[:500]}”. Answer it, record what was "
        "agreed in the billing system, then mark this done. Reminders to the client wait for two working days.",
    )
    unit.connection.execute(
        update(t.response).where(t.response.c.response_id == row["response_id"]).values(task_id=task_id)
    )


def _silence(unit: Unit, channel: Channel, address: str) -> None:
    """Messages that still wait for this address on this channel end now, not at the last gate."""
    m, a = t.message.c, t.attempt.c
    waiting = unit.connection.execute(
        select(m.message_id)
        .join(t.attempt, a.message_id == m.message_id)
        .where(m.state == MessageState.QUEUED.value, a.channel == channel.value, a.address == normal(address))
    ).scalars()
    for message in messages.lock(unit.connection, waiting):
        if message.state == MessageState.QUEUED:
            messages.move(unit, message, MessageState.SUPPRESSED, reason=Reason.OPTED_OUT)


def _last_message(unit: Unit, reply: Reply) -> Row[Any] | None:
    """The message that a reply answers: by the token it brought back, else the last one to that address."""
    m, a = t.message.c, t.attempt.c
    wanted = select(m.message_id, m.client_id, m.contact_id).join(t.attempt, a.message_id == m.message_id)
    if reply.reference:
        found = unit.connection.execute(wanted.where(m.message_id == reply.reference).limit(1)).one_or_none()
        if found is not None:
            return found
    return unit.connection.execute(
        wanted.where(a.channel == reply.channel.value, a.address == normal(reply.sender))
        .order_by(a.started_at.desc(), a.attempt_id)
        .limit(1)
    ).one_or_none()
