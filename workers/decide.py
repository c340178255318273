"""Deciding: fetch the snapshots of a batch, ask the core, choose the ways, record it all in one transaction."""

from __future__ import annotations

from collections.abc import Sequence

import structlog

from channels.choice import choose
from channels.ports import Route
from config.policy import Step
from ledger.decisions import Planned, Routed, Unroutable, claim_due, record
from ledger.snapshots import load_snapshots
from reminders.decide import decide
from reminders.decision import Reminder
from reminders.reasons import Reason
from reminders.snapshot import Snapshot
from reminders.states import UNREACHED, MessageState
from workers.office import Office

log = structlog.get_logger(__name__)
_NOT_DELIVERED = UNREACHED | {MessageState.NO_RECEIPT}
_NEVER_WENT = frozenset({MessageState.CANCELLED, MessageState.EXPIRED})


def decide_clients(office: Office, client_ids: Sequence[str]) -> None:
    """Decide for those of these clients that are due, and wake the senders for what may go now."""
    now = office.clock.now()
    with office.ledger.begin(now) as unit:
        claimed = claim_due(unit, client_ids)
        snapshots = load_snapshots(
            unit.connection, [row.client_id for row in claimed], now, office.creditors.default.creditor_id
        )
        routed = []
        for row in claimed:
            snapshot = snapshots[row.client_id]
            decision = decide(snapshot, office.policy, now)
            ways = [_way(office, snapshot, reminder) for reminder in decision.reminders]
            routed.append(
                Routed(
                    decision,
                    tuple(way for way in ways if isinstance(way, Planned)),
                    tuple(way for way in ways if isinstance(way, Unroutable)),
                )
            )
        ready = record(unit, claimed, routed, office.policy_id)
    if claimed:
        log.debug("decided", clients=len(claimed), ready=sum(len(ids) for ids in ready.values()))
    for channel, message_ids in sorted(ready.items()):
        office.wake.send(channel, message_ids)


def _way(office: Office, snapshot: Snapshot, reminder: Reminder) -> Planned | Unroutable:
    """The channel and the contact for a reminder, or why there are none."""
    if office.creditors.get(reminder.creditor_id) is None:
        return Unroutable(reminder, tuple((channel, Reason.CREDITOR_UNKNOWN) for channel in office.channels))
    step = _step(office, reminder)
    route = choose(
        snapshot.client,
        step.by,
        reminder.tried,
        last_did_not_arrive(snapshot),
        snapshot.suppressions,
        office.channels,
    )
    if isinstance(route, Route):
        message_id = reminder.message_id(snapshot.client.client_id, route.channel)
        return Planned(message_id, reminder, step.tone.value, route.channel, route.contact.contact_id)
    return Unroutable(reminder, route.reasons)


def _step(office: Office, reminder: Reminder) -> Step:
    step = office.policy.step(reminder.step)
    if step is None:
        raise LookupError(
            f"the core named step {reminder.step!r}, which the policy {office.policy_id} does not have"
        )
    return step


def last_did_not_arrive(snapshot: Snapshot) -> bool:
    """Whether the newest message that was tried at all did not reach the client."""
    tried = [m for m in snapshot.messages if not m.state.is_open and m.state not in _NEVER_WENT]
    newest = max(tried, key=lambda m: (m.sent_at or m.planned_at, m.message_id), default=None)
    return newest is not None and newest.state in _NOT_DELIVERED
