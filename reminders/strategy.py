"""What is known of a client when a policy is chosen for them."""

from __future__ import annotations

from datetime import datetime, timedelta

from config.policy import Traits
from reminders.calendar import place_of
from reminders.holds import active
from reminders.money import Money, totals
from reminders.reasons import Reason
from reminders.snapshot import Snapshot

_HARDSHIP = frozenset({Reason.HARDSHIP, Reason.MORATORIUM})


def traits_of(snapshot: Snapshot, now: datetime, after_hardship_days: int = 180) -> Traits:
    """The traits of a client at an instant. One in hardship keeps that trait for a while after it."""
    client = snapshot.client
    place = place_of(client)
    today = place.today(now)
    owed = totals(Money(invoice.open, invoice.currency) for invoice in snapshot.invoices if invoice.open)
    through = client.hardship_through
    return Traits(
        country=client.country,
        subdivision=client.subdivision,
        debtor_type=client.debtor_type.value if client.debtor_type is not None else None,
        segment=client.segment,
        owed=tuple((money.currency, money.minor) for money in owed),
        settled=client.track.settled,
        on_time=client.track.on_time,
        hardship=any(reason in _HARDSHIP for reason, _ in active(client.holds, place, today))
        or (through is not None and today <= through + timedelta(days=after_hardship_days)),
    )
