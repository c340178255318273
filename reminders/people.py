"""What people are asked for beside the ladder's own steps, and what they need not do any more."""

from __future__ import annotations

from datetime import timedelta

from reminders.account import asked_for
from reminders.breaches import errands_wanted
from reminders.case import Case
from reminders.decision import Errand
from reminders.holds import SETTLED
from reminders.reasons import Reason
from reminders.snapshot import Invoice, PastErrand
from reminders.tasks import SETTLED_WITH_ITS_INVOICES, TaskKind, TaskState

CANNOT_PAY = "cannot_pay"
"""The reason code of a dispute that is none: who cannot pay is in difficulty, and a person should speak with them."""

CREDIT_NOTE_TIME = timedelta(days=7)
"""How long a credit note may take after a payment that earned an early-payment discount, before a person is asked."""


def hand_over(case: Case) -> None:
    """Ask people for what only people can do, and close what is over."""
    for wanted in errands_wanted(case.account, case.snapshot, case.policy):
        case.ask_a_person(wanted)
        case.look_again()
    for invoice in case.account.invoices.values():
        if (
            CANNOT_PAY in invoice.dispute_reasons
            and invoice.open
            and not _asked(case, Reason.CANNOT_PAY, invoice)
        ):
            case.ask_a_person(_hardship_call(case, invoice))
        if _is_held(case, Reason.DISCOUNT_TAKEN, invoice) and not _asked(
            case, Reason.DISCOUNT_TAKEN, invoice
        ):
            _ask_for_credit_note(case, invoice)
    settled = {
        key
        for key in (i for errand in case.snapshot.errands for i in errand.invoice_ids)
        if key not in case.account.invoices
        or ((blocked := case.account.blocked.get(key)) is not None and blocked.reason in SETTLED)
    }
    for errand in case.snapshot.errands:
        if _falls_away(errand) and settled.issuperset(errand.invoice_ids):
            case.over.append(errand.task_id)
            # While it stood it may have silenced all the rest: look again at once, with it out of the way.
            case.look_again()


def _falls_away(errand: PastErrand) -> bool:
    """Whether nobody has to do it any more when its invoices are settled; who asked for a call still waits for it."""
    return (
        errand.state is TaskState.OPEN
        and errand.kind in SETTLED_WITH_ITS_INVOICES
        and errand.reason is not Reason.CALL_WISHED
    )


def _asked(case: Case, reason: Reason, invoice: Invoice) -> bool:
    return any(
        errand.reason is reason and errand.subject == invoice.invoice_id for errand in case.snapshot.errands
    )


def _is_held(case: Case, reason: Reason, invoice: Invoice) -> bool:
    blocked = case.account.blocked.get(invoice.invoice_id)
    return blocked is not None and blocked.reason is reason


def _ask_for_credit_note(case: Case, invoice: Invoice) -> None:
    """Ask for the credit note that a discount needs, once the biller has had a few days to write it."""
    account, policy = case.account, case.policy
    paid_on = invoice.last_payment_on or account.today
    heard_on = account.place.today(invoice.last_payment_at) if invoice.last_payment_at else paid_on
    asks_on = max(paid_on, heard_on) + CREDIT_NOTE_TIME
    if account.today < asks_on:
        case.look(account.place.day_start(asks_on))
        return
    item = account.item(invoice)
    case.ask_a_person(
        Errand(
            TaskKind.DOUBT,
            Reason.DISCOUNT_TAKEN,
            invoice.creditor_id,
            None,
            invoice.invoice_id,
            invoice.due_on,
            (item,),
            (invoice.money(item.discounted),),
            account.place.add_working_days(account.today, policy.tasks.decision, policy.windows),
        )
    )


def _hardship_call(case: Case, invoice: Invoice) -> Errand:
    items = (case.account.item(invoice),)
    due_on = case.account.place.add_working_days(
        case.account.today, case.policy.tasks.call, case.policy.windows
    )
    return Errand(
        TaskKind.CALL,
        Reason.CANNOT_PAY,
        invoice.creditor_id,
        None,
        invoice.invoice_id,
        invoice.due_on,
        items,
        asked_for(items),
        due_on,
    )
