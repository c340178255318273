"""What intake hands on: deliveries as they came, and what was read from them."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum

import msgspec

from events.contracts.cloudevent import CloudEvent
from events.contracts.kinds import Payload


class SinkUnavailable(Exception):
    """Raised by a sink that can't store anything at the moment (the database is out, a deadlock, a lost connection).

    Intake keeps the batch and tries again, with pauses, for as long as it takes. Any other exception means that an
    event of the batch is at fault.
    """


class ParkReason(StrEnum):
    """Why an event could not be taken."""

    NOT_JSON = "not_json"
    """The body is no JSON that we can read."""
    NOT_A_CLOUDEVENT = "not_a_cloudevent"
    """Attributes of the event are missing or wrong."""
    BAD_DATA = "bad_data"
    """The data breaks the schema of its type."""
    TOO_LARGE = "too_large"
    """Larger than `MAX_BODY`."""
    REFUSED = "refused"
    """Well formed, but storing it failed, alone as well as with others."""


class Delivery(msgspec.Struct, frozen=True):
    """One message as it came: over AMQP or HTTP. `headers` are kept as they are; keys keep their case."""

    body: bytes
    headers: Mapping[str, object] = msgspec.field(default_factory=dict)
    content_type: str | None = None
    redelivered: bool = False


class Event(msgspec.Struct, frozen=True):
    """An event that keeps its contract. `payload` is of the class that `EVENT_TYPES` names for its type."""

    cloudevent: CloudEvent
    payload: Payload


class Ignored(msgspec.Struct, frozen=True):
    """A well-formed CloudEvent of a type that is not ours. Its data has not been looked at."""

    cloudevent: CloudEvent


class Unreadable(msgspec.Struct, frozen=True):
    """What must be parked, with its original bytes.

    `detail` names the field and what to write instead. `source`, `event_id` and `type` are what could still be made
    out. `headers` and `content_type` are what `decode` needs to read it again.
    """

    reason: ParkReason
    detail: str
    raw: bytes
    headers: Mapping[str, str] = msgspec.field(default_factory=dict)
    content_type: str | None = None
    source: str | None = None
    event_id: str | None = None
    type: str | None = None


Read = Event | Unreadable | Ignored
