"""The days on which a step may be said that counts from a day of its own: a promised day, a month's first."""

from __future__ import annotations

from datetime import date, timedelta
from functools import lru_cache

from config.policy import Anchor, Policy, Step
from reminders.calendar import Place

_DAY = timedelta(days=1)
KEEPS = timedelta(days=30)
"""How long a step holds where it names no last day and no later step of its kind takes its place."""


def days_of(step: Step, anchor_on: date, policy: Policy, place: Place) -> tuple[date, date]:
    """The client's first and last day for the step, counted from that day, in calendar or working days of the place.

    Without a last day of its own, a step holds until the next one of its kind begins.
    """
    return _days_of(step.name, anchor_on, policy, place)


@lru_cache(maxsize=16384)
def _days_of(name: str, anchor_on: date, policy: Policy, place: Place) -> tuple[date, date]:
    step = policy.step(name)
    if step is None:
        raise LookupError(f"{policy.identity} has no step {name!r}")
    first = _count(step, step.day, anchor_on, policy, place)
    if step.until_day is not None:
        return first, _count(step, step.until_day, anchor_on, policy, place)
    later = [other for other in policy.anchored(step.anchor) if other.day > step.day]
    if not later:
        return first, first + KEEPS
    following = min(later, key=lambda other: other.day)
    return first, max(first, _count(following, following.day, anchor_on, policy, place) - _DAY)


def _count(step: Step, days: int, anchor_on: date, policy: Policy, place: Place) -> date:
    if step.count == "calendar":
        return anchor_on + timedelta(days=days)
    # A month has its first working day, and not a first one after its first day.
    start = anchor_on - _DAY if step.anchor is Anchor.MONTH else anchor_on
    return place.add_working_days(start, days, policy.windows)
