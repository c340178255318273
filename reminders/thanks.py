"""The thank-you: for invoices that payments settled, once for each, at most one message a day to a client."""

from __future__ import annotations

from datetime import date, timedelta

from config.policy import Step
from reminders.case import Case
from reminders.history import exhausted
from reminders.holds import thanks_hold
from reminders.purposes import wanted
from reminders.reasons import Reason
from reminders.snapshot import Invoice
from reminders.stops import settled
from reminders.ways import Tried

AT_LEAST = timedelta(days=2)
"""A planned thank-you keeps at least that long."""
DEFAULT_LAST_DAY = 7
"""The last day of thanks, counted from the payment, where the policy names none. Thanks for last quarter's payments,
read with an old ledger, would look like a machine's."""


def thank(case: Case) -> None:
    """Plan the thank-you that fits now. Over several creditors, the one with the oldest invoice goes first."""
    step = case.policy.thanks
    if step is None:
        return
    groups: dict[tuple[str, tuple[Tried, ...]], list[Invoice]] = {}
    for invoice in case.account.invoices.values():
        if not settled(invoice) or case.history.named(step.name, invoice.invoice_id):
            continue
        if not _in_time(case, invoice, step):
            continue
        if not wanted(step, case.snapshot.client):
            case.leave_out(Reason.NOT_WANTED, invoice=invoice.invoice_id, step=step.name)
            continue
        tried = case.history.tried(step.name, invoice.invoice_id)
        if exhausted(tried, case.snapshot, case.policy):
            case.leave_out(Reason.NO_REACHABLE_CONTACT, invoice=invoice.invoice_id, step=step.name)
        else:
            groups.setdefault((invoice.creditor_id, tried), []).append(invoice)
    if not groups:
        return
    hold = thanks_hold(case.snapshot.client, case.account.place, case.now)
    for (_, tried), invoices in sorted(
        groups.items(), key=lambda g: (g[1][0].due_on, g[1][0].invoice_id, g[0])
    ):
        silent = case.account.silent.get(invoices[0].creditor_id)
        if hold is not None:
            case.leave_out(hold.reason, invoice=invoices[0].invoice_id, step=step.name, until=hold.until)
        elif silent is not None:
            case.leave_out(silent, invoice=invoices[0].invoice_id, step=step.name)
        else:
            _plan(case, step, invoices, tried)


def last_day(step: Step, paid_on: date) -> int:
    """The last day (a date's ordinal) on which to thank for a payment of that date."""
    return paid_on.toordinal() + (step.until_day if step.until_day is not None else DEFAULT_LAST_DAY)


def _in_time(case: Case, invoice: Invoice, step: Step) -> bool:
    """Whether the payment is new: by its date, and by when we heard of it (an import of old books is no news)."""
    if invoice.last_payment_on is None:
        return False
    today = case.account.today.toordinal()
    if today < (first := invoice.last_payment_on.toordinal() + step.day):
        case.look_on(first, step)
        return False
    if today > last_day(step, invoice.last_payment_on):
        return False
    heard_at = invoice.last_payment_at
    return heard_at is None or today <= last_day(step, case.account.place.today(heard_at))


def _plan(case: Case, step: Step, invoices: list[Invoice], tried: tuple[Tried, ...]) -> None:
    oldest = invoices[0]
    if case.said_today(step):
        until = case.tomorrow(step)
        case.leave_out(Reason.ALREADY_THANKED, invoice=oldest.invoice_id, step=step.name, until=until)
        return
    days = [last_day(step, invoice.last_payment_on) for invoice in invoices if invoice.last_payment_on]
    expires_at = case.expiry(min(days), AT_LEAST)
    wait = case.wait(step, expires_at)
    if wait is not None:
        case.leave_out(wait.reason, invoice=oldest.invoice_id, step=step.name, until=wait.until)
        return
    case.remind(step, invoices, oldest, expires_at=expires_at, tried=tried, because=(Reason.PAID_IN_FULL,))
