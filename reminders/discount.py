"""Early-payment discount: what is saved and what is to be paid by the discount date."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from reminders.money import percent_of
from reminders.snapshot import Invoice


@dataclass(frozen=True, slots=True)
class DiscountSum:
    """Both in minor units; never negative."""

    discount: int
    to_pay: int


def discounted(total: int, paid: int, credited: int, percent: Decimal) -> DiscountSum:
    """What an invoice with an early-payment discount asks for. All amounts are minor units.

    The discount is `percent` of what was delivered and kept, the total less credit notes, and is rounded once, half
    up, to the minor unit; what was paid already earns it, too, as long as the rest comes in time. Nothing is to be
    paid where payments and credits cover the rest; a credit note above the total leaves no discount.
    """
    kept = max(0, total - credited)
    discount = percent_of(kept, percent)
    return DiscountSum(discount, max(0, kept - discount - paid))


def took_discount(invoice: Invoice) -> bool:
    """Whether the client paid what the early-payment discount asked for, in time: what is open is not theirs to pay.

    It is open only as long as the credit note for it is missing.
    """
    if invoice.discount is None or not invoice.open:
        return False
    in_time = sum(paid.amount for paid in invoice.payments if paid.on <= invoice.discount.by_on)
    return (
        in_time > 0
        and not discounted(invoice.total, in_time, invoice.credited, invoice.discount.percent).to_pay
    )
