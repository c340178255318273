"""Never a reminder for what is paid, credited, voided, disputed, promised, planned, held or under debit."""

from __future__ import annotations

from collections.abc import Iterator

from config.policy import Anchor
from tests.reminders.nevers import sums
from tests.reminders.nevers.acknowledged import out_of_place
from tests.reminders.nevers.facts import ERP, Facts
from tests.reminders.nevers.places import day_of
from tests.reminders.nevers.player import Life, Sent
from tests.reminders.nevers.stopped import bill_stops, client_stops

_THANKS_SILENCED = frozenset({"unknown", "moratorium", "client_paused"})
_UNLISTED = frozenset({"ended", "settled", "not issued", "discount taken"})
"""What does not even stand on a statement, which demands nothing."""


def never_1(life: Life) -> list[str]:
    """Every message that spoke of something it should have left alone."""
    return [f"{sent.at} {sent.step.name}: {flaw}" for sent in life.sent for flaw in _flaws(sent)]


def _flaws(sent: Sent) -> Iterator[str]:
    facts, anchor = sent.facts, sent.step.anchor
    on_client = client_stops(facts, sent.policy, sent.at)
    if anchor is Anchor.PAYMENT:
        yield from on_client & _THANKS_SILENCED
        yield from (
            f"{item.invoice_id} is not settled by a payment"
            for item in sent.items
            if not _settled(facts, item.invoice_id)
        )
        return
    if anchor is Anchor.ANSWER:
        yield from out_of_place(sent)
        return
    yield from on_client
    if not sent.items:
        yield "about nothing"
    despite = _despite(sent)
    for item in sent.items:
        bill = facts.bill(item.invoice_id)
        if bill is None:
            yield f"{item.invoice_id} does not exist"
            continue
        stops = bill_stops(facts, sent.policy, sent.snapshot.errands, bill, sent.at) - despite
        if anchor is Anchor.MONTH:
            stops &= _UNLISTED
        yield from (f"{item.invoice_id} is {stop}" for stop in sorted(stops))
    if anchor not in (Anchor.MONTH, Anchor.PROMISE):
        yield from _asks_for_what_is_promised(sent)
    if sent.step.overdue and facts.synced_at is not None:
        hours = (sent.at - facts.synced_at).total_seconds() / 3600
        if hours > sent.policy.stale_after_hours:
            yield f"payments were last confirmed {hours:.0f} hours ago by {ERP}"


def _despite(sent: Sent) -> set[str]:
    """What the message is about, and which does not stop it therefore."""
    if sent.step.anchor is Anchor.RETURNED:
        return {"came back"}
    return {"plan"} if about_a_plan(sent) else set()


def about_a_plan(sent: Sent) -> bool:
    """Whether it is about an instalment of a payment plan."""
    if sent.step.anchor is not Anchor.INSTALMENT:
        return False
    bill = sent.facts.bill(sent.message.carrying_invoice_id)
    deal = sums.deal_of(sent.facts, bill) if bill is not None else None
    part = sums.oldest_part(sent.facts, deal) if deal is not None else None
    return part is not None and part[0] == sent.message.due_on


def _asks_for_what_is_promised(sent: Sent) -> Iterator[str]:
    """A promise over several bills holds so much of all of them together."""
    facts, asked = sent.facts, {item.invoice_id: item.asked for item in sent.items}
    today = day_of(facts.client, sent.at)
    for word in facts.words:
        held = sums.waited_for(facts, word, sent.policy, today)
        bills = facts.covered(word.invoice_ids, word.currency)
        sure = sum(max(0, sums.owed(facts, bill) - sums.disputed(facts, bill)) for bill in bills)
        asks = sum(asked.get(bill.invoice_id, 0) for bill in bills)
        if held and asks > sure - held:
            yield f"{asks} is asked for of {sure}, of which {held} is promised for {word.for_on}"


def _settled(facts: Facts, invoice_id: str) -> bool:
    bill = facts.bill(invoice_id)
    if bill is None or bill.ended is not None or not sums.paid(facts, bill):
        return False
    earned = sums.took_discount(facts, bill) and not sums.disputed(facts, bill)
    return earned or not sums.owed(facts, bill)
