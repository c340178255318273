"""A provider's health as a line of ours sees it: when it is left alone, and how it comes back. Pure.

A line *opens* (as a circuit does: nothing goes through) when our key or sender was refused `REFUSALS` times in a row,
or when faults outnumbered answers by `FAULTS` within `SPAN`. It stays open for a while, longer each time. Then it comes
back in `RETURN`'s steps: a growing share of the messages, each with a fixed place of its own, so that no message is
thrown to and fro between two providers. A fault on the way back opens it again; at full weight, an answer ends it.

What a message is about (an address that does not exist, a text that is refused) says nothing of the provider's health.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum
from hashlib import sha256

from channels.ports import Accepted, InDoubt, NotSent, Outcome, Rejected, Scope

NETWORK = "network"
"""The code of a `NotSent` whose connection never stood."""
REFUSALS = 5
FAULTS = 5
SPAN = timedelta(minutes=2)
FIRST_PAUSE = timedelta(minutes=1)
"""How long a line is left alone the first time; each time in a row, twice as long."""
LONGEST_PAUSE = timedelta(minutes=16)
REFUSED_PAUSE = timedelta(minutes=5)
"""How long, at least, after refusals: a person must mend the key or the sender first."""
RETURN = (
    (timedelta(0), 5),
    (timedelta(minutes=1), 25),
    (timedelta(minutes=2), 50),
    (timedelta(minutes=4), 100),
)
"""(time since the pause was over, percent of the messages)."""


class Sign(StrEnum):
    """What an outcome says of the line that it came by."""

    ANSWER = "answer"
    """The provider works, whatever it said of this one message."""
    REFUSAL = "refusal"
    """It works, and wants nothing from us: our key, our sender or our account."""
    FAULT = "fault"
    """It could not be reached, broke off or failed."""


def sign_of(outcome: Outcome) -> Sign | None:
    """What the outcome says of its line; None: nothing (a 429 asks for a slower pace, and is no illness)."""
    match outcome:
        case Rejected(Scope.CONFIG):
            return Sign.REFUSAL
        case Accepted() | Rejected():
            return Sign.ANSWER
        case InDoubt():
            return Sign.FAULT
        case NotSent(code=code):
            return Sign.FAULT if code == NETWORK else None


@dataclass(frozen=True, slots=True)
class Standing:
    """What is known of a line. Nothing at all: it is well."""

    refusals: int = 0
    """In a row."""
    faults: int = 0
    """By so many they outnumber the answers since `faults_since`."""
    faults_since: datetime | None = None
    opened_at: datetime | None = None
    """When it opened, the first time of those in a row."""
    open_until: datetime | None = None
    openings: int = 0
    """How often in a row it opened, without being well in between."""

    @property
    def well(self) -> bool:
        """Whether there is nothing to remember."""
        return self == WELL


WELL = Standing()


def after(standing: Standing, sign: Sign, now: datetime) -> Standing:
    """The standing once a call has ended with that sign."""
    if standing.open_until is not None:
        if now < standing.open_until:
            return standing  # a call that was under way when it opened
        if sign is not Sign.ANSWER:
            return _open(standing, sign, now)
        return WELL if weight(standing, now) == 100 else standing
    if sign is Sign.ANSWER:
        faults = max(0, standing.faults - 1)
        return replace(WELL, faults=faults, faults_since=standing.faults_since if faults else None)
    if sign is Sign.REFUSAL:
        refused = replace(standing, refusals=standing.refusals + 1)
        return _open(refused, sign, now) if refused.refusals >= REFUSALS else refused
    recent = standing.faults_since is not None and now - standing.faults_since <= SPAN
    failing = replace(
        standing,
        faults=standing.faults + 1 if recent else 1,
        faults_since=standing.faults_since if recent else now,
    )
    return _open(failing, sign, now) if failing.faults >= FAULTS else failing


def after_all(standing: Standing, signs: Iterable[Sign], now: datetime) -> Standing:
    """The standing once several calls have ended."""
    for sign in signs:
        standing = after(standing, sign, now)
    return standing


def _open(standing: Standing, sign: Sign, now: datetime) -> Standing:
    pause = min(FIRST_PAUSE * 2 ** min(standing.openings, 10), LONGEST_PAUSE)
    if sign is Sign.REFUSAL:
        pause = max(pause, REFUSED_PAUSE)
    return Standing(
        refusals=standing.refusals,
        faults=standing.faults,
        faults_since=standing.faults_since,
        opened_at=standing.opened_at or now,
        open_until=now + pause,
        openings=standing.openings + 1,
    )


def weight(standing: Standing, now: datetime) -> int:
    """How many of a hundred messages may go by this line now."""
    if standing.open_until is None:
        return 100
    since = now - standing.open_until
    return max((percent for start, percent in RETURN if since >= start), default=0)


def share_of(message_id: str) -> int:
    """The message's own place among a hundred (0 to 99), the same for ever: it may go while the weight is above it."""
    return int.from_bytes(sha256(message_id.encode()).digest()[:8]) % 100


def may_go(standing: Standing, share: int, now: datetime) -> bool:
    """Whether a message of that share may go by this line now."""
    return share < weight(standing, now)


def goes_at(standing: Standing, share: int, now: datetime) -> datetime:
    """When a message of that share may go by this line, if nothing fails meanwhile."""
    if standing.open_until is None:
        return now
    start = next(start for start, percent in RETURN if share < percent)
    return max(now, standing.open_until + start)
