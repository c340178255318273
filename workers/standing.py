"""The present standing of a client: what is open, what holds it, what waits, and what comes next. Writes nothing."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator
from datetime import datetime

from sqlalchemy import Connection

from channels.names import capitalize_first
from config.policy import Policy
from ledger.closed import closed_ways
from ledger.snapshots import load_snapshots
from ledger.story import short
from ledger.telling import day, moment, money
from ledger.timeline import Note, numbers_of
from reminders.account import Account, read_account
from reminders.calendar import Place
from reminders.decide import decide
from reminders.decision import Decision
from reminders.holds import SETTLED
from reminders.reasons import Reason
from reminders.snapshot import Channel, Invoice, Snapshot
from workers.routing import nowhere
from workers.unsaid import no_way_to, unsaid

KIND = "now"
_SAID = SETTLED | {Reason.AWAITING_APPROVAL}
"""What is settled is not open, and what waits for a person is told with its message."""


def standing(
    connection: Connection,
    client_id: str,
    policy_of: Callable[[Snapshot, datetime], Policy],
    default_creditor: str,
    providers: Collection[Channel],
    now: datetime,
    only: Collection[str] = (),
) -> list[Note]:
    """How things stand at this instant, from the same decision that the deciders would make; `only` these invoices.

    `providers` are the channels that can be sent on.
    """
    snapshot = load_snapshots(connection, [client_id], now, default_creditor)[client_id]
    policy = policy_of(snapshot, now)
    account = read_account(snapshot, policy, now)
    decision = decide(snapshot, policy, now)
    numbers = numbers_of(connection, client_id)
    enabled = tuple(Channel(name) for name in policy.channels if Channel(name) in providers)
    return [
        *_items(account, now, only),
        *_on_account(snapshot, now, only),
        *_waiting(snapshot, account.place, now, only),
        *_closed(connection, snapshot, policy, enabled, now),
        *_next(decision, account, policy, numbers, now, only, reached=not nowhere(snapshot, policy, enabled)),
    ]


def _items(account: Account, now: datetime, only: Collection[str]) -> Iterator[Note]:
    """A note for each open invoice."""
    found = False
    for invoice in account.invoices.values():
        blocked = account.blocked.get(invoice.invoice_id)
        if (blocked is not None and blocked.reason in SETTLED) or (only and invoice.invoice_id not in only):
            continue
        found = True
        yield Note(now, KIND, _item(invoice, account), invoice_ids=(invoice.invoice_id,))
    if not found:
        yield Note(now, KIND, "Nothing is open.")


def _item(invoice: Invoice, account: Account) -> str:
    part = f" of {money(invoice.total, invoice.currency)}" if invoice.open != invoice.total else ""
    late = (account.today - invoice.due_on).days
    when = f", {late} {'day' if late == 1 else 'days'} late" if late > 0 else ""
    dispute = f", {money(invoice.disputed, invoice.currency)} of it disputed" if invoice.disputed else ""
    return (
        f"{invoice.number}: {money(invoice.open, invoice.currency)}{part} is open, "
        f"due on {day(invoice.due_on)}{when}{dispute}."
    )


def _on_account(snapshot: Snapshot, now: datetime, only: Collection[str]) -> Iterator[Note]:
    if not only:
        for sum_ in snapshot.on_account:
            yield Note(
                now, KIND, f"{money(sum_.minor, sum_.currency)} of the client's money is not allocated yet."
            )


def _waiting(snapshot: Snapshot, place: Place, now: datetime, only: Collection[str]) -> Iterator[Note]:
    """A note for each message that has not gone out yet."""
    for message in snapshot.messages:
        if message.state.is_open and (not only or set(only).intersection(message.invoice_ids)):
            end = f" It expires on {moment(message.expires_at, place)}." if message.expires_at else ""
            why = f" {message.reason.sentence}" if message.reason else ""
            text = f"The {message.step} by {message.channel.value} (message {short(message.message_id)}): "
            yield Note(
                now,
                KIND,
                f"{text}{message.state.sentence}{why}{end}",
                (message.reason,) if message.reason else (),
                message.invoice_ids,
                message.message_id,
            )


def _closed(
    connection: Connection, snapshot: Snapshot, policy: Policy, enabled: tuple[Channel, ...], now: datetime
) -> Iterator[Note]:
    """A note for each way that is closed, and one where no way is left."""
    found: dict[tuple[str, str, Reason], list[str]] = {}
    shut = closed_ways(connection, snapshot, policy, enabled, now.date())
    for (channel, contact_id), (reason, text) in shut.items():
        found.setdefault((contact_id, text, reason), []).append(channel.value)
    for (contact_id, text, reason), channels in found.items():
        yield Note(now, KIND, f"By {' or '.join(channels)} to {contact_id}: {text}", (reason,))
    if nowhere(snapshot, policy, enabled):
        yield Note(now, KIND, capitalize_first(no_way_to(snapshot.client)), (Reason.NO_WAY,))


def _next(
    decision: Decision,
    account: Account,
    policy: Policy,
    numbers: dict[str, str],
    now: datetime,
    only: Collection[str],
    *,
    reached: bool,
) -> Iterator[Note]:
    """What is due, what waits and why, and when the client is looked at again; no step for whom nothing can reach."""
    for reminder in decision.reminders:
        ids = tuple(item.invoice_id for item in reminder.items)
        if only and not set(only).intersection(ids):
            continue
        about = ", ".join(item.number for item in reminder.items)
        text = (
            f"The step {reminder.step} for {about} is due and is planned when the client is next looked at."
        )
        yield Note(now, KIND, text, reminder.reasons, ids)
    for left in decision.left_out:
        if left.reason in _SAID or (only and left.invoice_id is not None and left.invoice_id not in only):
            continue
        if left.step is not None and not reached:
            continue
        text = unsaid(left, numbers, policy, account.place)
        yield Note(now, KIND, text, (left.reason,), (left.invoice_id,) if left.invoice_id else ())
    if decision.look_at is not None:
        text = f"The client is looked at again on {moment(decision.look_at, account.place)}, or when something happens."
    else:
        text = "Nothing comes by itself any more; only an event or a person changes anything."
    yield Note(now, KIND, text)
