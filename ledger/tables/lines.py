"""How the providers are, and when the next message may go by them: shared by all senders of a deployment."""

from __future__ import annotations

from sqlalchemy import Column, Integer, Table, Text

from ledger.tables.schema import metadata
from ledger.types import Instant

provider_health = Table(  # a row for a line that something is known of; one that is well may have none
    "provider_health",
    metadata,
    Column("provider", Text, primary_key=True),
    Column("account", Text, primary_key=True),  # what the provider calls it; never a key
    Column("channel", Text, primary_key=True),
    Column("refusals", Integer, nullable=False),  # of our key, sender or account, in a row
    Column("faults", Integer, nullable=False),  # by so many they outnumber the answers
    Column("faults_since", Instant),
    Column("opened_at", Instant),
    Column("open_until", Instant),  # until then nobody calls; then it comes back by steps
    Column("openings", Integer, nullable=False),  # in a row
    Column("changed_at", Instant, nullable=False),
)

pace = Table(
    "pace",
    metadata,
    Column("provider", Text, primary_key=True),
    Column("account", Text, primary_key=True),
    Column("channel", Text, primary_key=True),
    Column("sender", Text, primary_key=True),  # our own number or address
    Column("free_at", Instant, nullable=False),  # when all that was promised a slot will have gone
    Column("closed_until", Instant),  # the provider asked all of it to wait until then
)
