"""The way of a client's next message: all ways to them with a verdict on each, and what else stands in between.

It asks what the deciders and the last gate ask: the same future, the same routing, the same caps and windows. Writes
nothing.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Connection

from channels.addresses import flaw_of
from channels.ports import NoRoute, Route
from config.policy import By, Policy, Step
from ledger.closed import Closed, closed_ways
from ledger.lines import health_of
from ledger.snapshots import load_snapshots
from ledger.telling import moment
from reminders.account import asked_for, read_account
from reminders.calendar import next_open, open_at, place_of
from reminders.caps import Contacts
from reminders.decide import decide
from reminders.decision import Reminder
from reminders.foresight import Foreseen, Kind, NoWay, Way
from reminders.preview import foresee
from reminders.purposes import wanted
from reminders.reasons import Reason
from reminders.snapshot import Channel, Client, Contact, Snapshot
from reminders.ways import Considered
from workers.outlook import Rules
from workers.routing import route_for, route_of, step_of
from workers.unsaid import unsaid

SPAN = timedelta(days=60)
"""How far ahead the next message is looked for."""
_ASKED_HERE = frozenset(
    {Reason.CONTACT_GAP, Reason.FREQUENCY_CAP, Reason.QUIET_HOURS, Reason.HOLIDAY, Reason.NOT_WANTED}
)
"""What is told of the step itself, whether it is due or not."""


class NoSuchStep(LookupError):
    """The policy of the client has no such step for messages; the text names those that it has."""


@dataclass(frozen=True, slots=True)
class Verdict:
    """A way to the client, and what became of it in plain words."""

    way: Considered
    contact: Contact | None
    text: str


@dataclass(frozen=True, slots=True)
class Obstacle:
    """What stands in the way at this moment, beside the choice of the way. `until`: when it ends, if that is known."""

    reason: Reason | None
    text: str
    until: datetime | None


@dataclass(frozen=True, slots=True)
class WayAhead:
    """The next message to a client, or one of a step that was asked for, as it would go."""

    client: Client
    policy: Policy
    step: Step | None
    """None: no message lies ahead."""
    route: Route | NoRoute | None
    verdicts: tuple[Verdict, ...]
    at: datetime | None
    """When it would go, or be put before a person; None: nothing of it is foreseen."""
    kind: Kind | None
    goes: Way | None
    """By which channel, to whom."""
    obstacles: tuple[Obstacle, ...]


def way_ahead(
    connection: Connection, rules: Rules, client_id: str, now: datetime, named: str | None = None
) -> WayAhead:
    """The way of the next message, or of the step of that name. Raises `NoSuchStep`."""
    snapshot = load_snapshots(connection, [client_id], now, rules.creditors.default.creditor_id)[client_id]
    policy = rules.policy_of(snapshot, now)
    step = _named(policy, named) if named is not None else None
    found = _next(rules, snapshot, now, named)
    if found is not None:
        step = policy.step(found.step) or step
    if step is None:
        return WayAhead(
            snapshot.client,
            policy,
            None,
            None,
            (),
            None,
            None,
            None,
            tuple(_general(snapshot, policy, None, now)),
        )
    route = found.route if found is not None else None
    if route is None:
        route = _as_if_due(rules, step, snapshot, policy, now)
    goes = found.goes if found is not None else _way(route)
    shut = closed_ways(connection, snapshot, policy, Channel, now.date())
    obstacles = (
        *_general(snapshot, policy, step, now),
        *_timing(snapshot, policy, step, goes.channel if goes is not None else None, now),
        *(_health(connection, goes.channel) if goes is not None else ()),
    )
    return WayAhead(
        snapshot.client,
        policy,
        step,
        route,
        tuple(_verdict(way, route, step, snapshot, shut) for way in route.considered),
        found.at if found is not None else None,
        found.kind if found is not None else None,
        goes,
        obstacles,
    )


@dataclass(frozen=True, slots=True)
class _Found:
    """A message that lies ahead. `route` is None where its way was settled before."""

    step: str
    at: datetime
    kind: Kind | None
    goes: Way | None
    route: Route | NoRoute | None


def _next(rules: Rules, snapshot: Snapshot, now: datetime, named: str | None) -> _Found | None:
    """The first message ahead, or the first of that step, with the way that routing gives it."""
    routes: dict[str, Route] = {}
    nowhere: list[_Found] = []

    def way(then: Snapshot, reminder: Reminder, at: datetime) -> Way | NoWay:
        policy = rules.policy_of(then, at)
        route = route_of(reminder, then, policy, _enabled(rules, policy), rules.creditors, at)
        if isinstance(route, NoRoute):
            nowhere.append(_Found(step_of(reminder, policy).name, at, None, None, route))
            return NoWay(route.reasons)
        contact_id = route.contact.contact_id
        routes[reminder.message_id(snapshot.client.client_id, route.channel, contact_id)] = route
        return Way(route.channel, contact_id)

    seen = foresee(snapshot, rules.policy_of, now, now + SPAN, way)
    messages = [_foreseen(one, routes) for one in seen.foreseen if one.kind is not Kind.TASK and one.step]
    ahead = [one for one in (*messages, *nowhere) if named in (None, one.step)]
    return min(ahead, key=lambda one: one.at, default=None)


def _foreseen(one: Foreseen, routes: dict[str, Route]) -> _Found:
    goes = (
        Way(one.channel, one.contact_id) if one.channel is not None and one.contact_id is not None else None
    )
    return _Found(one.step or "", one.at, one.kind, goes, routes.get(one.message_id or ""))


def _named(policy: Policy, name: str) -> Step:
    step = policy.step(name)
    if step is None or step.by is By.PERSON:
        known = ", ".join(step.name for step in policy.steps if step.by is not By.PERSON)
        raise NoSuchStep(f"policy {policy.name} sends no message of a step {name!r}; it has {known}")
    return step


def _enabled(rules: Rules, policy: Policy) -> tuple[Channel, ...]:
    return tuple(Channel(name) for name in policy.channels if Channel(name) in rules.providers)


def _as_if_due(
    rules: Rules, step: Step, snapshot: Snapshot, policy: Policy, now: datetime
) -> Route | NoRoute:
    """The way that the step would go if it came now, for all that its first creditor may ask for."""
    account = read_account(snapshot, policy, now)
    creditor_id = min(account.live, default=rules.creditors.default.creditor_id)
    owed = asked_for(map(account.item, account.live.get(creditor_id, ())))
    enabled = _enabled(rules, policy)
    return route_for(step, creditor_id, owed, snapshot, policy, enabled, rules.creditors, now)


def _way(route: Route | NoRoute) -> Way | None:
    return Way(route.channel, route.contact.contact_id) if isinstance(route, Route) else None


def _verdict(
    way: Considered, route: Route | NoRoute, step: Step, snapshot: Snapshot, shut: Closed
) -> Verdict:
    contact = next((c for c in snapshot.client.contacts if c.contact_id == way.contact_id), None)
    reason, text = shut.get((way.channel, way.contact_id or ""), (None, ""))
    if reason is None or reason is not way.reason:
        text = _words(way, contact, route, step, snapshot)
    return Verdict(way, contact, text)


def _words(
    way: Considered, contact: Contact | None, route: Route | NoRoute, step: Step, snapshot: Snapshot
) -> str:
    client = snapshot.client
    if way.reason is None:
        if isinstance(route, Route) and route.fallback:
            return "Taken: what comes first did not work."
        if step.by is By.EMAIL and way.channel is Channel.EMAIL:
            return "Taken: this step goes by email."
        if client.preferred[:1] == (way.channel,):
            return "Taken: the client prefers it."
        return "Taken: the first way that can be used."
    address = contact.address(way.channel) if contact is not None else None
    if way.reason is Reason.ADDRESS_UNUSABLE and address:
        what = "email address" if way.channel is Channel.EMAIL else "phone number"
        return f"The {what} {flaw_of(way.channel, address)}."
    return way.reason.sentence


def _general(snapshot: Snapshot, policy: Policy, step: Step | None, now: datetime) -> Iterator[Obstacle]:
    """What the decision of this moment leaves out, about the client and about this step."""
    account = read_account(snapshot, policy, now)
    numbers = {invoice.invoice_id: invoice.number for invoice in snapshot.invoices}
    if step is not None and not wanted(step, snapshot.client):
        yield Obstacle(Reason.NOT_WANTED, Reason.NOT_WANTED.sentence, None)
    for left in decide(snapshot, policy, now).left_out:
        about_it = step is None or left.step in (None, step.name)
        if about_it and left.reason not in _ASKED_HERE:
            yield Obstacle(left.reason, unsaid(left, numbers, policy, account.place), left.until)


def _timing(
    snapshot: Snapshot, policy: Policy, step: Step, channel: Channel | None, now: datetime
) -> Iterator[Obstacle]:
    """The gap, the caps and the hours, as the last gate reckons them."""
    place = place_of(snapshot.client)
    contacts = Contacts(policy, snapshot.messages, snapshot.conversations)
    ends = [
        (contacts.gap_end(step), Reason.CONTACT_GAP, Reason.CONTACT_GAP.sentence),
        (contacts.cap_end(now), Reason.FREQUENCY_CAP, Reason.FREQUENCY_CAP.sentence),
    ]
    if channel is not None:
        rest = contacts.rest_end(channel, now)
        ends.append((rest, Reason.FREQUENCY_CAP, f"No more by {channel.value} for now: the channel rests."))
    for end, reason, text in ends:
        if end is not None and end > now:
            yield Obstacle(reason, f"{text} Until {moment(end, place)}.", end)
    closed = open_at(now, snapshot.client, policy)
    if closed is not None:
        opening = next_open(now, snapshot.client, policy)
        when = f"Next: {moment(opening, place)}." if opening is not None else "No hour is left at all."
        yield Obstacle(closed, f"{closed.sentence} {when}", opening)


def _health(connection: Connection, channel: Channel) -> Iterator[Obstacle]:
    """Providers that are left alone at this moment."""
    for (provider, _, _), row in sorted(health_of(connection, channel).items(), key=lambda one: one[0]):
        if row.opened_at is not None:
            yield Obstacle(
                None, f"{provider} does not work well for {channel.value} at this moment.", row.open_until
            )
