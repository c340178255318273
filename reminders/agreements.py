"""What promises and payment plans have in common: the invoices they are for, and the money that came for them."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime, timedelta

from config.policy import Policy
from reminders.calendar import Place
from reminders.reasons import Reason
from reminders.snapshot import Invoice, Payment, Snapshot

UNDER_WAY = timedelta(days=5)
"""How long money may be under way between the client's bank and the biller's books."""
_CALLED_OFF = frozenset({Reason.VOIDED, Reason.WRITTEN_OFF})


def covered(snapshot: Snapshot, invoice_ids: Iterable[str], currency: str) -> tuple[Invoice, ...]:
    """The invoices that an agreement is for, oldest due first: those it names, in its currency, and still owed or
    paid. What was voided or written off is nothing to pay any more.
    """
    named = frozenset(invoice_ids)
    found = [
        invoice
        for invoice in snapshot.invoices
        if invoice.invoice_id in named
        and invoice.currency == currency
        and not any(hold.reason in _CALLED_OFF for hold in invoice.holds)
    ]
    return tuple(sorted(found, key=lambda invoice: (invoice.due_on, invoice.invoice_id)))


def counts(payment: Payment, since: datetime, place: Place) -> bool:
    """Whether a payment counts for what was agreed at that instant.

    It does if it was received on a later day of the client's. It does, too, if it was under way when it was agreed:
    received at most `UNDER_WAY` before, and heard of only afterwards. Money that was known then is no answer to what
    was said then, and an old book that is imported keeps no promise with last winter's payments.
    """
    agreed_on = place.today(since)
    return payment.on > agreed_on or (payment.heard_at > since and payment.on >= agreed_on - UNDER_WAY)


def came_since(invoice: Invoice, since: datetime, place: Place) -> int:
    """What payments brought to the invoice that count for what was agreed then, in minor units."""
    return sum(payment.amount for payment in invoice.payments if counts(payment, since, place))


def undisputed(invoice: Invoice) -> int:
    """What is open of the invoice and not under dispute, in minor units."""
    return max(0, invoice.open - invoice.disputed)


def late_from(day: date, policy: Policy) -> date:
    """The first day on which money for that day is late. Its own day is always the client's, whatever the grace."""
    return day + timedelta(days=max(1, policy.promises.grace_days))
