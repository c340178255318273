"""The lines of messages at each sender: when the next one may go, for all processes. The rule is `channels.pace`'s."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, bindparam, select, update

from ledger import tables as t
from ledger.bulk import insert_ignore
from ledger.keys import among
from ledger.unit import Unit

Key = tuple[str, str, str, str]
"""Provider, account, channel, and our own number or address."""
_p = t.pace.c
_KEY = (_p.provider, _p.account, _p.channel, _p.sender)
_SOME = select(t.pace).where(among(_p.sender, "senders"))
_CLOSED = _SOME.where(_p.closed_until > bindparam("now"))
_LOCKED = _SOME.order_by(*_KEY).with_for_update()


def hold(unit: Unit, keys: Iterable[Key]) -> dict[Key, Row[Any]]:
    """The rows of these lines, locked in the order of their keys; made where there was none."""
    wanted = sorted(set(keys))
    if not wanted:
        return {}
    names = [column.name for column in _KEY]
    insert_ignore(
        unit.connection,
        t.pace,
        [{**dict(zip(names, key, strict=True)), "free_at": unit.now} for key in wanted],
    )
    rows = unit.connection.execute(_LOCKED, {"senders": _senders(wanted)})
    return {key: row for row in rows if (key := _key(row)) in wanted}


def closed(connection: Connection, keys: Iterable[Key], now: datetime) -> dict[Key, datetime]:
    """Those of these lines that a provider wants nothing of at the moment, and until when."""
    wanted = set(keys)
    if not wanted:
        return {}
    rows = connection.execute(_CLOSED, {"senders": _senders(wanted), "now": now})
    return {key: row.closed_until for row in rows if (key := _key(row)) in wanted}


def set_free(unit: Unit, free_at: Mapping[Key, datetime]) -> None:
    """Write down when all who have a place will have gone; the rows are locked."""
    _set(unit, "free_at", free_at)


def close(unit: Unit, until: Mapping[Key, datetime]) -> None:
    """The provider wants nothing from these senders for a while. What it asked for before stays, if it is longer."""
    rows = hold(unit, until)
    longer = {
        key: at for key, at in until.items() if rows[key].closed_until is None or rows[key].closed_until < at
    }
    _set(unit, "closed_until", longer)


def _set(unit: Unit, column: str, values: Mapping[Key, datetime]) -> None:
    if values:
        statement = update(t.pace).values({column: bindparam("value")})
        for column_of_key in _KEY:
            statement = statement.where(column_of_key == bindparam(f"its_{column_of_key.name}"))
        unit.connection.execute(
            statement,
            [
                {"value": at} | {f"its_{c.name}": part for c, part in zip(_KEY, key, strict=True)}
                for key, at in sorted(values.items())
            ],
        )


def _senders(keys: Iterable[Key]) -> list[str]:
    return sorted({key[3] for key in keys})


def _key(row: Row[Any]) -> Key:
    return row.provider, row.account, row.channel, row.sender
