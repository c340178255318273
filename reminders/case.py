"""One client's case while it is being decided: what was read, and what has been decided so far."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta

from config.policy import Anchor, Policy, Step
from reminders.account import Account, asked_for, paid_on
from reminders.calendar import next_open, open_at
from reminders.caps import Contacts
from reminders.conditions import large_or_key, left_out
from reminders.decision import Decision, Errand, LeftOut, Reminder, Stop, Told, Way
from reminders.history import History
from reminders.ladder import Ladder, ladder_of
from reminders.money import Money
from reminders.reasons import Reason
from reminders.snapshot import Invoice, PastMessage, Snapshot
from reminders.states import CONTACTS, MessageState
from reminders.ways import Tried

_NOBODY: frozenset[str] = frozenset()
_AT_ONCE = timedelta(seconds=1)
LOOK_AT_STALE = timedelta(hours=6)
"""How soon to look again while payments are not known."""


class Case:
    """The working state of one decision. Every planner reads it and leaves its answers in it."""

    def __init__(
        self, snapshot: Snapshot, policy: Policy, now: datetime, account: Account, stops: Sequence[Stop]
    ) -> None:
        self.snapshot = snapshot
        self.policy = policy
        self.now = now
        self.account = account
        self.stops = stops
        self.messages = _after(snapshot.messages, stops)
        self.history = History(self.messages, snapshot.errands, policy, account.place)
        self.contacts = Contacts(policy, self.messages, snapshot.conversations)
        self.contacts.expect(self.messages, now)
        self.reminders: list[Reminder] = []
        self.errands: list[Errand] = []
        self.over: list[str] = []
        self.next_reminder: datetime | None = None
        """When the next reminder of the ladders can go, as far as its day is known and still to come."""
        self._left_out: set[LeftOut] = set()
        self._wakes: list[datetime] = []
        self._ladders: dict[str, Ladder] = {}
        self._owed: dict[str, tuple[Money, ...]] = {}

    def leave_out(
        self,
        reason: Reason,
        *,
        invoice: str | None = None,
        step: str | None = None,
        until: datetime | None = None,
    ) -> None:
        """Say what is not done and why, and look again when that ends."""
        self._left_out.add(LeftOut(reason, invoice, step, until))
        self.look(until)

    def look(self, at: datetime | None) -> None:
        """Look again then, if it is to come."""
        if at is not None and at > self.now:
            self._wakes.append(at)

    def look_on(self, day: int, step: Step) -> datetime:
        """Look again when a step can be taken on that day (a date's ordinal); says when that is.

        A step for approval or for a person is planned as its day begins, another in that day's first hour for the
        client. Where the policy asks for approval of what large accounts get, both are looked at: whether this one is
        large shows on the day. Where the client's own wishes leave no hour at all, the day's begin has to do: what
        comes after the step must not be forgotten.
        """
        at = max(self.account.place.day_start(date.fromordinal(day)), self.now)
        if not step.approval and step.task is None:
            if step.overdue and self.policy.approval_when:
                self.look(at)
            at = next_open(at, self.snapshot.client, self.policy) or at
        self.look(at)
        return at

    def expect_reminder(self, step: Step, at: datetime) -> None:
        """Note that the step of an invoice's ladder is to come then, if it is a message that keeps to the gap.

        One for approval waits for a person first, and is none to keep the day free for.
        """
        if step.task is None and not step.gap_exempt and not step.approval:
            self.next_reminder = min(at, self.next_reminder or at)

    def ladder(self, invoice: Invoice) -> Ladder:
        """The invoice's rungs."""
        known = self._ladders.get(invoice.invoice_id)
        if known is None:
            without = _NOBODY
            if self.policy.conditional:
                without = left_out(self.policy, self.snapshot.client, self.owed(invoice.creditor_id))
            known = ladder_of(invoice, self.policy, self.account.place, without)
            self._ladders[invoice.invoice_id] = known
        return known

    def owed(self, creditor_id: str) -> tuple[Money, ...]:
        """What may be asked for in that creditor's name, per currency."""
        known = self._owed.get(creditor_id)
        if known is None:
            known = asked_for(map(self.account.item, self.account.live_of(creditor_id)))
            self._owed[creditor_id] = known
        return known

    def needs_approval(self, step: Step, creditor_id: str) -> bool:
        """Whether a person must say yes: the step always wants it, or the policy wants it for such an account."""
        if step.approval or not self.policy.approval_when:
            return step.approval
        return large_or_key(step, self.policy, self.snapshot.client, self.owed(creditor_id))

    def wait(self, step: Step, expires_at: datetime, approval: bool = False) -> LeftOut | None:
        """Why a step that is due can't go at this moment, and when it can; None: now. `approval`: it is held first.

        The gap and the cap come first, for they say more than the hour; the moment they end is moved into the window.
        A step for approval goes to a person first, and nothing has to wait for that: the last gate asks again. But
        nobody is asked to approve what could not go any more before it expires.
        """
        client, policy, now = self.snapshot.client, self.policy, self.now
        earliest, reason = now, None
        gap, cap = self.contacts.gap_end(step), self.contacts.cap_end(now)
        if gap is not None and gap > earliest:
            earliest, reason = gap, Reason.CONTACT_GAP
        if cap is not None and cap > earliest:
            earliest, reason = cap, Reason.FREQUENCY_CAP
        if reason is None:
            reason = open_at(now, client, policy)
            if reason is None:
                return None
        until = next_open(earliest, client, policy, expires_at)
        if approval and until is not None and until < expires_at:
            return None
        return LeftOut(reason, step=step.name, until=until)

    def said_today(self, step: Step) -> bool:
        """Whether a message of that step went, or is about to go, on this day of the client."""
        today, place = self.account.today, self.account.place
        return any(reminder.step == step.name for reminder in self.reminders) or any(
            message.step == step.name
            and (message.state in CONTACTS or message.state.is_open)
            and place.today(message.sent_at or message.planned_at) == today
            for message in self.messages
        )

    def written_today(self) -> bool:
        """Whether any message went, or is about to go, on this day of the client; one for approval is not."""
        today, place = self.account.today, self.account.place
        return any(not reminder.needs_approval for reminder in self.reminders) or any(
            (message.state in CONTACTS or (message.state.is_open and message.state is not MessageState.HELD))
            and place.today(message.sent_at or message.planned_at) == today
            for message in self.messages
        )

    def until_fresh(self) -> datetime:
        """When to look again while payments are not known: the biller may publish without touching this client."""
        return self.now + LOOK_AT_STALE

    def tomorrow(self, step: Step) -> datetime:
        """Look again for that step on the client's next day; says when."""
        return self.look_on(self.account.today.toordinal() + 1, step)

    def look_again(self) -> None:
        """Look again as soon as what was decided is in the books."""
        self._wakes.append(self.now + _AT_ONCE)

    def ask_a_person(self, errand: Errand) -> None:
        """Open a task, once."""
        self.errands.append(errand)

    def remind(
        self,
        step: Step,
        invoices: Sequence[Invoice],
        carrying: Invoice,
        *,
        expires_at: datetime,
        tried: Iterable[Tried] = (),
        because: Iterable[Reason] = (Reason.STEP_DUE,),
        cycle_on: date | None = None,
        amounts: tuple[Money, ...] | None = None,
        told: Told | None = None,
        way: Way | None = None,
    ) -> None:
        """Plan a message, and count it as the contact that it is about to be.

        `cycle_on` is the day that the step counts from, where that is not the carrying invoice's due date; `amounts`
        what is asked for, where that is not what the items ask for.
        """
        items = tuple(map(self.account.item, invoices))
        tried = tuple(sorted(tried))
        creditor, cycle_on = carrying.creditor_id, cycle_on or carrying.due_on
        if amounts is None:
            amounts = paid_on(items) if step.anchor is Anchor.PAYMENT else asked_for(items)
        reasons = tuple(because)
        approval = self.needs_approval(step, creditor)
        if approval and not step.approval:
            reasons += (Reason.LARGE_OR_KEY,)
        if tried:
            reasons += (Reason.FALLBACK,)
        tries = self.history.tries(creditor, step.name, carrying.invoice_id, cycle_on)
        self.reminders.append(
            Reminder(
                creditor,
                step.name,
                carrying.invoice_id,
                cycle_on,
                items,
                amounts,
                expires_at,
                approval,
                tries.round,
                tried,
                reasons,
                told,
                way,
            )
        )
        self.look(expires_at)
        if not approval:
            self.contacts.add(step.name, self.now)

    def expiry(self, day: int, at_least: timedelta = timedelta(0)) -> datetime:
        """The end of that day (a date's ordinal) for the client, but no sooner than `at_least` from now."""
        far = min(day + 1, date.max.toordinal() - 1)
        end = self.account.place.day_start(date.fromordinal(far))
        return max(end, self.now + at_least)

    def decision(self) -> Decision:
        """What was decided. Equal cases give equal decisions, in whatever order they were told."""
        return Decision(
            self.snapshot.client.client_id,
            tuple(sorted(self.reminders, key=lambda r: (r.creditor_id, r.step, r.carrying_invoice_id))),
            tuple(sorted(self.stops, key=lambda stop: stop.message_id)),
            tuple(sorted(self._left_out, key=_order)),
            tuple(sorted(self.errands, key=lambda e: (e.kind, e.creditor_id, e.subject, e.cycle_on))),
            tuple(sorted(self.over)),
            min(self._wakes, default=None),
        )


def _after(messages: Sequence[PastMessage], stops: Sequence[Stop]) -> Sequence[PastMessage]:
    """The messages as they will stand once the stops are done: what is stopped takes no step any more."""
    if not stops:
        return messages
    ends = {stop.message_id: stop for stop in stops}
    return [
        replace(m, state=ends[m.message_id].state, reason=ends[m.message_id].reason)
        if m.message_id in ends
        else m
        for m in messages
    ]


def _order(left: LeftOut) -> tuple[str, str, str, str]:
    until = left.until.isoformat() if left.until else ""
    return left.invoice_id or "", left.step or "", left.reason.value, until
