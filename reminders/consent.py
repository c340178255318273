"""Whether a channel may be used for a client, and whether a contact can be reached on it.

The one rule for the whole product: the room that chooses a channel and the last gate ask the same functions.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime

from config.policy import Anchor, ConsentNeed, Policy, Step
from reminders.money import Money
from reminders.reasons import Reason
from reminders.snapshot import Channel, Client, Consent, Suppression

_EVER = datetime.min.replace(tzinfo=UTC)
_UNSAID: dict[Channel, ConsentNeed] = {
    Channel.EMAIL: "none",
    Channel.SMS: "preferred",
    Channel.VOICE: "given",
    Channel.WHATSAPP: "given",
}
"""What a channel needs under a policy that does not say and that no law has narrowed: as much as anywhere."""


_SPOKEN = frozenset({Anchor.DUE, Anchor.INSTALMENT, Anchor.PROMISE, Anchor.RETURNED, Anchor.DISCOUNT})
"""What a call may be about."""


def may_use(client: Client, channel: Channel, policy: Policy) -> Reason | None:
    """None when the client's consent allows the channel; else `no_consent`.

    A refusal or a withdrawal always holds: the newest word for the channel counts, and of two at one instant the
    refusal (47 CFR 64.1200(a)(10): revocation by any reasonable means). Without a word, it is for the policy, as the
    law of the place has narrowed it, to say whether nothing is needed, the client's own preference, or a consent.
    """
    newest = _newest(client.consents, channel)
    if newest is not None:
        return None if newest.granted else Reason.NO_CONSENT
    need = policy.consent.get(channel.value, _UNSAID[channel])
    free = need == "none" or (need == "preferred" and channel in client.preferred)
    return None if free else Reason.NO_CONSENT


def may_carry(channel: Channel, step: Step, policy: Policy) -> bool:
    """Whether the channel is one for that step: those that it names, and WhatsApp for nothing late unless allowed.

    A call asks for what is due, promised or came back: nobody is rung up to be introduced to or thanked, and what a
    person must approve is said in writing.
    """
    if step.channels is not None and channel not in step.channels:
        return False
    if channel is Channel.VOICE and (step.approval or step.anchor not in _SPOKEN):
        return False
    return channel is not Channel.WHATSAPP or not step.overdue or policy.whatsapp_overdue


def worth(channel: Channel, amounts: Iterable[Money], policy: Policy) -> bool:
    """Whether so much is worth a message on that channel. Money in a currency that the policy does not name is."""
    least = policy.minimum_for.get(channel.value)
    if not least:
        return True
    amounts = tuple(amounts)
    return not amounts or any(money.minor >= least.get(money.currency, 0) for money in amounts)


def reachable(
    client: Client,
    suppressions: Iterable[Suppression],
    channel: Channel,
    contact_id: str | None,
    policy: Policy,
) -> Reason | None:
    """None when that contact has an address on that channel which may be used; else why not.

    `no_reachable_contact`: the contact or the address is gone from the profile. `contact_left`: the contact said that
    they are not the one to write to. `opted_out` or `suppressed_address`:
    the address must not be used. `no_consent`: see `may_use`.
    """
    contact = next((c for c in client.contacts if c.contact_id == contact_id), None)
    address = contact.address(channel) if contact is not None else None
    if not address:
        return Reason.NO_REACHABLE_CONTACT
    if contact_id in client.gone:
        return Reason.CONTACT_LEFT
    reasons = {s.reason for s in suppressions if s.channel is channel and _same(s.address, address)}
    if Reason.OPTED_OUT in reasons:
        return Reason.OPTED_OUT
    if reasons:
        return Reason.SUPPRESSED_ADDRESS
    return may_use(client, channel, policy)


def _newest(consents: Iterable[Consent], channel: Channel) -> Consent | None:
    said = [consent for consent in consents if consent.channel is channel]
    return max(said, key=lambda consent: (consent.at or _EVER, not consent.granted), default=None)


def _same(one: str, other: str) -> bool:
    # Mail providers report addresses in lower case, whatever the profile wrote.
    return one.strip().casefold() == other.strip().casefold()
