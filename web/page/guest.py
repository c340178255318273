"""Who is on the page, and what they see there: the client's whole case as it stands now, with one creditor."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import Connection

from config.creditors import Creditor, Creditors
from config.policy import Policy
from ledger.answers import Reading
from ledger.snapshots import load_snapshots
from ledger.visits import Visit, visit_of
from ledger.wishes import Wishes, load_wishes
from reminders.account import Account, read_account
from reminders.money import Money, totals
from reminders.offers import agreeable, settled_before
from reminders.reasons import Reason
from reminders.snapshot import Invoice, Snapshot
from web.page.words import Languages, Words

_GONE = (Reason.VOIDED, Reason.WRITTEN_OFF)


@dataclass(frozen=True, slots=True)
class Desk:
    """What the page needs to know of the deployment."""

    creditors: Creditors
    reading: Reading
    languages: Languages


@dataclass(frozen=True, slots=True)
class Guest:
    """Whoever followed the link, at one instant."""

    visit: Visit
    snapshot: Snapshot
    policy: Policy
    account: Account
    creditor: Creditor
    wishes: Wishes
    """What they said before of how to reach them."""
    words: Words
    reading: Reading
    now: datetime

    @property
    def today(self) -> date:
        """The client's date."""
        return self.account.today

    @property
    def agreeable(self) -> tuple[Invoice, ...]:
        """The invoices for which a date or a plan can be wished."""
        return agreeable(self.account, self.creditor.creditor_id)

    @property
    def wished(self) -> tuple[Invoice, ...]:
        """Those that a date or a plan is most likely wished for: due, and nothing was agreed about them before."""
        settled = settled_before(self.account)
        free = tuple(invoice for invoice in self.agreeable if invoice.invoice_id not in settled)
        return tuple(invoice for invoice in free if invoice.due_on <= self.today) or free or self.agreeable

    def money(self, minor: int, currency: str) -> str:
        """An amount as the reader writes it."""
        return self.words.formats.money(Money(minor, currency))

    def chosen(self, invoice_ids: frozenset[str]) -> tuple[Invoice, ...]:
        """Those of the creditor's open invoices that have one of these ids."""
        return tuple(invoice for invoice in open_with(self) if invoice.invoice_id in invoice_ids)

    @property
    def currencies(self) -> tuple[str, ...]:
        """Of what is open."""
        return tuple(money.currency for money in totals(i.money(i.open) for i in open_with(self)))


def guest_of(
    connection: Connection, desk: Desk, message_id: str, language: str | None, now: datetime
) -> Guest | None:
    """The guest whom a message's link lets in; None where its client or creditor is not known (any more)."""
    visit = visit_of(connection, message_id)
    creditor = desk.creditors.get(visit.creditor_id) if visit is not None else None
    if visit is None or creditor is None:
        return None
    found = load_snapshots(connection, [visit.client_id], now, desk.reading.default_creditor)
    snapshot = found[visit.client_id]
    policy = desk.reading.policy_of(snapshot, now)
    client = snapshot.client
    wanted = (language, client.language, visit.language, creditor.language)
    return Guest(
        visit,
        snapshot,
        policy,
        read_account(snapshot, policy, now),
        creditor,
        load_wishes(connection, [visit.client_id]).get(visit.client_id, Wishes()),
        desk.languages.words(wanted, client.country or creditor.country),
        desk.reading,
        now,
    )


def open_with(guest: Guest) -> tuple[Invoice, ...]:
    """What is open with the creditor, the oldest due first; what is not issued yet is not there yet."""
    return tuple(
        invoice
        for invoice in guest.account.invoices.values()
        if invoice.creditor_id == guest.creditor.creditor_id
        and invoice.open
        and invoice.issued_on <= guest.today
        and not any(hold.reason in _GONE for hold in invoice.holds)
    )
