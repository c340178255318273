"""Choosing how a client is reached: the channel they prefer, the contact who deals with invoices, and what comes next.

Pure and deterministic: the same client, policy and history give the same route. Every way that was looked at is kept
with the reason why it was passed over.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from channels.addresses import same_key, usable_address
from channels.ports import NoRoute, Route
from channels.roles import Standing, standing_of
from config.policy import By, Policy, Step, Tone
from reminders.consent import may_carry, may_use, worth
from reminders.money import Money
from reminders.reasons import Reason
from reminders.snapshot import Channel, Client, Contact, Suppression
from reminders.ways import Considered, Tried

_FRIENDLY = frozenset({Tone.WARM, Tone.HELPFUL, Tone.FRIENDLY, Tone.POLITE})


Unsayable = Callable[[Channel, str], Reason | None]
"""Why a step can't be said to an address on a channel, as far as a provider's rules for words go; None: it can."""


def _all_can_be_said(_: Channel, __: str) -> None:
    """No provider has a rule for the words."""


@dataclass(frozen=True, slots=True)
class _Way:
    """A contact on a channel, or the channel alone (`contact` None), and why it is closed; None: it is open."""

    channel: Channel
    contact: Contact | None
    address: str
    closed: Reason | None
    failed: bool = False
    """Whether it is closed because this very step did not arrive there."""


def choose(
    client: Client,
    policy: Policy,
    step: Step,
    tried: Sequence[Tried],
    last: Tried | None,
    suppressions: Iterable[Suppression],
    enabled: Sequence[Channel],
    amounts: Iterable[Money] = (),
    unsayable: Unsayable = _all_can_be_said,
) -> Route | NoRoute:
    """The way to reach a client for one step, or why there is none.

    `policy` is the client's own, within the law of their place: it says which consents are needed. `tried` are the
    ways on which this very step has failed already: they are passed over. `last` is the way of the client's last
    message, of whatever step, if it did not arrive. `enabled` are the channels that can be sent on. `amounts` are what
    the message asks for: a channel may be too dear for them. `unsayable` tells why the step can't be said to somebody.

    A friendly step passes over the head of the house, unless nobody else can be reached on any channel.
    """
    blocked = _blocked(suppressions)
    scene = _Scene(client, policy, step, tuple(tried), last, blocked, enabled, tuple(amounts), unsayable)
    route = scene.route(heads=step.tone not in _FRIENDLY)
    return route if isinstance(route, Route) else scene.route(heads=True)


def no_way(
    client: Client, policy: Policy, suppressions: Iterable[Suppression], enabled: Sequence[Channel]
) -> tuple[tuple[Channel, Reason], ...]:
    """Why no message at all can reach a client, channel by channel; empty where one can.

    It is about their consents and addresses; what a single step may narrow is for `choose`.
    """
    blocked = _blocked(suppressions)
    ways: list[_Way] = []
    for channel in enabled:
        refused = may_use(client, channel, policy)
        ways += [_Way(channel, None, "", refused)] if refused else _contacts(client, channel, blocked)
    if any(way.closed is None for way in ways):
        return ()
    return NoRoute(tuple(map(_considered, ways))).reasons


@dataclass(frozen=True, slots=True)
class _Scene:
    """All that bears on one choice."""

    client: Client
    policy: Policy
    step: Step
    tried: tuple[Tried, ...]
    last: Tried | None
    blocked: Mapping[tuple[Channel, str], Reason]
    enabled: Sequence[Channel]
    amounts: tuple[Money, ...]
    unsayable: Unsayable

    def route(self, *, heads: bool) -> Route | NoRoute:
        """The first open way in the order of this step. `heads`: the head of the house may be written to."""
        order = self._order()
        ways = {channel: self._ways(channel, heads) for channel in order}
        usable = [
            channel for channel in order if any(way.closed is None or way.failed for way in ways[channel])
        ]
        sequence = iter(self._sequence(usable))
        tour = [way for c in order for way in ways[next(sequence) if c in usable else c]]
        taken = next((way for way in tour if way.closed is None), None)
        considered = tuple(_considered(way, taken) for way in tour)
        if taken is None or taken.contact is None:
            return NoRoute(considered)
        before = tour[: tour.index(taken)]
        moved_on = self._moves_on and len(usable) > 1
        return Route(
            taken.channel,
            taken.contact,
            taken.address,
            fallback=moved_on or any(way.failed for way in before),
            considered=considered,
        )

    @property
    def _moves_on(self) -> bool:
        """Whether the step leaves the channel on which the last message did not arrive."""
        return self.step.by is By.NEXT_IF_UNDELIVERED and self.last is not None

    def _order(self) -> list[Channel]:
        """All channels that bear a look: the client's own preference first, then the policy's order."""
        order = list(
            dict.fromkeys([*self.client.preferred, *map(Channel, self.policy.channels), *self.enabled])
        )
        if self.step.by is By.EMAIL and Channel.EMAIL in order:
            order.remove(Channel.EMAIL)
            order.insert(0, Channel.EMAIL)
        return order

    def _sequence(self, usable: list[Channel]) -> list[Channel]:
        """The usable channels in the order in which this step would try them."""
        first, second, rest = usable[:1], usable[1:2], usable[2:]
        if self.step.by is By.SECOND_PREFERRED:
            return second + first + rest
        if self._moves_on:
            return second + rest + first  # the preferred one has just failed: it comes last
        return usable

    def _ways(self, channel: Channel, heads: bool) -> list[_Way]:
        """The contacts on a channel in the order in which they would be asked, or the channel with why it is closed."""
        refused = self._refused(channel)
        if refused is not None:
            return [_Way(channel, None, "", refused)]
        ways = [self._told(way, heads) for way in _contacts(self.client, channel, self.blocked)]
        return sorted(ways, key=self._turn)

    def _turn(self, way: _Way) -> tuple[Standing, bool]:
        """Of equals who can be reached, the one whom the last message on this channel did not reach comes last."""
        if way.contact is None:
            return Standing.ANYBODY, False
        there = (way.channel, way.contact.contact_id)
        unheard = self.last is not None and there == (self.last.channel, self.last.contact_id)
        return standing_of(way.contact.role), unheard and way.closed is None

    def _refused(self, channel: Channel) -> Reason | None:
        """Why the whole channel is closed to this step."""
        if channel not in self.enabled:
            known = channel.value in self.policy.channels
            return Reason.NO_PROVIDER if known else Reason.NOT_IN_POLICY
        if not may_carry(channel, self.step, self.policy):
            return Reason.NOT_FOR_STEP
        if not worth(channel, self.amounts, self.policy):
            return Reason.BELOW_CHANNEL_MINIMUM
        return may_use(self.client, channel, self.policy)

    def _told(self, way: _Way, heads: bool) -> _Way:
        """The way, closed where this step failed there, or where it does not speak to such a contact."""
        if way.contact is None:
            return way
        failed = self._failed(way.channel, way.contact)
        if failed is not None:
            return replace(way, closed=way.closed or failed, failed=True)
        if way.closed is None and not heads and standing_of(way.contact.role) is Standing.HEAD:
            return replace(way, closed=Reason.NOT_FOR_ROLE)
        unsaid = self.unsayable(way.channel, way.address) if way.closed is None else None
        return replace(way, closed=unsaid) if unsaid is not None else way

    def _failed(self, channel: Channel, contact: Contact) -> Reason | None:
        """Why this step did not arrive there.

        One person's address that takes nothing leaves their colleagues on the channel. A provider's refusal does so
        only where it was the address that it refused, which is barred since then.
        """
        for way in self.tried:
            if way.channel is not channel:
                continue
            their_own = way.about_the_contact or self._barred(way)
            if way.contact_id == contact.contact_id or not their_own:
                return way.reason
        return None

    def _barred(self, way: Tried) -> bool:
        """Whether the provider refused an address, and not our words."""
        known = next((c for c in self.client.contacts if c.contact_id == way.contact_id), None)
        address = known.address(way.channel) if known is not None else None
        return (
            way.reason is Reason.PROVIDER_REFUSED
            and address is not None
            and self.blocked.get((way.channel, same_key(way.channel, address))) is Reason.SUPPRESSED_ADDRESS
        )


def _contacts(
    client: Client,
    channel: Channel,
    blocked: Mapping[tuple[Channel, str], Reason],
) -> list[_Way]:
    """Those who have an address for a channel; the channel alone where nobody has."""
    ways = [
        _Way(
            channel,
            contact,
            usable_address(channel, written) or "",
            _why_closed(client, contact, channel, blocked),
        )
        for contact in client.contacts
        if (written := contact.address(channel))
    ]
    return ways or [_Way(channel, None, "", Reason.NO_REACHABLE_CONTACT)]


def _why_closed(
    client: Client, contact: Contact, channel: Channel, blocked: Mapping[tuple[Channel, str], Reason]
) -> Reason | None:
    address = usable_address(channel, contact.address(channel))
    if contact.contact_id in client.gone:
        return Reason.CONTACT_LEFT
    if address is None:
        return Reason.ADDRESS_UNUSABLE
    return blocked.get((channel, same_key(channel, address)))


def _blocked(suppressions: Iterable[Suppression]) -> dict[tuple[Channel, str], Reason]:
    """The barred addresses. Where one is barred twice, the client's own word says more than the mailbox's."""
    found: dict[tuple[Channel, str], Reason] = {}
    for one in suppressions:
        key = (one.channel, same_key(one.channel, one.address))
        if found.get(key) is not Reason.OPTED_OUT:
            found[key] = one.reason
    return found


def _considered(way: _Way, taken: _Way | None = None) -> Considered:
    reason = way.closed
    if reason is None and way is not taken:
        reason = Reason.LESS_PREFERRED
    return Considered(way.channel, way.contact.contact_id if way.contact else None, reason)
