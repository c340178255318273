"""What stops a reminder about a bill at an instant, worked out from the facts alone."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from config.policy import Policy
from reminders.reasons import Reason
from reminders.snapshot import PastErrand
from reminders.tasks import TaskKind, TaskState
from tests.reminders.nevers import sums
from tests.reminders.nevers.facts import Bill, Facts
from tests.reminders.nevers.places import DAY, day_of, is_holiday


def client_stops(facts: Facts, policy: Policy, at: datetime) -> set[str]:
    """What stops every demand to the client."""
    today = day_of(facts.client, at)
    holds = (Reason.HARDSHIP, Reason.MORATORIUM, Reason.CLIENT_PAUSED)
    found = {reason.value for reason in holds if sums.held_through(facts, reason, today)}
    if not facts.client.known:
        found.add("unknown")
    waits = (
        (facts.replied_at, policy.reply_hold_working_days),
        (facts.weighty_reply_at, policy.answer_hold_working_days),
    )
    if any(since and today < _working_days_after(facts, policy, since, days) for since, days in waits):
        found.add("reply")
    return found


def _working_days_after(facts: Facts, policy: Policy, since: datetime, days: int) -> date:
    """The day on which the time to read an answer is over."""
    day, left = day_of(facts.client, since), days
    while left and policy.windows.days:
        day += DAY
        left -= f"{day:%A}".lower() in policy.windows.days and not is_holiday(facts.client, day)
    return day


def bill_stops(
    facts: Facts, policy: Policy, errands: tuple[PastErrand, ...], bill: Bill, at: datetime
) -> set[str]:
    """What stops a demand for the bill as a whole. Parts that are disputed, promised or under debit are sums."""
    today = day_of(facts.client, at)
    owed, disputed = sums.owed(facts, bill), sums.disputed(facts, bill)
    back = timedelta(days=policy.returning.after_returned_payment_days)
    rest = timedelta(days=policy.returning.after_dispute_days)
    resolved = _resolved_on(facts, bill)
    checks = {
        "ended": bill.ended is not None,
        "settled": not owed,
        "not issued": bill.issued_on > today,
        "disputed": disputed >= owed,
        "debit": sums.under_debit(facts, bill, today) >= owed,
        "collected": bill.auto_collect,
        "paused": bill.paused and (bill.paused_through is None or today <= bill.paused_through),
        "discount taken": sums.took_discount(facts, bill),
        "came back": any(today < on + back for on in sums.came_back_on(facts, bill)),
        "just resolved": resolved is not None and today < resolved + rest,
        "plan": _on_a_plan(facts, policy, errands, bill, today),
        "escalated": bill.creditor_id in facts.escalated,
        "with a person": _with_a_person(facts, policy, errands, bill),
    }
    return {name for name, stops in checks.items() if stops}


def _resolved_on(facts: Facts, bill: Bill) -> date | None:
    """When its last dispute was resolved, if none is open."""
    own = [o.resolved_on for o in facts.objections if o.invoice_id == bill.invoice_id]
    return max((day for day in own if day is not None), default=None) if None not in own else None


def _on_a_plan(
    facts: Facts, policy: Policy, errands: tuple[PastErrand, ...], bill: Bill, today: date
) -> bool:
    """Whether a plan holds the bill: kept, or in default and no person has dealt with that."""
    deal = sums.deal_of(facts, bill)
    if deal is None:
        return False
    part = sums.oldest_part(facts, deal)
    if part is None:
        return not deal.parts
    if today < part[0] + timedelta(days=policy.promises.plan_default_days):
        return True
    asked = [
        errand.state
        for errand in errands
        if (errand.reason, errand.subject) == (Reason.PLAN_DEFAULTED, deal.deal_id)
        and errand.cycle_on == part[0]
    ]
    return not asked or TaskState.OPEN in asked


def _with_a_person(facts: Facts, policy: Policy, errands: tuple[PastErrand, ...], bill: Bill) -> bool:
    due_on = sums.due_day(facts, bill)
    for errand in errands:
        is_open = errand.state is TaskState.OPEN
        if errand.kind is TaskKind.DECISION:
            moved = (due_on - errand.cycle_on).days
            was_due = due_on <= day_of(facts.client, errand.opened_at)
            same_cycle = errand.subject == bill.invoice_id and (
                was_due or moved < policy.returning.new_cycle_days
            )
            same_cycle = same_cycle and not _agreed_since(facts, bill, errand.opened_at)
            if same_cycle or (is_open and errand.creditor_id == bill.creditor_id):
                return True
        broken = errand.kind is TaskKind.CALL and errand.reason is not Reason.STEP_DUE
        if broken and is_open and bill.invoice_id in errand.invoice_ids:
            return True
    return False


def was_decided(bill: Bill, errands: tuple[PastErrand, ...]) -> bool:
    """Whether a person was asked to decide about the bill, in whatever cycle."""
    return any(e.kind is TaskKind.DECISION and e.subject == bill.invoice_id for e in errands)


def _agreed_since(facts: Facts, bill: Bill, at: datetime) -> bool:
    """Whether the client promised or agreed on something about the bill since then: that is spoken of again."""
    words = any(word.made_at > at and bill.invoice_id in word.invoice_ids for word in facts.words)
    return words or any(deal.agreed_at > at and bill.invoice_id in deal.invoice_ids for deal in facts.deals)


def askable(facts: Facts, policy: Policy, bill: Bill, today: date) -> tuple[int, bool]:
    """How much may be asked for the bill at most, money on account aside; and whether it is exactly so much.

    What several promises hold, or a promise or a plan for several bills, is left open here.
    """
    words = [word for word in facts.words if bill in facts.covered(word.invoice_ids, word.currency)]
    own = [word for word in words if len(facts.covered(word.invoice_ids, word.currency)) == 1]
    held = max((sums.waited_for(facts, word, policy, today) for word in own), default=0)
    agreed, alone = sums.agreed_for_later(facts, bill, today)
    later = max(sums.not_yet_due(facts, bill, today), agreed)
    rest = sums.owed(facts, bill) - sums.disputed(facts, bill) - later
    return max(0, rest - sums.under_debit(facts, bill, today) - held), not words and alone
