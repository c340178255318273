"""Messages that are no rung: on a discount, a promise, a plan, a payment that came back, an answer, a new month.

Decision and last gate read the same occasions from the same facts. They say what there would be to say and when;
whether it was said already, and whether the moment is good, is asked elsewhere.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import groupby

from config.policy import Anchor, Policy, Step
from reminders.account import Account
from reminders.acknowledgement import acknowledgement
from reminders.agreements import late_from
from reminders.conditions import meets
from reminders.decision import DiscountTold, ReturnTold, Told, Way
from reminders.discount import discounted, took_discount
from reminders.holds import SETTLED
from reminders.money import Money, totals
from reminders.plans import PlanState
from reminders.promises import PromiseState, after_a_decision, breaks
from reminders.reasons import Reason
from reminders.shares import Share, shares
from reminders.snapshot import Invoice, Snapshot
from reminders.step_days import days_of

_NOT_LISTED = SETTLED | {Reason.OTHER_CURRENCY}
"""What a statement leaves out: what is settled, and what nobody can say is owed."""


@dataclass(frozen=True, slots=True)
class Occasion:
    """Something to say to a client in a creditor's name. With carrying invoice and cycle day it has its identity."""

    step: Step
    creditor_id: str
    carrying: Invoice
    """The invoice that names the cycle: of an agreement the creditor's oldest one, be it settled by now."""
    cycle_on: date
    """The day that the step counts from: the promised one, the instalment's, the discount's last, the day on which the
    payment came back, the first of the month."""
    first: date
    """The client's day from which it may be said; it may lie ahead."""
    last: date
    """The client's last day on which it may be said."""
    invoices: tuple[Invoice, ...]
    """What is listed, oldest due first, as the account views it."""
    amounts: tuple[Money, ...]
    """What is asked for, per currency; in a statement, what is open."""
    told: Told | None
    because: Reason
    way: Way | None = None
    """The only way that it may go: that of the answer which it acknowledges."""


def occasions(
    account: Account, snapshot: Snapshot, policy: Policy, anchors: Collection[Anchor] = tuple(Anchor)
) -> tuple[Occasion, ...]:
    """The occasions of these kinds that the facts give on the account's day, those that lie ahead included.

    Their order is fixed: payments that came back, promises, instalments of plans, discounts, answers, statements; in
    each kind the earlier cycle day first. While the client is held, only their own answers are spoken of.
    """
    held = account.hold is not None
    return tuple(
        occasion
        for anchor, kind in _KINDS.items()
        if anchor in anchors and not (held and anchor is not Anchor.ANSWER)
        for occasion in sorted(kind(account, snapshot, policy), key=_order)
        if account.today <= occasion.last and _meant(occasion, account, snapshot)
    )


def _order(occasion: Occasion) -> tuple[date, str, str, date]:
    return occasion.cycle_on, occasion.creditor_id, occasion.carrying.invoice_id, occasion.first


def _meant(occasion: Occasion, account: Account, snapshot: Snapshot) -> bool:
    """Whether the step is meant for such a client and such a debt."""
    when, carrying = occasion.step.when, occasion.carrying
    if occasion.step.for_anybody:
        return True
    owed = totals(
        invoice.money(invoice.open)
        for invoice in account.invoices.values()
        if invoice.creditor_id == occasion.creditor_id
    )
    terms = (carrying.due_on - carrying.issued_on).days
    return terms >= when.terms_at_least_days and meets(when, snapshot.client, owed)


def _asking(
    step: Step, share: Share, cycle_on: date, days: tuple[date, date], told: Told, because: Reason
) -> Occasion:
    """An occasion on which a creditor asks for its share."""
    return Occasion(
        step,
        share.creditor_id,
        share.first,
        cycle_on,
        *days,
        share.invoices,
        (share.asked,),
        told,
        because,
    )


def _returned(account: Account, snapshot: Snapshot, policy: Policy) -> Iterator[Occasion]:
    """A payment came back, or a debit failed: several of one invoice on one day are one.

    A payment that was booked by mistake is nothing that the client did, and no news for them.
    """
    despite = frozenset({Reason.PAYMENT_RETURNED})
    for step in policy.anchored(Anchor.RETURNED):
        for invoice in account.invoices.values():
            back = [returned for returned in invoice.returned if not returned.misbooked]
            if not back:
                continue
            asked = shares(invoice.money(invoice.chased), [invoice], account, snapshot, policy, despite)
            back.sort(key=lambda returned: returned.on)
            for on, same_day in groupby(back, key=lambda returned: returned.on):
                news = tuple(same_day)
                known_on = max(on, *(account.place.today(one.heard_at) for one in news))
                days = days_of(step, known_on, policy, account.place)
                amount = invoice.money(sum(one.amount for one in news))
                told = ReturnTold(on, amount, all(one.failed for one in news))
                for share in asked:
                    yield _asking(step, share, on, days, told, Reason.PAYMENT_RETURNED)


def _promises(account: Account, snapshot: Snapshot, policy: Policy) -> Iterator[Occasion]:
    """A promise is about to fall due, or was broken for the first time. Further breaks are a person's."""
    steps = policy.anchored(Anchor.PROMISE)
    for standing in account.promises if steps else ():
        promise = standing.promise
        pending = standing.state is PromiseState.PENDING
        if not pending and not standing.broken:
            continue
        if standing.broken and (
            after_a_decision(standing, snapshot)
            or any(
                breaks(account.promises, invoice.invoice_id) >= policy.promises.to_person_after
                for invoice in standing.invoices
            )
        ):
            continue
        told = standing.told(account.place)
        rest = Money(standing.rest, promise.currency)
        because = Reason.STEP_DUE if pending else Reason.PROMISE_BROKEN
        despite = frozenset({Reason.PROMISE_PENDING} if pending else ())
        asked = shares(rest, standing.invoices, account, snapshot, policy, despite)
        for step in steps:
            if step.overdue == pending:
                continue
            days = days_of(step, promise.promised_on, policy, account.place)
            for share in asked:
                yield _asking(step, share, promise.promised_on, days, told, because)


def _plans(account: Account, snapshot: Snapshot, policy: Policy) -> Iterator[Occasion]:
    """The oldest unpaid instalment of a plan is about to fall due, or was missed; a default is a person's."""
    steps = policy.anchored(Anchor.INSTALMENT)
    for standing in account.plans if steps else ():
        due = standing.instalment
        if due is None or standing.state not in {PlanState.RUNNING, PlanState.MISSED}:
            continue
        despite = frozenset({Reason.PLAN_ACTIVE})
        asked = shares(due.money, standing.invoices, account, snapshot, policy, despite)
        for step in steps:
            first, last = days_of(step, due.due_on, policy, account.place)
            if step.overdue:
                first = max(first, late_from(due.due_on, policy))
            for share in asked:
                yield _asking(step, share, due.due_on, (first, last), due, Reason.STEP_DUE)


def _discounts(account: Account, snapshot: Snapshot, policy: Policy) -> Iterator[Occasion]:
    """A discount is open, and something is left to pay for it. One that was lost is never mentioned again.

    Only where all that is open may be asked for: who disputes or has promised a part can't be told one sum that
    settles the invoice.
    """
    for step in policy.anchored(Anchor.DISCOUNT):
        for invoice in (invoice for live in account.live.values() for invoice in live):
            told = open_discount(invoice, account.today)
            if told is None:
                continue
            first, last = days_of(step, told.by_on, policy, account.place)
            days = (first, min(last, told.by_on))
            for share in shares(told.to_pay, [invoice], account, snapshot, policy):
                yield _asking(step, share, told.by_on, days, told, Reason.STEP_DUE)


def open_discount(invoice: Invoice, today: date) -> DiscountTold | None:
    """The early-payment discount that may be told of; None: there is none, it is over, or nothing is left to pay."""
    if invoice.discount is None or today > invoice.discount.by_on or invoice.chased != invoice.open:
        return None
    price = discounted(invoice.total, invoice.paid, invoice.credited, invoice.discount.percent)
    if not price.to_pay:
        return None
    return DiscountTold(invoice.discount.by_on, invoice.money(price.discount), invoice.money(price.to_pay))


def _answers(account: Account, snapshot: Snapshot, policy: Policy) -> Iterator[Occasion]:
    """The client's newest word is an answer that can be acknowledged."""
    for step in policy.anchored(Anchor.ANSWER):
        found = acknowledgement(account, snapshot, policy)
        if found is None:
            continue
        on = found.told.received_on
        first, last = days_of(step, on, policy, account.place)
        yield Occasion(
            step,
            found.carrying.creditor_id,
            found.carrying,
            on,
            first,
            min(last, found.last),
            found.invoices,
            (),
            found.told,
            Reason.ANSWERED,
            found.way,
        )


def _statements(account: Account, _snapshot: Snapshot, policy: Policy) -> Iterator[Occasion]:
    """A month begins, and a creditor has more than one open item of which at least one may be chased.

    All of them are listed, disputed and promised ones too; a statement demands nothing. The next month's is among them,
    so that nobody forgets to look again.
    """
    this_month = account.today.replace(day=1)
    for step in policy.anchored(Anchor.MONTH):
        for creditor_id, live in account.live.items():
            listed = tuple(
                invoice
                for invoice in account.invoices.values()
                if invoice.creditor_id == creditor_id and _is_listed(invoice, account)
            )
            if not live or len(listed) < 2:
                continue
            owed = totals(invoice.money(invoice.open) for invoice in listed)
            for month in (this_month, _following(this_month)):
                first, last = days_of(step, month, policy, account.place)
                last = min(last, _following(month) - timedelta(days=1))
                yield Occasion(
                    step, creditor_id, listed[0], month, first, last, listed, owed, None, Reason.STEP_DUE
                )


_KINDS: dict[Anchor, Callable[[Account, Snapshot, Policy], Iterator[Occasion]]] = {
    Anchor.RETURNED: _returned,
    Anchor.PROMISE: _promises,
    Anchor.INSTALMENT: _plans,
    Anchor.DISCOUNT: _discounts,
    Anchor.ANSWER: _answers,
    Anchor.MONTH: _statements,
}


def _following(month: date) -> date:
    """The first day of the month after the one that begins on that day."""
    return (month + timedelta(days=31)).replace(day=1)


def _is_listed(invoice: Invoice, account: Account) -> bool:
    blocked = account.blocked.get(invoice.invoice_id)
    known = blocked is None or blocked.reason not in _NOT_LISTED
    # A discount that was taken may stand behind a graver reason.
    return known and not took_discount(invoice) and invoice.issued_on <= account.today
