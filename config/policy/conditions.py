"""Conditions that a billing person writes: which debts and clients a step or an approval is for."""

from __future__ import annotations

from decimal import Decimal, InvalidOperation
from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, Field, PlainSerializer, WithJsonSchema

from config.currency import MoneyError, exponent, to_minor
from config.policy.part import Misplaced, Part, Several, Whole

DebtorTypeName = Literal["company", "sole_trader", "consumer", "public_body", "unknown"]

CountryCode = Annotated[str, Field(pattern="^[A-Z]{2}$", description="Two capital letters, like DE.")]
"""ISO 3166-1; Norway in quotes, as YAML reads NO as false."""


def _amounts(value: Any) -> Any:
    if not isinstance(value, dict):
        return value
    read = {}
    for currency, amount in value.items():
        try:
            # YAML reads 12.50 as a binary fraction; its shortest text is what was written.
            text = format(Decimal(str(amount)), "f")
            read[str(currency)] = to_minor(text, str(currency))
        except (MoneyError, InvalidOperation) as error:
            said = str(error) if isinstance(error, MoneyError) else f"{amount!r} is not an amount, like 12.50"
            raise Misplaced(said, str(currency)) from None
        if read[str(currency)] < 0:
            raise Misplaced(f"{amount} is below zero; write an amount like 12.50", str(currency))
    return read


def _written(amounts: dict[str, int]) -> dict[str, str]:
    return {currency: str(Decimal(minor).scaleb(-exponent(currency))) for currency, minor in amounts.items()}


Amounts = Annotated[
    dict[str, int],
    BeforeValidator(_amounts),
    PlainSerializer(_written),
    WithJsonSchema(
        {
            "type": "object",
            "propertyNames": {"pattern": "^[A-Z]{3}$"},
            "additionalProperties": {"type": ["number", "string"]},
            "examples": [{"EUR": 12.5}],
        }
    ),
]
"""Amounts per ISO 4217 currency, written in major units (`EUR: 12.50`) and held in minor units."""


class Condition(Part):
    """All that is named must hold; what is not named does not matter.

    Money is compared per currency: the client must owe at least so much in one of the currencies named.
    """

    terms_at_least_days: Annotated[Whole, Field(ge=0)] = 0
    """Only for invoices with at least that many days between issue and due date."""
    owed_at_least: Amounts = Field(default_factory=dict)
    """Only where the client owes the creditor at least that much in one of the currencies, like `{EUR: 5000}`."""
    segments: Several[str] = ()
    """Only clients of one of these segments, as the billing system names them."""
    debtor_types: Several[DebtorTypeName] = ()
    """Only clients of one of these kinds; `unknown` where nobody said."""
    countries: Several[CountryCode] = ()
    """Only clients in one of these countries (ISO 3166-1: `DE`; Norway in quotes, `"NO"`)."""
