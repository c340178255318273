"""Applying events: inbox, facts, journal and the touched clients' next look, in one transaction.

The inbox row of (source, id) commits with the effect, so a repeat is a no-op. Facts merge as last-writer-wins rows,
so the order of arrival does not matter.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from typing import Any

from sqlalchemy import Connection, Table, bindparam, exists, null, select, union_all, update

from events.contracts.delivery import Event, Ignored, Read, Unreadable
from ledger import tables as t
from ledger.bulk import insert_new, merge, upsert
from ledger.facts import Facts, facts_of
from ledger.keys import among
from ledger.types import Instant
from ledger.unit import Unit
from reminders.case import LOOK_AT_STALE

_ORDER: tuple[Table, ...] = (
    t.invoice,
    t.invoice_closure,
    t.invoice_hold,
    t.payment,
    t.allocation,
    t.payment_reversal,
    t.payment_pending,
    t.payment_failure,
    t.credit_note,
    t.promise,
    t.plan,
    t.plan_cancellation,
    t.dispute,
    t.dispute_resolution,
    t.client_hold,
    t.sync,
)
"""Two writers that touch the same tables in the same order can't wait for each other in a circle."""
_KEEP = {
    t.invoice: ("first_seen_at",),
    t.payment: ("recorded_at",),
    t.payment_reversal: ("recorded_at",),
}
"""Columns that only the first event about a thing sets. (A debit may fail twice: its last failure counts whole.)"""


def apply(unit: Unit, reads: Sequence[Read]) -> tuple[str, ...]:
    """Store what was read; returns the ids of the clients whose case changed, sorted.

    Unreadable events are parked with their bytes, events of unknown type are recorded and ignored, repeats do nothing.
    """
    events: dict[tuple[str, str], Event | Ignored] = {}
    for read in reads:
        if not isinstance(read, Unreadable):
            events.setdefault((read.cloudevent.source, read.cloudevent.id), read)
    park_events(unit, [read for read in reads if isinstance(read, Unreadable)])
    fresh = _new(unit, events)
    facts: list[Facts] = []
    for read in fresh:
        event = read.cloudevent
        if isinstance(read, Ignored):
            unit.note("event.ignored", caused_by=event.id, data={"source": event.source, "type": event.type})
            continue
        fact = facts_of(event, read.payload, unit.now)
        facts.append(fact)
        unit.note(
            "event.applied",
            client_id=fact.client_ids[0] if fact.client_ids else None,
            invoice_ids=fact.invoice_ids,
            caused_by=event.id,
            data={"source": event.source, "type": event.type, "time": event.time},
        )
    touched = _touched(unit.connection, facts)
    profiles = _merge_facts(unit.connection, facts)
    touched |= _late_owners(unit.connection, facts, touched)
    _look_now(unit, touched, profiles)
    _look_after_sync(unit, facts)
    return tuple(sorted(touched))


def _look_after_sync(unit: Unit, facts: Sequence[Facts]) -> None:
    """Payments are known up to now: whoever may have waited for that need not wait for their next look.

    Clients that somebody holds at the moment are passed over; their own look comes soon enough.
    """
    sources = [row["source"] for fact in facts for table, row in fact.writes if table is t.sync]
    if not sources:
        return
    may_wait = {"now": unit.now, "until": unit.now + LOOK_AT_STALE, "sources": sources}
    ids = list(unit.connection.execute(_WAITING, may_wait).scalars())
    if ids:
        unit.connection.execute(_LOOK_NOW, {"ids": ids, "now": unit.now})


_client, _now = t.client.c, bindparam("now", type_=Instant())
_WAITING = (
    select(_client.client_id)
    .where(
        _client.look_at > _now,
        _client.look_at <= bindparam("until", type_=Instant()),
        exists().where(t.invoice.c.client_id == _client.client_id, among(t.invoice.c.source, "sources")),
    )
    .order_by(_client.client_id)
    .with_for_update(skip_locked=True)
)
_LOOK_NOW = update(t.client).where(among(_client.client_id, "ids")).values(look_at=_now, woken_at=None)


def touch(unit: Unit, client_ids: Iterable[str]) -> None:
    """Have these clients looked at now. A client that nobody has described yet gets a row of its own."""
    _look_now(unit, set(client_ids), [])


def _look_now(unit: Unit, client_ids: set[str], profiles: Sequence[dict[str, Any]]) -> None:
    """Have these clients looked at, in the order of their ids, and set the profiles: the newest wins whole."""
    newest: dict[str, dict[str, Any]] = {}
    for row in profiles:
        held = newest.get(row["client_id"])
        if held is None or row["stamp"] > held["stamp"]:
            newest[row["client_id"]] = row
    nothing: dict[str, Any] = {"stamp": None, "profile": None}
    rows = [
        {"client_id": client_id, **newest.get(client_id, nothing), "look_at": unit.now}
        for client_id in sorted(client_ids)
    ]
    upsert(unit.connection, t.client, rows, _LOOK)


_NEWER = "excluded.stamp > coalesce(client.stamp, '')"
_LOOK = (
    "(client_id) DO UPDATE SET look_at = excluded.look_at, woken_at = NULL,"
    f" profile = CASE WHEN {_NEWER} THEN excluded.profile ELSE client.profile END,"
    f" stamp = CASE WHEN {_NEWER} THEN excluded.stamp ELSE client.stamp END"
)


def park_events(unit: Unit, reads: Sequence[Unreadable]) -> None:
    """Keep what can't be read, with its bytes and why. The same bytes are parked once."""
    by_key = {_parked_id(read): read for read in reads}
    rows = [
        {
            "parked_id": key,
            "kind": "event",
            "reason": read.reason.value,
            "detail": read.detail,
            "source": read.source,
            "event_id": read.event_id,
            "content_type": read.content_type,
            "headers": dict(read.headers),
            "body": bytes(read.raw),
            "received_at": unit.now,
            "state": "open",
        }
        for key, read in sorted(by_key.items())
    ]
    for row in insert_new(unit.connection, t.parked, rows, ("parked_id",)):
        read = by_key[row.parked_id]
        unit.note(
            "event.parked",
            caused_by=read.event_id,
            data={"parked_id": row.parked_id, "reason": read.reason.value},
        )


def _parked_id(read: Unreadable) -> str:
    headers = repr([read.content_type, sorted(read.headers.items())])
    return hashlib.sha256(headers.encode() + b"\x00" + read.raw).hexdigest()[:32]


def _new(unit: Unit, events: dict[tuple[str, str], Event | Ignored]) -> list[Event | Ignored]:
    """The events that were not in the inbox yet, in the order in which they came.

    One that came before as of an unknown type, and is known now, counts as new: sent again after an upgrade, it is
    taken at last.
    """
    rows = [
        {
            "source": source,
            "event_id": event_id,
            "type": read.cloudevent.type,
            "time": read.cloudevent.time,
            "received_at": unit.now,
            "known": isinstance(read, Event),
        }
        for (source, event_id), read in sorted(events.items(), key=lambda item: item[0])
    ]
    new = {
        (row.source, row.event_id)
        for row in insert_new(unit.connection, t.inbox, rows, ("source", "event_id"))
    }
    repeated = [key for key, read in events.items() if key not in new and isinstance(read, Event)]
    new |= _learned(unit.connection, repeated)
    return [read for key, read in events.items() if key in new]


def _learned(connection: Connection, keys: Sequence[tuple[str, str]]) -> set[tuple[str, str]]:
    """Those of these (source, id) that were of an unknown type so far; from now on they are known."""
    if not keys:
        return set()
    inbox = t.inbox.c
    unknown = select(inbox.source, inbox.event_id).where(
        among(inbox.event_id, [event_id for _, event_id in keys]), inbox.known.is_(False)
    )
    found = {(row.source, row.event_id) for row in connection.execute(unknown)} & set(keys)
    if found:
        connection.execute(
            update(t.inbox)
            .where(inbox.source == bindparam("from_source"), inbox.event_id == bindparam("with_id"))
            .values(known=True),
            [{"from_source": source, "with_id": event_id} for source, event_id in sorted(found)],
        )
    return found


def _merge_facts(connection: Connection, facts: Sequence[Facts]) -> list[dict[str, Any]]:
    """Merge all rows but the profiles, which are returned."""
    by_table: dict[Table, list[dict[str, Any]]] = {}
    for fact in facts:
        for table, row in fact.writes:
            by_table.setdefault(table, []).append(row)
    for table in _ORDER:
        if rows := by_table.get(table):
            merge(connection, table, rows, keep=_KEEP.get(table, ()))
    return by_table.get(t.client, [])


def _touched(connection: Connection, facts: Sequence[Facts]) -> set[str]:
    """Everybody whose case these facts concern: whom they name, and the known owners of what they name.

    Asked before the facts are merged: an invoice or a payment that changes hands concerns its old owner as well.
    """
    clients = {client_id for fact in facts for client_id in fact.client_ids}
    invoices = {invoice_id for fact in facts for invoice_id in fact.invoice_ids}
    payments = {payment_id for fact in facts for payment_id in fact.payment_ids}
    if payments:
        for row in connection.execute(_PAID_BY_AND_FOR, {"ids": sorted(payments)}):
            if row.client_id:
                clients.add(row.client_id)
            if row.invoice_id:
                invoices.add(row.invoice_id)
    if invoices:
        clients.update(connection.execute(_OWNERS, {"ids": sorted(invoices)}).scalars())
    return clients


def _late_owners(connection: Connection, facts: Sequence[Facts], known: set[str]) -> set[str]:
    """Owners of what is named without a client, asked once more as late as can be: another writer may have brought
    them in the meantime, and knew nothing of these facts when it had its client looked at.
    """
    nameless = [fact for fact in facts if not fact.client_ids]
    return _touched(connection, nameless) - known if nameless else set()


_PAID_BY_AND_FOR = union_all(
    select(t.payment.c.client_id, t.allocation.c.invoice_id)
    .outerjoin(t.allocation, t.allocation.c.payment_id == t.payment.c.payment_id)
    .where(among(t.payment.c.payment_id, "ids")),
    # a debit that is collected, begun or failed once more concerns the invoice that it was for before
    select(null(), t.payment_pending.c.invoice_id).where(among(t.payment_pending.c.payment_id, "ids")),
    select(null(), t.payment_failure.c.invoice_id).where(among(t.payment_failure.c.payment_id, "ids")),
)
_OWNERS = select(t.invoice.c.client_id).where(among(t.invoice.c.invoice_id, "ids")).distinct()
