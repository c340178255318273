"""Choices that several forms have in common."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence

from channels.names import clean
from reminders.snapshot import Invoice
from web.page.fields import Field, Kind, Option
from web.page.guest import Guest, open_with


def invoices_field(
    guest: Guest,
    invoices: Sequence[Invoice],
    chosen: Sequence[Invoice] = (),
    amount: Callable[[Invoice], int] = lambda invoice: invoice.open,
) -> Field:
    """Which invoices an answer is about, each with an amount. `chosen` are marked beforehand; one alone always is."""
    return Field(
        "invoices",
        Kind.SOME,
        guest.words.text("field_invoices"),
        tuple(
            Option(one.invoice_id, f"{clean(one.number)}: {guest.money(amount(one), one.currency)}")
            for one in invoices
        ),
        initial=tuple(one.invoice_id for one in (invoices if len(invoices) == 1 else chosen)),
    )


def options(guest: Guest, prefix: str, names: Iterable[str]) -> tuple[Option, ...]:
    """Options whose words are the phrases `<prefix>_<name>`."""
    return tuple(Option(name, guest.words.text(f"{prefix}_{name}")) for name in names)


def any_open(guest: Guest) -> bool:
    """Whether anything is open that an answer could be about."""
    return bool(open_with(guest))
