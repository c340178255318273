"""Living a life: from look to look through decision and last gate, with people, senders and providers who take time.

The player does what the ledger and the workers do around the core, and nothing else: it keeps messages, tasks and the
next look, and writes down what went out and what was known then.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from functools import partial
from heapq import heappop, heappush
from typing import NamedTuple

from config.policy import Policy, Step
from config.rulebook import Rulebook
from reminders import decide as deciding
from reminders import gate as last_gate
from reminders.decision import Decision, Errand, Item, Proceed, Reminder, Stop, Told, Wait
from reminders.money import Money
from reminders.reasons import Reason
from reminders.snapshot import Channel, PastErrand, PastMessage, Snapshot, Suppression
from reminders.states import CONTACTS, MessageState, may_follow
from reminders.strategy import traits_of
from reminders.tasks import TaskKind, TaskState
from tests.reminders.nevers.acts import Act
from tests.reminders.nevers.facts import Facts
from tests.reminders.nevers.rules import RULEBOOKS
from tests.reminders.nevers.snapshots import snapshot_of

MOST_ROUNDS = 40
"""Decisions at one instant after which the core contradicts itself."""


class Fate(NamedTuple):
    """What becomes of a message: how long a sender takes to pick it up, what the provider says, and how much later."""

    waits: timedelta = timedelta(0)
    end: MessageState = MessageState.DELIVERED
    news: timedelta = timedelta(0)


class Temper(NamedTuple):
    """How a person deals with a task: after how long, and with which word; `ignore` is never."""

    after: timedelta
    word: str


@dataclass(frozen=True)
class Script:
    """What happens from outside. Fates and tempers are used up in turn, and begin again when they are."""

    facts: Facts
    start: datetime
    end: datetime
    acts: tuple[tuple[datetime, Act], ...] = ()
    rules: tuple[tuple[datetime, str], ...] = ()
    """Which rulebook holds from when on."""
    fates: tuple[Fate, ...] = (Fate(),)
    tempers: tuple[Temper, ...] = (Temper(timedelta(hours=3), "yes"),)


@dataclass(frozen=True, slots=True)
class Sent:
    """A message that went out, with all that was known at that instant."""

    at: datetime
    message: PastMessage
    step: Step
    items: tuple[Item, ...]
    amounts: tuple[Money, ...]
    told: Told | None
    facts: Facts
    policy: Policy
    snapshot: Snapshot
    approved_by: str | None

    @property
    def history(self) -> tuple[PastMessage, ...]:
        """The client's other messages that may have reached them, as they stood then."""
        return tuple(
            m
            for m in self.snapshot.messages
            if m.message_id != self.message.message_id and m.state in CONTACTS
        )


@dataclass(frozen=True, slots=True)
class Look:
    """What stood when all that was to be done at an instant was done."""

    at: datetime
    facts: Facts
    policy: Policy
    decision: Decision
    messages: tuple[PastMessage, ...]
    errands: tuple[PastErrand, ...]


@dataclass
class Life:
    """One client's life under a script."""

    script: Script
    facts: Facts = field(init=False)
    messages: dict[str, PastMessage] = field(default_factory=dict)
    errands: dict[str, PastErrand] = field(default_factory=dict)
    sent: list[Sent] = field(default_factory=list)
    looks: list[Look] = field(default_factory=list)
    said: set[str] = field(default_factory=set)
    """Everything that decisions and gates answered, as a journal would quote it."""
    minted_twice: list[str] = field(default_factory=list)
    decisions: int = 0
    now: datetime = field(init=False)
    look_at: datetime | None = field(init=False)
    _policy: tuple[Facts | None, datetime, Policy] = field(init=False)

    def __post_init__(self) -> None:
        self.facts = self.script.facts
        self.now = self.script.start
        self.look_at = self.now
        self._agenda: list[tuple[datetime, int, Callable[[], None]]] = []
        self._numbers = self._handled = 0
        self._approved: dict[str, str] = {}
        self._fates: dict[str, Fate] = {}
        self._policy = (None, self.now, self.rulebook.usual)
        self._decision = Decision(self.facts.client.client_id)
        for when, act in sorted(self.script.acts, key=lambda entry: entry[0]):
            self._at(when, partial(self._happens, act))

    def live(self) -> Life:
        """Look only when told to, and whenever something happens."""
        while (now := self._next()) is not None and now < self.script.end:
            self._visit(now)
        return self

    def live_restless(self, every: timedelta) -> Life:
        """Look all the time as well."""
        tick = self.script.start
        while tick < self.script.end:
            now = min(tick, self._next() or tick)
            if now == tick:
                self.look_at, tick = tick, tick + every
            self._visit(now)
        return self

    def told(self) -> list[tuple[datetime, str, Channel, str]]:
        """What went out, shortly."""
        return [(s.at, s.message.step, s.message.channel, s.message.message_id) for s in self.sent]

    def policy(self) -> Policy:
        """The client's policy at this instant, within the law of their place. Only facts and time decide on it."""
        known_facts, known_at, policy = self._policy
        if known_facts is not self.facts or known_at != self.now:
            policy = self.rulebook.policy_for(traits_of(self._snapshot(), self.now))
            self._policy = (self.facts, self.now, policy)
        return policy

    @property
    def rulebook(self) -> Rulebook:
        """The rulebook that holds now."""
        name = next((name for since, name in reversed(self.script.rules) if since <= self.now), "shipped")
        return RULEBOOKS[name]

    # --- time

    def _at(self, when: datetime, what: Callable[[], None]) -> None:
        self._numbers += 1
        heappush(self._agenda, (when, self._numbers, what))

    def _next(self) -> datetime | None:
        times = [self._agenda[0][0]] if self._agenda else []
        return min([*times, self.look_at] if self.look_at else times, default=None)

    def _visit(self, now: datetime) -> None:
        self.now = now
        for _ in range(MOST_ROUNDS):
            while self._agenda and self._agenda[0][0] <= now:
                heappop(self._agenda)[2]()
            if self.look_at is not None and self.look_at <= now:
                self._decide()
            elif not self._agenda or self._agenda[0][0] > now:
                self._note()
                return
        raise AssertionError(f"nothing settles at {now}: {self._decision}")

    def _note(self) -> None:
        messages, errands = tuple(self.messages.values()), tuple(self.errands.values())
        self.looks.append(Look(self.now, self.facts, self.policy(), self._decision, messages, errands))

    def _touch(self) -> None:
        self.look_at = self.now

    def _happens(self, act: Act) -> None:
        self.facts = act(self.facts, self.now)
        self._touch()

    def _snapshot(self) -> Snapshot:
        return snapshot_of(self.facts, self.messages.values(), self.errands.values(), self.now)

    # --- decisions

    def _decide(self) -> None:
        snapshot = self._snapshot()
        self._decision = decision = deciding.decide(snapshot, self.policy(), self.now)
        self.decisions += 1
        if decision.reminders or decision.errands or decision.stops:
            self.said.add(repr(decision))
        self.look_at = decision.look_at
        for stop in decision.stops:
            self._move(stop.message_id, stop.state, reason=stop.reason)
        for task_id in decision.over:
            self._close(task_id, TaskState.DONE)
        for reminder in decision.reminders:
            self._plan(reminder)
        for errand in decision.errands:
            self._ask(errand)

    def _plan(self, reminder: Reminder) -> None:
        # Nobody asks here for consent, or whether the address still works: that is for the last gate to know.
        allowed = [Channel(name) for name in self.policy().channels]
        order = [*(c for c in self.facts.client.preferred if c in allowed), *allowed]
        if reminder.way is not None:
            order = [reminder.way.channel]
        tried = {way.channel for way in reminder.tried}
        channel = next((c for c in order if c not in tried), None)
        if channel is None:
            return  # a colleague would be asked: that is for the room that chooses ways
        message_id = reminder.message_id(self.facts.client.client_id, channel)
        if message_id in self.messages:
            self.minted_twice.append(f"{self.now}: {reminder.step} for {reminder.carrying_invoice_id}")
            return
        fate = self.script.fates[len(self.messages) % len(self.script.fates)]
        contact = self.facts.client.contacts[0].contact_id if self.facts.client.contacts else None
        if reminder.way is not None:
            contact = reminder.way.contact_id
        self._fates[message_id] = fate
        self.messages[message_id] = PastMessage(
            message_id,
            reminder.creditor_id,
            reminder.step,
            channel,
            contact,
            reminder.carrying_invoice_id,
            reminder.due_on,
            tuple(item.invoice_id for item in reminder.items),
            MessageState.HELD if reminder.needs_approval else MessageState.QUEUED,
            self.now,
            expires_at=reminder.expires_at,
            needs_approval=reminder.needs_approval,
        )
        if reminder.needs_approval:
            temper = self._temper()
            if temper.word != "ignore":
                self._at(self.now + temper.after, partial(self._approve, message_id, temper.word))
        else:
            self._at(self.now + fate.waits, partial(self._send, message_id))

    def _move(self, message_id: str, state: MessageState, **fields: object) -> None:
        message = self.messages[message_id]
        assert may_follow(message.state, state), f"{message.state} -> {state}"
        self.messages[message_id] = replace(message, state=state, **fields)  # type: ignore[arg-type]

    # --- people

    def _temper(self) -> Temper:
        self._handled += 1
        return self.script.tempers[(self._handled - 1) % len(self.script.tempers)]

    def _approve(self, message_id: str, word: str) -> None:
        if self.messages[message_id].state is not MessageState.HELD:
            return
        if word == "no":
            self._move(message_id, MessageState.CANCELLED, reason=Reason.REFUSED)
        else:
            self._approved[message_id] = "Ruth"
            self._move(message_id, MessageState.QUEUED)
            self._at(self.now + self._fates[message_id].waits, partial(self._send, message_id))
        self._touch()

    def _ask(self, errand: Errand) -> None:
        task_id = f"{errand.kind}|{errand.key(self.facts.client.client_id)}"
        if task_id in self.errands:
            return  # asked once for each key, however often it is decided
        temper = self._temper()
        self.errands[task_id] = PastErrand(
            task_id,
            errand.kind,
            errand.reason,
            errand.creditor_id,
            errand.step,
            errand.subject,
            errand.cycle_on,
            tuple(item.invoice_id for item in errand.items),
            TaskState.OPEN,
            self.now,
        )
        if temper.word != "ignore":
            self._at(self.now + temper.after, partial(self._deal_with, task_id, temper.word))

    def _deal_with(self, task_id: str, word: str) -> None:
        errand = self.errands[task_id]
        if errand.state is not TaskState.OPEN:
            return
        if errand.kind is TaskKind.CALL:
            self._close(task_id, TaskState.DONE)
            self.facts = replace(self.facts, spoken=(*self.facts.spoken, self.now))
        else:
            ends = {"yes": TaskState.APPROVED, "no": TaskState.REFUSED, "done": TaskState.DONE}
            self._close(task_id, ends[word])
            if word == "yes":
                self.facts = replace(self.facts, escalated=self.facts.escalated | {errand.creditor_id})
        self._touch()

    def _close(self, task_id: str, state: TaskState) -> None:
        if self.errands[task_id].state is TaskState.OPEN:
            self.errands[task_id] = replace(self.errands[task_id], state=state, closed_at=self.now)

    # --- sending

    def _send(self, message_id: str) -> None:
        message = self.messages[message_id]
        if message.state is not MessageState.QUEUED:
            return
        assert message.expires_at is not None
        snapshot, policy = self._snapshot(), self.policy()
        approved = self._approved.get(message_id)
        answer = last_gate.gate(snapshot, message, message.expires_at, policy, self.now, approved is not None)
        self.said.add(repr(answer))
        if isinstance(answer, Wait):
            assert answer.until > self.now, answer
            self._at(min(answer.until, message.expires_at), partial(self._send, message_id))
        elif isinstance(answer, Stop):
            self._move(message_id, answer.state, reason=answer.reason)
            self._touch()
        else:
            self._goes_out(message, answer, snapshot, policy, approved)

    def _goes_out(
        self,
        message: PastMessage,
        answer: Proceed,
        snapshot: Snapshot,
        policy: Policy,
        approved: str | None,
    ) -> None:
        step = policy.step(message.step)
        assert step is not None, "the gate let a step go that the policy does not have"
        self.sent.append(
            Sent(
                self.now,
                message,
                step,
                answer.items,
                answer.amounts,
                answer.told,
                self.facts,
                policy,
                snapshot,
                approved,
            )
        )
        fate = self._fates[message.message_id]
        self._move(message.message_id, MessageState.DISPATCHING, sent_at=self.now)
        self.facts = replace(self.facts, last_said=self.messages[message.message_id])
        path = {
            MessageState.REJECTED: (MessageState.REJECTED,),
            MessageState.ABANDONED: (MessageState.IN_DOUBT, MessageState.ABANDONED),
        }.get(fate.end, (MessageState.ACCEPTED, fate.end))
        self._move(message.message_id, path[0])
        if len(path) > 1:
            self._at(self.now + fate.news, partial(self._news, message.message_id, path[1]))
        self._touch()

    def _news(self, message_id: str, state: MessageState) -> None:
        message = self.messages[message_id]
        self._move(message_id, state)
        if state is MessageState.UNDELIVERED:
            contact = next(
                (c for c in self.facts.client.contacts if c.contact_id == message.contact_id), None
            )
            address = contact.address(message.channel) if contact is not None else None
            if address is not None:
                bounced = Suppression(message.channel, address, Reason.SUPPRESSED_ADDRESS)
                self.facts = replace(self.facts, barred=(*self.facts.barred, bounced))
        self._touch()
