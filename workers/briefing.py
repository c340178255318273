"""Briefings: one client's case put together for the person who is asked for something."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime
from functools import cached_property
from typing import Protocol

from channels.addresses import flaws, usable_address
from channels.briefs import (
    Agreed,
    Aside,
    Asked,
    Available,
    Awaiting,
    BriefFacts,
    Briefs,
    Offer,
    Promised,
    Said,
    Who,
)
from channels.ports import InterestClaim, Route
from config.creditors import Creditor, Creditors
from config.policy import Policy
from config.rulebook import Rulebook
from config.rules.interest import InterestLaw
from ledger.answers import CallWish
from ledger.routed import Nowhere
from reminders.account import Account, asked_for, read_account
from reminders.decision import Errand, Item, Reminder, Told
from reminders.holds import SETTLED, active
from reminders.interest.sheet import Sheet
from reminders.money import Money
from reminders.plans import PlanStanding
from reminders.promises import PromiseState
from reminders.reasons import Reason
from reminders.snapshot import Channel, Contact, Invoice, PastMessage, Snapshot
from reminders.states import OPEN, MessageState
from reminders.strategy import traits_of
from reminders.tasks import TaskKind
from workers.claims import claims_of, sheets_of

_UNSAID = OPEN | {MessageState.CANCELLED, MessageState.EXPIRED, MessageState.SUPPRESSED}
_LISTED = 12
"""So many of the newest messages are named; the whole story is a command away."""


class Sources(Protocol):
    """What briefs are written from; an office has it."""

    @property
    def briefs(self) -> Briefs:
        """What writes them."""

    @property
    def rules(self) -> Rulebook:
        """The policies, and the contact law of each place."""

    @property
    def interest(self) -> InterestLaw:
        """The law of interest for late payment."""

    @property
    def creditors(self) -> Creditors:
        """In whose name we write."""


def brief_a_call(sources: Sources, wish: CallWish) -> str:
    """The brief for a call that a client has asked for."""
    return Briefing(sources, wish.snapshot, wish.policy, wish.at).asked(wish)


class Briefing:
    """Writes the briefs of one client's tasks. Nothing is read or reckoned before the first one is asked for."""

    def __init__(self, office: Sources, snapshot: Snapshot, policy: Policy, now: datetime) -> None:
        self._office = office
        self._snapshot = snapshot
        self._policy = policy
        self._now = now

    def errand(self, errand: Errand) -> str:
        """The brief for a call, a decision, or a credit note that is missing."""
        if errand.kind is TaskKind.DOUBT:
            (item,), (missing,) = errand.items, errand.amounts
            return self._office.briefs.discount_doubt(item.number, missing, self._creditor_country(errand))
        facts = self._facts(
            errand.creditor_id,
            errand.reason,
            errand.items,
            errand.amounts,
            errand.step,
            errand.told,
            errand.due_on,
        )
        if errand.kind is TaskKind.DECISION:
            return self._office.briefs.decision(
                facts, self._office.rules.hand_off(traits_of(self._snapshot, self._now))
            )
        if errand.kind is TaskKind.UNREACHABLE:
            return self._office.briefs.unreachable(facts, [(channel, errand.reason) for channel in Channel])
        return self._office.briefs.call(facts)

    def asked(self, wish: CallWish) -> str:
        """The brief for a call that the client has asked for: what they said, and all that any call needs."""
        account = self._account
        items = tuple(map(account.item, account.live.get(wish.creditor_id, ())))
        facts = self._facts(
            wish.creditor_id,
            Reason.CALL_WISHED,
            items,
            asked_for(items) if account.hold is None else (),
            None,
            None,
            wish.by_on,
        )
        contacts = self._snapshot.client.contacts
        first = sorted(contacts, key=lambda contact: contact.contact_id != wish.contact_id)
        asked = Asked(wish.came, wish.text)
        return self._office.briefs.call(replace(facts, asked=asked, contacts=tuple(map(_who, first))))

    def approval(self, reminder: Reminder, message_id: str, route: Route) -> str:
        """The brief for whoever says yes or no to a message."""
        reason = Reason.LARGE_OR_KEY if Reason.LARGE_OR_KEY in reminder.reasons else Reason.STEP_DUE
        facts = self._facts(
            reminder.creditor_id, reason, reminder.items, reminder.amounts, reminder.step, reminder.told
        )
        awaiting = Awaiting(
            message_id,
            reminder.step,
            route.channel,
            _who(route.contact),
            self._claimed(reminder),
            self._account.place.today(reminder.expires_at),
        )
        return self._office.briefs.approval(facts, awaiting)

    def unreachable(self, reminder: Reminder, reasons: Sequence[tuple[Channel, Reason]]) -> str:
        """The brief for whoever looks for another way to the client."""
        facts = self._facts(
            reminder.creditor_id,
            Reason.NO_REACHABLE_CONTACT,
            reminder.items,
            reminder.amounts,
            reminder.step,
            reminder.told,
        )
        return self._office.briefs.unreachable(facts, reasons, self._flaws)

    def nowhere(self, reasons: Sequence[tuple[Channel, Reason]]) -> Nowhere | None:
        """What whoever looks for a way to the client should know; None while there is nothing to ask them for."""
        account = self._account
        if account.hold is not None or not account.live:
            return None
        oldest = min(
            (found[0] for found in account.live.values()),
            key=lambda invoice: (invoice.due_on, invoice.invoice_id),
        )
        items = tuple(map(account.item, account.live_of(oldest.creditor_id)))
        facts = self._facts(oldest.creditor_id, Reason.NO_WAY, items, asked_for(items), None, None)
        ids = tuple(item.invoice_id for item in items)
        return Nowhere(oldest.creditor_id, ids, self._office.briefs.unreachable(facts, reasons, self._flaws))

    def currency_doubt(self, invoice: Invoice) -> str:
        """The brief for an invoice to which money in another currency was allocated."""
        return self._office.briefs.currency_doubt(invoice.number, invoice.currency)

    @cached_property
    def _flaws(self) -> tuple[tuple[str, str], ...]:
        return tuple(flaws(self._snapshot.client.contacts))

    @cached_property
    def _account(self) -> Account:
        return read_account(self._snapshot, self._policy, self._now)

    def _creditor_country(self, errand: Errand) -> str:
        creditor = self._creditor(errand.creditor_id)
        return creditor.country if creditor else ""

    def _creditor(self, creditor_id: str) -> Creditor | None:
        return self._office.creditors.get(creditor_id)

    def _facts(
        self,
        creditor_id: str,
        reason: Reason,
        items: tuple[Item, ...],
        amounts: tuple[Money, ...],
        step: str | None,
        told: Told | None,
        due_on: date | None = None,
    ) -> BriefFacts:
        client, account, creditor = self._snapshot.client, self._account, self._creditor(creditor_id)
        place, offers = account.place, self._policy.offers
        zone = place.zones[0] if len(place.zones) == 1 else None
        manager = client.account_manager
        return BriefFacts(
            client_id=client.client_id,
            client_name=client.name,
            reason=reason,
            today=account.today,
            items=items,
            amounts=amounts,
            creditor_id=creditor_id,
            creditor_name=creditor.legal_name if creditor else "",
            creditor_country=creditor.country if creditor else "",
            debtor_type=client.debtor_type,
            country=client.country,
            subdivision=client.subdivision,
            local_now=self._now.astimezone(zone) if zone else None,
            hours=self._policy.windows.hours_on(account.today.isoweekday()),
            language=client.language,
            contacts=tuple(map(_who, client.contacts)),
            account_manager=Who(manager.name or "", "", ()) if manager is not None and manager.name else None,
            step=step,
            due_on=due_on,
            told=told,
            said=self._said(creditor_id, items),
            spoken_on=tuple(map(place.today, self._snapshot.conversations)),
            replies=1 if self._snapshot.replied_at is not None else 0,
            promises=self._promised(),
            plans=tuple(_agreed(plan, account) for plan in account.plans),
            aside=self._aside(creditor_id),
            track=client.track,
            hardship=any(
                reason in (Reason.HARDSHIP, Reason.MORATORIUM)
                for reason, _ in active(client.holds, place, account.today)
            ),
            hardship_through=client.hardship_through,
            offer=Offer(offers.instalments or None, offers.within_days, offers.extension_days or None),
            interest=self._available(creditor, items),
        )

    def _said(self, creditor_id: str, items: tuple[Item, ...]) -> tuple[Said, ...]:
        """What was said of these invoices: what they carried, and what named them once they were due."""
        due = {item.invoice_id: item.due_on for item in items}
        gone = [
            message
            for message in self._snapshot.messages
            if message.creditor_id == creditor_id
            and message.state not in _UNSAID
            and (message.carrying_invoice_id in due or self._named_late(message, due))
        ]
        gone.sort(key=lambda message: message.sent_at or message.planned_at)
        today = self._account.place.today
        return tuple(
            Said(message.step, today(message.sent_at or message.planned_at), message.channel, message.state)
            for message in gone[-_LISTED:]
        )

    def _named_late(self, message: PastMessage, due: Mapping[str, date]) -> bool:
        on = self._account.place.today(message.sent_at or message.planned_at)
        return any(on > due[key] for key in message.invoice_ids if key in due)

    def _promised(self) -> tuple[Promised, ...]:
        return tuple(
            Promised(
                self._account.place.today(standing.promise.made_at),
                standing.promise.promised_on,
                Money(standing.promise.amount, standing.promise.currency),
                Money(standing.kept, standing.promise.currency),
            )
            for standing in self._account.promises
            if standing.state is not PromiseState.REPLACED
        )

    def _aside(self, creditor_id: str) -> tuple[Aside, ...]:
        account = self._account
        return tuple(
            Aside(
                account.invoices[key].number,
                account.invoices[key].money(account.invoices[key].open),
                blocked.reason,
            )
            for key, blocked in account.blocked.items()
            if account.invoices[key].creditor_id == creditor_id
            and account.invoices[key].open
            and blocked.reason not in SETTLED
        )

    def _available(self, creditor: Creditor | None, items: tuple[Item, ...]) -> tuple[Available, ...]:
        if creditor is None:
            return ()
        on = self._account.today
        sheets = [sheet for _, sheet in sheets_of(self._snapshot, items, creditor, self._office.interest, on)]
        return _summed((sheet, sheet.total, sheet.claimable) for sheet in sheets)

    def _claimed(self, reminder: Reminder) -> tuple[Available, ...]:
        creditor, step = self._creditor(reminder.creditor_id), self._policy.step(reminder.step)
        if creditor is None or step is None:
            return ()
        claims = claims_of(
            step,
            self._policy,
            self._snapshot,
            reminder.items,
            creditor,
            self._office.interest,
            self._account.today,
        )
        return _summed(
            (claim, claim.interest + claim.fixed_sum if claim.fixed_sum else claim.interest, True)
            for claim in claims
        )


def _summed(parts: Iterable[tuple[Sheet | InterestClaim, Money, bool]]) -> tuple[Available, ...]:
    """One line per basis, currency and right to claim."""
    sums: dict[tuple[str, str, bool, date], int] = {}
    for part, money, claimable in parts:
        key = (part.basis, money.currency, claimable, part.through)
        sums[key] = sums.get(key, 0) + money.minor
    return tuple(
        Available(Money(minor, currency), through, basis, claimable)
        for (basis, currency, claimable, through), minor in sorted(sums.items())
    )


def _who(contact: Contact) -> Who:
    ways = tuple(channel for channel in Channel if usable_address(channel, contact.address(channel)))
    return Who(contact.name or "", contact.role or "", ways)


def _agreed(standing: PlanStanding, account: Account) -> Agreed:
    plan = standing.plan
    total = sum(part.amount for part in plan.instalments)
    settled, paid = 0, standing.paid
    for part in plan.instalments:
        paid -= part.amount
        settled += paid >= 0
    late = standing.instalment is not None and standing.late_days > 0
    return Agreed(
        account.place.today(plan.agreed_at),
        len(plan.instalments),
        settled,
        Money(max(0, total - standing.paid), plan.currency),
        standing.instalment.due_on if late and standing.instalment else None,
    )
