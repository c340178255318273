"""The ladder: which reminder is due for each creditor of a client.

The oldest overdue invoice carries and only its ladder counts. While nothing is overdue, every invoice may bring its
own step before the due date; the oldest with a step that is due now carries. One message covers everything that
creditor may ask for.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from typing import NamedTuple

from reminders.case import Case
from reminders.history import exhausted
from reminders.ladder import NEVER, Ladder, Rung
from reminders.reasons import Reason
from reminders.snapshot import Channel, Invoice
from reminders.states import MessageState
from reminders.stops import stale

AT_LEAST = timedelta(days=3)
"""A planned reminder keeps at least that long: a queue or a long weekend must not eat a whole step."""
LAST_STEP = timedelta(days=30)
"""How long the last step of a ladder keeps, where the policy names no last day."""
LOOK_AT_STALE = timedelta(hours=6)
"""How soon to look again while payments are not known: the biller may publish without touching this client."""


class _Due(NamedTuple):
    """A step that is due, with the invoice that carries it."""

    carrying: Invoice
    ladder: Ladder
    rung: Rung
    tried: frozenset[Channel]


def chase(case: Case) -> None:
    """Plan what is due on the ladders. Of two creditors whose steps meet, the one with the older invoice goes first
    and the other waits for the gap: the client has one mailbox.
    """
    due = [
        found
        for creditor_id in sorted(case.account.live)
        if (found := _due(case, case.account.live_of(creditor_id))) is not None
    ]
    for found in sorted(
        due, key=lambda d: (d.carrying.due_on, d.carrying.invoice_id, d.carrying.creditor_id)
    ):
        _plan(case, found)


def _due(case: Case, live: Sequence[Invoice]) -> _Due | None:
    if not live:
        return None
    waiting = _on_its_way(case, live[0].creditor_id)
    found: _Due | None = None
    overdue = live[0].due_on < case.account.today
    if overdue:
        for invoice in live[1:]:
            case.leave_out(Reason.CARRIED, invoice=invoice.invoice_id)
    for invoice in live[:1] if overdue else live:
        ladder = case.ladder(invoice)
        due_on = invoice.due_on.toordinal()
        late = case.account.today.toordinal() - due_on
        reached = case.history.reached(invoice, ladder, case.account.place)
        following = ladder.next_after(late, reached)
        until = case.look_on(due_on + following.day, following.step) if following is not None else None
        if waiting is not None:
            if waiting is MessageState.HELD:
                case.leave_out(Reason.AWAITING_APPROVAL, invoice=invoice.invoice_id)
            continue
        rung = ladder.fitting(late)
        if rung is None or rung.step.anchor != "due" or rung.position <= reached:
            reason = Reason.NOT_DUE if following is not None else Reason.LADDER_ENDED
            name = following.step.name if following is not None else None
            case.leave_out(reason, invoice=invoice.invoice_id, step=name, until=until)
            continue
        cycle = case.history.cycle(invoice.creditor_id, invoice.invoice_id, invoice.due_on)
        tried = frozenset(cycle.tried.get(rung.step.name, ()))
        if exhausted(tried, case.policy):
            case.leave_out(Reason.NO_REACHABLE_CONTACT, invoice=invoice.invoice_id, step=rung.step.name)
        elif found is None:
            found = _Due(invoice, ladder, rung, tried)
    return found


def _on_its_way(case: Case, creditor_id: str) -> MessageState | None:
    """The state of a reminder of that creditor that has not gone out yet: one at a time."""
    for message in case.messages:
        if message.creditor_id == creditor_id and message.state.is_open:
            step = case.policy.step(message.step)
            if step is None or step.anchor == "due":
                return message.state
    return None


def _plan(case: Case, due: _Due) -> None:
    carrying, step = due.carrying, due.rung.step
    live = case.account.live_of(carrying.creditor_id)
    if not step.approval and stale(step, live, case.snapshot, case.policy, case.now):
        until = case.now + LOOK_AT_STALE
        case.leave_out(Reason.STALE_LEDGER, invoice=carrying.invoice_id, step=step.name, until=until)
        return
    last = due.rung.last + carrying.due_on.toordinal()
    if step.until_day is not None:
        expires_at = case.expiry(last)
    elif due.rung.last == NEVER:
        expires_at = case.now + LAST_STEP
    else:
        expires_at = case.expiry(last, AT_LEAST)
    wait = case.wait(step, expires_at)
    if wait is not None:
        case.leave_out(wait.reason, invoice=carrying.invoice_id, step=step.name, until=wait.until)
        return
    late = due.rung.position == due.ladder.entry
    because = (Reason.STEP_DUE, Reason.ENTERED_LATE) if late else (Reason.STEP_DUE,)
    case.remind(step, live, carrying, expires_at=expires_at, tried=due.tried, because=because)
