"""Payment plans: which instalment is next, which is late, when a plan is in default, and what plans hold."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from typing import NamedTuple

from config.policy import Policy
from reminders.agreements import came_since, covered, late_from, undisputed
from reminders.allocation import allocate
from reminders.calendar import Place
from reminders.decision import InstalmentTold
from reminders.instalments import Schedule
from reminders.reasons import Reason
from reminders.snapshot import Invoice, PastErrand, Plan, Snapshot
from reminders.tasks import TaskKind, TaskState

_A_DAY = timedelta(days=1)


class PlanState(StrEnum):
    """How a payment plan stands."""

    RUNNING = "running"
    """Nothing is late. A plan whose late instalments were paid is running again."""
    MISSED = "missed"
    """An instalment is late."""
    DEFAULTED = "defaulted"
    """An instalment is so late that a person decides how to go on."""
    DONE = "done"
    """All instalments are paid, or nothing is open any more."""


@dataclass(frozen=True, slots=True)
class PlanStanding:
    """One plan and what became of it so far. Amounts are minor units of the plan's currency."""

    plan: Plan
    state: PlanState
    invoices: tuple[Invoice, ...]
    """The invoices it is for, oldest due first, open or not."""
    paid: int
    """What came for its instalments, at most their sum."""
    instalment: InstalmentTold | None
    """The oldest instalment not paid in full; None: there is none, or the plan is done."""
    late_days: int
    """By how many days that instalment's date is over; zero before it."""
    schedule: Schedule
    """Its instalments and what came for them; never more to come than is open."""
    changes_on: date | None
    """The next day on which the state changes unless money comes; None: it does not change by itself any more."""


class PlannedPart(NamedTuple):
    """What a plan in default holds of one invoice."""

    amount: int
    """In minor units of the invoice's currency."""
    until_on: date
    """The last day on which it is so much: the next instalment's."""


def plan_standings(snapshot: Snapshot, policy: Policy, place: Place, today: date) -> tuple[PlanStanding, ...]:
    """How every plan stands on that day of the client's, the one agreed first in front.

    A plan is left out when a newer one is for one of the same invoices: it was replaced. So no invoice is on two plans,
    and no money counts for two.
    """
    plans = [
        (plan, covered(snapshot, plan.invoice_ids, plan.currency))
        for plan in sorted(snapshot.plans, key=lambda plan: (plan.agreed_at, plan.plan_id))
    ]
    ids = [{invoice.invoice_id for invoice in invoices} for _, invoices in plans]
    return tuple(
        _standing(plan, invoices, policy, place, today)
        for position, (plan, invoices) in enumerate(plans)
        if not any(ids[position] & newer for newer in ids[position + 1 :])
    )


def held_by_plans(standings: Iterable[PlanStanding], errands: Iterable[PastErrand]) -> dict[str, Reason]:
    """What plans hold, by invoice id: `plan_active`, or `plan_defaulted` until a person has dealt with it."""
    errands = tuple(errands)
    held: dict[str, Reason] = {}
    for standing in standings:
        if standing.state is PlanState.DONE or _dealt_with(standing, errands):
            continue
        defaulted = standing.state is PlanState.DEFAULTED
        reason = Reason.PLAN_DEFAULTED if defaulted else Reason.PLAN_ACTIVE
        held |= {invoice.invoice_id: reason for invoice in standing.invoices}
    return held


def parts_of_plans(
    standings: Iterable[PlanStanding], errands: Iterable[PastErrand], today: date
) -> dict[str, PlannedPart]:
    """What a plan still holds of its invoices once a person has dealt with its default and not cancelled it.

    It stays in force: what was missed may be asked for, what falls due later may not. Money fills the oldest invoice
    first, so what comes later lies on the youngest ones.
    """
    errands = tuple(errands)
    parts: dict[str, PlannedPart] = {}
    for standing in standings:
        ahead = [part.due_on for part in standing.schedule.unpaid if part.due_on >= today]
        if not ahead or not _dealt_with(standing, errands):
            continue
        youngest_first = standing.invoices[::-1]
        later = allocate(standing.schedule.later(today - _A_DAY), map(undisputed, youngest_first))
        for invoice, amount in zip(youngest_first, later, strict=True):
            if amount:
                parts[invoice.invoice_id] = PlannedPart(amount, min(ahead))
    return parts


def _standing(
    plan: Plan, invoices: tuple[Invoice, ...], policy: Policy, place: Place, today: date
) -> PlanStanding:
    came = sum(came_since(invoice, plan.agreed_at, place) for invoice in invoices)
    parts = tuple(sorted(plan.instalments, key=lambda part: part.due_on))
    owed = sum(invoice.open for invoice in invoices)
    schedule = Schedule(parts, came).within(owed)
    paid = min(came, sum(part.amount for part in parts))
    oldest = schedule.oldest
    if not owed or (plan.instalments and oldest is None):
        return PlanStanding(plan, PlanState.DONE, invoices, paid, None, 0, schedule, None)
    if oldest is None:
        # Agreed without dates: nothing can be late, and the plan holds until it is cancelled or nothing is open.
        return PlanStanding(plan, PlanState.RUNNING, invoices, paid, None, 0, schedule, None)
    missed_from = late_from(oldest.due_on, policy)
    defaulted_from = oldest.due_on + timedelta(days=policy.promises.plan_default_days)
    if today >= defaulted_from:
        state = PlanState.DEFAULTED
    else:
        state = PlanState.MISSED if today >= missed_from else PlanState.RUNNING
    told = schedule.told(plan.currency)
    late_days = max(0, (today - oldest.due_on).days)
    changes_on = min((day for day in (missed_from, defaulted_from) if day > today), default=None)
    return PlanStanding(plan, state, invoices, paid, told, late_days, schedule, changes_on)


def _dealt_with(standing: PlanStanding, errands: Iterable[PastErrand]) -> bool:
    """Whether a person has dealt with the default, over all creditors whose part they were asked about."""
    if standing.state is not PlanState.DEFAULTED or standing.instalment is None:
        return False
    about = [
        errand.state
        for errand in errands
        if errand.kind is TaskKind.CALL
        and errand.reason is Reason.PLAN_DEFAULTED
        and errand.subject == standing.plan.plan_id
        and errand.cycle_on == standing.instalment.due_on
    ]
    return bool(about) and TaskState.OPEN not in about
