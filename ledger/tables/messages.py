"""Messages, their attempts, and what came back."""

from __future__ import annotations

from sqlalchemy import Boolean, Column, Date, Index, Integer, Table, Text, UniqueConstraint, text

from ledger.tables.schema import metadata
from ledger.types import Instant, Json

message = Table(
    "message",
    metadata,
    Column("message_id", Text, primary_key=True),
    Column("client_id", Text, nullable=False),
    Column("creditor_id", Text, nullable=False),
    Column("contact_id", Text),
    Column("channel", Text, nullable=False),
    Column("step", Text, nullable=False),
    Column("tone", Text, nullable=False),
    Column("language", Text),
    Column("policy", Text, nullable=False),  # name@version
    Column("carrying_invoice_id", Text, nullable=False),
    Column("due_on", Date, nullable=False),
    Column("invoice_ids", Json, nullable=False),
    Column("amounts", Json, nullable=False),  # [[currency, minor]]
    Column("state", Text, nullable=False),
    Column("version", Integer, nullable=False),
    Column("reason", Text),
    Column("approved_by", Text),
    Column("needs_approval", Boolean, nullable=False),
    Column("planned_at", Instant, nullable=False),
    Column("not_before", Instant, nullable=False),
    Column("expires_at", Instant, nullable=False),
    Column("sent_at", Instant),
    Column("changed_at", Instant, nullable=False),
    Column("woken_at", Instant),  # when a sender was last woken for it
    Column("lease_until", Instant),  # while dispatching: when it becomes in doubt
    Column("attempts", Integer, nullable=False),
    Column("looks", Integer, nullable=False),  # while in doubt: how often the provider was asked
    Index("message_client", "client_id", "planned_at"),
    Index("message_state", "state", "not_before"),
)

body = Table(  # apart from `message`, so that erasing a person touches one table
    "body",
    metadata,
    Column("message_id", Text, primary_key=True),
    Column("subject", Text),
    Column("text", Text, nullable=False),
    Column("html", Text),
)

attempt = Table(
    "attempt",
    metadata,
    Column("attempt_id", Text, primary_key=True),
    Column("message_id", Text, nullable=False, index=True),
    Column("number", Integer, nullable=False),
    Column("provider", Text, nullable=False),
    Column("channel", Text, nullable=False),
    Column("address", Text),
    Column("sender", Text),
    Column("started_at", Instant, nullable=False),
    Column("ended_at", Instant),
    Column("outcome", Text),  # accepted | not_sent | rejected | in_doubt
    Column("provider_id", Text, index=True),
    Column("code", Text),
    Column("detail", Text),
    UniqueConstraint("message_id", "number"),
    Index("attempt_address", "channel", "address"),
)

receipt = Table(
    "receipt",
    metadata,
    Column("receipt_id", Text, primary_key=True),
    Column("provider", Text, nullable=False),
    Column("channel", Text, nullable=False),
    Column("kind", Text, nullable=False),
    Column("attempt_id", Text),
    Column("provider_id", Text),
    Column("message_id", Text, index=True),
    Column("code", Text),
    Column("detail", Text),
    Column("raw", Text, nullable=False),
    Column("occurred_at", Instant, nullable=False),
    Column("received_at", Instant, nullable=False),
    Column("state", Text, nullable=False),  # new | applied | parked
    Column("tries", Integer, nullable=False),
    Column("try_at", Instant),
    Index(
        "receipt_new", "try_at", postgresql_where=text("state = 'new'"), sqlite_where=text("state = 'new'")
    ),
)

receipt_key = Table(
    "receipt_key",
    metadata,
    Column("provider", Text, primary_key=True),
    Column("key", Text, primary_key=True),
    Column("receipt_id", Text, nullable=False),
)

response = Table(
    "response",
    metadata,
    Column("response_id", Text, primary_key=True),
    Column("provider", Text, nullable=False),
    Column("key", Text, nullable=False),
    Column("channel", Text, nullable=False),
    Column("client_id", Text, index=True),
    Column("contact_id", Text),
    Column("message_id", Text),
    Column(
        "kind", Text, nullable=False
    ),  # reply | opt_out | opt_in | help | automatic | agreed | proposal | wishes
    Column("address", Text, nullable=False),
    Column("text", Text, nullable=False),
    Column("received_at", Instant, nullable=False),
    Column("task_id", Text),
    Column("answer", Text),  # paid | promise | dispute | ...: what the words say; None: they were not read
    Column("answer_sure", Boolean),
    Column("answer_words", Json),  # those that decided
    Column("promised_on", Date),
    Column("weighty", Boolean, nullable=False),  # whether reminders wait longer for a person to deal with it
    Column("attachments", Json),  # of each file: name, type, bytes, SHA-256; the file is not kept
    UniqueConstraint("provider", "key"),
)

suppression = Table(
    "suppression",
    metadata,
    Column("address", Text, primary_key=True),  # first: it is asked for by addresses
    Column("channel", Text, primary_key=True),
    Column("reason", Text, primary_key=True),  # opted_out | suppressed_address
    Column(
        "suppression_id", Text, nullable=False, unique=True
    ),  # what the journal calls it: never the address
    Column("source", Text, nullable=False),  # receipt | refusal | soft | reply | unsubscribe_link | person
    Column("source_id", Text),  # of the receipt, the attempt, the reply
    Column("since", Instant, nullable=False),
    Column("expires_on", Date),  # the last day (UTC) on which it bars; None: no end
    Column("lifted_at", Instant),
    Column("by", Text),  # the person who acted on it last, and why
    Column("note", Text),
)
