"""Interest and fixed sums that a letter claims beside the debt, so that the reader can check every sum."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from channels.names import clean
from channels.ports import InterestClaim
from channels.view.speech import Speech
from channels.view.tables import Sum
from reminders.decision import Item
from reminders.money import Money, totals


@dataclass(frozen=True, slots=True)
class ClaimLine:
    """What is claimed for one invoice."""

    number: str
    interest: str
    through: str
    """The last day that the interest counts."""
    daily: str
    """What each further day adds; empty where nothing grows any more."""
    fixed_sum: str
    basis: str
    """By what law or term; empty where the same holds for all, and is said once."""


@dataclass(frozen=True, slots=True)
class Claims:
    """All that is claimed beside the debt."""

    lines: tuple[ClaimLine, ...]
    basis: str
    """The law or term that all claims rest on; empty where they differ."""
    sums: tuple[Sum, ...]
    """The debt, the interest, the fixed sums, and what they come to: for each currency."""
    named: str
    """What they are, in a word: `interest and fixed sums`, or the one of the two that is claimed."""
    beside: str
    """What they come to without the debt, a sum for each currency: what paying the invoices alone leaves open."""
    total: str
    """What they come to with the debt, a sum for each currency: it settles all that the letter asks for."""
    through: str
    """The day for which the total holds, long ..."""
    through_short: str
    """... and short."""
    daily: str
    """What each further day adds in all, a sum for each currency; empty where nothing grows any more."""


def claims_of(interest: Sequence[InterestClaim], asked: Sequence[Item], speech: Speech) -> Claims | None:
    """The claims beside what is asked for on these invoices; None where there are none."""
    if not interest:
        return None
    bases = {clean(claim.basis) for claim in interest}
    common = bases.pop() if len(bases) == 1 else ""
    through: date = max(claim.through for claim in interest)
    debt = totals(Money(item.asked, item.currency) for item in asked)
    late = totals(claim.interest for claim in interest)
    fixed = totals(claim.fixed_sum for claim in interest if claim.fixed_sum is not None)
    whole = totals((*debt, *late, *fixed))
    return Claims(
        lines=tuple(_line(claim, common, speech) for claim in interest),
        basis=common,
        sums=tuple(_sums(debt, late, fixed, whole, speech)),
        named=speech.labels.text(_name(late, fixed)),
        beside=speech.sums((*late, *fixed)),
        total=speech.sums(whole),
        through=speech.formats.long_date(through),
        through_short=speech.short_day(through),
        daily=speech.sums(claim.daily for claim in interest),
    )


def _name(late: Sequence[Money], fixed: Sequence[Money]) -> str:
    if not any(money.minor for money in fixed):
        return "claims_named_interest"
    return "claims_named_both" if any(money.minor for money in late) else "claims_named_fixed"


def _line(claim: InterestClaim, common: str, speech: Speech) -> ClaimLine:
    return ClaimLine(
        number=clean(claim.number),
        interest=speech.money(claim.interest),
        through=speech.formats.short_date(claim.through),
        daily=speech.money(claim.daily) if claim.daily.minor else "",
        fixed_sum=speech.money(claim.fixed_sum) if claim.fixed_sum else "",
        basis="" if common else clean(claim.basis),
    )


def _sums(
    debt: Sequence[Money],
    late: Sequence[Money],
    fixed: Sequence[Money],
    whole: Sequence[Money],
    speech: Speech,
) -> Iterator[Sum]:
    for total in whole:
        for key, amounts in (("claims_debt", debt), ("claims_interest", late), ("claims_fixed", fixed)):
            for money in amounts:
                if money.currency == total.currency and money.minor:
                    yield Sum(speech.labels.text(key), speech.money(money), main=False)
        yield Sum(speech.labels.text("claims_total"), speech.money(total), main=True)
