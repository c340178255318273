"""What a person sees and does about suppressions: the list, barring an address, and lifting that again.

The journal says who acted and on which suppression, never the address: a suppression has an id of its own. Why stands
in its row.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import msgspec
from sqlalchemy import Connection, Row, select, update

from ledger import tables as t
from ledger.apply import touch
from ledger.escalation import NoPersonError, person
from ledger.silence import end_waiting, lock_waiting
from ledger.suppressions import Source, normal, standing, suppress
from ledger.unit import Unit
from reminders.reasons import Reason
from reminders.snapshot import Channel

_s = t.suppression.c


class SuppressionError(ValueError):
    """Something that can't be done about an address as asked; the text says why and what to do, without the address."""


@dataclass(frozen=True, slots=True)
class Barred:
    """An address that must not be used on a channel, or must not have been."""

    suppression_id: str
    address: str
    channel: Channel
    reason: Reason
    source: Source
    source_id: str | None
    """The receipt, the attempt or the reply that taught us."""
    since: datetime
    expires_on: date | None
    """The last day, in UTC, on which it bars; None: no end."""
    lifted_at: datetime | None
    stands: bool
    """Whether it bars now."""
    by: str | None
    """The person who acted on it last, and why."""
    note: str | None
    clients: tuple[str, ...]
    """The clients whose profile has the address now."""


class _Contact(msgspec.Struct):
    email: str | None = None
    phone: str | None = None


class _Profile(msgspec.Struct):
    contacts: tuple[_Contact, ...] = ()


_decode = msgspec.json.Decoder(_Profile).decode


def holders(connection: Connection, addresses: Collection[str]) -> dict[str, list[str]]:
    """The clients that have each of these addresses (in their normal form) in their profile, in order.

    One pass over all profiles: what a person asks for now and then may take that long.
    """
    wanted = set(addresses)
    found: dict[str, list[str]] = defaultdict(list)
    if not wanted:
        return found
    c = t.client.c
    rows = connection.execute(
        select(c.client_id, c.profile).where(c.profile.is_not(None)).order_by(c.client_id),
        execution_options={"yield_per": 5000},
    )
    for client_id, profile in rows:
        theirs = {
            normal(address)
            for contact in _decode(profile).contacts
            for address in (contact.email, contact.phone)
            if address
        }
        for address in theirs & wanted:
            found[address].append(client_id)
    return found


def listed(
    connection: Connection,
    now: datetime,
    *,
    channel: Channel | None = None,
    client_id: str | None = None,
    everything: bool = False,
) -> list[Barred]:
    """What is barred now, newest first; `everything`: also what was lifted or has expired."""
    wanted = select(t.suppression).order_by(_s.since.desc(), _s.channel, _s.address, _s.reason)
    if channel is not None:
        wanted = wanted.where(_s.channel == channel.value)
    if not everything:
        wanted = wanted.where(standing(now.date()))
    rows = connection.execute(wanted).all()
    clients = holders(connection, {row.address for row in rows})
    found = [_barred(row, now.date(), clients.get(row.address, ())) for row in rows]
    return found if client_id is None else [one for one in found if client_id in one.clients]


def _barred(row: Row[Any], today: date, clients: Sequence[str]) -> Barred:
    return Barred(
        suppression_id=row.suppression_id,
        address=row.address,
        channel=Channel(row.channel),
        reason=Reason(row.reason),
        source=Source(row.source),
        source_id=row.source_id,
        since=row.since,
        expires_on=row.expires_on,
        lifted_at=row.lifted_at,
        stands=row.lifted_at is None and (row.expires_on is None or row.expires_on >= today),
        by=row.by,
        note=row.note,
        clients=tuple(clients),
    )


def add(
    unit: Unit,
    channel: Channel,
    address: str,
    by: str,
    note: str,
    *,
    until: date | None = None,
    client_asked: bool = False,
) -> tuple[str, tuple[str, ...]]:
    """Bar an address, as a person decided; returns the suppression's id and the clients that are looked at again.

    `until` is the last day on which it bars, in UTC. What still waits to go there is ended at once. Raises
    `SuppressionError`, for one where it is barred already for that reason and as long.
    """
    name, why = _signed(by, note)
    if until is not None and until < unit.now.date():
        raise SuppressionError(f"--until {until} is over; give today's date or a later one")
    reason = Reason.OPTED_OUT if client_asked else Reason.SUPPRESSED_ADDRESS
    clients = holders(unit.connection, [normal(address)]).get(normal(address), [])
    touch(unit, clients)  # and so locked: before the suppression, as whoever settles a receipt does
    waiting = lock_waiting(unit, clients, channel)
    suppression_id = suppress(
        unit, channel, address, reason, Source.PERSON, expires_on=until, by=name, note=why
    )
    if suppression_id is None:
        raise SuppressionError(
            f"that address is barred by {channel.value} already, for as long; "
            "`amicable suppressions` says why, and `amicable suppressions lift` ends it"
        )
    end_waiting(unit, waiting, channel, address, reason)
    told = {"expires_on": until} if until else {}
    _note(unit, "suppress", suppression_id, channel, reason, name, clients, told)
    return suppression_id, tuple(clients)


def lift(
    unit: Unit, channel: Channel, address: str, by: str, note: str, *, client_asked: bool = False
) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Allow an address again, as a person decided; returns the suppressions' ids and the clients looked at again.

    Who opted out may only be written to again when they ask for it themselves: `client_asked` says that they did.
    Raises `SuppressionError`.
    """
    name, why = _signed(by, note)
    clients = holders(unit.connection, [normal(address)]).get(normal(address), [])
    touch(unit, clients)
    rows = unit.connection.execute(
        select(t.suppression)
        .where(_s.channel == channel.value, _s.address == normal(address), standing(unit.now.date()))
        .order_by(_s.reason)
        .with_for_update()
    ).all()
    if not rows:
        raise SuppressionError(
            f"that address is not barred by {channel.value}; `amicable suppressions` lists what is"
        )
    if not client_asked and any(row.reason == Reason.OPTED_OUT.value for row in rows):
        raise SuppressionError(
            "the client asked for no more messages there; only when they ask for them again may it be lifted: "
            "add --client-asked and say in the note when and how they did"
        )
    ids = tuple(row.suppression_id for row in rows)
    unit.connection.execute(
        update(t.suppression).where(_s.suppression_id.in_(ids)).values(lifted_at=unit.now, by=name, note=why)
    )
    for row in rows:
        asked = {"client_asked": True} if client_asked else {}
        _note(unit, "lift", row.suppression_id, channel, Reason(row.reason), name, clients, asked)
    return ids, tuple(clients)


def _signed(by: str, note: str) -> tuple[str, str]:
    try:
        name = person(by)
    except NoPersonError as error:
        raise SuppressionError(str(error)) from None
    if not note.strip():
        raise SuppressionError("say why: --note TEXT")
    return name, note.strip()


def _note(
    unit: Unit,
    act: str,
    suppression_id: str,
    channel: Channel,
    reason: Reason,
    by: str,
    clients: Sequence[str],
    told: dict[str, Any],
) -> None:
    """One entry for each client that it concerns, so that each one's story has it; one at least."""
    for client_id in clients or (None,):
        unit.note(
            "operator.acted",
            client_id=client_id,
            by=by,
            reasons=(reason,),
            data={"act": act, "suppression_id": suppression_id, "channel": channel.value, **told},
        )
