"""Sealing and verifying: the order of the journal, and the proof that nobody touched it.

One sealer at a time (the row lock on `journal_head`) takes the entries that have no place yet, gives them consecutive
positions, and seals them in a batch: a Merkle root over the entries' hashes, chained to the batch before. The hashes of
the single entries are kept with the seal, so that a broken batch names the entry that broke it.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, bindparam, select, update

from ledger.bulk import append, insert_ignore
from ledger.journal import HASHED, canonical, mark
from ledger.tables import journal, journal_head, seal
from ledger.types import iso
from ledger.unit import Unit

BATCH = 500
GENESIS = "0" * 64
_COLUMNS = [*(journal.c[name] for name in HASHED), journal.c.mark]
_SEALED = (
    select(*_COLUMNS, journal.c.position).where(journal.c.position.is_not(None)).order_by(journal.c.position)
)
# A row has a method `count` of its own.
_SEALS = select(seal, seal.c.count.label("size")).order_by(seal.c.batch)


@dataclass(frozen=True, slots=True)
class Verdict:
    """What `verify` found. `fault` names the first entry that was changed, removed, added or moved."""

    entries: int
    unsealed: int
    fault: str | None = None

    @property
    def whole(self) -> bool:
        """Whether nothing was touched."""
        return self.fault is None


def seal_next(unit: Unit, secret: bytes, limit: int = BATCH) -> int:
    """Seal up to `limit` entries; returns how many. Another sealer at work makes this wait for it, then go on.

    An entry without this deployment's mark is left unsealed, and `verify` names it.
    """
    connection = unit.connection
    insert_ignore(
        connection, journal_head, [{"one": 1, "batches": 0, "entries": 0, "hash": GENESIS, "published": 0}]
    )
    head = connection.execute(select(journal_head).where(journal_head.c.one == 1).with_for_update()).one()
    ours = _waiting(connection, secret, limit)
    if not ours:
        return 0
    first = head.entries + 1
    leaves = [_leaf(first + index, row) for index, row in enumerate(ours)]
    connection.execute(
        update(journal).where(journal.c.id == bindparam("entry_id")).values(position=bindparam("place")),
        [{"entry_id": row.id, "place": first + index} for index, row in enumerate(ours)],
    )
    batch = head.batches + 1
    root = merkle_root(leaves)
    digest = _chain(head.hash, batch, first, len(ours), root, unit.now)
    append(
        connection,
        seal,
        [
            {
                "batch": batch,
                "first": first,
                "count": len(ours),
                "leaves": b"".join(leaves),
                "root": root,
                "previous": head.hash,
                "hash": digest,
                "sealed_at": unit.now,
            }
        ],
    )
    connection.execute(
        update(journal_head)
        .where(journal_head.c.one == 1)
        .values(batches=batch, entries=head.entries + len(ours), hash=digest)
    )
    return len(ours)


def _waiting(connection: Connection, secret: bytes, limit: int) -> list[Any]:
    """The first entries without a place that carry our mark; others, however many, don't stand in their way."""
    ours: list[Any] = []
    after = 0
    while len(ours) < limit:
        page = connection.execute(
            select(*_COLUMNS, journal.c.written)
            .where(journal.c.position.is_(None), journal.c.written > after)
            .order_by(journal.c.written)
            .limit(limit - len(ours))
        ).all()
        if not page:
            break
        ours += [row for row in page if row.mark == mark(canonical(row), secret)]
        after = page[-1].written
    return ours


def verify(connection: Connection, secret: bytes) -> Verdict:
    """Walk the whole chain and every entry. Reads the journal once, in order, in bounded memory.

    `connection` should see one state of the database (`Ledger.read` does): a sealer may be at work meanwhile.
    """
    with (
        connection.execute(_SEALED, execution_options={"yield_per": 1000}) as entries,
        connection.execute(_SEALS, execution_options={"yield_per": 200}) as seals,
    ):
        return _walk(connection, entries, seals, secret)


def _walk(connection: Connection, rows: Iterator[Any], seals: Iterator[Any], secret: bytes) -> Verdict:
    entries = batches = 0
    previous = GENESIS
    row = next(rows, None)
    unsealed = connection.execute(
        select(*_COLUMNS).where(journal.c.position.is_(None)).order_by(journal.c.written)
    ).all()

    def verdict(fault: str | None) -> Verdict:
        return Verdict(entries, len(unsealed), fault)

    for sealed in seals:
        where = f"batch {sealed.batch} (entries {sealed.first} to {sealed.first + sealed.size - 1})"
        if sealed.batch != batches + 1 or sealed.previous != previous or sealed.first != entries + 1:
            return verdict(f"seal of {where}: a seal before it was removed, added or moved")
        leaves = _split(sealed.leaves)
        if len(leaves) != sealed.size or merkle_root(leaves) != sealed.root:
            return verdict(f"seal of {where}: the seal was changed")
        if (
            _chain(previous, sealed.batch, sealed.first, sealed.size, sealed.root, sealed.sealed_at)
            != sealed.hash
        ):
            return verdict(f"seal of {where}: the seal was changed")
        for offset, leaf in enumerate(leaves):
            position = sealed.first + offset
            if row is None or row.position > position:
                return verdict(f"entry {position}: removed")
            if row.position < position:
                return verdict(f"entry {row.position} ({row.id}): added")
            if _leaf(position, row) != leaf:
                return verdict(f"entry {position} ({row.id}, {row.kind}): {_how(connection, row)}")
            entries += 1
            row = next(rows, None)
        previous = sealed.hash
        batches += 1
    if row is not None:
        return verdict(f"entry {row.position} ({row.id}): added, or its seal was removed")
    head = connection.execute(select(journal_head)).one_or_none()
    ends = (head.batches, head.entries, head.hash) if head else (0, 0, GENESIS)
    if ends != (batches, entries, previous):
        return verdict(f"entry {entries + 1}: removed, with every entry after it")
    for late in unsealed:
        if late.mark != mark(canonical(late), secret):
            return verdict(
                f"entry {late.id} ({late.kind}, not sealed yet): added or changed by somebody else"
            )
    return verdict(None)


def _how(connection: Connection, row: Row[Any]) -> str:
    """Whether an entry that does not fit its place was changed, or fits another place and was moved there."""
    with connection.execute(_SEALS, execution_options={"yield_per": 200}) as seals:
        for sealed in seals:
            if any(_leaf(sealed.first + i, row) == leaf for i, leaf in enumerate(_split(sealed.leaves))):
                return "moved"
    return "changed"


def _split(leaves: bytes) -> list[bytes]:
    return [leaves[i : i + 32] for i in range(0, len(leaves), 32)]


def _leaf(position: int, row: Row[Any]) -> bytes:
    """RFC 6962 tells leaves (0x00) and nodes (0x01) apart, so that one can't pass for the other; so do we."""
    content = position.to_bytes(8, "big") + canonical(row) + row.mark.encode()
    return hashlib.sha256(b"\x00" + content).digest()


def merkle_root(leaves: list[bytes]) -> str:
    """The root (hex) of a binary hash tree; an odd node is carried up unchanged."""
    level = leaves
    while len(level) > 1:
        level = [
            hashlib.sha256(b"\x01" + level[i] + level[i + 1]).digest() if i + 1 < len(level) else level[i]
            for i in range(0, len(level), 2)
        ]
    return level[0].hex() if level else GENESIS


def _chain(previous: str, batch: int, first: int, count: int, root: str, at: datetime) -> str:
    return hashlib.sha256(f"{previous}|{batch}|{first}|{count}|{root}|{iso(at)}".encode()).hexdigest()
