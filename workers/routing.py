"""Routing: the channel and the contact for a reminder. Deciding and preview ask the same function."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from channels.choice import choose, no_way
from channels.ports import NoRoute, Route
from config.creditors import Creditors
from config.policy import Policy, Step
from reminders.decision import Reminder, Way
from reminders.history import tried_way
from reminders.money import Money
from reminders.reasons import Reason
from reminders.snapshot import Channel, Snapshot
from reminders.states import UNREACHED, MessageState
from reminders.ways import Considered, Tried
from workers.chats import unsayable

_NOT_DELIVERED = UNREACHED | {MessageState.NO_RECEIPT}
_NEVER_WENT = frozenset({MessageState.CANCELLED, MessageState.EXPIRED})


def route_of(
    reminder: Reminder,
    snapshot: Snapshot,
    policy: Policy,
    enabled: tuple[Channel, ...],
    creditors: Creditors,
    now: datetime,
) -> Route | NoRoute:
    """The way for a reminder, or why there is none. `enabled` are the policy's channels that have a provider."""
    return route_for(
        step_of(reminder, policy),
        reminder.creditor_id,
        reminder.amounts,
        snapshot,
        policy,
        enabled,
        creditors,
        now,
        tried=reminder.tried,
        way=reminder.way,
    )


def route_for(
    step: Step,
    creditor_id: str,
    amounts: tuple[Money, ...],
    snapshot: Snapshot,
    policy: Policy,
    enabled: tuple[Channel, ...],
    creditors: Creditors,
    now: datetime,
    *,
    tried: tuple[Tried, ...] = (),
    way: Way | None = None,
) -> Route | NoRoute:
    """The way for a step that asks for so much in a creditor's name, whether it is due or not.

    `way` is the only one that it may go, if there is such a one.
    """
    creditor = creditors.get(creditor_id)
    if creditor is None:
        return NoRoute(tuple(Considered(channel, None, Reason.CREDITOR_UNKNOWN) for channel in enabled))
    if creditor.voice_from is None:
        enabled = tuple(channel for channel in enabled if channel is not Channel.VOICE)
    client = snapshot.client
    if way is not None:
        enabled = tuple(channel for channel in enabled if channel is way.channel)
        contacts = tuple(c for c in client.contacts if c.contact_id == way.contact_id)
        client = replace(client, contacts=contacts, gone=frozenset())  # whether to answer them was decided
    route = choose(
        client,
        policy,
        step,
        tried,
        last_unheard(snapshot),
        snapshot.suppressions,
        enabled,
        amounts,
        lambda channel, address: unsayable(snapshot, creditor, step, channel, address, now),
    )
    return route if way is None else _only(route, way.channel)


def _only(route: Route | NoRoute, channel: Channel) -> Route | NoRoute:
    """A route for which no other channel was considered."""
    return replace(route, considered=tuple(one for one in route.considered if one.channel is channel))


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


def last_unheard(snapshot: Snapshot) -> Tried | None:
    """The way of the newest message that was tried at all, if it did not reach the client."""
    tried = [m for m in snapshot.messages if not m.state.is_open and m.state not in _NEVER_WENT]
    newest = max(tried, key=lambda m: (m.sent_at or m.planned_at, m.message_id), default=None)
    return tried_way(newest) if newest is not None and newest.state in _NOT_DELIVERED else None
