"""How the reader can pay: links, and bank details exactly as they are configured."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from channels.names import clean
from channels.view.speech import Speech
from channels.view.web import host_of
from config.creditors import Creditor
from reminders.decision import Item
from reminders.money import Money

_NUMBERS_IN_A_REFERENCE = 5


@dataclass(frozen=True, slots=True)
class Link:
    """A payment link: for one invoice, or for all of them where `number` is empty."""

    number: str
    amount: str
    """What is asked for there; empty where the letter speaks of a sum of its own."""
    url: str
    host: str


@dataclass(frozen=True, slots=True)
class Account:
    """Where money in one currency may be sent: the creditor's bank details, exactly as they are configured."""

    currency: str
    holder: str
    bank: str
    iban: str
    bic: str
    account: str
    routing: str
    reference: str
    """The numbers of the invoices in this currency; empty where they are too many for a transfer."""


def links_of(
    items: Sequence[Item], urls: Mapping[str, str], speech: Speech, *, priced: bool
) -> tuple[Link, ...]:
    """One link for everything where all invoices share it, else one for each invoice that has one.

    `priced` says that the invoices' own sums are what the letter asks for.
    """

    def amount(of: Sequence[Item]) -> str:
        return speech.sums(Money(item.asked, item.currency) for item in of) if priced else ""

    shared = {urls.get(item.number, "") for item in items}
    if len(items) > 1 and len(shared) == 1 and "" not in shared:
        (url,) = shared
        return (Link("", amount(items), url, host_of(url)),)
    return tuple(
        Link(clean(item.number), amount([item]), url, host_of(url))
        for item in items
        if (url := urls.get(item.number, ""))
    )


def accounts_of(
    creditor: Creditor, currencies: Iterable[str], items: Sequence[Item], speech: Speech
) -> Iterator[Account]:
    """The bank account for each currency that has one."""
    for currency in currencies:
        if found := creditor.bank_account(currency):
            numbers = [clean(item.number) for item in items if item.currency == currency]
            yield Account(
                currency=currency,
                holder=found.holder,
                bank=found.bank,
                iban=found.iban or "",
                bic=found.bic or "",
                account=found.account or "",
                routing=found.routing or "",
                reference=speech.formats.list(numbers) if len(numbers) <= _NUMBERS_IN_A_REFERENCE else "",
            )
