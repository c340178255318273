"""The invoices: each open one with its terms and its money, the others in a table."""

from __future__ import annotations

from reportlab.platypus import Flowable

from reminders.interest.terms import LateTermsKind
from reminders.money import Money
from workers.evidence.invoices import Dispute, InvoiceFile, PaymentPart
from workers.evidence.pack import Pack
from workers.evidence.pdf.blocks import Column, facts, heading, label, table, text
from workers.evidence.pdf.words import count, day, decimal, instant, listed, money, said
from workers.evidence.terms import Terms

_MONEY = (
    Column("Date", 2), Column("What", 3), Column("Reference", 5), Column("Amount", 3, right=True),
    Column("Open after it", 3, right=True),
)  # fmt: skip
_DISPUTES = (
    Column("Opened (UTC)", 3), Column("Amount", 3), Column("Reason", 4), Column("Resolved (UTC)", 3),
    Column("Outcome", 4),
)  # fmt: skip
_DEBITS = (
    Column("Direct debit", 4),
    Column("Announced (UTC)", 3),
    Column("Expected", 2),
    Column("Failed (UTC)", 3),
)
_INSTALMENTS = (Column("Due", 2), Column("Amount", 2, right=True), Column("", 6))
_OTHERS = (
    Column("Invoice", 6), Column("Issued", 5), Column("Due", 5), Column("Original", 6, right=True),
    Column("Paid", 6, right=True), Column("Credited", 6, right=True), Column("Last payment", 6), Column("Stands", 6),
)  # fmt: skip


def invoices(pack: Pack, number: str) -> list[Flowable]:
    """Open ones first, each on its own; then those that are settled or that the creditor has ended."""
    story: list[Flowable] = [*heading(f"{number} Invoices", 0)]
    for place, invoice in enumerate(pack.claimed, 1):
        story += _one(invoice, f"{number}.{place}", pack)
    others = [invoice for invoice in pack.invoices if invoice not in pack.claimed]
    if others:
        story += [
            *heading(f"{number}.{len(pack.claimed) + 1} Invoices of which nothing is open", 1),
            table(_OTHERS, [_other(invoice) for invoice in others]),
        ]
        disputed = [invoice for invoice in others if invoice.disputes]
        for invoice in disputed:
            story += [
                *label(f"Disputes about {invoice.number}"),
                table(_DISPUTES, list(map(_dispute, invoice.disputes))),
            ]
    return story


def _one(invoice: InvoiceFile, number: str, pack: Pack) -> list[Flowable]:
    terms = invoice.terms
    late = invoice.days_late(pack.day)
    story: list[Flowable] = [
        *heading(f"{number} Invoice {invoice.number}", 1),
        facts(
            [
                ("Original amount", money(invoice.total)),
                ("Open", money(invoice.open)),
                ("Disputed", money(invoice.disputed) if invoice.disputed.minor else None),
                ("Issued", day(invoice.issued_on)),
                ("Due", f"{day(terms.due_on)}, {count(late, 'day')} ago" if late else day(terms.due_on)),
                ("Terms for late payment", _late_terms(terms)),
                ("Discount", _discount(terms)),
                ("Purchase order", terms.purchase_order),
                ("The invoice itself", terms.document_url),
                ("Ways to pay", listed(map(said, terms.payment_methods))),
                ("Collected automatically", "yes" if terms.auto_collect else None),
                ("Billing system", f"{invoice.source}, invoice id {invoice.invoice_id}"),
            ]
        ),
    ]
    if terms.instalments:
        parts = [(day(part.due_on), money(part.amount), "") for part in terms.instalments]
        story += [*label("Instalments"), table(_INSTALMENTS, parts)]
    story += [*label("Money"), table(_MONEY, _account(invoice))]
    if invoice.disputes:
        story += [*label("Disputes"), table(_DISPUTES, list(map(_dispute, invoice.disputes)))]
    if invoice.debits:
        rows = [
            (one.payment_id, instant(one.announced_at), day(one.expected_on), instant(one.failed_at))
            for one in invoice.debits
        ]
        story += [*label("Direct debits"), table(_DEBITS, rows)]
    if not invoice.payments:
        story.append(text("No payment was ever allocated to it."))
    return story


def _account(invoice: InvoiceFile) -> list[tuple[str | None, ...]]:
    """The invoice and everything that changed it, in the order of days, with what was open after each."""
    moves = [(invoice.issued_on, 0, "Invoice", invoice.number, invoice.total.minor)]
    for part in invoice.payments:
        moves.append((part.received_on, 1, "Payment", _reference(part), -part.amount.minor))
        if part.reversal:
            why = f": {part.reversal.reason}" if part.reversal.reason else ""
            moves.append(
                (part.reversal.on, 2, "Payment went back", f"{part.payment_id}{why}", part.amount.minor)
            )
    moves += [
        (credit.on, 1, "Credit note", credit.credit_note_id, -credit.amount.minor)
        for credit in invoice.credits
    ]
    rows: list[tuple[str | None, ...]] = []
    balance, currency = 0, invoice.total.currency
    for on, _, what, reference, minor in sorted(moves):
        balance += minor
        rows.append(
            (day(on), what, reference, money(Money(minor, currency)),
             money(Money(balance, currency)))
        )  # fmt: skip
    return rows


def _reference(part: PaymentPart) -> str:
    return part.payment_id + (f" (part of {money(part.whole)})" if part.whole != part.amount else "")


def _dispute(one: Dispute) -> tuple[str | None, ...]:
    return (
        instant(one.opened_at),
        money(one.amount) if one.amount else "all of it",
        said(one.reason) if one.reason else None,
        instant(one.resolved_at) or "open",
        said(one.outcome) if one.outcome else None,
    )


def _other(invoice: InvoiceFile) -> tuple[str | None, ...]:
    last = max((part.received_on for part in invoice.payments if part.reversal is None), default=None)
    ended = "".join(f": {one.reason}" for one in invoice.closures[-1:] if one.reason)
    return (
        invoice.number,
        day(invoice.issued_on),
        day(invoice.terms.due_on),
        money(invoice.total),
        money(invoice.paid) if invoice.paid.minor else None,
        money(invoice.credited) if invoice.credited.minor else None,
        day(last),
        said(invoice.standing) + ended,
    )


def _late_terms(terms: Terms) -> str:
    match terms.late:
        case None:
            return "the billing system says nothing"
        case LateTermsKind.NONE:
            return "excluded"
        case LateTermsKind.STATUTORY:
            return "as the law gives"
    percent = f"{decimal(terms.annual_percent)} % a year" if terms.annual_percent is not None else None
    fee = f"a fee of {money(terms.fixed_fee)}" if terms.fixed_fee else None
    return "agreed: " + " and ".join(part for part in (percent, fee) if part)


def _discount(terms: Terms) -> str | None:
    if terms.discount_percent is None:
        return None
    return f"{decimal(terms.discount_percent)} % for payment by {day(terms.discount_by)}"
