"""A second opinion on what a client owed at an instant: from the events alone, with none of the product's code.

Slow and plain on purpose: every question reads all events again, in decimals.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

PENDING_GRACE = timedelta(days=5)
GRACE = {"company": timedelta(days=1), "public_body": timedelta(days=1)}
"""How long after the promised day it is still waited for."""
LONGER_GRACE = timedelta(days=2)
"""The same for people."""
DIGITS = {"JPY": 0}


@dataclass(frozen=True)
class Owed:
    """One invoice as it stood."""

    invoice_id: str
    creditor_id: str
    currency: str
    due_on: date
    open: Decimal
    paid: Decimal
    asked: Decimal
    """What may be asked for: 0 while anything holds it."""


def newest(events: Iterable[dict[str, Any]]) -> dict[str, Any] | None:
    """The event with the greatest time of its own."""
    return max(events, key=lambda event: event["at"], default=None)


class Books:
    """The events of a book, asked about instants."""

    def __init__(self, events: list[dict[str, Any]]) -> None:
        self._events = [e for e in events if not isinstance(e["data"].get("total"), float)]
        self.events = self._events

    def until(self, at: datetime, *, before: bool = False) -> list[dict[str, Any]]:
        """What had arrived by then; `before`: what came at that very instant is left out."""
        return [e for e in self._events if e["arrived"] < at or (e["arrived"] == at and not before)]

    def profile(self, client_id: str, at: datetime) -> dict[str, Any] | None:
        """The client's newest profile."""
        found = newest(
            e for e in self.until(at) if e["type"] == "client.updated" and e["data"]["client_id"] == client_id
        )
        return found["data"] if found else None

    def owed(self, client_id: str, at: datetime, zone: ZoneInfo, *, before: bool = False) -> list[Owed]:
        """All invoices of the client, oldest due date first, with what may be asked for."""
        known = self.until(at, before=before)
        today = at.astimezone(zone).date()
        invoices: dict[str, dict[str, Any]] = {}
        for event in sorted((e for e in known if e["type"].startswith("invoice.")), key=lambda e: e["at"]):
            if event["type"] in ("invoice.issued", "invoice.updated"):
                invoices[event["data"]["invoice_id"]] = event["data"]
        mine = sorted(
            (i for i in invoices.values() if i["client_id"] == client_id),
            key=lambda i: (i["due_on"], i["invoice_id"]),
        )
        payments = self._payments(known)
        free = self._on_account(client_id, payments)
        silent = self._client_held(client_id, known, today)
        found = []
        for invoice in mine:
            key, currency = invoice["invoice_id"], invoice["currency"]
            paid = sum(
                (
                    Decimal(part["amount"])
                    for p in payments
                    for part in p["allocations"]
                    if part["invoice_id"] == key
                ),
                Decimal(0),
            )
            credited = sum(
                (
                    Decimal(e["data"]["amount"])
                    for e in known
                    if e["type"] == "credit_note.issued" and e["data"].get("invoice_id") == key
                ),
                Decimal(0),
            )
            left = max(Decimal(0), Decimal(invoice["total"]) - paid - credited)
            asked = max(
                Decimal(0), left - self._disputed(key, left, known) - self._promised(invoice, known, today)
            )
            asked = min(asked, self._fallen_due(invoice, paid + credited, today))
            if self._held(invoice, known, today) or date.fromisoformat(invoice["issued_on"]) > today:
                asked = Decimal(0)
            covered = min(asked, free.get(currency, Decimal(0)))
            if covered:
                free[currency] -= covered
            found.append(
                Owed(
                    key,
                    invoice.get("creditor_id", "northwind"),
                    currency,
                    date.fromisoformat(invoice["due_on"]),
                    left,
                    paid,
                    Decimal(0) if silent else asked - covered,
                )
            )
        return found

    @staticmethod
    def _payments(known: list[dict[str, Any]]) -> list[dict[str, Any]]:
        reversed_ids = {e["data"]["payment_id"] for e in known if e["type"] == "payment.reversed"}
        latest: dict[str, dict[str, Any]] = {}
        for event in sorted((e for e in known if e["type"] == "payment.received"), key=lambda e: e["at"]):
            latest[event["data"]["payment_id"]] = event["data"]
        return [p for key, p in latest.items() if key not in reversed_ids]

    @staticmethod
    def _on_account(client_id: str, payments: list[dict[str, Any]]) -> dict[str, Decimal]:
        free: dict[str, Decimal] = {}
        for payment in payments:
            if payment["client_id"] == client_id:
                rest = Decimal(payment["amount"]) - sum(Decimal(p["amount"]) for p in payment["allocations"])
                free[payment["currency"]] = free.get(payment["currency"], Decimal(0)) + rest
        return free

    @staticmethod
    def _disputed(invoice_id: str, left: Decimal, known: list[dict[str, Any]]) -> Decimal:
        resolved = {e["data"]["dispute_id"] for e in known if e["type"] == "dispute.resolved"}
        parts = [
            Decimal(e["data"].get("amount", left))
            for e in known
            if e["type"] == "dispute.opened"
            and e["data"]["invoice_id"] == invoice_id
            and e["data"]["dispute_id"] not in resolved
        ]
        return min(left, sum(parts, Decimal(0)))

    def _promised(self, invoice: dict[str, Any], known: list[dict[str, Any]], today: date) -> Decimal:
        """What the promises that are still waited for have yet to bring for the invoice."""
        profile = newest(
            e
            for e in known
            if e["type"] == "client.updated" and e["data"]["client_id"] == invoice["client_id"]
        )
        debtor_type = profile["data"]["debtor_type"] if profile else ""
        still = Decimal(0)
        for event in known:
            data = event["data"]
            if event["type"] != "promise.made" or invoice["invoice_id"] not in data["invoice_ids"]:
                continue
            if today > date.fromisoformat(data["promised_on"]) + GRACE.get(debtor_type, LONGER_GRACE):
                continue
            came = sum(
                (
                    Decimal(part["amount"])
                    for other in known
                    if other["type"] == "payment.received" and other["at"] > event["at"]
                    for part in other["data"]["allocations"]
                    if part["invoice_id"] == invoice["invoice_id"]
                ),
                Decimal(0),
            )
            still = max(still, Decimal(data["amount"]) - came)
        return still

    @staticmethod
    def _fallen_due(invoice: dict[str, Any], settled: Decimal, today: date) -> Decimal:
        """What of an invoice in instalments may be asked for: all that is past, or else the next one to come."""
        parts = sorted(
            (date.fromisoformat(p["due_on"]), Decimal(p["amount"])) for p in invoice.get("instalments", ())
        )
        if not parts:
            return Decimal(invoice["total"])
        sums, total = [], Decimal(0)
        for due_on, amount in parts:
            total += amount
            sums.append((due_on, total))
        oldest = next((due_on for due_on, upto in sums if upto > settled), parts[-1][0])
        return max(upto for due_on, upto in sums if due_on <= max(today, oldest)) - settled

    @staticmethod
    def _client_held(client_id: str, known: list[dict[str, Any]], today: date) -> bool:
        for starts, ends in (
            ("client.paused", "client.resumed"),
            ("client.hardship_declared", "client.hardship_ended"),
        ):
            last = newest(
                e for e in known if e["type"] in (starts, ends) and e["data"]["client_id"] == client_id
            )
            if last and last["type"] == starts and _reaches(last["data"].get("until_on"), today):
                return True
        return False

    @staticmethod
    def _held(invoice: dict[str, Any], known: list[dict[str, Any]], today: date) -> bool:
        key = invoice["invoice_id"]
        if invoice.get("auto_collect"):
            return True
        done = {e["data"]["payment_id"] for e in known if e["type"] in ("payment.failed", "payment.received")}
        paused = None
        for event in known:
            kind, data = event["type"], event["data"]
            if key not in (data.get("invoice_id"), *data.get("invoice_ids", ())):
                continue
            if kind in ("invoice.voided", "invoice.written_off", "plan.agreed"):
                return True
            if (
                kind == "payment.pending"
                and data["payment_id"] not in done
                and today <= date.fromisoformat(data["expected_on"]) + PENDING_GRACE
            ):
                return True
            if kind in ("invoice.paused", "invoice.resumed"):
                paused = event
        return bool(
            paused and paused["type"] == "invoice.paused" and _reaches(paused["data"].get("until_on"), today)
        )


def minor(amount: Decimal, currency: str) -> int:
    """Minor units, exactly."""
    scaled = amount.scaleb(DIGITS.get(currency, 2))
    assert scaled == int(scaled)
    return int(scaled)


def _reaches(until_on: str | None, today: date) -> bool:
    return until_on is None or today <= date.fromisoformat(until_on)
