"""Sealing and verifying: the order of the journal, and the proof that nobody touched it.

One sealer at a time (the row lock on `journal_head`) takes the entries that have no place yet, gives them consecutive
positions, and seals them in a batch: a Merkle root over the entries' hashes, chained to the batch before. The hashes of
the single entries are kept with the seal, so that a broken batch names the entry that broke it.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass

from sqlalchemy import Connection, bindparam, select, update

from ledger.bulk import append, insert_ignore
from ledger.journal import HASHED, canonical, mark
from ledger.tables import journal, journal_head, seal
from ledger.unit import Unit

BATCH = 500
GENESIS = "0" * 64
_COLUMNS = [journal.c[name] for name in HASHED]


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
    waiting = connection.execute(
        select(*_COLUMNS, journal.c.mark)
        .where(journal.c.position.is_(None))
        .order_by(journal.c.id)
        .limit(limit)
    ).all()
    ours = [row for row in waiting if row.mark == mark(canonical(row), secret)]
    if not ours:
        return 0
    first = head.entries + 1
    leaves = [_leaf(first + index, canonical(row)) for index, row in enumerate(ours)]
    connection.execute(
        update(journal).where(journal.c.id == bindparam("entry_id")).values(position=bindparam("place")),
        [{"entry_id": row.id, "place": first + index} for index, row in enumerate(ours)],
    )
    batch = head.batches + 1
    root = merkle_root(leaves)
    digest = _chain(head.hash, batch, first, len(ours), root)
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


def verify(connection: Connection, secret: bytes) -> Verdict:
    """Walk the whole chain and every entry. Reads the journal once, in order, in bounded memory."""
    entries = 0
    previous, batches = GENESIS, 0
    rows = _sealed_entries(connection)
    row = next(rows, None)
    unsealed = connection.execute(
        select(*_COLUMNS, journal.c.mark).where(journal.c.position.is_(None)).order_by(journal.c.id)
    ).all()

    def verdict(fault: str | None) -> Verdict:
        return Verdict(entries, len(unsealed), fault)

    for sealed in connection.execute(select(seal).order_by(seal.c.batch)).yield_per(200):
        batches += 1
        where = f"batch {sealed.batch} (entries {sealed.first} to {sealed.first + sealed.count - 1})"
        if sealed.batch != batches or sealed.previous != previous or sealed.first != entries + 1:
            return verdict(f"seal of {where}: a seal before it was removed, added or moved")
        leaves = [sealed.leaves[i : i + 32] for i in range(0, len(sealed.leaves), 32)]
        if len(leaves) != sealed.count or merkle_root(leaves) != sealed.root:
            return verdict(f"seal of {where}: the seal was changed")
        if _chain(previous, sealed.batch, sealed.first, sealed.count, sealed.root) != sealed.hash:
            return verdict(f"seal of {where}: the seal was changed")
        for offset, leaf in enumerate(leaves):
            position = sealed.first + offset
            if row is None or row.position > position:
                return verdict(f"entry {position}: removed")
            if row.position < position:
                return verdict(f"entry {row.position} ({row.id}): added")
            if _leaf(position, canonical(row)) != leaf:
                return verdict(
                    f"entry {position} ({row.id}, {row.kind}): {_how(connection, row, leaves, sealed.first)}"
                )
            entries += 1
            row = next(rows, None)
        previous = sealed.hash
    if row is not None:
        return verdict(f"entry {row.position} ({row.id}): added, or its seal was removed")
    head = connection.execute(select(journal_head)).one_or_none()
    if (head.entries if head else 0) != entries or (head is not None and head.hash != previous):
        return verdict(f"entry {entries + 1}: removed, with every entry after it")
    for late in unsealed:
        if late.mark != mark(canonical(late), secret):
            return verdict(
                f"entry {late.id} ({late.kind}, not sealed yet): added or changed by somebody else"
            )
    return verdict(None)


def _how(connection: Connection, row: object, leaves: list[bytes], first: int) -> str:
    """Whether an entry that does not fit its place was changed, or fits another place and was moved there."""
    content = canonical(row)
    moved = any(_leaf(first + offset, content) == leaf for offset, leaf in enumerate(leaves))
    if not moved:
        for sealed in connection.execute(select(seal.c.first, seal.c.count, seal.c.leaves)).yield_per(200):
            if any(
                _leaf(sealed.first + i, content) == sealed.leaves[32 * i : 32 * i + 32]
                for i in range(sealed.count)
            ):
                moved = True
                break
    return "moved" if moved else "changed"


def _sealed_entries(connection: Connection) -> Iterator[object]:
    statement = (
        select(*_COLUMNS, journal.c.position)
        .where(journal.c.position.is_not(None))
        .order_by(journal.c.position)
    )
    yield from connection.execution_options(stream_results=True).execute(statement).yield_per(1000)


def _leaf(position: int, content: bytes) -> bytes:
    """RFC 6962 tells leaves (0x00) and nodes (0x01) apart, so that one can't pass for the other; so do we."""
    return hashlib.sha256(b"\x00" + position.to_bytes(8, "big") + content).digest()


def merkle_root(leaves: list[bytes]) -> str:
    """The root (hex) of a binary hash tree; an odd node is carried up unchanged."""
    level = leaves
    while len(level) > 1:
        level = [
            hashlib.sha256(b"\x01" + level[i] + level[i + 1]).digest() if i + 1 < len(level) else level[i]
            for i in range(0, len(level), 2)
        ]
    return level[0].hex() if level else GENESIS


def _chain(previous: str, batch: int, first: int, count: int, root: str) -> str:
    return hashlib.sha256(f"{previous}|{batch}|{first}|{count}|{root}".encode()).hexdigest()
