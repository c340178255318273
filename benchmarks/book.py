"""Events to measure with: a billing system's usual mix, always the same."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

AT = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)


def mixed(count: int, clients: int = 2000) -> Iterator[bytes]:
    """`count` events: one in ten a profile, six an invoice, three a payment with its allocation."""
    for i in range(count):
        client, kind = f"client-{i * 7 % clients:06d}", i % 10
        if kind == 0:
            yield event(i, "client.updated", profile(client))
        elif kind <= 6:
            yield event(i, "invoice.issued", invoice(f"invoice-{i:08d}", client))
        else:
            yield event(i, "payment.received", payment(i, client, f"invoice-{i - 5:08d}"))


def event(
    number: int, kind: str, data: dict[str, object], at: datetime = AT, source: str = "billing"
) -> bytes:
    """A structured CloudEvent."""
    return json.dumps(
        {
            "specversion": "1.0",
            "id": f"event-{number:08d}",
            "source": source,
            "type": kind,
            "time": (at + timedelta(milliseconds=number)).isoformat(),
            "datacontenttype": "application/json",
            "data": data,
        }
    ).encode()


def profile(client: str) -> dict[str, object]:
    """A company with somebody who pays its invoices."""
    return {
        "client_id": client,
        "name": f"Company {client}",
        "debtor_type": "company",
        "country": "GB",
        "time_zone": "Europe/London",
        "language": "en",
        "contacts": [
            {
                "contact_id": "ap",
                "name": "Alex Payer",
                "role": "accounts_payable",
                "email": f"ap@{client}.example",
                "phone": "+447700900123",
            }
        ],
        "preferences": {"channels": ["email", "sms"]},
    }


UNGUARDED = {"first_contacts_per_day": 10**9, "alarm_floor": 10**9}
"""No day is too full: what is measured is one day's work on a book that nobody has seen before."""


def invoice(
    invoice_id: str, client: str, issued_on: str = "2026-03-02", due_on: str = "2026-04-01"
) -> dict[str, object]:
    """An invoice over 30 days."""
    return {
        "invoice_id": invoice_id,
        "number": invoice_id.upper(),
        "client_id": client,
        "currency": "EUR",
        "total": "1200.00",
        "issued_on": issued_on,
        "due_on": due_on,
        "payment_url": f"https://pay.example/{invoice_id}",
        "purchase_order": "PO-4711",
    }


def payment(number: int, client: str, invoice_id: str) -> dict[str, object]:
    """A full payment."""
    return {
        "payment_id": f"payment-{number:08d}",
        "client_id": client,
        "currency": "EUR",
        "amount": "1200.00",
        "received_on": "2026-03-02",
        "allocations": [{"invoice_id": invoice_id, "amount": "1200.00"}],
    }
