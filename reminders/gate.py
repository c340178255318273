"""The last gate: everything is asked once more at the very moment of sending.

It shares its guards with the decision; what changed between the two (a payment, a promise, an opt-out, another message)
is seen here.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from config.policy import Policy, Step
from reminders.account import Account, asked_for, paid_on, read_account
from reminders.calendar import next_open, open_at
from reminders.caps import Contacts
from reminders.consent import reachable
from reminders.decision import Gate, Proceed, Stop, Wait
from reminders.history import History
from reminders.reasons import Reason
from reminders.snapshot import Invoice, PastMessage, Snapshot
from reminders.states import CONTACTS, MessageState
from reminders.stops import pointless, settled, stale

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
    invoices = _invoices(message, step, snapshot, account, policy)
    if not invoices:
        return Stop(message.message_id, MessageState.CANCELLED, Reason.SUPERSEDED)
    if step.approval and not approved:
        return Stop(message.message_id, MessageState.HELD, Reason.AWAITING_APPROVAL)
    reason = reachable(snapshot.client, snapshot.suppressions, message.channel, message.contact_id)
    if reason is not None:
        return Stop(message.message_id, MessageState.SUPPRESSED, reason)
    wait = _wait(message, step, invoices, snapshot, account, policy, now)
    if isinstance(wait, Wait):
        late = wait.until >= expires_at
        return Stop(message.message_id, MessageState.EXPIRED, Reason.EXPIRED) if late else wait
    if wait is not None:
        return wait
    items = tuple(map(account.item, invoices))
    return Proceed(items, paid_on(items) if step.anchor == "payment" else asked_for(items))


def _invoices(
    message: PastMessage, step: Step, snapshot: Snapshot, account: Account, policy: Policy
) -> list[Invoice]:
    """What the message speaks of now. Empty where its step was taken by another message in the meantime."""
    others = [m for m in snapshot.messages if m.message_id != message.message_id and m.state in CONTACTS]
    said = History(others, policy.positions)
    if step.anchor == "due":
        cycle = said.cycle(message.creditor_id, message.carrying_invoice_id, message.due_on)
        taken = cycle.reached >= policy.positions[step.name]
        return [] if taken else account.live_of(message.creditor_id)
    own = set(message.invoice_ids)
    if step.anchor == "issue":
        candidates = account.live_of(message.creditor_id)
    else:
        candidates = [invoice for invoice in account.invoices.values() if settled(invoice)]
    return [i for i in candidates if i.invoice_id in own and not said.named(step.name, i.invoice_id)]


def _wait(
    message: PastMessage,
    step: Step,
    invoices: list[Invoice],
    snapshot: Snapshot,
    account: Account,
    policy: Policy,
    now: datetime,
) -> Wait | Stop | None:
    """What shuts the gate only for now."""
    if stale(step, invoices, snapshot, policy, now):
        return Wait(now + LOOK_AT_STALE, Reason.STALE_LEDGER)
    others = [other for other in snapshot.messages if other.message_id != message.message_id]
    contacts = Contacts(policy, others)
    earliest, reason = now, None
    ends = [
        (contacts.gap_end(step), Reason.CONTACT_GAP),
        (contacts.cap_end(now), Reason.FREQUENCY_CAP),
        (_thanked(step, others, account), Reason.ALREADY_THANKED),
    ]
    for end, why in ends:
        if end is not None and end > earliest:
            earliest, reason = end, why
    reason = reason or open_at(now, snapshot.client, policy)
    if reason is None:
        return None
    until = next_open(earliest, snapshot.client, policy)
    if until is None:
        # The client's own wishes leave no moment: it will never go, and the reason says so.
        return Stop(message.message_id, MessageState.CANCELLED, Reason.QUIET_HOURS)
    return Wait(until, reason)


def _thanked(step: Step, others: list[PastMessage], account: Account) -> datetime | None:
    """When the day is over on which the client was already thanked."""
    if step.anchor != "payment":
        return None
    today = account.today
    thanked = any(
        other.step == step.name
        and other.state in CONTACTS
        and account.place.today(other.sent_at or other.planned_at) == today
        for other in others
    )
    return account.place.day_start(type(today).fromordinal(today.toordinal() + 1)) if thanked else None
