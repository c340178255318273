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
from reminders.foresight import Foresight, NoWay, Way
from reminders.preview import HoldOf, first_word, foresee
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
        _Life(rules, snapshot, now, until, approved)
        for snapshot in _snapshots(connection, rules, now, client_ids)
    ]
    turns = dict(_turns(connection, rules, lives, now))
    ahead = tuple(life.ahead(turns.get(life.client_id)) for life in lives)
    days = _days(connection, rules.volume, ahead, now, whole=client_ids is None)
    return Outlook(ahead, tuple(days), len(turns))


class _Life:
    """One client's future. That of a client of an old book is lived once it is known whose turn it is when."""

    def __init__(
        self, rules: Rules, snapshot: Snapshot, now: datetime, until: datetime, approved: bool
    ) -> None:
        self.snapshot = snapshot
        self._rules = rules
        self._now = now
        self._until = until
        self._approved = approved
        self._policy: tuple[datetime, Policy] | None = None

    @property
    def client_id(self) -> str:
        """Whose it is."""
        return self.snapshot.client.client_id

    def first_at(self) -> datetime | None:
        """When the client would first be written to, if it were their turn."""
        return first_word(self.snapshot, self.policy_of, self._now, self._until, self._may_wait)

    def ahead(self, turn: datetime | None) -> Ahead:
        """What lies ahead, with the turn that the client was given, if one that comes later."""
        foresight = foresee(
            self.snapshot,
            self.policy_of,
            self._now,
            self._until,
            self._way,
            approved=self._approved,
            hold=self._until_turn(turn) if turn is not None else None,
        )
        invoices = self.snapshot.invoices
        return Ahead(
            self.snapshot.client,
            {invoice.invoice_id: invoice.number for invoice in invoices},
            frozenset(invoice.invoice_id for invoice in invoices if not invoice.open),
            foresight,
        )

    def policy_of(self, _: Snapshot, at: datetime) -> Policy:
        """The client's policy at an instant. It follows from facts, which stay as they are, and never from messages."""
        if self._policy is None or self._policy[0] != at:
            self._policy = at, self._rules.policy_of(self.snapshot, at)
        return self._policy[1]

    def _way(self, snapshot: Snapshot, reminder: Reminder, at: datetime) -> Way | NoWay:
        rules, policy = self._rules, self.policy_of(snapshot, at)
        enabled = tuple(Channel(name) for name in policy.channels if Channel(name) in rules.providers)
        route = route_of(reminder, snapshot, policy, enabled, rules.creditors, at)
        if isinstance(route, Route):
            return Way(route.channel, route.contact.contact_id)
        return NoWay(route.reasons)

    def _may_wait(self, reminder: Reminder, at: datetime) -> bool:
        return not answers_the_client(step_of(reminder, self.policy_of(self.snapshot, at)))

    def _until_turn(self, turn: datetime) -> HoldOf:
        def hold(reminder: Reminder, at: datetime) -> LeftOut | None:
            if at >= turn or not self._may_wait(reminder, at):
                return None
            return LeftOut(Reason.FIRST_CONTACTS, reminder.carrying_invoice_id, reminder.step, turn)

        return hold


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


def _turns(
    connection: Connection, rules: Rules, lives: Sequence[_Life], now: datetime
) -> Iterator[tuple[str, datetime]]:
    """The clients of an old book whose turn comes later than the day on which they would first be written to."""
    old, today = [life for life in lives if from_an_old_book(life.snapshot)], now.date()
    taken = volume.turns_taken(connection, today)
    given = volume.turns_of(connection, [life.client_id for life in old], today)
    if not given and len(old) + max(taken.values(), default=0) <= rules.volume.first_contacts_per_day:
        return  # on whatever day, there is room for all of them
    firsts = [(at.date(), life) for life in old if (at := life.first_at()) is not None]
    firsts.sort(key=lambda first: first[0])
    for day, of_day in groupby(firsts, key=lambda first: first[0]):
        turns = Turns(rules.volume.first_contacts_per_day, day, taken, given)
        for life in fairly((life for _, life in of_day), lambda life: life.client_id):
            opening = partial(
                next_open, client=life.snapshot.client, policy=life.policy_of(life.snapshot, now)
            )
            turn = turns.wait(life.client_id, opening)
            if turn is not None:
                yield life.client_id, turn
        taken, given = turns.taken, given | turns.new


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
