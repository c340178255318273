"""What is claimed, and the parties."""

from __future__ import annotations

from reportlab.platypus import Flowable

from workers.evidence.on_account import OnAccount
from workers.evidence.pack import Pack
from workers.evidence.pdf.blocks import Column, facts, gap, heading, table, text
from workers.evidence.pdf.words import day, instant, listed, money, monies, said

_OPEN = (
    Column("Invoice", 17), Column("Issued", 16), Column("Due", 16), Column("Days late", 12, right=True),
    Column("Original", 17, right=True), Column("Paid", 16, right=True), Column("Credited", 15, right=True),
    Column("Open", 20, right=True), Column("Disputed", 17, right=True),
)  # fmt: skip
_ACCOUNT = (Column("What", 3), Column("Reference", 4), Column("Date", 2), Column("Amount", 2, right=True))
_CONTACTS = (Column("Contact", 3), Column("Role", 2), Column("Email", 4), Column("Phone", 3))
_CONSENTS = (Column("Channel", 2), Column("Said", 2), Column("When (UTC)", 3))
_WHAT = {
    "payment": "Payment, not allocated",
    "credit_note": "Credit note for no invoice in its currency",
    "surplus": "Paid beyond the invoice",
}


def claim(pack: Pack, number: str) -> list[Flowable]:
    """The open invoices with their sums, and the money that must be held against them."""
    story: list[Flowable] = [*heading(f"{number} The claim", 0)]
    if not pack.claimed:
        story.append(text("Nothing is open on the day of this pack."))
    else:
        rows = [
            (
                invoice.number,
                day(invoice.issued_on),
                day(invoice.terms.due_on),
                str(invoice.days_late(pack.day)),
                money(invoice.total),
                money(invoice.paid) if invoice.paid.minor else None,
                money(invoice.credited) if invoice.credited.minor else None,
                money(invoice.open),
                money(invoice.disputed) if invoice.disputed.minor else None,
            )
            for invoice in pack.claimed
        ]
        total = ("Total", "", "", "", "", "", "", monies(pack.open), monies(pack.disputed, ""))
        story.append(table(_OPEN, rows, total))
        story.append(
            text("Interest and fixed sums are no part of these sums; they stand in the interest sheet.")
        )
    if pack.on_account:
        story += [
            *heading(f"{number}.1 Money on account", 1),
            text(
                f"The client has {monies(pack.unallocated)} that settles no invoice. Nothing of it is set off above; "
                "whoever claims the sums above must take it into account."
            ),
            table(_ACCOUNT, [_account(one) for one in pack.on_account]),
        ]
    return story


def parties(pack: Pack, number: str) -> list[Flowable]:
    """Who claims and who owes, as the creditor's books have them."""
    creditor, debtor = pack.creditor, pack.debtor
    reach = listed(
        part for part in (creditor.contact_name, creditor.contact_email, creditor.contact_phone) if part
    )
    story: list[Flowable] = [
        *heading(f"{number} Parties", 0),
        *heading(f"{number}.1 Creditor", 1),
        facts(
            [
                ("Legal name", creditor.legal_name),
                ("Known to clients as", creditor.name),
                ("Address", "\n".join(creditor.address)),
                ("Country", creditor.country),
                ("Contact", reach),
                ("Website", creditor.website),
                ("Payment terms", creditor.terms),
            ]
        ),
        *heading(f"{number}.2 Debtor", 1),
        facts(
            [
                ("Name", debtor.name or "not known: the billing system has sent no profile"),
                ("Client number", debtor.client_id),
                ("Kind", said(debtor.debtor_type) if debtor.debtor_type else "not known"),
                ("Country", listed(part for part in (debtor.country, debtor.subdivision) if part)),
                ("Language", debtor.language),
                ("Time zone", debtor.time_zone),
                ("Segment", debtor.segment),
                ("Account manager", debtor.account_manager),
            ]
        ),
    ]
    if debtor.contacts:
        contacts = [(one.name or one.contact_id, one.role, one.email, one.phone) for one in debtor.contacts]
        story += [gap(), table(_CONTACTS, contacts)]
    if debtor.consents:
        consents = [
            (one.channel, "allowed" if one.granted else "not allowed", instant(one.at))
            for one in debtor.consents
        ]
        story += [*heading(f"{number}.3 What the debtor said about channels", 1), table(_CONSENTS, consents)]
    return story


def _account(one: OnAccount) -> tuple[str | None, ...]:
    return _WHAT[one.what], one.reference, day(one.on), money(one.amount)
