"""When a client may be contacted, and how often."""

from __future__ import annotations

import re
from datetime import time
from functools import cached_property
from typing import Annotated, Any, Literal, NamedTuple, Self

from pydantic import BeforeValidator, Field, WithJsonSchema, model_validator

from config.policy.part import Flag, Misplaced, Part, Several, Whole

Weekday = Literal["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"]
ChannelName = Literal["email", "sms", "voice", "whatsapp"]
WEEKDAYS: tuple[Weekday, ...] = (
    "monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday",
)  # fmt: skip


def _time_of_day(value: Any) -> Any:
    if isinstance(value, time):
        return value
    found = re.fullmatch(r"([01]?[0-9]|2[0-3]):([0-5][0-9])(:[0-5][0-9](\.[0-9]{1,6})?)?", str(value))
    if found is None:  # a number among them: to pydantic, 9 is nine seconds after midnight
        raise ValueError(f'{value} is no time of day; write it in quotes, like "09:00"')
    return time.fromisoformat(f"{value:0>5}" if found[3] is None else str(value))


Clock = Annotated[
    time,
    BeforeValidator(_time_of_day),
    WithJsonSchema({"type": "string", "pattern": "^([01]?[0-9]|2[0-3]):[0-5][0-9]", "examples": ["09:00"]}),
]
"""A time of day on the client's wall clock, in quotes: YAML would read 9:00 as a number."""

Hours = tuple[Clock, Clock]
"""From the first time, and before the second."""


class Windows(Part):
    """When messages may go, in the client's zone. A public holiday of the client's country is no day for them."""

    days: tuple[Weekday, ...] = ("monday", "tuesday", "wednesday", "thursday", "friday")
    """Weekdays on which messages may go."""
    start: Clock = time(9)
    """From this time on, in the client's zone. In quotes: `"09:00"`."""
    end: Clock = time(17)
    """Until before this time. In quotes."""
    holidays: Flag = True
    """Keep the public holidays of the client's country and subdivision free."""
    by_day: dict[Weekday, Hours] = Field(default_factory=dict)
    """Hours of single days that differ from `start` and `end`; the law of a place may narrow them."""
    spread_minutes: Annotated[Whole, Field(ge=0, le=480)] = 0
    """What waits for the hours to begin goes within so many minutes of their beginning, each client at a moment of
    their own, always the same; 0: all at once. Some minutes are easier on mailboxes, phones and whoever answers."""

    @model_validator(mode="after")
    def _some_time(self) -> Self:
        if not self.days:
            raise Misplaced("name at least one weekday", "days")
        if self.start >= self.end:
            raise Misplaced(f"start, {self.start:%H:%M}, must be before end, {self.end:%H:%M}", "start")
        for day, (start, end) in self.by_day.items():
            if start >= end:
                raise Misplaced("the first time must be before the second", "by_day", day)
        return self

    @cached_property
    def week(self) -> tuple[Hours | None, ...]:
        """The hours of each weekday, Monday first; None for a day without any."""
        usual = (self.start, self.end)
        return tuple(self.by_day.get(day, usual) if day in self.days else None for day in WEEKDAYS)

    def hours_on(self, iso_weekday: int) -> Hours | None:
        """The hours of an ISO weekday (Monday 1); None on a day without any."""
        return self.week[iso_weekday - 1]

    @cached_property
    def iso_days(self) -> frozenset[int]:
        """The days as ISO weekday numbers (Monday 1)."""
        return frozenset(number for number, hours in enumerate(self.week, 1) if hours is not None)


class Caps(Part):
    """How often a client may be contacted, over all channels together."""

    gap_days: Annotated[Whole, Field(ge=0, le=60)] = 4
    """Days between two automatic messages (exempt steps aside)."""
    contacts: Annotated[Whole, Field(ge=1, le=100)] = 7
    """At most that many contacts, of any step, in `per_days` days."""
    per_days: Annotated[Whole, Field(ge=1, le=60)] = 7
    """See `contacts`: any span of that many days."""


class Limit(Part):
    """At most `contacts` on these channels together in `per_hours` hours, whatever else."""

    channels: Several[ChannelName]
    """The channels that are counted together."""
    contacts: Annotated[Whole, Field(ge=1, le=100)]
    """At most that many contacts ..."""
    per_hours: Annotated[Whole, Field(ge=1, le=24 * 60)]
    """... in any span of that many hours."""


class Silence(NamedTuple):
    """After a conversation with the client, no automatic contact on that channel for so many days."""

    channel: ChannelName
    days: int
