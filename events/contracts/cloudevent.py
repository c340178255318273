"""A CloudEvent (CloudEvents 1.0), and reading its attributes from JSON and from headers.

Structured form: https://github.com/cloudevents/spec/blob/v1.0.2/cloudevents/formats/json-format.md. Binary form: the
AMQP and HTTP protocol bindings of the same version. Everything here raises `msgspec.MsgspecError` or `ValueError`;
`events.contracts.registry` is what never raises.
"""

from __future__ import annotations

import base64
import binascii
import re
from collections.abc import Mapping
from datetime import datetime
from typing import Annotated, Literal
from urllib.parse import unquote

import msgspec
from msgspec.structs import force_setattr

from events.contracts.kinds import FieldError, Instant, utc

Attribute = Annotated[str, msgspec.Meta(min_length=1, max_length=1024)]

_JSON_TYPE = re.compile(
    r"(?:application|text)/(?:json|[\w.!#$&^+-]+\+json)\s*(?:;.*)?", re.IGNORECASE | re.ASCII
)
_CHARSET = re.compile(r";\s*charset\s*=\s*\"?([\w-]+)", re.IGNORECASE | re.ASCII)
_TRACEPARENT = re.compile(r"[0-9a-f]{2}-[0-9a-f]{32}-[0-9a-f]{16}-[0-9a-f]{2}")
_UNFIT = re.compile("[\x00-\x1f\x7f-\x9f\ud800-\udfff]")
"""What CloudEvents forbids in a string, and no database takes."""
_NOTHING = msgspec.Raw()


class CloudEvent(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """One event. `time` is UTC. `data` is its JSON as it came (empty: none); it may be a view of a larger message.

    `traceparent` is None unless it is well formed. Extension attributes that are not listed are ignored.
    """

    specversion: Literal["1.0"]
    id: Attribute
    source: Attribute
    type: Attribute
    time: Instant
    data: msgspec.Raw = _NOTHING
    data_base64: str | None = None
    datacontenttype: str | None = None
    dataschema: str | None = None
    subject: str | None = None
    traceparent: str | None = None
    tracestate: str | None = None

    def __post_init__(self) -> None:
        force_setattr(self, "time", utc("time", self.time))
        if self.datacontenttype is not None:
            require_json("datacontenttype", self.datacontenttype)
        if self.traceparent is not None and not _TRACEPARENT.fullmatch(self.traceparent):
            force_setattr(self, "traceparent", None)
        if self.data_base64 is not None:
            if len(memoryview(self.data)):
                raise FieldError("data_base64", "stands beside data; only one of them can be")
            try:
                force_setattr(self, "data", msgspec.Raw(base64.b64decode(self.data_base64, validate=True)))
            except (binascii.Error, ValueError):
                raise FieldError("data_base64", "is not base64") from None
            force_setattr(self, "data_base64", None)


_STRUCTURED = msgspec.json.Decoder(CloudEvent)


def require_json(field: str, content_type: str) -> None:
    """Raise `FieldError` unless the media type is a kind of JSON, in UTF-8."""
    if content_type == "application/json":
        return
    if not _JSON_TYPE.fullmatch(content_type.strip()):
        raise FieldError(field, f"{content_type[:80]!r} is not JSON; only JSON data is read")
    charset = _CHARSET.search(content_type)
    if charset and charset[1].lower() not in ("utf-8", "utf8", "us-ascii"):
        raise FieldError(field, f"charset {charset[1][:40]!r} is not UTF-8")


def from_structured(body: bytes | msgspec.Raw) -> CloudEvent:
    """A structured-mode event: one JSON object that holds attributes and data."""
    return _STRUCTURED.decode(body)


def from_attributes(attributes: Mapping[str, object], body: bytes, content_type: str | None) -> CloudEvent:
    """A binary-mode event: attributes from headers (see below), the body is the data."""
    for name, value in attributes.items():
        if isinstance(value, str) and _UNFIT.search(value):
            raise FieldError(name, "holds a control character")
    event = msgspec.convert({**attributes, "datacontenttype": content_type or None}, CloudEvent)
    if body:
        force_setattr(event, "data", msgspec.Raw(body))
    return event


_ATTRIBUTES = frozenset(CloudEvent.__struct_fields__) - {"data", "data_base64", "datacontenttype"}
_AMQP = {f"cloudEvents{mark}{name}": name for mark in ":_" for name in _ATTRIBUTES}
_HTTP = {f"ce-{name}": name for name in _ATTRIBUTES}


def amqp_attributes(headers: Mapping[str, object]) -> dict[str, object]:
    """The CloudEvents attributes among AMQP headers: prefix `cloudEvents:` or `cloudEvents_`, in any case.

    An AMQP timestamp stands for `time`, too; numbers are written out.
    """
    found: dict[str, object] = {}
    for name, value in headers.items():
        attribute = _AMQP.get(name) or _AMQP.get("cloudEvents" + name[11:].lower())
        if attribute is None or (name not in _AMQP and name[:11].lower() != "cloudevents"):
            continue
        if isinstance(value, bytes):
            found[attribute] = value.decode("utf-8")
        elif isinstance(value, str | datetime):
            found[attribute] = value
        else:
            found[attribute] = str(value)
    return found


def http_attributes(headers: Mapping[str, object]) -> dict[str, object]:
    """The CloudEvents attributes among HTTP headers: prefix `ce-`, in any case, values percent-encoded."""
    return {
        _HTTP[name.lower()]: unquote(value, errors="strict") if "%" in value else value
        for name, value in headers.items()
        if name.lower() in _HTTP and isinstance(value, str)
    }
