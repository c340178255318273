"""Contacts who have left, or said that they are not the one to write to: nothing goes to them on any channel.

What holds is the person as the profile described them when they said so. As soon as a newer profile gives the contact
another name or address, it is somebody else, or somebody who was looked at again. Whoever is listed as before counts
again once a person closes the task about them after a newer profile came. The table holds no name and no address, only
what tells whether they are still the same.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from typing import Any

from sqlalchemy import Connection, Row, Select, select, update

from ledger import tables as t
from ledger.bulk import upsert
from ledger.keys import among
from ledger.profiles import client_of
from ledger.stamps import instant_of
from ledger.suppressions import normal
from ledger.unit import Unit
from reminders.snapshot import Channel, Client, Contact

_d = t.departure.c
_STANDING: Select[Any] = (
    select(_d.client_id, _d.contact_id, _d.known_as, _d.address)
    .where(among(_d.client_id, "ids"), _d.lifted_at.is_(None))
    .order_by(_d.client_id, _d.contact_id)
)
_AGAIN = (
    "(client_id, contact_id) DO UPDATE SET known_as = excluded.known_as, address = excluded.address, "
    "since = excluded.since, task_id = excluded.task_id, lifted_at = NULL"
)


def depart(unit: Unit, client_id: str, contact_id: str, channel: Channel, task_id: str) -> None:
    """From now on nothing goes to this contact, nor to another entry of the profile with the same address.

    `channel` is the one on which they were written to; `task_id` the task in which a person sees to it.
    """
    c = t.client.c
    profile = unit.connection.execute(select(c.profile).where(c.client_id == client_id)).scalar_one_or_none()
    known = client_of(client_id, profile).contacts
    contact = next((one for one in known if one.contact_id == contact_id), Contact(contact_id))
    address = contact.address(channel)
    row = {
        "client_id": client_id,
        "contact_id": contact_id,
        "known_as": _known_as(contact),
        "address": _print(normal(address)) if address else "",
        "since": unit.now,
        "task_id": task_id,
        "lifted_at": None,
    }
    upsert(unit.connection, t.departure, [row], _AGAIN)


def load_departures(connection: Connection, ids: Sequence[str]) -> Iterable[Row[Any]]:
    """The departures of these clients that no person has taken back."""
    return connection.execute(_STANDING, {"ids": ids})


def gone_of(client: Client, departures: Iterable[Row[Any]]) -> frozenset[str]:
    """The contacts of a client's present profile who are gone."""
    gone: set[str] = set()
    contacts = {contact.contact_id: contact for contact in client.contacts}
    for row in departures:
        same = contacts.get(row.contact_id)
        if same is not None and _known_as(same) != row.known_as:
            continue  # the profile was corrected
        if same is not None:
            gone.add(row.contact_id)
        gone.update(
            key
            for key, other in contacts.items()
            if key != row.contact_id and row.address and row.address in _addresses(other)
        )
    return frozenset(gone)


def settle(unit: Unit, task: Row[Any]) -> None:
    """A person closed the task: who stands in a profile that came after the departure counts again."""
    c = t.client.c
    stamp = unit.connection.execute(select(c.stamp).where(c.client_id == task.client_id)).scalar_one_or_none()
    if stamp is not None:
        unit.connection.execute(
            update(t.departure)
            .where(_d.task_id == task.task_id, _d.lifted_at.is_(None), _d.since < instant_of(stamp))
            .values(lifted_at=unit.now)
        )


def _known_as(contact: Contact) -> str:
    name = " ".join((contact.name or "").casefold().split())
    return _print("\x1f".join((name, normal(contact.email or ""), normal(contact.phone or ""))))


def _addresses(contact: Contact) -> set[str]:
    return {_print(normal(address)) for address in (contact.email, contact.phone) if address}


def _print(text: str) -> str:
    return hashlib.blake2b(text.encode(), digest_size=16).hexdigest()
