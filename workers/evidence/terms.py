"""What an invoice says beside its sum: how it may be paid, and what paying late costs."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

import msgspec

from reminders.interest.terms import LateTermsKind
from reminders.money import Money
from workers.evidence.amounts import read_amount

_decode = msgspec.json.Decoder(dict[str, Any]).decode


@dataclass(frozen=True, slots=True)
class InstalmentTerm:
    """A part of the invoice and the day it falls due."""

    due_on: date
    amount: Money


@dataclass(frozen=True, slots=True)
class Terms:
    """The terms of one invoice."""

    due_on: date
    late: LateTermsKind | None
    """On what ground late payment costs something; None: the biller did not say."""
    annual_percent: Decimal | None
    """The contract's interest a year."""
    fixed_fee: Money | None
    """The contract's fee for paying late."""
    discount_percent: Decimal | None
    discount_by: date | None
    instalments: tuple[InstalmentTerm, ...]
    purchase_order: str | None
    document_url: str | None
    payment_url: str | None
    payment_methods: tuple[str, ...]
    auto_collect: bool


def read_terms(extra: str, due_on: date, currency: str, auto_collect: bool) -> Terms:
    """The terms of a stored invoice. `extra` is the JSON beside its columns."""
    said = _decode(extra)
    late = said.get("late_terms")
    contract: dict[str, Any] = late if isinstance(late, dict) else {}
    discount = said.get("early_discount") or {}
    percent = contract.get("annual_percent")
    return Terms(
        due_on=due_on,
        late=LateTermsKind.CONTRACT if contract else LateTermsKind(late) if late else None,
        annual_percent=Decimal(str(percent)) if percent is not None else None,
        fixed_fee=read_amount(contract.get("fixed_fee"), currency),
        discount_percent=Decimal(str(discount["percent"])) if discount else None,
        discount_by=date.fromisoformat(discount["by_on"]) if discount else None,
        instalments=tuple(
            InstalmentTerm(date.fromisoformat(part["due_on"]), Money.parse(part["amount"], currency))
            for part in said.get("instalments", ())
        ),
        purchase_order=said.get("purchase_order"),
        document_url=said.get("document_url"),
        payment_url=said.get("payment_url"),
        payment_methods=tuple(said.get("payment_methods", ())),
        auto_collect=auto_collect,
    )
