"""A sum that is paid in parts: what of each part is open, what is due, what comes later."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import NamedTuple

from reminders.allocation import allocate
from reminders.decision import InstalmentTold
from reminders.money import Money
from reminders.snapshot import Instalment, Invoice


class Unpaid(NamedTuple):
    """An instalment of which something is open."""

    number: int
    """Counted from 1, paid ones included."""
    due_on: date
    open: int
    """In minor units."""


@dataclass(frozen=True, slots=True)
class Schedule:
    """Parts of a sum, the earliest day first, and what came for all of them together, in minor units.

    Money fills the oldest part first, whatever the client meant it for: so no part is called late as long as enough
    came for all the parts before it and itself.
    """

    parts: tuple[Instalment, ...]
    paid: int

    @property
    def open(self) -> tuple[int, ...]:
        """What is open of each part. Their sum is the total less what came, and never below zero."""
        amounts = [part.amount for part in self.parts]
        return tuple(
            amount - share for amount, share in zip(amounts, allocate(self.paid, amounts), strict=True)
        )

    @property
    def unpaid(self) -> tuple[Unpaid, ...]:
        """The parts that are not paid in full, oldest first."""
        numbered = enumerate(zip(self.parts, self.open, strict=True), 1)
        return tuple(Unpaid(number, part.due_on, left) for number, (part, left) in numbered if left)

    @property
    def oldest(self) -> Unpaid | None:
        """The oldest part that is not paid in full; None: all are paid."""
        return next(iter(self.unpaid), None)

    @property
    def left(self) -> int:
        """What is open in all."""
        return sum(self.open)

    def told(self, currency: str) -> InstalmentTold | None:
        """The oldest part that is not paid in full, as a message shows it."""
        oldest = self.oldest
        if oldest is None:
            return None
        open_part, left = Money(oldest.open, currency), Money(self.left, currency)
        return InstalmentTold(oldest.number, len(self.parts), oldest.due_on, open_part, left)

    def due(self, day: date) -> int:
        """What is open of the parts that fall due through that day: what was missed, and what is due on it."""
        return sum(part.open for part in self.unpaid if part.due_on <= day)

    def later(self, day: date) -> int:
        """What is open of the parts that fall due after that day."""
        return self.left - self.due(day)

    def missed(self, day: date) -> tuple[Unpaid, ...]:
        """The parts whose day was over before that day and that are not paid in full. Empty again once they are."""
        return tuple(part for part in self.unpaid if part.due_on < day)

    def within(self, owed: int) -> Schedule:
        """The same agreement where less is owed than it says, for instance after a credit note.

        The agreed parts stay as they are, and the last ones shrink: what is still to come is never more than `owed`.
        """
        if self.left <= owed:
            return self
        rest = allocate(owed, self.open)
        paid = [part.amount - left for part, left in zip(self.parts, self.open, strict=True)]
        parts = zip(self.parts, paid, rest, strict=True)
        return Schedule(tuple(replace(part, amount=came + left) for part, came, left in parts), self.paid)


def schedule_of(invoice: Invoice) -> Schedule:
    """The instalments of an invoice and what payments and credit notes brought for them.

    What its total has beyond them is a last part on its due date, or with the last of them if that is later; where the
    instalments say more than is owed, the last ones shrink.
    """
    parts = sorted(invoice.instalments, key=lambda part: part.due_on)
    beyond = invoice.total - sum(part.amount for part in parts)
    if beyond > 0:
        parts.append(Instalment(max([invoice.due_on, *(part.due_on for part in parts)]), beyond))
    return Schedule(tuple(parts), invoice.paid + invoice.credited).within(invoice.open)


def current(invoice: Invoice, today: date) -> Invoice:
    """The invoice as it is chased on that day of the client's: an invoice in instalments is due part by part.

    Its `due_on` is the day of the oldest instalment not paid, and `later` what is not asked for yet. Before anything is
    missed, the next instalment alone is asked for; once one is missed, all missed ones are. An invoice that is
    settled, or due at once, is returned as it is.
    """
    if not invoice.instalments:
        return invoice
    schedule = schedule_of(invoice)
    oldest = schedule.oldest
    if oldest is None:
        return invoice
    through = max(oldest.due_on, today - timedelta(days=1))
    return replace(invoice, due_on=oldest.due_on, later=schedule.later(through))


def instalment_told(invoice: Invoice) -> InstalmentTold | None:
    """The oldest instalment of the invoice that is not paid in full, as a message shows it; None: there is none."""
    return schedule_of(invoice).told(invoice.currency) if invoice.instalments else None
