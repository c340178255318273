"""What clients left on their own page: how they want to be reached, and what they propose."""

from __future__ import annotations

from sqlalchemy import Column, String, Table, Text

from ledger.tables.schema import metadata
from ledger.types import Instant, Json

client_wish = Table(  # the client's own word; each column that is not null prevails over the profile
    "client_wish",
    metadata,
    Column("client_id", Text, primary_key=True),
    Column("channels", Json),  # in their order
    Column("quiet", Json),  # {days, start, end}; {}: at no time
    Column("language", Text),
    Column("at", Instant, nullable=False),
    Column("response_id", Text, nullable=False),
)

proposal = Table(  # a date or a plan that waits for a person's yes
    "proposal",
    metadata,
    Column("task_id", Text, primary_key=True),
    Column("response_id", Text, nullable=False),
    Column("client_id", Text, nullable=False),
    Column("invoice_ids", Json, nullable=False),
    Column("currency", String(3), primary_key=True),
    Column("instalments", Json, nullable=False),  # [{due_on, amount}]; one alone is a promise
    Column("proposed_at", Instant, nullable=False),
)
