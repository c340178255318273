"""Deciding: fetch the snapshots of a batch, ask the core, choose the ways, record it all in one transaction."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime

import structlog

from channels.ports import Route
from config.policy import Policy
from ledger.decisions import claim_due, record
from ledger.routed import Nowhere, Opened, Planned, Routed, Unclear, Unroutable
from ledger.snapshots import load_snapshots
from reminders.calendar import place_of
from reminders.decide import decide
from reminders.decision import Decision, Reminder
from reminders.reasons import Reason
from reminders.snapshot import Snapshot
from workers.briefing import Briefing
from workers.office import Office
from workers.routing import nowhere, route_of, step_of
from workers.volume import guarded

log = structlog.get_logger(__name__)


def decide_clients(office: Office, client_ids: Sequence[str]) -> None:
    """Decide for those of these clients that are due, and wake the senders for what may go now."""
    now = office.clock.now()
    with office.ledger.begin(now) as unit:
        claimed = claim_due(unit, client_ids)
        snapshots = load_snapshots(
            unit.connection, [row.client_id for row in claimed], now, office.creditors.default.creditor_id
        )
        policies = {key: office.policy_of(snapshot, now) for key, snapshot in snapshots.items()}
        routed = [_routed(office, snapshots[row.client_id], policies[row.client_id], now) for row in claimed]
        ready = record(unit, claimed, guarded(office, unit, routed, snapshots, policies))
    if claimed:
        log.debug("decided", clients=len(claimed), ready=sum(len(ids) for ids in ready.values()))
    for channel, message_ids in sorted(ready.items()):
        office.wake.send(channel, message_ids)


def _routed(office: Office, snapshot: Snapshot, policy: Policy, now: datetime) -> Routed:
    """One client's decision by the policy that is theirs, with its ways and words."""
    decision = decide(snapshot, policy, now)
    briefing = Briefing(office, snapshot, policy, now)
    ways = [_way(office, snapshot, policy, reminder, briefing, now) for reminder in decision.reminders]
    return Routed(
        decision,
        policy.identity,
        tuple(way for way in ways if isinstance(way, Planned)),
        tuple(way for way in ways if isinstance(way, Unroutable)),
        tuple(Opened(errand, briefing.errand(errand)) for errand in decision.errands),
        tuple(_unclear(decision, snapshot, briefing)),
        _nowhere(office, snapshot, policy, briefing),
        _approve_by(decision, snapshot, policy, now),
    )


def _way(
    office: Office,
    snapshot: Snapshot,
    policy: Policy,
    reminder: Reminder,
    briefing: Briefing,
    now: datetime,
) -> Planned | Unroutable:
    """The channel and the contact for a reminder, or why there are none."""
    route = route_of(reminder, snapshot, policy, office.channels(policy), office.creditors, now)
    if not isinstance(route, Route):
        brief = briefing.unreachable(reminder, route.reasons)
        return Unroutable(reminder, route.reasons, brief, route.considered)
    contact_id = route.contact.contact_id
    message_id = reminder.message_id(snapshot.client.client_id, route.channel, contact_id)
    approval = briefing.approval(reminder, message_id, route) if reminder.needs_approval else None
    tone = step_of(reminder, policy).tone.value
    return Planned(message_id, reminder, tone, route.channel, contact_id, approval, route.passed_over)


def _nowhere(office: Office, snapshot: Snapshot, policy: Policy, briefing: Briefing) -> Nowhere | None:
    """A client whom nothing can reach, as soon as that is known, and not only when a step finds no way."""
    reasons = nowhere(snapshot, policy, office.channels(policy))
    return briefing.nowhere(reasons) if reasons else None


def _unclear(decision: Decision, snapshot: Snapshot, briefing: Briefing) -> list[Unclear]:
    """Invoices of which nobody here can say what is owed."""
    doubtful = {left.invoice_id for left in decision.left_out if left.reason is Reason.OTHER_CURRENCY}
    return [
        Unclear(invoice.invoice_id, Reason.OTHER_CURRENCY, briefing.currency_doubt(invoice))
        for invoice in snapshot.invoices
        if invoice.invoice_id in doubtful
    ]


def _approve_by(decision: Decision, snapshot: Snapshot, policy: Policy, now: datetime) -> date | None:
    """By when the approvals that a decision asks for should be given."""
    if not any(reminder.needs_approval for reminder in decision.reminders):
        return None
    place = place_of(snapshot.client)
    return place.add_working_days(place.today(now), policy.tasks.approval, policy.windows)
