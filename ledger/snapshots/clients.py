"""Who the clients are: profile, holds, how they paid of late, and which of their addresses are barred."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from itertools import groupby

from sqlalchemy import Connection, select

from ledger import tables as t
from ledger.departures import gone_of, load_departures
from ledger.keys import among
from ledger.profiles import NO_TRACK, client_of
from ledger.stamps import day_of
from ledger.suppressions import normal, standing
from ledger.wishes import load_wishes, with_wishes
from reminders.reasons import Reason
from reminders.snapshot import Channel, Client, Hold, Suppression, Track

_client, _hold, _suppression = t.client.c, t.client_hold.c, t.suppression.c
_PROFILES = select(_client.client_id, _client.profile).where(among(_client.client_id, "ids"))
_HELD = (
    select(_hold.client_id, _hold.kind, _hold.active, _hold.until_on, _hold.stamp)
    .where(among(_hold.client_id, "ids"))
    .order_by(_hold.kind)
)
_SUPPRESSED = (
    select(_suppression.channel, _suppression.address, _suppression.reason, _suppression.expires_on)
    .where(among(_suppression.address, "ids"), standing())
    .order_by(_suppression.channel, _suppression.address, _suppression.reason)
)
_HOLDS = {
    "hardship": Reason.HARDSHIP,
    "breathing_space": Reason.MORATORIUM,
    "pause": Reason.CLIENT_PAUSED,
}
_DIFFICULTY = frozenset({"hardship", "breathing_space"})
_EASTMOST = timedelta(hours=14)
"""A client's day may be over so long before UTC's. Till it is over for them, the hold itself says what this would."""


def load_clients(
    connection: Connection, ids: Sequence[str], now: datetime, tracks: Mapping[str, Track]
) -> dict[str, Client]:
    """The clients of these ids; one that nobody has described yet is not known by more than its id."""
    holds: dict[str, list[Hold]] = defaultdict(list)
    through: dict[str, date] = {}
    for row in connection.execute(_HELD, {"ids": ids}):
        if row.active:
            holds[row.client_id].append(Hold(_HOLDS[row.kind], row.until_on))
        if row.kind in _DIFFICULTY:
            last_day = row.until_on if row.active else day_of(row.stamp)
            if last_day is not None and (not row.active or last_day < (now + _EASTMOST).date()):
                through[row.client_id] = max(last_day, through.get(row.client_id, last_day))
    profiles: dict[str, str | None] = {
        row.client_id: row.profile for row in connection.execute(_PROFILES, {"ids": ids}).all()
    }
    wishes = load_wishes(connection, ids)
    clients = {
        client_id: with_wishes(
            client_of(
                client_id,
                profiles.get(client_id),
                tuple(holds[client_id]),
                hardship_through=through.get(client_id),
                track=tracks.get(client_id, NO_TRACK),
            ),
            wishes.get(client_id),
        )
        for client_id in ids
    }
    for client_id, departures in groupby(load_departures(connection, ids), lambda row: str(row.client_id)):
        client = clients[client_id]
        clients[client_id] = replace(client, gone=gone_of(client, departures))
    return clients


def load_suppressions(
    connection: Connection, clients: Mapping[str, Client], now: datetime
) -> dict[str, list[Suppression]]:
    """The suppressed among the addresses of these clients."""
    addresses: dict[str, set[str]] = defaultdict(set)
    for client in clients.values():
        for contact in client.contacts:
            for address in (contact.email, contact.phone):
                if address:
                    addresses[normal(address)].add(client.client_id)
    found: dict[str, list[Suppression]] = defaultdict(list)
    if not addresses:
        return found
    for row in connection.execute(_SUPPRESSED, {"ids": sorted(addresses), "today": now.date()}).all():
        until = _day_after(row.expires_on) if row.expires_on else None
        for client_id in addresses[row.address]:
            for contact in clients[client_id].contacts:
                for address in (contact.email, contact.phone):
                    if address and normal(address) == row.address:
                        found[client_id].append(
                            Suppression(Channel(row.channel), address, Reason(row.reason), until)
                        )
    return found


def _day_after(day: date) -> datetime | None:
    """When the day is over, in UTC; None for the last that there is."""
    return datetime.combine(day + timedelta(days=1), time(), UTC) if day < date.max else None
