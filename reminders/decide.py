"""The decision: a client's snapshot, a policy and an instant in; what to do, what not, and why out."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

from config.policy import Anchor, Policy
from reminders.account import Account, read_account
from reminders.breaches import next_change
from reminders.case import Case
from reminders.chase import chase
from reminders.decision import Decision, Stop
from reminders.introduce import introduce
from reminders.people import hand_over
from reminders.reasons import Reason
from reminders.snapshot import Snapshot
from reminders.speak import speak
from reminders.states import MessageState
from reminders.stops import pointless
from reminders.thanks import thank


def decide(snapshot: Snapshot, policy: Policy, now: datetime) -> Decision:
    """Decide everything for one client at one instant (aware; any zone).

    Only what can go now is planned; the rest is left out with its reason and the instant at which to look again. The
    answer depends on nothing but its arguments, so two deciders agree. Looking again only at `look_at` and whenever a
    fact changes gives the same messages as looking all the time.
    """
    if now.tzinfo is None:
        raise ValueError("now must be aware: an instant, not a wall clock somewhere")
    now = now.astimezone(UTC)
    account = read_account(snapshot, policy, now)
    case = Case(snapshot, policy, now, account, tuple(_stops(snapshot, account, policy, now)))
    for invoice_id, invoice in account.invoices.items():
        blocked = account.why_not(invoice_id)
        if blocked is not None:
            case.leave_out(blocked.reason, invoice=invoice_id, until=blocked.until)
        if invoice.issued_on > account.today:
            # Whatever else holds it: from then on there may be something to say of it, its promise for one.
            case.look(account.place.day_start(invoice.issued_on))
        for hold in invoice.holds:
            if hold.until_on is not None:
                # Its end may come before that of a promise, which has words of its own to be said.
                case.look(account.place.day_start(hold.until_on + timedelta(days=1)))
    hand_over(case)
    speak(case, Anchor.ANSWER)
    speak(case, Anchor.RETURNED, Anchor.PROMISE, Anchor.INSTALMENT)
    thank(case)
    chase(case)
    introduce(case)
    speak(case, Anchor.DISCOUNT, Anchor.MONTH)
    for message in case.messages:
        if message.state.is_open:
            case.look(message.expires_at)
    for suppression in snapshot.suppressions:
        case.look(suppression.until)
    changes_on = next_change(account)
    if changes_on is not None:
        case.look(account.place.day_start(changes_on))
    return case.decision()


def _stops(snapshot: Snapshot, account: Account, policy: Policy, now: datetime) -> Iterator[Stop]:
    """The unsent messages that should not go any more."""
    for message in snapshot.messages:
        if not message.state.is_open:
            continue
        stop = pointless(message, snapshot, account, policy, now)
        if stop is not None:
            yield stop
        elif message.expires_at is not None and message.expires_at <= now:
            yield Stop(message.message_id, MessageState.EXPIRED, Reason.EXPIRED)
