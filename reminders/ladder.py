"""The ladder of an invoice: which step of the policy fits it on a day, and how it is climbed.

Days count from the due date in the client's calendar, negative before it. Two invoices on the same terms have the same
ladder, so it is worked out once for each; where it is entered late, the rungs above move by the same days.
"""

from __future__ import annotations

import sys
from functools import lru_cache
from typing import NamedTuple

from config.policy import Anchor, Policy, Step
from reminders.calendar import Place
from reminders.snapshot import Invoice

NOTICE_DAYS = 10
"""The days that a final notice leaves the client to answer, from the day it goes; no decision is asked for before they
are over."""
NEVER = sys.maxsize
"""The last day of a step that is never out of time."""


class Rung(NamedTuple):
    """One step for one invoice. It fits from `day` through `last`, unless a later one's day has come."""

    position: int
    """Where the step stands on the policy's ladder."""
    step: Step
    day: int
    last: int

    def moved(self, days: int) -> Rung:
        """The same rung, that many days later."""
        return self._replace(day=self.day + days, last=self.last if self.last == NEVER else self.last + days)


class Climbed(NamedTuple):
    """How far an invoice has come in its present cycle."""

    reached: int = -1
    """The position of the highest rung that was taken, or -1."""
    day: int = 0
    """The day on which it was taken."""
    passed: int = -1
    """The position of the highest rung whose time ran out unsaid (an approval that nobody gave), or -1."""
    moved: int = 0
    """By how many days the rung that was reached had moved already, because a lower one was taken late."""


class Pace(NamedTuple):
    """What decides how an invoice comes onto its ladder, or back to it."""

    entry: int | None
    """The position of the rung at which it enters at most; None: any."""
    seen: int
    """How many days late it was when the ledger first heard of it; zero or less: in time."""
    silence_days: int
    """After so many days without a word the return is gentle."""


class Ladder(NamedTuple):
    """The rungs of one invoice, in order."""

    rungs: tuple[Rung, ...]

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

    def from_here(self, climbed: Climbed) -> Ladder:
        """The rungs above the last one taken, moved where that one was taken late.

        Who was first told on day 33 what others hear on day 7 has the same days until the next step as they have. A
        step that goes a little late (a weekend, the contact gap) moves nothing: only one that was taken when the next
        one's day had already come. Who decides after a final notice waits until its own deadline is over.
        """
        above = [rung for rung in self.rungs if rung.position > climbed.reached]
        base = next((rung for rung in self.rungs if rung.position == climbed.reached), None)
        if base is None or base.day <= 0 or not above:
            return Ladder(tuple(above))
        days = self.moved_by(climbed.reached, climbed.day, climbed.moved)
        moved = [rung.moved(days) for rung in above]
        if base.step.approval:
            answered = climbed.day + NOTICE_DAYS + 1
            moved = [
                rung.moved(max(0, answered - rung.day)) if rung.step.task == "decision" else rung
                for rung in moved
            ]
        return Ladder(tuple(moved))

    def moved_by(self, position: int, day: int, before: int) -> int:
        """By how many days the rungs above that one move when it is taken on that day, moved by `before` itself."""
        index = next((i for i, rung in enumerate(self.rungs) if rung.position == position), None)
        if index is None or self.rungs[index].day <= 0:
            return 0
        late = max(0, day - self.rungs[index].day)
        if index + 1 < len(self.rungs) and day >= self.rungs[index + 1].day:
            return late
        return min(before, late)

    def due(self, day: int, climbed: Climbed, pace: Pace) -> tuple[Rung | None, bool]:
        """The rung to take on that day, if one fits, and whether it is a lower one than the invoice's age would have.

        - An invoice first seen late enters at most at the rung `pace.entry`.
        - So does one of which nothing overdue was said for more than `pace.silence_days`. Where something was said and
          such a silence followed (a pause, a dispute, a promise that failed), the next rung comes and not the one that
          fits the age: the return is gentle, and nobody's first or second word is a final notice.
        - A shorter gap, as an outage leaves, is made up once with the rung that fits now.
        """
        here = self.from_here(climbed)
        fit = here.fitting(day)
        if fit is None or fit.day <= 0:
            return fit, False
        said = max(climbed.reached, climbed.passed)
        overdue = [rung for rung in self.rungs if rung.day > 0]
        begun = any(rung.position <= said for rung in overdue)
        silent = day - (climbed.day if begun else overdue[0].day) > pace.silence_days
        if begun and silent:
            highest = next((rung.position for rung in here.rungs if rung.position > said), None)
        elif not begun and (silent or pace.seen > 0):
            highest = pace.entry
        else:
            return fit, False
        if highest is None or fit.position <= highest:
            return fit, False
        lower = next((rung for rung in here.rungs if rung.position == highest), None)
        if lower is None:
            lower = next((rung for rung in here.rungs if rung.day > 0), fit)
        return lower.moved(max(0, day - lower.day)), True


def ladder_of(
    invoice: Invoice, policy: Policy, place: Place, without: frozenset[str] = frozenset()
) -> Ladder:
    """The rungs of an invoice; `without` are the steps whose conditions this client does not meet.

    - A step before the due date that would have come on the day of issue or before it was never possible: a new
      invoice is introduced, not announced as due in three days.
    - An invoice in instalments has the steps of an instalment, and after them those of an invoice.
    - One that was due before it was issued is one that was due at once.
    """
    terms = max(0, invoice.due_on.toordinal() - invoice.issued_on.toordinal())
    return _ladder(policy, terms, bool(invoice.instalments), without, _days(policy, invoice, place))


_Days = tuple[tuple[int, int | None], ...]
"""The first and the last day of each step of a policy's ladder, in calendar days from what it is anchored to."""


def _days(policy: Policy, invoice: Invoice, place: Place) -> _Days:
    days = _calendar_days(policy)
    if days is not None:
        return days

    def calendar(step: Step, count: int) -> int:
        start = invoice.issued_on if step.anchor is Anchor.ISSUE else invoice.due_on
        return place.add_working_days(start, count, policy.windows).toordinal() - start.toordinal()

    return tuple(
        (step.day, step.until_day)
        if step.count == "calendar"
        else (calendar(step, step.day), None if step.until_day is None else calendar(step, step.until_day))
        for step in policy.ladder
    )


@lru_cache(maxsize=1024)
def _calendar_days(policy: Policy) -> _Days | None:
    """The days of a policy that counts in calendar days alone, which are the same for every invoice."""
    if any(step.count == "working" for step in policy.ladder):
        return None
    return tuple((step.day, step.until_day) for step in policy.ladder)


@lru_cache(maxsize=16384)
def _ladder(policy: Policy, terms: int, instalments: bool, without: frozenset[str], days: _Days) -> Ladder:
    """The rungs for `terms` days from issue to due date."""
    own = [s.day for s in policy.anchored(Anchor.INSTALMENT)] if instalments else []
    starts: list[tuple[int, Step, int, int | None]] = []
    introduced = -terms - 1
    for position, (step, (day, until)) in enumerate(zip(policy.ladder, days, strict=True)):
        if step.name in without or terms < step.when.terms_at_least_days:
            continue
        if step.anchor is Anchor.INSTALMENT and not own:
            continue
        if step.anchor is Anchor.DUE and own and day <= max(own):
            continue
        if step.anchor is Anchor.ISSUE:
            if day - terms > 0 and day > 0:
                continue
            day, until = day - terms, None if until is None else until - terms
            introduced = max(introduced, day)
        elif day <= 0 and day <= introduced:
            continue
        # Working days among calendar days: a step whose day comes no sooner than the next one's never fits.
        while starts and starts[-1][2] >= day:
            starts.pop()
        starts.append((position, step, day, until))
    rungs = []
    for index, (position, step, day, until) in enumerate(starts):
        following = starts[index + 1][2] - 1 if index + 1 < len(starts) else NEVER
        rungs.append(Rung(position, step, day, following if until is None else until))
    return Ladder(tuple(rungs))


def pace_of(invoice: Invoice, policy: Policy, place: Place) -> Pace:
    """The pace of an invoice under a policy.

    Where a payment was booked on it by mistake, the client knows nothing of it, and was perhaps thanked: the next rung
    follows, however short the silence was.
    """
    entry = None if policy.enter_at_most is None else policy.positions.get(policy.enter_at_most)
    seen = place.today(invoice.first_seen_at).toordinal() - invoice.due_on.toordinal()
    misbooked = any(back.misbooked for back in invoice.returned)
    return Pace(entry, seen, 0 if misbooked else policy.returning.silence_days)
