"""What lies ahead of one client while nothing happens: the core's own future, lived from look to look.

Nothing is foretold here. The case is decided, what the decision plans goes through the last gate and is taken as
delivered, and the case is decided again when it wants to be looked at. So a preview says what will happen, as long as
the facts stay as they are.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime

from config.policy import Policy, Tone
from reminders.decide import decide
from reminders.decision import Decision, Errand, Item, LeftOut, Proceed, Reminder, Stop, Wait
from reminders.foresight import Foreseen, Foresight, Kind, NotSaid, NoWay, Silences, Way
from reminders.gate import gate
from reminders.money import Money
from reminders.reasons import Reason
from reminders.snapshot import PastErrand, PastMessage, Snapshot
from reminders.states import MessageState
from reminders.tasks import TaskState

_MOST_ROUNDS = 50
"""Decisions at one instant after which the core contradicts itself."""
_MOST_LOOKS = 10_000
"""Looks after which a future is no plan but a loop; a year of looks every hour is fewer."""
_WAITS = 4
"""How many waits in a row are looked through for the words of a message that waits for a yes."""


PolicyOf = Callable[[Snapshot, datetime], Policy]
"""The policy of a client at an instant."""
WayOf = Callable[[Snapshot, Reminder, datetime], Way | NoWay]
"""How a reminder would go at an instant."""
HoldOf = Callable[[Reminder, datetime], LeftOut | None]
"""What holds a reminder back that the core would plan: a guard over all clients together. None: nothing."""


def foresee(
    snapshot: Snapshot,
    policy_of: PolicyOf,
    now: datetime,
    until: datetime,
    route: WayOf,
    *,
    approved: bool = False,
    hold: HoldOf | None = None,
) -> Foresight:
    """Live the client's future from `now` to before `until`, both aware.

    No new fact comes: nobody pays, answers or deals with a task; every message arrives; the biller goes on to confirm
    its payments as lately as it does now. Messages that need a person's yes wait until they expire, or with `approved`
    get it at once. Raises `RuntimeError` where the core would look again for ever.
    """
    if now.tzinfo is None or until.tzinfo is None:
        raise ValueError("now and until must be aware: instants, not wall clocks somewhere")
    life = _Life(snapshot, policy_of, now.astimezone(UTC), route, approved, hold)
    for _ in life.looks(until):
        pass
    return life.foresight()


def first_word(
    snapshot: Snapshot,
    policy_of: PolicyOf,
    now: datetime,
    until: datetime,
    of_interest: Callable[[Reminder, datetime], bool],
) -> datetime | None:
    """When the first message of interest would be planned between `now` and `until`, if nothing is said before."""
    found: list[datetime] = []

    def hold(reminder: Reminder, at: datetime) -> LeftOut:
        if of_interest(reminder, at):
            found.append(at)
        return LeftOut(Reason.FIRST_CONTACTS, reminder.carrying_invoice_id, reminder.step)

    life = _Life(snapshot, policy_of, now.astimezone(UTC), _nowhere, False, hold)
    for _ in life.looks(until):
        if found:
            return found[0]
    return None


def _nowhere(snapshot: Snapshot, reminder: Reminder, at: datetime) -> NoWay:
    """The way of what is held anyway."""
    del snapshot, reminder, at
    return NoWay(())


class _Life:
    """A case that goes on."""

    def __init__(
        self,
        snapshot: Snapshot,
        policy_of: PolicyOf,
        now: datetime,
        route: WayOf,
        approved: bool,
        hold: HoldOf | None,
    ) -> None:
        self.now = now
        self._began = now
        self._first = snapshot
        self._policy_of = policy_of
        self._route = route
        self._approved = approved
        self._hold = hold
        self._messages = {message.message_id: message for message in snapshot.messages}
        self._errands = {_key(errand): errand for errand in snapshot.errands}
        self._policy = policy_of(snapshot, now)
        self._because: dict[str, tuple[Reason, ...]] = {}
        self._foreseen: list[Foreseen] = []
        self._silences = Silences()
        for message in snapshot.messages:
            if message.state is MessageState.HELD:
                self._found_held(message)

    def looks(self, until: datetime) -> Iterator[datetime]:
        """Live on, look by look, to before `until`."""
        at: datetime | None = self.now
        for _ in range(_MOST_LOOKS):
            if at is None or at >= until:
                return
            following = self._look(at)
            yield at
            at = following
        raise RuntimeError(f"client {self._first.client.client_id} would be looked at for ever; now at {at}")

    def _look(self, at: datetime) -> datetime | None:
        """Everything that happens at an instant; returns when to look again, always later."""
        self.now = at
        self._policy = self._policy_of(self._snapshot(), at)
        for _ in range(_MOST_ROUNDS):
            snapshot = self._snapshot()
            decision = decide(snapshot, self._policy, at)
            silent = [
                NotSaid(one.reason, one.invoice_id, one.step, at, one.until) for one in decision.left_out
            ]
            changed = self._follow(decision, snapshot, silent)
            again = [decision.look_at, *(one.until for one in silent)]
            for message in list(self._messages.values()):
                if message.state.is_open and message.state is not MessageState.HELD:
                    moved, wait = self._send(message)
                    changed |= moved
                    again.append(wait)
            if not changed:
                self._silences.at(at, silent)
                return min((one for one in again if one is not None and one > at), default=None)
        raise RuntimeError(f"the decision about client {self._first.client.client_id} never settles at {at}")

    def foresight(self) -> Foresight:
        """What was lived."""
        return Foresight(self._first.client.client_id, tuple(self._foreseen), self._silences.all())

    def _snapshot(self) -> Snapshot:
        passed = self.now - self._began
        return replace(
            self._first,
            messages=tuple(self._messages.values()),
            errands=tuple(self._errands.values()),
            suppressions=tuple(
                one for one in self._first.suppressions if one.until is None or one.until > self.now
            ),
            synced_through={source: at + passed for source, at in self._first.synced_through.items()},
        )

    def _follow(self, decision: Decision, snapshot: Snapshot, silent: list[NotSaid]) -> bool:
        """Do what was decided, add to `silent` what can't be; returns whether anything changed."""
        before = (self._messages.copy(), self._errands.copy())
        for stop in decision.stops:
            self._stop(stop)
        for key, errand in list(self._errands.items()):
            if errand.task_id in decision.over:
                self._errands[key] = replace(errand, state=TaskState.DONE, closed_at=self.now)
        for wanted in decision.errands:
            self._open(wanted)
        for reminder in decision.reminders:
            held = self._hold(reminder, self.now) if self._hold is not None else None
            if held is not None:
                silent.append(NotSaid(held.reason, held.invoice_id, held.step, self.now, held.until))
                continue
            way = self._route(snapshot, reminder, self.now)
            if isinstance(way, Way):
                self._plan(reminder, way)
            else:
                silent.append(
                    NotSaid(
                        Reason.NO_REACHABLE_CONTACT,
                        reminder.carrying_invoice_id,
                        reminder.step,
                        self.now,
                        None,
                        way.reasons,
                    )
                )
        return before != (self._messages, self._errands)

    def _open(self, errand: Errand) -> None:
        asked = PastErrand(
            errand.key(self._first.client.client_id),
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
        if _key(asked) in self._errands:
            return
        self._errands[_key(asked)] = asked
        self._foreseen.append(
            Foreseen(
                self.now,
                Kind.TASK,
                errand.creditor_id,
                errand.step,
                self._tone(errand.step),
                errand.items,
                errand.amounts,
                (errand.reason,),
                task=errand.kind,
            )
        )

    def _plan(self, reminder: Reminder, way: Way) -> None:
        message_id = reminder.message_id(self._first.client.client_id, way.channel, way.contact_id)
        if message_id in self._messages:
            return
        waits = reminder.needs_approval and not self._approved
        self._messages[message_id] = PastMessage(
            message_id,
            reminder.creditor_id,
            reminder.step,
            way.channel,
            way.contact_id,
            reminder.carrying_invoice_id,
            reminder.due_on,
            tuple(item.invoice_id for item in reminder.items),
            MessageState.HELD if waits else MessageState.QUEUED,
            self.now,
            expires_at=reminder.expires_at,
            needs_approval=reminder.needs_approval,
        )
        self._because[message_id] = reminder.reasons
        if waits:
            self._tell(Kind.APPROVAL, self._messages[message_id], reminder.items, reminder.amounts)

    def _send(self, message: PastMessage) -> tuple[bool, datetime | None]:
        """Ask the last gate; returns whether the message moved, and when to ask again."""
        verdict = self._ask(message, self.now)
        if isinstance(verdict, Wait):
            return False, verdict.until
        if isinstance(verdict, Stop):
            self._stop(verdict)
            if verdict.state is MessageState.HELD:
                self._found_held(message)
        else:
            self._tell(Kind.MESSAGE, message, verdict.items, verdict.amounts)
            self._messages[message.message_id] = replace(
                message, state=MessageState.DELIVERED, sent_at=self.now
            )
        return True, None

    def _ask(self, message: PastMessage, at: datetime, approved: bool = False) -> Proceed | Wait | Stop:
        snapshot = self._snapshot()
        policy = self._policy if at == self.now else self._policy_of(snapshot, at)
        # What needs a yes and is queued all the same has got it.
        approved = approved or message.needs_approval or self._approved
        return gate(snapshot, message, message.expires_at or at, policy, at, approved)

    def _stop(self, stop: Stop) -> None:
        message = self._messages[stop.message_id]
        self._messages[stop.message_id] = replace(message, state=stop.state, reason=stop.reason)

    def _found_held(self, message: PastMessage) -> None:
        """A message that waits for a yes already, with what it would say at the first moment at which it may go."""
        if self._approved:
            self._messages[message.message_id] = replace(
                message, state=MessageState.QUEUED, needs_approval=True
            )
            return
        at = self.now
        for _ in range(_WAITS):
            verdict = self._ask(message, at, approved=True)
            if isinstance(verdict, Proceed):
                self._tell(Kind.APPROVAL, message, verdict.items, verdict.amounts)
            if not isinstance(verdict, Wait):
                return
            at = verdict.until

    def _tell(
        self, kind: Kind, message: PastMessage, items: tuple[Item, ...], amounts: tuple[Money, ...]
    ) -> None:
        reasons = self._because.get(message.message_id, (Reason.STEP_DUE,))
        if message.needs_approval:
            reasons += (Reason.APPROVED if kind is Kind.MESSAGE else Reason.AWAITING_APPROVAL,)
        self._foreseen.append(
            Foreseen(
                self.now,
                kind,
                message.creditor_id,
                message.step,
                self._tone(message.step),
                items,
                amounts,
                reasons,
                message.channel,
                message.contact_id,
                message.message_id,
                message.planned_at,
                until=message.expires_at if kind is Kind.APPROVAL else None,
            )
        )

    def _tone(self, name: str | None) -> Tone | None:
        step = self._policy.step(name) if name is not None else None
        return step.tone if step is not None else None


def _key(errand: PastErrand) -> tuple[object, ...]:
    return errand.kind, errand.creditor_id, errand.reason, errand.step, errand.subject, errand.cycle_on
