"""From an event to the rows it writes: each event type is a last-writer-wins row of one table, and nothing else.

A function per type keeps it a table: no event looks at another, so their order can't matter.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any, cast

import msgspec
from sqlalchemy import Table

from events.contracts import agreement as a
from events.contracts import client as c
from events.contracts import dispute as d
from events.contracts import invoice as i
from events.contracts import payment as p
from events.contracts.cloudevent import CloudEvent
from events.contracts.kinds import Payload
from ledger import tables as t
from ledger.stamps import stamp_of
from ledger.types import iso

_json = msgspec.json.Encoder().encode

Write = tuple[Table, dict[str, Any]]


@dataclass(frozen=True, slots=True)
class Facts:
    """What one event writes, and whom it is about."""

    client_ids: tuple[str, ...] = ()
    invoice_ids: tuple[str, ...] = ()
    """Invoices named, maybe without their client: the ledger looks up whose they are."""
    payment_ids: tuple[str, ...] = ()
    """Payments named, likewise: a payment that is stated anew concerns those to whom it was allocated before."""
    writes: tuple[Write, ...] = ()


def facts_of(event: CloudEvent, payload: Payload, now: datetime) -> Facts:
    """The rows of an event. `now` is when the ledger learns of it."""
    return _READERS[type(payload)](payload, stamp_of(event), event, now)


_READERS: dict[type[Payload], Callable[[Any, str, CloudEvent, datetime], Facts]] = {}


def _reads(*kinds: type[Payload]) -> Callable[[Any], Any]:
    def register(function: Any) -> Any:
        for kind in kinds:
            _READERS[kind] = function
        return function

    return register


@_reads(c.ClientUpdated)
def _client(data: c.ClientUpdated, stamp: str, _event: CloudEvent, _now: datetime) -> Facts:
    row = {"client_id": data.client_id, "stamp": stamp, "profile": _json(data).decode()}
    return Facts((data.client_id,), writes=((t.client, row),))


@_reads(c.HardshipDeclared, c.HardshipEnded)
def _hardship(
    data: c.HardshipDeclared | c.HardshipEnded, stamp: str, _event: CloudEvent, _now: datetime
) -> Facts:
    active = isinstance(data, c.HardshipDeclared)
    kinds = (data.kind,) if data.kind else ("hardship", "breathing_space")
    return Facts(
        (data.client_id,),
        writes=tuple(_client_hold(data.client_id, kind, stamp, active, data, data.note) for kind in kinds),
    )


@_reads(c.ClientPaused, c.ClientResumed)
def _client_pause(
    data: c.ClientPaused | c.ClientResumed, stamp: str, _event: CloudEvent, _now: datetime
) -> Facts:
    active = isinstance(data, c.ClientPaused)
    hold = _client_hold(data.client_id, "pause", stamp, active, data, data.reason)
    return Facts((data.client_id,), writes=(hold,))


def _client_hold(client_id: str, kind: str, stamp: str, active: bool, data: Any, note: str | None) -> Write:
    return (
        t.client_hold,
        {
            "client_id": client_id,
            "kind": kind,
            "stamp": stamp,
            "active": active,
            "until_on": data.until_on if active else None,
            "note": note,
        },
    )


@_reads(i.InvoiceIssued, i.InvoiceUpdated)
def _invoice(data: i.InvoiceIssued | i.InvoiceUpdated, stamp: str, event: CloudEvent, now: datetime) -> Facts:
    extra = {
        "purchase_order": data.purchase_order,
        "payment_url": data.payment_url,
        "payment_methods": data.payment_methods,
        "document_url": data.document_url,
        "early_discount": data.early_discount,
        "late_terms": data.late_terms,
        "instalments": data.instalments,
    }
    row = {
        "invoice_id": data.invoice_id,
        "stamp": stamp,
        "client_id": data.client_id,
        "creditor_id": data.creditor_id,
        "source": event.source,
        "number": data.number,
        "currency": data.currency,
        "total": data.total_minor,
        "issued_on": data.issued_on,
        "due_on": data.due_on,
        "auto_collect": data.auto_collect,
        "extra": _json({name: value for name, value in extra.items() if value}).decode(),
        "first_seen_at": now,
    }
    return Facts((data.client_id,), (data.invoice_id,), writes=((t.invoice, row),))


@_reads(i.InvoiceVoided, i.InvoiceWrittenOff)
def _closure(
    data: i.InvoiceVoided | i.InvoiceWrittenOff, stamp: str, _event: CloudEvent, _now: datetime
) -> Facts:
    kind = "voided" if isinstance(data, i.InvoiceVoided) else "written_off"
    row = {"invoice_id": data.invoice_id, "kind": kind, "stamp": stamp, "reason": data.reason}
    return Facts((), (data.invoice_id,), writes=((t.invoice_closure, row),))


@_reads(i.InvoicePaused, i.InvoiceResumed)
def _invoice_pause(
    data: i.InvoicePaused | i.InvoiceResumed, stamp: str, _event: CloudEvent, _now: datetime
) -> Facts:
    active = isinstance(data, i.InvoicePaused)
    row = {
        "invoice_id": data.invoice_id,
        "stamp": stamp,
        "active": active,
        "until_on": data.until_on if active else None,
        "note": data.reason,
    }
    return Facts((), (data.invoice_id,), writes=((t.invoice_hold, row),))


@_reads(i.CreditNoteIssued)
def _credit(data: i.CreditNoteIssued, stamp: str, _event: CloudEvent, _now: datetime) -> Facts:
    row = {
        "credit_note_id": data.credit_note_id,
        "stamp": stamp,
        "invoice_id": data.invoice_id,
        "client_id": data.client_id,
        "currency": data.currency,
        "amount": data.amount_minor,
    }
    return Facts(_known(data.client_id), _known(data.invoice_id), writes=((t.credit_note, row),))


@_reads(p.PaymentReceived)
def _payment(data: p.PaymentReceived, stamp: str, _event: CloudEvent, now: datetime) -> Facts:
    row = {
        "payment_id": data.payment_id,
        "stamp": stamp,
        "client_id": data.client_id,
        "currency": data.currency,
        "amount": data.amount_minor,
        "received_on": data.received_on,
        "recorded_at": now,
    }
    allocated = data.allocated
    parts: Iterator[Write] = (
        (
            t.allocation,
            {"payment_id": data.payment_id, "invoice_id": invoice_id, "stamp": stamp, "amount": amount},
        )
        for invoice_id, amount in allocated.items()
    )
    return Facts((data.client_id,), tuple(allocated), (data.payment_id,), writes=((t.payment, row), *parts))


@_reads(p.PaymentPending)
def _pending(data: p.PaymentPending, stamp: str, _event: CloudEvent, _now: datetime) -> Facts:
    row = {
        "payment_id": data.payment_id,
        "stamp": stamp,
        "invoice_id": data.invoice_id,
        "amount": data.amount,
        "currency": data.currency,
        "expected_on": data.expected_on,
    }
    return Facts((), (data.invoice_id,), (data.payment_id,), writes=((t.payment_pending, row),))


@_reads(p.PaymentFailed)
def _failed(data: p.PaymentFailed, stamp: str, _event: CloudEvent, now: datetime) -> Facts:
    row = {
        "payment_id": data.payment_id,
        "stamp": stamp,
        "invoice_id": data.invoice_id,
        "amount": data.amount,
        "currency": data.currency,
        "recorded_at": now,
    }
    return Facts((), (data.invoice_id,), (data.payment_id,), writes=((t.payment_failure, row),))


@_reads(p.PaymentReversed)
def _reversed(data: p.PaymentReversed, stamp: str, _event: CloudEvent, now: datetime) -> Facts:
    row = {
        "payment_id": data.payment_id,
        "stamp": stamp,
        "reversed_on": data.reversed_on,
        "reason": data.reason,
        "recorded_at": now,
    }
    return Facts(payment_ids=(data.payment_id,), writes=((t.payment_reversal, row),))


@_reads(a.PromiseMade)
def _promise(data: a.PromiseMade, stamp: str, _event: CloudEvent, _now: datetime) -> Facts:
    row = {
        "promise_id": data.promise_id,
        "stamp": stamp,
        "client_id": data.client_id,
        "invoice_ids": list(data.invoice_ids),
        "currency": data.currency,
        "amount": data.amount_minor,
        "promised_on": data.promised_on,
        "by": data.by,
    }
    return Facts((data.client_id,), data.invoice_ids, writes=((t.promise, row),))


@_reads(a.PlanAgreed)
def _plan(data: a.PlanAgreed, stamp: str, _event: CloudEvent, _now: datetime) -> Facts:
    row = {
        "plan_id": data.plan_id,
        "stamp": stamp,
        "client_id": data.client_id,
        "invoice_ids": list(data.invoice_ids),
        "currency": data.currency,
        "instalments": [
            {"due_on": part.due_on.isoformat(), "amount": part.amount} for part in data.instalments
        ],
    }
    return Facts((data.client_id,), data.invoice_ids, writes=((t.plan, row),))


@_reads(a.PlanCancelled)
def _plan_cancelled(data: a.PlanCancelled, stamp: str, _event: CloudEvent, _now: datetime) -> Facts:
    row = {"plan_id": data.plan_id, "stamp": stamp}
    return Facts((data.client_id,), data.invoice_ids, writes=((t.plan_cancellation, row),))


@_reads(d.DisputeOpened)
def _dispute(data: d.DisputeOpened, stamp: str, _event: CloudEvent, _now: datetime) -> Facts:
    row = {
        "dispute_id": data.dispute_id,
        "stamp": stamp,
        "invoice_id": data.invoice_id,
        "amount": data.amount,
        "reason_code": data.reason_code,
    }
    return Facts((), (data.invoice_id,), writes=((t.dispute, row),))


@_reads(d.DisputeResolved)
def _resolved(data: d.DisputeResolved, stamp: str, _event: CloudEvent, _now: datetime) -> Facts:
    row = {"dispute_id": data.dispute_id, "stamp": stamp, "outcome": data.outcome}
    return Facts((), (data.invoice_id,), writes=((t.dispute_resolution, row),))


@_reads(p.LedgerSynced)
def _synced(data: p.LedgerSynced, stamp: str, event: CloudEvent, _now: datetime) -> Facts:
    # The greatest `through_at` wins, not the latest event: the stamp begins with it.
    row = {
        "source": event.source,
        "stamp": f"{iso(data.through_at)}|{stamp}",
        "through_at": data.through_at,
    }
    return Facts(writes=((t.sync, row),))


def _known(value: str | None) -> tuple[str, ...]:
    return (value,) if value else ()


READS = cast("frozenset[type[Payload]]", frozenset(_READERS))
"""The payloads that the ledger understands; a test holds them against the contracts."""
