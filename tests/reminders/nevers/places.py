"""Where clients live in these lives: their clocks, their free days, and the hours that the law leaves.

Written down by hand, so that no table of the product is asked.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import cache
from zoneinfo import ZoneInfo

import holidays

from reminders.snapshot import Client, DebtorType

DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Where:
    """A place as a profile names it, and the zones in which such a client may live, the west-most first."""

    country: str | None
    subdivision: str | None
    time_zone: str | None
    zones: tuple[str, ...]


PLACES = (
    Where("DE", "BY", "Europe/Berlin", ("Europe/Berlin",)),
    Where("DE", None, None, ("Europe/Berlin",)),
    Where("GB", "ENG", "Europe/London", ("Europe/London",)),
    Where("US", "NY", "America/New_York", ("America/New_York",)),
    Where("US", "TX", "America/Chicago", ("America/Chicago",)),
    Where("US", "AL", None, ("America/Chicago",)),
    Where("US", "MA", "America/New_York", ("America/New_York",)),
    Where("US", None, None, ("Pacific/Honolulu", "America/New_York")),
    Where("ES", None, "Europe/Madrid", ("Europe/Madrid",)),
    Where("MA", None, "Africa/Casablanca", ("Africa/Casablanca",)),
    Where("JP", None, "Asia/Tokyo", ("Asia/Tokyo",)),
    Where("AU", "NSW", None, ("Australia/Sydney",)),
    Where("AU", "NSW", "Australia/Lord_Howe", ("Australia/Lord_Howe",)),
    Where("CL", None, "America/Santiago", ("America/Santiago",)),
    Where(None, None, None, ("America/New_York", "Europe/Berlin")),
    Where(None, None, "Asia/Kathmandu", ("Asia/Kathmandu",)),
)
"""With clock changes on different Sundays and in both halves of the earth, by half an hour on Lord Howe, at midnight in
Santiago, over Ramadan in Morocco; and with places that leave the zone open."""

_ZONES = {(p.country, p.subdivision, p.time_zone): tuple(map(ZoneInfo, p.zones)) for p in PLACES}


def zones_of(client: Client) -> tuple[ZoneInfo, ...]:
    """The zones in which the client may live."""
    return _ZONES[client.country, client.subdivision, client.time_zone]


def day_of(client: Client, at: datetime) -> date:
    """The client's date: the west-most, where there are several."""
    return at.astimezone(zones_of(client)[0]).date()


def midnight(client: Client, day: date) -> datetime:
    """The first instant of that date for the client."""
    zone = zones_of(client)[0]
    at = datetime.combine(day, time(0), tzinfo=zone).astimezone(UTC) - timedelta(hours=2)
    while at.astimezone(zone).date() < day:
        at += timedelta(minutes=15)
    return at


@cache
def _free_days(country: str, subdivision: str | None) -> holidays.HolidayBase:
    return holidays.country_holidays(country, subdiv=subdivision)


def is_holiday(client: Client, day: date) -> bool:
    """Whether it is a public holiday of the client's country or part of it."""
    return client.country is not None and day in _free_days(client.country, client.subdivision)


def legal_hours(client: Client, weekday: int) -> tuple[time, time] | None:
    """The hours of an ISO weekday within which the law packs let such a client be contacted; None: not at all."""
    start, end = time(8), time(20)
    country, subdivision = client.country, client.subdivision
    consumer = client.debtor_type in (None, DebtorType.CONSUMER)
    if country is None or (country == "US" and subdivision is None):
        # Anything might apply: Kentucky's mornings, Rhode Island's evenings, Alabama's Sundays; Spain's weekends.
        weekend = None if weekday == 7 or (country is None and consumer) else (time(10), time(17))
        return (time(10), time(18)) if weekday <= 5 else weekend
    if (country, subdivision) == ("US", "TX"):
        start = time(12) if weekday == 7 else time(9)
    elif (country, subdivision) == ("US", "AL") and weekday == 7:
        return None
    elif country == "ES" and consumer:
        if weekday > 5:
            return None
        start = time(9)
    return start, end


def is_quiet(client: Client, at: datetime) -> bool:
    """Whether the client wants no message at that instant, in any of the zones in which they may live."""
    quiet = client.quiet
    if quiet is None or (not quiet.days and quiet.start is None and quiet.end is None):
        return False
    begin, end = quiet.start or time(0), quiet.end or time(0)
    for zone in zones_of(client):
        local = at.astimezone(zone)
        # A quiet time that begins today, and one that began yesterday and goes on past midnight.
        for began in (local.date(), local.date() - DAY):
            if quiet.days and began.isoweekday() not in quiet.days:
                continue
            over = began if begin < end else began + DAY
            clock = local.replace(tzinfo=None)
            if datetime.combine(began, begin) <= clock < datetime.combine(over, end):
                return True
    return False
