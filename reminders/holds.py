"""What stops a client or an invoice at an instant: the most final reason, and when it ends.

The order below is fixed. A hold that nothing can lift comes before one that a day lifts, and a dispute before a
promise: a promise never overwrites a dispute.
"""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import NamedTuple

from config.policy import Policy
from reminders.calendar import Place, add_working_days
from reminders.reasons import Reason
from reminders.snapshot import Client, Hold, Invoice

CLIENT_ORDER = (
    Reason.CLIENT_UNKNOWN,
    Reason.MORATORIUM,
    Reason.HARDSHIP,
    Reason.CLIENT_PAUSED,
    Reason.REPLY_PENDING,
)
INVOICE_ORDER = (
    Reason.VOIDED,
    Reason.WRITTEN_OFF,
    Reason.PAID,
    Reason.CREDITED,
    Reason.DISPUTED,
    Reason.OTHER_CURRENCY,
    Reason.PLAN_ACTIVE,
    Reason.PROMISE_PENDING,
    Reason.PAYMENT_PENDING,
    Reason.AUTO_COLLECT,
    Reason.INVOICE_PAUSED,
)
SETTLED = frozenset({Reason.VOIDED, Reason.WRITTEN_OFF, Reason.PAID, Reason.CREDITED})
"""Reasons after which nothing is owed any more."""
SILENCES_THANKS = frozenset({Reason.CLIENT_UNKNOWN, Reason.MORATORIUM, Reason.CLIENT_PAUSED})
"""A pause is a pause, and a legal breathing space knows no friendly message either. Hardship and an unread reply stop
demands; a thank-you asks for nothing."""

_RANK = {reason: rank for rank, reason in enumerate(CLIENT_ORDER + INVOICE_ORDER)}
_FOR_GOOD = datetime.max.replace(tzinfo=UTC)


class Blocked(NamedTuple):
    """A reason that stops, and the instant from which nothing of its kind does any more (None: till an event)."""

    reason: Reason
    until: datetime | None = None


def client_hold(
    client: Client, replied_at: datetime | None, policy: Policy, place: Place, now: datetime
) -> Blocked | None:
    """What stops every reminder to the client now. A reply holds for the policy's number of working days."""
    if not client.known:
        return Blocked(Reason.CLIENT_UNKNOWN)
    if not client.holds and replied_at is None:
        return None
    found = _active(client.holds, place, place.today(now), policy)
    if replied_at is not None and policy.reply_hold_working_days:
        until = add_working_days(replied_at, policy.reply_hold_working_days, client, policy)
        if now < until:
            found.append((Reason.REPLY_PENDING, until))
    return _gravest(found)


def thanks_hold(client: Client, policy: Policy, place: Place, now: datetime) -> Blocked | None:
    """What stops even a thank-you now."""
    if not client.known:
        return Blocked(Reason.CLIENT_UNKNOWN)
    if not client.holds:
        return None
    found = _active(client.holds, place, place.today(now), policy)
    return _gravest([hold for hold in found if hold[0] in SILENCES_THANKS])


def invoice_hold(invoice: Invoice, place: Place, today: date, policy: Policy) -> Blocked | None:
    """What stops every reminder for the invoice on that day (of the client), before money on account is looked at."""
    if invoice.open and not invoice.holds and not invoice.auto_collect and invoice.disputed < invoice.open:
        return None
    found = _active(invoice.holds, place, today, policy)
    if not invoice.open:
        found.append((Reason.CREDITED if invoice.credited and not invoice.paid else Reason.PAID, _FOR_GOOD))
    elif not invoice.chased:
        found.append((Reason.DISPUTED, _FOR_GOOD))
    if invoice.auto_collect:
        found.append((Reason.AUTO_COLLECT, _FOR_GOOD))
    return _gravest(found)


def _active(
    holds: tuple[Hold, ...], place: Place, today: date, policy: Policy
) -> list[tuple[Reason, datetime]]:
    found = []
    for hold in holds:
        if hold.until_on is None:
            found.append((hold.reason, _FOR_GOOD))
            continue
        last = hold.until_on
        if hold.reason is Reason.PROMISE_PENDING:
            # The hold ends with the promised date; money sent that day still needs time to arrive and be booked.
            last += timedelta(days=policy.promise_grace_days)
        if today <= last:
            found.append((hold.reason, place.day_start(last + timedelta(days=1))))
    return found


def _gravest(found: list[tuple[Reason, datetime]]) -> Blocked | None:
    """The most final reason, and when the last of all holds ends: before that, nothing may go whatever its name."""
    if not found:
        return None
    reason = min((hold[0] for hold in found), key=lambda r: (_RANK.get(r, len(_RANK)), r.value))
    end = max(hold[1] for hold in found)
    return Blocked(reason, None if end is _FOR_GOOD else end)
