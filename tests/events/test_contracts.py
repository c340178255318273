from __future__ import annotations

import base64
import json
from datetime import UTC, date, datetime, time
from typing import Any

import pytest

from events.contracts import EVENT_TYPES, Event, Ignored, ParkReason, Payload, Unreadable, read_json, schemas
from events.contracts.client import ClientUpdated
from events.contracts.invoice import InvoiceIssued
from events.contracts.payment import PaymentReceived
from tests.events.samples import SAMPLES, structured


def read(type_: str, data: object) -> Payload:
    found = read_json(structured(data, type=type_))
    assert isinstance(found, Event), found
    return found.payload


def fault(type_: str, data: object) -> str:
    found = read_json(structured(data, type=type_))
    assert isinstance(found, Unreadable), found
    assert found.reason is ParkReason.BAD_DATA
    assert (found.source, found.event_id, found.type) == ("/billing", "e-1", type_)
    assert found.raw == structured(data, type=type_)
    return found.detail


def test_there_is_a_sample_for_every_type() -> None:
    assert set(SAMPLES) == set(EVENT_TYPES)


@pytest.mark.parametrize("type_", SAMPLES)
def test_a_minimal_and_a_full_event_are_read(type_: str) -> None:
    minimal, full = SAMPLES[type_]

    assert type(read(type_, minimal)) is EVENT_TYPES[type_]
    whole = read(type_, full)
    for name in full:
        assert getattr(whole, "from_" if name == "from" else name) not in (None, ())


@pytest.mark.parametrize(("type_", "field"), [(t, f) for t, (minimal, _) in SAMPLES.items() for f in minimal])
def test_each_required_field_is_missed_by_name(type_: str, field: str) -> None:
    minimal = dict(SAMPLES[type_][0])
    del minimal[field]
    assert fault(type_, minimal).startswith(f"data.{field}: is missing")
    assert fault(type_, {**minimal, field: None}).startswith(f"data.{field}: is missing")


@pytest.mark.parametrize(("type_", "field"), [(t, f) for t, (_, full) in SAMPLES.items() for f in full])
def test_each_field_of_a_wrong_kind_is_named(type_: str, field: str) -> None:
    full = SAMPLES[type_][1]
    assert fault(type_, {**full, field: 5.5}).startswith(f"data.{field}")


@pytest.mark.parametrize(("type_", "field"), [(t, f) for t, (minimal, full) in SAMPLES.items() for f in full])
def test_null_is_the_same_as_absent(type_: str, field: str) -> None:
    minimal, full = SAMPLES[type_]
    if field in minimal:
        return
    absent = {name: value for name, value in full.items() if name != field}
    assert read(type_, {**full, field: None}) == read(type_, absent)


@pytest.mark.parametrize("type_", SAMPLES)
def test_fields_we_do_not_know_are_ignored(type_: str) -> None:
    minimal = SAMPLES[type_][0]
    assert read(type_, {**minimal, "new": {"a": [1, None]}, "data": 1}) == read(type_, minimal)


@pytest.mark.parametrize(
    ("type_", "changes", "detail"),
    [
        (
            "invoice.issued",
            {"total": 1200},
            'data.total: total must be a string like "1200.00", not a number',
        ),
        (
            "invoice.issued",
            {"total": 12.5},
            'data.total: total must be a string like "1200.00", not a number',
        ),
        (
            "invoice.issued",
            {"total": "12.505"},
            "data.total: amount '12.505' has more decimal places than EUR has (2)",
        ),
        (
            "invoice.issued",
            {"total": "1.200,00"},
            "data.total: amount '1.200,00' is not a plain decimal number",
        ),
        ("invoice.issued", {"total": "1e3"}, "data.total: amount '1e3' is not a plain decimal number"),
        ("invoice.issued", {"total": "NaN"}, "data.total: amount 'NaN' is not a plain decimal number"),
        ("invoice.issued", {"total": " 1"}, "data.total: amount ' 1' is not a plain decimal number"),
        ("invoice.issued", {"total": "٣"}, "data.total: amount '٣' is not a plain decimal number"),
        ("invoice.issued", {"total": "-1"}, "data.total: amount '-1' must not be below 0"),
        (
            "invoice.issued",
            {"total": "9" * 18},
            "data.total: amount '999999999999999999' is too large to be true",
        ),
        ("invoice.issued", {"currency": "JPY"}, None),
        (
            "invoice.issued",
            {"currency": "JPY", "total": "1.5"},
            "data.total: amount '1.5' has more decimal places",
        ),
        ("invoice.issued", {"currency": "eur"}, "data.currency: currency 'eur' is not an ISO 4217 code"),
        ("invoice.issued", {"currency": ""}, "data.currency: currency '' is not an ISO 4217 code"),
        ("invoice.issued", {"total": "0"}, None),
        ("invoice.issued", {"invoice_id": ""}, "data.invoice_id: "),
        ("invoice.issued", {"invoice_id": "x" * 256}, "data.invoice_id: "),
        ("invoice.issued", {"due_on": "31.01.2026"}, "data.due_on: is not a calendar date"),
        ("invoice.issued", {"due_on": "2026-02-30"}, "data.due_on: is not a calendar date"),
        ("invoice.issued", {"due_on": "2026-01-31T00:00:00Z"}, "data.due_on: is not a calendar date"),
        ("invoice.issued", {"due_on": "9999-12-31"}, "data.due_on: 9999-12-31 must lie between"),
        ("invoice.issued", {"auto_collect": "yes"}, "data.auto_collect: "),
        ("invoice.issued", {"late_terms": "none"}, None),
        ("invoice.issued", {"late_terms": "statutory"}, None),
        (
            "invoice.issued",
            {"late_terms": "harsh"},
            "data.late_terms: 'harsh' is not one of: none, statutory",
        ),
        ("invoice.issued", {"late_terms": {}}, "data.late_terms.annual_percent: needed, or fixed_fee"),
        (
            "invoice.issued",
            {"late_terms": {"annual_percent": -1}},
            "data.late_terms.annual_percent: must be above 0",
        ),
        (
            "invoice.issued",
            {"late_terms": {"annual_percent": "Infinity"}},
            "data.late_terms.annual_percent: must be",
        ),
        (
            "invoice.issued",
            {"late_terms": {"fixed_fee": 40}},
            "data.late_terms.fixed_fee: fixed_fee must be a string",
        ),
        (
            "invoice.issued",
            {"late_terms": {"fixed_fee": "0.001"}},
            "data.late_terms.fixed_fee: amount '0.001' has more",
        ),
        ("invoice.issued", {"early_discount": {"percent": 2}}, "data.early_discount.by_on: is missing"),
        (
            "invoice.issued",
            {"early_discount": {"percent": 101, "by_on": "2026-01-01"}},
            "data.early_discount.percent: must be above 0 and at most 100",
        ),
        (
            "invoice.issued",
            {"instalments": [{"due_on": "2026-01-31", "amount": "0"}]},
            "data.instalments[0].amount: amount '0' must be above 0",
        ),
        ("invoice.issued", {"number": "R\x001"}, "data.number: holds a NUL character"),
        ("invoice.issued", {"payment_methods": ["card", "b\x00d"]}, "data.payment_methods[1]: holds a NUL"),
        ("client.updated", {"debtor_type": "friend"}, None),
        ("client.updated", {"country": "Germany"}, "data.country: must be an ISO 3166 country code"),
        ("client.updated", {"country": "XX"}, None),
        ("client.updated", {"time_zone": "Mars/Base"}, None),
        ("client.updated", {"contacts": [{"name": "Ana"}]}, "data.contacts[0].contact_id: is missing"),
        (
            "client.updated",
            {"contacts": [{"contact_id": "k"}, {"contact_id": "k"}]},
            "data.contacts[1].contact_id: 'k' stands twice",
        ),
        (
            "client.updated",
            {"preferences": {"channels": ["fax"]}},
            "data.preferences.channels[0]: 'fax' is not one of",
        ),
        ("client.updated", {"preferences": {"quiet": {"from": "9"}}}, "data.preferences.quiet.to: needed"),
        (
            "client.updated",
            {"preferences": {"quiet": {"from": "9", "to": "24:00"}}},
            "data.preferences.quiet.from: '9' is not a time of day",
        ),
        ("client.updated", {"consents": [{"channel": "sms"}]}, "data.consents[0].granted: is missing"),
        (
            "client.updated",
            {"consents": [{"channel": "sms", "granted": True, "at": "2026-01-01T00:00:00"}]},
            "data.consents[0].at: is not an instant with its offset",
        ),
        ("credit_note.issued", {"invoice_id": None, "client_id": "c-1"}, None),
        ("credit_note.issued", {"amount": "0.00"}, "data.amount: amount '0.00' must be above 0"),
        (
            "credit_note.issued",
            {"invoice_id": None, "client_id": None},
            "data.invoice_id: is missing; name the invoice",
        ),
        ("payment.received", {"amount": "-5.00"}, "data.amount: amount '-5.00' must be above 0"),
        (
            "payment.received",
            {"allocations": [{"invoice_id": "a", "amount": 1}]},
            'data.allocations[0].amount: amount must be a string like "1200.00", not a number',
        ),
        (
            "payment.received",
            {"allocations": [{"invoice_id": "a", "amount": "500"}, {"invoice_id": "b", "amount": "200.01"}]},
            "data.allocations[1].amount: the allocations add up to more than the payment (700.00)",
        ),
        ("payment.pending", {"amount": "0.00"}, "data.amount: amount '0.00' must be above 0"),
        ("payment.pending", {"amount": "1,5"}, "data.amount: amount '1,5' is not a plain decimal number"),
        (
            "payment.pending",
            {"currency": "JPY", "amount": "1.5"},
            "data.amount: amount '1.5' has more decimal places",
        ),
        ("dispute.opened", {"amount": "-1"}, "data.amount: amount '-1' must be above 0"),
        ("plan.agreed", {"currency": "EURO"}, "data.currency: currency 'EURO' is not"),
        ("ledger.synced", {"through_at": "2026-01-01"}, "data.through_at: is not an instant with its offset"),
        (
            "ledger.synced",
            {"through_at": "0001-01-01T00:00:00+10:00"},
            "data.through_at: 0001-01-01T00:00:00+10:00",
        ),
    ],
)
def test_what_is_wrong_is_said_where_and_how(type_: str, changes: dict[str, Any], detail: str | None) -> None:
    data = {**SAMPLES[type_][0], **changes}
    if detail is None:
        read(type_, data)
    else:
        assert fault(type_, data).startswith(detail)


@pytest.mark.parametrize("data", [None, [], "x", 1, True])
def test_data_must_be_an_object(data: object) -> None:
    assert fault("invoice.issued", data).startswith("data: ")


def test_values_are_what_they_mean() -> None:
    client = read("client.updated", SAMPLES["client.updated"][1])
    assert isinstance(client, ClientUpdated)
    assert client.preferences is not None
    quiet = client.preferences.quiet
    assert quiet is not None
    assert quiet.iso_days == {5, 6}
    assert (quiet.start, quiet.end) == (time(12), time(14, 30))
    assert client.consents[0].at == datetime(2026, 1, 1, 8, tzinfo=UTC)
    assert client.consents[0].at.tzinfo is UTC

    payment = read(
        "payment.received",
        {
            **SAMPLES["payment.received"][0],
            "allocations": [{"invoice_id": "a", "amount": "1"}, {"invoice_id": "a", "amount": "2.50"}],
        },
    )
    assert isinstance(payment, PaymentReceived)
    assert payment.amount_minor == 70_000
    assert payment.allocated == {"a": 350}

    invoice = read("invoice.issued", SAMPLES["invoice.issued"][1])
    assert isinstance(invoice, InvoiceIssued)
    assert invoice.total_minor == 120_000
    assert invoice.due_on == date(2026, 1, 31)


@pytest.mark.parametrize("type_", ["client.paused", "client.hardship_declared", "invoice.paused"])
def test_the_end_of_time_means_until_somebody_says(type_: str) -> None:
    paused = read(type_, {**SAMPLES[type_][1], "until_on": "9999-12-31"})
    assert paused.until_on is None  # type: ignore[attr-defined]


def test_base64_data_is_read() -> None:
    data = SAMPLES["invoice.issued"][0]
    encoded = base64.b64encode(json.dumps(data).encode()).decode()
    found = read_json(structured(None, data_base64=encoded))
    assert isinstance(found, Event)
    assert found.payload == read("invoice.issued", data)

    both = read_json(structured(data, data_base64=encoded))
    assert isinstance(both, Unreadable)
    assert both.detail.startswith("data_base64: stands beside data")
    wrong = read_json(structured(None, data_base64="%%%"))
    assert isinstance(wrong, Unreadable)
    assert wrong.detail == "data_base64: is not base64"
    hidden = base64.b64encode(json.dumps({**data, "number": "a\x00"}).encode()).decode()
    assert isinstance(read_json(structured(None, data_base64=hidden)), Unreadable)


def test_an_unknown_type_is_ignored_whatever_its_data() -> None:
    found = read_json(structured({"client_id": 5}, type="client.moved"))
    assert isinstance(found, Ignored)
    assert found.cloudevent.type == "client.moved"


def test_every_type_has_a_schema() -> None:
    found = schemas()
    assert set(found) == set(EVENT_TYPES)
    for type_, schema in found.items():
        json.dumps(schema)
        (definition,) = [one for name, one in schema["$defs"].items() if schema["$ref"].endswith(f"/{name}")]
        required = set(definition["required"])
        assert required == set(SAMPLES[type_][0]) - (
            {"invoice_id"} if type_ == "credit_note.issued" else set()
        )
