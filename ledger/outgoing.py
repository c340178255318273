"""The journal as an outbox: sealed entries go out in their order, at least once."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import msgspec
from sqlalchemy import Connection, Row, Select, select, update

from ledger import tables as t
from ledger.journal import HASHED
from ledger.unit import Unit

_decode = msgspec.json.decode


def unpublished(connection: Connection, limit: int) -> Sequence[Row[Any]]:
    """The next sealed entries that have not gone out, in order."""
    head = connection.execute(select(t.journal_head.c.published)).scalar_one_or_none()
    if head is None:
        return []
    j = t.journal.c
    wanted: Select[Any] = select(*[j[name] for name in HASHED], j.position)
    return connection.execute(wanted.where(j.position > head).order_by(j.position).limit(limit)).all()


def mark_published(unit: Unit, position: int) -> None:
    """Everything up to this position has gone out and was confirmed. Never goes back."""
    head = t.journal_head.c
    unit.connection.execute(
        update(t.journal_head).where(head.one == 1, head.published < position).values(published=position)
    )


def plain(row: Row[Any]) -> dict[str, Any]:
    """An entry as the contract shows it: JSON columns decoded, unknowns as null."""
    return {
        "id": row.id,
        "at": row.at,
        "kind": row.kind,
        "client_id": row.client_id,
        "invoice_ids": _decode(row.invoice_ids),
        "message_id": row.message_id,
        "caused_by": row.caused_by,
        "by": row.by,
        "reasons": _decode(row.reasons),
        "data": _decode(row.data),
    }
