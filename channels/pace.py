"""The pace of a sender: how fast a provider passes on what it is given, and so how fast it is given it. Pure.

A provider queues what comes faster than it may send. We would rather keep it: a message that waits with us is still
called off when the client pays. The rule is the generic cell rate algorithm (ITU-T I.371, annex A), with reservation: a
message that has to wait is given a slot of its own, and the next one is told of the slot after it.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

import phonenumbers

from channels.segments import segments
from config.settings import PaceSettings
from reminders.snapshot import Channel

LONG_CODE, TOLL_FREE, NAME, SHORT_CODE = 1.0, 3.0, 10.0, 100.0
"""SMS segments a second, by the kind of sender, as Twilio documents them."""
_BURST = timedelta(seconds=1)
"""So much of the rate may go at once: at 80 a second, 80 in one moment."""


def rate_of(channel: Channel, sender: str, settings: PaceSettings) -> float:
    """How many units a second may go from that sender; 0: as many as come."""
    match channel:
        case Channel.EMAIL:
            return settings.email
        case Channel.SMS:
            return _by_kind(sender) if settings.sms is None else settings.sms
        case Channel.WHATSAPP:
            return settings.whatsapp
        case Channel.VOICE:
            return settings.voice


def units_of(channel: Channel, text: str) -> int:
    """What a message counts: an SMS its segments, anything else one."""
    return max(1, segments(text).count) if channel is Channel.SMS else 1


def _by_kind(sender: str) -> float:
    digits = sender.removeprefix("+")
    if not (digits.isascii() and digits.isdigit()):
        return NAME
    if not sender.startswith("+") and len(digits) <= 6:
        return SHORT_CODE
    try:
        kind = phonenumbers.number_type(phonenumbers.parse(f"+{digits}", None))
    except phonenumbers.NumberParseException:
        return LONG_CODE
    return TOLL_FREE if kind == phonenumbers.PhoneNumberType.TOLL_FREE else LONG_CODE


@dataclass(frozen=True, slots=True)
class Turn:
    """A message's place in the line of its sender."""

    slot: datetime
    """When it may go."""
    free_at: datetime
    """When all who have a place will have gone."""


def turn(
    free_at: datetime, now: datetime, units: int, per_second: float, closed_until: datetime | None = None
) -> Turn:
    """The next place of a sender's line. While the provider wants nothing (`closed_until`), no slot begins.

    At a rate of 0 there is no line: the slot is now, or when the provider wants something again.
    """
    earliest = max(now, closed_until or now)
    if per_second == 0:
        return Turn(earliest, free_at)
    start = max(free_at, earliest)
    tolerance = max(timedelta(0), _BURST - timedelta(seconds=1 / per_second))
    return Turn(max(earliest, start - tolerance), start + timedelta(seconds=units / per_second))
