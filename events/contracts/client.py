"""Events about a client: their profile, hardship, and pauses of all reminders to them."""

from __future__ import annotations

import re
from datetime import date, time
from typing import Annotated, ClassVar, Literal

import msgspec
from msgspec.structs import force_setattr

from events.contracts.kinds import (
    Channel,
    FieldError,
    Id,
    Instant,
    Part,
    Payload,
    Text,
    check_distinct,
    end_day,
    utc,
)

Country = Annotated[str, msgspec.Meta(pattern="^[A-Z]{2}$", description="ISO 3166-1, two capital letters")]
DebtorType = Annotated[
    str,
    msgspec.Meta(
        max_length=255,
        description="company, sole_trader, consumer or public_body; any other word counts as unknown",
    ),
]
WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
Weekday = Literal[
    1, 2, 3, 4, 5, 6, 7, "monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"
]
"""By name, or as an ISO number (Monday 1)."""

_CLOCK = re.compile(r"([01][0-9]|2[0-3]):([0-5][0-9])(?::[0-5][0-9])?|24:00")


class Contact(Part, frozen=True, kw_only=True):
    """A person at the client. `phone` should be E.164.

    An address that can't be used does not park a whole profile: it is kept as it came, and never chosen.
    """

    contact_id: Id
    name: Text | None = None
    role: Text | None = None
    email: Text | None = None
    phone: Text | None = None


class Quiet(Part, frozen=True, kw_only=True):
    """When the client wants no messages, in their own zone: `{"days": [...], "from": "12:00", "to": "14:00"}`.

    Without days, every day; without times, the whole day. `to` before `from` spans midnight.
    """

    days: tuple[Weekday, ...] = ()
    from_: str | None = msgspec.field(name="from", default=None)
    to: str | None = None

    def __post_init__(self) -> None:
        if (self.from_ is None) != (self.to is None):
            raise FieldError(
                "to" if self.to is None else "from", "needed: a quiet time has a beginning and an end"
            )
        for name, clock in (("from", self.from_), ("to", self.to)):
            if clock is not None and not _CLOCK.fullmatch(clock):
                raise FieldError(name, f"{clock[:40]!r} is not a time of day, like 09:30")

    @property
    def iso_days(self) -> frozenset[int]:
        """The days as ISO weekday numbers (Monday 1); empty for every day."""
        return frozenset(day if isinstance(day, int) else WEEKDAYS.index(day) + 1 for day in self.days)

    @property
    def start(self) -> time | None:
        """Beginning of the quiet time."""
        return None if self.from_ is None else _clock(self.from_)

    @property
    def end(self) -> time | None:
        """End of the quiet time; midnight may be written 24:00."""
        return None if self.to is None else _clock(self.to)


class Preferences(Part, frozen=True, kw_only=True):
    """How the client wants to be spoken to. `channels` are in order of preference.

    `purposes` are the kinds of message that the client wants beyond what has to be said: `introductions`, `heads_up`,
    `discounts`, `statements`, `thanks`. Without any that is known, all of them. `reminders` of what falls due or is
    overdue are never switched off, listed or not; other words are ignored.
    """

    channels: tuple[Channel, ...] = ()
    purposes: tuple[Text, ...] = ()
    quiet: Quiet | None = None


class Consent(Part, frozen=True, kw_only=True):
    """What the client said about a channel, when, and where it is on record."""

    channel: Channel
    granted: bool
    at: Instant | None = None
    source: Text | None = None

    def __post_init__(self) -> None:
        if self.at is not None:
            force_setattr(self, "at", utc("at", self.at))


class AccountManager(Part, frozen=True, kw_only=True):
    """Whom of ours the client knows."""

    name: Text | None = None
    email: Text | None = None
    phone: Text | None = None


class ClientUpdated(Payload, frozen=True, kw_only=True):
    """The whole profile of a client; the newer event `time` wins.

    `debtor_type` is `company`, `sole_trader`, `consumer` or `public_body`; any other word counts as unknown, with the
    strictest rules. `country` is ISO 3166, `time_zone` IANA (else derived from the country), `language` BCP 47.
    """

    event_type: ClassVar[str] = "client.updated"
    client_id: Id
    name: Text
    debtor_type: DebtorType
    country: Country
    subdivision: Text | None = None
    time_zone: Text | None = None
    language: Text | None = None
    segment: Text | None = None
    contacts: tuple[Contact, ...] = ()
    preferences: Preferences | None = None
    consents: tuple[Consent, ...] = ()
    account_manager: AccountManager | None = None

    def __post_init__(self) -> None:
        if len(self.contacts) > 1:
            check_distinct("contacts", [contact.contact_id for contact in self.contacts], "contact_id")


class HardshipDeclared(Payload, frozen=True, kw_only=True):
    """The client is in difficulty, or has a legal breathing space: no demands through `until_on` (inclusive)."""

    event_type: ClassVar[str] = "client.hardship_declared"
    client_id: Id
    until_on: date | None = None
    note: Text | None = None
    kind: Literal["hardship", "breathing_space"] = "hardship"

    def __post_init__(self) -> None:
        end_day(self, self.until_on)


class HardshipEnded(Payload, frozen=True, kw_only=True):
    """It is over; without `kind`, both kinds are."""

    event_type: ClassVar[str] = "client.hardship_ended"
    client_id: Id
    until_on: date | None = None
    note: Text | None = None
    kind: Literal["hardship", "breathing_space"] | None = None

    def __post_init__(self) -> None:
        end_day(self, self.until_on)


class ClientPaused(Payload, frozen=True, kw_only=True):
    """No automatic message to this client through `until_on` (inclusive; None: until resumed)."""

    event_type: ClassVar[str] = "client.paused"
    client_id: Id
    until_on: date | None = None
    reason: Text | None = None

    def __post_init__(self) -> None:
        end_day(self, self.until_on)


class ClientResumed(Payload, frozen=True, kw_only=True):
    """The pause is over."""

    event_type: ClassVar[str] = "client.resumed"
    client_id: Id
    until_on: date | None = None
    reason: Text | None = None

    def __post_init__(self) -> None:
        end_day(self, self.until_on)


def _clock(text: str) -> time:
    return time() if text == "24:00" else time.fromisoformat(text)
