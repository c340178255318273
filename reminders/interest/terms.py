"""What the contract says about paying late."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum


class LateTermsKind(StrEnum):
    """On what ground late payment costs something."""

    NONE = "none"
    """Nothing may be charged: agreed so, or given up by the creditor."""
    STATUTORY = "statutory"
    """What the law of the creditor's country gives."""
    CONTRACT = "contract"
    """What the parties agreed: a rate, a fee, or both."""


@dataclass(frozen=True, slots=True)
class LateTerms:
    """The late terms of one invoice. `annual_percent` and `fixed_fee` (minor units of the invoice's currency) belong
    to a contract. An invoice without late terms is one whose biller did not say.
    """

    kind: LateTermsKind
    annual_percent: Decimal | None = None
    fixed_fee: int | None = None
