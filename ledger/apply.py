"""Applying events: inbox, facts, journal and the touched clients' next look, in one transaction.

The inbox row of (source, id) commits with the effect, so a repeat is a no-op. Facts merge as last-writer-wins rows,
so the order of arrival does not matter.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from typing import Any

from sqlalchemy import Connection, Table, bindparam, or_, select, update

from events.contracts.delivery import Event, Ignored, Read, Unreadable
from ledger import tables as t
from ledger.bulk import insert_ignore, insert_new, merge
from ledger.facts import Facts, facts_of
from ledger.unit import Unit

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
_KEEP = {t.invoice: ("first_seen_at",), t.payment: ("recorded_at",)}
"""Columns that only the first event about a thing sets."""


def apply(unit: Unit, reads: Sequence[Read]) -> tuple[str, ...]:
    """Store what was read; returns the ids of the clients whose case changed, sorted.

    Unreadable events are parked with their bytes, events of unknown type are recorded and ignored, repeats do nothing.
    """
    events: dict[tuple[str, str], Event | Ignored] = {}
    for read in reads:
        if isinstance(read, Unreadable):
            park_event(unit, read)
        else:
            events.setdefault((read.cloudevent.source, read.cloudevent.id), read)
    fresh = _new(unit, events)
    facts: list[Facts] = []
    for read in fresh:
        event = read.cloudevent
        if isinstance(read, Ignored):
            unit.note(
                "event.ignored", caused_by=event.id, data={"source": event.source, "type": event.type}
            )
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
    profiles = _merge_facts(unit.connection, facts)
    touched = _touched(unit.connection, facts)
    touch(unit, touched)
    merge_profiles(unit.connection, profiles)
    return touched


def touch(unit: Unit, client_ids: Iterable[str]) -> None:
    """Have these clients looked at now. A client that nobody has described yet gets a row of its own."""
    ids = sorted(set(client_ids))
    if not ids:
        return
    insert_ignore(unit.connection, t.client, [{"client_id": client_id} for client_id in ids])
    locked = select(t.client.c.client_id).where(t.client.c.client_id.in_(ids)).order_by(t.client.c.client_id)
    unit.connection.execute(locked.with_for_update())
    unit.connection.execute(
        update(t.client).where(t.client.c.client_id.in_(ids)).values(look_at=unit.now, woken_at=None)
    )


def park_event(unit: Unit, read: Unreadable) -> None:
    """Keep what can't be read, with its bytes and why. The same bytes are parked once."""
    key = hashlib.sha256(repr(sorted(read.headers.items())).encode() + read.raw).hexdigest()[:32]
    parked = insert_new(
        unit.connection,
        t.parked,
        [
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
        ],
        ("parked_id",),
    )
    if parked:
        unit.note("event.parked", caused_by=read.event_id, data={"parked_id": key, "reason": read.reason.value})


def _new(unit: Unit, events: dict[tuple[str, str], Event | Ignored]) -> list[Event | Ignored]:
    """The events that were not in the inbox yet, in the order in which they came."""
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
    new = {(row.source, row.event_id) for row in insert_new(unit.connection, t.inbox, rows, ("source", "event_id"))}
    return [read for key, read in events.items() if key in new]


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


def merge_profiles(connection: Connection, rows: Sequence[dict[str, Any]]) -> None:
    """Set the profiles of clients whose rows are there and locked: the newest event wins whole."""
    newest: dict[str, dict[str, Any]] = {}
    for row in rows:
        held = newest.get(row["client_id"])
        if held is None or row["stamp"] > held["stamp"]:
            newest[row["client_id"]] = row
    if newest:
        connection.execute(
            _SET_PROFILE, [{f"new_{name}": value for name, value in newest[key].items()} for key in sorted(newest)]
        )


_SET_PROFILE = (
    update(t.client)
    .where(
        t.client.c.client_id == bindparam("new_client_id"),
        or_(t.client.c.stamp.is_(None), t.client.c.stamp < bindparam("new_stamp")),
    )
    .values(stamp=bindparam("new_stamp"), profile=bindparam("new_profile"))
)


def _touched(connection: Connection, facts: Sequence[Facts]) -> tuple[str, ...]:
    """Everybody whose case these facts concern, sorted."""
    clients = {client_id for fact in facts for client_id in fact.client_ids}
    invoices = {invoice_id for fact in facts for invoice_id in fact.invoice_ids}
    payments = {payment_id for fact in facts for payment_id in fact.payment_ids}
    if payments:
        rows = connection.execute(
            select(t.payment.c.client_id, t.allocation.c.invoice_id)
            .outerjoin(t.allocation, t.allocation.c.payment_id == t.payment.c.payment_id)
            .where(t.payment.c.payment_id.in_(payments))
        )
        for row in rows:
            clients.add(row.client_id)
            if row.invoice_id:
                invoices.add(row.invoice_id)
    if invoices:
        clients.update(
            connection.execute(
                select(t.invoice.c.client_id).where(t.invoice.c.invoice_id.in_(invoices)).distinct()
            ).scalars()
        )
    return tuple(sorted(clients))
