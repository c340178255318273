"""Routing: the channel and the contact for a reminder. Deciding and preview ask the same function."""

from __future__ import annotations

from dataclasses import replace

from channels.choice import choose, no_way
from channels.ports import NoRoute, Route
from config.creditors import Creditors
from config.policy import Policy, Step
from reminders.decision import Reminder
from reminders.reasons import Reason
from reminders.snapshot import Channel, Snapshot
from reminders.states import UNREACHED, MessageState

_NOT_DELIVERED = UNREACHED | {MessageState.NO_RECEIPT}
_NEVER_WENT = frozenset({MessageState.CANCELLED, MessageState.EXPIRED})


def route_of(
    reminder: Reminder,
    snapshot: Snapshot,
    policy: Policy,
    enabled: tuple[Channel, ...],
    creditors: Creditors,
) -> Route | NoRoute:
    """The way for a reminder, or why there is none. `enabled` are the policy's channels that have a provider."""
    if creditors.get(reminder.creditor_id) is None:
        return NoRoute(tuple((channel, Reason.CREDITOR_UNKNOWN) for channel in enabled))
    step, client = step_of(reminder, policy), snapshot.client
    if step.channels is not None:
        enabled = tuple(channel for channel in enabled if channel.value in step.channels)
    if (way := reminder.way) is not None:
        enabled = tuple(channel for channel in enabled if channel is way.channel)
        client = replace(client, contacts=tuple(c for c in client.contacts if c.contact_id == way.contact_id))
    return choose(
        client,
        policy,
        step,
        reminder.tried,
        last_did_not_arrive(snapshot),
        snapshot.suppressions,
        enabled,
    )


def nowhere(
    snapshot: Snapshot, policy: Policy, enabled: tuple[Channel, ...]
) -> tuple[tuple[Channel, Reason], ...]:
    """Why no message at all can reach a client, by channel; empty where one can, or where nobody has described them."""
    if not snapshot.client.known:
        return ()
    return no_way(snapshot.client, policy, snapshot.suppressions, enabled)


def step_of(reminder: Reminder, policy: Policy) -> Step:
    """The step of a reminder. Raises `LookupError` for one that the policy does not have: a bug of ours."""
    step = policy.step(reminder.step)
    if step is None:
        raise LookupError(f"the core named step {reminder.step!r}, which {policy.identity} does not have")
    return step


def last_did_not_arrive(snapshot: Snapshot) -> bool:
    """Whether the newest message that was tried at all did not reach the client."""
    tried = [m for m in snapshot.messages if not m.state.is_open and m.state not in _NEVER_WENT]
    newest = max(tried, key=lambda m: (m.sent_at or m.planned_at, m.message_id), default=None)
    return newest is not None and newest.state in _NOT_DELIVERED
