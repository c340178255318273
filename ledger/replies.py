"""Replies: a client's word becomes an opt-out at once, or a task for a person that holds further reminders."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import asdict
from typing import Any

from sqlalchemy import Connection, Row, Select, select

from events.contracts.faults import clean
from ledger import answers, asking
from ledger import tables as t
from ledger.answers import Reading
from ledger.apply import touch
from ledger.bulk import insert_new
from ledger.ids import time_ordered_id
from ledger.messages import MessageRow
from ledger.silence import end_waiting, lock_waiting
from ledger.suppressions import Source, is_suppressed, lift, normal, suppress
from ledger.unit import Unit
from reminders.answers import MEANT_BY_PEOPLE
from reminders.feedback import OptWord, Reply
from reminders.reasons import Reason
from reminders.snapshot import Channel

_KINDS = {OptWord.OUT: "opt_out", OptWord.IN: "opt_in", OptWord.HELP: "help", None: "reply"}
_BARE = 20
"""An opt-out of more characters than that says more than a keyword: a person should read it."""


def record(unit: Unit, reply: Reply, reading: Reading | None = None) -> tuple[str, ...]:
    """Store a reply once and act on it; returns the clients to look at again (none for a repeat).

    Its words are read by `reading`, unless it brings its answer along; without either, or where a machine wrote it, it
    is for a person as it stands. So is a mail of which nothing shows that it is from the address that it names: it
    changes nothing by itself, but that a stop counts for that address.
    """
    answered = _last_message(unit, reply)
    last = answered if _is_shown(reply, answered) else None
    claims = answered.client_id if answered is not None and last is None else None
    found = None
    if (reading is not None or reply.answer is not None) and not reply.automatic:
        found = answers.read(unit, reply, last.client_id if last else None, reading)
    nobody = reply.automatic or (found is not None and reply.opt is None and found.away)
    row: dict[str, Any] = {
        "response_id": time_ordered_id(unit.now),
        "provider": reply.provider,
        "key": reply.key,
        "channel": reply.channel.value,
        "client_id": last.client_id if last else None,
        "contact_id": last.contact_id if last else None,
        "message_id": last.message_id if last else None,
        "kind": "automatic" if nobody else _KINDS[reply.opt],
        "address": normal(reply.sender),
        "text": clean(reply.text),
        "received_at": reply.received_at,
        "attachments": [asdict(file) for file in reply.attachments] or None,
        **answers.columns(found),
    }
    new = insert_new(unit.connection, t.response, [row], ("response_id",))
    if not new:
        return ()
    unit.note(
        "response.recorded",
        client_id=row["client_id"] or claims,
        message_id=row["message_id"],
        caused_by=row["response_id"],
        by="client",
        reasons=(Reason.OPTED_OUT,) if reply.opt is OptWord.OUT else (),
        data={
            "channel": reply.channel.value,
            "class": "claimed" if claims and row["kind"] == "reply" else row["kind"],
            **answers.told(found, row["contact_id"]),
        },
    )
    if nobody:
        return _machine_wrote(unit, row, reply, claims, reading)
    silenced: set[str] = set()
    if reply.opt is OptWord.OUT:
        stopped = _stopped(unit, reply, last)
        locked = _lock_there(unit, reply.channel, stopped, last.message_id if last else None)
        silenced = _silence(unit, reply.channel, stopped, locked, Source.REPLY, row["response_id"])
    again = reply.opt is OptWord.IN and _surely_theirs(unit, reply, last)
    if again:
        lift(unit, reply.channel, reply.sender, Reason.OPTED_OUT)
    more = reply.answer is None and len(reply.text.strip()) > _BARE
    wants_call = found is not None and last is not None and found.wants_call
    if more or wants_call or not (again or reply.opt is OptWord.OUT):
        asking.ask(unit, row, found, reply, last, reading, claims)
    if found is not None:
        answers.note_promise(unit, row, found)
        if found.wrong_person and row["client_id"] is not None:
            asking.wrong_person(unit, row, found)
    concerned = silenced | ({last.client_id} if last else set())
    touch(unit, concerned)
    return tuple(sorted(concerned))


def _machine_wrote(
    unit: Unit, row: dict[str, Any], reply: Reply, claims: str | None, reading: Reading | None
) -> tuple[str, ...]:
    """Nobody has answered, nothing waits; but a machine, too, may say that its owner has left.

    Ticket systems call automatic what people write in them, and a bookkeeping system tells of its payments by itself: a
    mail that says what people say is for a person to look at.
    """
    words = reading.departed(row["text"]) if reading is not None else ()
    if not words and row["client_id"] is not None:
        found = answers.read(unit, reply, row["client_id"], reading) if reading is not None else None
        if found is not None and found.answer.sure and found.answer.kind in MEANT_BY_PEOPLE:
            asking.look_at(unit, row, found)
    if words and claims is not None:
        asking.ask(unit, row, None, reply, None, reading, claims)
    if not words or row["client_id"] is None:
        return ()
    asking.left(unit, row, words)
    touch(unit, [row["client_id"]])
    return (row["client_id"],)


def unsubscribe(unit: Unit, message_id: str) -> tuple[str, ...]:
    """The recipient of this message wants no more on its channel; returns the clients to look at again.

    A repeat changes nothing. A message that never went anywhere names no address, and changes nothing either.
    """
    attempt = last_attempt(unit.connection, message_id)
    if attempt is None:
        return ()
    channel = Channel(attempt.channel)
    locked = _lock_there(unit, channel, {attempt.address}, message_id)
    message = next(row for row in locked if row.message_id == message_id)
    if is_suppressed(unit, channel, attempt.address, Reason.OPTED_OUT):
        return ()
    response_id = time_ordered_id(unit.now)
    row = {
        "response_id": response_id,
        "provider": attempt.provider,
        # Not the message's id: after a change of mind, the same link counts again.
        "key": f"unsubscribe:{response_id}",
        "channel": channel.value,
        "client_id": message.client_id,
        "contact_id": message.contact_id,
        "message_id": message_id,
        "kind": "opt_out",
        "address": normal(attempt.address),
        "text": "",
        "received_at": unit.now,
        "weighty": False,
    }
    insert_new(unit.connection, t.response, [row], ("response_id",))
    unit.note(
        "response.recorded",
        client_id=message.client_id,
        message_id=message_id,
        caused_by=response_id,
        by="client",
        reasons=(Reason.OPTED_OUT,),
        data={"channel": channel.value, "class": "opt_out"},
    )
    silenced = _silence(unit, channel, {attempt.address}, locked, Source.UNSUBSCRIBE_LINK, response_id)
    concerned = silenced | {message.client_id}
    touch(unit, concerned)
    return tuple(sorted(concerned))


def hold_stop(unit: Unit, message_id: str) -> None:
    """Lock all that `unsubscribe` may change, for a transaction that has to read before it: at once, or two that stop
    mail to the same address would wait for each other.
    """
    attempt = last_attempt(unit.connection, message_id)
    if attempt is not None:
        _lock_there(unit, Channel(attempt.channel), {attempt.address}, message_id)


def unsubscribes_from(connection: Connection, message_id: str) -> Channel | None:
    """The channel that `unsubscribe` would end for the message's recipient; None if it never went anywhere."""
    attempt = last_attempt(connection, message_id)
    return Channel(attempt.channel) if attempt else None


def last_attempt(connection: Connection, message_id: str) -> Row[Any] | None:
    """The message's last attempt that had an address; None if it never went anywhere."""
    a = t.attempt.c
    return connection.execute(
        select(t.attempt)
        .where(a.message_id == message_id, a.address.is_not(None), a.address != "")
        .order_by(a.number.desc())
        .limit(1)
    ).one_or_none()


def _stopped(unit: Unit, reply: Reply, answered: Row[Any] | None) -> set[str]:
    """The addresses that a stop is about: the one that it came from, and the one that the answered message went to.

    Whoever reads a shared mailbox often answers from their own; nothing ever goes to that one.
    """
    attempt = last_attempt(unit.connection, answered.message_id) if answered is not None else None
    there = {attempt.address} if attempt is not None and attempt.channel == reply.channel.value else set()
    return {normal(reply.sender)} | there


def _is_shown(reply: Reply, answered: Row[Any] | None) -> bool:
    """Whether it is shown that a reply answers that message: it comes from the address that it names, or it brought
    back the signed token, which only who got the message knows.
    """
    return reply.authentic or (answered is not None and answered.message_id == reply.reference)


def _surely_theirs(unit: Unit, reply: Reply, answered: Row[Any] | None) -> bool:
    """Whether a reply comes from the address that it names: anybody can put another one's into a mail.

    A stop is taken at its word all the same; to be written to again is asked for in answer to a mail that went there.
    """
    if reply.channel is not Channel.EMAIL:
        return True
    if answered is None or reply.reference != answered.message_id:
        return False
    attempt = last_attempt(unit.connection, answered.message_id)
    return attempt is not None and attempt.address == normal(reply.sender)


def _lock_there(
    unit: Unit, channel: Channel, addresses: Collection[str], message_id: str | None
) -> list[MessageRow]:
    """What may wait for these addresses, locked, with the message that is answered.

    It is looked for among all clients to whom anything ever went there.
    """
    m, a = t.message.c, t.attempt.c
    known = sorted({normal(address) for address in addresses})
    there = select(a.message_id).where(a.channel == channel.value, a.address.in_(known))
    clients = unit.connection.execute(select(m.client_id).where(m.message_id.in_(there))).scalars()
    return lock_waiting(unit, set(clients), channel, (message_id,) if message_id else ())


def _silence(
    unit: Unit,
    channel: Channel,
    addresses: Collection[str],
    locked: Sequence[MessageRow],
    source: Source,
    response_id: str,
) -> set[str]:
    """Bar the addresses, and end those of the locked messages that still wait for them; returns their clients."""
    waiting = [message for message in locked if message.channel == channel.value]
    ended: set[str] = set()
    for address in sorted({normal(address) for address in addresses}):
        suppress(unit, channel, address, Reason.OPTED_OUT, source, response_id)
        ended |= end_waiting(unit, waiting, channel, address, Reason.OPTED_OUT)
    return ended


def _last_message(unit: Unit, reply: Reply) -> Row[Any] | None:
    """The message that a reply answers: by the token it brought back, else the last one to that address."""
    m, a = t.message.c, t.attempt.c
    wanted: Select[Any] = select(m.message_id, m.client_id, m.contact_id, m.creditor_id, m.invoice_ids)
    wanted = wanted.join(t.attempt, a.message_id == m.message_id)
    if reply.reference:
        found = unit.connection.execute(wanted.where(m.message_id == reply.reference).limit(1)).one_or_none()
        if found is not None:
            return found
    return unit.connection.execute(
        wanted.where(a.channel == reply.channel.value, a.address == normal(reply.sender))
        .order_by(a.started_at.desc(), a.attempt_id)
        .limit(1)
    ).one_or_none()
