"""The journal extract: the client's entries, each with what proves that it is sealed, and the chain up to its end.

An entry's columns are given as the exact texts that were hashed. `workers.evidence.proof` says how to check them.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import msgspec
from sqlalchemy import Connection, Row, or_, select

from events.contracts.cloudevent import CloudEvent
from ledger import tables as t
from ledger.journal import HASHED
from ledger.keys import among
from ledger.seal import GENESIS
from ledger.stamps import event_id_of, stamp_of
from ledger.telling import tell
from ledger.types import iso
from workers.evidence import merkle

_decode = msgspec.json.decode
_AT_ONCE = 500
"""Batches whose leaves are read at a time."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One entry of the journal. The JSON columns are the exact texts; without a seal yet, there is no place or path."""

    id: str
    at: str
    kind: str
    client_id: str | None
    invoice_ids: str
    message_id: str | None
    caused_by: str | None
    by: str
    reasons: str
    data: str
    mark: str
    """The keyed hash by which the deployment knows its own entries. Only its secret can check it."""
    position: int | None
    """Its place in the whole journal, from 1."""
    batch: int | None
    path: tuple[str, ...]
    """The hashes (hex) beside it on the way to the batch's root."""


@dataclass(frozen=True, slots=True)
class Link:
    """One sealed batch: its first position, how many entries, their root, and when it was sealed."""

    batch: int
    first: int
    count: int
    root: str
    sealed_at: str


@dataclass(frozen=True, slots=True)
class Head:
    """Where the chain ends: the number of batches and entries, and the hash of the last batch."""

    batches: int
    entries: int
    hash: str


@dataclass(frozen=True, slots=True)
class Extract:
    """What a third party needs to check each entry alone."""

    entries: tuple[Entry, ...]
    """Sealed ones in their order, then those not sealed yet."""
    previous: str
    """The hash of the batch before the first link."""
    chain: tuple[Link, ...]
    """Every batch from the first one that holds an entry of this extract through the last one of the journal."""
    head: Head
    elsewhere: int
    """Entries of this client that are about other creditors' invoices alone, and so are not here."""

    @property
    def unsealed(self) -> int:
        """Entries that have no place yet."""
        return sum(entry.position is None for entry in self.entries)


@dataclass(frozen=True, slots=True)
class Case:
    """Whose entries: a client's, as far as they are about these invoices and messages, or about no other."""

    client_id: str
    invoice_numbers: dict[str, str]
    """Of the case, by id."""
    message_ids: frozenset[str]


def read_extract(connection: Connection, case: Case, through: datetime) -> Extract:
    """The case's entries that were written by that instant. Read on a connection that sees one state of the ledger."""
    rows = [*_named(connection, case, through), *_unnamed(connection, case, through)]
    ours = sorted((row for row in rows if _concerns(row, case)), key=_order)
    positions = [row.position for row in ours if row.position is not None]
    seals = _seals(connection, positions[0]) if positions else ()
    places = _Places(seals)
    paths = _paths(connection, places, positions)
    head = connection.execute(select(t.journal_head)).one_or_none()
    return Extract(
        entries=tuple(_entry(row, places, paths.get(row.position, ())) for row in ours),
        previous=seals[0].previous if seals else head.hash if head else GENESIS,
        chain=tuple(Link(row.batch, row.first, row.size, row.root, iso(row.sealed_at)) for row in seals),
        head=Head(head.batches, head.entries, head.hash) if head else Head(0, 0, GENESIS),
        elsewhere=len(rows) - len(ours),
    )


def latest(connection: Connection, client_id: str) -> str | None:
    """When something last happened in the client's case, as the journal writes it; what operators did aside."""
    j = t.journal.c
    return connection.execute(
        select(j.at)
        .where(j.client_id == client_id, j.kind != "operator.acted")
        .order_by(j.at.desc())
        .limit(1)
    ).scalar_one_or_none()


_COLUMNS = [
    *(t.journal.c[name] for name in HASHED),
    t.journal.c.mark,
    t.journal.c.position,
    t.journal.c.written,
]


def _named(connection: Connection, case: Case, through: datetime) -> Sequence[Row[Any]]:
    """The entries that name the client."""
    j = t.journal.c
    return connection.execute(
        select(*_COLUMNS).where(j.client_id == case.client_id, j.at <= iso(through))
    ).all()


def _unnamed(connection: Connection, case: Case, through: datetime) -> list[Row[Any]]:
    """Entries of events that name only an invoice of the case, or only a payment, a dispute or a plan of it.

    The latter are found by the event that stated a fact of the client's: by its id, its source and its time.
    """
    j = t.journal.c
    stamps = {told.stamp for told in tell(connection, case.client_id, case.invoice_numbers)}
    alone = among(j.invoice_ids, [f'["{invoice_id}"]' for invoice_id in case.invoice_numbers])
    events = among(j.caused_by, map(event_id_of, stamps)) & (j.invoice_ids == "[]")
    rows = connection.execute(
        select(*_COLUMNS).where(
            j.client_id.is_(None), j.kind == "event.applied", or_(alone, events), j.at <= iso(through)
        )
    )
    return [row for row in rows if row.invoice_ids != "[]" or _stamp(row) in stamps]


def _stamp(row: Row[Any]) -> str:
    """The stamp of the event whose entry this is."""
    data = _decode(row.data)
    time = datetime.fromisoformat(data["time"])
    return stamp_of(
        CloudEvent(specversion="1.0", id=row.caused_by, source=data["source"], type=data["type"], time=time)
    )


def _concerns(row: Row[Any], case: Case) -> bool:
    """Whether an entry is about the case or the client as a whole; not about another creditor's invoices alone."""
    if row.message_id is not None:
        return row.message_id in case.message_ids
    named = _decode(row.invoice_ids)
    return not named or any(invoice_id in case.invoice_numbers for invoice_id in named)


def _order(row: Row[Any]) -> tuple[bool, int]:
    """Sealed entries in their order, then the others as they were written."""
    return (row.position is None, row.position or row.written)


def _seals(connection: Connection, first: int) -> Sequence[Any]:
    """The batches from the one that holds that position on."""
    s = t.seal.c
    # A row has a method `count` of its own.
    return connection.execute(
        select(s.batch, s.first, s.count.label("size"), s.root, s.previous, s.sealed_at)
        .where(s.first + s.count > first)
        .order_by(s.batch)
    ).all()


class _Places:
    """In which batch a position stands, and where in it."""

    def __init__(self, seals: Sequence[Row[Any]]) -> None:
        self._firsts = [row.first for row in seals]
        self._batches = [row.batch for row in seals]

    def of(self, position: int) -> tuple[int, int]:
        """The batch's number, and the index in it."""
        found = bisect_right(self._firsts, position) - 1
        return self._batches[found], position - self._firsts[found]


def _paths(connection: Connection, places: _Places, positions: Sequence[int]) -> dict[int, tuple[str, ...]]:
    """The path of each position; the leaves of a batch are read once, and some hundred batches at a time."""
    wanted: dict[int, list[tuple[int, int]]] = {}
    for position in positions:
        batch, index = places.of(position)
        wanted.setdefault(batch, []).append((position, index))
    batches = sorted(wanted)
    found = {}
    for start in range(0, len(batches), _AT_ONCE):
        some = batches[start : start + _AT_ONCE]
        rows = connection.execute(select(t.seal.c.batch, t.seal.c.leaves).where(t.seal.c.batch.in_(some)))
        for row in rows:
            leaves = [row.leaves[i : i + 32] for i in range(0, len(row.leaves), 32)]
            for position, index in wanted[row.batch]:
                found[position] = tuple(one.hex() for one in merkle.path(leaves, index))
    return found


def _entry(row: Row[Any], places: _Places, path: tuple[str, ...]) -> Entry:
    batch = places.of(row.position)[0] if row.position is not None else None
    columns = {name: row._mapping[name] for name in HASHED}
    return Entry(**columns, mark=row.mark, position=row.position, batch=batch, path=path)
