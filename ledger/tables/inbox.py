"""What came in: the events that were taken, and what could not be."""

from __future__ import annotations

from sqlalchemy import Boolean, Column, LargeBinary, Table, Text

from ledger.tables.schema import metadata
from ledger.types import Instant, Json

inbox = Table(
    "inbox",
    metadata,
    Column("source", Text, primary_key=True),
    Column("event_id", Text, primary_key=True),
    Column("type", Text, nullable=False),
    Column("time", Instant, nullable=False),
    Column("received_at", Instant, nullable=False),
    Column("known", Boolean, nullable=False),
)

parked = Table(
    "parked",
    metadata,
    Column("parked_id", Text, primary_key=True),
    Column("kind", Text, nullable=False),  # event | receipt | reply
    Column("reason", Text, nullable=False),
    Column("detail", Text, nullable=False),
    Column("source", Text),
    Column("event_id", Text),
    Column("content_type", Text),
    Column("headers", Json, nullable=False),
    Column("body", LargeBinary, nullable=False),
    Column("received_at", Instant, nullable=False),
    Column("state", Text, nullable=False),  # open | replayed | dropped
    Column("by", Text),
    Column("note", Text),
)
