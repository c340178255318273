"""The outlook: what lies ahead of a whole book, client by client, under the guards over all of them. Writes nothing.

It asks what the deciders ask: the same core, the same routing, the same turns for the first contact with an old book.
Which of many clients of such a book go first is settled when they are decided about; how many go on a day is the same.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from functools import partial
from itertools import groupby

from sqlalchemy import Connection, select

from channels.ports import Route
from config.creditors import Creditors
from config.policy import Policy
from config.rulebook import Rulebook
from config.settings import VolumeSettings
from ledger import tables as t
from ledger import volume
from ledger.snapshots import load_snapshots
from reminders.calendar import next_open
from reminders.decision import LeftOut, Reminder
from reminders.first_contacts import Turns, fairly, from_an_old_book
from reminders.foresight import Foreseen, Foresight, Kind, NoWay, Way
from reminders.preview import HoldOf, foresee
from reminders.reasons import Reason
from reminders.snapshot import Channel, Client, Snapshot
from reminders.strategy import traits_of
from workers.routing import route_of, step_of
from workers.volume import answers_the_client, limit_of

_AT_ONCE = 500
"""Clients whose snapshots are loaded in one go."""


@dataclass(frozen=True, slots=True)
class Rules:
    """What a deployment decides by."""

    book: Rulebook
    creditors: Creditors
    providers: Collection[Channel]
    """The channels that can be sent on."""
    volume: VolumeSettings = field(default_factory=VolumeSettings)

    def policy_of(self, snapshot: Snapshot, at: datetime) -> Policy:
        """The client's policy at an instant, within the law of their place."""
        return self.book.policy_for(traits_of(snapshot, at))


@dataclass(frozen=True, slots=True)
class Ahead:
    """What lies ahead of one client."""

    client: Client
    numbers: dict[str, str]
    """What the client knows the invoices by."""
    settled: frozenset[str]
    """The invoices that ask for nothing any more."""
    foresight: Foresight


@dataclass(frozen=True, slots=True)
class Day:
    """How many messages would be planned on a UTC day, and from how many on a person is asked."""

    day: date
    planned: int
    usual: int
    """The most that were planned, or would be, on one of the days before."""
    limit: int

    @property
    def alarming(self) -> bool:
        """Whether the rest of that day would be held for a person."""
        return self.planned > self.limit


@dataclass(frozen=True, slots=True)
class Outlook:
    """What lies ahead of all of them."""

    ahead: tuple[Ahead, ...]
    days: tuple[Day, ...]
    spread: int
    """How many clients of an old book hear from us later than they would, because enough others do first."""


def outlook(
    connection: Connection,
    rules: Rules,
    now: datetime,
    until: datetime,
    *,
    client_ids: Sequence[str] | None = None,
    approved: bool = False,
) -> Outlook:
    """What would happen from `now` to before `until`, to these clients or to all who were ever sent an invoice.

    The guards over all clients count only those that are looked at here, beside what the ledger has seen: of a single
    client, only a turn that was given already is known.
    """
    lives = [
        _Alive(snapshot, _lived(rules, snapshot, now, until, approved))
        for snapshot in _snapshots(connection, rules, now, client_ids)
    ]
    spread = 0
    for alive, turn in _turns(connection, rules, lives, now):
        spread += 1
        alive.foresight = _lived(rules, alive.snapshot, now, until, approved, turn)
    ahead = tuple(alive.ahead() for alive in lives)
    return Outlook(
        ahead, tuple(_days(connection, rules.volume, ahead, now, whole=client_ids is None)), spread
    )


@dataclass(slots=True)
class _Alive:
    """A client whose future was lived, perhaps not for the last time."""

    snapshot: Snapshot
    foresight: Foresight

    def ahead(self) -> Ahead:
        invoices = self.snapshot.invoices
        return Ahead(
            self.snapshot.client,
            {invoice.invoice_id: invoice.number for invoice in invoices},
            frozenset(invoice.invoice_id for invoice in invoices if not invoice.open),
            self.foresight,
        )


def _snapshots(
    connection: Connection, rules: Rules, now: datetime, client_ids: Sequence[str] | None
) -> Iterator[Snapshot]:
    ids = sorted(client_ids) if client_ids is not None else _all(connection)
    for start in range(0, len(ids), _AT_ONCE):
        chunk = ids[start : start + _AT_ONCE]
        snapshots = load_snapshots(connection, chunk, now, rules.creditors.default.creditor_id)
        yield from (snapshots[client_id] for client_id in chunk)


def _all(connection: Connection) -> list[str]:
    owing = select(t.invoice.c.client_id).distinct().order_by(t.invoice.c.client_id)
    return list(connection.execute(owing).scalars())


def _lived(
    rules: Rules,
    snapshot: Snapshot,
    now: datetime,
    until: datetime,
    approved: bool,
    turn: datetime | None = None,
) -> Foresight:
    def way(case: Snapshot, reminder: Reminder, at: datetime) -> Way | NoWay:
        policy = rules.policy_of(case, at)
        enabled = tuple(Channel(name) for name in policy.channels if Channel(name) in rules.providers)
        route = route_of(reminder, case, policy, enabled, rules.creditors)
        if isinstance(route, Route):
            return Way(route.channel, route.contact.contact_id)
        return NoWay(route.reasons)

    hold = _until(turn, rules, snapshot) if turn is not None else None
    return foresee(snapshot, rules.policy_of, now, until, way, approved=approved, hold=hold)


def _until(turn: datetime, rules: Rules, snapshot: Snapshot) -> HoldOf:
    """What holds the first contact back until the client's turn."""

    def hold(reminder: Reminder, at: datetime) -> LeftOut | None:
        if at >= turn or answers_the_client(step_of(reminder, rules.policy_of(snapshot, at))):
            return None
        return LeftOut(Reason.FIRST_CONTACTS, reminder.carrying_invoice_id, reminder.step, turn)

    return hold


def _turns(
    connection: Connection, rules: Rules, lives: Sequence[_Alive], now: datetime
) -> Iterator[tuple[_Alive, datetime]]:
    """The clients of an old book whose turn comes later than the day on which they would first be written to."""
    firsts = [
        (first.at.date(), alive)
        for alive in lives
        if from_an_old_book(alive.snapshot) and (first := _first_message(alive, rules)) is not None
    ]
    today = now.date()
    taken = volume.turns_taken(connection, today)
    given = volume.turns_of(connection, [alive.snapshot.client.client_id for _, alive in firsts], today)
    firsts.sort(key=lambda first: first[0])
    for day, of_day in groupby(firsts, key=lambda first: first[0]):
        turns = Turns(rules.volume.first_contacts_per_day, day, taken, given)
        for alive in fairly((alive for _, alive in of_day), lambda alive: alive.snapshot.client.client_id):
            client, policy = alive.snapshot.client, rules.policy_of(alive.snapshot, now)
            turn = turns.wait(client.client_id, partial(next_open, client=client, policy=policy))
            if turn is not None:
                yield alive, turn
        taken, given = turns.taken, given | turns.new


def _first_message(alive: _Alive, rules: Rules) -> Foreseen | None:
    """The first message that the guard would ask about."""
    for one in alive.foresight.foreseen:
        step = rules.policy_of(alive.snapshot, one.at).step(one.step or "")
        if one.kind is not Kind.TASK and step is not None and not answers_the_client(step):
            return one
    return None


def _days(
    connection: Connection, settings: VolumeSettings, ahead: Sequence[Ahead], now: datetime, whole: bool
) -> Iterator[Day]:
    """The days on which something would be planned; what today has seen already counts where all are looked at."""
    planned = Counter(
        one.planned_at.date()
        for client in ahead
        for one in client.foresight.foreseen
        if one.planned_at is not None and one.planned_at >= now
    )
    today, span = now.date(), timedelta(days=volume.USUAL_DAYS)
    if whole:
        planned[today] += sum(volume.said_on(connection, today).steps.values())
    seen = volume.days_written_down(connection, today - span)
    for day in sorted(+planned):
        usual = max((count for other, count in seen.items() if day - span <= other < day), default=0)
        yield Day(day, planned[day], usual, limit_of(settings, usual))
        seen[day] = planned[day]
