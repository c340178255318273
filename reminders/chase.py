"""The ladder: which reminder is due for each creditor of a client.

The oldest overdue invoice carries and only its ladder counts. While nothing is overdue, every invoice may bring its
own step before the due date; the oldest with a step that is due now carries. One message covers everything that
creditor may ask for.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from typing import NamedTuple

from config.policy import Anchor, Step
from reminders.account import asked_for
from reminders.case import Case
from reminders.decision import Errand
from reminders.history import exhausted
from reminders.instalments import instalment_told
from reminders.ladder import NEVER, Climbed, Rung, pace_of
from reminders.purposes import wanted
from reminders.reasons import Reason
from reminders.snapshot import Invoice
from reminders.states import MessageState
from reminders.stops import stale
from reminders.tasks import TaskKind
from reminders.ways import Tried

AT_LEAST = timedelta(days=3)
"""A planned reminder keeps at least that long: a queue or a long weekend must not eat a whole step."""
LAST_STEP = timedelta(days=30)
"""How long the last step of a ladder keeps, where the policy names no last day."""


class _Due(NamedTuple):
    """A step that is due, with the invoice that carries it."""

    carrying: Invoice
    rung: Rung
    tried: frozenset[Tried]
    because: tuple[Reason, ...]


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
    policy = case.policy
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
        climbed = case.history.climbed(invoice, ladder)
        following = ladder.from_here(climbed).next_after(late)
        until = case.look_on(due_on + following.day, following.step) if following is not None else None
        if following is not None and until is not None:
            case.expect_reminder(following.step, until)
        if waiting is not None:
            if waiting is MessageState.HELD:
                case.leave_out(Reason.AWAITING_APPROVAL, invoice=invoice.invoice_id)
            continue
        rung, lower = ladder.due(late, climbed, pace_of(invoice, policy, case.account.place))
        if rung is None or rung.step.anchor is Anchor.ISSUE:
            reason = Reason.NOT_DUE if following is not None else Reason.LADDER_ENDED
            name = following.step.name if following is not None else None
            case.leave_out(reason, invoice=invoice.invoice_id, step=name, until=until)
            continue
        if not wanted(rung.step, case.snapshot.client):
            case.leave_out(Reason.NOT_WANTED, invoice=invoice.invoice_id, step=rung.step.name)
            continue
        tries = case.history.tries(invoice.creditor_id, rung.step.name, invoice.invoice_id, invoice.due_on)
        if exhausted(tries.ways, case.snapshot, policy):
            case.leave_out(Reason.NO_REACHABLE_CONTACT, invoice=invoice.invoice_id, step=rung.step.name)
            _ask_instead(case, invoice)
        elif found is None:
            found = _Due(invoice, rung, frozenset(tries.ways), _because(climbed, lower))
    return found


def _because(climbed: Climbed, lower: bool) -> tuple[Reason, ...]:
    """Why the step is taken now: its day has come; or a lower one is, for nothing was said for long."""
    if not lower:
        return (Reason.STEP_DUE,)
    return (
        Reason.STEP_DUE,
        Reason.ENTERED_LATE if max(climbed.reached, climbed.passed) < 0 else Reason.RESUMED,
    )


def _on_its_way(case: Case, creditor_id: str) -> MessageState | None:
    """The state of a reminder of that creditor that has not gone out yet: one at a time."""
    for message in case.messages:
        if message.creditor_id == creditor_id and message.state.is_open:
            step = case.policy.step(message.step)
            if step is None or step.anchor in (Anchor.DUE, Anchor.INSTALMENT):
                return message.state
    return None


def _plan(case: Case, due: _Due) -> None:
    carrying, step = due.carrying, due.rung.step
    if step.task is not None:
        _ask(case, carrying, step)
        return
    live = case.account.live_of(carrying.creditor_id)
    approval = case.needs_approval(step, carrying.creditor_id)
    if not approval and stale(step, live, case.snapshot, case.policy, case.now):
        until = case.until_fresh()
        case.leave_out(Reason.STALE_LEDGER, invoice=carrying.invoice_id, step=step.name, until=until)
        return
    last = due.rung.last + carrying.due_on.toordinal()
    if step.until_day is not None:
        expires_at = case.expiry(last)
    elif due.rung.last == NEVER:
        expires_at = case.now + LAST_STEP
    else:
        expires_at = case.expiry(last, AT_LEAST)
    wait = case.wait(step, expires_at, approval)
    if wait is not None:
        case.leave_out(wait.reason, invoice=carrying.invoice_id, step=step.name, until=wait.until)
        if wait.until is None:
            _ask_instead(case, carrying)
        return
    if not approval and case.policy.thanks is not None and case.said_today(case.policy.thanks):
        # Thanks and a demand on one day would take the thanks back.
        case.leave_out(
            Reason.ALREADY_WRITTEN,
            invoice=carrying.invoice_id,
            step=step.name,
            until=case.tomorrow(step),
        )
        return
    case.remind(
        step,
        live,
        carrying,
        expires_at=expires_at,
        tried=due.tried,
        because=due.because,
        told=instalment_told(carrying) if carrying.instalments else None,
    )


def _ask_instead(case: Case, invoice: Invoice) -> None:
    """Go on to the next step of a person whose day has come: whom no message can reach, a person may.

    Without that, a client whose addresses all fail, or whose own wishes leave no hour, would be forgotten at the step
    that can't be taken.
    """
    ladder = case.ladder(invoice)
    late = case.account.today.toordinal() - invoice.due_on.toordinal()
    for rung in ladder.from_here(case.history.climbed(invoice, ladder)).rungs:
        if rung.step.task is not None and rung.day <= late:
            _ask(case, invoice, rung.step)
            return


def _ask(case: Case, carrying: Invoice, step: Step) -> None:
    """Hand the case to a person: a call, or the decision what becomes of it.

    A person sees for themselves what came in, so neither the gap nor the hour holds that up. What is late is what it
    is about.
    """
    live = case.account.live_of(carrying.creditor_id)
    late = [invoice for invoice in live if invoice.due_on < case.account.today]
    items = tuple(map(case.account.item, late))
    days = case.policy.tasks.call if step.task == "call" else case.policy.tasks.decision
    place = case.account.place
    case.ask_a_person(
        Errand(
            TaskKind.CALL if step.task == "call" else TaskKind.DECISION,
            Reason.STEP_DUE,
            carrying.creditor_id,
            step.name,
            carrying.invoice_id,
            carrying.due_on,
            items,
            asked_for(items),
            place.add_working_days(case.account.today, days, case.policy.windows),
        )
    )
    # What follows depends on the task being open: look again at once, with it in the books.
    case.look_again()
