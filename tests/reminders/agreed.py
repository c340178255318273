"""Short names for payments, promises and plans, as the examples need them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import date, datetime, time
from typing import Any
from zoneinfo import ZoneInfo

from config.policy import Policy
from reminders.calendar import place_of
from reminders.decision import Errand
from reminders.plans import PlanStanding, plan_standings
from reminders.promises import PromiseStanding, standings
from reminders.snapshot import (
    Credit,
    Instalment,
    Invoice,
    PastErrand,
    Payment,
    Plan,
    Promise,
    Snapshot,
)
from reminders.tasks import TaskState
from tests.reminders.book import STANDARD, at


def day(text: str) -> date:
    """A day of 2026: `day("04-07")`."""
    return date.fromisoformat(f"2026-{text}")


def on_day(when: date) -> datetime:
    """Ten in the morning of that day in Berlin."""
    return datetime.combine(when, time(10), tzinfo=ZoneInfo("Europe/Berlin"))


def a_payment(on: str, amount: int, payment_id: str | None = None, heard: str | None = None) -> Payment:
    heard_at = at(heard) if heard else on_day(day(on))
    return Payment(payment_id or f"{on}/{amount}", day(on), amount, heard_at)


def paid(invoice: Invoice, *payments: Payment) -> Invoice:
    """The invoice with these payments, beside those that it has."""
    every = tuple(
        sorted((*invoice.payments, *payments), key=lambda payment: (payment.on, payment.payment_id))
    )
    return replace(invoice, payments=every, paid=sum(payment.amount for payment in every))


def credited(invoice: Invoice, on: str, amount: int) -> Invoice:
    credits = (*invoice.credits, Credit(day(on), amount))
    return replace(invoice, credits=credits, credited=sum(credit.amount for credit in credits))


def a_promise(
    promised: str, amount: int, *invoices: str, made: str = "04-01 10:00", **fields: Any
) -> Promise:
    known: dict[str, Any] = {"promise_id": f"{promised}/{amount}/{made}", "currency": "EUR"}
    known |= fields
    return Promise(
        invoice_ids=invoices or ("a",),
        amount=amount,
        made_at=at(f"2026-{made}"),
        promised_on=day(promised),
        **known,
    )


def a_plan(parts: dict[str, int], *invoices: str, agreed: str = "04-01 10:00", **fields: Any) -> Plan:
    """A plan from its instalments: `a_plan({"04-15": 100_00, "05-15": 100_00}, "a", "b")`."""
    known: dict[str, Any] = {"plan_id": f"plan/{agreed}", "currency": "EUR"}
    known |= fields
    instalments = tuple(Instalment(day(on), amount) for on, amount in parts.items())
    return Plan(
        invoice_ids=invoices or ("a",),
        instalments=instalments,
        agreed_at=at(f"2026-{agreed}"),
        **known,
    )


def promises_on(snapshot: Snapshot, on: str, policy: Policy = STANDARD) -> tuple[PromiseStanding, ...]:
    return standings(snapshot, policy, place_of(snapshot.client), day(on))


def plans_on(snapshot: Snapshot, on: str, policy: Policy = STANDARD) -> tuple[PlanStanding, ...]:
    return plan_standings(snapshot, policy, place_of(snapshot.client), day(on))


def states(standings: Iterable[PromiseStanding | PlanStanding]) -> list[str]:
    return [standing.state.value for standing in standings]


def errand_like(wanted: Errand, **fields: Any) -> PastErrand:
    """The errand once it is in the books."""
    known: dict[str, Any] = {
        "task_id": f"task/{wanted.subject}",
        "state": TaskState.OPEN,
        "opened_at": at("2026-04-01 10:00"),
    }
    known |= fields
    return PastErrand(
        kind=wanted.kind,
        reason=wanted.reason,
        creditor_id=wanted.creditor_id,
        step=wanted.step,
        subject=wanted.subject,
        cycle_on=wanted.cycle_on,
        invoice_ids=tuple(item.invoice_id for item in wanted.items),
        **known,
    )
