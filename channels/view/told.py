"""What a letter tells beside its invoices: a promise, an instalment, a discount, a payment that came back."""

from __future__ import annotations

from dataclasses import dataclass

from channels.view.speech import Speech
from reminders.decision import DiscountTold, InstalmentTold, PromiseTold, ReturnTold
from reminders.money import Money


@dataclass(frozen=True, slots=True)
class PromiseWords:
    """The client's own words back."""

    said: str
    """The day on which they said it: `3 May`, with the year where it is another."""
    by: str
    by_short: str
    when: str
    """The promised day from today: `tomorrow`, `2 days ago`."""
    amount: str
    kept: str
    """What has come of it; empty: nothing yet."""
    left: str
    """What has not come."""


@dataclass(frozen=True, slots=True)
class InstalmentWords:
    """One instalment of an invoice or a plan."""

    number: str
    of: str
    due: str
    due_short: str
    when: str
    days: str
    """How late it is: `3 days`."""
    amount: str
    """What of it is open."""
    after: str
    """What is left when it is paid; empty: it is the last."""


@dataclass(frozen=True, slots=True)
class DiscountWords:
    """An early-payment discount that is still open."""

    by: str
    by_short: str
    when: str
    saved: str
    to_pay: str
    """The sum that settles the invoice by that day."""


@dataclass(frozen=True, slots=True)
class ReturnWords:
    """A payment that came back, or a direct debit that could not be collected."""

    on: str
    amount: str
    failed: bool


def promise_words(told: PromiseTold, speech: Speech) -> PromiseWords:
    """A promise for the reader."""
    left = Money(max(0, told.money.minor - told.kept.minor), told.money.currency)
    return PromiseWords(
        said=speech.day(told.made_on),
        by=speech.day(told.promised_on),
        by_short=speech.short_day(told.promised_on),
        when=speech.when(told.promised_on),
        amount=speech.money(told.money),
        kept=speech.money(told.kept) if told.kept.minor > 0 else "",
        left=speech.money(left),
    )


def instalment_words(told: InstalmentTold, speech: Speech) -> InstalmentWords:
    """An instalment for the reader."""
    after = told.left - told.money
    return InstalmentWords(
        number=str(told.number),
        of=str(told.of),
        due=speech.formats.long_date(told.due_on),
        due_short=speech.formats.short_date(told.due_on),
        when=speech.when(told.due_on),
        days=speech.days(abs((speech.today - told.due_on).days)),
        amount=speech.money(told.money),
        after=speech.money(after) if after.minor > 0 else "",
    )


def discount_words(told: DiscountTold, speech: Speech) -> DiscountWords:
    """A discount for the reader."""
    return DiscountWords(
        by=speech.formats.long_date(told.by_on),
        by_short=speech.formats.short_date(told.by_on),
        when=speech.when(told.by_on),
        saved=speech.money(told.saved),
        to_pay=speech.money(told.to_pay),
    )


def return_words(told: ReturnTold, speech: Speech) -> ReturnWords:
    """A payment that came back, for the reader."""
    return ReturnWords(
        on=speech.day(told.on),
        amount=speech.money(told.money),
        failed=told.failed,
    )
