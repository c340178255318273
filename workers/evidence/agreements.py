"""What the client agreed to, and what came of it.

Promises and plans are judged by the same code that decides about reminders, and by nothing but the money that came.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import Connection, Row, and_, select

from config.policy import Policy
from ledger import tables as t
from ledger.profiles import client_of
from ledger.stamps import instant_of
from reminders.calendar import place_of
from reminders.money import Money
from reminders.plans import PlanState, plan_standings
from reminders.promises import PromiseState, standings
from reminders.reasons import Reason
from reminders.snapshot import Credit, Hold, Instalment, Invoice, Payment, Plan, Promise, Snapshot
from workers.evidence.invoices import InvoiceFile


@dataclass(frozen=True, slots=True)
class PromiseFile:
    """What the client said they would pay, and what came of it."""

    promise_id: str
    made_at: datetime
    by: str | None
    invoice_ids: tuple[str, ...]
    """The invoices it is for: those it names, else all that were issued when it was made."""
    promised_on: date
    amount: Money
    kept: Money
    """What came for it, at most the promised sum."""
    state: PromiseState


@dataclass(frozen=True, slots=True)
class PlanPart:
    """One instalment of a plan."""

    due_on: date
    amount: Money


@dataclass(frozen=True, slots=True)
class PlanFile:
    """A payment plan, and what came of it. `state` is None where it was cancelled, or replaced by a newer one."""

    plan_id: str
    agreed_at: datetime
    invoice_ids: tuple[str, ...]
    instalments: tuple[PlanPart, ...]
    paid: Money | None
    state: PlanState | None
    cancelled_at: datetime | None


def read_agreements(
    connection: Connection, client_id: str, invoices: Sequence[InvoiceFile], policy: Policy, now: datetime
) -> tuple[tuple[PromiseFile, ...], tuple[PlanFile, ...]]:
    """The promises and the plans that speak of these invoices, in the order in which they were made."""
    promised = [row for row in _promises(connection, client_id) if _covered(row, invoices)]
    planned = [row for row in _plans(connection, client_id) if _covered(row, invoices)]
    profile = connection.execute(
        select(t.client.c.profile).where(t.client.c.client_id == client_id)
    ).scalar_one_or_none()
    client = client_of(client_id, profile)
    snapshot = Snapshot(
        client,
        tuple(map(_invoice, invoices)),
        promises=tuple(_promise(row, invoices) for row in promised),
        plans=tuple(_plan(row, invoices) for row in planned if row.cancelled is None),
    )
    place = place_of(client)
    today = place.today(now)
    judged = {one.promise.promise_id: one for one in standings(snapshot, policy, place, today)}
    running = {one.plan.plan_id: one for one in plan_standings(snapshot, policy, place, today)}
    promises = []
    for row in promised:
        standing = judged[row.promise_id]
        promises.append(
            PromiseFile(
                row.promise_id,
                instant_of(row.stamp),
                row.by,
                standing.promise.invoice_ids,
                row.promised_on,
                Money(row.amount, row.currency),
                Money(standing.kept, row.currency),
                standing.state,
            )
        )
    plans = []
    for row in planned:
        plan, known = _plan(row, invoices), running.get(row.plan_id)
        plans.append(
            PlanFile(
                row.plan_id,
                plan.agreed_at,
                plan.invoice_ids,
                tuple(PlanPart(part.due_on, Money(part.amount, plan.currency)) for part in plan.instalments),
                Money(known.paid, plan.currency) if known else None,
                known.state if known else None,
                instant_of(row.cancelled) if row.cancelled else None,
            )
        )
    return tuple(promises), tuple(plans)


def _promises(connection: Connection, client_id: str) -> Sequence[Row[Any]]:
    p = t.promise.c
    return connection.execute(select(t.promise).where(p.client_id == client_id).order_by(p.stamp)).all()


def _plans(connection: Connection, client_id: str) -> Sequence[Row[Any]]:
    """With the stamp of the cancellation, where the cancellation is the last word."""
    p, c = t.plan.c, t.plan_cancellation.c
    return connection.execute(
        select(t.plan, c.stamp.label("cancelled"))
        .outerjoin(t.plan_cancellation, and_(c.plan_id == p.plan_id, c.stamp >= p.stamp))
        .where(p.client_id == client_id)
        .order_by(p.stamp)
    ).all()


def _covered(agreement: Row[Any], invoices: Sequence[InvoiceFile]) -> tuple[str, ...]:
    """The invoices that an agreement speaks of: by name, or all of its currency that were issued when it was made."""
    named: list[str] = agreement.invoice_ids
    made_on = instant_of(agreement.stamp).date()
    return tuple(
        invoice.invoice_id
        for invoice in invoices
        if (
            invoice.invoice_id in named
            if named
            else invoice.total.currency == agreement.currency and invoice.issued_on <= made_on
        )
    )


def _promise(row: Row[Any], invoices: Sequence[InvoiceFile]) -> Promise:
    return Promise(
        row.promise_id,
        _covered(row, invoices),
        row.currency,
        row.amount,
        instant_of(row.stamp),
        row.promised_on,
        row.by,
    )


def _plan(row: Row[Any], invoices: Sequence[InvoiceFile]) -> Plan:
    parts = (
        Instalment(date.fromisoformat(part["due_on"]), Money.parse(part["amount"], row.currency).minor)
        for part in row.instalments
    )
    return Plan(row.plan_id, _covered(row, invoices), row.currency, tuple(parts), instant_of(row.stamp))


def _invoice(file: InvoiceFile) -> Invoice:
    """The money of an invoice as the core sees it."""
    return Invoice(
        invoice_id=file.invoice_id,
        number=file.number,
        creditor_id="",
        currency=file.total.currency,
        total=file.total.minor,
        issued_on=file.issued_on,
        due_on=file.terms.due_on,
        first_seen_at=file.first_seen_at,
        source=file.source,
        paid=file.paid.minor,
        credited=file.credited.minor,
        disputed=file.disputed.minor,
        holds=tuple(Hold(Reason(closure.kind.value)) for closure in file.closures),
        payments=tuple(
            Payment(part.payment_id, part.received_on, part.amount.minor, part.recorded_at)
            for part in file.payments
            if part.reversal is None
        ),
        credits=tuple(Credit(credit.on, credit.amount.minor) for credit in file.credits),
    )
