"""A client's stored profile as the core sees it."""

from __future__ import annotations

from datetime import date

import msgspec

from events.contracts.client import ClientUpdated
from reminders.snapshot import Channel, Client, Consent, Contact, DebtorType, Hold, Quiet, Track

NO_TRACK = Track()
"""Of a client that has not paid anything."""
_decode = msgspec.json.Decoder(ClientUpdated).decode
_DEBTOR_TYPES = frozenset(DebtorType)


def client_of(
    client_id: str,
    profile: str | None,
    holds: tuple[Hold, ...] = (),
    *,
    hardship_through: date | None = None,
    track: Track = NO_TRACK,
) -> Client:
    """The client of that profile; without one, a client of whom only the id is known."""
    if profile is None:
        return Client(client_id, known=False, holds=holds, hardship_through=hardship_through, track=track)
    data = _decode(profile)
    wishes = data.preferences
    manager = data.account_manager
    return Client(
        client_id=client_id,
        name=data.name,
        debtor_type=DebtorType(data.debtor_type) if data.debtor_type in _DEBTOR_TYPES else None,
        country=data.country,
        subdivision=data.subdivision,
        time_zone=data.time_zone,
        language=data.language,
        segment=data.segment,
        contacts=tuple(Contact(c.contact_id, c.name, c.role, c.email, c.phone) for c in data.contacts),
        preferred=tuple(dict.fromkeys(Channel(name) for name in wishes.channels)) if wishes else (),
        purposes=tuple(wishes.purposes) if wishes else (),
        quiet=Quiet(wishes.quiet.iso_days, wishes.quiet.start, wishes.quiet.end)
        if wishes and wishes.quiet
        else None,
        consents=tuple(Consent(Channel(c.channel), c.granted, c.at) for c in data.consents),
        account_manager=Contact("account_manager", manager.name, None, manager.email, manager.phone)
        if manager
        else None,
        holds=holds,
        hardship_through=hardship_through,
        track=track,
    )
