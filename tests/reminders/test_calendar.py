"""Hours, days, holidays, wishes, and the days on which the clock changes."""

from __future__ import annotations

import itertools
import warnings
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from config.policy import Policy
from config.rules.contact import load_contact_law
from config.rules.narrowing import narrow
from reminders.calendar import add_working_days, next_open, open_at, place_of
from reminders.reasons import Reason
from reminders.snapshot import Client, Quiet
from reminders.zones import UNKNOWN, countries, zones_of
from tests.reminders.book import STANDARD, a_client, at, with_policy

ANY_DAY = {"days": ["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"]}


def in_zone(zone: str, **fields: object) -> Client:
    return a_client(**({"time_zone": zone, "country": None} | fields))


def hours(start: str, end: str) -> Policy:
    return with_policy(windows=ANY_DAY | {"start": start, "end": end, "holidays": False})


@pytest.mark.parametrize(
    ("moment", "reason"),
    [
        ("2026-03-04 08:59:59", Reason.QUIET_HOURS),
        ("2026-03-04 09:00", None),
        ("2026-03-04 16:59:59", None),
        ("2026-03-04 17:00", Reason.QUIET_HOURS),
        ("2026-03-07 12:00", Reason.QUIET_HOURS),  # Saturday
        ("2026-03-08 12:00", Reason.QUIET_HOURS),  # Sunday
        ("2026-04-03 12:00", Reason.HOLIDAY),  # Good Friday
        ("2026-12-25 12:00", Reason.HOLIDAY),
    ],
)
def test_monday_to_friday_nine_to_five_and_no_public_holiday(moment: str, reason: Reason | None) -> None:
    assert open_at(at(moment), a_client(), STANDARD) is reason


@pytest.mark.parametrize(
    ("moment", "opening"),
    [
        ("2026-03-04 10:00", "2026-03-04 10:00"),
        ("2026-03-04 17:00", "2026-03-05 09:00"),
        ("2026-03-06 17:00", "2026-03-09 09:00"),
        ("2026-04-02 17:00", "2026-04-07 09:00"),  # over Good Friday and Easter Monday
        ("2026-12-24 18:00", "2026-12-28 09:00"),
    ],
)
def test_a_moment_outside_moves_to_the_next_one_inside(moment: str, opening: str) -> None:
    assert next_open(at(moment), a_client(), STANDARD) == at(opening)


def test_holidays_of_a_subdivision_count_with_and_without_its_country() -> None:
    epiphany = at("2026-01-06 12:00")
    assert open_at(epiphany, a_client(), STANDARD) is None
    for name in ("BY", "DE-BY", "de-by"):
        assert open_at(epiphany, a_client(subdivision=name), STANDARD) is Reason.HOLIDAY
    assert open_at(epiphany, a_client(subdivision="nowhere"), STANDARD) is None


def test_without_a_subdivision_a_holiday_that_half_the_country_keeps_is_kept() -> None:
    easter_monday, saint_andrew = at("2026-04-06 11:00"), at("2026-11-30 11:00")
    assert (
        open_at(easter_monday, a_client(country="GB", time_zone="Europe/London"), STANDARD) is Reason.HOLIDAY
    )
    assert open_at(saint_andrew, a_client(country="GB", time_zone="Europe/London"), STANDARD) is None
    assert (
        open_at(easter_monday, a_client(country="GB", subdivision="SCT", time_zone="Europe/London"), STANDARD)
        is None
    )


def test_a_policy_may_work_on_holidays() -> None:
    policy = with_policy(windows={"holidays": False})
    assert open_at(at("2026-04-03 12:00"), a_client(), policy) is None


# --- hours of single days, and the law


TEXAN = {"country": "US", "subdivision": "TX", "time_zone": "America/Chicago"}


def within_the_law(client: Client, windows: dict[str, object]) -> Policy:
    law = load_contact_law().rules_for(client.country, client.subdivision, client.debtor_type)
    return narrow(with_policy(windows=windows), law)


@pytest.mark.parametrize(
    ("moment", "opening"),
    [
        ("2026-03-06 21:00", "2026-03-07 10:00"),  # Saturday's own hours
        ("2026-03-07 14:00", "2026-03-08 12:00"),  # Sunday not before noon, by the law of Texas
        ("2026-03-08 11:59", "2026-03-08 12:00"),
        ("2026-03-08 20:00", "2026-03-09 09:00"),
    ],
)
def test_each_day_has_its_own_hours(moment: str, opening: str) -> None:
    client = a_client(**TEXAN)
    policy = within_the_law(client, ANY_DAY | {"end": "21:00", "by_day": {"saturday": ["10:00", "14:00"]}})
    start, end = at(moment, "America/Chicago"), at(opening, "America/Chicago")
    assert open_at(start, client, policy) is Reason.QUIET_HOURS
    assert next_open(start, client, policy) == end
    assert open_at(end - timedelta(seconds=1), client, policy) is Reason.QUIET_HOURS


def test_where_the_law_leaves_no_hour_nobody_is_contacted() -> None:
    policy = within_the_law(a_client(), {"start": "20:00", "end": "22:00"})
    assert next_open(at("2026-03-04 12:00"), a_client(), policy) is None
    assert open_at(at("2026-03-04 21:00"), a_client(), policy) is Reason.QUIET_HOURS
    assert add_working_days(at("2026-03-04 12:00"), 2, a_client(), policy) == at("2026-03-06 12:00")


def test_every_place_keeps_an_hour_within_the_law() -> None:
    winter = datetime(2026, 1, 15, tzinfo=UTC)
    for country in (None, *countries()):
        client = a_client(time_zone=None, country=country, debtor_type=None)
        policy = within_the_law(client, {})
        for instant in (winter, winter + timedelta(days=180)):
            assert next_open(instant, client, policy) is not None, country


# --- zones


def test_the_zone_is_the_clients_and_not_the_servers() -> None:
    moment = at("2026-03-04 09:30", "Asia/Tokyo")
    assert open_at(moment, a_client(time_zone="Asia/Tokyo", country="JP"), STANDARD) is None
    assert open_at(moment, a_client(), STANDARD) is Reason.QUIET_HOURS


@pytest.mark.parametrize("name", ["Nowhere/City", "../etc/passwd", "America", "EST", ""])
def test_a_zone_that_does_not_exist_is_derived_from_the_country(name: str) -> None:
    assert place_of(a_client(time_zone=name)).zones == (ZoneInfo("Europe/Berlin"),)


def test_a_country_with_several_zones_is_open_where_all_of_them_are() -> None:
    american = a_client(time_zone=None, country="US")
    new_york = "America/New_York"
    assert open_at(at("2026-03-04 13:59", new_york), american, STANDARD) is Reason.QUIET_HOURS
    assert open_at(at("2026-03-04 14:00", new_york), american, STANDARD) is None  # 09:00 in Honolulu
    assert open_at(at("2026-03-04 17:00", new_york), american, STANDARD) is Reason.QUIET_HOURS
    assert next_open(at("2026-03-04 17:00", new_york), american, STANDARD) == at("2026-03-05 14:00", new_york)


def test_a_state_is_more_exact_than_its_country() -> None:
    assert zones_of("US", "US-TX") == ("America/Denver", "America/Chicago")
    assert zones_of("US", "NY") == ("America/New_York",)
    assert zones_of("US", "ZZ") == zones_of("US")


def test_an_unknown_country_has_the_strictest_hours() -> None:
    nowhere = a_client(time_zone=None, country=None)
    assert place_of(nowhere).zones == tuple(map(ZoneInfo, UNKNOWN))
    assert open_at(at("2026-03-04 14:59"), nowhere, STANDARD) is Reason.QUIET_HOURS
    assert open_at(at("2026-03-04 15:00"), nowhere, STANDARD) is None


def test_every_country_has_zones_that_exist_stand_west_first_and_share_an_hour() -> None:
    winter = datetime(2026, 1, 15, tzinfo=UTC)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        for country in countries():
            client = a_client(time_zone=None, country=country)
            zones = place_of(client).zones
            assert len(zones) == len(zones_of(country))
            offsets = [winter.astimezone(zone).utcoffset() for zone in zones]
            assert all(a is not None and b is not None and a <= b for a, b in itertools.pairwise(offsets))
            for instant in (winter, winter + timedelta(days=180)):
                assert next_open(instant, client, STANDARD) is not None, country


# --- clock changes


@pytest.mark.parametrize(
    ("zone", "day", "offset_before", "offset_after"),
    [
        ("Europe/Berlin", date(2026, 3, 29), 1, 2),
        ("Europe/Berlin", date(2026, 10, 25), 2, 1),
        ("America/New_York", date(2026, 3, 8), -5, -4),
        ("America/New_York", date(2026, 11, 1), -4, -5),
        ("Australia/Lord_Howe", date(2026, 4, 5), 11, 10.5),  # half an hour
        ("Australia/Lord_Howe", date(2026, 10, 4), 10.5, 11),
        ("Africa/Casablanca", date(2026, 2, 15), 1, 0),  # for Ramadan
        ("Africa/Casablanca", date(2026, 3, 22), 0, 1),
    ],
)
def test_nine_is_nine_on_the_wall_before_and_after_a_clock_change(
    zone: str, day: date, offset_before: float, offset_after: float
) -> None:
    policy = hours("09:00", "17:00")
    before = next_open(
        datetime.combine(day - timedelta(days=1), time(0), ZoneInfo(zone)), in_zone(zone), policy
    )
    after = next_open(datetime.combine(day, time(0), ZoneInfo(zone)), in_zone(zone), policy)
    assert before is not None
    assert after is not None
    for opening, offset in ((before, offset_before), (after, offset_after)):
        local = opening.astimezone(ZoneInfo(zone))
        assert local.time() == time(9)
        assert local.utcoffset() == timedelta(hours=offset)


def test_a_window_that_begins_in_the_skipped_hour_begins_where_the_clock_goes_on() -> None:
    client, policy = in_zone("Europe/Berlin"), hours("02:30", "06:00")
    midnight = datetime(2026, 3, 29, tzinfo=ZoneInfo("Europe/Berlin"))
    assert next_open(midnight, client, policy) == datetime(2026, 3, 29, 1, tzinfo=UTC)  # 03:00 in summer time


def test_a_window_inside_the_skipped_hour_does_not_open_that_day() -> None:
    client, policy = in_zone("Europe/Berlin"), hours("02:10", "02:50")
    midnight = datetime(2026, 3, 29, tzinfo=ZoneInfo("Europe/Berlin"))
    opening = next_open(midnight, client, policy)
    assert opening == datetime(2026, 3, 30, 0, 10, tzinfo=UTC)


def test_a_window_that_comes_twice_opens_twice() -> None:
    client, policy = in_zone("Europe/Berlin"), hours("02:30", "02:45")
    first = next_open(datetime(2026, 10, 25, 0, 0, tzinfo=UTC), client, policy)
    assert first == datetime(2026, 10, 25, 0, 30, tzinfo=UTC)
    again = next_open(datetime(2026, 10, 25, 0, 45, tzinfo=UTC), client, policy)
    assert again == datetime(2026, 10, 25, 1, 30, tzinfo=UTC)


def test_a_day_that_begins_at_one_begins_at_one() -> None:
    place = place_of(in_zone("Africa/Cairo"))
    start = place.day_start(date(2026, 4, 24))  # clocks go from 00:00 to 01:00
    assert start.astimezone(ZoneInfo("Africa/Cairo")).time() == time(1)
    assert place.today(start) == date(2026, 4, 24)
    assert place.today(start - timedelta(microseconds=1)) == date(2026, 4, 23)


ZONES = [
    "Europe/Berlin", "America/New_York", "Australia/Lord_Howe", "Africa/Casablanca", "Africa/Cairo",
    "America/Santiago", "Pacific/Apia", "Asia/Kathmandu", "America/St_Johns", "UTC",
]  # fmt: skip
instants = st.datetimes(datetime(2025, 1, 1), datetime(2027, 12, 31), timezones=st.just(UTC))  # noqa: DTZ001
clocks = st.none() | st.times().map(lambda t: t.replace(second=0, microsecond=0))
quiets = st.none() | st.builds(Quiet, st.frozensets(st.integers(1, 7), max_size=6), clocks, clocks)


@settings(max_examples=150, deadline=None, derandomize=True)
@given(
    st.sampled_from(ZONES),
    instants,
    quiets,
    st.sampled_from([("00:00", "06:00"), ("02:30", "03:30"), ("09:00", "17:00")]),
)
def test_the_next_opening_is_open_and_nothing_before_it_is(
    zone: str, instant: datetime, quiet: Quiet | None, window: tuple[str, str]
) -> None:
    client, policy = in_zone(zone, quiet=quiet), hours(*window)
    opening = next_open(instant, client, policy)
    if opening is None:
        return
    assert opening >= instant
    assert open_at(opening, client, policy) is None
    probe = max(instant, opening - timedelta(days=3))
    while probe < opening:
        assert open_at(probe, client, policy) is not None
        probe += timedelta(minutes=7, seconds=1)
    if opening > instant:
        assert open_at(opening - timedelta(seconds=1), client, policy) is not None


@settings(max_examples=150, deadline=None, derandomize=True)
@given(st.sampled_from(ZONES), st.dates(date(2025, 1, 1), date(2027, 12, 31)))
def test_a_day_starts_with_its_first_instant(zone: str, day: date) -> None:
    place = place_of(in_zone(zone))
    start = place.day_start(day)
    assert place.today(start) == day
    assert place.today(start - timedelta(seconds=1)) < day


# --- wishes


def test_quiet_hours_of_the_client_hold_besides_the_policys() -> None:
    lunch = a_client(quiet=Quiet(start=time(11), end=time(14)))
    assert open_at(at("2026-03-04 12:00"), lunch, STANDARD) is Reason.QUIET_HOURS
    assert next_open(at("2026-03-04 12:00"), lunch, STANDARD) == at("2026-03-04 14:00")


def test_quiet_hours_over_midnight_belong_to_the_day_on_which_they_begin() -> None:
    client = a_client(quiet=Quiet(days=frozenset({1}), start=time(16), end=time(11)))  # Monday to Tuesday
    assert open_at(at("2026-03-02 15:59"), client, STANDARD) is None
    assert open_at(at("2026-03-02 16:00"), client, STANDARD) is Reason.QUIET_HOURS
    assert next_open(at("2026-03-02 16:00"), client, STANDARD) == at("2026-03-03 11:00")
    assert open_at(at("2026-03-04 10:00"), client, STANDARD) is None


def test_quiet_days_are_whole_days() -> None:
    client = a_client(quiet=Quiet(days=frozenset({1, 2})))
    assert next_open(at("2026-03-02 10:00"), client, STANDARD) == at("2026-03-04 09:00")


def test_wishes_that_leave_no_moment_are_kept_and_the_client_is_never_contacted() -> None:
    client = a_client(quiet=Quiet(start=time(8), end=time(18)))
    assert open_at(at("2026-03-04 12:00"), client, STANDARD) is Reason.QUIET_HOURS
    assert next_open(at("2026-03-04 12:00"), client, STANDARD) is None


def test_an_empty_wish_is_no_wish() -> None:
    assert open_at(at("2026-03-04 12:00"), a_client(quiet=Quiet()), STANDARD) is None


@pytest.mark.parametrize(
    ("reply", "days", "end"),
    [
        ("2026-03-02 15:00", 2, "2026-03-04 15:00"),
        ("2026-03-06 15:00", 2, "2026-03-10 15:00"),  # over the weekend
        ("2026-03-07 15:00", 2, "2026-03-10 15:00"),  # a Saturday's reply counts from Monday
        ("2026-04-02 15:00", 1, "2026-04-07 15:00"),  # over Easter
        ("2026-03-02 15:00", 0, "2026-03-02 15:00"),
    ],
)
def test_working_days_leave_out_weekends_and_holidays(reply: str, days: int, end: str) -> None:
    assert add_working_days(at(reply), days, a_client(), STANDARD) == at(end)


# --- spread over the first part of the hours


def spread(minutes: int, **windows: object) -> Policy:
    return with_policy(windows={"spread_minutes": minutes, **windows})


def moments(policy: Policy, instant: datetime, before: datetime | None = None) -> list[datetime]:
    found = [next_open(instant, replace(a_client(), client_id=f"c-{n}"), policy, before) for n in range(200)]
    return [moment for moment in found if moment is not None]


def test_what_waits_for_the_hours_is_spread_over_their_first_part() -> None:
    night, opening = at("2026-03-04 03:00"), at("2026-03-04 09:00")
    found = moments(spread(60), night)

    assert all(opening <= moment < opening + timedelta(hours=1) for moment in found)
    assert len(set(found)) > 150
    assert found == moments(spread(60), night - timedelta(hours=2))  # each has a moment of their own
    quarters = [sum(moment < opening + timedelta(minutes=m) for moment in found) for m in (15, 30, 45)]
    assert all(abs(count - wanted) < 25 for count, wanted in zip(quarters, (50, 100, 150), strict=True))


def test_what_comes_within_the_hours_is_not_spread() -> None:
    morning = at("2026-03-04 09:00")

    assert set(moments(spread(60), morning)) == {morning}


def test_it_is_never_spread_beyond_the_hours_end() -> None:
    opening = at("2026-03-04 09:00")
    found = moments(spread(480, start="09:00", end="09:10"), at("2026-03-04 03:00"))

    assert all(opening <= moment < opening + timedelta(minutes=10) for moment in found)
    assert len(set(found)) > 50


def test_it_is_never_spread_until_it_is_too_late() -> None:
    opening = at("2026-03-04 09:00")
    found = moments(spread(60), at("2026-03-04 03:00"), before=opening + timedelta(minutes=1))

    assert all(moment < opening + timedelta(minutes=1) for moment in found)


LATE_RISER = Quiet(start=time(9, 30), end=time(14))
EARLY_BIRD = Quiet(start=time(16), end=time(9, 20))


@settings(max_examples=150, deadline=None, derandomize=True)
@given(st.integers(0, 480), instants, st.sampled_from(ZONES), st.sampled_from([None, LATE_RISER, EARLY_BIRD]))
def test_a_moment_of_ones_own_is_one_at_which_one_may_be_contacted(
    minutes: int, start: datetime, zone: str, quiet: Quiet | None
) -> None:
    client = in_zone(zone, quiet=quiet)
    opening, own = next_open(start, client, spread(0)), next_open(start, client, spread(minutes))

    assert opening is not None
    assert own is not None
    assert opening <= own <= opening + timedelta(minutes=minutes)
    assert open_at(own, client, spread(minutes)) is None
    assert place_of(client).today(own) == place_of(client).today(opening)
