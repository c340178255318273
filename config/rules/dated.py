"""A value that holds from one day to another, and where it comes from. Nothing is ever taken for a day it lacks."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from itertools import pairwise
from typing import Annotated, Self, TypeVar

from pydantic import BaseModel, ConfigDict, Field, model_validator

_DAY = timedelta(days=1)


class Strict(BaseModel):
    """A part of a law pack: no unknown field, no change after reading."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class Dated(Strict):
    """What holds from `valid_from` through `valid_to` (both inclusive; no end: until further notice)."""

    valid_from: date
    valid_to: date | None = None
    source: Annotated[str, Field(min_length=3)]
    """Who says so: the law's article or the publisher and its series; a URL only of the publisher's own page."""
    checked_on: date
    """When a person last compared the value with its source."""

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        if self.valid_to is not None and self.valid_to < self.valid_from:
            raise ValueError(f"valid_to {self.valid_to} is before valid_from {self.valid_from}")
        return self

    def holds_on(self, day: date) -> bool:
        """Whether the value holds on that day."""
        return self.valid_from <= day and (self.valid_to is None or day <= self.valid_to)


AnyDated = TypeVar("AnyDated", bound=Dated)


def value_on(values: Sequence[AnyDated], day: date) -> AnyDated | None:
    """The value that holds on that day; None where there is none, or where two contradict each other."""
    found = [value for value in values if value.holds_on(day)]
    return found[0] if len(found) == 1 else None


def flaws(values: Sequence[Dated], today: date) -> list[str]:
    """What is wrong with a table of values: days missing between two of them, days with two, no value for today."""
    ordered = sorted(values, key=lambda value: value.valid_from)
    found = []
    for one, following in pairwise(ordered):
        if one.valid_to is None or one.valid_to >= following.valid_from:
            end = _until(one.valid_to, following.valid_to)
            found.append(f"two values for {following.valid_from} to {end}: end the first one before")
        elif one.valid_to + _DAY < following.valid_from:
            found.append(f"no value for {one.valid_to + _DAY} to {following.valid_from - _DAY}: add it")
    if not any(value.valid_to is None or value.valid_to >= today for value in ordered):
        last = max((value.valid_to for value in ordered if value.valid_to), default=None)
        since = f" (the last one ended on {last})" if last else ""
        found.append(f"no value for today, {today}{since}: add the one that holds now")
    return found


def _until(one: date | None, other: date | None) -> date | str:
    ends = [end for end in (one, other) if end is not None]
    return min(ends) if ends else "no end"
