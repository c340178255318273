"""What a contract says about late payment."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum


class LateTermsKind(StrEnum):
    """Which rule a late invoice falls under."""

    NONE = "none"
    """No interest and no fee, whatever the law would allow."""
    STATUTORY = "statutory"
    """What the law says."""
    CONTRACT = "contract"
    """What the contract says."""


@dataclass(frozen=True, slots=True)
class LateTerms:
    """The terms of one invoice. `annual_percent` is interest a year; `fixed_fee` is in minor units of the invoice."""

    kind: LateTermsKind
    annual_percent: Decimal | None = None
    fixed_fee: int | None = None
