"""What was said to the client before, read for one question: was this step taken, tried, or called off?"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime

from config.policy import Policy
from reminders.calendar import Place
from reminders.ladder import Ladder
from reminders.reasons import Reason
from reminders.snapshot import Channel, Invoice, PastMessage
from reminders.states import DONE, UNREACHED, MessageState

_EVER = datetime.min.replace(tzinfo=UTC)

CycleKey = tuple[str, str, date]
"""Creditor, carrying invoice, its due date: a due date that moves begins a new cycle."""


@dataclass(slots=True)
class Cycle:
    """The messages of one cycle."""

    reached: int = -1
    """The highest position on the ladder that was taken, or that a person refused; no step at or below it follows."""
    called_off: dict[str, int] = field(default_factory=dict)
    """Per step, how many messages expired or were cancelled: the `round` of the next one."""
    tried: dict[str, set[Channel]] = field(default_factory=dict)
    """Per step, the channels on which it did not arrive."""


class History:
    """All that was said, by cycle and by invoice."""

    def __init__(self, messages: Iterable[PastMessage], positions: Mapping[str, int]) -> None:
        self._cycles: dict[CycleKey, Cycle] = {}
        self._named: dict[tuple[str, str], datetime] = {}
        self._tried: dict[tuple[str, str], set[Channel]] = {}
        for message in messages:
            key = (message.creditor_id, message.carrying_invoice_id, message.due_on)
            cycle = self._cycles.get(key)
            if cycle is None:
                cycle = self._cycles[key] = Cycle()
            step = message.step
            if taken(message):
                cycle.reached = max(cycle.reached, positions.get(step, -1))
                said_at = message.sent_at or message.planned_at
                for invoice_id in message.invoice_ids:
                    if said_at > self._named.get((step, invoice_id), _EVER):
                        self._named[step, invoice_id] = said_at
            elif message.state in UNREACHED:
                cycle.tried.setdefault(step, set()).add(message.channel)
                for invoice_id in message.invoice_ids:
                    self._tried.setdefault((step, invoice_id), set()).add(message.channel)
            else:
                cycle.called_off[step] = cycle.called_off.get(step, 0) + 1

    def cycle(self, creditor_id: str, invoice_id: str, due_on: date) -> Cycle:
        """What was said in that cycle."""
        return self._cycles.get((creditor_id, invoice_id, due_on)) or Cycle()

    def named(self, step: str, invoice_id: str) -> bool:
        """Whether a message of that step spoke of the invoice, whatever its due date was."""
        return (step, invoice_id) in self._named

    def reached(self, invoice: Invoice, ladder: Ladder, place: Place) -> int:
        """The highest position on the ladder that was taken for the invoice in its present cycle, or -1.

        Taken is a step that the invoice carried. Taken too is one that another invoice carried and that named this one
        after its own day for it had come: two invoices due on one day are one reminder, not a second one when the
        first is paid.
        """
        reached = self.cycle(invoice.creditor_id, invoice.invoice_id, invoice.due_on).reached
        if self._named:
            due = invoice.due_on.toordinal()
            for rung in ladder.rungs:
                said_at = self._named.get((rung.step.name, invoice.invoice_id))
                if said_at is not None and rung.position > reached:
                    reached = rung.position if place.today(said_at).toordinal() - due >= rung.day else reached
        return reached

    def tried(self, step: str, invoice_id: str) -> tuple[Channel, ...]:
        """The channels on which that step did not arrive for the invoice."""
        return tuple(sorted(self._tried.get((step, invoice_id), ())))


def taken(message: PastMessage) -> bool:
    """Whether the step was taken: the message is on its way, the client may have it, or a person decided against it."""
    return message.state in DONE or (
        message.state is MessageState.CANCELLED and message.reason is Reason.REFUSED
    )


def exhausted(tried: Iterable[Channel], policy: Policy) -> bool:
    """Whether a step failed on every channel that the policy allows."""
    return {channel.value for channel in tried} >= set(policy.channels)
