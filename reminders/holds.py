"""What stops a client or an invoice at an instant: the most final reason, and when it ends.

The order below is fixed. A hold that nothing can lift comes before one that a day lifts, and a dispute before a
promise: a promise never overwrites a dispute.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, date, datetime, timedelta
from typing import NamedTuple

from config.policy import Policy
from reminders.calendar import Place, add_working_days
from reminders.discount import took_discount
from reminders.instalments import schedule_of
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
    Reason.ESCALATED,
    Reason.WITH_A_PERSON,
    Reason.DISPUTED,
    Reason.OTHER_CURRENCY,
    Reason.PLAN_DEFAULTED,
    Reason.PLAN_ACTIVE,
    Reason.PROMISE_PENDING,
    Reason.PAYMENT_PENDING,
    Reason.AUTO_COLLECT,
    Reason.INVOICE_PAUSED,
    Reason.DISCOUNT_TAKEN,
    Reason.PAYMENT_RETURNED,
    Reason.PAYMENT_MISBOOKED,
    Reason.JUST_RESOLVED,
    Reason.INSTALMENT_LATER,
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
    client: Client,
    replied_at: datetime | None,
    policy: Policy,
    place: Place,
    now: datetime,
    weighty_reply_at: datetime | None = None,
) -> Blocked | None:
    """What stops every reminder to the client now.

    An unread reply holds for the policy's number of working days; one that says that it is paid, or wrong, or can't be
    paid, for more of them.
    """
    if not client.known:
        return Blocked(Reason.CLIENT_UNKNOWN)
    if not client.holds and replied_at is None:
        return None
    found = active(client.holds, place, place.today(now))
    for since, days in (
        (replied_at, policy.reply_hold_working_days),
        (weighty_reply_at, policy.answer_hold_working_days),
    ):
        if since is not None and days:
            until = add_working_days(since, days, client, policy)
            if now < until:
                found.append((Reason.REPLY_PENDING, until))
    return _gravest(found)


def thanks_hold(client: Client, place: Place, now: datetime) -> Blocked | None:
    """What stops even a thank-you now."""
    if not client.known:
        return Blocked(Reason.CLIENT_UNKNOWN)
    if not client.holds:
        return None
    found = active(client.holds, place, place.today(now))
    return _gravest([hold for hold in found if hold[0] in SILENCES_THANKS])


def invoice_hold(
    invoice: Invoice, place: Place, today: date, policy: Policy, further: Iterable[Hold] = ()
) -> Blocked | None:
    """What stops every reminder for the invoice on that day (of the client), before money on account is looked at.

    `further` holds are those that the facts of other things give: promises, plans, a person who took it over.
    """
    holds = (*invoice.holds, *further, *_resting(invoice, place, policy))
    if invoice.chased and not holds and not invoice.auto_collect and invoice.discount is None:
        return None
    found = active((hold for hold in holds if hold.amount is None), place, today)
    if not invoice.open:
        found.append((Reason.CREDITED if invoice.credited and not invoice.paid else Reason.PAID, _FOR_GOOD))
    elif not invoice.chased and invoice.disputed >= invoice.open:
        found.append((Reason.DISPUTED, _FOR_GOOD))
    elif not invoice.chased:
        partly = active((hold for hold in holds if hold.amount is not None), place, today)
        found += partly or [(Reason.INSTALMENT_LATER, _next_instalment(invoice, place, today))]
    if took_discount(invoice):
        found.append((Reason.DISCOUNT_TAKEN, _FOR_GOOD))
    if invoice.auto_collect:
        found.append((Reason.AUTO_COLLECT, _FOR_GOOD))
    return _gravest(found)


def held_part(invoice: Invoice, today: date) -> int:
    """What direct debits under way hold of the invoice, in minor units."""
    return sum(
        hold.amount or 0
        for hold in invoice.holds
        if hold.amount is not None and (hold.until_on is None or today <= hold.until_on)
    )


def active(holds: Iterable[Hold], place: Place, today: date) -> list[tuple[Reason, datetime]]:
    """The holds that are on, each with the instant at which it ends."""
    found = []
    for hold in holds:
        if hold.until_on is None:
            found.append((hold.reason, _FOR_GOOD))
        elif today <= hold.until_on:
            found.append((hold.reason, place.day_start(hold.until_on + timedelta(days=1))))
    return found


def _next_instalment(invoice: Invoice, place: Place, today: date) -> datetime:
    """When more of an invoice in instalments is asked for than today: the day after its next one has fallen due."""
    ahead = [part.due_on for part in schedule_of(invoice).unpaid if part.due_on >= today]
    return place.day_start(min(ahead) + timedelta(days=1)) if ahead else _FOR_GOOD


def _resting(invoice: Invoice, place: Place, policy: Policy) -> list[Hold]:
    """The few days that a client gets after a dispute was resolved, or a payment came back or turned out to be none."""
    resting = []
    if invoice.dispute_resolved_on is not None and policy.returning.after_dispute_days:
        days = timedelta(days=policy.returning.after_dispute_days - 1)
        resting.append(Hold(Reason.JUST_RESOLVED, invoice.dispute_resolved_on + days))
    if invoice.returned and policy.returning.after_returned_payment_days:
        days = timedelta(days=policy.returning.after_returned_payment_days - 1)
        for back in invoice.returned:
            reason = Reason.PAYMENT_MISBOOKED if back.misbooked else Reason.PAYMENT_RETURNED
            resting.append(Hold(reason, max(back.on, place.today(back.heard_at)) + days))
    return resting


def _gravest(found: list[tuple[Reason, datetime]]) -> Blocked | None:
    """The most final reason, and when the last of all holds ends: before that, nothing may go whatever its name."""
    if not found:
        return None
    reason = min((hold[0] for hold in found), key=lambda r: (_RANK.get(r, len(_RANK)), r.value))
    end = max(hold[1] for hold in found)
    return Blocked(reason, None if end is _FOR_GOOD else end)
