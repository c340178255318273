"""A minimal and a full `data` of every event type, and which of its fields are required."""

from __future__ import annotations

import json
from typing import Any

Data = dict[str, Any]

_INVOICE: Data = {
    "invoice_id": "inv-1",
    "number": "R-1",
    "client_id": "c-1",
    "currency": "EUR",
    "total": "1200.00",
    "issued_on": "2026-01-01",
    "due_on": "2026-01-31",
}
_INVOICE_FULL: Data = {
    **_INVOICE,
    "purchase_order": "PO-7",
    "payment_url": "https://pay.example/1",
    "payment_methods": ["card", "transfer"],
    "document_url": "https://docs.example/1.pdf",
    "auto_collect": True,
    "early_discount": {"percent": "2.5", "by_on": "2026-01-10"},
    "late_terms": {"annual_percent": 9.5, "fixed_fee": "40.00"},
    "instalments": [
        {"due_on": "2026-01-31", "amount": "600.00"},
        {"due_on": "2026-02-28", "amount": "600.00"},
    ],
    "creditor_id": "main",
}
_HARDSHIP: Data = {"client_id": "c-1", "until_on": "2026-03-01", "note": "told us", "kind": "breathing_space"}
_CLIENT_PAUSE: Data = {"client_id": "c-1", "until_on": "2026-03-01", "reason": "asked"}
_INVOICE_PAUSE: Data = {"invoice_id": "inv-1", "until_on": "2026-03-01", "reason": "asked"}
_PAYMENT: Data = {
    "payment_id": "p-1",
    "client_id": "c-1",
    "currency": "EUR",
    "amount": "700.00",
    "received_on": "2026-02-01",
}
_DEBIT: Data = {"payment_id": "p-1", "invoice_id": "inv-1", "amount": "1200.00"}
_PLAN: Data = {"plan_id": "pl-1", "client_id": "c-1", "currency": "EUR"}
_PLAN_FULL: Data = {
    **_PLAN,
    "invoice_ids": ["inv-1"],
    "instalments": [{"due_on": "2026-03-01", "amount": "400"}],
}
_DISPUTE: Data = {"dispute_id": "d-1", "invoice_id": "inv-1"}
_DISPUTE_FULL: Data = {**_DISPUTE, "amount": "200.00", "reason_code": "damaged", "outcome": "credited"}

SAMPLES: dict[str, tuple[Data, Data]] = {
    "client.updated": (
        {"client_id": "c-1", "name": "Acme", "debtor_type": "company", "country": "DE"},
        {
            "client_id": "c-1",
            "name": "Acme",
            "debtor_type": "company",
            "country": "DE",
            "subdivision": "DE-BY",
            "time_zone": "Europe/Berlin",
            "language": "de-DE",
            "segment": "key",
            "contacts": [
                {
                    "contact_id": "k-1",
                    "name": "Ana",
                    "role": "accounts",
                    "email": "a@acme.example",
                    "phone": "+49301234567",
                },
                {"contact_id": "k-2", "phone": "not a number", "email": "not an address"},
            ],
            "preferences": {
                "channels": ["email", "sms"],
                "purposes": ["reminder"],
                "quiet": {"days": ["friday", 6], "from": "12:00", "to": "14:30"},
            },
            "consents": [
                {"channel": "sms", "granted": True, "at": "2026-01-01T10:00:00+02:00", "source": "form"}
            ],
            "account_manager": {"name": "Bo", "email": "bo@us.example", "phone": "+4930765"},
        },
    ),
    "client.hardship_declared": ({"client_id": "c-1"}, _HARDSHIP),
    "client.hardship_ended": ({"client_id": "c-1"}, _HARDSHIP),
    "client.paused": ({"client_id": "c-1"}, _CLIENT_PAUSE),
    "client.resumed": ({"client_id": "c-1"}, _CLIENT_PAUSE),
    "invoice.issued": (_INVOICE, _INVOICE_FULL),
    "invoice.updated": (_INVOICE, _INVOICE_FULL),
    "invoice.voided": ({"invoice_id": "inv-1"}, {"invoice_id": "inv-1", "reason": "wrong client"}),
    "invoice.written_off": ({"invoice_id": "inv-1"}, {"invoice_id": "inv-1", "reason": "insolvent"}),
    "invoice.paused": ({"invoice_id": "inv-1"}, _INVOICE_PAUSE),
    "invoice.resumed": ({"invoice_id": "inv-1"}, _INVOICE_PAUSE),
    "credit_note.issued": (
        {"credit_note_id": "n-1", "invoice_id": "inv-1", "currency": "EUR", "amount": "10.00"},
        {
            "credit_note_id": "n-1",
            "invoice_id": "inv-1",
            "client_id": "c-1",
            "currency": "EUR",
            "amount": "10.00",
        },
    ),
    "payment.received": (
        _PAYMENT,
        {
            **_PAYMENT,
            "allocations": [
                {"invoice_id": "inv-1", "amount": "500.00"},
                {"invoice_id": "inv-2", "amount": "200.00"},
            ],
        },
    ),
    "payment.pending": (_DEBIT, {**_DEBIT, "expected_on": "2026-02-03"}),
    "payment.failed": (_DEBIT, {**_DEBIT, "expected_on": "2026-02-03"}),
    "payment.reversed": (
        {"payment_id": "p-1"},
        {"payment_id": "p-1", "reversed_on": "2026-02-09", "reason": "no funds"},
    ),
    "promise.made": (
        {
            "promise_id": "pr-1",
            "client_id": "c-1",
            "amount": "50.00",
            "currency": "EUR",
            "promised_on": "2026-02-10",
        },
        {
            "promise_id": "pr-1",
            "client_id": "c-1",
            "invoice_ids": ["inv-1"],
            "amount": "50.00",
            "currency": "EUR",
            "promised_on": "2026-02-10",
            "by": "Ana",
        },
    ),
    "plan.agreed": (_PLAN, _PLAN_FULL),
    "plan.cancelled": (_PLAN, _PLAN_FULL),
    "dispute.opened": (_DISPUTE, _DISPUTE_FULL),
    "dispute.resolved": (_DISPUTE, _DISPUTE_FULL),
    "ledger.synced": ({"through_at": "2026-02-01T00:00:00Z"}, {"through_at": "2026-02-01T00:00:00Z"}),
}

ATTRIBUTES: Data = {
    "specversion": "1.0",
    "id": "e-1",
    "source": "/billing",
    "type": "invoice.issued",
    "time": "2026-01-05T09:00:00+01:00",
}


def structured(data: object, **attributes: object) -> bytes:
    """The event as structured JSON; an attribute given as None is left out."""
    whole = {**ATTRIBUTES, "data": data, **attributes}
    return json.dumps({name: value for name, value in whole.items() if value is not None}).encode()
