"""When a client may be contacted: their zone, their working days and holidays, the policy's hours, their own wishes.

Every question is asked of wall clocks in the client's zone, so days on which the clock changes need no special case:
an hour that does not exist is no hour for a message, and one that comes twice counts both times. Where a place has
several zones (`reminders.zones`), a moment must be good in all of them, and days begin when the west-most has them:
nobody is called late before it is late everywhere they may be.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import cache, lru_cache
from hashlib import sha256
from zoneinfo import ZoneInfo

import holidays

from config.policy import Policy, Windows
from reminders.reasons import Reason
from reminders.snapshot import Client, Quiet
from reminders.zones import zones_of

HORIZON_DAYS = 60
"""How far ahead an opening is looked for. Longer than any run of holidays; who has no good moment in two months has
asked for none, and is not contacted."""

_DAY = timedelta(days=1)
_MIDNIGHT = time(0)


@dataclass(frozen=True, slots=True, eq=False)
class Place:
    """Where a client is, as far as clocks and calendars go. The first zone is the west-most."""

    zones: tuple[ZoneInfo, ...]
    country: str | None
    subdivision: str | None

    def today(self, instant: datetime) -> date:
        """The client's calendar date."""
        return instant.astimezone(self.zones[0]).date()

    def day_start(self, day: date) -> datetime:
        """The instant (UTC) at which that date begins for the client; where clocks skip midnight, the skip's end."""
        return _instants(self.zones[0], day, _MIDNIGHT)[0]

    def holiday(self, day: date) -> bool:
        """Whether it is a public holiday of the country or the subdivision. Unknown country: weekends only."""
        return self.country is not None and day in _holidays(self.country, self.subdivision, day.year)

    def working_day(self, day: date, windows: Windows) -> bool:
        """Whether messages may go on that date at all."""
        return day.isoweekday() in windows.iso_days and not (windows.holidays and self.holiday(day))

    def add_working_days(self, day: date, days: int, windows: Windows) -> date:
        """That many working days after a date, or before it where `days` is negative; none: the date itself.

        Where no day is left to contact the client on, every day counts.
        """
        step, ahead = (_DAY, days) if days > 0 else (-_DAY, -days)
        while ahead > 0:
            day += step
            ahead -= not windows.iso_days or self.working_day(day, windows)
        return day


def place_of(client: Client) -> Place:
    """Where the client is: the profile's zone, else what country and subdivision say."""
    return _place(client.time_zone, client.country, client.subdivision)


def open_at(instant: datetime, client: Client, policy: Policy) -> Reason | None:
    """None when the client may be contacted at that instant; else why not (`holiday` or `quiet_hours`)."""
    quiet = _wishes(client.quiet)
    windows = policy.windows
    place = place_of(client)
    return _closed(instant, place, windows, quiet)


def next_open(
    instant: datetime, client: Client, policy: Policy, before: datetime | None = None
) -> datetime | None:
    """The first instant (UTC) from `instant` on at which the client may be contacted.

    Where the policy spreads what waits for an opening (`spread_minutes`), it is the client's own moment after it; the
    opening itself, if that moment would not come `before` it is too late.

    None when there is none within `HORIZON_DAYS`: the client's own wishes leave no moment inside the policy's
    windows (or a place with several zones has no common one). Such a client is never contacted; wishes are kept.
    """
    quiet = _wishes(client.quiet)
    place = place_of(client)
    instant = instant.astimezone(UTC)
    opening = _opening(instant, place, policy, quiet)
    if opening is None or opening == instant or not policy.windows.spread_minutes:
        return opening
    own = opening + _own_delay(client, policy.windows)
    while own > opening and _closed(own, place, policy.windows, quiet) is not None:
        own = opening + (own - opening) // 2  # the hours are shorter than that
    return own if before is None or own < before else opening


@lru_cache(maxsize=16384)
def _opening(instant: datetime, place: Place, policy: Policy, quiet: Quiet | None) -> datetime | None:
    """The first instant from `instant` on that is open. It is the same for a whole batch of clients: their days begin
    together (0.3 us to find again, 6 to work out).
    """
    windows = policy.windows
    if _closed(instant, place, windows, quiet) is None:
        return instant
    # A closed moment can open only where a day's hours begin, or a wish ends: look at those alone.
    edges = {hours[0] for hours in windows.week if hours is not None}
    if quiet is not None:
        edges |= {_MIDNIGHT, quiet.end or _MIDNIGHT}
    first = place.today(instant)
    for ahead in range(HORIZON_DAYS):
        day = first + ahead * _DAY
        if len(place.zones) == 1 and not place.working_day(day, windows):
            continue
        moments = sorted({at for zone in place.zones for edge in edges for at in _instants(zone, day, edge)})
        for moment in moments:
            if moment > instant and _closed(moment, place, windows, quiet) is None:
                return moment
    return None


def _own_delay(client: Client, windows: Windows) -> timedelta:
    """How long after an opening it is this client's turn: whole seconds, the same each time."""
    drawn = int.from_bytes(sha256(client.client_id.encode()).digest()[:8])
    return timedelta(seconds=drawn % (60 * windows.spread_minutes))


def add_working_days(instant: datetime, days: int, client: Client, policy: Policy) -> datetime:
    """That many working days later, at the same wall time; a start on a free day counts from the next working one.

    Where no day is left to contact the client on, every day counts: nothing waits for the answer anyway.
    """
    place = place_of(client)
    windows = policy.windows
    local = instant.astimezone(place.zones[0])
    day = local.date()
    while days > 0:
        day += _DAY
        if not windows.iso_days or place.working_day(day, windows):
            days -= 1
    return _instants(place.zones[0], day, local.time())[0]


def _closed(instant: datetime, place: Place, windows: Windows, quiet: Quiet | None) -> Reason | None:
    for zone in place.zones:
        local = instant.astimezone(zone)
        day, clock = local.date(), local.time()
        hours = windows.hours_on(day.isoweekday())
        if hours is None:
            return Reason.QUIET_HOURS
        if windows.holidays and place.holiday(day):
            return Reason.HOLIDAY
        if not hours[0] <= clock < hours[1]:
            return Reason.QUIET_HOURS
        if quiet is not None and _is_quiet(quiet, day, clock):
            return Reason.QUIET_HOURS
    return None


def _wishes(quiet: Quiet | None) -> Quiet | None:
    """An empty wish is no wish: `quiet: {}` in a profile must not silence a client for ever."""
    if quiet is None or (not quiet.days and quiet.start is None and quiet.end is None):
        return None
    return quiet


def _is_quiet(quiet: Quiet, day: date, clock: time) -> bool:
    days = quiet.days
    today = not days or day.isoweekday() in days
    start = quiet.start or _MIDNIGHT
    if quiet.end is None or quiet.end == _MIDNIGHT:
        return today and clock >= start
    if start < quiet.end:
        return today and start <= clock < quiet.end
    # Over midnight: the night belongs to the day on which it begins.
    yesterday = not days or (day - _DAY).isoweekday() in days
    return (today and clock >= start) or (yesterday and clock < quiet.end)


@lru_cache(maxsize=4096)
def _place(time_zone: str | None, country: str | None, subdivision: str | None) -> Place:
    country = country.upper() if country else None
    subdivision = subdivision.upper() if subdivision else None
    named = _zone(time_zone) if time_zone else None
    zones = (
        (named,) if named else tuple(z for z in map(_zone, zones_of(country, subdivision)) if z is not None)
    )
    if country is not None:
        subdivision = _known_subdivision(country, subdivision)
    return Place(zones or (ZoneInfo("UTC"),), country, subdivision)


@cache
def _zone(name: str) -> ZoneInfo | None:
    # Only names like Europe/Berlin: `EST` has no summer time, and `localtime` is wherever this machine stands.
    if "/" not in name and name != "UTC":
        return None
    try:
        return ZoneInfo(name)
    except (KeyError, ValueError, OSError):
        return None


@cache
def _supported() -> dict[str, list[str]]:
    return holidays.list_supported_countries(include_aliases=True)


def _known_subdivision(country: str, subdivision: str | None) -> str | None:
    code = subdivision.removeprefix(f"{country}-") if subdivision else None
    return code if code is not None and code in _supported().get(country, ()) else None


@lru_cache(maxsize=4096)
def _holidays(country: str, subdivision: str | None, year: int) -> frozenset[date]:
    if country not in _supported():
        return frozenset()
    national = frozenset(holidays.country_holidays(country, subdiv=subdivision, years=year, expand=False))
    parts = _supported()[country]
    if subdivision is not None or not parts:
        return national
    # Where in the country they are is not known: a day that at least half of its parts keep is kept as well. All parts
    # would leave few days in a federation; none would write to most of Great Britain on Easter Monday.
    kept = Counter(day for part in parts for day in _holidays(country, part, year))
    return national | {day for day, count in kept.items() if 2 * count >= len(parts)}


@lru_cache(maxsize=32768)
def _instants(zone: ZoneInfo, day: date, clock: time) -> tuple[datetime, ...]:
    """The instants (UTC) at which a wall clock shows that time: one; two where the clock is put back; and where it is
    put forward over that time, the instant of the change.
    """
    earlier = datetime.combine(day, clock, tzinfo=zone).replace(fold=0)
    later = earlier.replace(fold=1)
    first, second = earlier.astimezone(UTC), later.astimezone(UTC)
    if first == second:
        return (first,)
    if first < second:
        return first, second
    # fold=0 reads a skipped time with the offset before the change, so it lies after it; fold=1 lies before it.
    low, high = second, first
    before = low.astimezone(zone).utcoffset()
    while high - low > timedelta(seconds=1):
        middle = low + ((high - low) // 2)
        middle = middle.replace(microsecond=0)
        if middle <= low:
            break
        if middle.astimezone(zone).utcoffset() == before:
            low = middle
        else:
            high = middle
    return (high.replace(microsecond=0),)
