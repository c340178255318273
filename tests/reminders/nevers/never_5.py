"""Never twice the same message, never a step earlier than the last one of the cycle, never a step before its day."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from config.policy import Anchor
from reminders.reasons import Reason
from reminders.states import CONTACTS, MessageState
from tests.reminders.nevers import sums
from tests.reminders.nevers.never_1 import about_a_plan
from tests.reminders.nevers.places import day_of
from tests.reminders.nevers.player import Life, Sent

_ONCE = (Anchor.ISSUE, Anchor.PAYMENT)
_RANKS = (
    "heads_up",
    "instalment_due",
    "due_soon",
    "overdue_3",
    "instalment_missed",
    "overdue_7",
    "overdue_14",
    "final_notice",
)
"""From the mildest to the gravest word; every policy has them in this order."""
_OVERDUE = _RANKS[3:]


def never_5(life: Life) -> list[str]:
    """Every message that was said before, or that falls back."""
    found = [f"{minted}: planned twice under one identity" for minted in life.minted_twice]
    ids = [sent.message.message_id for sent in life.sent]
    found += [f"{key} went twice" for key in {key for key in ids if ids.count(key) > 1}]
    found += [f"{sent.at} {sent.step.name}: {flaw}" for sent in life.sent for flaw in _flaws(sent)]
    told = [
        s.facts.answers[-1].answer_id for s in life.sent if s.step.anchor is Anchor.ANSWER and s.facts.answers
    ]
    found += [
        f"{answer_id} was acknowledged twice" for answer_id in {one for one in told if told.count(one) > 1}
    ]
    return found


def _flaws(sent: Sent) -> Iterator[str]:
    message, step = sent.message, sent.step
    for other in sent.history:
        cycle = (other.creditor_id, other.step, other.carrying_invoice_id, other.due_on)
        if cycle == (message.creditor_id, message.step, message.carrying_invoice_id, message.due_on):
            yield f"was said on {other.sent_at}"
        if step.anchor in _ONCE and other.step == step.name:
            again = {item.invoice_id for item in sent.items} & set(other.invoice_ids)
            yield from (f"{key} had it on {other.sent_at}" for key in sorted(again))
        month = (other.creditor_id, other.step, other.due_on)
        if step.anchor is Anchor.MONTH and month == (message.creditor_id, step.name, message.due_on):
            yield f"the month's statement went on {other.sent_at}"
    if step.anchor in (Anchor.DUE, Anchor.INSTALMENT) and not about_a_plan(sent):
        yield from _falls_back(sent)
        yield from _comes_early(sent)
        yield from _begins_harshly(sent)


def _said_in_cycle(sent: Sent) -> dict[str, date]:
    """The steps that the carrying bill brought before in this cycle, with their days.

    A due date that moved by less than a policy's new cycle, or to a day before the word, began none.
    """
    message, client = sent.message, sent.facts.client
    said: dict[str, date] = {}
    for other in sent.history:
        if other.carrying_invoice_id == message.carrying_invoice_id and other.step in _RANKS:
            assert other.sent_at is not None
            said_on = day_of(client, other.sent_at)
            moved = (message.due_on - other.due_on).days
            if moved < sent.policy.returning.new_cycle_days or message.due_on <= said_on:
                said[other.step] = said_on
    return said


def _falls_back(sent: Sent) -> Iterator[str]:
    rank = _RANKS.index(sent.step.name)
    for step, said_on in _said_in_cycle(sent).items():
        if _RANKS.index(step) >= rank:
            yield f"{step} was said on {said_on}"


def _comes_early(sent: Sent) -> Iterator[str]:
    bill = sent.facts.bill(sent.message.carrying_invoice_id)
    if bill is None:
        return
    due_on, today = sums.due_day(sent.facts, bill), day_of(sent.facts.client, sent.at)
    if due_on != sent.message.due_on:
        yield f"counts from {sent.message.due_on}, and {bill.invoice_id} is due on {due_on}"
    if (today - due_on).days < sent.step.day:
        yield f"comes on day {(today - due_on).days} of {bill.invoice_id}"


def _begins_harshly(sent: Sent) -> Iterator[str]:
    """Who comes late onto the ladder begins no higher than the policy says. A step to which nobody said yes counts
    as taken.
    """
    entry = sent.policy.enter_at_most
    bill = sent.facts.bill(sent.message.carrying_invoice_id)
    if entry is None or bill is None or sent.step.name not in _OVERDUE:
        return
    if sent.step.name == "instalment_missed":
        return  # the mildest word there is about an instalment
    late = day_of(sent.facts.client, bill.seen_at) > sums.due_day(sent.facts, bill)
    told = any(
        (other.state in CONTACTS or other.state is MessageState.EXPIRED or other.reason is Reason.REFUSED)
        and other.step in _OVERDUE
        and bill.invoice_id in other.invoice_ids
        for other in sent.snapshot.messages
    )
    worked_on = any(errand.subject == bill.invoice_id for errand in sent.snapshot.errands)
    if late and not told and not worked_on and _RANKS.index(sent.step.name) > _RANKS.index(entry):
        yield f"is the first word about {bill.invoice_id}, which was first seen late"
