"""What was said to the client before, read for one question: was this step taken, tried, or called off?"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import UTC, date, datetime

from config.policy import Policy
from reminders.calendar import Place
from reminders.consent import reachable
from reminders.ladder import Climbed, Ladder
from reminders.reasons import Reason
from reminders.snapshot import Invoice, PastErrand, PastMessage, Snapshot
from reminders.states import DONE, UNREACHED, MessageState
from reminders.ways import Tried

_EVER = datetime.min.replace(tzinfo=UTC)

MOST_CALLS = 3
"""So many calls may ring unanswered for one step of one cycle; then the next channel has its turn."""

Key = tuple[str, str, str, date]
"""Creditor, step, carrying invoice, the day that the step counts from."""


@dataclass(slots=True)
class Tries:
    """What became of one step of one cycle."""

    said_at: datetime | None = None
    """When it was taken; None: it was not."""
    called_off: int = 0
    """How many of its messages expired or were cancelled."""
    expired: bool = False
    """Whether its time ran out before it could be said."""
    failed: set[Tried] = field(default_factory=set)
    """The ways on which it did not arrive."""
    unanswered: set[Tried] = field(default_factory=set)
    """The ways on which it rang and nobody answered ..."""
    calls: int = 0
    """... and how often in all."""

    @property
    def round(self) -> int:
        """The number of the next message: those that may be made again count."""
        return self.called_off + self.calls

    @property
    def ways(self) -> frozenset[Tried]:
        """The ways that this step is done with. Who did not answer is called again, but not for ever."""
        return frozenset(self.failed | (self.unanswered if self.calls >= MOST_CALLS else set()))


@dataclass(frozen=True, slots=True)
class _Said:
    """A step that was taken, or that ran out of time, for one carrying invoice."""

    step: str
    due_on: date
    at: datetime
    taken: bool


class History:
    """All that was said and asked of people, by step and by invoice."""

    def __init__(
        self, messages: Iterable[PastMessage], errands: Iterable[PastErrand], policy: Policy, place: Place
    ) -> None:
        self._policy = policy
        self._place = place
        self._tries: dict[Key, Tries] = {}
        self._carried: dict[tuple[str, str], list[_Said]] = defaultdict(list)
        self._named: dict[tuple[str, str], datetime] = {}
        self._tried: dict[tuple[str, str], set[Tried]] = {}
        for message in messages:
            self._read(message)
        for errand in errands:
            if errand.step is not None:
                said = _Said(errand.step, errand.cycle_on, errand.opened_at, taken=True)
                self._carried[errand.creditor_id, errand.subject].append(said)

    def _read(self, message: PastMessage) -> None:
        step, at = message.step, message.sent_at or message.planned_at
        tries = self._tries.setdefault(
            (message.creditor_id, step, message.carrying_invoice_id, message.due_on), Tries()
        )
        carried = self._carried[message.creditor_id, message.carrying_invoice_id]
        if taken(message):
            tries.said_at = max(at, tries.said_at or _EVER)
            carried.append(_Said(step, message.due_on, at, taken=True))
            for invoice_id in message.invoice_ids:
                self._named[step, invoice_id] = max(at, self._named.get((step, invoice_id), _EVER))
        elif message.state in UNREACHED:
            way = tried_way(message)
            if way.reason is Reason.UNANSWERED:
                tries.unanswered.add(way)
                tries.calls += 1
            else:
                tries.failed.add(way)
            for invoice_id in message.invoice_ids:
                self._tried.setdefault((step, invoice_id), set()).add(way)
        else:
            tries.called_off += 1
            if message.state is MessageState.EXPIRED:
                tries.expired = True
                carried.append(_Said(step, message.due_on, at, taken=False))

    def tries(self, creditor_id: str, step: str, invoice_id: str, on: date) -> Tries:
        """What became of a step that an invoice carried, counted from that day."""
        return self._tries.get((creditor_id, step, invoice_id, on)) or Tries()

    def said_of(self, creditor_id: str, step: str, on: date) -> bool:
        """Whether that step was taken in the creditor's name, counted from that day, whichever invoice carried it."""
        return any(
            (creditor_id, step, on) == (key[0], key[1], key[3]) and tries.said_at is not None
            for key, tries in self._tries.items()
        )

    def named(self, step: str, invoice_id: str) -> bool:
        """Whether a message of that step spoke of the invoice, whatever its due date was."""
        return (step, invoice_id) in self._named

    def climbed(self, invoice: Invoice, ladder: Ladder) -> Climbed:
        """How far the invoice has come in its present cycle.

        Taken is a step that the invoice carried. Taken too is one that another invoice carried and that named this one
        after its own day for it had come: two invoices due on one day are one reminder, not a second one when the
        first is paid.
        """
        due = invoice.due_on.toordinal()
        days: dict[int, int] = {}
        passed = -1
        for said in self._carried.get((invoice.creditor_id, invoice.invoice_id), ()):
            said_on = self._place.today(said.at)
            if not self._same_cycle(said.due_on, invoice.due_on, said_on):
                continue
            position = self._position(said, invoice, ladder, said_on.toordinal() - due)
            if not said.taken:
                passed = max(passed, position)
            elif position >= 0:
                days[position] = max(said_on.toordinal() - due, days.get(position, -due))
        if self._named:
            for rung in ladder.rungs:
                at = self._named.get((rung.step.name, invoice.invoice_id))
                if at is not None and rung.position not in days:
                    named_day = self._place.today(at).toordinal() - due
                    if named_day >= rung.day:
                        days[rung.position] = named_day
        reached = max(days, default=-1)
        moved = 0
        for position in sorted(days)[:-1]:
            moved = ladder.moved_by(position, days[position], moved)
        return Climbed(reached, days.get(reached, 0), passed, moved)

    def tried(self, step: str, invoice_id: str) -> tuple[Tried, ...]:
        """The ways on which that step did not arrive for the invoice."""
        return tuple(sorted(self._tried.get((step, invoice_id), ())))

    def _same_cycle(self, was_due: date, due_on: date, said_on: date) -> bool:
        """Whether a step that counted from `was_due` belongs to the cycle of `due_on`.

        A due date that moves by a few days, or to a day before the last word, is corrected: the client was told
        already. One that moves further is an extension, and a new cycle begins.
        """
        moved = (due_on - was_due).days
        return moved == 0 or moved < self._policy.returning.new_cycle_days or due_on <= said_on

    def _position(self, said: _Said, invoice: Invoice, ladder: Ladder, day: int) -> int:
        """Where a step stands on the ladder; one that the policy does not have any more, by the day it was said.

        Such a one was a message, not a person's word, and one of the ladder only if it counted from the due date: else
        it was a statement, or another occasion.
        """
        position = self._policy.positions.get(said.step)
        if position is not None or self._policy.step(said.step) is not None:
            return -1 if position is None else position
        if day <= 0 or said.due_on != invoice.due_on:
            return -1
        return max((r.position for r in ladder.rungs if r.day <= day and r.step.task is None), default=-1)


def taken(message: PastMessage) -> bool:
    """Whether the step was taken: the message is on its way, the client may have it, or a person decided against it."""
    return message.state in DONE or (
        message.state is MessageState.CANCELLED and message.reason is Reason.REFUSED
    )


def tried_way(message: PastMessage) -> Tried:
    """The way of a message that did not arrive, or of which no word came."""
    silent = message.state is MessageState.NO_RECEIPT
    unsaid = Reason.NO_RECEIPT if silent else Reason.BOUNCED
    return Tried(message.channel, message.contact_id or "", message.reason or unsaid)


def exhausted(tried: Iterable[Tried], snapshot: Snapshot, policy: Policy) -> bool:
    """Whether a step failed on every channel that the policy allows, for all who could be reached there."""
    tried = set(tried)
    if not {way.channel.value for way in tried} >= set(policy.channels):
        return False
    over = {way.channel for way in tried if not way.about_the_contact}
    asked = {(way.channel, way.contact_id) for way in tried}
    return not any(
        (channel, contact.contact_id) not in asked
        and reachable(snapshot.client, snapshot.suppressions, channel, contact.contact_id, policy) is None
        for channel in {way.channel for way in tried} - over
        if channel.value in policy.channels
        for contact in snapshot.client.contacts
    )
