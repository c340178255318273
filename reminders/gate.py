"""The last gate: everything is asked once more at the very moment of sending.

It shares its guards with the decision; what changed between the two (a payment, a promise, an opt-out, another message)
is seen here.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta

from config.policy import Anchor, Policy, Step
from reminders.account import Account, asked_for, paid_on, read_account
from reminders.calendar import next_open, open_at
from reminders.caps import Contacts
from reminders.conditions import large_or_key
from reminders.consent import may_carry, reachable, worth
from reminders.decision import Gate, Proceed, Stop, Told, Wait
from reminders.history import History
from reminders.instalments import instalment_told
from reminders.ladder import ladder_of
from reminders.money import Money
from reminders.occasions import open_discount
from reminders.reasons import Reason
from reminders.snapshot import Invoice, PastMessage, Snapshot
from reminders.states import CONTACTS, MessageState
from reminders.stops import occasion_of, on_the_ladder, pointless, settled, stale

LOOK_AT_STALE = timedelta(hours=1)
"""How soon the gate asks again while payments are not known."""


def gate(
    snapshot: Snapshot,
    message: PastMessage,
    expires_at: datetime,
    policy: Policy,
    now: datetime,
    approved: bool,
) -> Gate:
    """Whether the message may go at this instant, and with which items and amounts.

    `approved` says that a person said yes to it. The caller holds the client (its row's lock) from reading the
    snapshot until `dispatching` is committed: two messages to one client, asked at the same time, would each see the
    gap open.

    The order of the guards is fixed: what ends a message, what a person must do, who can be reached, what only has to
    wait. A wait past the message's time ends it as expired.
    """
    if now.tzinfo is None or expires_at.tzinfo is None:
        raise ValueError("now and expires_at must be aware: instants, not wall clocks somewhere")
    now = now.astimezone(UTC)
    step = policy.step(message.step)
    if now >= expires_at:
        return Stop(message.message_id, MessageState.EXPIRED, Reason.EXPIRED)
    if step is None:
        return Stop(message.message_id, MessageState.CANCELLED, Reason.SUPERSEDED)
    account = read_account(snapshot, policy, now)
    stop = pointless(message, snapshot, account, policy, now)
    if stop is not None:
        return stop
    spoken = _spoken_of(message, step, snapshot, account, policy)
    if spoken is None:
        return Stop(message.message_id, MessageState.CANCELLED, Reason.SUPERSEDED)
    if not approved and _needs_approval(message, step, snapshot, account, policy):
        # Planned when nobody had to say yes, it ends: deciding plans it anew, and asks a person.
        state = MessageState.HELD if message.needs_approval else MessageState.CANCELLED
        return Stop(message.message_id, state, Reason.AWAITING_APPROVAL)
    items = tuple(map(account.item, spoken.invoices))
    amounts = spoken.amounts
    if amounts is None:
        amounts = paid_on(items) if step.anchor is Anchor.PAYMENT else asked_for(items)
    if message.channel.value not in policy.channels or not may_carry(message.channel, step, policy):
        return Stop(message.message_id, MessageState.SUPPRESSED, Reason.NO_REACHABLE_CONTACT)
    # Whether somebody who said that they are the wrong person is told that we are sorry was asked with the occasion.
    client = replace(snapshot.client, gone=frozenset()) if step.anchor is Anchor.ANSWER else snapshot.client
    reason = reachable(client, snapshot.suppressions, message.channel, message.contact_id, policy)
    if reason is None and not worth(message.channel, amounts, policy):
        reason = Reason.BELOW_CHANNEL_MINIMUM
    if reason is not None:
        return Stop(message.message_id, MessageState.SUPPRESSED, reason)
    wait = _wait(message, step, spoken.invoices, snapshot, account, policy, expires_at, now)
    if isinstance(wait, Wait):
        late = wait.until >= expires_at
        return Stop(message.message_id, MessageState.EXPIRED, Reason.EXPIRED) if late else wait
    if wait is not None:
        return wait
    return Proceed(items, amounts, spoken.told)


def _needs_approval(
    message: PastMessage, step: Step, snapshot: Snapshot, account: Account, policy: Policy
) -> bool:
    if step.approval or message.needs_approval or not policy.approval_when:
        return step.approval or message.needs_approval
    owed = asked_for(map(account.item, account.live_of(message.creditor_id)))
    return large_or_key(step, policy, snapshot.client, owed)


@dataclass(frozen=True, slots=True)
class _Spoken:
    """What a message speaks of at this instant. Without amounts, it asks for what its items ask for."""

    invoices: Sequence[Invoice]
    amounts: tuple[Money, ...] | None = None
    told: Told | None = None


def _spoken_of(
    message: PastMessage, step: Step, snapshot: Snapshot, account: Account, policy: Policy
) -> _Spoken | None:
    """What the message speaks of now; None where its step was taken by another message in the meantime."""
    others = [m for m in snapshot.messages if m.message_id != message.message_id and m.state in CONTACTS]
    said = History(others, (), policy, account.place)
    if on_the_ladder(step, message, account):
        carrying = account.invoices[message.carrying_invoice_id]
        ladder = ladder_of(carrying, policy, account.place)
        if said.climbed(carrying, ladder).reached >= policy.positions[step.name]:
            return None
        told = instalment_told(carrying) if carrying.instalments else None
        return _Spoken(account.live_of(message.creditor_id), told=told)
    if step.anchor in (Anchor.ISSUE, Anchor.PAYMENT):
        own = set(message.invoice_ids)
        live = account.live_of(message.creditor_id)
        known = live if step.anchor is Anchor.ISSUE else [i for i in account.invoices.values() if settled(i)]
        left = [i for i in known if i.invoice_id in own and not said.named(step.name, i.invoice_id)]
        if not left:
            return None
        tells = step.anchor is Anchor.ISSUE and len(left) == 1
        return _Spoken(left, told=open_discount(left[0], account.today) if tells else None)
    occasion = occasion_of(message, account, snapshot, policy)
    tries = said.tries(message.creditor_id, step.name, message.carrying_invoice_id, message.due_on)
    if occasion is None or tries.said_at is not None:
        return None
    return _Spoken(occasion.invoices, occasion.amounts, occasion.told)


def _wait(
    message: PastMessage,
    step: Step,
    invoices: Sequence[Invoice],
    snapshot: Snapshot,
    account: Account,
    policy: Policy,
    expires_at: datetime,
    now: datetime,
) -> Wait | Stop | None:
    """What shuts the gate only for now."""
    if stale(step, invoices, snapshot, policy, now):
        return Wait(now + LOOK_AT_STALE, Reason.STALE_LEDGER)
    others = [other for other in snapshot.messages if other.message_id != message.message_id]
    contacts = Contacts(policy, others, snapshot.conversations)
    rest = contacts.rest_end(message.channel, now)
    if rest is not None and rest >= expires_at:
        # The channel has had its share until it will be too late: the next channel's turn.
        return Stop(message.message_id, MessageState.SUPPRESSED, Reason.FREQUENCY_CAP)
    earliest, reason = now, None
    ends = [
        (contacts.gap_end(step), Reason.CONTACT_GAP),
        (contacts.cap_end(now), Reason.FREQUENCY_CAP),
        (rest, Reason.FREQUENCY_CAP),
        _said_today(step, others, account),
    ]
    for end, why in ends:
        if end is not None and end > earliest:
            earliest, reason = end, why
    reason = reason or open_at(now, snapshot.client, policy)
    if reason is None:
        return None
    until = next_open(earliest, snapshot.client, policy, expires_at)
    if until is None:
        # The client's own wishes leave no moment: it will never go, and the reason says so.
        return Stop(message.message_id, MessageState.CANCELLED, Reason.QUIET_HOURS)
    return Wait(until, reason)


def _said_today(step: Step, others: list[PastMessage], account: Account) -> tuple[datetime | None, Reason]:
    """When the day is over on which the client was thanked, or had an answer acknowledged: once a day is enough."""
    reason = Reason.ALREADY_THANKED if step.anchor is Anchor.PAYMENT else Reason.ALREADY_WRITTEN
    if step.anchor not in (Anchor.PAYMENT, Anchor.ANSWER):
        return None, reason
    today = account.today
    said = any(
        other.step == step.name
        and other.state in CONTACTS
        and account.place.today(other.sent_at or other.planned_at) == today
        for other in others
    )
    end = account.place.day_start(type(today).fromordinal(today.toordinal() + 1)) if said else None
    return end, reason
