"""The account as the page shows it: what is open as of now, what is agreed, and how to pay."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from channels.view.items import balance
from channels.view.paying import Account, Link, accounts_of, links_of
from channels.view.speech import Speech
from channels.view.tables import Table, whole_table
from channels.view.web import web_url
from reminders.plans import PlanStanding
from web.page.guest import Guest, open_with


@dataclass(frozen=True, slots=True)
class Statement:
    """All that the account shows, in the reader's own terms."""

    day: str
    table: Table
    links: tuple[Link, ...]
    accounts: tuple[Account, ...]
    unbanked: str
    """The currencies for which there is no bank account; empty where each has one."""
    promises: tuple[str, ...]
    plans: tuple[tuple[str, ...], ...]
    """The instalments of each."""


def statement_of(guest: Guest) -> Statement:
    """The account with the guest's creditor."""
    words, invoices = guest.words, open_with(guest)
    speech = Speech(words.formats, words.letters, guest.today)
    items = [guest.account.item(invoice) for invoice in invoices]
    documents = {invoice.number: _https(invoice.document_url) for invoice in invoices}
    payable = [item for item in items if balance(item)]
    urls = {invoice.number: _https(invoice.payment_url) for invoice in invoices}
    currencies = sorted({item.currency for item in payable})
    accounts = tuple(accounts_of(guest.creditor, currencies, payable, speech))
    banked = {account.currency for account in accounts}
    return Statement(
        words.formats.long_date(guest.today),
        whole_table(items, speech, documents),
        links_of(payable, urls, speech, priced=True),
        accounts,
        words.formats.list([currency for currency in currencies if currency not in banked]),
        tuple(_promises(guest)),
        tuple(tuple(_parts(guest, standing)) for standing in guest.plans),
    )


def _promises(guest: Guest) -> Iterator[str]:
    for standing in guest.promises:
        yield guest.words.text(
            "agreed_promise",
            amount=guest.money(standing.rest, standing.promise.currency),
            date=guest.words.formats.long_date(standing.promise.promised_on),
        )


def _parts(guest: Guest, standing: PlanStanding) -> Iterator[str]:
    for part, left in zip(standing.schedule.parts, standing.schedule.open, strict=True):
        yield guest.words.text(
            "part" if left else "part_paid",
            amount=guest.money(left or part.amount, standing.plan.currency),
            date=guest.words.formats.long_date(part.due_on),
        )


def _https(url: str | None) -> str:
    found = web_url(url)
    return found if found.lower().startswith("https://") else ""
