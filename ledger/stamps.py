"""Stamps: what decides between two events about the same thing, and what can be read from one afterwards.

A stamp is the event's time, its source and its id, and at the end the length of the source, which keeps ("a", "b|c")
and ("a|b", "c") apart: no two events have the same stamp.
"""

from __future__ import annotations

from datetime import date, datetime

from events.contracts.cloudevent import CloudEvent
from ledger.types import iso


def stamp_of(event: CloudEvent) -> str:
    """The stamp of an event: of two, the greater one has the later `time`. Of one time, the order is fixed and means
    nothing: it follows source and id as they are written.
    """
    return f"{iso(event.time)}|{event.source}|{event.id}|{len(event.source)}"


def instant_of(stamp: str) -> datetime:
    """The event's own time."""
    return datetime.fromisoformat(stamp.partition("|")[0])


def day_of(stamp: str) -> date:
    """The date of the event's own time, in UTC."""
    return date.fromisoformat(stamp[:10])


def event_id_of(stamp: str) -> str:
    """The id of the event."""
    source_and_id, _, length = stamp.partition("|")[2].rpartition("|")
    return source_and_id[int(length) + 1 :]
