"""Choices that several forms have in common."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from reminders.snapshot import Invoice
from web.page.fields import Field, Kind, Option
from web.page.guest import Guest, open_with


def invoices_field(guest: Guest, invoices: Sequence[Invoice], *, due: bool = False) -> Field:
    """Which invoices an answer is about. `due` chooses beforehand what is due, or all where nothing is."""
    owed = [invoice for invoice in invoices if invoice.due_on <= guest.today] or invoices
    only = len(invoices) == 1
    return Field(
        "invoices",
        Kind.SOME,
        guest.words.text("field_invoices"),
        tuple(
            Option(invoice.invoice_id, f"{invoice.number}: {guest.money(invoice.open, invoice.currency)}")
            for invoice in invoices
        ),
        initial=tuple(invoice.invoice_id for invoice in owed) if due or only else (),
    )


def options(guest: Guest, prefix: str, names: Iterable[str]) -> tuple[Option, ...]:
    """Options whose words are the phrases `<prefix>_<name>`."""
    return tuple(Option(name, guest.words.text(f"{prefix}_{name}")) for name in names)


def any_open(guest: Guest) -> bool:
    """Whether anything is open that an answer could be about."""
    return bool(open_with(guest))
