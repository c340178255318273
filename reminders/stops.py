"""The guards that decision and last gate share: is a message that has not gone out still true and wanted?"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from config.policy import Anchor, Policy, Step
from reminders.account import Account
from reminders.decision import Stop
from reminders.discount import took_discount
from reminders.holds import thanks_hold
from reminders.occasions import Occasion, occasions
from reminders.plans import PlanState
from reminders.purposes import wanted
from reminders.reasons import Reason
from reminders.snapshot import Invoice, PastMessage, Snapshot
from reminders.states import MessageState

_SETTLED_OTHERWISE = frozenset({Reason.VOIDED, Reason.WRITTEN_OFF})


def pointless(
    message: PastMessage, snapshot: Snapshot, account: Account, policy: Policy, now: datetime
) -> Stop | None:
    """Why an unsent message should not go any more; None: it may. Its time and its approval are not looked at.

    - A demand ends with its carrying invoice: paid, held, or its due date moved. It also ends when another invoice
      carries now (an older one was released), for its step and its tone were those of another case.
    - An introduction ends when none of its invoices is chased any more.
    - A message on an occasion ends with the occasion: the promise was kept, the discount's day is over.
    - What the client does not want to hear and need not, ends at once.
    - A thank-you ends when none of its invoices is settled any more (the payment was reversed), or a person has taken
      the case over.
    """
    step = policy.step(message.step)
    reason: Reason | None
    if step is None:
        reason = Reason.SUPERSEDED
    elif not wanted(step, snapshot.client):
        reason = Reason.NOT_WANTED
    elif step.anchor is Anchor.PAYMENT:
        reason = _unthankable(message, snapshot, account, now)
    elif step.anchor is Anchor.ISSUE:
        live = {invoice.invoice_id for invoice in account.live_of(message.creditor_id)}
        reason = None if live.intersection(message.invoice_ids) else _blocked(message, account)
    elif on_the_ladder(step, message, account):
        reason = _superseded(message, account)
    else:
        found = occasion_of(message, account, snapshot, policy)
        reason = _blocked(message, account) if found is None else None
    return Stop(message.message_id, MessageState.CANCELLED, reason) if reason is not None else None


def on_the_ladder(step: Step, message: PastMessage, account: Account) -> bool:
    """Whether a message is a rung of its carrying invoice, and not an occasion: an instalment may be either.

    The instalments of a payment plan take the place of those that the invoice has of its own.
    """
    if step.anchor is Anchor.INSTALMENT:
        carrying = account.invoices.get(message.carrying_invoice_id)
        return carrying is not None and bool(carrying.instalments) and not _on_a_plan(carrying, account)
    return step.anchor is Anchor.DUE


def _on_a_plan(invoice: Invoice, account: Account) -> bool:
    return any(
        standing.state in (PlanState.RUNNING, PlanState.MISSED)
        and any(invoice.invoice_id == other.invoice_id for other in standing.invoices)
        for standing in account.plans
    )


def occasion_of(
    message: PastMessage, account: Account, snapshot: Snapshot, policy: Policy
) -> Occasion | None:
    """The occasion that a message speaks of, as the facts have it now; None: it is over."""
    step = policy.step(message.step)
    anchors = () if step is None else (step.anchor,)
    for occasion in occasions(account, snapshot, policy, anchors):
        if (
            occasion.step.name == message.step
            and occasion.creditor_id == message.creditor_id
            and occasion.carrying.invoice_id == message.carrying_invoice_id
            and occasion.cycle_on == message.due_on
            and occasion.first <= account.today <= occasion.last
            and occasion.way in (None, (message.channel, message.contact_id))
        ):
            return occasion
    return None


def settled(invoice: Invoice) -> bool:
    """Whether payments settled the invoice, be it with the early-payment discount that they earned.

    A credit note alone, a void or a write-off is nothing to thank for.
    """
    return (
        (not invoice.open or (took_discount(invoice) and not invoice.disputed))
        and invoice.total > 0
        and invoice.paid > 0
        and invoice.last_payment_on is not None
        and not any(hold.reason in _SETTLED_OTHERWISE for hold in invoice.holds)
    )


def stale(step: Step, invoices: Iterable[Invoice], snapshot: Snapshot, policy: Policy, now: datetime) -> bool:
    """Whether a step speaks of something late that may be paid without our knowing.

    Only billers that publish `ledger.synced` can be stale; of the others nobody knows how fresh they are.
    """
    if not step.overdue or not snapshot.synced_through:
        return False
    through = snapshot.synced_through
    hours = policy.stale_after_hours * 3600
    return any(
        invoice.source in through and (now - through[invoice.source]).total_seconds() > hours
        for invoice in invoices
    )


def _blocked(message: PastMessage, account: Account) -> Reason:
    blocked = account.why_not(message.carrying_invoice_id)
    return blocked.reason if blocked is not None else Reason.SUPERSEDED


def _superseded(message: PastMessage, account: Account) -> Reason | None:
    blocked = account.why_not(message.carrying_invoice_id)
    if blocked is not None:
        return blocked.reason
    if account.invoices[message.carrying_invoice_id].due_on != message.due_on:
        return Reason.SUPERSEDED
    oldest = next(iter(account.live_of(message.creditor_id)), None)
    if oldest is None:
        return Reason.SUPERSEDED
    other_carries = oldest.invoice_id != message.carrying_invoice_id and oldest.due_on < account.today
    return Reason.SUPERSEDED if other_carries else None


def _unthankable(message: PastMessage, snapshot: Snapshot, account: Account, now: datetime) -> Reason | None:
    hold = thanks_hold(snapshot.client, account.place, now)
    if hold is not None:
        return hold.reason
    if message.creditor_id in account.silent:
        return account.silent[message.creditor_id]
    known = [account.invoices[key] for key in message.invoice_ids if key in account.invoices]
    return None if any(settled(invoice) for invoice in known) else Reason.SUPERSEDED
