"""What a letter tells beside its invoices: a promise, an instalment, a discount, a payment that came
back, an answer.

A promise or a plan can go over more than the letter may ask for: another creditor's invoices, a part that is disputed
by now, money on account. What is still to come is therefore never more than what the letter asks for.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from channels.view.speech import Speech
from reminders.decision import AnswerTold, DiscountTold, InstalmentTold, PromiseTold, ReturnTold
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
    """What is still to come."""
    whole: bool
    """Whether that is all that was promised."""


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


@dataclass(frozen=True, slots=True)
class AnswerWords:
    """What the reader answered, and what follows from it."""

    kind: str
    """Its class: `promise`, `paid`, `dispute`, `hardship`, `call_me` or `wrong_person`; `agreed` of terms."""
    on: str
    """The day on which the answer came."""
    by: str
    """The day that was promised; empty: none was."""
    by_short: str
    amount: str
    """What was promised by then; empty where that is not to be told."""
    until: str
    """By when a person gets in touch; empty: nobody was promised to."""
    until_short: str
    parts: tuple[PartWords, ...]
    """Of agreed terms: what is to be paid and when, the earliest day first."""


@dataclass(frozen=True, slots=True)
class PartWords:
    """One part of agreed terms."""

    amount: str
    by: str
    by_short: str


def promise_words(told: PromiseTold, asked: Sequence[Money], speech: Speech) -> PromiseWords:
    """A promise for the reader."""
    left = _within(asked, Money(max(0, told.money.minor - told.kept.minor), told.money.currency))
    return PromiseWords(
        said=speech.day(told.made_on),
        by=speech.day(told.promised_on),
        by_short=speech.short_day(told.promised_on),
        when=speech.when(told.promised_on),
        amount=speech.money(told.money),
        kept=speech.money(told.kept) if told.kept.minor > 0 else "",
        left=speech.money(left),
        whole=left == told.money,
    )


def instalment_words(told: InstalmentTold, asked: Sequence[Money], speech: Speech) -> InstalmentWords:
    """An instalment for the reader."""
    after = told.left - told.money
    return InstalmentWords(
        number=str(told.number),
        of=str(told.of),
        due=speech.formats.long_date(told.due_on),
        due_short=speech.formats.short_date(told.due_on),
        when=speech.when(told.due_on),
        days=speech.days(abs((speech.today - told.due_on).days)),
        amount=speech.money(_within(asked, told.money)),
        after=speech.money(after) if after.minor > 0 else "",
    )


def discount_words(told: DiscountTold, asked: Sequence[Money], speech: Speech) -> DiscountWords:
    """A discount for the reader."""
    return DiscountWords(
        by=speech.formats.long_date(told.by_on),
        by_short=speech.formats.short_date(told.by_on),
        when=speech.when(told.by_on),
        saved=speech.money(told.saved),
        to_pay=speech.money(_within(asked, told.to_pay)),
    )


def return_words(told: ReturnTold, speech: Speech) -> ReturnWords:
    """A payment that came back, for the reader."""
    return ReturnWords(
        on=speech.day(told.on),
        amount=speech.money(told.money),
        failed=told.failed,
    )


def answer_words(told: AnswerTold, speech: Speech) -> AnswerWords:
    """An answer, for the reader who gave it."""
    by, until = told.promised_on, told.by_on
    return AnswerWords(
        kind="agreed" if told.parts else told.kind.value,
        on=speech.day(told.received_on),
        by=speech.day(by) if by else "",
        by_short=speech.short_day(by) if by else "",
        amount=speech.money(told.money) if told.money else "",
        until=speech.day(until) if until else "",
        until_short=speech.short_day(until) if until else "",
        parts=tuple(
            PartWords(speech.money(part.money), speech.day(part.due_on), speech.short_day(part.due_on))
            for part in told.parts
        ),
    )


def _within(asked: Sequence[Money], money: Money) -> Money:
    """The amount, or what is asked for in its currency where that is less."""
    same = [sum_ for sum_ in asked if sum_.currency == money.currency]
    return min([money, *same], key=lambda one: one.minor)
