"""The contracts of events: CloudEvents in, journal entries out. The ledger may import this package only."""

from events.contracts.cloudevent import CloudEvent
from events.contracts.delivery import Delivery, Event, Ignored, ParkReason, Read, SinkUnavailable, Unreadable
from events.contracts.kinds import Payload
from events.contracts.outgoing import encode_entry
from events.contracts.registry import EVENT_TYPES, decode, read_http, read_json, schemas

__all__ = [
    "EVENT_TYPES",
    "CloudEvent",
    "Delivery",
    "Event",
    "Ignored",
    "ParkReason",
    "Payload",
    "Read",
    "SinkUnavailable",
    "Unreadable",
    "decode",
    "encode_entry",
    "read_http",
    "read_json",
    "schemas",
]
