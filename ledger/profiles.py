"""A client's stored profile as the core sees it."""

from __future__ import annotations

import msgspec

from events.contracts.client import ClientUpdated
from reminders.snapshot import Channel, Client, Consent, Contact, DebtorType, Hold, Quiet

_decode = msgspec.json.Decoder(ClientUpdated).decode


def client_of(client_id: str, profile: str | None, holds: tuple[Hold, ...] = ()) -> Client:
    """The client of that profile; without one, a client of whom only the id is known."""
    if profile is None:
        return Client(client_id, known=False, holds=holds)
    data = _decode(profile)
    wishes = data.preferences
    manager = data.account_manager
    return Client(
        client_id=client_id,
        name=data.name,
        debtor_type=DebtorType(data.debtor_type),
        country=data.country,
        subdivision=data.subdivision,
        time_zone=data.time_zone,
        language=data.language,
        segment=data.segment,
        contacts=tuple(Contact(c.contact_id, c.name, c.role, c.email, c.phone) for c in data.contacts),
        preferred=tuple(dict.fromkeys(Channel(name) for name in wishes.channels)) if wishes else (),
        quiet=Quiet(wishes.quiet.iso_days, wishes.quiet.start, wishes.quiet.end)
        if wishes and wishes.quiet
        else None,
        consents=tuple(Consent(Channel(c.channel), c.granted, c.at) for c in data.consents),
        account_manager=Contact("account_manager", manager.name, None, manager.email, manager.phone)
        if manager
        else None,
        holds=holds,
    )
