"""Never an amount or a currency that is not the book's at that instant."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator

from config.policy import Anchor
from reminders.decision import AnswerTold, DiscountTold, InstalmentTold, PromiseTold, ReturnTold
from tests.reminders.nevers import sums
from tests.reminders.nevers.facts import Bill, Word
from tests.reminders.nevers.never_1 import about_a_plan
from tests.reminders.nevers.places import day_of
from tests.reminders.nevers.player import Life, Sent
from tests.reminders.nevers.stopped import askable, bill_stops, was_decided


def never_2(life: Life) -> list[str]:
    """Every message that named a wrong sum."""
    return [f"{sent.at} {sent.step.name}: {flaw}" for sent in life.sent for flaw in _flaws(sent)]


def _flaws(sent: Sent) -> Iterator[str]:
    facts = sent.facts
    bills = [bill for item in sent.items if (bill := facts.bill(item.invoice_id)) is not None]
    yield from _wrong_items(sent, bills)
    if sent.step.anchor is Anchor.ANSWER:
        yield from _of_an_answer(sent)
        return
    asked = Counter({money.currency: money.minor for money in sent.amounts})
    if len(asked) != len(sent.amounts) or min(asked.values(), default=0) <= 0:
        yield f"names {sent.amounts}"
    if sent.step.anchor is Anchor.PAYMENT:
        yield from _other_than(asked, bills, lambda bill: sums.paid(facts, bill))
    elif sent.step.anchor is Anchor.MONTH:
        yield from _other_than(asked, bills, lambda bill: sums.owed(facts, bill))
    elif sent.step.ladder and not about_a_plan(sent):
        items = {item.invoice_id: item.asked for item in sent.items}
        yield from _other_than(asked, bills, lambda bill: items[bill.invoice_id])
        yield from _wrong_demands(sent)
    else:
        yield from _on_an_occasion(sent, asked, bills)


def _of_an_answer(sent: Sent) -> Iterator[str]:
    """It asks for nothing; of a promise it may tell the sum."""
    if sent.amounts:
        yield f"asks for {sent.amounts} in answer to an answer"
    told = sent.told
    if isinstance(told, AnswerTold) and told.money is not None:
        promised = {
            (word.amount, word.currency) for word in sent.facts.words if word.for_on == told.promised_on
        }
        if (told.money.minor, told.money.currency) not in promised:
            yield f"{told.money} is no promise of the client's"


def _wrong_items(sent: Sent, bills: list[Bill]) -> Iterator[str]:
    facts = sent.facts
    for item, bill in zip(sent.items, bills, strict=True):
        named = (item.currency, item.total, item.paid, item.credited, item.disputed)
        money = (sums.paid(facts, bill), sums.credited(facts, bill), sums.disputed(facts, bill))
        if named != (bill.currency, bill.total, *money):
            yield f"{item.invoice_id} reads {named}, the book {bill.total} {bill.currency} and {money}"


def _other_than(asked: Counter[str], bills: list[Bill], amount: Callable[[Bill], int]) -> Iterator[str]:
    expected = Counter[str]()
    for bill in bills:
        expected[bill.currency] += amount(bill)
    if asked != expected:
        yield f"{dict(asked)} instead of {dict(expected)}"


def _wrong_demands(sent: Sent) -> Iterator[str]:
    """A demand asks for all that its creditor may ask for, and for nothing else."""
    facts, policy = sent.facts, sent.policy
    today = day_of(facts.client, sent.at)
    left = {bill.currency: sums.on_account(facts, bill.currency) for bill in facts.bills}
    unsure: set[str] = set()
    expected: dict[str, int] = {}
    limits: dict[str, int] = {}
    for bill in sorted(facts.bills, key=lambda bill: (sums.due_day(facts, bill), bill.invoice_id)):
        if bill_stops(facts, policy, sent.snapshot.errands, bill, sent.at):
            continue
        amount, exact = askable(facts, policy, bill, today)
        if not exact or was_decided(bill, sent.snapshot.errands):
            unsure.add(bill.currency)
        covered = min(left[bill.currency], amount)
        left[bill.currency] -= covered
        limits[bill.invoice_id] = amount
        rest = amount - covered
        if bill.creditor_id == sent.message.creditor_id and rest >= max(
            1, policy.minimum.get(bill.currency, 0)
        ):
            expected[bill.invoice_id] = rest
    if sent.step.anchor is Anchor.ISSUE:
        expected = {key: rest for key, rest in expected.items() if key in sent.message.invoice_ids}
    named = {item.invoice_id: item for item in sent.items}
    for key, item in named.items():
        if item.asked > limits.get(key, 0):
            yield f"{item.asked} is asked for {key}, of which at most {limits.get(key, 0)} may be"
    if sent.step.anchor is Anchor.ISSUE:
        return  # those that were introduced before are left out
    for key in sorted(expected.keys() | named.keys()):
        known = facts.bill(key)
        rest = named[key].asked if key in named else 0
        if known is not None and known.currency not in unsure and rest != expected.get(key, 0):
            yield f"{rest} is asked for {key} instead of {expected.get(key, 0)}"


def _on_an_occasion(sent: Sent, asked: Counter[str], bills: list[Bill]) -> Iterator[str]:
    """What an agreement asks for: never more than was agreed, nor than is owed without dispute."""
    facts, told, on = sent.facts, sent.told, sent.message.due_on
    sure = sum(max(0, sums.owed(facts, bill) - sums.disputed(facts, bill)) for bill in bills)
    limit = sure
    if isinstance(told, PromiseTold):
        words = [w for w in facts.words if w.for_on == on and w.amount == told.money.minor]
        if not words or told.promised_on != on:
            yield f"{told} is no promise of the client's"
        limit = max((min(sure, word.amount - told.kept.minor) for word in words), default=0)
        if told.kept.minor > max((_came(sent, word) for word in words), default=0):
            yield f"{told.kept} did not come"
    elif isinstance(told, InstalmentTold):
        deals = [sums.deal_of(facts, bill) for bill in bills]
        parts = [sums.oldest_part(facts, deal) for deal in deals if deal is not None]
        limit = min(sure, max((part[1] for part in parts if part is not None and part[0] == on), default=0))
        if told.money.minor > max((part[1] for part in parts if part is not None), default=0):
            yield f"{told} is no instalment of the plan"
    elif isinstance(told, DiscountTold):
        (bill,) = bills
        limit = sums.discount_price(facts, bill, sums.paid(facts, bill))
        price = (bill.discount.by_on if bill.discount else None, limit)
        if (told.by_on, told.to_pay.minor) != price or day_of(facts.client, sent.at) > told.by_on:
            yield f"{told} instead of {price}"
    elif isinstance(told, ReturnTold):
        (bill,) = bills
        if told.money.minor != _returned(sent, bill):
            yield f"{told}, where {_returned(sent, bill)} came back on {on}"
    else:
        yield "tells of nothing"
    if asked.total() > limit:
        yield f"{asked.total()} is asked for, of {limit}"


def _came(sent: Sent, word: Word) -> int:
    bills = sent.facts.covered(word.invoice_ids, word.currency)
    return sums.came_for(sent.facts, bills, word.made_at)


def _returned(sent: Sent, bill: Bill) -> int:
    """What came back, or failed to come, on the day that the message counts from."""
    facts, on = sent.facts, sent.message.due_on
    back = [
        amount
        for receipt in facts.receipts
        if receipt.back_on == on and receipt.currency == bill.currency
        for key, amount in receipt.parts
        if key == bill.invoice_id
    ]
    failed = [d.amount or 0 for d in facts.debits if d.failed_on == on and d.invoice_id == bill.invoice_id]
    return sum(back) + sum(failed)
