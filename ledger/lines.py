"""Lines: what is known of the health of each provider's account, by channel. The rules are in `channels.health`."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, bindparam, select, update

from ledger import tables as t
from ledger.bulk import insert_ignore
from ledger.keys import among
from ledger.unit import Unit
from reminders.snapshot import Channel

Key = tuple[str, str, str]
"""Provider, account, channel."""
_h = t.provider_health.c
_KEY = (_h.provider, _h.account, _h.channel)
_OF_CHANNEL = select(t.provider_health).where(_h.channel == bindparam("of"))


def health_of(connection: Connection, channel: Channel) -> dict[Key, Row[Any]]:
    """What is known of the lines of a channel."""
    rows = connection.execute(_OF_CHANNEL, {"of": channel.value})
    return {_key(row): row for row in rows}


def all_health(connection: Connection) -> list[Row[Any]]:
    """What is known of each provider on each channel; what is well has no `opened_at`. Former accounts are left out."""
    rows = connection.execute(select(t.provider_health).order_by(_h.changed_at))
    newest = {(row.provider, row.channel): row for row in rows}
    return [newest[key] for key in sorted(newest)]


def hold_health(unit: Unit, keys: Iterable[Key]) -> dict[Key, Row[Any]]:
    """The rows of these lines, locked in the order of their keys; made where there was none."""
    wanted = sorted(set(keys))
    if not wanted:
        return {}
    insert_ignore(
        unit.connection,
        t.provider_health,
        [
            {
                "provider": provider,
                "account": account,
                "channel": channel,
                "refusals": 0,
                "faults": 0,
                "openings": 0,
                "changed_at": unit.now,
            }
            for provider, account, channel in wanted
        ],
    )
    rows = unit.connection.execute(
        select(t.provider_health)
        .where(among(_h.provider, sorted({key[0] for key in wanted})))
        .order_by(*_KEY)
        .with_for_update()
    )
    return {_key(row): row for row in rows if _key(row) in wanted}


def set_health(
    unit: Unit,
    key: Key,
    *,
    refusals: int,
    faults: int,
    faults_since: datetime | None,
    opened_at: datetime | None,
    open_until: datetime | None,
    openings: int,
) -> None:
    """Write down a line's health; its row is locked."""
    provider, account, channel = key
    unit.connection.execute(
        update(t.provider_health)
        .where(_h.provider == provider, _h.account == account, _h.channel == channel)
        .values(
            refusals=refusals,
            faults=faults,
            faults_since=faults_since,
            opened_at=opened_at,
            open_until=open_until,
            openings=openings,
            changed_at=unit.now,
        )
    )


def _key(row: Row[Any]) -> Key:
    return row.provider, row.account, row.channel
