"""Choosing how a client is reached: the channel they prefer, the contact who deals with invoices, and what comes next.

Pure and deterministic: the same client, policy and history give the same route.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache

import phonenumbers

from channels.ports import NoRoute, Route
from config.policy import By, Policy, Step
from reminders.consent import may_carry, may_use
from reminders.reasons import Reason
from reminders.snapshot import Channel, Client, Contact, Suppression

_PAYERS = frozenset({"accounts_payable", "ap", "billing", "finance", "accounts", "accounting", "bookkeeping"})
_CHIEFS = frozenset({"owner", "ceo", "director", "boss"})
# An address that could exist. Whether it does, only its mail server can say.
_EMAIL = re.compile(r"[^\s@<>()\[\]\\,;:\"]+@[^\s@<>()\[\]\\,;:\".]+(\.[^\s@<>()\[\]\\,;:\".]+)+")
_LONGEST_EMAIL = 254  # RFC 5321, 4.5.3.1.3


def choose(
    client: Client,
    policy: Policy,
    step: Step,
    tried: tuple[Channel, ...],
    last_undelivered: bool,
    suppressions: Iterable[Suppression],
    enabled: tuple[Channel, ...],
) -> Route | NoRoute:
    """The way to reach a client for one step, or why there is none.

    `policy` is the client's own, within the law of their place: it says which consents are needed. `tried` are the
    channels on which this very step has failed already: they are passed over. `last_undelivered` says that the
    client's last message, of whatever step, did not arrive. `enabled` are the policy's channels, in the order that
    holds where the client has no preference.
    """
    by = step.by
    blocked = _blocked(suppressions)
    order = _order(client, by, enabled)
    ways: dict[Channel, Route] = {}
    reasons: list[tuple[Channel, Reason]] = []
    for channel in order:
        way = _way(client, channel, policy, step, blocked)
        if isinstance(way, Route):
            ways[channel] = way
        else:
            reasons.append((channel, way))

    sequence = _sequence(by, list(ways), last_undelivered)
    failed = by is By.NEXT_IF_UNDELIVERED and last_undelivered and len(sequence) > 1
    for channel in sequence:
        if channel in tried:
            failed = True
            reasons.append((channel, Reason.BOUNCED))
            continue
        way = ways[channel]
        return Route(channel, way.contact, way.address, fallback=failed)
    return NoRoute(tuple(sorted(reasons, key=lambda pair: order.index(pair[0]))))


def no_way(
    client: Client, policy: Policy, suppressions: Iterable[Suppression], enabled: Sequence[Channel]
) -> tuple[tuple[Channel, Reason], ...]:
    """Why no message at all can reach a client, channel by channel; empty where one can.

    It is about their consents and addresses; what a single step may narrow is for `choose`.
    """
    blocked = _blocked(suppressions)
    reasons: list[tuple[Channel, Reason]] = []
    for channel in enabled:
        way = _contact(client, channel, policy, blocked)
        if isinstance(way, Route):
            return ()
        reasons.append((channel, way))
    return tuple(reasons)


def _order(client: Client, by: By, enabled: Sequence[Channel]) -> list[Channel]:
    """The enabled channels: the client's own preference first, then the policy's order."""
    order = list(dict.fromkeys([*(c for c in client.preferred if c in enabled), *enabled]))
    if by is By.EMAIL and Channel.EMAIL in order:
        order.remove(Channel.EMAIL)
        order.insert(0, Channel.EMAIL)
    return order


def _sequence(by: By, usable: list[Channel], last_undelivered: bool) -> list[Channel]:
    """The usable channels in the order in which this step would try them."""
    first, second, rest = usable[:1], usable[1:2], usable[2:]
    if by is By.SECOND_PREFERRED:
        return second + first + rest
    if by is By.NEXT_IF_UNDELIVERED and last_undelivered:
        return second + rest + first  # the preferred one has just failed: it comes last
    return usable


def _way(
    client: Client,
    channel: Channel,
    policy: Policy,
    step: Step,
    blocked: Mapping[tuple[Channel, str], Reason],
) -> Route | Reason:
    """The best contact on a channel for a step, or why there is none."""
    if not may_carry(channel, step, policy):
        return Reason.NO_REACHABLE_CONTACT
    return _contact(client, channel, policy, blocked)


def _contact(
    client: Client, channel: Channel, policy: Policy, blocked: Mapping[tuple[Channel, str], Reason]
) -> Route | Reason:
    """The best contact on a channel, or why there is none."""
    refused = may_use(client, channel, policy)
    if refused is not None:
        return refused
    why = Reason.NO_REACHABLE_CONTACT
    for contact in sorted(client.contacts, key=_standing):
        address = usable_address(channel, contact.address(channel))
        if address is None:
            continue
        suppressed = blocked.get((channel, _key(channel, address)))
        if suppressed is None:
            return Route(channel, contact, address)
        if why is Reason.NO_REACHABLE_CONTACT:
            why = Reason.OPTED_OUT if suppressed is Reason.OPTED_OUT else Reason.SUPPRESSED_ADDRESS
    return why


def _blocked(suppressions: Iterable[Suppression]) -> dict[tuple[Channel, str], Reason]:
    return {(s.channel, _key(s.channel, s.address)): s.reason for s in suppressions}


def _standing(contact: Contact) -> int:
    """Who is asked first: those who pay invoices, then anybody, and the head of the house last."""
    role = re.sub(r"[\s_-]+", "_", (contact.role or "").strip().lower())
    if role in _PAYERS:
        return 0
    return 2 if role in _CHIEFS else 1


def usable_address(channel: Channel, address: str | None) -> str | None:
    """The address as a provider takes it (a phone number as E.164), or None where it can't be one.

    A number that is surely a landline's is none for written messages.
    """
    if not address:
        return None
    if channel is Channel.EMAIL:
        address = address.strip()
        return address if len(address) <= _LONGEST_EMAIL and _EMAIL.fullmatch(address) else None
    return _e164(address, written=channel is not Channel.VOICE)


@lru_cache(maxsize=4096)
def _e164(number: str, *, written: bool) -> str | None:
    """The number as E.164, if its country's plan has room for it and, for a written message, not on a landline.

    Possible is enough: whether a number is assigned, the carrier knows; lists of assigned ranges age, and a list
    that is too old would silence a client who can be reached.
    """
    try:
        parsed = phonenumbers.parse(number, None)
    except phonenumbers.NumberParseException:
        return None
    if phonenumbers.is_possible_number_with_reason(parsed) != phonenumbers.ValidationResult.IS_POSSIBLE:
        return None
    if written and phonenumbers.number_type(parsed) == phonenumbers.PhoneNumberType.FIXED_LINE:
        return None
    return phonenumbers.format_number(parsed, phonenumbers.PhoneNumberFormat.E164)


def _key(channel: Channel, address: str) -> str:
    """The form in which two spellings of one address are equal."""
    return (usable_address(channel, address) or address.strip()).casefold()
