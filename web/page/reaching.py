"""Answers about our messages: how the client wants to be reached, and that they want no more of them."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta

from babel.dates import format_date

from ledger.replies import hold_stop, unsubscribe
from ledger.unit import Unit
from ledger.wishes import Wishes, wish
from reminders.snapshot import Channel, Quiet
from web.page.answers import Answer, Done, Group
from web.page.fields import Field, Kind, Option, Values
from web.page.guest import Guest
from web.page.masked import masked
from web.page.words import Words

_MONDAY = date(2024, 1, 1)


def where(channel: Channel, words: Words) -> str:
    """What a message's link stops, in words that name no address."""
    return words.text("where_email" if channel is Channel.EMAIL else "where_phone")


def _channels(guest: Guest) -> tuple[Option, ...]:
    """The channels that reach somebody at the client, each with the address it would use, masked."""
    contacts = sorted(
        guest.snapshot.client.contacts, key=lambda contact: contact.contact_id != guest.visit.contact_id
    )
    found: list[Option] = []
    for name in guest.policy.channels:
        channel = Channel(name)
        address = next((given for contact in contacts if (given := contact.address(channel))), None)
        if address:
            label = guest.words.text(f"channel_{channel.value}")
            shown = guest.words.text("channel_to", channel=label, address=masked(address))
            found.append(Option(channel.value, shown))
    return tuple(found)


def _reach_fields(guest: Guest) -> tuple[Field, ...]:
    text, client, words = guest.words.text, guest.snapshot.client, guest.words
    channels = (Option("any", text("channel_any")), *_channels(guest))
    known = {option.value for option in channels}
    preferred = [channel.value for channel in guest.wishes.channels if channel.value in known]
    quiet = client.quiet
    days = tuple(
        Option(str(number), format_date(_MONDAY + timedelta(days=number - 1), "EEEE", words.formats.locale))
        for number in range(1, 8)
    )
    spoken = tuple(Option(code, name) for code, name in words.languages.items())
    own = (guest.wishes.language or "").partition("-")[0].lower()
    return (
        Field(
            "channel",
            Kind.ONE,
            text("field_channel"),
            channels,
            initial=tuple(preferred[:1]) or ("any",),
        ),
        Field(
            "channel_next",
            Kind.ONE,
            text("field_channel_next"),
            channels,
            initial=tuple(preferred[1:2]) or ("any",),
        ),
        Field(
            "quiet_days",
            Kind.SOME,
            text("field_quiet_days"),
            days,
            required=False,
            hint=text("field_quiet_days_hint"),
            initial=tuple(str(day) for day in sorted(quiet.days)) if quiet else (),
        ),
        Field(
            "quiet_start",
            Kind.TIME,
            text("field_quiet_start"),
            required=False,
            initial=(quiet.start.isoformat("minutes"),) if quiet and quiet.start else (),
        ),
        Field(
            "quiet_end",
            Kind.TIME,
            text("field_quiet_end"),
            required=False,
            initial=(quiet.end.isoformat("minutes"),) if quiet and quiet.end else (),
        ),
        Field(
            "language",
            Kind.ONE,
            text("field_language"),
            (Option("any", text("language_any")), *spoken),
            initial=(own if own in words.languages else "any",),
        ),
    )


def _reach_amiss(guest: Guest, values: Values) -> Mapping[str, str]:
    text, amiss = guest.words.text, {}
    if values["channel"] == values["channel_next"] != "any":
        amiss["channel_next"] = text("error_same")
    start, end = values["quiet_start"], values["quiet_end"]
    if (start is None) != (end is None) or (start is not None and start == end):
        amiss["quiet_end" if end is None or start is not None else "quiet_start"] = text("error_times")
    return amiss


def _reach(guest: Guest, unit: Unit, key: str, values: Values) -> Done:
    chosen = [values[name] for name in ("channel", "channel_next")]
    days: frozenset[str] = values["quiet_days"]
    start, end = values["quiet_start"], values["quiet_end"]
    wishes = Wishes(
        tuple(Channel(name) for name in chosen if name != "any"),
        Quiet(frozenset(map(int, days)), start, end) if days or start else None,
        None if values["language"] == "any" else _tag(guest, values["language"]),
    )
    return Done("reach_done", wish(unit, guest.visit, key, wishes))


def _tag(guest: Guest, language: str) -> str:
    """The language that was chosen; with the region that the client's own has, where it is the same one."""
    own = guest.snapshot.client.language or ""
    return own if own.partition("-")[0].lower() == language else language


def _stop_lead(guest: Guest) -> str:
    return guest.words.text("stop_lead", where=where(guest.visit.channel, guest.words))


def _stop(guest: Guest, unit: Unit, _key: str, _values: Values) -> Done:
    return Done("stop_done", unsubscribe(unit, guest.visit.message_id))


REACHING: tuple[Answer, ...] = (
    Answer("reach", Group.REACH, _reach_fields, _reach, amiss=_reach_amiss),
    Answer(
        "stop",
        Group.REACH,
        lambda _guest: (),
        _stop,
        listed=lambda guest: not guest.stopped(guest.visit.channel),
        lead=_stop_lead,
        hold=hold_stop,
    ),
)
