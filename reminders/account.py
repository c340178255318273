"""What a client owes at an instant: what may be asked for, what is held, what money on account covers."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime

from config.policy import Policy
from reminders.calendar import Place, place_of
from reminders.decision import Item
from reminders.holds import SETTLED, Blocked, client_hold, invoice_hold
from reminders.money import Money, totals
from reminders.reasons import Reason
from reminders.snapshot import Invoice, Snapshot


@dataclass(slots=True)
class Account:
    """One client's account as the guards of decision and last gate read it. Invoices stand oldest due date first."""

    place: Place
    today: date
    hold: Blocked | None
    """What stops every reminder to the client."""
    invoices: dict[str, Invoice]
    blocked: dict[str, Blocked]
    """What stops an invoice by itself."""
    covered: dict[str, int]
    """What money on account covers, per invoice, in minor units."""
    live: dict[str, list[Invoice]]
    """The invoices that may be chased, per creditor."""

    def why_not(self, invoice_id: str) -> Blocked | None:
        """What stops a reminder about the invoice; None: nothing does.

        What is settled for good is named first, then what stops the client as a whole, then the rest.
        """
        if invoice_id not in self.invoices:
            return Blocked(Reason.SUPERSEDED)
        blocked = self.blocked.get(invoice_id)
        if blocked is not None and blocked.reason in SETTLED:
            return blocked
        return self.hold or blocked

    def live_of(self, creditor_id: str) -> list[Invoice]:
        """What may be chased in a creditor's name, oldest first; nothing while the client is held."""
        return [] if self.hold else self.live.get(creditor_id, [])

    def item(self, invoice: Invoice) -> Item:
        """The invoice as a message shows it."""
        covered = self.covered.get(invoice.invoice_id, 0)
        return Item(
            invoice.invoice_id,
            invoice.number,
            invoice.currency,
            invoice.total,
            invoice.paid,
            invoice.credited,
            invoice.disputed,
            covered,
            max(0, invoice.chased - covered),
            invoice.issued_on,
            invoice.due_on,
            invoice.last_payment_on,
        )


def read_account(snapshot: Snapshot, policy: Policy, now: datetime) -> Account:
    """Sort the client's invoices, find what holds each, and lay money on account over the rest.

    Money on account is not the biller's word that an invoice is paid, so balances stay as they are; but who has paid
    and was not booked yet must not be chased. It is laid over the oldest due invoices first, whoever the creditor is,
    and only over those that would be chased otherwise: in doubt for the client.
    """
    client = snapshot.client
    place = place_of(client)
    today = place.today(now)
    hold = client_hold(client, snapshot.replied_at, policy, place, now)
    ordered = sorted(snapshot.invoices, key=lambda invoice: (invoice.due_on, invoice.invoice_id))
    account = Account(place, today, hold, {}, {}, {}, {})
    left: dict[str, int] = {}
    for money in snapshot.on_account:
        left[money.currency] = left.get(money.currency, 0) + money.minor
    for invoice in ordered:
        key = invoice.invoice_id
        account.invoices[key] = invoice
        blocked = invoice_hold(invoice, place, today, policy)
        if blocked is None and invoice.issued_on > today:
            blocked = Blocked(Reason.NOT_DUE, place.day_start(invoice.issued_on))
        if blocked is not None:
            account.blocked[key] = blocked
            continue
        covered = min(left.get(invoice.currency, 0), invoice.chased)
        if covered > 0:
            account.covered[key] = covered
            left[invoice.currency] -= covered
        asked = invoice.chased - max(covered, 0)
        if not asked:
            account.blocked[key] = Blocked(Reason.ON_ACCOUNT)
        elif asked < policy.minimum.get(invoice.currency, 0):
            account.blocked[key] = Blocked(Reason.BELOW_MINIMUM)
        else:
            account.live.setdefault(invoice.creditor_id, []).append(invoice)
    return account


def asked_for(items: Iterable[Item]) -> tuple[Money, ...]:
    """What the items ask for, one total per currency."""
    return totals(Money(item.asked, item.currency) for item in items)


def paid_on(items: Iterable[Item]) -> tuple[Money, ...]:
    """What was paid on the items, one total per currency."""
    return totals(Money(item.paid, item.currency) for item in items)
