"""What people are asked to do, and what only they may decide."""

from __future__ import annotations

from sqlalchemy import Column, Date, Index, Table, Text, text

from ledger.tables.schema import metadata
from ledger.types import Instant, Json

task = Table(
    "task",
    metadata,
    Column("task_id", Text, primary_key=True),
    Column("kind", Text, nullable=False),
    Column("client_id", Text, index=True),
    Column("creditor_id", Text),
    Column("invoice_ids", Json, nullable=False),
    Column("message_id", Text, index=True),
    Column("reason", Text),
    Column("step", Text),
    Column(
        "subject", Text
    ),  # only of an errand: what it is about (an invoice's, a promise's or a plan's id),
    Column("cycle_on", Date),  # and the day that its step counted from
    Column("opened_at", Instant, nullable=False),
    Column("due_on", Date),  # by when a person should have dealt with it: a date of the client's calendar
    Column("state", Text, nullable=False),  # open | done | approved | refused
    Column("brief", Text, nullable=False),
    Column("closed_at", Instant),
    Column("by", Text),
    Column("note", Text),
    Index(
        "task_open", "due_on", postgresql_where=text("state = 'open'"), sqlite_where=text("state = 'open'")
    ),
)

departure = Table(  # a contact who is not the one to write to, or has left; lifted: written to again
    "departure",
    metadata,
    Column("client_id", Text, primary_key=True),
    Column("contact_id", Text, primary_key=True),
    Column("known_as", Text, nullable=False),  # a digest of name and addresses, as the profile had them
    Column("address", Text, nullable=False),  # a digest of the address that was written to; empty if unknown
    Column("since", Instant, nullable=False),
    Column("task_id", Text, nullable=False),  # in which a person sees to it
    Column("lifted_at", Instant),
)

escalation = Table(  # a case that a person handed to an attorney; lifted: it came back
    "escalation",
    metadata,
    Column("task_id", Text, primary_key=True),  # the decision that a person approved
    Column("client_id", Text, nullable=False, index=True),
    Column("creditor_id", Text, nullable=False),
    Column("at", Instant, nullable=False),
    Column("by", Text, nullable=False),
    Column("note", Text),
    Column("lifted_at", Instant),
    Column("lifted_by", Text),
    Column("lifted_note", Text),
)
