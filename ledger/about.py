"""What the ledger says about itself: for one, that it belongs to a play, and how far the play's clock has come."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Connection, select

from ledger import tables as t
from ledger.bulk import insert_ignore
from ledger.types import iso
from ledger.unit import Unit

_PLAY_NOW = "play_now"


def play_now(connection: Connection) -> datetime | None:
    """The virtual instant at which a play ended; None for a ledger that is no play's."""
    value = connection.execute(
        select(t.about.c.value).where(t.about.c.name == _PLAY_NOW)
    ).scalar_one_or_none()
    return datetime.fromisoformat(value) if value else None


def set_play_now(unit: Unit) -> None:
    """Mark the ledger as a play's, at this unit's instant."""
    insert_ignore(unit.connection, t.about, [{"name": _PLAY_NOW, "value": iso(unit.now)}])
    unit.connection.execute(t.about.update().where(t.about.c.name == _PLAY_NOW).values(value=iso(unit.now)))
