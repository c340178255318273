"""When a client may be contacted, and how often."""

from __future__ import annotations

from datetime import time
from functools import cached_property
from typing import Annotated, Literal, NamedTuple, Self

from pydantic import Field, model_validator

from config.policy.part import Part, Several

Weekday = Literal["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"]
ChannelName = Literal["email", "sms", "voice", "whatsapp"]
WEEKDAYS: tuple[Weekday, ...] = (
    "monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday",
)  # fmt: skip

Hours = tuple[time, time]
"""From the first time, and before the second."""


class Windows(Part):
    """When messages may go, in the client's zone. A public holiday of the client's country is no day for them."""

    days: tuple[Weekday, ...] = ("monday", "tuesday", "wednesday", "thursday", "friday")
    start: time = time(9)
    end: time = time(17)
    holidays: bool = True
    """Keep public holidays free."""
    by_day: dict[Weekday, Hours] = Field(default_factory=dict)
    """Hours of single days that differ from `start` and `end`; the law of a place may narrow them."""

    @model_validator(mode="after")
    def _some_time(self) -> Self:
        if not self.days:
            raise ValueError("days must name at least one weekday")
        for start, end in ((self.start, self.end), *self.by_day.values()):
            if start >= end:
                raise ValueError("start must be before end")
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

    gap_days: Annotated[int, Field(ge=0, le=60)] = 4
    """Days between two automatic messages (exempt steps aside)."""
    contacts: Annotated[int, Field(ge=1, le=100)] = 7
    """At most that many contacts, of any step, in `per_days` days."""
    per_days: Annotated[int, Field(ge=1, le=60)] = 7


class Limit(Part):
    """At most `contacts` on these channels together in `per_hours` hours, whatever else."""

    channels: Several[ChannelName]
    contacts: Annotated[int, Field(ge=1, le=100)]
    per_hours: Annotated[int, Field(ge=1, le=24 * 60)]


class Silence(NamedTuple):
    """After a conversation with the client, no automatic contact on that channel for so many days."""

    channel: ChannelName
    days: int
