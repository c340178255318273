"""Who claims and who owes."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, select

from config.creditors import Creditor
from ledger import tables as t
from ledger.profiles import client_of
from reminders.snapshot import Contact


@dataclass(frozen=True, slots=True)
class CreditorParty:
    """The legal entity that claims."""

    creditor_id: str
    legal_name: str
    name: str
    address: tuple[str, ...]
    country: str
    contact_name: str
    contact_email: str
    contact_phone: str | None
    website: str | None
    terms: str | None
    """The payment terms, as messages quote them."""


@dataclass(frozen=True, slots=True)
class Consent:
    """What the client said about a channel."""

    channel: str
    granted: bool
    at: datetime | None


@dataclass(frozen=True, slots=True)
class DebtorParty:
    """The client, as the billing system describes them. What it never said is None."""

    client_id: str
    name: str | None
    debtor_type: str | None
    country: str | None
    subdivision: str | None
    time_zone: str | None
    language: str | None
    segment: str | None
    contacts: tuple[Contact, ...]
    consents: tuple[Consent, ...]
    account_manager: str | None


def creditor_party(creditor: Creditor) -> CreditorParty:
    """The creditor as it is configured."""
    return CreditorParty(
        creditor_id=creditor.creditor_id,
        legal_name=creditor.legal_name,
        name=creditor.name,
        address=creditor.address,
        country=creditor.country,
        contact_name=creditor.contact.name,
        contact_email=creditor.contact.email,
        contact_phone=creditor.contact.phone,
        website=creditor.website,
        terms=next(iter(creditor.all_terms), None),
    )


def debtor_party(connection: Connection, client_id: str) -> DebtorParty | None:
    """The client as the ledger knows them; None for an id that it has never heard."""
    c = t.client.c
    row = connection.execute(select(c.profile).where(c.client_id == client_id)).one_or_none()
    if row is None:
        return None
    client = client_of(client_id, row.profile)
    return DebtorParty(
        client_id=client_id,
        name=client.name or None,
        debtor_type=client.debtor_type.value if client.debtor_type else None,
        country=client.country,
        subdivision=client.subdivision,
        time_zone=client.time_zone,
        language=client.language,
        segment=client.segment,
        contacts=client.contacts,
        consents=tuple(Consent(c.channel.value, c.granted, c.at) for c in client.consents),
        account_manager=client.account_manager.name if client.account_manager else None,
    )
