"""Where the book's clients are, written down by hand: clocks, and the public holidays of that spring."""

from __future__ import annotations

from datetime import date
from zoneinfo import ZoneInfo

ZONES = {
    "GB": "Europe/London", "IE": "Europe/Dublin", "DE": "Europe/Berlin", "FR": "Europe/Paris", "ES": "Europe/Madrid",
    "IT": "Europe/Rome", "NL": "Europe/Amsterdam", "CH": "Europe/Zurich", "JP": "Asia/Tokyo",
    "AU-VIC": "Australia/Melbourne", "CA-ON": "America/Toronto", "US-NY": "America/New_York",
    "US-CA": "America/Los_Angeles", "US-AZ": "America/Phoenix", "US-IL": "America/Chicago",
    "US-TX": "America/Denver America/Chicago",
}  # fmt: skip
HOLIDAYS = {
    "GB": "04-03 04-06", "IE": "02-02 03-17 04-06", "DE": "04-03 04-06", "DE-BY": "01-06", "FR": "04-06",
    "ES": "01-06 04-03", "IT": "01-06 04-06", "NL": "04-06", "CH": "04-03 04-06",
    "JP": "01-12 02-11 02-23 03-20", "AU": "01-26 04-03 04-06", "AU-VIC": "03-09", "CA": "04-03", "CA-ON": "02-16",
    "US": "01-19 02-16",
}  # fmt: skip


def zones(country: str, subdivision: str | None) -> list[ZoneInfo]:
    """All zones that the place has, the west-most first."""
    return [ZoneInfo(name) for name in (ZONES.get(f"{country}-{subdivision}") or ZONES[country]).split()]


def holiday(day: date, country: str, subdivision: str | None) -> bool:
    """Whether the place keeps that day."""
    days = f"{HOLIDAYS.get(country, '')} {HOLIDAYS.get(f'{country}-{subdivision}', '')} 01-01"
    return day.strftime("%m-%d") in days.split()
