"""What the ledger's tests say: events in a line each, and what the ledger knows afterwards."""

from __future__ import annotations

import itertools
import json
from collections.abc import Iterable, Sequence
from datetime import UTC, date, datetime, timedelta
from typing import Any

from sqlalchemy import Row, Table, insert, select

from events.contracts.delivery import Event, Ignored, Read, Unreadable
from events.contracts.registry import read_json
from ledger import tables as t
from ledger.apply import apply
from ledger.snapshots import load_snapshots
from ledger.unit import Ledger
from reminders.reasons import Reason
from reminders.snapshot import Invoice, Snapshot
from reminders.states import MessageState

SECRET = b"\x00\xff any bytes at all"
NOW = datetime(2026, 3, 2, 9, tzinfo=UTC)
HOUSE = "acme"
_numbers = itertools.count(1)


def instant(minute: int) -> datetime:
    """The minute-th minute of the story, before `NOW`."""
    return datetime(2026, 2, 1, 8, tzinfo=UTC) + timedelta(minutes=minute)


def raw(type_: str, /, *, time: int = 0, id_: str | None = None, source: str = "/erp", **data: Any) -> bytes:
    """The bytes of an event."""
    return json.dumps(
        {
            "specversion": "1.0",
            "id": id_ or f"e{next(_numbers)}",
            "source": source,
            "type": type_,
            "time": instant(time).isoformat(),
            "data": data,
        }
    ).encode()


def event(type_: str, /, *, time: int = 0, id_: str | None = None, source: str = "/erp", **data: Any) -> Read:
    """An event as intake reads it. `time` is the minute of the story; the id is a new one unless given."""
    read = read_json(raw(type_, time=time, id_=id_, source=source, **data))
    assert isinstance(read, Event | Ignored), read
    return read


def unreadable(body: bytes) -> Unreadable:
    read = read_json(body)
    assert isinstance(read, Unreadable), read
    return read


def issued(invoice_id: str = "i1", client_id: str = "kaya", total: str = "100.00", **fields: Any) -> Read:
    known: dict[str, Any] = {
        "number": invoice_id.upper(),
        "currency": "EUR",
        "issued_on": "2026-01-05",
        "due_on": "2026-02-04",
    }
    type_ = fields.pop("type_", "invoice.issued")
    return event(type_, invoice_id=invoice_id, client_id=client_id, total=total, **(known | fields))


def paid(
    payment_id: str, amount: str, *parts: tuple[str, str], client_id: str = "kaya", **fields: Any
) -> Read:
    known: dict[str, Any] = {"currency": "EUR", "received_on": "2026-02-10"}
    allocations = [{"invoice_id": invoice_id, "amount": part} for invoice_id, part in parts]
    return event(
        "payment.received",
        payment_id=payment_id,
        client_id=client_id,
        amount=amount,
        allocations=allocations,
        **(known | fields),
    )


def profile(client_id: str = "kaya", **fields: Any) -> Read:
    known: dict[str, Any] = {
        "name": "Kaya GmbH",
        "debtor_type": "company",
        "country": "DE",
        "contacts": [
            {"contact_id": "ap", "name": "Ada", "email": f"Ap@{client_id}.example", "phone": "+49 30 123456"}
        ],
    }
    return event("client.updated", client_id=client_id, **(known | fields))


def tell(ledger: Ledger, *reads: Read, at: datetime = NOW) -> tuple[str, ...]:
    """Apply events in one batch; returns the clients touched."""
    with ledger.begin(at) as unit:
        return apply(unit, reads)


def snapshot(ledger: Ledger, client_id: str = "kaya", at: datetime = NOW) -> Snapshot:
    with ledger.read() as connection:
        return load_snapshots(connection, [client_id], at, HOUSE)[client_id]


def invoice(ledger: Ledger, invoice_id: str = "i1", client_id: str = "kaya", at: datetime = NOW) -> Invoice:
    (found,) = [i for i in snapshot(ledger, client_id, at).invoices if i.invoice_id == invoice_id]
    return found


def on_account(ledger: Ledger, client_id: str = "kaya") -> dict[str, int]:
    return {money.currency: money.minor for money in snapshot(ledger, client_id).on_account}


def holds(found: Invoice) -> dict[Reason, date | None]:
    return {hold.reason: hold.until_on for hold in found.holds}


def rows(ledger: Ledger, table: Table, *where: Any) -> Sequence[Row[Any]]:
    with ledger.read() as connection:
        return connection.execute(select(table).where(*where).order_by(*(c for c in table.primary_key))).all()


def journal(ledger: Ledger, *kinds: str) -> list[Row[Any]]:
    """The journal's entries in the order of their ids."""
    return [row for row in rows(ledger, t.journal) if not kinds or row.kind in kinds]


def a_row(message_id: str = "m1", **fields: Any) -> dict[str, Any]:
    """A message as the decider plans it."""
    known: dict[str, Any] = {
        "message_id": message_id,
        "client_id": "kaya",
        "creditor_id": HOUSE,
        "contact_id": "ap",
        "channel": "email",
        "step": "overdue_3",
        "tone": "friendly",
        "policy": "standard@1",
        "carrying_invoice_id": "i1",
        "due_on": date(2026, 2, 4),
        "invoice_ids": ["i1"],
        "amounts": [["EUR", 10000]],
        "state": MessageState.PLANNED.value,
        "version": 1,
        "needs_approval": False,
        "planned_at": NOW,
        "not_before": NOW,
        "expires_at": NOW + timedelta(days=30),
        "changed_at": NOW,
        "attempts": 0,
        "looks": 0,
    }
    return known | fields


def put(ledger: Ledger, *messages: dict[str, Any]) -> None:
    """Put messages into the ledger in any state, with no journal."""
    with ledger.engine.begin() as connection:
        connection.execute(insert(t.message), list(messages))


def message(ledger: Ledger, message_id: str = "m1") -> Row[Any]:
    (found,) = rows(ledger, t.message, t.message.c.message_id == message_id)
    return found


def state(ledger: Ledger, message_id: str = "m1") -> MessageState:
    return MessageState(message(ledger, message_id).state)


def empty(ledger: Ledger) -> None:
    """Forget everything, for the next example."""
    with ledger.engine.begin() as connection:
        for table in t.metadata.sorted_tables:
            connection.execute(table.delete())


LEARNED = {"first_seen_at", "recorded_at", "received_at"}
"""Columns that say when the ledger learned of a fact: the order of arrival shows in them, and nowhere else."""
FACTS: tuple[Table, ...] = (
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
    t.client,
    t.sync,
    t.inbox,
    t.parked,
)


def facts(ledger: Ledger, without: Iterable[str] = LEARNED) -> dict[str, list[tuple[Any, ...]]]:
    """Every fact, row by row."""
    left_out = {*without, "look_at", "woken_at", "decided"}
    with ledger.read() as connection:
        return {
            table.name: [
                tuple(row)
                for row in connection.execute(
                    select(*(c for c in table.c if c.name not in left_out)).order_by(*table.primary_key)
                )
            ]
            for table in FACTS
        }
