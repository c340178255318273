"""Facts: last-writer-wins registers, a row per business id.

The `stamp` is made of the event's own time, source and id. The greatest one wins, whatever the order of arrival, so any
permutation and repetition of a history ends in the same rows. Balances and states are sums over these rows, never
stored. Money is integer minor units. There are no foreign keys: a payment may come before its invoice.
"""

from __future__ import annotations

from sqlalchemy import BigInteger, Boolean, Column, Date, Index, String, Table, Text, text

from ledger.tables.schema import metadata, stamp
from ledger.types import Instant, Json, plain_text

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
    stamp(),
    Column("active", Boolean, nullable=False),
    Column("until_on", Date),
    Column("note", Text),
)

invoice = Table(
    "invoice",
    metadata,
    Column("invoice_id", Text, primary_key=True),
    stamp(),
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
    stamp(),
    Column("reason", Text),
)

invoice_hold = Table(
    "invoice_hold",
    metadata,
    Column("invoice_id", Text, primary_key=True),
    stamp(),
    Column("active", Boolean, nullable=False),
    Column("until_on", Date),
    Column("note", Text),
)

payment = Table(
    "payment",
    metadata,
    Column("payment_id", Text, primary_key=True),
    stamp(),
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
    stamp(),
    Column("reversed_on", Date),
    Column("reason", Text),
    Column("recorded_at", Instant, nullable=False),
)

payment_pending = Table(
    "payment_pending",
    metadata,
    Column("payment_id", Text, primary_key=True),
    stamp(),
    Column("invoice_id", Text, nullable=False, index=True),
    Column("amount", Text, nullable=False),  # a decimal; without `currency` in the invoice's, as a dispute's
    Column("currency", String(3)),
    Column("expected_on", Date),
)

payment_failure = Table(
    "payment_failure",
    metadata,
    Column("payment_id", Text, primary_key=True),
    stamp(),
    Column("invoice_id", Text, nullable=False, index=True),
    Column("amount", Text, nullable=False),  # as of a pending one
    Column("currency", String(3)),
    Column("recorded_at", Instant, nullable=False),
)

credit_note = Table(
    "credit_note",
    metadata,
    Column("credit_note_id", Text, primary_key=True),
    stamp(),
    Column("invoice_id", Text, index=True),
    Column("client_id", Text, index=True),
    Column("currency", String(3), nullable=False),
    Column("amount", BigInteger, nullable=False),
)

promise = Table(
    "promise",
    metadata,
    Column("promise_id", Text, primary_key=True),
    stamp(),
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
    stamp(),
    Column("client_id", Text, nullable=False, index=True),
    Column("invoice_ids", Json, nullable=False),
    Column("currency", String(3), nullable=False),
    Column("instalments", Json, nullable=False),  # [{due_on, amount}]
)

plan_cancellation = Table(
    "plan_cancellation",
    metadata,
    Column("plan_id", Text, primary_key=True),
    stamp(),
)

dispute = Table(
    "dispute",
    metadata,
    Column("dispute_id", Text, primary_key=True),
    stamp(),
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
    stamp(),
    Column("outcome", Text),
)

sync = Table(
    "sync",
    metadata,
    Column("source", Text, primary_key=True),
    stamp(),
    Column("through_at", Instant, nullable=False),
)
