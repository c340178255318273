"""The introduction of new invoices: once for each, together for those that are issued together.

It is about one invoice and not about the account, so it also goes while another invoice is overdue or a final notice
waits for approval.
"""

from __future__ import annotations

from config.policy import Anchor
from reminders.case import Case
from reminders.chase import LAST_STEP
from reminders.history import exhausted
from reminders.ladder import NEVER, Rung
from reminders.occasions import open_discount
from reminders.purposes import wanted
from reminders.reasons import Reason
from reminders.snapshot import Invoice
from reminders.ways import Tried


def introduce(case: Case) -> None:
    """Plan the introductions that fit now. What failed on one channel goes apart from what was never tried."""
    if case.policy.ladder[0].anchor is not Anchor.ISSUE:
        return
    today = case.account.today.toordinal()
    for creditor_id in sorted(case.account.live):
        groups: dict[tuple[int, tuple[Tried, ...]], list[tuple[Invoice, Rung]]] = {}
        for invoice in case.account.live_of(creditor_id):
            ladder = case.ladder(invoice)
            due_on = invoice.due_on.toordinal()
            following = ladder.next_after(today - due_on)
            if following is not None and following.step.anchor is Anchor.ISSUE:
                case.look_on(due_on + following.day, following.step)
            rung = ladder.fitting(today - due_on)
            if (
                rung is None
                or rung.step.anchor is not Anchor.ISSUE
                or case.history.named(rung.step.name, invoice.invoice_id)
            ):
                continue
            if not wanted(rung.step, case.snapshot.client):
                case.leave_out(Reason.NOT_WANTED, invoice=invoice.invoice_id, step=rung.step.name)
                continue
            tried = case.history.tried(rung.step.name, invoice.invoice_id)
            if exhausted(tried, case.snapshot, case.policy):
                name = rung.step.name
                case.leave_out(Reason.NO_REACHABLE_CONTACT, invoice=invoice.invoice_id, step=name)
            else:
                groups.setdefault((rung.position, tried), []).append((invoice, rung))
        for (_, tried), group in sorted(groups.items()):
            _plan(case, group, tried)


def _plan(case: Case, group: list[tuple[Invoice, Rung]], tried: tuple[Tried, ...]) -> None:
    invoices = [invoice for invoice, _ in group]
    step = group[0][1].step
    last = [invoice.due_on.toordinal() + rung.last for invoice, rung in group if rung.last != NEVER]
    expires_at = case.expiry(min(last)) if last else case.now + LAST_STEP
    if case.said_today(step) and (until := case.tomorrow(step)) < expires_at:
        # Invoices of one day that arrive one after the other are one more mail, not one each.
        for invoice in invoices:
            case.leave_out(Reason.ALREADY_WRITTEN, invoice=invoice.invoice_id, step=step.name, until=until)
        return
    wait = case.wait(step, expires_at)
    if wait is not None:
        for invoice in invoices:
            case.leave_out(wait.reason, invoice=invoice.invoice_id, step=step.name, until=wait.until)
        return
    told = open_discount(invoices[0], case.account.today) if len(invoices) == 1 else None
    case.remind(step, invoices, invoices[0], expires_at=expires_at, tried=tried, told=told)
