"""The statements that snapshots are read with: built once, so that neither we nor the server think about them again.

`ids` are clients, or invoices where a statement speaks of facts about an invoice.
"""

from __future__ import annotations

from typing import Any

from sqlalchemy import Select, and_, bindparam, func, or_, select

from ledger import tables as t
from ledger.keys import among
from ledger.types import Instant
from reminders.states import OPEN

_client, _invoice, _payment, _allocation = t.client.c, t.invoice.c, t.payment.c, t.allocation.c
_reversal, _credit, _message, _task = t.payment_reversal.c, t.credit_note.c, t.message.c, t.task.c

# --- clients

PROFILES = select(_client.client_id, _client.profile).where(among(_client.client_id, "ids"))
CLIENT_HELD = (
    select(t.client_hold.c.client_id, t.client_hold.c.kind, t.client_hold.c.until_on)
    .where(among(t.client_hold.c.client_id, "ids"), t.client_hold.c.active)
    .order_by(t.client_hold.c.kind)
)
SUPPRESSED = (
    select(t.suppression.c.channel, t.suppression.c.address, t.suppression.c.reason)
    .where(among(t.suppression.c.address, "ids"), t.suppression.c.lifted_at.is_(None))
    .order_by(t.suppression.c.channel, t.suppression.c.address, t.suppression.c.reason)
)
SYNCED = select(t.sync.c.source, t.sync.c.through_at)

# --- invoices

INVOICES = (
    select(t.invoice).where(among(_invoice.client_id, "ids")).order_by(_invoice.due_on, _invoice.invoice_id)
)
CLOSURES = (
    select(t.invoice_closure.c.invoice_id, t.invoice_closure.c.kind)
    .where(among(t.invoice_closure.c.invoice_id, "ids"))
    .order_by(t.invoice_closure.c.kind)
)
INVOICE_HOLDS = select(t.invoice_hold.c.invoice_id, t.invoice_hold.c.until_on).where(
    among(t.invoice_hold.c.invoice_id, "ids"), t.invoice_hold.c.active
)
DISPUTES: Select[Any] = (
    select(t.dispute.c.invoice_id, t.dispute.c.amount)
    .outerjoin(t.dispute_resolution, t.dispute_resolution.c.dispute_id == t.dispute.c.dispute_id)
    .where(
        among(t.dispute.c.invoice_id, "ids"),
        or_(t.dispute_resolution.c.stamp.is_(None), t.dispute_resolution.c.stamp < t.dispute.c.stamp),
    )
)
"""Open ones: not resolved, or opened again after the resolution."""

# --- money

_here = t.payment.outerjoin(t.payment_reversal, _reversal.payment_id == _payment.payment_id)
_newest = and_(_allocation.payment_id == _payment.payment_id, _allocation.stamp == _payment.stamp)
PAID = (
    select(
        _allocation.invoice_id,
        _payment.currency,
        func.sum(_allocation.amount).label("amount"),
        func.max(_payment.received_on).label("paid_on"),
        func.max(_payment.recorded_at).label("paid_at"),
    )
    .select_from(_here.join(t.allocation, _newest))
    .where(among(_allocation.invoice_id, "ids"), _reversal.payment_id.is_(None))
    .group_by(_allocation.invoice_id, _payment.currency)
)
"""Only the allocations of a payment's newest statement count, and only of payments that did not go back."""
_allocated = (
    select(func.coalesce(func.sum(_allocation.amount), 0))
    .select_from(t.allocation.join(t.invoice, _invoice.invoice_id == _allocation.invoice_id))
    .where(_newest, _invoice.currency == _payment.currency)
    .scalar_subquery()
)
PAYMENTS = (
    select(_payment.client_id, _payment.currency, (_payment.amount - _allocated).label("rest"))
    .select_from(_here)
    .where(among(_payment.client_id, "ids"), _reversal.payment_id.is_(None))
)
"""What payments left on account: what is allocated to an invoice that is not known yet, or in another currency, too."""
CREDITED = (
    select(_credit.invoice_id, _credit.currency, func.sum(_credit.amount).label("amount"))
    .where(among(_credit.invoice_id, "ids"))
    .group_by(_credit.invoice_id, _credit.currency)
)
CLIENT_CREDITS = select(_credit.client_id, _credit.currency, _credit.amount).where(
    among(_credit.client_id, "ids"), _credit.invoice_id.is_(None)
)
PENDING = (
    select(t.payment_pending.c.invoice_id, t.payment_pending.c.expected_on)
    .outerjoin(t.payment_failure, t.payment_failure.c.payment_id == t.payment_pending.c.payment_id)
    .outerjoin(t.payment, _payment.payment_id == t.payment_pending.c.payment_id)
    .where(
        among(t.payment_pending.c.invoice_id, "ids"),
        _payment.payment_id.is_(None),
        or_(t.payment_failure.c.stamp.is_(None), t.payment_failure.c.stamp < t.payment_pending.c.stamp),
    )
    .order_by(t.payment_pending.c.payment_id)
)
FAILURES = (
    select(t.payment_failure.c.invoice_id, func.max(t.payment_failure.c.stamp).label("stamp"))
    .where(among(t.payment_failure.c.invoice_id, "ids"))
    .group_by(t.payment_failure.c.invoice_id)
)

# --- agreements

PROMISES = select(t.promise).where(among(t.promise.c.client_id, "ids")).order_by(t.promise.c.stamp)
PLANS = (
    select(t.plan)
    .outerjoin(t.plan_cancellation, t.plan_cancellation.c.plan_id == t.plan.c.plan_id)
    .where(
        among(t.plan.c.client_id, "ids"),
        or_(t.plan_cancellation.c.stamp.is_(None), t.plan_cancellation.c.stamp < t.plan.c.stamp),
    )
    .order_by(t.plan.c.stamp)
)

# --- messages

MESSAGES: Select[Any] = (
    select(
        _message.message_id, _message.client_id, _message.creditor_id, _message.step, _message.channel,
        _message.contact_id, _message.carrying_invoice_id, _message.due_on, _message.invoice_ids, _message.state,
        _message.planned_at, _message.sent_at, _message.reason, _message.expires_at,
    )
    .where(
        among(_message.client_id, "ids"),
        or_(
            _message.planned_at > bindparam("since", type_=Instant()),
            _message.state.in_(sorted(state.value for state in OPEN)),
        ),
    )
    .order_by(_message.planned_at, _message.message_id)
)  # fmt: skip
REPLIED = (
    select(t.response.c.client_id, func.max(t.response.c.received_at).label("at"))
    .join(t.task, _task.task_id == t.response.c.task_id)
    .where(among(t.response.c.client_id, "ids"), _task.state == "open")
    .group_by(t.response.c.client_id)
)
"""The newest reply that no person has dealt with yet."""
