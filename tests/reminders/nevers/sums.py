"""Plain sums over the facts of a life: what is paid, owed, held back, in minor units of the bill's currency."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from fractions import Fraction
from math import floor

from config.policy import Policy
from reminders.reasons import Reason
from tests.reminders.nevers.facts import Bill, Deal, Debit, Facts, Receipt, Word
from tests.reminders.nevers.places import day_of

DEBIT_PATIENCE = timedelta(days=5)
"""So long after its expected day a debit without a word is still waited for."""
UNDER_WAY = timedelta(days=5)
"""So long may money be on its way before billing tells of it."""
WHOLE = 10**12
"""More than any bill."""


def stands(receipt: Receipt) -> bool:
    return receipt.back_on is None


def came(facts: Facts, bill: Bill, receipt: Receipt) -> int:
    """What one payment brought to a bill: what is in its own currency, and did not go back."""
    if not stands(receipt) or receipt.currency != bill.currency:
        return 0
    return sum(amount for key, amount in receipt.parts if key == bill.invoice_id)


def paid(facts: Facts, bill: Bill) -> int:
    return sum(came(facts, bill, receipt) for receipt in facts.receipts)


def credited(facts: Facts, bill: Bill) -> int:
    return sum(cut.amount for cut in facts.cuts if cut.invoice_id == bill.invoice_id)


def owed(facts: Facts, bill: Bill) -> int:
    """What is open, disputed or not."""
    return max(0, bill.total - paid(facts, bill) - credited(facts, bill))


def disputed(facts: Facts, bill: Bill) -> int:
    still = [o for o in facts.objections if o.invoice_id == bill.invoice_id and o.resolved_on is None]
    return sum(bill.total if one.amount is None else one.amount for one in still)


def debits_of(facts: Facts, bill: Bill, today: date) -> list[Debit]:
    """The debits that are under way."""
    return [
        debit
        for debit in facts.debits
        if debit.invoice_id == bill.invoice_id
        and not debit.over
        and today <= debit.expected_on + DEBIT_PATIENCE
    ]


def under_debit(facts: Facts, bill: Bill, today: date) -> int:
    return sum(WHOLE if debit.amount is None else debit.amount for debit in debits_of(facts, bill, today))


def on_account(facts: Facts, currency: str) -> int:
    """Money without a bill: what was left over, and what was paid or credited beyond what a bill is about."""
    spare = sum(r.spare for r in facts.receipts if stands(r) and r.currency == currency)
    beyond = 0
    for bill in facts.bills:
        if bill.currency == currency:
            money, total = paid(facts, bill), 0 if bill.ended else bill.total
            beyond += min(money, max(0, money + credited(facts, bill) - total))
    return spare + beyond


def parts_open(facts: Facts, bill: Bill) -> list[tuple[date, int]]:
    """What is open of each instalment: the earliest first. A bill without any is one part on its due date, or on the
    day of its issue if that is later.
    """
    at_once = [(max(bill.due_on, bill.issued_on), bill.total)]
    parts = sorted((part.due_on, part.amount) for part in bill.instalments) or at_once
    left = bill.total - owed(facts, bill)
    found = []
    for day, amount in parts:
        covered = min(left, amount)
        left -= covered
        found.append((day, amount - covered))
    return found


def due_day(facts: Facts, bill: Bill) -> date:
    """The day of the oldest instalment that is not paid."""
    return next((day for day, amount in parts_open(facts, bill) if amount), bill.due_on)


def not_yet_due(facts: Facts, bill: Bill, today: date) -> int:
    """Of a bill in instalments, what is not asked for yet: all after the next one, and after those that were missed."""
    if not bill.instalments:
        return 0
    through = max(due_day(facts, bill), today - timedelta(days=1))
    return sum(amount for day, amount in parts_open(facts, bill) if day > through)


def counts_for(facts: Facts, receipt: Receipt, since: datetime) -> bool:
    """Whether money may be meant for what was agreed then: received on a later day, or already on its way by then."""
    agreed_on = day_of(facts.client, since)
    was_under_way = receipt.heard_at > since and receipt.on >= agreed_on - UNDER_WAY
    return was_under_way or receipt.on > agreed_on


def came_for(facts: Facts, bills: tuple[Bill, ...], since: datetime) -> int:
    """What came for these bills since something was agreed."""
    return sum(
        came(facts, bill, receipt)
        for bill in bills
        for receipt in facts.receipts
        if counts_for(facts, receipt, since)
    )


def waited_for(facts: Facts, word: Word, policy: Policy, today: date) -> int:
    """What a promise still holds back at the very least; zero when it is over, or a newer word took its place.

    All that came is taken to be meant for it, so the promise may hold more: money counts once, for one of several.
    """
    if today >= word.for_on + timedelta(days=max(1, policy.promises.grace_days)):
        return 0
    bills = facts.covered(word.invoice_ids, word.currency)
    newer = [
        w for w in facts.words if w.made_at > word.made_at and set(w.invoice_ids) & set(word.invoice_ids)
    ]
    if newer:
        return 0
    rest = word.amount - came_for(facts, bills, word.made_at)
    sure = sum(max(0, owed(facts, bill) - disputed(facts, bill)) for bill in bills)
    return max(0, min(rest, sure))


def deal_of(facts: Facts, bill: Bill) -> Deal | None:
    """The payment plan that a bill is on. A newer plan for one of the same bills takes the place of an older one."""
    taken: set[Bill] = set()
    for deal in sorted(facts.deals, key=lambda deal: (deal.agreed_at, deal.deal_id), reverse=True):
        bills = facts.covered(deal.invoice_ids, deal.currency)
        if deal.cancelled:
            continue
        if bill in bills and not taken & set(bills):
            return deal
        taken |= set(bills)
    return None


def oldest_part(facts: Facts, deal: Deal) -> tuple[date, int] | None:
    """The oldest instalment of a plan that is not paid in full, with what is open of it."""
    money = came_for(facts, facts.covered(deal.invoice_ids, deal.currency), deal.agreed_at)
    for part in sorted(deal.parts, key=lambda part: part.due_on):
        if money < part.amount:
            return part.due_on, part.amount - money
        money -= part.amount
    return None


def agreed_for_later(facts: Facts, bill: Bill, today: date) -> tuple[int, bool]:
    """What the plan that a bill is on leaves for later days; and whether it is this bill's alone."""
    deal = deal_of(facts, bill)
    if deal is None:
        return 0, True
    bills = facts.covered(deal.invoice_ids, deal.currency)
    money = came_for(facts, bills, deal.agreed_at)
    missed = left = 0
    for part in sorted(deal.parts, key=lambda part: part.due_on):
        still = max(0, part.amount - money)
        money = max(0, money - part.amount)
        left += still
        missed += still if part.due_on < today else 0
    later = max(0, min(left, sum(owed(facts, other) for other in bills)) - missed)
    return (later, True) if len(bills) == 1 else (0, not later)


def discount_price(facts: Facts, bill: Bill, paid_so_far: int) -> int:
    """What is left to pay where the early-payment discount is taken; rounded once, half up."""
    assert bill.discount is not None
    base = max(0, bill.total - credited(facts, bill))
    off = floor(Fraction(base) * Fraction(bill.discount.percent) / 100 + Fraction(1, 2))
    return max(0, base - off - paid_so_far)


def took_discount(facts: Facts, bill: Bill) -> bool:
    """Whether so much was paid in time that only the discount is missing."""
    if bill.discount is None:
        return False
    in_time = sum(came(facts, bill, r) for r in facts.receipts if r.on <= bill.discount.by_on)
    return in_time > 0 and discount_price(facts, bill, in_time) == 0


def came_back_on(facts: Facts, bill: Bill) -> list[date]:
    """The days, for the client, on which we learned that money for the bill came back or a debit failed."""
    back = [
        (r.back_on, r.back_heard_at)
        for r in facts.receipts
        if not stands(r) and r.currency == bill.currency and any(k == bill.invoice_id for k, _ in r.parts)
    ] + [(d.failed_on, d.failed_heard_at) for d in facts.debits if d.invoice_id == bill.invoice_id]
    return [
        max(on, day_of(facts.client, heard)) for on, heard in back if on is not None and heard is not None
    ]


def held_through(facts: Facts, reason: Reason, today: date) -> bool:
    """Whether such a hold lies on the client on that day."""
    return reason in facts.holds and (facts.holds[reason] is None or today <= (facts.holds[reason] or today))
