"""Whom a policy is for: what is known of a client, and what a policy asks of it."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Annotated

from pydantic import Field

from config.policy.conditions import Amounts, CountryCode, DebtorTypeName
from config.policy.part import Flag, Part, Several, Whole


@dataclass(frozen=True, slots=True)
class Traits:
    """What is known of a client when a policy is chosen for them."""

    country: str | None = None
    subdivision: str | None = None
    debtor_type: str | None = None
    """None: not known, which counts as `unknown`."""
    segment: str | None = None
    owed: tuple[tuple[str, int], ...] = ()
    """What is open, per currency, in minor units."""
    settled: int = 0
    """Invoices settled within the last year."""
    on_time: int = 0
    """How many of them were paid by their due date, or with so few days' delay that nobody minds."""
    hardship: bool = False
    """In difficulty now, or until lately."""


class TrackRecord(Part):
    """How well a client must have paid within the last year."""

    invoices_at_least: Annotated[Whole, Field(ge=1, le=1000)]
    """Invoices settled within the last year, at least."""
    on_time_percent: Annotated[Whole, Field(ge=1, le=100)]
    """How many of a hundred of them were paid in time, at least."""


class Claim(Part):
    """One kind of client that a policy is for: all that is named must hold. The more it names, the closer it fits."""

    segments: Several[str] = ()
    """Of one of these segments, as the billing system names them."""
    debtor_types: Several[DebtorTypeName] = ()
    """Of one of these kinds; `unknown` where nobody said."""
    countries: Several[CountryCode] = ()
    """In one of these countries (ISO 3166-1: `DE`; Norway in quotes, `"NO"`)."""
    owed_at_least: Amounts = Field(default_factory=dict)
    """Owes at least that much in one of the currencies named."""
    good_payer: TrackRecord | None = None
    """Has paid that well within the last year."""
    hardship: Flag = False
    """In difficulty now, or until lately."""

    def matches(self, traits: Traits) -> bool:
        """Whether the client is of that kind."""
        # One after the other, and the quick ones first: this is asked for every client at every look.
        if self.hardship and not traits.hardship:
            return False
        if self.segments and traits.segment not in self.segments:
            return False
        if self.debtor_types and (traits.debtor_type or "unknown") not in self.debtor_types:
            return False
        if self.countries and traits.country not in self.countries:
            return False
        if self.good_payer is not None and not _pays_well(traits, self.good_payer):
            return False
        return not self.owed_at_least or any(
            minor >= self.owed_at_least.get(currency, minor + 1) for currency, minor in traits.owed
        )

    @cached_property
    def specificity(self) -> int:
        """How many things are named: the more, the closer the policy is cut to the client."""
        named = (
            self.segments,
            self.debtor_types,
            self.countries,
            self.owed_at_least,
            self.good_payer,
            self.hardship,
        )
        return sum(map(bool, named))


def _pays_well(traits: Traits, record: TrackRecord) -> bool:
    enough = traits.settled >= record.invoices_at_least
    return enough and traits.on_time * 100 >= record.on_time_percent * traits.settled
