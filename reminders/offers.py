"""What a client may settle without asking anybody: a later date, or a plan in a few instalments.

The policy says how far that goes (`offers`). It goes so far once: what was promised or planned before, what a direct
debit collects and what a person has taken over is for a person to decide about again.
"""

from __future__ import annotations

import calendar
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta

from config.policy import Policy
from reminders.account import Account
from reminders.agreements import undisputed
from reminders.money import Money, totals
from reminders.reasons import Reason
from reminders.snapshot import Instalment, Invoice

_TAKEN_OVER = frozenset({Reason.ESCALATED, Reason.WITH_A_PERSON})


@dataclass(frozen=True, slots=True)
class Terms:
    """When the client wants to pay what is open of some invoices of one currency, the earliest part first."""

    currency: str
    invoice_ids: tuple[str, ...]
    parts: tuple[Instalment, ...]
    """In minor units; one part alone is a promise, several are a plan."""

    @property
    def total(self) -> int:
        """All parts together, in minor units."""
        return sum(part.amount for part in self.parts)


def agreeable(account: Account, creditor_id: str) -> tuple[Invoice, ...]:
    """The creditor's invoices for which terms can be wished, the oldest due first: open, not contested as a whole, and
    not collected by direct debit anyway.
    """
    return tuple(
        invoice
        for invoice in account.invoices.values()
        if invoice.creditor_id == creditor_id and _payable(invoice) and not invoice.auto_collect
    )


def terms_of(invoices: Iterable[Invoice], number: int, first_on: date) -> tuple[Terms, ...]:
    """Terms in each currency of these invoices: what is open and undisputed, in `number` monthly parts."""
    by_currency: dict[str, list[Invoice]] = {}
    for invoice in invoices:
        by_currency.setdefault(invoice.currency, []).append(invoice)
    return tuple(
        Terms(
            currency,
            tuple(sorted(invoice.invoice_id for invoice in those)),
            monthly_parts(sum(map(undisputed, those)), number, first_on),
        )
        for currency, those in sorted(by_currency.items())
    )


def meant(account: Account, on: date, named: Money | None) -> tuple[Money, tuple[str, ...]] | None:
    """The sum and the ids of the invoices that a client means who says that they pay on a day.

    It is what falls due by then, or all that is open where nothing does, or where the sum that they name is more than
    that; instalments that fall due later are left out. None where it is in several currencies, or where more is named
    than is open: a person asks then.
    """
    still_open = [invoice for invoice in account.invoices.values() if _payable(invoice)]
    due = [invoice for invoice in still_open if invoice.due_on <= on]
    for those in (due, still_open):
        owed = totals(invoice.money(undisputed(invoice) - invoice.later) for invoice in those)
        if len(owed) > 1:
            return None
        (all_of_it,) = owed or (None,)
        if all_of_it is None or not all_of_it.minor:
            continue
        if named is None or (named.currency == all_of_it.currency and 0 < named.minor <= all_of_it.minor):
            return named or all_of_it, tuple(sorted(invoice.invoice_id for invoice in those))
    return None


def _payable(invoice: Invoice) -> bool:
    """Whether something is open of it that nobody contests, and it was not closed."""
    closed = any(hold.reason in (Reason.VOIDED, Reason.WRITTEN_OFF) for hold in invoice.holds)
    return undisputed(invoice) > 0 and not closed


def monthly_parts(total: int, number: int, first_on: date) -> tuple[Instalment, ...]:
    """A sum in minor units in equal parts, a month apart; the last one takes what can't be divided.

    The 31st becomes the last day of a shorter month. A sum of fewer minor units than parts has fewer parts.
    """
    number = max(1, min(number, total))
    each = total // number
    amounts = [each] * (number - 1) + [total - each * (number - 1)]
    return tuple(Instalment(_months_later(first_on, ahead), amount) for ahead, amount in enumerate(amounts))


def grants(policy: Policy, account: Account, terms: Terms) -> bool:
    """Whether the terms count at once, without asking a person."""
    offers, today = policy.offers, account.today
    last_on = terms.parts[-1].due_on
    if len(terms.parts) == 1:
        within = bool(offers.extension_days) and last_on <= today + timedelta(days=offers.extension_days)
    else:
        within = len(terms.parts) <= offers.instalments and last_on <= today + timedelta(
            days=offers.within_days
        )
    return within and settled_before(account).isdisjoint(terms.invoice_ids)


def settled_before(account: Account) -> frozenset[str]:
    """The ids of the invoices that were promised or planned before, or are with a person."""
    settled = [standing.invoices for standing in account.promises]
    settled += [standing.invoices for standing in account.plans]
    taken = {key for key, blocked in account.blocked.items() if blocked.reason in _TAKEN_OVER}
    return frozenset(taken.union(invoice.invoice_id for invoices in settled for invoice in invoices))


def _months_later(day: date, months: int) -> date:
    year, month = divmod(day.month - 1 + months, 12)
    last = calendar.monthrange(day.year + year, month + 1)[1]
    return date(day.year + year, month + 1, min(day.day, last))
