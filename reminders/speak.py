"""Messages on an occasion: a discount, a promise, an instalment, a payment that came back, an answer, a statement."""

from __future__ import annotations

from datetime import timedelta

from config.policy import Anchor
from reminders.case import Case
from reminders.history import exhausted
from reminders.occasions import Occasion, occasions
from reminders.purposes import wanted
from reminders.reasons import Reason
from reminders.stops import stale


def speak(case: Case, *anchors: Anchor) -> None:
    """Plan what there is to say on these occasions, once for each."""
    for occasion in occasions(case.account, case.snapshot, case.policy, anchors):
        _speak(case, occasion)


def _speak(case: Case, occasion: Occasion) -> None:
    step, today, creditor = occasion.step, case.account.today, occasion.creditor_id
    carrying = occasion.carrying
    tries = case.history.tries(creditor, step.name, carrying.invoice_id, occasion.cycle_on)
    if tries.said_at is not None or today > occasion.last:
        return
    if step.anchor is Anchor.MONTH and case.history.said_of(creditor, step.name, occasion.cycle_on):
        return  # another invoice was the oldest when this month's went
    if step.anchor is Anchor.ANSWER and tries.ways:
        return  # it did not arrive where the client wrote from: there is no other way to acknowledge it
    if not wanted(step, case.snapshot.client):
        case.leave_out(Reason.NOT_WANTED, invoice=carrying.invoice_id, step=step.name)
        return
    if today < occasion.first:
        until = case.look_on(occasion.first.toordinal(), step)
        case.leave_out(Reason.NOT_DUE, invoice=carrying.invoice_id, step=step.name, until=until)
        return
    if exhausted(tries.ways, case.snapshot, case.policy):
        case.leave_out(Reason.NO_REACHABLE_CONTACT, invoice=carrying.invoice_id, step=step.name)
        return
    if (step.anchor is Anchor.MONTH and case.written_today()) or (
        step.anchor is Anchor.ANSWER and case.said_today(step)
    ):
        case.leave_out(
            Reason.ALREADY_WRITTEN,
            invoice=carrying.invoice_id,
            step=step.name,
            until=case.tomorrow(step),
        )
        return
    if step.anchor is Anchor.MONTH and _would_delay_a_reminder(case):
        until = case.tomorrow(step)
        case.leave_out(Reason.REMINDER_SOON, invoice=carrying.invoice_id, step=step.name, until=until)
        return
    approval = case.needs_approval(step, creditor)
    if not approval and stale(step, occasion.invoices, case.snapshot, case.policy, case.now):
        until = case.until_fresh()
        case.leave_out(Reason.STALE_LEDGER, invoice=carrying.invoice_id, step=step.name, until=until)
        return
    expires_at = case.expiry(occasion.last.toordinal())
    wait = case.wait(step, expires_at, approval)
    if wait is not None:
        case.leave_out(wait.reason, invoice=carrying.invoice_id, step=step.name, until=wait.until)
        return
    case.remind(
        step,
        occasion.invoices,
        carrying,
        expires_at=expires_at,
        tried=tries.ways,
        because=(occasion.because,),
        cycle_on=occasion.cycle_on,
        amounts=occasion.amounts,
        told=occasion.told,
        way=occasion.way,
    )


def _would_delay_a_reminder(case: Case) -> bool:
    """Whether the gap after a statement of now would hold up a reminder: where the two meet, the statement waits."""
    gap = timedelta(days=case.policy.caps.gap_days)
    return case.next_reminder is not None and case.next_reminder < case.now + gap
