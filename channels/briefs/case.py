"""What kind of case a call is about: each is opened with other words."""

from __future__ import annotations

from datetime import timedelta
from enum import StrEnum

from channels.briefs.facts import BriefFacts
from reminders.decision import InstalmentTold, PromiseTold
from reminders.reasons import Reason

_INVOICES_OF_A_GOOD_PAYER = 3
_PERCENT_ON_TIME = 80
_NOT_LONG_AGO = timedelta(days=180)


class Case(StrEnum):
    """The nearest fit, the most delicate first."""

    HARDSHIP = "hardship"
    """In difficulty now or until lately: the call asks how they are, and for nothing else."""
    ASKED = "asked"
    """They want to be called: the call is theirs, and listens first."""
    PLAN = "plan"
    """An instalment of a plan is long overdue."""
    PROMISE = "promise"
    """What they said they would pay has not come."""
    GOOD_PAYER = "good_payer"
    """Pays on time as a rule: something must have happened."""
    NO_RECORD = "no_record"
    """Nothing was settled within the last year: perhaps they don't know how we work."""
    LATE = "late"
    """None of these."""


def case_of(facts: BriefFacts) -> Case:
    """The case of these facts."""
    through = facts.hardship_through
    if facts.hardship or (through is not None and facts.today - through <= _NOT_LONG_AGO):
        return Case.HARDSHIP
    if facts.asked is not None:
        return Case.ASKED
    if facts.reason is Reason.PLAN_DEFAULTED or isinstance(facts.told, InstalmentTold):
        return Case.PLAN
    if facts.reason is Reason.PROMISE_BROKEN or isinstance(facts.told, PromiseTold):
        return Case.PROMISE
    track = facts.track
    if not track.settled:
        return Case.NO_RECORD
    if track.settled >= _INVOICES_OF_A_GOOD_PAYER and track.on_time * 100 >= _PERCENT_ON_TIME * track.settled:
        return Case.GOOD_PAYER
    return Case.LATE
