"""Whether a channel may be used for a client, and whether a contact can be reached on it.

The one rule for the whole product: the room that chooses a channel and the last gate ask the same functions.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime

from reminders.reasons import Reason
from reminders.snapshot import Channel, Client, Consent, DebtorType, Suppression
from reminders.zones import is_country

_EVER = datetime.min.replace(tzinfo=UTC)
_IN_BUSINESS = frozenset({DebtorType.COMPANY, DebtorType.PUBLIC_BODY})


def may_use(client: Client, channel: Channel) -> Reason | None:
    """None when the client's consent allows the channel; else `no_consent`.

    - A refusal or a withdrawal always holds: the newest word for the channel counts, and of two at one instant the
      refusal (47 CFR 64.1200(a)(10): revocation by any reasonable means).
    - Email needs no consent: a reminder of one's own invoice is transactional (CAN-SPAM, 16 CFR 316.3(c)); so no
      upsell may stand in it.
    - SMS to a company or a public body that gave the number needs none. For everybody else, and where the debtor's
      type or country is unknown, it needs a consent or SMS among the channels that the client asked for. Under the
      TCPA a number given to the creditor for the debt already counts as consent (FCC 07-232), but here nobody knows
      how the biller came by the number: the strictest reading holds.
    - A machine's voice and WhatsApp always need a consent: artificial voice to mobiles (47 USC 227(b)(1)(A)), and
      the opt-in that WhatsApp's business policy demands.
    """
    newest = _newest(client.consents, channel)
    if newest is not None:
        return None if newest.granted else Reason.NO_CONSENT
    if channel is Channel.EMAIL:
        return None
    in_business = client.debtor_type in _IN_BUSINESS and is_country(client.country)
    if channel is Channel.SMS and (in_business or channel in client.preferred):
        return None
    return Reason.NO_CONSENT


def reachable(
    client: Client, suppressions: Iterable[Suppression], channel: Channel, contact_id: str | None
) -> Reason | None:
    """None when that contact has an address on that channel which may be used; else why not.

    `no_reachable_contact`: the contact or the address is gone from the profile. `opted_out` or `suppressed_address`:
    the address must not be used. `no_consent`: see `may_use`.
    """
    contact = next((c for c in client.contacts if c.contact_id == contact_id), None)
    address = contact.address(channel) if contact is not None else None
    if not address:
        return Reason.NO_REACHABLE_CONTACT
    reasons = {s.reason for s in suppressions if s.channel is channel and _same(s.address, address)}
    if Reason.OPTED_OUT in reasons:
        return Reason.OPTED_OUT
    if reasons:
        return Reason.SUPPRESSED_ADDRESS
    return may_use(client, channel)


def _newest(consents: Iterable[Consent], channel: Channel) -> Consent | None:
    said = [consent for consent in consents if consent.channel is channel]
    return max(said, key=lambda consent: (consent.at or _EVER, not consent.granted), default=None)


def _same(one: str, other: str) -> bool:
    # Mail providers report addresses in lower case, whatever the profile wrote.
    return one.strip().casefold() == other.strip().casefold()
