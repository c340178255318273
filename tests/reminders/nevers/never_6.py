"""Never interest before a formal notice, never more than its days give, and never mixed into the debt."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from decimal import Decimal

from config.creditors import SHIPPED, load_creditors
from config.rules.interest import load_interest_law
from reminders.interest.terms import LateTermsKind
from reminders.snapshot import DebtorType
from tests.reminders.nevers import sums
from tests.reminders.nevers.facts import Bill
from tests.reminders.nevers.places import day_of
from tests.reminders.nevers.player import Life, Sent
from workers.claims import claims_of

_CREDITORS = load_creditors(SHIPPED)
_LAW = load_interest_law()
_HIGHEST = Decimal("0.15")
"""More than any law or contract in these lives gives in a year."""


def never_6(life: Life) -> list[str]:
    """Every letter that claimed something it should not."""
    return [f"{sent.at} {sent.step.name}: {flaw}" for sent in life.sent for flaw in _flaws(sent)]


def _flaws(sent: Sent) -> Iterator[str]:
    facts, today = sent.facts, day_of(sent.facts.client, sent.at)
    creditor = _CREDITORS.get(sent.message.creditor_id)
    assert creditor is not None
    claims = claims_of(sent.step, sent.policy, sent.snapshot, sent.items, creditor, _LAW, today)
    numbers = [claim.number for claim in claims]
    if claims and (sent.step.name != "final_notice" or sent.approved_by is None):
        yield f"claims {claims}"
    if len(numbers) != len(set(numbers)):
        yield f"claims twice for one bill: {numbers}"
    for claim in claims:
        bill = facts.bill(claim.number.lower())
        if bill is None:
            yield f"claims for {claim.number}, which does not exist"
            continue
        if (why := _without_right(sent, bill)) is not None:
            yield f"claims for {bill.invoice_id}, {why}"
        if claim.through > today:
            yield f"claims through {claim.through}, on {today}"
        if claim.interest.minor > _most(bill, today):
            yield f"claims {claim.interest} for {bill.invoice_id}, due on {bill.due_on}"


def _without_right(sent: Sent, bill: Bill) -> str | None:
    """Why there is nothing to claim for a bill."""
    client, terms = sent.facts.client, bill.late_terms
    if terms is None or terms.kind is LateTermsKind.NONE:
        return "whose terms give no interest"
    if client.debtor_type is None:
        return "of a client who may be anybody"
    if terms.kind is LateTermsKind.CONTRACT and client.debtor_type is DebtorType.CONSUMER:
        return "by a contract with a consumer"
    if sums.disputed(sent.facts, bill):
        return "which is disputed"
    return None


def _most(bill: Bill, today: date) -> int:
    """No more than the highest rate on the whole sum for the days since its first due date."""
    first = min([part.due_on for part in bill.instalments], default=bill.due_on)
    return round(bill.total * _HIGHEST * max(0, (today - first).days) / 365) + 1
