"""The ledger, as it began."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from ledger.types import Instant, Json

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "about",
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("value", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("name"),
    )
    op.create_table(
        "allocation",
        sa.Column("payment_id", sa.Text(), nullable=False),
        sa.Column("invoice_id", sa.Text(), nullable=False),
        sa.Column("stamp", sa.Text().with_variant(sa.Text(collation="C"), "postgresql"), nullable=False),
        sa.Column("amount", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("payment_id", "invoice_id", "stamp"),
    )
    with op.batch_alter_table("allocation", schema=None) as batch_op:
        batch_op.create_index("allocation_invoice", ["invoice_id"], unique=False)

    op.create_table(
        "attempt",
        sa.Column("attempt_id", sa.Text(), nullable=False),
        sa.Column("message_id", sa.Text(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("provider", sa.Text(), nullable=False),
        sa.Column("channel", sa.Text(), nullable=False),
        sa.Column("address", sa.Text(), nullable=True),
        sa.Column("sender", sa.Text(), nullable=True),
        sa.Column("started_at", Instant(), nullable=False),
        sa.Column("ended_at", Instant(), nullable=True),
        sa.Column("outcome", sa.Text(), nullable=True),
        sa.Column("provider_id", sa.Text(), nullable=True),
        sa.Column("code", sa.Text(), nullable=True),
        sa.Column("detail", sa.Text(), nullable=True),
        sa.PrimaryKeyConstraint("attempt_id"),
        sa.UniqueConstraint("message_id", "number"),
    )
    with op.batch_alter_table("attempt", schema=None) as batch_op:
        batch_op.create_index("attempt_address", ["channel", "address"], unique=False)
        batch_op.create_index(batch_op.f("ix_attempt_message_id"), ["message_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_attempt_provider_id"), ["provider_id"], unique=False)

    op.create_table(
        "body",
        sa.Column("message_id", sa.Text(), nullable=False),
        sa.Column("subject", sa.Text(), nullable=True),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("html", sa.Text(), nullable=True),
        sa.PrimaryKeyConstraint("message_id"),
    )
    op.create_table(
        "client",
        sa.Column("client_id", sa.Text(), nullable=False),
        sa.Column("stamp", sa.Text().with_variant(sa.Text(collation="C"), "postgresql"), nullable=True),
        sa.Column("profile", sa.Text(), nullable=True),
        sa.Column("look_at", Instant(), nullable=True),
        sa.Column("woken_at", Instant(), nullable=True),
        sa.Column("decided", sa.Text(), nullable=True),
        sa.PrimaryKeyConstraint("client_id"),
    )
    with op.batch_alter_table("client", schema=None) as batch_op:
        batch_op.create_index(
            "client_due",
            ["look_at"],
            unique=False,
            postgresql_where=sa.text("look_at IS NOT NULL"),
            sqlite_where=sa.text("look_at IS NOT NULL"),
        )

    op.create_table(
        "client_hold",
        sa.Column("client_id", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("stamp", sa.Text().with_variant(sa.Text(collation="C"), "postgresql"), nullable=False),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.Column("until_on", sa.Date(), nullable=True),
        sa.Column("note", sa.Text(), nullable=True),
        sa.PrimaryKeyConstraint("client_id", "kind"),
    )
    op.create_table(
        "client_wish",
        sa.Column("client_id", sa.Text(), nullable=False),
        sa.Column("channels", Json(), nullable=True),
        sa.Column("quiet", Json(), nullable=True),
        sa.Column("language", sa.Text(), nullable=True),
        sa.Column("at", Instant(), nullable=False),
        sa.Column("response_id", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("client_id"),
    )
    op.create_table(
        "credit_note",
        sa.Column("credit_note_id", sa.Text(), nullable=False),
        sa.Column("stamp", sa.Text().with_variant(sa.Text(collation="C"), "postgresql"), nullable=False),
        sa.Column("invoice_id", sa.Text(), nullable=True),
        sa.Column("client_id", sa.Text(), nullable=True),
        sa.Column("currency", sa.String(length=3), nullable=False),
        sa.Column("amount", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("credit_note_id"),
    )
    with op.batch_alter_table("credit_note", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_credit_note_client_id"), ["client_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_credit_note_invoice_id"), ["invoice_id"], unique=False)

    op.create_table(
        "departure",
        sa.Column("client_id", sa.Text(), nullable=False),
        sa.Column("contact_id", sa.Text(), nullable=False),
        sa.Column("known_as", sa.Text(), nullable=False),
        sa.Column("address", sa.Text(), nullable=False),
        sa.Column("since", Instant(), nullable=False),
        sa.Column("task_id", sa.Text(), nullable=False),
        sa.Column("lifted_at", Instant(), nullable=True),
        sa.PrimaryKeyConstraint("client_id", "contact_id"),
    )
    op.create_table(
        "dispute",
        sa.Column("dispute_id", sa.Text(), nullable=False),
        sa.Column("stamp", sa.Text().with_variant(sa.Text(collation="C"), "postgresql"), nullable=False),
        sa.Column("invoice_id", sa.Text(), nullable=False),
        sa.Column("amount", sa.Text(), nullable=True),
        sa.Column("reason_code", sa.Text(), nullable=True),
        sa.PrimaryKeyConstraint("dispute_id"),
    )
    with op.batch_alter_table("dispute", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_dispute_invoice_id"), ["invoice_id"], unique=False)

    op.create_table(
        "dispute_resolution",
        sa.Column("dispute_id", sa.Text(), nullable=False),
        sa.Column("stamp", sa.Text().with_variant(sa.Text(collation="C"), "postgresql"), nullable=False),
        sa.Column("outcome", sa.Text(), nullable=True),
        sa.PrimaryKeyConstraint("dispute_id"),
    )
    op.create_table(
        "escalation",
        sa.Column("task_id", sa.Text(), nullable=False),
        sa.Column("client_id", sa.Text(), nullable=False),
        sa.Column("creditor_id", sa.Text(), nullable=False),
        sa.Column("at", Instant(), nullable=False),
        sa.Column("by", sa.Text(), nullable=False),
        sa.Column("note", sa.Text(), nullable=True),
        sa.Column("lifted_at", Instant(), nullable=True),
        sa.Column("lifted_by", sa.Text(), nullable=True),
        sa.Column("lifted_note", sa.Text(), nullable=True),
        sa.PrimaryKeyConstraint("task_id"),
    )
    with op.batch_alter_table("escalation", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_escalation_client_id"), ["client_id"], unique=False)

    op.create_table(
        "first_contact",
        sa.Column("client_id", sa.Text(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.PrimaryKeyConstraint("client_id"),
    )
    with op.batch_alter_table("first_contact", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_first_contact_day"), ["day"], unique=False)

    op.create_table(
        "heartbeat",
        sa.Column("role", sa.Text(), nullable=False),
        sa.Column("instance", sa.Text(), nullable=False),
        sa.Column("at", Instant(), nullable=False),
        sa.PrimaryKeyConstraint("role", "instance"),
    )
    op.create_table(
        "held_back",
        sa.Column("client_id", sa.Text(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.PrimaryKeyConstraint("client_id"),
    )
    op.create_table(
        "inbox",
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("event_id", sa.Text(), nullable=False),
        sa.Column("type", sa.Text(), nullable=False),
        sa.Column("time", Instant(), nullable=False),
        sa.Column("received_at", Instant(), nullable=False),
        sa.Column("known", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("source", "event_id"),
    )
    op.create_table(
        "invoice",
        sa.Column("invoice_id", sa.Text(), nullable=False),
        sa.Column("stamp", sa.Text().with_variant(sa.Text(collation="C"), "postgresql"), nullable=False),
        sa.Column("client_id", sa.Text(), nullable=False),
        sa.Column("creditor_id", sa.Text(), nullable=True),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("number", sa.Text(), nullable=False),
        sa.Column("currency", sa.String(length=3), nullable=False),
        sa.Column("total", sa.BigInteger(), nullable=False),
        sa.Column("issued_on", sa.Date(), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("auto_collect", sa.Boolean(), nullable=False),
        sa.Column("extra", sa.Text(), nullable=False),
        sa.Column("first_seen_at", Instant(), nullable=False),
        sa.PrimaryKeyConstraint("invoice_id"),
    )
    with op.batch_alter_table("invoice", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_invoice_client_id"), ["client_id"], unique=False)

    op.create_table(
        "invoice_closure",
        sa.Column("invoice_id", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("stamp", sa.Text().with_variant(sa.Text(collation="C"), "postgresql"), nullable=False),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.PrimaryKeyConstraint("invoice_id", "kind"),
    )
    op.create_table(
        "invoice_hold",
        sa.Column("invoice_id", sa.Text(), nullable=False),
        sa.Column("stamp", sa.Text().with_variant(sa.Text(collation="C"), "postgresql"), nullable=False),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.Column("until_on", sa.Date(), nullable=True),
        sa.Column("note", sa.Text(), nullable=True),
        sa.PrimaryKeyConstraint("invoice_id"),
    )
    op.create_table(
        "journal",
        sa.Column(
            "written",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            autoincrement=True,
            nullable=False,
        ),
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("at", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("client_id", sa.Text(), nullable=True),
        sa.Column("invoice_ids", sa.Text(), nullable=False),
        sa.Column("message_id", sa.Text(), nullable=True),
        sa.Column("caused_by", sa.Text(), nullable=True),
        sa.Column("by", sa.Text(), nullable=False),
        sa.Column("reasons", sa.Text(), nullable=False),
        sa.Column("data", sa.Text(), nullable=False),
        sa.Column("mark", sa.Text(), nullable=False),
        sa.Column("position", sa.BigInteger(), nullable=True),
        sa.PrimaryKeyConstraint("written"),
        sa.UniqueConstraint("id"),
    )
    with op.batch_alter_table("journal", schema=None) as batch_op:
        batch_op.create_index("journal_client", ["client_id", "written"], unique=False)
        batch_op.create_index(
            "journal_message",
            ["message_id"],
            unique=False,
            postgresql_where=sa.text("message_id IS NOT NULL"),
            sqlite_where=sa.text("message_id IS NOT NULL"),
        )
        batch_op.create_index(
            "journal_position",
            ["position"],
            unique=True,
            postgresql_where=sa.text("position IS NOT NULL"),
            sqlite_where=sa.text("position IS NOT NULL"),
        )
        batch_op.create_index(
            "journal_unsealed",
            ["written"],
            unique=False,
            postgresql_where=sa.text("position IS NULL"),
            sqlite_where=sa.text("position IS NULL"),
        )

    op.create_table(
        "journal_head",
        sa.Column("one", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("batches", sa.BigInteger(), nullable=False),
        sa.Column("entries", sa.BigInteger(), nullable=False),
        sa.Column("hash", sa.Text(), nullable=False),
        sa.Column("published", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("one"),
    )
    op.create_table(
        "message",
        sa.Column("message_id", sa.Text(), nullable=False),
        sa.Column("client_id", sa.Text(), nullable=False),
        sa.Column("creditor_id", sa.Text(), nullable=False),
        sa.Column("contact_id", sa.Text(), nullable=True),
        sa.Column("channel", sa.Text(), nullable=False),
        sa.Column("step", sa.Text(), nullable=False),
        sa.Column("tone", sa.Text(), nullable=False),
        sa.Column("language", sa.Text(), nullable=True),
        sa.Column("policy", sa.Text(), nullable=False),
        sa.Column("carrying_invoice_id", sa.Text(), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("invoice_ids", Json(), nullable=False),
        sa.Column("amounts", Json(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.Column("approved_by", sa.Text(), nullable=True),
        sa.Column("needs_approval", sa.Boolean(), nullable=False),
        sa.Column("planned_at", Instant(), nullable=False),
        sa.Column("not_before", Instant(), nullable=False),
        sa.Column("expires_at", Instant(), nullable=False),
        sa.Column("sent_at", Instant(), nullable=True),
        sa.Column("changed_at", Instant(), nullable=False),
        sa.Column("woken_at", Instant(), nullable=True),
        sa.Column("lease_until", Instant(), nullable=True),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("looks", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("message_id"),
    )
    with op.batch_alter_table("message", schema=None) as batch_op:
        batch_op.create_index("message_client", ["client_id", "planned_at"], unique=False)
        batch_op.create_index("message_planned", ["planned_at"], unique=False)
        batch_op.create_index("message_state", ["state", "not_before"], unique=False)

    op.create_table(
        "pace",
        sa.Column("provider", sa.Text(), nullable=False),
        sa.Column("account", sa.Text(), nullable=False),
        sa.Column("channel", sa.Text(), nullable=False),
        sa.Column("sender", sa.Text(), nullable=False),
        sa.Column("free_at", Instant(), nullable=False),
        sa.Column("closed_until", Instant(), nullable=True),
        sa.PrimaryKeyConstraint("provider", "account", "channel", "sender"),
    )
    op.create_table(
        "parked",
        sa.Column("parked_id", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("detail", sa.Text(), nullable=False),
        sa.Column("source", sa.Text(), nullable=True),
        sa.Column("event_id", sa.Text(), nullable=True),
        sa.Column("content_type", sa.Text(), nullable=True),
        sa.Column("headers", Json(), nullable=False),
        sa.Column("body", sa.LargeBinary(), nullable=False),
        sa.Column("received_at", Instant(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("by", sa.Text(), nullable=True),
        sa.Column("note", sa.Text(), nullable=True),
        sa.PrimaryKeyConstraint("parked_id"),
    )
    op.create_table(
        "payment",
        sa.Column("payment_id", sa.Text(), nullable=False),
        sa.Column("stamp", sa.Text().with_variant(sa.Text(collation="C"), "postgresql"), nullable=False),
        sa.Column("client_id", sa.Text(), nullable=False),
        sa.Column("currency", sa.String(length=3), nullable=False),
        sa.Column("amount", sa.BigInteger(), nullable=False),
        sa.Column("received_on", sa.Date(), nullable=False),
        sa.Column("recorded_at", Instant(), nullable=False),
        sa.PrimaryKeyConstraint("payment_id"),
    )
    with op.batch_alter_table("payment", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_payment_client_id"), ["client_id"], unique=False)

    op.create_table(
        "payment_failure",
        sa.Column("payment_id", sa.Text(), nullable=False),
        sa.Column("stamp", sa.Text().with_variant(sa.Text(collation="C"), "postgresql"), nullable=False),
        sa.Column("invoice_id", sa.Text(), nullable=False),
        sa.Column("amount", sa.Text(), nullable=False),
        sa.Column("currency", sa.String(length=3), nullable=True),
        sa.Column("recorded_at", Instant(), nullable=False),
        sa.PrimaryKeyConstraint("payment_id"),
    )
    with op.batch_alter_table("payment_failure", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_payment_failure_invoice_id"), ["invoice_id"], unique=False)

    op.create_table(
        "payment_pending",
        sa.Column("payment_id", sa.Text(), nullable=False),
        sa.Column("stamp", sa.Text().with_variant(sa.Text(collation="C"), "postgresql"), nullable=False),
        sa.Column("invoice_id", sa.Text(), nullable=False),
        sa.Column("amount", sa.Text(), nullable=False),
        sa.Column("currency", sa.String(length=3), nullable=True),
        sa.Column("expected_on", sa.Date(), nullable=True),
        sa.PrimaryKeyConstraint("payment_id"),
    )
    with op.batch_alter_table("payment_pending", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_payment_pending_invoice_id"), ["invoice_id"], unique=False)

    op.create_table(
        "payment_reversal",
        sa.Column("payment_id", sa.Text(), nullable=False),
        sa.Column("stamp", sa.Text().with_variant(sa.Text(collation="C"), "postgresql"), nullable=False),
        sa.Column("reversed_on", sa.Date(), nullable=True),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.Column("recorded_at", Instant(), nullable=False),
        sa.PrimaryKeyConstraint("payment_id"),
    )
    op.create_table(
        "plan",
        sa.Column("plan_id", sa.Text(), nullable=False),
        sa.Column("stamp", sa.Text().with_variant(sa.Text(collation="C"), "postgresql"), nullable=False),
        sa.Column("client_id", sa.Text(), nullable=False),
        sa.Column("invoice_ids", Json(), nullable=False),
        sa.Column("currency", sa.String(length=3), nullable=False),
        sa.Column("instalments", Json(), nullable=False),
        sa.PrimaryKeyConstraint("plan_id"),
    )
    with op.batch_alter_table("plan", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_plan_client_id"), ["client_id"], unique=False)

    op.create_table(
        "plan_cancellation",
        sa.Column("plan_id", sa.Text(), nullable=False),
        sa.Column("stamp", sa.Text().with_variant(sa.Text(collation="C"), "postgresql"), nullable=False),
        sa.PrimaryKeyConstraint("plan_id"),
    )
    op.create_table(
        "promise",
        sa.Column("promise_id", sa.Text(), nullable=False),
        sa.Column("stamp", sa.Text().with_variant(sa.Text(collation="C"), "postgresql"), nullable=False),
        sa.Column("client_id", sa.Text(), nullable=False),
        sa.Column("invoice_ids", Json(), nullable=False),
        sa.Column("currency", sa.String(length=3), nullable=False),
        sa.Column("amount", sa.BigInteger(), nullable=False),
        sa.Column("promised_on", sa.Date(), nullable=False),
        sa.Column("by", sa.Text(), nullable=True),
        sa.PrimaryKeyConstraint("promise_id"),
    )
    with op.batch_alter_table("promise", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_promise_client_id"), ["client_id"], unique=False)

    op.create_table(
        "proposal",
        sa.Column("task_id", sa.Text(), nullable=False),
        sa.Column("response_id", sa.Text(), nullable=False),
        sa.Column("client_id", sa.Text(), nullable=False),
        sa.Column("invoice_ids", Json(), nullable=False),
        sa.Column("currency", sa.String(length=3), nullable=False),
        sa.Column("instalments", Json(), nullable=False),
        sa.Column("proposed_at", Instant(), nullable=False),
        sa.PrimaryKeyConstraint("task_id", "currency"),
    )
    op.create_table(
        "provider_health",
        sa.Column("provider", sa.Text(), nullable=False),
        sa.Column("account", sa.Text(), nullable=False),
        sa.Column("channel", sa.Text(), nullable=False),
        sa.Column("refusals", sa.Integer(), nullable=False),
        sa.Column("faults", sa.Integer(), nullable=False),
        sa.Column("faults_since", Instant(), nullable=True),
        sa.Column("opened_at", Instant(), nullable=True),
        sa.Column("open_until", Instant(), nullable=True),
        sa.Column("openings", sa.Integer(), nullable=False),
        sa.Column("changed_at", Instant(), nullable=False),
        sa.PrimaryKeyConstraint("provider", "account", "channel"),
    )
    op.create_table(
        "receipt",
        sa.Column("receipt_id", sa.Text(), nullable=False),
        sa.Column("provider", sa.Text(), nullable=False),
        sa.Column("channel", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("attempt_id", sa.Text(), nullable=True),
        sa.Column("provider_id", sa.Text(), nullable=True),
        sa.Column("message_id", sa.Text(), nullable=True),
        sa.Column("code", sa.Text(), nullable=True),
        sa.Column("detail", sa.Text(), nullable=True),
        sa.Column("raw", sa.Text(), nullable=False),
        sa.Column("occurred_at", Instant(), nullable=False),
        sa.Column("received_at", Instant(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("try_at", Instant(), nullable=True),
        sa.PrimaryKeyConstraint("receipt_id"),
    )
    with op.batch_alter_table("receipt", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_receipt_message_id"), ["message_id"], unique=False)
        batch_op.create_index(
            "receipt_new",
            ["try_at"],
            unique=False,
            postgresql_where=sa.text("state = 'new'"),
            sqlite_where=sa.text("state = 'new'"),
        )

    op.create_table(
        "receipt_key",
        sa.Column("provider", sa.Text(), nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("receipt_id", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("provider", "key"),
    )
    op.create_table(
        "response",
        sa.Column("response_id", sa.Text(), nullable=False),
        sa.Column("provider", sa.Text(), nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("channel", sa.Text(), nullable=False),
        sa.Column("client_id", sa.Text(), nullable=True),
        sa.Column("contact_id", sa.Text(), nullable=True),
        sa.Column("message_id", sa.Text(), nullable=True),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("address", sa.Text(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("received_at", Instant(), nullable=False),
        sa.Column("task_id", sa.Text(), nullable=True),
        sa.Column("answer", sa.Text(), nullable=True),
        sa.Column("answer_sure", sa.Boolean(), nullable=True),
        sa.Column("answer_words", Json(), nullable=True),
        sa.Column("promised_on", sa.Date(), nullable=True),
        sa.Column("weighty", sa.Boolean(), nullable=False),
        sa.Column("attachments", Json(), nullable=True),
        sa.PrimaryKeyConstraint("response_id"),
        sa.UniqueConstraint("provider", "key"),
    )
    with op.batch_alter_table("response", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_response_client_id"), ["client_id"], unique=False)

    op.create_table(
        "seal",
        sa.Column("batch", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("first", sa.BigInteger(), nullable=False),
        sa.Column("count", sa.Integer(), nullable=False),
        sa.Column("leaves", sa.LargeBinary(), nullable=False),
        sa.Column("root", sa.Text(), nullable=False),
        sa.Column("previous", sa.Text(), nullable=False),
        sa.Column("hash", sa.Text(), nullable=False),
        sa.Column("sealed_at", Instant(), nullable=False),
        sa.PrimaryKeyConstraint("batch"),
    )
    op.create_table(
        "suppression",
        sa.Column("address", sa.Text(), nullable=False),
        sa.Column("channel", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("suppression_id", sa.Text(), nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("source_id", sa.Text(), nullable=True),
        sa.Column("since", Instant(), nullable=False),
        sa.Column("expires_on", sa.Date(), nullable=True),
        sa.Column("lifted_at", Instant(), nullable=True),
        sa.Column("by", sa.Text(), nullable=True),
        sa.Column("note", sa.Text(), nullable=True),
        sa.PrimaryKeyConstraint("address", "channel", "reason"),
        sa.UniqueConstraint("suppression_id"),
    )
    op.create_table(
        "sync",
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("stamp", sa.Text().with_variant(sa.Text(collation="C"), "postgresql"), nullable=False),
        sa.Column("through_at", Instant(), nullable=False),
        sa.PrimaryKeyConstraint("source"),
    )
    op.create_table(
        "task",
        sa.Column("task_id", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("client_id", sa.Text(), nullable=True),
        sa.Column("creditor_id", sa.Text(), nullable=True),
        sa.Column("invoice_ids", Json(), nullable=False),
        sa.Column("message_id", sa.Text(), nullable=True),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.Column("step", sa.Text(), nullable=True),
        sa.Column("subject", sa.Text(), nullable=True),
        sa.Column("cycle_on", sa.Date(), nullable=True),
        sa.Column("opened_at", Instant(), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=True),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("brief", sa.Text(), nullable=False),
        sa.Column("closed_at", Instant(), nullable=True),
        sa.Column("by", sa.Text(), nullable=True),
        sa.Column("note", sa.Text(), nullable=True),
        sa.PrimaryKeyConstraint("task_id"),
    )
    with op.batch_alter_table("task", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_task_client_id"), ["client_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_task_message_id"), ["message_id"], unique=False)
        batch_op.create_index(
            "task_open",
            ["due_on"],
            unique=False,
            postgresql_where=sa.text("state = 'open'"),
            sqlite_where=sa.text("state = 'open'"),
        )

    op.create_table(
        "volume",
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("planned", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("day"),
    )


def downgrade() -> None:
    op.drop_table("volume")
    with op.batch_alter_table("task", schema=None) as batch_op:
        batch_op.drop_index(
            "task_open", postgresql_where=sa.text("state = 'open'"), sqlite_where=sa.text("state = 'open'")
        )
        batch_op.drop_index(batch_op.f("ix_task_message_id"))
        batch_op.drop_index(batch_op.f("ix_task_client_id"))

    op.drop_table("task")
    op.drop_table("sync")
    op.drop_table("suppression")
    op.drop_table("seal")
    with op.batch_alter_table("response", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_response_client_id"))

    op.drop_table("response")
    op.drop_table("receipt_key")
    with op.batch_alter_table("receipt", schema=None) as batch_op:
        batch_op.drop_index(
            "receipt_new", postgresql_where=sa.text("state = 'new'"), sqlite_where=sa.text("state = 'new'")
        )
        batch_op.drop_index(batch_op.f("ix_receipt_message_id"))

    op.drop_table("receipt")
    op.drop_table("proposal")
    with op.batch_alter_table("promise", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_promise_client_id"))

    op.drop_table("provider_health")
    op.drop_table("promise")
    op.drop_table("plan_cancellation")
    with op.batch_alter_table("plan", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_plan_client_id"))

    op.drop_table("plan")
    op.drop_table("payment_reversal")
    with op.batch_alter_table("payment_pending", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_payment_pending_invoice_id"))

    op.drop_table("payment_pending")
    with op.batch_alter_table("payment_failure", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_payment_failure_invoice_id"))

    op.drop_table("payment_failure")
    with op.batch_alter_table("payment", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_payment_client_id"))

    op.drop_table("payment")
    op.drop_table("parked")
    op.drop_table("pace")
    with op.batch_alter_table("message", schema=None) as batch_op:
        batch_op.drop_index("message_state")
        batch_op.drop_index("message_planned")
        batch_op.drop_index("message_client")

    op.drop_table("message")
    op.drop_table("journal_head")
    with op.batch_alter_table("journal", schema=None) as batch_op:
        batch_op.drop_index(
            "journal_unsealed",
            postgresql_where=sa.text("position IS NULL"),
            sqlite_where=sa.text("position IS NULL"),
        )
        batch_op.drop_index(
            "journal_position",
            postgresql_where=sa.text("position IS NOT NULL"),
            sqlite_where=sa.text("position IS NOT NULL"),
        )
        batch_op.drop_index(
            "journal_message",
            postgresql_where=sa.text("message_id IS NOT NULL"),
            sqlite_where=sa.text("message_id IS NOT NULL"),
        )
        batch_op.drop_index("journal_client")

    op.drop_table("journal")
    op.drop_table("invoice_hold")
    op.drop_table("invoice_closure")
    with op.batch_alter_table("invoice", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_invoice_client_id"))

    op.drop_table("invoice")
    op.drop_table("inbox")
    op.drop_table("held_back")
    op.drop_table("heartbeat")
    with op.batch_alter_table("first_contact", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_first_contact_day"))

    op.drop_table("first_contact")
    with op.batch_alter_table("escalation", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_escalation_client_id"))

    op.drop_table("escalation")
    op.drop_table("dispute_resolution")
    with op.batch_alter_table("dispute", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_dispute_invoice_id"))

    op.drop_table("dispute")
    op.drop_table("departure")
    with op.batch_alter_table("credit_note", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_credit_note_invoice_id"))
        batch_op.drop_index(batch_op.f("ix_credit_note_client_id"))

    op.drop_table("credit_note")
    op.drop_table("client_wish")
    op.drop_table("client_hold")
    with op.batch_alter_table("client", schema=None) as batch_op:
        batch_op.drop_index(
            "client_due",
            postgresql_where=sa.text("look_at IS NOT NULL"),
            sqlite_where=sa.text("look_at IS NOT NULL"),
        )

    op.drop_table("client")
    op.drop_table("body")
    with op.batch_alter_table("attempt", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_attempt_provider_id"))
        batch_op.drop_index(batch_op.f("ix_attempt_message_id"))
        batch_op.drop_index("attempt_address")

    op.drop_table("attempt")
    with op.batch_alter_table("allocation", schema=None) as batch_op:
        batch_op.drop_index("allocation_invoice")

    op.drop_table("allocation")
    op.drop_table("about")
