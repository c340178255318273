from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from events.contracts import (
    Delivery,
    Event,
    Ignored,
    ParkReason,
    Read,
    Unreadable,
    decode,
    read_http,
    read_json,
)
from events.contracts.registry import BATCH, MAX_BATCH, MAX_BODY, STRUCTURED
from tests.events.samples import ATTRIBUTES, SAMPLES, structured

DATA = SAMPLES["invoice.issued"][0]
BODY = json.dumps(DATA).encode()
EXPECTED = read_json(structured(DATA))


def _headers(prefix: str, **changes: object) -> dict[str, Any]:
    whole = {**ATTRIBUTES, **changes}
    return {f"{prefix}{name}": value for name, value in whole.items() if value is not None}


def _same(found: Read) -> None:
    assert isinstance(found, Event), found
    assert isinstance(EXPECTED, Event)
    assert found.payload == EXPECTED.payload
    assert found.cloudevent.time == datetime(2026, 1, 5, 8, tzinfo=UTC)
    assert found.cloudevent.time.tzinfo is UTC
    assert (found.cloudevent.id, found.cloudevent.source) == ("e-1", "/billing")
    assert bytes(found.cloudevent.data).strip() == BODY


@pytest.mark.parametrize(
    "content_type",
    [
        STRUCTURED,
        f"{STRUCTURED}; charset=UTF-8",
        "Application/CloudEvents+JSON",
        "application/json",
        None,
        "",
    ],
)
def test_structured_events_are_read(content_type: str | None) -> None:
    _same(decode(Delivery(structured(DATA), {"x-other": 1}, content_type)))


@pytest.mark.parametrize("prefix", ["cloudEvents:", "cloudEvents_", "cloudevents:", "ce-", "Ce-"])
@pytest.mark.parametrize(
    "content_type", ["application/json", "application/vnd.acme+json; charset=utf-8", None]
)
def test_binary_events_are_read(prefix: str, content_type: str | None) -> None:
    headers = {**_headers(prefix, subject="inv-1", extra="x"), "x-death": [{"count": 1}]}
    _same(decode(Delivery(BODY, headers, content_type)))


def test_amqp_values_may_be_timestamps_bytes_and_numbers() -> None:
    headers = _headers("cloudEvents:", time=datetime(2026, 1, 5, 8, tzinfo=UTC), source=b"/billing", id=17)
    found = decode(Delivery(BODY, headers))
    assert isinstance(found, Event)
    assert found.cloudevent.id == "17"
    assert found.cloudevent.source == "/billing"
    assert found.cloudevent.time == datetime(2026, 1, 5, 8, tzinfo=UTC)


def test_http_values_are_percent_encoded() -> None:
    (found,) = read_http("application/json", _headers("ce-", subject="caf%C3%A9"), BODY)
    assert isinstance(found, Event)
    assert found.cloudevent.subject == "café"


def test_a_batch_is_read_event_by_event() -> None:
    events = [
        structured(DATA),
        structured({**DATA, "total": 1}),
        b'{"a": 1}',
        structured(DATA, type="a.b"),
        b"7",
    ]
    found = read_http(BATCH, {}, b"[" + b",".join(events) + b"]")

    assert [type(one) for one in found] == [Event, Unreadable, Unreadable, Ignored, Unreadable]
    assert isinstance(found[1], Unreadable)
    assert found[1].raw == events[1]
    assert decode(Delivery(found[1].raw, found[1].headers, found[1].content_type)) == found[1]
    assert read_http(BATCH, {}, b"[]") == []
    for body in (b"{}", b"[1", b"", b"[" * 200_000):
        (one,) = read_http(BATCH, {}, body)
        assert isinstance(one, Unreadable)
    (large,) = read_http(BATCH, {}, b" " * (MAX_BATCH + 1))
    assert isinstance(large, Unreadable)
    assert large.reason is ParkReason.TOO_LARGE


@pytest.mark.parametrize(
    ("changes", "detail"),
    [
        ({"id": None}, "id: is missing"),
        ({"id": ""}, "id: "),
        ({"id": 7}, "id: "),
        ({"source": None}, "source: is missing"),
        ({"source": ""}, "source: "),
        ({"type": None}, "type: is missing"),
        ({"type": ""}, "type: "),
        ({"time": None}, "time: is missing"),
        ({"time": "2026-01-05T09:00:00"}, "time: is not an instant with its offset"),
        ({"time": "yesterday"}, "time: is not an instant with its offset"),
        ({"time": "9999-12-31T23:59:59Z"}, "time: 9999-12-31"),
        ({"specversion": None}, "specversion: is missing"),
        ({"specversion": "0.3"}, "specversion: '0.3' is not one of: 1.0"),
        ({"datacontenttype": "application/xml"}, "datacontenttype: 'application/xml' is not JSON"),
        (
            {"datacontenttype": "application/json; charset=latin1"},
            "datacontenttype: charset 'latin1' is not UTF-8",
        ),
        ({"subject": 5}, "subject: "),
        ({"source": "a\x00b"}, "attributes[1]: holds a NUL character"),
    ],
)
def test_attributes_that_are_missing_or_wrong_are_named(changes: dict[str, object], detail: str) -> None:
    found = read_json(structured(DATA, **changes))
    assert isinstance(found, Unreadable)
    assert found.reason is ParkReason.NOT_A_CLOUDEVENT
    assert found.detail.startswith(detail)

    if changes not in ({"id": 7}, {"subject": 5}) and "datacontenttype" not in changes:
        binary = decode(Delivery(BODY, _headers("cloudEvents:", **changes), "application/json"))
        assert isinstance(binary, Unreadable)


def test_what_can_be_made_out_is_kept() -> None:
    found = read_json(structured(DATA, time=None))
    assert isinstance(found, Unreadable)
    assert (found.source, found.event_id, found.type) == ("/billing", "e-1", "invoice.issued")

    headers = {**_headers("cloudEvents:", time=None), "x-other": "y"}
    binary = decode(Delivery(BODY, headers, "application/json"))
    assert isinstance(binary, Unreadable)
    assert (binary.source, binary.event_id, binary.type) == ("/billing", "e-1", "invoice.issued")
    assert binary.headers == _headers("cloudEvents:", time=None)
    # What is stored of it is enough to read it again.
    assert decode(Delivery(binary.raw, binary.headers, binary.content_type)) == binary


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        (b"", ParkReason.NOT_JSON),
        (b"{", ParkReason.NOT_JSON),
        (b"\xff\xfe", ParkReason.NOT_JSON),
        (b"<xml/>", ParkReason.NOT_JSON),
        (b"[" * 100_000, ParkReason.NOT_A_CLOUDEVENT),
        (b'{"data":' * 100_000, ParkReason.NOT_JSON),
        (b"[]", ParkReason.NOT_A_CLOUDEVENT),
        (b"null", ParkReason.NOT_A_CLOUDEVENT),
        (b" " * (MAX_BODY + 1), ParkReason.TOO_LARGE),
    ],
)
def test_bodies_that_are_no_events_are_unreadable(body: bytes, reason: ParkReason) -> None:
    found = decode(Delivery(body, {}, STRUCTURED))
    assert isinstance(found, Unreadable)
    assert found.reason is reason
    assert found.raw == body
    assert len(found.detail) <= 500


@pytest.mark.parametrize("content_type", ["application/cloudevents+avro", BATCH])
def test_other_formats_are_unreadable(content_type: str) -> None:
    found = decode(Delivery(structured(DATA), {}, content_type))
    assert isinstance(found, Unreadable)
    assert "content type" in found.detail


@pytest.mark.parametrize("given_", ["", "00-zz", "x" * 55, "00-" + "A" * 32 + "-" + "b" * 16 + "-01"])
def test_a_traceparent_that_is_not_one_is_dropped(given_: str) -> None:
    found = read_json(structured(DATA, traceparent=given_))
    assert isinstance(found, Event)
    assert found.cloudevent.traceparent is None


def test_a_good_traceparent_is_kept() -> None:
    trace = f"00-{'a' * 32}-{'b' * 16}-01"
    found = read_json(structured(DATA, traceparent=trace))
    assert isinstance(found, Event)
    assert found.cloudevent.traceparent == trace


JSON = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.text()
    | st.sampled_from(["1.00", "2026-01-01", "EUR"]),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
    max_leaves=12,
)
HEADERS = st.dictionaries(
    st.text() | st.sampled_from(sorted(_headers("cloudEvents:")) + sorted(_headers("ce-"))),
    st.none()
    | st.booleans()
    | st.integers()
    | st.text()
    | st.binary()
    | st.datetimes()
    | st.lists(st.integers()),
)
TYPES = st.none() | st.text() | st.sampled_from([STRUCTURED, BATCH, "application/json"])


def _is_sound(found: Read) -> None:
    """What any table would take: no NUL and no lone surrogate."""
    if isinstance(found, Unreadable):
        for text in (
            found.detail,
            found.source,
            found.event_id,
            found.type,
            found.content_type,
            *found.headers.items(),
        ):
            for one in text if isinstance(text, tuple) else (text,):
                assert "\x00" not in (one or "")
                (one or "").encode()
    else:
        event = found.cloudevent
        for attribute in (event.id, event.source, event.type, event.subject):
            assert "\x00" not in (attribute or "")
            (attribute or "").encode()


@given(st.binary(), HEADERS, TYPES)
def test_no_bytes_make_the_reader_fail(
    body: bytes, headers: dict[str, object], content_type: str | None
) -> None:
    _is_sound(decode(Delivery(body, headers, content_type)))
    for found in read_http(content_type, {k: v for k, v in headers.items() if isinstance(v, str)}, body):
        _is_sound(found)


@given(st.sampled_from(sorted(SAMPLES)), st.data())
def test_no_data_makes_the_reader_fail(type_: str, data: st.DataObject) -> None:
    full = SAMPLES[type_][1]
    changed = {**full, data.draw(st.sampled_from(sorted(full))): data.draw(JSON)}
    body = structured(data.draw(st.just(changed) | JSON), type=type_)
    found = read_json(body)
    assert isinstance(found, Event | Unreadable)
    _is_sound(found)
    cut = data.draw(st.integers(0, len(body)))
    _is_sound(read_json(body[:cut] + data.draw(st.binary(max_size=3)) + body[cut:]))


@given(HEADERS, JSON)
def test_no_headers_make_the_reader_fail(headers: dict[str, object], value: object) -> None:
    whole = {**_headers("cloudEvents:"), **headers}
    _is_sound(decode(Delivery(BODY, whole, "application/json")))
    _is_sound(decode(Delivery(json.dumps(value).encode(), whole)))
