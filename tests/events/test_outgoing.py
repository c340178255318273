from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta, timezone

import pytest

from events.contracts import Ignored, encode_entry, read_json
from events.contracts.outgoing import event_type

ENTRY = {
    "id": "01J-1",
    "at": datetime(2026, 1, 5, 10, tzinfo=timezone(timedelta(hours=1))),
    "kind": "message.queued",
    "client_id": "c-1",
    "invoice_ids": ["inv-1", "inv-2"],
    "message_id": "m-1",
    "caused_by": "e-1",
    "by": "system",
    "reasons": ["not_due"],
    "data": {"step": "overdue_3", "b": 1, "a": None},
}


def test_an_entry_is_a_cloudevent() -> None:
    body = encode_entry(ENTRY)
    assert json.loads(body) == {
        "specversion": "1.0",
        "id": "01J-1",
        "source": "amicable",
        "type": "amicable.message.queued",
        "time": "2026-01-05T09:00:00Z",
        "datacontenttype": "application/json",
        "subject": "c-1",
        "data": {
            "client_id": "c-1",
            "invoice_ids": ["inv-1", "inv-2"],
            "message_id": "m-1",
            "caused_by": "e-1",
            "by": "system",
            "reasons": ["not_due"],
            "data": {"step": "overdue_3", "b": 1, "a": None},
        },
    }
    assert isinstance(read_json(body), Ignored)
    assert event_type("message.queued") == "amicable.message.queued"


def test_an_entry_about_nobody_has_no_subject() -> None:
    entry = {"id": "j", "at": datetime(2026, 1, 1, tzinfo=UTC), "kind": "event.parked", "by": "system"}
    found = json.loads(encode_entry(entry))
    assert "subject" not in found
    assert found["data"] == {
        "client_id": None,
        "invoice_ids": [],
        "message_id": None,
        "caused_by": None,
        "by": "system",
        "reasons": [],
        "data": {},
    }


def test_the_same_entry_gives_the_same_bytes() -> None:
    data = {"a": None, "b": 1, "step": "overdue_3"}
    assert encode_entry({**ENTRY, "data": data}) == encode_entry(dict(reversed(list(ENTRY.items()))))


def test_an_entry_without_a_zone_is_a_fault() -> None:
    with pytest.raises(ValueError, match="aware"):
        encode_entry({**ENTRY, "at": datetime(2026, 1, 1)})  # noqa: DTZ001
