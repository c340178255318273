"""Events out: an entry of the journal as a CloudEvent of type `amicable.<kind>`."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

import msgspec

SOURCE = "amicable"
PREFIX = "amicable."
_ENCODER = msgspec.json.Encoder(order="deterministic", decimal_format="string")


class EntryData(msgspec.Struct, frozen=True, kw_only=True):
    """What `data` of an event out holds: the entry, less what its attributes say already (`id`, `at`, `kind`)."""

    client_id: str | None
    invoice_ids: Sequence[str]
    message_id: str | None
    caused_by: str | None
    by: str
    reasons: Sequence[str]
    data: Mapping[str, Any]


class _Outgoing(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    specversion: str
    id: str
    source: str
    type: str
    time: datetime
    datacontenttype: str
    subject: str | None = None
    data: EntryData


def event_type(kind: str) -> str:
    """The CloudEvents type, and the routing key, of entries of a kind."""
    return PREFIX + kind


def encode_entry(entry: Mapping[str, Any]) -> bytes:
    """The structured JSON of an entry's event; the same entry gives the same bytes.

    `entry` has `id`, `at` (aware), `kind`, `by`, and may have `client_id`, `invoice_ids`, `message_id`, `caused_by`,
    `reasons`, `data`. The event's id is the entry's, its subject the client. Raises `ValueError` for an `at` without
    zone and `KeyError` for a missing field.
    """
    at: datetime = entry["at"]
    if at.tzinfo is None:
        raise ValueError(f"journal entry {entry['id']}: `at` must be aware")
    client_id = entry.get("client_id")
    return _ENCODER.encode(
        _Outgoing(
            specversion="1.0",
            id=str(entry["id"]),
            source=SOURCE,
            type=PREFIX + entry["kind"],
            time=at.astimezone(UTC),
            datacontenttype="application/json",
            subject=client_id,
            data=EntryData(
                client_id=client_id,
                invoice_ids=tuple(entry.get("invoice_ids") or ()),
                message_id=_text(entry.get("message_id")),
                caused_by=_text(entry.get("caused_by")),
                by=entry["by"],
                reasons=tuple(entry.get("reasons") or ()),
                data=entry.get("data") or {},
            ),
        )
    )


def _text(value: object) -> str | None:
    return None if value is None else str(value)
