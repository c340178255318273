"""The journal: entries, their seals, and how far they are."""

from __future__ import annotations

from sqlalchemy import BigInteger, Column, Index, Integer, LargeBinary, Table, Text, text

from ledger.tables.schema import metadata
from ledger.types import Instant

journal = Table(
    "journal",
    metadata,
    # Counted as rows are written, while their clients are locked: for one client it is the order of what happened,
    # which the ids of two machines, whose clocks differ, are not.
    Column("written", BigInteger().with_variant(Integer(), "sqlite"), primary_key=True, autoincrement=True),
    Column("id", Text, nullable=False, unique=True),
    Column("at", Text, nullable=False),  # ISO 8601 UTC, as it was sealed
    Column("kind", Text, nullable=False),
    Column("client_id", Text),
    Column("invoice_ids", Text, nullable=False),  # JSON array
    Column("message_id", Text),
    Column("caused_by", Text),
    Column("by", Text, nullable=False),
    Column("reasons", Text, nullable=False),  # JSON array
    Column("data", Text, nullable=False),  # JSON object
    Column("mark", Text, nullable=False),  # keyed hash: the entry was written by this deployment
    Column("position", BigInteger),  # null until sealed
    Index("journal_client", "client_id", "written"),
    # Each index covers only the entries that have what it sorts by: most are about no message, and none has a place
    # when it is written.
    Index(
        "journal_message",
        "message_id",
        postgresql_where=text("message_id IS NOT NULL"),
        sqlite_where=text("message_id IS NOT NULL"),
    ),
    Index(
        "journal_position",
        "position",
        unique=True,
        postgresql_where=text("position IS NOT NULL"),
        sqlite_where=text("position IS NOT NULL"),
    ),
    Index(
        "journal_unsealed",
        "written",
        postgresql_where=text("position IS NULL"),
        sqlite_where=text("position IS NULL"),
    ),
)

seal = Table(
    "seal",
    metadata,
    Column("batch", BigInteger, primary_key=True, autoincrement=False),
    Column("first", BigInteger, nullable=False),
    Column("count", Integer, nullable=False),
    Column("leaves", LargeBinary, nullable=False),  # 32 bytes an entry, in order
    Column("root", Text, nullable=False),
    Column("previous", Text, nullable=False),
    Column("hash", Text, nullable=False),
    Column("sealed_at", Instant, nullable=False),
)

journal_head = Table(  # one row: the lock of the one sealer, and where the chain must end
    "journal_head",
    metadata,
    Column("one", Integer, primary_key=True, autoincrement=False),
    Column("batches", BigInteger, nullable=False),
    Column("entries", BigInteger, nullable=False),
    Column("hash", Text, nullable=False),
    Column("published", BigInteger, nullable=False),  # entries up to this position have gone out
)
