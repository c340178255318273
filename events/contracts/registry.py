"""From bytes to events: every type we know, and a reader that never raises, whatever comes.

`decode` reads a message from AMQP, `read_http` a request, `read_json` a line of a file. What can't be read comes back
as `Unreadable`, with a reason that names the field, and its bytes.
"""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

import msgspec

from events.contracts import agreement, client, dispute, invoice, payment
from events.contracts.cloudevent import (
    CloudEvent,
    amqp_attributes,
    from_attributes,
    from_structured,
    http_attributes,
)
from events.contracts.delivery import Delivery, Event, Ignored, ParkReason, Read, Unreadable
from events.contracts.faults import explain, unreadable
from events.contracts.kinds import FieldError, Payload

MAX_BODY = 1024 * 1024
"""Most bytes of one event. What one client owes fits many times over."""
MAX_BATCH = 16 * MAX_BODY
"""Most bytes of one HTTP batch."""
STRUCTURED = "application/cloudevents+json"
BATCH = "application/cloudevents-batch+json"

_CLASSES: tuple[type[Payload], ...] = (
    client.ClientUpdated,
    client.HardshipDeclared,
    client.HardshipEnded,
    client.ClientPaused,
    client.ClientResumed,
    invoice.InvoiceIssued,
    invoice.InvoiceUpdated,
    invoice.InvoiceVoided,
    invoice.InvoiceWrittenOff,
    invoice.InvoicePaused,
    invoice.InvoiceResumed,
    invoice.CreditNoteIssued,
    payment.PaymentReceived,
    payment.PaymentPending,
    payment.PaymentFailed,
    payment.PaymentReversed,
    payment.LedgerSynced,
    agreement.PromiseMade,
    agreement.PlanAgreed,
    agreement.PlanCancelled,
    dispute.DisputeOpened,
    dispute.DisputeResolved,
)

EVENT_TYPES: dict[str, type[Payload]] = {cls.event_type: cls for cls in _CLASSES}
"""Every event type that is read, and the class of its payload."""

_DECODERS: dict[str, msgspec.json.Decoder[Payload]] = {
    name: msgspec.json.Decoder(cls) for name, cls in EVENT_TYPES.items()
}
_LIST = msgspec.json.Decoder(list[msgspec.Raw])
_EXACT = msgspec.json.Decoder(float_hook=Decimal)
_EXACT_ENCODER = msgspec.json.Encoder(decimal_format="number")
_ESCAPED_NUL = b"\\u0000"
_BASE64 = b'"data_base64"'


def decode(delivery: Delivery) -> Read:
    """Read one event. Never raises.

    Structured where the content type says so or no CloudEvents header is there; else binary, with the headers of AMQP
    or HTTP.
    """
    body = delivery.body
    if len(body) > MAX_BODY:
        text = f"{len(body)} bytes; at most {MAX_BODY} are read"
        return unreadable(delivery, ParkReason.TOO_LARGE, text)
    try:
        event = _envelope(delivery)
        decoder = _DECODERS.get(event.type)
    except Exception as error:
        # Anything: the bytes are a stranger's, and one event that stops the intake stops all behind it.
        not_json = (
            isinstance(error, UnicodeDecodeError | RecursionError) or type(error) is msgspec.DecodeError
        )
        reason = ParkReason.NOT_JSON if not_json else ParkReason.NOT_A_CLOUDEVENT
        return unreadable(delivery, reason, explain(error, ""))
    if decoder is None:
        return Ignored(event)
    try:
        payload = _payload(decoder, event.data)
        if _ESCAPED_NUL in body or _BASE64 in body:
            _refuse_nul(msgspec.to_builtins(payload), "data")
    except Exception as error:
        return unreadable(
            delivery,
            ParkReason.BAD_DATA,
            explain(error, "data"),
            source=event.source,
            event_id=event.id,
            type_=event.type,
        )
    return Event(event, payload)


def read_json(line: bytes) -> Read:
    """Read one structured event, like a line of a file. Never raises."""
    return decode(Delivery(line, content_type=STRUCTURED))


def read_http(content_type: str | None, headers: Mapping[str, str], body: bytes) -> list[Read]:
    """Read a request: structured, binary (`ce-` headers) or batch. Never raises; an empty batch is an empty list.

    A batch is read event by event: one that can't be read does not spoil the others.
    """
    delivery = Delivery(body, headers, content_type)
    if _media_type(content_type) != BATCH:
        return [decode(delivery)]
    if len(body) > MAX_BATCH:
        return [
            unreadable(delivery, ParkReason.TOO_LARGE, f"{len(body)} bytes; at most {MAX_BATCH} are read")
        ]
    try:
        parts = _LIST.decode(body)
    except Exception as error:
        return [unreadable(delivery, ParkReason.NOT_JSON, explain(error, "batch"))]
    return [read_json(bytes(part)) for part in parts]


def refused(delivery: Delivery, read: Read, detail: str) -> Unreadable:
    """What becomes of a delivery whose event could be read, but not stored."""
    if isinstance(read, Unreadable):
        return read
    event = read.cloudevent
    return unreadable(
        delivery, ParkReason.REFUSED, detail, source=event.source, event_id=event.id, type_=event.type
    )


def schemas() -> dict[str, dict[str, Any]]:
    """A JSON Schema (2020-12) of `data` for every event type."""
    return {
        name: {
            "$schema": "https://json-schema.org/draft/2020-12/schema",
            "title": name,
            **msgspec.json.schema(cls),
        }
        for name, cls in EVENT_TYPES.items()
    }


def _envelope(delivery: Delivery) -> CloudEvent:
    body, content_type = delivery.body, delivery.content_type
    if content_type == STRUCTURED:
        event = from_structured(body)
    else:
        media_type = _media_type(content_type)
        attributes: dict[str, object] = {}
        if media_type.startswith("application/cloudevents"):
            if media_type != STRUCTURED:
                raise FieldError("content type", f"{media_type[:80]!r} is not read; send {STRUCTURED}")
        elif delivery.headers:
            attributes = amqp_attributes(delivery.headers) or http_attributes(delivery.headers)
        event = from_attributes(attributes, body, content_type) if attributes else from_structured(body)
    if _ESCAPED_NUL in body:
        _refuse_nul([event.id, event.source, event.type, event.subject], "attributes")
    return event


def _payload(decoder: msgspec.json.Decoder[Payload], data: msgspec.Raw) -> Payload:
    if not len(memoryview(data)):
        raise FieldError("", "is missing")
    try:
        return decoder.decode(data)
    except msgspec.ValidationError:
        # Many senders write null for what they don't have, lists included: read that as if it were not there.
        text = bytes(data)
        if b"null" not in text:
            raise
        return decoder.decode(_EXACT_ENCODER.encode(_without_nulls(_EXACT.decode(text))))


def _without_nulls(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _without_nulls(item) for key, item in value.items() if item is not None}
    if isinstance(value, list):
        return [_without_nulls(item) for item in value]
    return value


def _refuse_nul(value: object, path: str) -> None:
    """PostgreSQL stores no NUL in a text; a name or an id with one is a slip."""
    if isinstance(value, str):
        if "\x00" in value:
            raise FieldError(path.removeprefix("data."), "holds a NUL character")
        value.encode()  # raises for lone surrogates, which no database takes either
    elif isinstance(value, Mapping):
        for key, item in value.items():
            _refuse_nul(item, f"{path}.{key}")
    elif isinstance(value, list | tuple):
        for index, item in enumerate(value):
            _refuse_nul(item, f"{path}[{index}]")


def _media_type(content_type: str | None) -> str:
    return (content_type or "").partition(";")[0].strip().lower()
