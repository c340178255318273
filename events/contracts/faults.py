"""From an error of the reader to a sentence that names the field and says what to write instead."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import datetime

import msgspec

from events.contracts.delivery import Delivery, ParkReason, Unreadable
from events.contracts.kinds import FieldError

LONGEST = 500
"""Most characters of a detail: what a stranger sent must not fill a table of reasons."""

_AT = re.compile(r"(?P<text>.*?)(?: - at `(?:key in )?\$(?P<path>[^`]*)`)?", re.DOTALL)
_MISSING = re.compile(r"Object missing required field `(?P<field>[^`]*)`")
_NUMBER = re.compile(r"Expected `str(?: \| null)?`, got `(?:int|float)`")
_MONEY = frozenset({"amount", "total", "fixed_fee"})
_CHOICES = {
    "specversion": "1.0",
    "channel": "email, sms, voice, whatsapp",
    "channels": "email, sms, voice, whatsapp",
    "kind": "hardship, breathing_space",
    "days": "monday … sunday, or 1 … 7",
    "late_terms": "none, statutory, or an object",
}


class _Identity(msgspec.Struct):
    """As much of an event as can still be made out."""

    source: object = None
    id: object = None
    type: object = None


_IDENTITY = msgspec.json.Decoder(_Identity)


def explain(error: Exception, root: str) -> str:
    """One sentence: the field's path below `root` (`data`, or nothing for attributes), then what is wrong."""
    cause = error.__cause__ if isinstance(error, msgspec.ValidationError) else error
    match = _AT.fullmatch(str(error)) if isinstance(error, msgspec.ValidationError) else None
    path = (match["path"] or "") if match else ""
    text = match["text"] if match else str(error)
    if isinstance(cause, FieldError):
        path, text = f"{path}.{cause.field}".rstrip("."), cause.text
    elif missing := _MISSING.fullmatch(text):
        path, text = f"{path}.{missing['field']}", "is missing"
    else:
        text = _reworded(text, path.rsplit(".", 1)[-1].split("[", 1)[0])
    where = f"{root}{path}".lstrip(".")
    return clean(f"{where}: {text}" if where else text)[:LONGEST]


def _reworded(text: str, field: str) -> str:
    if field in _MONEY and _NUMBER.fullmatch(text):
        return f'{field} must be a string like "1200.00", not a number'
    if text.startswith("Invalid enum value") and field in _CHOICES:
        return f"{text.removeprefix('Invalid enum value ')[:60]} is not one of: {_CHOICES[field]}"
    if field == "country" and "regex" in text:
        return "must be an ISO 3166 country code in two capital letters, like DE"
    if text.startswith("Invalid RFC3339 encoded date") and not text.endswith("datetime"):
        return "is not a calendar date, like 2026-01-31"
    if text.startswith("Invalid RFC3339 encoded datetime") or "timezone component" in text:
        return "is not an instant with its offset, like 2026-01-31T09:30:00Z"
    return text


def unreadable(
    delivery: Delivery,
    reason: ParkReason,
    detail: str,
    *,
    source: str = "",
    event_id: str = "",
    type_: str = "",
) -> Unreadable:
    """A delivery that must be parked. Where its identity is not given, it is looked for in the body and headers."""
    headers = kept(delivery.headers)
    if not (source or event_id or type_):
        source, event_id, type_ = _identity(delivery, headers)
    return Unreadable(
        reason=reason,
        detail=clean(detail)[:LONGEST],
        raw=delivery.body,
        headers=headers,
        content_type=None if delivery.content_type is None else clean(delivery.content_type),
        source=clean(source)[:LONGEST] or None,
        event_id=clean(event_id)[:LONGEST] or None,
        type=clean(type_)[:LONGEST] or None,
    )


def kept(headers: Mapping[str, object]) -> dict[str, str]:
    """The headers that `decode` needs to read a message again, as text."""
    found: dict[str, str] = {}
    for name, value in headers.items():
        if name.lower().startswith(("cloudevents:", "cloudevents_", "ce-")):
            if isinstance(value, bytes):
                value = value.decode("utf-8", "replace")
            found[clean(name)] = clean(value.isoformat() if isinstance(value, datetime) else str(value))
    return found


def clean(text: str) -> str:
    """Text that any database takes: no NUL and no lone surrogates."""
    return text.encode("utf-8", "replace").decode("utf-8").replace("\x00", "\ufffd")


def _identity(delivery: Delivery, headers: Mapping[str, str]) -> tuple[str, str, str]:
    try:
        seen = _IDENTITY.decode(delivery.body)
    except Exception:  # the body may be anything at all
        seen = _Identity()
    by_name = {
        name.lower().removeprefix("ce-").removeprefix("cloudevents")[-80:].lstrip(":_"): value
        for name, value in headers.items()
    }
    source, event_id, type_ = (
        by_name.get(name) or (value if isinstance(value, str) else "")
        for name, value in (("source", seen.source), ("id", seen.id), ("type", seen.type))
    )
    return source, event_id, type_
