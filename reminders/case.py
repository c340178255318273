"""One client's case while it is being decided: what was read, and what has been decided so far."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta

from config.policy import Policy, Step
from reminders.account import Account, asked_for, paid_on
from reminders.calendar import next_open, open_at
from reminders.caps import Contacts
from reminders.decision import Decision, LeftOut, Reminder, Stop
from reminders.history import History
from reminders.ladder import Ladder, ladder_of
from reminders.reasons import Reason
from reminders.snapshot import Channel, Invoice, PastMessage, Snapshot


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
        self.history = History(self.messages, policy.positions)
        self.contacts = Contacts(policy, self.messages)
        self.contacts.expect(self.messages, now)
        self.reminders: list[Reminder] = []
        self._left_out: set[LeftOut] = set()
        self._wakes: list[datetime] = []
        self._ladders: dict[str, Ladder] = {}

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

    def look_on(self, day: int, step: Step) -> datetime | None:
        """Look again when a step can be taken on that day (a date's ordinal); says when that is.

        A step for approval is planned as its day begins, another in that day's first hour for the client.
        """
        at: datetime | None = max(self.account.place.day_start(date.fromordinal(day)), self.now)
        if not step.approval and at is not None:
            at = next_open(at, self.snapshot.client, self.policy)
        self.look(at)
        return at

    def ladder(self, invoice: Invoice) -> Ladder:
        """The invoice's rungs."""
        known = self._ladders.get(invoice.invoice_id)
        if known is None:
            known = ladder_of(invoice, self.policy, self.account.place.today(invoice.first_seen_at))
            self._ladders[invoice.invoice_id] = known
        return known

    def wait(self, step: Step, expires_at: datetime) -> LeftOut | None:
        """Why a step that is due can't go at this moment, and when it can; None: now.

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
        until = next_open(earliest, client, policy)
        if step.approval and until is not None and until < expires_at:
            return None
        return LeftOut(reason, step=step.name, until=until)

    def remind(
        self,
        step: Step,
        invoices: Sequence[Invoice],
        carrying: Invoice,
        *,
        expires_at: datetime,
        tried: Iterable[Channel] = (),
        because: Iterable[Reason] = (Reason.STEP_DUE,),
    ) -> None:
        """Plan a message, and count it as the contact that it is about to be."""
        items = tuple(map(self.account.item, invoices))
        tried = tuple(sorted(tried))
        creditor, cycle = carrying.creditor_id, (carrying.invoice_id, carrying.due_on)
        called_off = self.history.cycle(creditor, *cycle).called_off.get(step.name, 0)
        reasons = (*because, Reason.FALLBACK) if tried else tuple(because)
        self.reminders.append(
            Reminder(
                creditor,
                step.name,
                *cycle,
                items,
                paid_on(items) if step.anchor == "payment" else asked_for(items),
                expires_at,
                step.approval,
                called_off,
                tried,
                reasons,
            )
        )
        self.look(expires_at)
        if not step.approval:
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
