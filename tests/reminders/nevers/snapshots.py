"""The book of a life as the core is told it: what the ledger would load at that instant."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import date, datetime, timedelta

from reminders.money import Money
from reminders.reasons import Reason
from reminders.snapshot import (
    Credit,
    Hold,
    Invoice,
    PastAnswer,
    PastErrand,
    PastMessage,
    Payment,
    Plan,
    Promise,
    Returned,
    Snapshot,
)
from tests.reminders.nevers import sums
from tests.reminders.nevers.facts import ERP, Bill, Facts, Said
from tests.reminders.nevers.places import day_of

MEMORY = timedelta(days=30)
"""Older answers are not told of: `ledger.snapshots.answers`."""


def snapshot_of(
    facts: Facts, messages: Iterable[PastMessage], errands: Iterable[PastErrand], now: datetime
) -> Snapshot:
    """The client's whole case."""
    today = day_of(facts.client, now)
    holds = tuple(Hold(reason, through) for reason, through in facts.holds.items())
    hard = [facts.hardship_through] if facts.hardship_through else []
    for reason in (Reason.HARDSHIP, Reason.MORATORIUM):
        through = facts.holds.get(reason)
        hard += [through] if through is not None and through < today else []
    account = {currency: sums.on_account(facts, currency) for currency in _currencies(facts)}
    return Snapshot(
        client=replace(facts.client, holds=holds, hardship_through=max(hard, default=None)),
        invoices=tuple(_invoice(facts, bill, today) for bill in facts.bills),
        on_account=tuple(Money(minor, currency) for currency, minor in account.items() if minor),
        messages=tuple(messages),
        suppressions=facts.barred,
        replied_at=facts.replied_at,
        weighty_reply_at=facts.weighty_reply_at,
        answers=tuple(_answer(said) for said in facts.answers if said.at > now - MEMORY),
        promises=tuple(
            Promise(w.word_id, w.invoice_ids, w.currency, w.amount, w.made_at, w.for_on) for w in facts.words
        ),
        plans=tuple(
            Plan(deal.deal_id, deal.invoice_ids, deal.currency, deal.parts, deal.agreed_at)
            for deal in facts.deals
            if not deal.cancelled
        ),
        errands=tuple(errands),
        escalated=facts.escalated,
        conversations=facts.spoken,
        synced_through={ERP: facts.synced_at} if facts.synced_at is not None else {},
    )


def _answer(said: Said) -> PastAnswer:
    return PastAnswer(
        said.answer_id,
        said.kind,
        said.channel,
        said.contact_id,
        said.to.message_id,
        said.at,
        not said.read,
        said.word_id,
    )


def _currencies(facts: Facts) -> list[str]:
    return sorted({bill.currency for bill in facts.bills} | {r.currency for r in facts.receipts})


def _invoice(facts: Facts, bill: Bill, today: date) -> Invoice:
    receipts = [
        (receipt, amount)
        for receipt in facts.receipts
        for key, amount in receipt.parts
        if key == bill.invoice_id and receipt.currency == bill.currency
    ]
    received = sorted(
        (Payment(r.receipt_id, r.on, amount, r.heard_at) for r, amount in receipts if sums.stands(r)),
        key=lambda payment: (payment.on, payment.payment_id),
    )
    cuts = [cut for cut in facts.cuts if cut.invoice_id == bill.invoice_id]
    disputed = sums.disputed(facts, bill)
    objections = [o for o in facts.objections if o.invoice_id == bill.invoice_id]
    still = [o for o in objections if o.resolved_on is None]
    whole = any(o.amount is None for o in still) or disputed >= bill.total
    resolved = max((o.resolved_on for o in objections if o.resolved_on is not None), default=None)
    return Invoice(
        bill.invoice_id,
        bill.invoice_id.upper(),
        bill.creditor_id,
        bill.currency,
        bill.total,
        bill.issued_on,
        bill.due_on,
        bill.seen_at,
        ERP,
        sums.paid(facts, bill),
        sums.credited(facts, bill),
        disputed,
        bill.auto_collect,
        holds=_holds(facts, bill, today, whole),
        payments=tuple(received),
        credits=tuple(Credit(cut.on, cut.amount) for cut in cuts),
        returned=_returned(facts, bill),
        discount=bill.discount,
        late_terms=bill.late_terms,
        instalments=bill.instalments,
        dispute_resolved_on=resolved if not still else None,
        dispute_reasons=tuple(sorted({o.code for o in still})),
        last_payment_on=received[-1].on if received else None,
        last_payment_at=max((payment.heard_at for payment in received), default=None),
    )


def _holds(facts: Facts, bill: Bill, today: date, whole: bool) -> tuple[Hold, ...]:
    holds = [Hold(bill.ended)] if bill.ended else []
    if bill.paused:
        holds.append(Hold(Reason.INVOICE_PAUSED, bill.paused_through))
    if whole and sums.disputed(facts, bill):
        holds.append(Hold(Reason.DISPUTED))
    holds += [
        Hold(Reason.PAYMENT_PENDING, debit.expected_on + sums.DEBIT_PATIENCE, debit.amount)
        for debit in sums.debits_of(facts, bill, today)
    ]
    return tuple(holds)


def _returned(facts: Facts, bill: Bill) -> tuple[Returned, ...]:
    back = [
        Returned(receipt.receipt_id, receipt.back_on, amount, receipt.back_heard_at)
        for receipt in facts.receipts
        for key, amount in receipt.parts
        if key == bill.invoice_id and receipt.currency == bill.currency
        if receipt.back_on is not None and receipt.back_heard_at is not None
    ] + [
        Returned(debit.debit_id, debit.failed_on, debit.amount or 0, debit.failed_heard_at, failed=True)
        for debit in facts.debits
        if debit.invoice_id == bill.invoice_id and debit.failed_on and debit.failed_heard_at
    ]
    return tuple(sorted(back, key=lambda returned: (returned.on, returned.payment_id)))
