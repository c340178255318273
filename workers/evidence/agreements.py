"""What the client agreed to, and what came of it.

Promises and plans are judged by the same code that decides about reminders, and by nothing but the money that came.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import Connection, and_, select

from config.policy import Policy
from ledger import tables as t
from ledger.keys import among
from ledger.stamps import instant_of
from reminders.calendar import place_of
from reminders.money import Money
from reminders.plans import PlanState, plan_standings
from reminders.promises import PromiseState, standings
from reminders.snapshot import Snapshot


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


def read_promises(
    connection: Connection, snapshot: Snapshot, invoice_ids: Collection[str], policy: Policy, today: date
) -> tuple[PromiseFile, ...]:
    """The promises that speak of any of these invoices, in the order in which they were made."""
    p = t.promise.c
    judged = {
        one.promise.promise_id: one
        for one in standings(snapshot, policy, place_of(snapshot.client), today)
        if not set(invoice_ids).isdisjoint(one.promise.invoice_ids)
    }
    rows = connection.execute(select(t.promise).where(among(p.promise_id, judged)).order_by(p.stamp))
    return tuple(
        PromiseFile(
            row.promise_id,
            instant_of(row.stamp),
            row.by,
            judged[row.promise_id].promise.invoice_ids,
            row.promised_on,
            Money(row.amount, row.currency),
            Money(judged[row.promise_id].kept, row.currency),
            judged[row.promise_id].state,
        )
        for row in rows
    )


def read_plans(
    connection: Connection, snapshot: Snapshot, invoice_ids: Collection[str], policy: Policy, today: date
) -> tuple[PlanFile, ...]:
    """The plans that speak of any of these invoices, in the order in which they were agreed; ended ones, too."""
    p, c = t.plan.c, t.plan_cancellation.c
    judged = {
        one.plan.plan_id: one for one in plan_standings(snapshot, policy, place_of(snapshot.client), today)
    }
    rows = connection.execute(
        select(t.plan, c.stamp.label("cancelled"))
        .outerjoin(t.plan_cancellation, and_(c.plan_id == p.plan_id, c.stamp >= p.stamp))
        .where(p.client_id == snapshot.client.client_id)
        .order_by(p.stamp)
    )
    found = []
    for row in rows:
        standing = judged.get(row.plan_id)
        named = standing.plan.invoice_ids if standing else tuple(row.invoice_ids)
        if named and set(invoice_ids).isdisjoint(named):
            continue
        found.append(
            PlanFile(
                row.plan_id,
                instant_of(row.stamp),
                named,
                tuple(
                    PlanPart(date.fromisoformat(part["due_on"]), Money.parse(part["amount"], row.currency))
                    for part in row.instalments
                ),
                Money(standing.paid, row.currency) if standing else None,
                standing.state if standing else None,
                instant_of(row.cancelled) if row.cancelled else None,
            )
        )
    return tuple(found)
