"""What the ledger knows of itself: who is alive, and what kind of ledger it is."""

from __future__ import annotations

from sqlalchemy import Column, Table, Text

from ledger.tables.schema import metadata
from ledger.types import Instant

heartbeat = Table(
    "heartbeat",
    metadata,
    Column("role", Text, primary_key=True),
    Column("instance", Text, primary_key=True),
    Column("at", Instant, nullable=False),
)

about = Table(  # facts about the ledger itself: for one, that it belongs to a play
    "about",
    metadata,
    Column("name", Text, primary_key=True),
    Column("value", Text, nullable=False),
)
