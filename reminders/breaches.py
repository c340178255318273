"""Broken agreements that are a person's: a promise broken once too often, a payment plan in default."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta

from config.policy import Policy
from reminders.account import Account
from reminders.decision import Errand, Told
from reminders.money import Money
from reminders.plans import PlanState
from reminders.promises import PromiseState, after_a_decision, breaks
from reminders.reasons import Reason
from reminders.shares import Share, shares
from reminders.snapshot import Invoice, Snapshot
from reminders.tasks import TaskKind


def errands_wanted(account: Account, snapshot: Snapshot, policy: Policy) -> tuple[Errand, ...]:
    """The calls that broken agreements ask of a person, one for each creditor, and once for each break.

    - A promise was broken that followed a person's decision about its invoice; or any, and with it
      `policy.promises.to_person_after` of them for one of its invoices.
    - A promise was put off so often: whoever moves the day again and again needs a talk, and not another date.
    - An instalment of a plan is `policy.promises.plan_default_days` late.

    None while the client is held, and none about what something stronger stops: a dispute, a person who has it already.
    """
    if account.hold is not None:
        return ()
    done = {(e.kind, e.reason, e.creditor_id, e.subject, e.cycle_on) for e in snapshot.errands}
    return tuple(
        errand
        for errand in (
            *_broken_again(account, snapshot, policy),
            *_moved_again(account, snapshot, policy),
            *_defaulted(account, snapshot, policy),
        )
        if (errand.kind, errand.reason, errand.creditor_id, errand.subject, errand.cycle_on) not in done
    )


def next_change(account: Account) -> date | None:
    """The client's next day on which a promise or a plan changes unless money comes; None: none does.

    A plan in default does not change its state any more, but more of it falls due.
    """
    days = [s.until_on + timedelta(days=1) for s in account.promises if s.state is PromiseState.PENDING]
    days += [s.changes_on for s in account.plans if s.changes_on is not None]
    days += [
        part.due_on + timedelta(days=1)
        for standing in account.plans
        if standing.state is PlanState.DEFAULTED
        for part in standing.schedule.unpaid
        if part.due_on >= account.today
    ]
    return min(days, default=None)


def _broken_again(account: Account, snapshot: Snapshot, policy: Policy) -> Iterator[Errand]:
    for index, standing in enumerate(account.promises):
        if not standing.broken:
            continue
        until_then = account.promises[: index + 1]
        count = max(breaks(until_then, invoice.invoice_id) for invoice in standing.invoices)
        if count < policy.promises.to_person_after and not after_a_decision(standing, snapshot):
            continue
        promise = standing.promise
        told = standing.told(account.place)
        rest = Money(standing.rest, promise.currency)
        for share in shares(rest, standing.invoices, account, snapshot, policy):
            yield _call(
                Reason.PROMISE_BROKEN, promise.promise_id, promise.promised_on, share, told, account, policy
            )


def _moved_again(account: Account, snapshot: Snapshot, policy: Policy) -> Iterator[Errand]:
    despite = frozenset({Reason.PROMISE_PENDING})
    for standing in account.promises:
        if standing.state is not PromiseState.PENDING:
            continue
        count = max((_replaced(account, invoice.invoice_id) for invoice in standing.invoices), default=0)
        if count < policy.promises.to_person_after:
            continue
        promise = standing.promise
        rest = Money(standing.rest, promise.currency)
        for share in shares(rest, standing.invoices, account, snapshot, policy, despite):
            yield _call(
                Reason.PROMISE_MOVED,
                promise.promise_id,
                promise.promised_on,
                share,
                standing.told(account.place),
                account,
                policy,
            )


def _replaced(account: Account, invoice_id: str) -> int:
    """How many promises for the invoice another one took the place of."""
    return sum(
        standing.state is PromiseState.REPLACED
        and any(invoice.invoice_id == invoice_id for invoice in standing.invoices)
        for standing in account.promises
    )


def _defaulted(account: Account, snapshot: Snapshot, policy: Policy) -> Iterator[Errand]:
    despite = frozenset({Reason.PLAN_DEFAULTED})
    for standing in account.plans:
        oldest = standing.instalment
        if standing.state is not PlanState.DEFAULTED or oldest is None:
            continue
        late = Money(standing.schedule.due(account.today), standing.plan.currency)
        held = [invoice for invoice in standing.invoices if _held_by(invoice, account, despite)]
        # What is late may lie on invoices that somebody has already; the plan holds the others all the same.
        for share in shares(late, standing.invoices, account, snapshot, policy, despite) or shares(
            late, held, account, snapshot, policy, despite
        ):
            yield _call(
                Reason.PLAN_DEFAULTED, standing.plan.plan_id, oldest.due_on, share, oldest, account, policy
            )


def _held_by(invoice: Invoice, account: Account, reasons: frozenset[Reason]) -> bool:
    blocked = account.blocked.get(invoice.invoice_id)
    return blocked is not None and blocked.reason in reasons


def _call(
    reason: Reason, subject: str, cycle_on: date, share: Share, told: Told, account: Account, policy: Policy
) -> Errand:
    due_on = account.place.add_working_days(account.today, policy.tasks.call, policy.windows)
    return Errand(
        TaskKind.CALL,
        reason,
        share.creditor_id,
        None,
        subject,
        cycle_on,
        tuple(map(account.item, share.invoices)),
        (share.asked,),
        due_on,
        told,
    )
