"""Which step of the policy fits an invoice on a day: its rungs, each with its first and last day.

Days count from the due date in the client's calendar, negative before it. Two invoices on the same terms have the same
ladder, so it is worked out once for each.
"""

from __future__ import annotations

import sys
from collections.abc import Sequence
from datetime import date
from functools import lru_cache
from typing import NamedTuple

from config.policy import Policy, Step
from reminders.snapshot import Invoice

NEVER = sys.maxsize
"""The last day of a step that is never out of time."""


class Rung(NamedTuple):
    """One step for one invoice. It fits from `day` through `last`, unless a later one's day has come."""

    position: int
    """Where the step stands on the policy's ladder."""
    step: Step
    day: int
    last: int


class Ladder(NamedTuple):
    """The rungs of one invoice, in the order of the policy."""

    rungs: tuple[Rung, ...]
    entry: int | None
    """The position at which an invoice that was first seen late enters; None for one seen in time."""

    def fitting(self, day: int) -> Rung | None:
        """The latest rung whose day has come, if it is not out of time."""
        latest = None
        for rung in self.rungs:
            if rung.day <= day:
                latest = rung
        return latest if latest is not None and day <= latest.last else None

    def next_after(self, day: int, position: int = -1) -> Rung | None:
        """The next rung whose day is still to come, above `position`."""
        for rung in self.rungs:
            if rung.day > day and rung.position > position:
                return rung
        return None


def ladder_of(invoice: Invoice, policy: Policy, first_seen_on: date) -> Ladder:
    """The rungs of an invoice. `first_seen_on` is the client's date when the ledger first heard of it.

    - A step before the due date that would have come on the day of issue or before it was never possible: a new
      invoice is introduced, not announced as due in three days.
    - An invoice first seen late enters at the step that fits its age, at most `enter_at_most`. Where its age is beyond
      that, the entry and all later steps move by the days it was late, so nobody's first word is a final notice.
    """
    due = invoice.due_on.toordinal()
    return _ladder(policy, due - invoice.issued_on.toordinal(), max(0, first_seen_on.toordinal() - due))


@lru_cache(maxsize=16384)
def _ladder(policy: Policy, terms: int, seen: int) -> Ladder:
    """The rungs for `terms` days from issue to due date, first seen `seen` days after it (0: in time)."""
    starts: list[tuple[int, Step, int]] = []
    introduced = -terms - 1
    for position, step in enumerate(policy.ladder):
        if step.anchor == "issue":
            day = step.day - terms
            if day > 0 and step.day > 0:
                continue
            introduced = max(introduced, day)
        else:
            day = step.day
            if terms < step.min_terms_days or (day <= 0 and day <= introduced):
                continue
        starts.append((position, step, day))
    shift, entry = _late(starts, policy, seen)

    def moved(position: int) -> int:
        return shift if entry is not None and position >= entry else 0

    rungs = []
    for index, (position, step, day) in enumerate(starts):
        if step.until_day is not None:
            last = step.until_day + moved(position) - (terms if step.anchor == "issue" else 0)
        elif index + 1 < len(starts):
            last = starts[index + 1][2] + moved(starts[index + 1][0]) - 1
        else:
            last = NEVER
        rungs.append(Rung(position, step, day + moved(position), last))
    return Ladder(tuple(rungs), entry)


def _late(starts: Sequence[tuple[int, Step, int]], policy: Policy, seen: int) -> tuple[int, int | None]:
    """By how many days the ladder moves for an invoice first seen late, and where it enters."""
    if policy.enter_at_most is None or seen <= 0:
        return 0, None
    entry = policy.positions.get(policy.enter_at_most)
    if entry is None or not any(position > entry and day <= seen for position, _, day in starts):
        return 0, None
    day = next((day for position, _, day in starts if position == entry), None)
    return (0, None) if day is None else (seen - day, entry)
