"""Who is on the page, and what they see there: the client's whole case as it stands now, with one creditor."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import Connection

from config.creditors import Creditor, Creditors
from config.policy import Policy
from ledger.answers import Reading
from ledger.heard import Heard, load_heard
from ledger.snapshots import load_snapshots
from ledger.suppressions import normal
from ledger.visits import PROPOSED, Visit, visit_of
from ledger.wishes import Wishes, load_wishes
from reminders.account import Account, read_account
from reminders.money import Money, totals
from reminders.offers import agreeable, settled_before
from reminders.plans import PlanStanding, PlanState
from reminders.promises import PromiseStanding, PromiseState
from reminders.reasons import Reason
from reminders.snapshot import Channel, Client, Contact, Invoice, Snapshot
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
    heard: tuple[Heard, ...]
    """What they told us of late, newest first, as far as whoever holds the link may see it."""
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
        """Those that a date or a plan is most likely wished for.

        What a proposal that waits is for, so that the next one takes its place; else what is due, and nothing was
        agreed about before.
        """
        waits = next((one.errand for one in self.heard if one.kind == PROPOSED and one.waits), None)
        if waits is not None:
            proposed = tuple(one for one in self.agreeable if one.invoice_id in waits.invoice_ids)
            return proposed or self.agreeable
        settled = settled_before(self.account)
        free = tuple(invoice for invoice in self.agreeable if invoice.invoice_id not in settled)
        return tuple(invoice for invoice in free if invoice.due_on <= self.today) or free or self.agreeable

    @property
    def promises(self) -> tuple[PromiseStanding, ...]:
        """The promises that are waited for, the earlier day first; what another creditor was promised is not here."""
        return tuple(
            one
            for one in self.account.promises
            if one.state is PromiseState.PENDING and self._ours(one.invoices)
        )

    @property
    def plans(self) -> tuple[PlanStanding, ...]:
        """The plans that go on, the older one first."""
        return tuple(
            one for one in self.account.plans if one.state is not PlanState.DONE and self._ours(one.invoices)
        )

    @property
    def contact(self) -> Contact | None:
        """The contact whose link this is; None where the profile has them no more, or with another address."""
        return _contact(self.visit, self.snapshot.client)

    def stopped(self, channel: Channel) -> bool:
        """Whether the link's address wants nothing any more on that channel."""
        return any(
            one.channel is channel
            and one.reason is Reason.OPTED_OUT
            and normal(one.address) == normal(self.visit.address)
            for one in self.snapshot.suppressions
        )

    def _ours(self, invoices: Iterable[Invoice]) -> bool:
        return any(invoice.creditor_id == self.creditor.creditor_id for invoice in invoices)

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
    contact = _contact(visit, client)
    wanted = (language, client.language, visit.language, creditor.language)
    return Guest(
        visit,
        snapshot,
        policy,
        read_account(snapshot, policy, now),
        creditor,
        load_wishes(connection, [visit.client_id]).get(visit.client_id, Wishes()),
        load_heard(connection, visit, now, account=contact.contact_id not in client.gone) if contact else (),
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


def _contact(visit: Visit, client: Client) -> Contact | None:
    """The link's contact, as long as the profile has them with the address that it went to."""
    known = (one for one in client.contacts if one.contact_id == visit.contact_id)
    return next(
        (one for one in known if normal(one.address(visit.channel) or "") == normal(visit.address)), None
    )
