"""Suppressions: addresses that must not be used on a channel, with reason, source, since when and until when.

What a person does about them is in `ledger.barred`.
"""

from __future__ import annotations

import re
from datetime import date
from enum import StrEnum
from typing import Any

from sqlalchemy import BindParameter, ColumnElement, Date, bindparam, or_, select, update

from ledger import tables as t
from ledger.bulk import insert_new
from ledger.ids import time_ordered_id
from ledger.unit import Unit
from reminders.reasons import Reason
from reminders.snapshot import Channel

_PUNCTUATION = re.compile(r"[\s().\-/]")
_s = t.suppression.c


class Source(StrEnum):
    """Who says that an address must not be used."""

    RECEIPT = "receipt"
    """The provider or the carrier, of a message that went."""
    REFUSAL = "refusal"
    """The provider, which took no message for it."""
    SOFT = "soft"
    """Nobody in so many words: it failed for now, again and again."""
    REPLY = "reply"
    """The recipient, in an answer."""
    UNSUBSCRIBE_LINK = "unsubscribe_link"
    """The recipient, by the link in a message."""
    PERSON = "person"
    """Somebody here."""


def normal(address: str) -> str:
    """An address as suppressions know it: an email without case, a phone number without its punctuation."""
    if "@" in address:
        return address.strip().casefold()
    return _PUNCTUATION.sub("", address)


def standing(today: date | None = None) -> ColumnElement[bool]:
    """That a suppression bars on a day (in UTC; the statement's parameter `today` if none is given)."""
    on: date | BindParameter[date] = bindparam("today", type_=Date()) if today is None else today
    return _s.lifted_at.is_(None) & or_(_s.expires_on.is_(None), _s.expires_on >= on)


def suppress(
    unit: Unit,
    channel: Channel,
    address: str,
    reason: Reason,
    source: Source,
    source_id: str | None = None,
    *,
    expires_on: date | None = None,
    by: str | None = None,
    note: str | None = None,
    message: Any = None,
) -> str | None:
    """Bar an address on a channel at once; returns the suppression's id, or None where nothing changed.

    `expires_on` is the last day (in UTC) on which it bars; None: no end. What bars already for as long stays as it is.
    `message` is the one that taught us, if there is one: then the journal says so under its client.
    """
    says = {
        "source": source.value, "source_id": source_id, "since": unit.now, "expires_on": expires_on, "by": by,
        "note": note,
    }  # fmt: skip
    row = {
        "channel": channel.value, "address": normal(address), "reason": reason.value,
        "suppression_id": time_ordered_id(unit.now), **says, "lifted_at": None,
    }  # fmt: skip
    new = insert_new(unit.connection, t.suppression, [row], ("suppression_id",))
    if not new:
        shorter = _s.expires_on.is_not(None) & (_s.expires_on < (expires_on or date.max))
        new = list(
            unit.connection.execute(
                update(t.suppression)
                .where(
                    _s.channel == row["channel"],
                    _s.address == row["address"],
                    _s.reason == row["reason"],
                    or_(_s.lifted_at.is_not(None), shorter),
                )
                .values(lifted_at=None, **says)
                .returning(_s.suppression_id)
            )
        )
    changed: str | None = new[0].suppression_id if new else None
    if changed is not None and message is not None:
        data = {
            "channel": channel.value,
            "suppressed": True,
            "suppression_id": changed,
            "source": source.value,
        }
        unit.note(
            "response.recorded" if reason is Reason.OPTED_OUT else "receipt.recorded",
            client_id=message.client_id,
            message_id=message.message_id,
            reasons=(reason,),
            data=data if expires_on is None else {**data, "expires_on": expires_on},
        )
    return changed


def lift(unit: Unit, channel: Channel, address: str, reason: Reason) -> bool:
    """Allow an address again; returns whether it was barred."""
    changed = unit.connection.execute(
        update(t.suppression)
        .where(
            _s.channel == channel.value,
            _s.address == normal(address),
            _s.reason == reason.value,
            standing(unit.now.date()),
        )
        .values(lifted_at=unit.now)
        .returning(_s.suppression_id)
    ).all()
    return bool(changed)


def is_suppressed(unit: Unit, channel: Channel, address: str, reason: Reason | None = None) -> bool:
    """Whether the address is barred on the channel now, for that reason or, without one, for any."""
    wanted = select(_s.reason).where(
        _s.channel == channel.value, _s.address == normal(address), standing(unit.now.date())
    )
    if reason is not None:
        wanted = wanted.where(_s.reason == reason.value)
    return unit.connection.execute(wanted.limit(1)).one_or_none() is not None
