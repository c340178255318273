"""The journal: append-only, the audit trail and the source of events out.

An entry is written unsealed, with a keyed mark that says this deployment wrote it. The sealer (`ledger.seal`) later
gives it its place in the chain. Columns that are hashed are stored as the exact text that was hashed.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import msgspec
from sqlalchemy import Connection

from ledger.bulk import append
from ledger.ids import time_ordered_id
from ledger.tables import journal
from ledger.types import iso

_encode = msgspec.json.Encoder(order="deterministic").encode
HASHED = ("id", "at", "kind", "client_id", "invoice_ids", "message_id", "caused_by", "by", "reasons", "data")
"""The columns that make an entry, in the order in which they are hashed."""

KINDS = frozenset(
    {
        "event.applied",
        "event.parked",
        "event.ignored",
        "decision.made",
        "message.planned",
        "message.queued",
        "message.held",
        "message.cancelled",
        "message.expired",
        "message.suppressed",
        "message.dispatching",
        "message.accepted",
        "message.rejected",
        "message.in_doubt",
        "message.abandoned",
        "message.delivered",
        "message.undelivered",
        "message.failed",
        "message.no_receipt",
        "receipt.recorded",
        "receipt.parked",
        "response.recorded",
        "task.opened",
        "task.done",
        "case.escalated",
        "operator.acted",
    }
)


@dataclass(frozen=True, slots=True)
class Entry:
    """What happened, before it has an id and a place."""

    kind: str
    client_id: str | None = None
    invoice_ids: tuple[str, ...] = ()
    message_id: str | None = None
    caused_by: str | None = None
    by: str = "system"
    reasons: tuple[str, ...] = ()
    data: dict[str, Any] = field(default_factory=dict)


def write_entries(connection: Connection, entries: Sequence[Entry], now: datetime, secret: bytes) -> None:
    """Append entries, in their order, marked with the deployment's secret."""
    at = iso(now)
    rows = []
    for entry in entries:
        if entry.kind not in KINDS:
            raise ValueError(f"{entry.kind!r} is not a kind of journal entry")
        row: dict[str, Any] = {
            "id": time_ordered_id(now),
            "at": at,
            "kind": entry.kind,
            "client_id": entry.client_id,
            "invoice_ids": _encode(entry.invoice_ids).decode() if entry.invoice_ids else "[]",
            "message_id": entry.message_id,
            "caused_by": entry.caused_by,
            "by": entry.by,
            "reasons": _encode(entry.reasons).decode() if entry.reasons else "[]",
            "data": _encode(entry.data).decode() if entry.data else "{}",
            "position": None,
        }
        row["mark"] = mark(canonical(row), secret)
        rows.append(row)
    append(connection, journal, rows)


def canonical(row: Any) -> bytes:
    """The exact bytes of an entry that are marked and hashed: a JSON array of its columns."""
    get = row.__getitem__ if isinstance(row, dict) else row._mapping.__getitem__
    return _encode([get(name) for name in HASHED])


def mark(content: bytes, secret: bytes) -> str:
    """The keyed hash (BLAKE2b, 16 bytes, hex) of an entry's canonical bytes."""
    return hashlib.blake2b(content, digest_size=16, key=secret[:64]).hexdigest()
