"""Some of a letter's invoices, spoken of together."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from channels.names import clean
from channels.view.speech import Speech
from reminders.decision import Item
from reminders.money import Money


@dataclass(frozen=True, slots=True)
class Group:
    """A few invoices in one breath: how many, how much, and since or until when."""

    count: int
    number: str
    """The oldest one's number."""
    numbers: str
    """All of them: `A, B and C`."""
    invoices: str
    """`invoice A`, or `3 invoices`."""
    amount: str
    """What is asked for them, a sum for each currency."""
    balance: str
    """What is open on them, asked for or not, a sum for each currency."""
    original: str
    """What they were issued for, a sum for each currency."""
    due: str
    """The earliest due date, long."""
    due_short: str
    spread: bool
    """Whether they are due on different days, so that the earliest is only `the first`."""
    days: str
    """Between the earliest due date and today: `7 days`."""
    when: str
    """The earliest due date from today: `today`, `tomorrow`, `in 3 days`."""

    @property
    def one(self) -> bool:
        """Whether it is a single invoice."""
        return self.count == 1


def balance(item: Item) -> int:
    """What is open on an invoice, in minor units, asked for or not; money on account counts as received."""
    return max(0, item.total - item.paid - item.credited - item.on_account - item.discounted)


def group_of(items: Sequence[Item], speech: Speech) -> Group:
    """Those invoices, which stand oldest first."""
    numbers = [clean(item.number) for item in items]
    earliest: date = min((item.due_on for item in items), default=speech.today)
    if len(items) == 1:
        invoices = speech.labels.text("invoice", number=numbers[0])
    else:
        invoices = speech.counted("invoices", len(items))
    return Group(
        count=len(items),
        number=numbers[0] if numbers else "",
        numbers=speech.formats.list(numbers),
        invoices=invoices,
        amount=speech.sums((Money(item.asked, item.currency) for item in items), zeros=True),
        balance=speech.sums((Money(balance(item), item.currency) for item in items), zeros=True),
        original=speech.sums((Money(item.total, item.currency) for item in items), zeros=True),
        due=speech.formats.long_date(earliest),
        due_short=speech.formats.short_date(earliest),
        spread=any(item.due_on != earliest for item in items),
        days=speech.days(abs((earliest - speech.today).days)),
        when=speech.when(earliest),
    )
