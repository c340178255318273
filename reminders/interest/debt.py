"""A debt as interest sees it: parts that fall due one by one, and what has reduced them since.

**What a payment pays.** Payments and credit notes reduce the principal, the part that fell due first before the
others, each from its own date. That is the order of the Civil Codes where nobody has said otherwise: the oldest debt
first (France art. 1342-10, Germany § 366 Abs. 2 BGB, Spain art. 1174, Italy art. 1193). Those codes would take
interest before principal (Germany § 367, France art. 1343-1); interest here is only *available* and has not been asked
for, so in doubt for the debtor everything that was paid has reduced the principal.

**What a credit note does.** It reduces the debt from its date on, like a payment; up to then the debt stood in the
books as it was. A creditor who means it to count from the beginning dates it so.

**The day of payment.** A payment stops interest from its own day on: the creditor of Directive 2011/7/EU, art. 3(1)(b),
is one who "has not received the amount due", and on that day it has. Where a law counts the day of payment, the
difference is a day in favour of the debtor.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from reminders.interest.terms import LateTerms
from reminders.snapshot import DebtorType


class ReductionKind(StrEnum):
    """What made a debt smaller."""

    PAYMENT = "payment"
    CREDIT = "credit"


@dataclass(frozen=True, slots=True)
class Part:
    """A sum (minor units) and the last day on which it can be paid in time."""

    due_on: date
    amount: int


@dataclass(frozen=True, slots=True)
class Reduction:
    """What was paid or credited on a day, in minor units; negative where a payment was returned."""

    on: date
    amount: int
    kind: ReductionKind = ReductionKind.PAYMENT


@dataclass(frozen=True, slots=True)
class Debt:
    """One invoice as far as interest goes. Amounts are minor units of `currency`; parts may stand in any order."""

    invoice_id: str
    currency: str
    parts: tuple[Part, ...]
    reductions: tuple[Reduction, ...] = ()
    debtor_type: DebtorType | None = None
    terms: LateTerms | None = None
    """None: the biller did not say."""

    @property
    def instalments(self) -> tuple[Part, ...]:
        """The parts, the one that falls due first before the others."""
        return tuple(sorted(self.parts, key=lambda part: part.due_on))

    def owed(self, day: date) -> tuple[int, ...]:
        """What is left of each instalment at the end of that day, in the order of `instalments`; never negative."""
        left = sum(reduction.amount for reduction in self.reductions if reduction.on <= day)
        rest = []
        for part in self.instalments:
            paid = min(max(left, 0), part.amount)
            rest.append(part.amount - paid)
            left -= paid
        return tuple(rest)
