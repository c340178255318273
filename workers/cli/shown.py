"""How things are shown to a person, and how a person names them: instants, sums, strangers' texts, ids."""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import Column, Connection, select

from ledger.about import play_now
from ledger.profiles import client_of
from ledger.tables import client
from ledger.telling import money
from reminders.calendar import Place, place_of
from reminders.money import Money
from workers.cli.compose import House
from workers.cli.context import CommandFailed

SHORTEST = 6
"""Characters of an id that are enough, where no other id begins with them."""
_SHORT = 8
_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]")


def now_of(house: House) -> datetime:
    """The present instant. In a ledger that belongs to a play, the instant at which the play stands."""
    with house.ledger.read() as connection:
        return play_now(connection) or house.clock.now()


@contextmanager
def steady(house: House) -> Iterator[Connection]:
    """A connection on which several statements see one state of the ledger, whatever is written meanwhile."""
    engine = house.ledger.engine
    options: dict[str, Any] = {"read_only": True}
    if engine.dialect.name == "postgresql":
        options["isolation_level"] = "REPEATABLE READ"
    with engine.connect().execution_options(**options) as connection:
        yield connection


def instant(at: datetime | None, place: Place | None = None) -> str | None:
    """`2026-03-04 09:00 UTC`, with the client's own time beside it where a place is given."""
    if at is None:
        return None
    text = f"{at.astimezone(UTC):%Y-%m-%d %H:%M} UTC"
    return f"{text} ({local(at, place)})" if place else text


def local(at: datetime, place: Place) -> str:
    """`10:00 in Europe/Berlin`; with the date where it is another one there."""
    there = at.astimezone(place.zones[0])
    clock = f"{there:%H:%M}" if there.date() == at.astimezone(UTC).date() else f"{there:%Y-%m-%d %H:%M}"
    return f"{clock} in {place.zones[0].key}"


def place_for(connection: Connection, client_id: str) -> Place:
    """Where a client is, as far as the ledger knows."""
    c = client.c
    profile = connection.execute(select(c.profile).where(c.client_id == client_id)).scalar_one_or_none()
    return place_of(client_of(client_id, profile))


def amounts(stored: Sequence[Sequence[Any]]) -> list[dict[str, str]]:
    """Stored sums as the contract shows them: a decimal string with its currency."""
    return [
        {"currency": currency, "amount": str(Money(minor, currency).decimal)} for currency, minor in stored
    ]


def sums(stored: Sequence[Sequence[Any]]) -> str:
    """Stored sums for a person: `1,200.00 EUR, 80.00 USD`."""
    return ", ".join(money(minor, currency) for currency, minor in stored)


def clean(text: str) -> str:
    """A stranger's text without what a terminal would take for a command: control characters are spelled out."""
    return _CONTROL.sub(lambda found: f"\\x{ord(found[0]):02x}", text)


def short(identity: str) -> str:
    """The beginning of an id: enough to name it by."""
    return identity[:_SHORT]


def says_unicode() -> bool:
    """Whether stdout can show more than ASCII."""
    return (sys.stdout.encoding or "").lower().replace("-", "") in ("utf8", "utf16")


def resolve(connection: Connection, column: Column[Any], given: str, what: str, listing: str) -> str:
    """The whole id of what a person named by its id or the beginning of it. Raises `CommandFailed`."""
    exact = connection.execute(select(column).where(column == given)).scalar_one_or_none()
    if exact is not None:
        return str(exact)
    found: list[str] = []
    if len(given) >= SHORTEST:
        wanted = select(column).where(column.startswith(given, autoescape=True)).order_by(column).limit(11)
        found = [str(value) for value in connection.execute(wanted).scalars()]
    if len(found) == 1:
        return found[0]
    if found:
        listed = ", ".join(found[:10]) + (", …" if len(found) > 10 else "")
        raise CommandFailed(f"several {what}s begin with {given}: {listed}; write more of the id")
    raise CommandFailed(f"there is no {what} {clean(given)}; {listing}")
