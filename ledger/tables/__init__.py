"""The schema: one for PostgreSQL and SQLite."""

from __future__ import annotations

from ledger.tables.facts import (
    allocation,
    client,
    client_hold,
    credit_note,
    dispute,
    dispute_resolution,
    invoice,
    invoice_closure,
    invoice_hold,
    payment,
    payment_failure,
    payment_pending,
    payment_reversal,
    plan,
    plan_cancellation,
    promise,
    sync,
)
from ledger.tables.inbox import inbox, parked
from ledger.tables.journal import journal, journal_head, seal
from ledger.tables.lines import pace, provider_health
from ledger.tables.messages import attempt, body, message, receipt, receipt_key, response, suppression
from ledger.tables.own import about, heartbeat
from ledger.tables.people import departure, escalation, task
from ledger.tables.said import client_wish, proposal
from ledger.tables.schema import metadata
from ledger.tables.volume import first_contact, held_back, volume

__all__ = [
    "about",
    "allocation",
    "attempt",
    "body",
    "client",
    "client_hold",
    "client_wish",
    "credit_note",
    "departure",
    "dispute",
    "dispute_resolution",
    "escalation",
    "first_contact",
    "heartbeat",
    "held_back",
    "inbox",
    "invoice",
    "invoice_closure",
    "invoice_hold",
    "journal",
    "journal_head",
    "message",
    "metadata",
    "pace",
    "parked",
    "payment",
    "payment_failure",
    "payment_pending",
    "payment_reversal",
    "plan",
    "plan_cancellation",
    "promise",
    "proposal",
    "provider_health",
    "receipt",
    "receipt_key",
    "response",
    "seal",
    "suppression",
    "sync",
    "task",
    "volume",
]
