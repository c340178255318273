"""The statement of a letter: a row for each invoice, what it comes to, and notes on what is left aside.

There are two. What a letter *asks for* takes off all that is not asked for, down to the sum that is. The *whole*
account shows what is open, and marks the parts that are disputed, promised or not due yet: it asks for nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from channels.names import clean
from channels.view.items import balance
from channels.view.speech import Speech
from reminders.decision import Item
from reminders.money import Money, totals


@dataclass(frozen=True, slots=True)
class Row:
    """One invoice. Deductions and marks are empty where there is nothing to tell."""

    number: str
    issued: str
    due: str
    standing: str
    """`7 days late`; beside others that are late: `not due yet`; or empty."""
    original: str
    deductions: tuple[tuple[str, str], ...]
    """(why, amount) of what is taken off: paid, credited, under dispute, promised, ..."""
    open: str
    marks: tuple[tuple[str, str], ...]
    """(why, amount) of parts of what is open."""
    document_url: str


@dataclass(frozen=True, slots=True)
class Sum:
    """A line below the rows of several invoices."""

    label: str
    amount: str
    main: bool
    """Whether it is what the letter is about; else it is there for the whole picture."""


@dataclass(frozen=True, slots=True)
class Table:
    """A statement, ready to be laid out."""

    rows: tuple[Row, ...]
    sums: tuple[Sum, ...]
    itemised: bool
    """Whether any invoice is open for less than its original amount, or in parts that are told apart."""
    notes: tuple[str, ...]
    """Sentences on what is left aside and why."""


def asked_table(
    items: Sequence[Item],
    late: Sequence[Item],
    amounts: Sequence[Money],
    speech: Speech,
    urls: Mapping[str, str],
) -> Table:
    """What the letter asks for. `late` are the late invoices, if it speaks of these; `amounts` its sums."""
    beside = any(item.due_on < speech.today for item in items)
    later = [item for item in items if item.asked and item not in late] if late else []

    def row(item: Item) -> Row:
        return _row(
            item,
            speech,
            urls,
            item.asked,
            _standing(item, speech, beside=beside),
            (
                ("paid", item.paid),
                ("credited", item.credited),
                ("discounted", item.discounted),
                ("under_dispute", item.disputed),
                ("held", item.held),
                ("later", item.later),
                ("on_account", item.on_account),
            ),
            (),
        )

    notes = (
        ("note_not_due", _sum(later, lambda item: item.asked, speech)),
        ("note_later", _sum(items, lambda item: item.later, speech)),
        ("note_disputed", _sum(items, lambda item: item.disputed, speech)),
        ("note_held", _sum(items, lambda item: item.held, speech)),
        ("note_on_account", _sum(items, lambda item: item.on_account, speech)),
    )
    return Table(
        tuple(row(item) for item in items),
        tuple(_asked_sums(items, late if later else (), amounts, speech)),
        any(item.asked != item.total for item in items),
        tuple(speech.labels.text(key, amount=amount) for key, amount in notes if amount),
    )


def whole_table(items: Sequence[Item], speech: Speech, urls: Mapping[str, str]) -> Table:
    """The account as it stands, without asking for anything."""

    def row(item: Item) -> Row:
        coming = item.due_on >= speech.today
        return _row(
            item,
            speech,
            urls,
            balance(item),
            speech.labels.text("not_due_yet") if coming and balance(item) else "",
            (
                ("paid", item.paid),
                ("credited", item.credited),
                ("discounted", item.discounted),
                ("on_account", item.on_account),
            ),
            (("of_it_disputed", item.disputed), ("of_it_held", item.held), ("of_it_later", item.later)),
        )

    rows = tuple(row(item) for item in items)
    itemised = any(balance(item) != item.total or row.marks for item, row in zip(items, rows, strict=True))
    return Table(rows, tuple(_whole_sums(items, speech)), itemised, ())


def _row(
    item: Item,
    speech: Speech,
    urls: Mapping[str, str],
    open_: int,
    standing: str,
    deductions: tuple[tuple[str, int], ...],
    marks: tuple[tuple[str, int], ...],
) -> Row:
    def shown(parts: tuple[tuple[str, int], ...]) -> tuple[tuple[str, str], ...]:
        return tuple(
            (speech.labels.text(key), speech.money(Money(minor, item.currency)))
            for key, minor in parts
            if minor
        )

    return Row(
        number=clean(item.number),
        issued=speech.formats.short_date(item.issued_on),
        due=speech.formats.short_date(item.due_on),
        standing=standing,
        original=speech.money(Money(item.total, item.currency)),
        deductions=shown(deductions),
        open=speech.money(Money(open_, item.currency)),
        marks=shown(marks),
        document_url=urls.get(item.number, ""),
    )


def _standing(item: Item, speech: Speech, *, beside: bool) -> str:
    # What is settled is not late any more: a thank-you on Monday for Friday's payment would reproach it.
    late = (speech.today - item.due_on).days
    if late > 0 and item.asked:
        return speech.counted("days_late", late)
    return speech.labels.text("not_due_yet") if late <= 0 and beside and item.asked else ""


def _asked_sums(
    items: Sequence[Item], late: Sequence[Item], amounts: Sequence[Money], speech: Speech
) -> Iterator[Sum]:
    """What it comes to. `late` are the late invoices where others are not: theirs is the sum that counts."""
    past_due = totals(Money(item.asked, item.currency) for item in late if item.asked)
    for money in past_due:
        yield Sum(speech.labels.text("past_due"), speech.money(money), main=True)
    if past_due:
        label = "open_in_all"
    else:
        label = "total" if any(item.asked for item in items) else "received"
    for money in amounts:
        yield Sum(speech.labels.text(label), speech.money(money), main=not past_due)


def _whole_sums(items: Sequence[Item], speech: Speech) -> Iterator[Sum]:
    """What is open in all and, where that is not all of one kind, the parts: they add up to it."""
    for money in totals(Money(balance(item), item.currency) for item in items):
        yield Sum(speech.labels.text("whole"), speech.money(money), main=True)
        parts: dict[str, int] = {}
        for item in items:
            if item.currency == money.currency:
                for key, minor in _parts(item, speech):
                    parts[key] = parts.get(key, 0) + minor
        if len(parts) > 1:
            for key in ("of_it_due", "of_it_not_due", "of_it_disputed", "of_it_held"):
                if minor := parts.get(key, 0):
                    yield Sum(speech.labels.text(key), speech.money(Money(minor, money.currency)), main=False)


def _parts(item: Item, speech: Speech) -> Iterator[tuple[str, int]]:
    """What the open amount of an invoice is made of."""
    rest = balance(item)
    for key, minor in (
        ("of_it_disputed", item.disputed),
        ("of_it_held", item.held),
        ("of_it_not_due", item.later),
    ):
        part = min(rest, minor)
        rest -= part
        if part:
            yield key, part
    if rest:
        yield "of_it_due" if item.due_on < speech.today else "of_it_not_due", rest


def _sum(items: Sequence[Item], amount: Callable[[Item], int], speech: Speech) -> str:
    return speech.sums(Money(amount(item), item.currency) for item in items)
