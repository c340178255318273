"""Never an end without a reason: every message comes to rest, and what is owed and free is never forgotten."""

from __future__ import annotations

from collections.abc import Iterator

from reminders.reasons import Reason
from reminders.states import CONTACTS, UNREACHED
from reminders.tasks import TaskState
from tests.reminders.nevers import sums
from tests.reminders.nevers.facts import Bill
from tests.reminders.nevers.places import DAY, day_of
from tests.reminders.nevers.player import Life, Look
from tests.reminders.nevers.stopped import askable, bill_stops, client_stops

_WITH_PEOPLE = (Reason.WITH_A_PERSON, Reason.ESCALATED)


def never_8(life: Life) -> list[str]:
    """Every message and every bill that was lost from sight."""
    found = [
        f"{message.step} for {message.carrying_invoice_id} ended as {message.state} without a reason"
        for message in life.messages.values()
        if not message.state.is_open and message.state not in CONTACTS | UNREACHED and message.reason is None
    ]
    for look in life.looks:
        found += [f"{look.at}: {flaw}" for flaw in (*_overslept(look), *_forgotten(look))]
    return found


def _overslept(look: Look) -> Iterator[str]:
    """The next look lies ahead, and no later than the end of an unsent message."""
    if look.decision.look_at is not None and look.decision.look_at <= look.at:
        yield f"looks again at {look.decision.look_at}"
    for message in look.messages:
        if not message.state.is_open or message.expires_at is None:
            continue
        if look.decision.look_at is None or look.decision.look_at > message.expires_at:
            yield f"{message.step} may stay open after {message.expires_at}"


def _forgotten(look: Look) -> Iterator[str]:
    """A bill that is overdue and free has something ahead of it, or stands with a person."""
    facts, today = look.facts, day_of(look.facts.client, look.at)
    if client_stops(facts, look.policy, look.at):
        return
    for bill in facts.bills:
        overdue = sums.due_day(facts, bill) < today
        if not overdue or bill_stops(facts, look.policy, look.errands, bill, look.at):
            continue
        if not _ahead(look, bill):
            reasons = [left for left in look.decision.left_out if left.invoice_id == bill.invoice_id]
            yield f"{bill.invoice_id}, due on {sums.due_day(facts, bill)}, is forgotten: {reasons}"


def _ahead(look: Look, bill: Bill) -> bool:
    today = day_of(look.facts.client, look.at)
    if look.decision.look_at is not None:
        return look.decision.look_at < look.at + 62 * DAY
    if any(m.state.is_open and m.creditor_id == bill.creditor_id for m in look.messages):
        return True
    if any(e.state is TaskState.OPEN and e.creditor_id == bill.creditor_id for e in look.errands):
        return True
    asks, _ = askable(look.facts, look.policy, bill, today)
    spare = sums.on_account(look.facts, bill.currency)
    if asks - spare < max(1, look.policy.minimum.get(bill.currency, 0)):
        return True  # nothing to ask for until something happens
    return any(
        left.invoice_id == bill.invoice_id and left.reason in _WITH_PEOPLE for left in look.decision.left_out
    )
