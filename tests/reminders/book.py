"""Small books to decide about: short names for the values that the examples need."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, time
from typing import Any
from zoneinfo import ZoneInfo

from config.policy import SHIPPED, Policy, load_policy
from reminders.decide import decide
from reminders.decision import Decision, Errand, LeftOut
from reminders.reasons import Reason
from reminders.snapshot import (
    Channel,
    Client,
    Contact,
    DebtorType,
    Invoice,
    PastErrand,
    PastMessage,
    Snapshot,
)
from reminders.states import MessageState
from reminders.tasks import TaskState

STANDARD = load_policy(SHIPPED / "standard.yaml")
DUE = date(2026, 3, 31)  # a Tuesday; no public holiday in Germany from New Year to Good Friday, 3 April 2026


def at(text: str, zone: str = "Europe/Berlin") -> datetime:
    """An instant from a wall clock: `at("2026-03-02 10:00")`."""
    return datetime.fromisoformat(text).replace(tzinfo=ZoneInfo(zone)).astimezone(UTC)


def noon(day: date, zone: str = "Europe/Berlin") -> datetime:
    return datetime.combine(day, time(12), tzinfo=ZoneInfo(zone)).astimezone(UTC)


def a_client(**fields: Any) -> Client:
    known: dict[str, Any] = {
        "name": "Kaya GmbH",
        "debtor_type": DebtorType.COMPANY,
        "country": "DE",
        "time_zone": "Europe/Berlin",
        "contacts": (Contact("ap", "Ada", email="ap@kaya.example", phone="+4930123456"),),
    }
    return Client("kaya", **(known | fields))


def an_invoice(
    invoice_id: str = "a", due_on: date = DUE, issued_on: date | None = None, **fields: Any
) -> Invoice:
    issued_on = issued_on or date.fromordinal(due_on.toordinal() - 30)
    known: dict[str, Any] = {
        "number": invoice_id.upper(),
        "creditor_id": "acme",
        "currency": "EUR",
        "total": 100_00,
        "first_seen_at": datetime.combine(issued_on, time(6), tzinfo=UTC),
        "source": "/erp",
    }
    known |= fields
    return Invoice(invoice_id=invoice_id, issued_on=issued_on, due_on=due_on, **known)


def a_message(
    step: str, sent: datetime, *, invoice: str = "a", due_on: date = DUE, **fields: Any
) -> PastMessage:
    known: dict[str, Any] = {
        "message_id": f"{step}/{invoice}/{due_on}/{sent.isoformat()}",
        "creditor_id": "acme",
        "channel": Channel.EMAIL,
        "contact_id": "ap",
        "carrying_invoice_id": invoice,
        "due_on": due_on,
        "invoice_ids": (invoice,),
        "state": MessageState.DELIVERED,
        "planned_at": sent,
        "sent_at": sent,
    }
    known |= fields
    return PastMessage(step=step, **known)


def an_open(step: str, planned: datetime, **fields: Any) -> PastMessage:
    return a_message(step, planned, **({"state": MessageState.QUEUED, "sent_at": None} | fields))


def an_errand(errand: Errand, opened: datetime, **fields: Any) -> PastErrand:
    """An errand that was opened."""
    known: dict[str, Any] = {
        "task_id": errand.key("kaya"),
        "kind": errand.kind,
        "reason": errand.reason,
        "creditor_id": errand.creditor_id,
        "step": errand.step,
        "subject": errand.subject,
        "cycle_on": errand.cycle_on,
        "invoice_ids": tuple(item.invoice_id for item in errand.items) or (errand.subject,),
        "state": TaskState.OPEN,
        "opened_at": opened,
    }
    return PastErrand(**(known | fields))


def a_case(*invoices: Invoice, messages: tuple[PastMessage, ...] = (), **fields: Any) -> Snapshot:
    known: dict[str, Any] = {"client": a_client(), "invoices": invoices, "messages": messages}
    return Snapshot(**(known | fields))


def with_policy(**fields: Any) -> Policy:
    return Policy.model_validate(STANDARD.model_dump(by_alias=True) | fields)


def with_caps(**fields: Any) -> Policy:
    return with_policy(caps=STANDARD.caps.model_dump() | fields)


NO_STATEMENT = with_policy(
    steps=[step for step in STANDARD.model_dump()["steps"] if step["anchor"] != "month"]
)
"""The standard policy for examples with several open items in the first days of a month."""


def steps(decision: Decision) -> list[str]:
    return [reminder.step for reminder in decision.reminders]


def step_at(snapshot: Snapshot, now: datetime, policy: Policy = STANDARD) -> str | None:
    """The one step that is planned at that instant."""
    found = steps(decide(snapshot, policy, now))
    assert len(found) <= 1, found
    return found[0] if found else None


def left(decision: Decision, invoice_id: str | None = "a") -> LeftOut:
    """The one thing that was left out about an invoice."""
    (found,) = [entry for entry in decision.left_out if entry.invoice_id == invoice_id]
    return found


def why(snapshot: Snapshot, now: datetime, policy: Policy = STANDARD) -> Reason:
    """Why nothing goes about invoice `a`."""
    decision = decide(snapshot, policy, now)
    assert decision.reminders == ()
    return left(decision).reason


def turned(snapshot: Snapshot) -> Snapshot:
    """The same case, told backwards."""
    client = snapshot.client
    return replace(
        snapshot,
        client=replace(client, holds=client.holds[::-1], consents=client.consents[::-1]),
        invoices=tuple(replace(i, holds=i.holds[::-1]) for i in snapshot.invoices[::-1]),
        on_account=snapshot.on_account[::-1],
        messages=snapshot.messages[::-1],
        suppressions=snapshot.suppressions[::-1],
    )
