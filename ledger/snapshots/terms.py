"""What an invoice says beside its sums: discount, late terms, instalments. It was checked when it came in."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import Any

from config.currency import to_minor
from reminders.interest.terms import LateTerms, LateTermsKind
from reminders.snapshot import Discount, Instalment


def discount_of(stated: Mapping[str, Any] | None) -> Discount | None:
    """The early-payment discount as the event stated it."""
    if stated is None:
        return None
    return Discount(Decimal(str(stated["percent"])), date.fromisoformat(stated["by_on"]))


def late_terms_of(stated: str | Mapping[str, Any] | None, currency: str) -> LateTerms | None:
    """The late terms as the event stated them: a word, or a rate and a fee in the invoice's currency."""
    if stated is None:
        return None
    if isinstance(stated, str):
        return LateTerms(LateTermsKind(stated))
    percent, fee = stated.get("annual_percent"), stated.get("fixed_fee")
    return LateTerms(
        LateTermsKind.CONTRACT,
        None if percent is None else Decimal(str(percent)),
        None if fee is None else to_minor(fee, currency),
    )


def instalments_of(stated: Iterable[Mapping[str, Any]], currency: str) -> tuple[Instalment, ...]:
    """The parts as the event stated them, in the order of their days."""
    parts = (
        Instalment(date.fromisoformat(part["due_on"]), to_minor(part["amount"], currency)) for part in stated
    )
    return tuple(sorted(parts, key=lambda part: part.due_on))


def fitted(parts: Sequence[Instalment], total: int, due_on: date) -> tuple[Instalment, ...]:
    """Instalments that add up to the total, whatever the sender wrote.

    What they leave out is due with the invoice itself, on `due_on`, or with the last of them if that is later. What
    they have too much is taken off from the last one backwards. So nothing is asked for before its day, and nothing
    that is not owed.
    """
    found: list[Instalment] = []
    left = total
    for part in parts:
        amount = min(part.amount, left)
        if amount:
            found.append(Instalment(part.due_on, amount))
            left -= amount
    if not left or not found:
        return tuple(found)
    if due_on > found[-1].due_on:
        return (*found, Instalment(due_on, left))
    last = found.pop()
    return (*found, Instalment(last.due_on, last.amount + left))
