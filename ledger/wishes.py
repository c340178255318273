"""Wishes: how a client wants to be reached, by their own word. It prevails over the profile until they change it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import time
from typing import Any

from sqlalchemy import Connection, select

from ledger import tables as t
from ledger.apply import touch
from ledger.bulk import upsert
from ledger.keys import among
from ledger.unit import Unit
from ledger.visits import Visit, hear, note_heard
from reminders.snapshot import Channel, Client, Quiet

WISHES = "wishes"
"""The class of an answer that says how somebody wants to be reached."""

_WISHES = select(t.client_wish).where(among(t.client_wish.c.client_id, "ids"))
_NEWEST = (
    "(client_id) DO UPDATE SET channels = excluded.channels, quiet = excluded.quiet,"
    " language = excluded.language, at = excluded.at, response_id = excluded.response_id"
)


@dataclass(frozen=True, slots=True)
class Wishes:
    """What a client said, field by field."""

    channels: tuple[Channel, ...] = ()
    """In their order; none: as the profile says."""
    quiet: Quiet | None = None
    """None: messages may come whenever the policy and the law let them."""
    language: str | None = None
    """BCP 47; None: as the profile says."""


def wish(unit: Unit, visit: Visit, key: str, wishes: Wishes) -> tuple[str, ...]:
    """Keep how a client wants to be reached, in place of what they said before; returns the clients to look at again
    (none where the form came in before).
    """
    response_id = hear(unit, visit, key, WISHES, text="")
    if response_id is None:
        return ()
    said: dict[str, Any] = {
        "channels": [channel.value for channel in wishes.channels] or None,
        "quiet": _plain(wishes.quiet),
        "language": wishes.language,
    }
    row = {"client_id": visit.client_id, **said, "at": unit.now, "response_id": response_id}
    upsert(unit.connection, t.client_wish, [row], _NEWEST)
    note_heard(unit, visit, response_id, WISHES, **said)
    touch(unit, [visit.client_id])
    return (visit.client_id,)


def load_wishes(connection: Connection, ids: Sequence[str]) -> dict[str, Wishes]:
    """What these clients said; those who said nothing are left out."""
    return {
        row.client_id: Wishes(
            tuple(Channel(name) for name in row.channels or ()), _quiet(row.quiet or {}), row.language
        )
        for row in connection.execute(_WISHES, {"ids": ids})
    }


def with_wishes(client: Client, wishes: Wishes | None) -> Client:
    """The client, with their own word in place of the profile's."""
    if wishes is None:
        return client
    return replace(
        client,
        preferred=wishes.channels or client.preferred,
        quiet=wishes.quiet,
        language=wishes.language or client.language,
    )


def _plain(quiet: Quiet | None) -> dict[str, Any]:
    if quiet is None:
        return {}
    return {
        "days": sorted(quiet.days),
        "start": quiet.start.isoformat("minutes") if quiet.start else None,
        "end": quiet.end.isoformat("minutes") if quiet.end else None,
    }


def _quiet(stored: dict[str, Any]) -> Quiet | None:
    if not stored:
        return None
    start, end = stored["start"], stored["end"]
    return Quiet(
        frozenset(stored["days"]),
        time.fromisoformat(start) if start else None,
        time.fromisoformat(end) if end else None,
    )
