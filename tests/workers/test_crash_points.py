"""The process dies at every single moment of a message's way, one after the other; another takes over.

Whatever the moment: nobody gets the same message twice (an email in doubt once more is the one exception, and only
where the provider can't be asked), nothing is stuck, and the journal says how everything came about.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

import pytest

from config.clock import VirtualClock
from ledger import receipts
from ledger import tables as t
from ledger.database import open_engine
from ledger.unit import Ledger
from reminders.feedback import Receipt, ReceiptKind
from reminders.snapshot import Channel
from reminders.states import MessageState
from tests.infra.postgresql import Databases
from tests.support.death import Died, Fate, MortalAdapter, MortalLedger
from tests.support.office import FINAL, NOW, SECRET, Counting, Desk, client, copy_of, invoice, new_desk

EVENTS = [client(1), client(2), client(3, ["sms"]), invoice(1), invoice(2), invoice(3)]


@dataclass
class World:
    """What outlives a process: the database, the providers, and the time."""

    url: str
    receipts_come: bool
    searchable: bool
    hand: int

    def __post_init__(self) -> None:
        self.engine = open_engine(self.url)
        self.clock = VirtualClock(NOW)
        self.mail = Counting(Channel.EMAIL, searchable=self.searchable)
        self.sms = Counting(Channel.SMS, searchable=self.searchable)

    def process(self, fate: Fate) -> Desk:
        """A process of its own: it shares nothing with the one before but the world."""
        ledger = MortalLedger(Ledger(self.engine, SECRET), fate)
        adapters = [MortalAdapter(self.mail, fate), MortalAdapter(self.sms, fate)]
        return new_desk(self.url, *adapters, clock=self.clock, ledger=ledger, hand=self.hand)

    def report(self, desk: Desk) -> None:
        """The providers say what was delivered; again and again, as they do."""
        if not self.receipts_come:
            return
        for provider in (self.mail, self.sms):
            for request in provider.taken:
                receipt = Receipt(
                    provider=provider.provider,
                    keys=(f"delivered-{request.attempt_id}",),
                    kind=ReceiptKind.DELIVERED,
                    channel=provider.channel,
                    attempt_id=request.attempt_id,
                    provider_id=f"p-{request.attempt_id}",
                    occurred_at=self.clock.now(),
                    code=None,
                    detail=None,
                    raw="{}",
                )
                with desk.ledger.begin(self.clock.now()) as unit:
                    new = receipts.record(unit, [receipt])
                if new:
                    desk.woken.settle(new)

    def day(self, desk: Desk) -> None:
        """Events come in, are decided, sent, delivered and settled."""
        desk.happen(*EVENTS)
        desk.work()
        self.report(desk)
        desk.work()

    def afterwards(self, desk: Desk) -> None:
        """A scheduler comes by for two hours, and so do the providers."""
        for minutes in (2, 1, 3, 1, 10, 15, 1, 2, 6, 30, 1, 30, 1):
            desk.later(minutes=minutes)
            desk.tick()
            self.report(desk)
            desk.work()

    def end(self, *desks: Desk) -> None:
        for desk in desks:
            desk.office.calls.shutdown()
        self.engine.dispose()


def play(world: World, at: int | None) -> tuple[Fate, Desk]:
    """A life that ends at a moment, and one after it that does not. Everything the first was told is told again."""
    fate = Fate(at)
    first, second = world.process(fate), world.process(Fate())
    with suppress(Died):
        world.day(first)
    assert fate.dead == (at is not None)
    world.day(second)  # nothing that was not acknowledged is lost: the broker delivers it again
    world.afterwards(second)
    world.end(first)
    return fate, second


def check(world: World, desk: Desk, moment: str) -> None:
    stuck = [(m.message_id, m.state) for m in desk.messages() if m.state not in FINAL]
    assert not stuck, (moment, stuck)
    assert len(desk.messages()) == 3, moment
    asked_for = {str(Channel.EMAIL): world.mail, str(Channel.SMS): world.sms}
    for message in desk.messages():
        taken = Counter(r.message_id for r in asked_for[message.channel].taken)[message.message_id]
        again = message.channel == Channel.EMAIL and not world.searchable and not world.receipts_come
        assert taken <= (2 if again else 1), (moment, message.channel, taken)
        if message.state in (MessageState.ACCEPTED, MessageState.DELIVERED):
            assert taken >= 1, moment
        else:
            # Only what nobody could know is given up, and a person is told.
            assert message.state == MessageState.ABANDONED, (moment, message.state)
            assert message.channel == Channel.SMS, moment
            assert [task.message_id for task in desk.tasks("doubt")] == [message.message_id], moment
    attempts = desk.rows(t.attempt)
    assert all(attempt.ended_at is not None for attempt in attempts), moment
    assert len(attempts) <= 3 + world.hand, moment
    desk.check_journal()


WORLDS = [
    pytest.param(True, True, 1, id="receipts come"),
    pytest.param(False, True, 1, id="no receipts, the provider can be asked"),
    pytest.param(False, False, 1, id="no receipts, nobody can be asked"),
    pytest.param(True, False, 8, id="all at the same time"),
]


@pytest.mark.parametrize(("receipts_come", "searchable", "hand"), WORLDS)
def test_dying_at_any_moment_sends_nothing_twice_and_leaves_nothing_behind(
    migrated: Path, tmp_path: Path, receipts_come: bool, searchable: bool, hand: int
) -> None:
    def new(name: str) -> World:
        return World(copy_of(migrated, tmp_path, f"{name}.sqlite3"), receipts_come, searchable, hand)

    undisturbed = new("undisturbed")
    fate, desk = play(undisturbed, None)
    check(undisturbed, desk, "undisturbed")
    assert len(undisturbed.mail.taken) == 2
    assert len(undisturbed.sms.taken) == 1
    undisturbed.end(desk)
    assert {"before a commit", "after a commit", "before a call", "after a call"} == set(fate.moments)

    for at in range(1, len(fate.moments) + 1):
        world = new(f"dies-{at}")
        life, desk = play(world, at)
        check(world, desk, f"moment {at}, {life.moments[-1]}")
        world.end(desk)


def test_dying_twice_in_a_row_is_no_different(migrated: Path, tmp_path: Path) -> None:
    for one in range(1, 20, 3):
        for other in range(1, 12, 3):
            world = World(copy_of(migrated, tmp_path, f"{one}-{other}.sqlite3"), True, True, 1)
            lives = [world.process(Fate(one)), world.process(Fate(other)), world.process(Fate())]
            for desk in lives:
                with suppress(Died):
                    world.day(desk)
                world.clock.set(world.clock.now().replace(minute=world.clock.now().minute + 2))
            world.afterwards(lives[-1])
            check(world, lives[-1], f"moments {one} and {other}")
            world.end(*lives)


@pytest.fixture
def databases(postgres: Databases, postgres_template: str) -> Iterator[Callable[[], str]]:
    made: list[str] = []

    def make() -> str:
        made.append(postgres.new_database(postgres_template))
        return postgres.url(made[-1])

    yield make
    for name in made:
        postgres.drop_database(name)


@pytest.mark.postgres
def test_the_same_on_postgresql(databases: Callable[[], str]) -> None:
    undisturbed = World(databases(), False, False, 1)
    fate, desk = play(undisturbed, None)
    check(undisturbed, desk, "undisturbed")
    undisturbed.end(desk)
    calls = [number for number, moment in enumerate(fate.moments, 1) if "call" in moment]
    for at in sorted({2, 4, *calls[:2], calls[0] - 1, calls[1] + 1, calls[-1], len(fate.moments)}):
        world = World(databases(), False, False, 1)
        life, desk = play(world, at)
        check(world, desk, f"moment {at}, {life.moments[-1]}")
        world.end(desk)
