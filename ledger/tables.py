"""The schema: one for PostgreSQL and SQLite.

Facts are *last-writer-wins registers*: a row per business id, with a `stamp` made of the event's own time, source and
id. The greatest stamp wins, whatever the order of arrival, so any permutation and repetition of a history ends in the
same rows. Balances and states are sums over these rows, never stored.

Money is integer minor units. There are no foreign keys between facts: a payment may come before its invoice.
"""

from __future__ import annotations

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Date,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    String,
    Table,
    Text,
    UniqueConstraint,
    text,
)

from ledger.types import Instant, Json, plain_text

metadata = MetaData()


def _stamp() -> Column[str]:
    return Column("stamp", plain_text(), nullable=False)


# --- what came in -----------------------------------------------------------------------------------------------

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

# --- facts --------------------------------------------------------------------------------------------------------

client = Table(
    "client",
    metadata,
    Column("client_id", Text, primary_key=True),
    Column("stamp", plain_text()),  # null as long as only other facts have named the client
    Column("profile", Text),  # JSON of the whole `client.updated` payload; the newest one wins whole
    Column("look_at", Instant),  # when to decide next; null: only an event changes anything
    Column("woken_at", Instant),  # when the scheduler last woke the decider for this look
    Column("decided", Text),  # fingerprint of the last decision in the journal
    Index(
        "client_due",
        "look_at",
        postgresql_where=text("look_at IS NOT NULL"),
        sqlite_where=text("look_at IS NOT NULL"),
    ),
)

client_hold = Table(
    "client_hold",
    metadata,
    Column("client_id", Text, primary_key=True),
    Column("kind", Text, primary_key=True),  # hardship | breathing_space | pause
    _stamp(),
    Column("active", Boolean, nullable=False),
    Column("until_on", Date),
    Column("note", Text),
)

invoice = Table(
    "invoice",
    metadata,
    Column("invoice_id", Text, primary_key=True),
    _stamp(),
    Column("client_id", Text, nullable=False, index=True),
    Column("creditor_id", Text),
    Column("source", Text, nullable=False),
    Column("number", Text, nullable=False),
    Column("currency", String(3), nullable=False),
    Column("total", BigInteger, nullable=False),
    Column("issued_on", Date, nullable=False),
    Column("due_on", Date, nullable=False),
    Column("auto_collect", Boolean, nullable=False),
    Column(
        "extra", Text, nullable=False
    ),  # JSON: purchase order, payment URL and methods, document, discount, terms
    Column("first_seen_at", Instant, nullable=False),
)

invoice_closure = Table(
    "invoice_closure",
    metadata,
    Column("invoice_id", Text, primary_key=True),
    Column("kind", Text, primary_key=True),  # voided | written_off
    _stamp(),
    Column("reason", Text),
)

invoice_hold = Table(
    "invoice_hold",
    metadata,
    Column("invoice_id", Text, primary_key=True),
    _stamp(),
    Column("active", Boolean, nullable=False),
    Column("until_on", Date),
    Column("note", Text),
)

payment = Table(
    "payment",
    metadata,
    Column("payment_id", Text, primary_key=True),
    _stamp(),
    Column("client_id", Text, nullable=False, index=True),
    Column("currency", String(3), nullable=False),
    Column("amount", BigInteger, nullable=False),
    Column("received_on", Date, nullable=False),
    Column("recorded_at", Instant, nullable=False),
)

allocation = Table(
    "allocation",
    metadata,
    Column("payment_id", Text, primary_key=True),
    Column("invoice_id", Text, primary_key=True),
    Column("stamp", plain_text(), primary_key=True),  # counts only while it is its payment's newest stamp
    Column("amount", BigInteger, nullable=False),
    Index("allocation_invoice", "invoice_id"),
)

payment_reversal = Table(
    "payment_reversal",
    metadata,
    Column("payment_id", Text, primary_key=True),
    _stamp(),
    Column("reversed_on", Date),
    Column("reason", Text),
)

payment_pending = Table(
    "payment_pending",
    metadata,
    Column("payment_id", Text, primary_key=True),
    _stamp(),
    Column("invoice_id", Text, nullable=False, index=True),
    Column("expected_on", Date),
)

payment_failure = Table(
    "payment_failure",
    metadata,
    Column("payment_id", Text, primary_key=True),
    _stamp(),
    Column("invoice_id", Text, nullable=False, index=True),
)

credit_note = Table(
    "credit_note",
    metadata,
    Column("credit_note_id", Text, primary_key=True),
    _stamp(),
    Column("invoice_id", Text, index=True),
    Column("client_id", Text, index=True),
    Column("currency", String(3), nullable=False),
    Column("amount", BigInteger, nullable=False),
)

promise = Table(
    "promise",
    metadata,
    Column("promise_id", Text, primary_key=True),
    _stamp(),
    Column("client_id", Text, nullable=False, index=True),
    Column("invoice_ids", Json, nullable=False),
    Column("currency", String(3), nullable=False),
    Column("amount", BigInteger, nullable=False),
    Column("promised_on", Date, nullable=False),
    Column("by", Text),
)

plan = Table(
    "plan",
    metadata,
    Column("plan_id", Text, primary_key=True),
    _stamp(),
    Column("client_id", Text, nullable=False, index=True),
    Column("invoice_ids", Json, nullable=False),
    Column("currency", String(3), nullable=False),
    Column("instalments", Json, nullable=False),  # [{due_on, amount}]
)

plan_cancellation = Table(
    "plan_cancellation",
    metadata,
    Column("plan_id", Text, primary_key=True),
    _stamp(),
)

dispute = Table(
    "dispute",
    metadata,
    Column("dispute_id", Text, primary_key=True),
    _stamp(),
    Column("invoice_id", Text, nullable=False, index=True),
    Column(
        "amount", Text
    ),  # a decimal in the invoice's currency, which may not be known yet; null: all of it
    Column("reason_code", Text),
)

dispute_resolution = Table(
    "dispute_resolution",
    metadata,
    Column("dispute_id", Text, primary_key=True),
    _stamp(),
    Column("outcome", Text),
)

sync = Table(
    "sync",
    metadata,
    Column("source", Text, primary_key=True),
    _stamp(),
    Column("through_at", Instant, nullable=False),
)

# --- messages -----------------------------------------------------------------------------------------------------

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
    Column("kind", Text, nullable=False),  # reply | opt_out | opt_in | help | automatic
    Column("address", Text, nullable=False),
    Column("text", Text, nullable=False),
    Column("received_at", Instant, nullable=False),
    Column("task_id", Text),
    UniqueConstraint("provider", "key"),
)

suppression = Table(
    "suppression",
    metadata,
    Column("channel", Text, primary_key=True),
    Column("address", Text, primary_key=True),
    Column("reason", Text, primary_key=True),  # opted_out | suppressed_address
    Column("source", Text, nullable=False),
    Column("since", Instant, nullable=False),
    Column("lifted_at", Instant),
)

task = Table(
    "task",
    metadata,
    Column("task_id", Text, primary_key=True),
    Column("kind", Text, nullable=False),
    Column("client_id", Text, index=True),
    Column("invoice_ids", Json, nullable=False),
    Column("message_id", Text),
    Column("opened_at", Instant, nullable=False),
    Column("state", Text, nullable=False),  # open | done | approved | refused
    Column("brief", Text, nullable=False),
    Column("closed_at", Instant),
    Column("by", Text),
    Column("note", Text),
)

# --- the journal --------------------------------------------------------------------------------------------------

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
    Column("message_id", Text, index=True),
    Column("caused_by", Text),
    Column("by", Text, nullable=False),
    Column("reasons", Text, nullable=False),  # JSON array
    Column("data", Text, nullable=False),  # JSON object
    Column("mark", Text, nullable=False),  # keyed hash: the entry was written by this deployment
    Column("position", BigInteger, unique=True),  # null until sealed
    Index("journal_client", "client_id", "written"),
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
