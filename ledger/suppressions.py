"""Suppressions: addresses that must not be used on a channel, with reason, source and since when."""

from __future__ import annotations

import re
from typing import Any

from sqlalchemy import select, update

from ledger import tables as t
from ledger.bulk import insert_ignore
from ledger.unit import Unit
from reminders.reasons import Reason
from reminders.snapshot import Channel

_PUNCTUATION = re.compile(r"[\s().\-/]")


def normal(address: str) -> str:
    """An address as suppressions know it: an email without case, a phone number without its punctuation."""
    if "@" in address:
        return address.strip().casefold()
    return _PUNCTUATION.sub("", address)


def suppress(
    unit: Unit, channel: Channel, address: str, reason: Reason, source: str, message: Any = None
) -> None:
    """Bar an address on a channel at once. `message` is the one that taught us, if there is one."""
    row = {"channel": channel.value, "address": normal(address), "reason": reason.value}
    key = [t.suppression.c[name] == value for name, value in row.items()]
    insert_ignore(unit.connection, t.suppression, [{**row, "source": source, "since": unit.now}])
    unit.connection.execute(
        update(t.suppression)
        .where(*key, t.suppression.c.lifted_at.is_not(None))
        .values(lifted_at=None, since=unit.now, source=source)
    )
    if message is not None:
        unit.note(
            "response.recorded" if reason is Reason.OPTED_OUT else "receipt.recorded",
            client_id=message.client_id,
            message_id=message.message_id,
            reasons=(reason,),
            data={"channel": channel.value, "suppressed": True},
        )


def lift(unit: Unit, channel: Channel, address: str, reason: Reason) -> bool:
    """Allow an address again; returns whether it was barred."""
    s = t.suppression.c
    changed = unit.connection.execute(
        update(t.suppression)
        .where(
            s.channel == channel.value,
            s.address == normal(address),
            s.reason == reason.value,
            s.lifted_at.is_(None),
        )
        .values(lifted_at=unit.now)
        .returning(s.address)
    ).all()
    return bool(changed)


def is_suppressed(unit: Unit, channel: Channel, address: str) -> bool:
    """Whether the address is barred on the channel now."""
    s = t.suppression.c
    found = unit.connection.execute(
        select(s.reason)
        .where(s.channel == channel.value, s.address == normal(address), s.lifted_at.is_(None))
        .limit(1)
    ).one_or_none()
    return found is not None
