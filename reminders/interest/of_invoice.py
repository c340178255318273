"""An invoice of the ledger as a debt, and its sheet: what stops interest as it stops a reminder is looked at first."""

from __future__ import annotations

from datetime import date

from config.rules.interest import InterestPack
from reminders.allocation import allocate
from reminders.interest.debt import Debt, Part, Reduction, ReductionKind
from reminders.interest.sheet import Sheet, Unavailable, interest_sheet
from reminders.reasons import Reason
from reminders.snapshot import Client, Invoice

_STOPPING = (Reason.VOIDED, Reason.DISPUTED, Reason.OTHER_CURRENCY)
"""No debt, one in doubt, and one of unknown size."""


def invoice_sheet(
    invoice: Invoice, client: Client, pack: InterestPack | None, on: date, after: date | None = None
) -> Sheet | Unavailable:
    """The invoice's sheet through `on` (`reminders.interest.sheet`); `pack` is the law of its creditor's country.

    A legal breathing space stops interest for its days (England and Wales: SI 2020/1311, reg. 7). Which days those
    were is not in a snapshot, so one that is over leaves the sheet to a person, too.
    """
    for hold in (*client.holds, *invoice.holds):
        lasting = hold.until_on is None or hold.until_on >= on
        if hold.reason is Reason.MORATORIUM or (hold.reason in _STOPPING and lasting):
            return Unavailable(hold.reason, hold.reason.sentence)
    return interest_sheet(debt_of(invoice, client), pack, on, after)


def debt_of(invoice: Invoice, client: Client) -> Debt:
    """The invoice as interest sees it.

    Its instalments are its parts; what its total has beyond them falls due with the invoice, or with the last of them
    if that is later, and where they say more than the total, the last ones shrink. A disputed part bears no interest
    as long as it is disputed: it is taken off what falls due last.
    """
    agreed = sorted(invoice.instalments, key=lambda part: part.due_on)
    parts = [Part(part.due_on, part.amount) for part in agreed]
    beyond = invoice.total - sum(part.amount for part in parts)
    if beyond > 0:
        parts.append(Part(max([invoice.due_on, *(part.due_on for part in parts)]), beyond))
    sure = allocate(invoice.total - invoice.disputed, [part.amount for part in parts])
    payments = [Reduction(payment.on, payment.amount) for payment in invoice.payments]
    credits_ = [Reduction(credit.on, credit.amount, ReductionKind.CREDIT) for credit in invoice.credits]
    return Debt(
        invoice.invoice_id,
        invoice.currency,
        tuple(Part(part.due_on, amount) for part, amount in zip(parts, sure, strict=True) if amount),
        (*payments, *credits_),
        client.debtor_type,
        invoice.late_terms,
    )
