"""Interest for late payment: what law or contract give on a client's invoices, and what a message may claim."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from channels.ports import InterestClaim
from config.creditors import Creditor
from config.policy import Policy, Step
from config.rules.interest import InterestLaw
from reminders.decision import Item
from reminders.interest.of_invoice import invoice_sheet
from reminders.interest.sheet import Sheet
from reminders.snapshot import Snapshot


def sheets_of(
    snapshot: Snapshot, items: Iterable[Item], creditor: Creditor, law: InterestLaw, on: date
) -> list[tuple[Item, Sheet]]:
    """The sheets of those of these items that have one, through `on`, by the law of the creditor's place."""
    invoices = {invoice.invoice_id: invoice for invoice in snapshot.invoices}
    pack = law.pack(creditor.law_country)
    found = []
    for item in items:
        invoice = invoices.get(item.invoice_id)
        if invoice is None:
            continue
        sheet = invoice_sheet(invoice, snapshot.client, pack, on)
        if isinstance(sheet, Sheet) and sheet.total.minor > 0:
            found.append((item, sheet))
    return found


def claims_of(
    step: Step,
    policy: Policy,
    snapshot: Snapshot,
    items: Iterable[Item],
    creditor: Creditor,
    law: InterestLaw,
    on: date,
) -> tuple[InterestClaim, ...]:
    """What a message of that step claims beside the debt: nothing, unless step, policy and the invoice's terms say so.

    Nothing is claimed on an invoice that is disputed, even in part: what the debt is must be settled first.
    """
    if not (step.interest and policy.interest.claim):
        return ()
    asked = [item for item in items if item.asked and not item.disputed]
    return tuple(
        InterestClaim(
            item.number,
            sheet.interest,
            sheet.daily,
            sheet.fixed_sum if policy.interest.fixed_sum else None,
            sheet.through,
            sheet.basis,
        )
        for item, sheet in sheets_of(snapshot, asked, creditor, law, on)
        if sheet.claimable
    )
