"""One provision: what one source says about contacting debtors, for whom, where, and since when.

A pack is a YAML file of provisions: `default.yaml` holds what is kept everywhere, the others are a country's each. A
provision states only what its source speaks of; what follows from many of them is worked out in `resolve`.
"""

from __future__ import annotations

from datetime import time
from enum import StrEnum
from typing import Annotated, Any, Literal, Self

from pydantic import BeforeValidator, Field, field_validator, model_validator

from config.policy.document import ConsentNeed
from config.policy.part import Several
from config.policy.windows import WEEKDAYS, ChannelName, Hours, Limit
from config.rules.contact.rules import Letter, Week, WhatsAppSteps
from config.rules.dated import Dated, Strict

DebtorTypeName = Literal["company", "sole_trader", "consumer", "public_body"]
Text = Annotated[str, Field(min_length=1)]
Replaceable = Literal[
    "hours",
    "limits",
    "after_conversation_days",
    "consent",
    "opt_out_line",
    "whatsapp",
    "waiting_days",
    "letter",
    "checklist",
]


class Nature(StrEnum):
    """How binding a provision is for a creditor who reminds in its own name."""

    LAW = "law"
    """It binds such reminders: a statute, a regulation, or a provider's terms."""
    CAUTION = "caution"
    """It binds others (collectors, telephone sales), or is good practice; it is kept because it costs little."""


def _week(value: Any) -> Any:
    """Hours as people write them: `monday-friday: "09:00-18:00"`, `sunday: no`. Every weekday exactly once."""
    if not isinstance(value, dict):
        # Only a ValueError becomes an error with its place.
        raise ValueError('hours are a mapping of days: `monday-friday: "08:00-20:00"`, `sunday: no`')  # noqa: TRY004
    week: dict[str, Hours | None] = {}
    for days, hours in value.items():
        for day in _days(str(days)):
            if day in week:
                raise ValueError(f"{day} stands there twice")
            week[day] = _hours(hours)
    missing = [day for day in WEEKDAYS if day not in week]
    if missing:
        raise ValueError(f"nothing is said about {', '.join(missing)}; write `no` for a day without any")
    return tuple(week[day] for day in WEEKDAYS)


def _days(text: str) -> list[str]:
    first, _, last = text.partition("-")
    names: list[str] = list(WEEKDAYS)
    if first not in names or (last or first) not in names or names.index(last or first) < names.index(first):
        raise ValueError(f"{text!r} names no days; write a weekday, or two in order like monday-friday")
    return names[names.index(first) : names.index(last or first) + 1]


def _hours(value: Any) -> Hours | None:
    if value is False or value == "no":  # YAML 1.1 reads a bare `no` as false
        return None
    first, _, last = str(value).partition("-")
    try:
        start, end = time.fromisoformat(first.strip()), time.fromisoformat(last.strip())
    except ValueError:
        raise ValueError(f'{value!r} are no hours; write "08:00-20:00", or no') from None
    if start >= end:
        raise ValueError(f"{value!r} ends before it begins")
    return start, end


class LimitLine(Strict):
    """At most so many contacts on these channels together, in so many days or hours, rolling."""

    channels: Annotated[Several[ChannelName], Field(min_length=1)]
    contacts: Annotated[int, Field(ge=1, le=100)]
    per_days: Annotated[int, Field(ge=1, le=60)] | None = None
    per_hours: Annotated[int, Field(ge=1, le=24 * 60)] | None = None

    @model_validator(mode="after")
    def _one_span(self) -> Self:
        if (self.per_days is None) == (self.per_hours is None):
            raise ValueError("say either per_days or per_hours")
        return self

    @property
    def limit(self) -> Limit:
        """The same, in hours."""
        hours = self.per_hours if self.per_hours is not None else 24 * (self.per_days or 0)
        return Limit(channels=self.channels, contacts=self.contacts, per_hours=hours)


class Rest(Strict):
    """Channels that rest for so many days after a conversation with the client."""

    channels: Annotated[Several[ChannelName], Field(min_length=1)]
    days: Annotated[int, Field(ge=1, le=60)]


class WhatsAppLine(Strict):
    """Which steps WhatsApp may carry."""

    steps: WhatsAppSteps


class HandOffLine(Strict):
    """What has to be before a case goes to an attorney."""

    waiting_days: Annotated[int, Field(ge=0, le=365)] | None = None
    letter: Letter | None = None
    checklist: tuple[Text, ...] = ()


class Provision(Dated):
    """What one source says. Only what is stated matters; `who` and `where` left out mean everybody, everywhere.

    Of two provisions the stricter holds, field by field. One that `replaces` a field holds instead of what less
    specific provisions say in it, even where it is laxer: a country's own waiting time instead of a borrowed one.
    """

    name: Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9-]{0,59}$")]
    nature: Nature
    who: Several[DebtorTypeName] = ()
    where: Several[Annotated[str, Field(pattern="^[A-Z0-9]{1,3}$")]] = ()
    """Subdivisions, as in ISO 3166-2 without the country."""
    note: str = ""
    replaces: Several[Replaceable] = ()
    hours: Annotated[Week | None, BeforeValidator(_week)] = None
    limits: tuple[LimitLine, ...] = ()
    after_conversation_days: Rest | None = None
    consent: dict[ChannelName, ConsentNeed] = Field(default_factory=dict)
    opt_out_line: Several[ChannelName] = ()
    whatsapp: WhatsAppLine | None = None
    hand_off: HandOffLine = HandOffLine()

    @model_validator(mode="after")
    def _says_something(self) -> Self:
        if not self.states:
            raise ValueError(f"{self.name} states nothing; write at least one of hours, limits, consent, …")
        empty = sorted(set(self.replaces) - {_field(statement) for statement in self.states})
        if empty:
            raise ValueError(f"{self.name} replaces {', '.join(empty)} without stating it")
        return self

    @property
    def states(self) -> frozenset[str]:
        """What it speaks of, by the names that `replaces` knows; consent by channel, like `consent.sms`."""
        said = {
            "hours": self.hours,
            "limits": self.limits,
            "after_conversation_days": self.after_conversation_days,
            **{f"consent.{channel}": need for channel, need in self.consent.items()},
            "opt_out_line": self.opt_out_line,
            "whatsapp": self.whatsapp,
            "waiting_days": self.hand_off.waiting_days,
            "letter": self.hand_off.letter,
            "checklist": self.hand_off.checklist,
        }
        return frozenset(statement for statement, value in said.items() if value not in (None, ()))

    @property
    def replacing(self) -> frozenset[str]:
        """The statements that hold instead of less specific ones."""
        return frozenset(statement for statement in self.states if _field(statement) in self.replaces)


def _field(statement: str) -> str:
    return statement.partition(".")[0]


class Pack(Strict):
    """One file: what is kept everywhere, or a country's provisions."""

    country: Annotated[str, Field(pattern="^[A-Z]{2}$")] | None = None
    """ISO 3166-1; None in `default.yaml` alone."""
    subdivisions: Several[Annotated[str, Field(pattern="^[A-Z0-9]{1,3}$")]] = ()
    """All subdivisions of the country, where its law differs by them: any other name is an unknown place."""
    provisions: Annotated[tuple[Provision, ...], Field(min_length=1)]

    @field_validator("provisions")
    @classmethod
    def _distinct(cls, provisions: tuple[Provision, ...]) -> tuple[Provision, ...]:
        names = [provision.name for provision in provisions]
        for name in names:
            if names.count(name) > 1:
                raise ValueError(f"two provisions are named {name!r}")
        return provisions

    @model_validator(mode="after")
    def _known_places(self) -> Self:
        for provision in self.provisions:
            strange = sorted(set(provision.where) - set(self.subdivisions))
            if strange:
                raise ValueError(f"{provision.name}: {', '.join(strange)} not among the pack's subdivisions")
        return self
