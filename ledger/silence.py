"""Ending what still waits for an address that must not be used any more: at once, and not at the last gate."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence

from sqlalchemy import Connection, select

from ledger import messages
from ledger import tables as t
from ledger.keys import among
from ledger.messages import MessageRow
from ledger.profiles import client_of
from ledger.suppressions import normal
from ledger.tasks import close_for_message
from ledger.unit import Unit
from reminders.reasons import Reason
from reminders.snapshot import Channel
from reminders.states import OPEN, MessageState


def lock_waiting(
    unit: Unit, client_ids: Collection[str], channel: Channel, also: Iterable[str] = ()
) -> list[MessageRow]:
    """The messages of these clients that wait for the channel, and those with the ids `also`, locked: before the
    suppression is written, and all at once. Whoever held one client and then wanted another would wait in a circle.
    """
    m = t.message.c
    waiting = select(m.message_id).where(
        among(m.client_id, sorted(client_ids)),
        m.channel == channel.value,
        m.state.in_(sorted(state.value for state in OPEN)),
    )
    return messages.lock(unit.connection, {*unit.connection.execute(waiting).scalars(), *also})


def end_waiting(
    unit: Unit, locked: Sequence[MessageRow], channel: Channel, address: str, reason: Reason
) -> set[str]:
    """End those of these messages that would go to the address; returns their clients.

    A message that was never tried has no address yet: it is its contact's.
    """
    contacts = _contacts(unit.connection, {message.client_id for message in locked}, channel)
    ended = set()
    for message in locked:
        theirs = contacts.get((message.client_id, message.contact_id))
        if MessageState(message.state).is_open and theirs == normal(address):
            messages.move(unit, message, MessageState.SUPPRESSED, reason=reason)
            close_for_message(unit, message.message_id, reason.sentence)
            ended.add(message.client_id)
    return ended


def _contacts(
    connection: Connection, client_ids: Collection[str], channel: Channel
) -> dict[tuple[str, str | None], str]:
    """Where each contact of these clients is reached on the channel."""
    c = t.client.c
    wanted = select(c.client_id, c.profile).where(among(c.client_id, sorted(client_ids)))
    return {
        (row.client_id, contact.contact_id): normal(address)
        for row in connection.execute(wanted)
        for contact in client_of(row.client_id, row.profile).contacts
        if (address := contact.address(channel))
    }
