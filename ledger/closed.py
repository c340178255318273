"""Which ways to a client are closed by what they said or a provider reported: why, since when, and how we know.

`amicable route` and `amicable explain` tell it in the same words, which are these.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Any

from sqlalchemy import Connection, Row, Select, select

from config.policy import Policy
from ledger import tables as t
from ledger.keys import among
from ledger.said import by_words
from ledger.suppressions import Source, normal, standing
from ledger.telling import day
from reminders.answers import AnswerKind
from reminders.calendar import Place, place_of
from reminders.consent import reachable
from reminders.reasons import Reason
from reminders.snapshot import Channel, Snapshot

CLOSED = frozenset({Reason.OPTED_OUT, Reason.SUPPRESSED_ADDRESS, Reason.CONTACT_LEFT})
"""Why a way is closed until somebody opens it again."""
Closed = dict[tuple[Channel, str], tuple[Reason, str]]
"""By channel and contact: the reason, and sentences that say it."""

_s, _d, _r = t.suppression.c, t.departure.c, t.response.c
_BARRED: Select[Any] = (
    select(_s.channel, _s.address, _s.reason, _s.source, _s.since, _s.expires_on, _s.by, _r.answer_words)
    .outerjoin(t.response, _r.response_id == _s.source_id)
    .where(among(_s.address, "addresses"), standing())
)
_LEFT: Select[Any] = (
    select(_d.contact_id, _d.since, _r.answer_words)
    .outerjoin(
        t.response,
        (_r.client_id == _d.client_id)
        & (_r.contact_id == _d.contact_id)
        & (_r.answer == AnswerKind.WRONG_PERSON.value)
        & (_r.received_at <= _d.since),
    )
    .where(among(_d.client_id, "ids"), _d.lifted_at.is_(None))
    .order_by(_r.received_at, _r.response_id)
)
_HOW = {
    Source.RECEIPT: ", as the provider reported",
    Source.REFUSAL: ", as the provider refused it",
    Source.SOFT: ", after it had failed again and again",
    Source.REPLY: ", by their answer",
    Source.UNSUBSCRIBE_LINK: ", by the link in a message",
}


def closed_ways(
    connection: Connection, snapshot: Snapshot, policy: Policy, channels: Iterable[Channel], today: date
) -> Closed:
    """Of the ways to the client's contacts on these channels those that are closed. `today` is a date in UTC."""
    client = snapshot.client
    shut = {
        (channel, contact.contact_id): (reason, normal(contact.address(channel) or ""))
        for contact in client.contacts
        for channel in channels
        if (reason := reachable(client, snapshot.suppressions, channel, contact.contact_id, policy)) in CLOSED
    }
    if not shut:
        return {}
    place = place_of(client)
    addresses = sorted({address for _, address in shut.values()})
    barred = {
        (Channel(row.channel), row.address, Reason(row.reason)): _since(row, place, _how(row))
        for row in connection.execute(_BARRED, {"addresses": addresses, "today": today})
    }
    left = {
        row.contact_id: _since(row, place, by_words(row.answer_words or ()) or _HOW[Source.REPLY])
        for row in connection.execute(_LEFT, {"ids": [client.client_id]})
    }
    found: Closed = {}
    for (channel, contact_id), (reason, address) in shut.items():
        gone = reason is Reason.CONTACT_LEFT
        since = left.get(contact_id) if gone else barred.get((channel, address, reason))
        found[channel, contact_id] = (reason, f"{reason.sentence}{since or ''}")
    return found


def _since(row: Row[Any], place: Place, how: str) -> str:
    return f" Since {day(place.today(row.since))}{how}."


def _how(row: Row[Any]) -> str:
    until = f"; until {day(row.expires_on)}" if row.expires_on else ""
    if row.source == Source.PERSON:
        return f", as {row.by} decided{until}"
    return (by_words(row.answer_words or ()) or _HOW[Source(row.source)]) + until
