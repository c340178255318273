"""The policy document: which step goes when, in which tone, on which channel, within which hours and caps.

A policy is a YAML file that a billing person can read and change; `amicable policy check FILE` says what is wrong
with it, with line and field. Days count from the due date in the client's own zone.
"""

from __future__ import annotations

import hashlib
from datetime import time
from enum import StrEnum
from functools import cached_property
from pathlib import Path
from typing import Annotated, Literal, Self

import yaml
from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator, model_validator

Weekday = Literal["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"]
ChannelName = Literal["email", "sms", "voice", "whatsapp"]
_WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
SHIPPED = Path(__file__).parent / "policies"


class PolicyError(ValueError):
    """A policy that can't be used. The text names the file, the line, the field and what to write instead."""


class Tone(StrEnum):
    """How a step speaks."""

    WARM = "warm"
    HELPFUL = "helpful"
    FRIENDLY = "friendly"
    POLITE = "polite"
    FIRM = "firm"
    FORMAL = "formal"
    NEUTRAL = "neutral"


class By(StrEnum):
    """How a step's channel is chosen: a fixed one, or from the client's preference."""

    EMAIL = "email"
    PREFERRED = "preferred"
    SECOND_PREFERRED = "second_preferred"
    NEXT_IF_UNDELIVERED = "preferred_or_next"
    """The preferred channel; the next preferred one where the last message was not delivered."""


class _Strict(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Step(_Strict):
    """One rung of the ladder, or the thank-you.

    `day` counts calendar days from `anchor`: `issue` (the invoice's date), `due` (negative: before it) or `payment`
    (full payment). `until_day` is the last day, on the same count, on which the step still makes sense; without it, a
    step holds until the next one's day.
    """

    name: Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]{0,39}$")]
    anchor: Literal["issue", "due", "payment"] = "due"
    day: Annotated[int, Field(ge=-365, le=3650)] = 0
    until_day: Annotated[int, Field(ge=-365, le=3650)] | None = None
    tone: Tone
    by: By
    min_terms_days: Annotated[int, Field(ge=0)] = 0
    """Only for invoices with at least that many days between issue and due date."""
    approval: bool = False
    """Held until a person approves it."""
    gap_exempt: bool = False
    """Neither waits for the contact gap nor starts one."""

    @property
    def overdue(self) -> bool:
        """Whether the step speaks of something late; such a step needs a fresh ledger."""
        return self.anchor == "due" and self.day > 0


class Windows(_Strict):
    """When messages may go, in the client's zone. A public holiday of the client's country is no day for them."""

    days: tuple[Weekday, ...] = ("monday", "tuesday", "wednesday", "thursday", "friday")
    start: time = time(9)
    end: time = time(17)
    holidays: bool = True
    """Keep public holidays free."""

    @model_validator(mode="after")
    def _some_time(self) -> Self:
        if not self.days:
            raise ValueError("days must name at least one weekday")
        if self.start >= self.end:
            raise ValueError("start must be before end")
        return self

    @cached_property
    def iso_days(self) -> frozenset[int]:
        """The days as ISO weekday numbers (Monday 1)."""
        return frozenset(_WEEKDAYS.index(day) + 1 for day in self.days)


class Caps(_Strict):
    """How often a client may be contacted, over all channels together."""

    gap_days: Annotated[int, Field(ge=0, le=60)] = 4
    """Days between two automatic messages (exempt steps aside)."""
    contacts: Annotated[int, Field(ge=1, le=100)] = 7
    """At most that many contacts, of any step, in `per_days` days."""
    per_days: Annotated[int, Field(ge=1, le=60)] = 7


class Policy(_Strict):
    """A whole policy. `version` is a hash of its content, so a decision can name exactly what it followed."""

    name: Annotated[str, Field(pattern=r"^[a-z][a-z0-9_-]{0,39}$")]
    description: str = ""
    steps: Annotated[tuple[Step, ...], Field(min_length=1)]
    windows: Windows = Windows()
    caps: Caps = Caps()
    channels: Annotated[tuple[ChannelName, ...], Field(min_length=1)] = ("email", "sms")
    """The channels that may be used at all, in order where the client has no preference."""
    enter_at_most: str | None = None
    """An invoice first seen late enters at this step at most."""
    stale_after_hours: Annotated[int, Field(ge=1)] = 48
    """Nothing overdue is sent when the biller's last `ledger.synced` is older."""
    reply_hold_working_days: Annotated[int, Field(ge=0, le=30)] = 2
    """A client's answer holds further reminders for that many working days."""
    promise_grace_days: Annotated[int, Field(ge=0, le=30)] = 2
    """Days after a promised date before reminders go on."""
    minimum: dict[str, Annotated[int, Field(ge=0)]] = {}
    """Smallest amount worth a reminder, per currency, in minor units."""

    @field_validator("steps")
    @classmethod
    def _distinct(cls, steps: tuple[Step, ...]) -> tuple[Step, ...]:
        names = [step.name for step in steps]
        for name in names:
            if names.count(name) > 1:
                raise ValueError(f"two steps are named {name!r}")
        days = [step.day for step in steps if step.anchor == "due"]
        if days != sorted(set(days)):
            raise ValueError(
                "steps counted from the due date must stand in the order of their days, one a day"
            )
        return steps

    @model_validator(mode="after")
    def _entry_exists(self) -> Self:
        if self.enter_at_most is not None and self.enter_at_most not in {s.name for s in self.steps}:
            raise ValueError(f"enter_at_most names {self.enter_at_most!r}, which is not a step")
        return self

    def __hash__(self) -> int:
        """By content, and cheap: what is worked out from a policy can be kept by it."""
        return hash(self.version)

    def step(self, name: str) -> Step | None:
        """The step of that name, if the policy still has it."""
        return next((step for step in self.steps if step.name == name), None)

    @cached_property
    def ladder(self) -> tuple[Step, ...]:
        """The steps that chase an invoice, from its issue on, in order."""
        return tuple(s for s in self.steps if s.anchor == "issue") + tuple(
            s for s in self.steps if s.anchor == "due"
        )

    @cached_property
    def positions(self) -> dict[str, int]:
        """Where each step stands on the ladder, from 0."""
        return {step.name: position for position, step in enumerate(self.ladder)}

    @cached_property
    def thanks(self) -> Step | None:
        """The step on full payment, if there is one."""
        return next((s for s in self.steps if s.anchor == "payment"), None)

    @cached_property
    def version(self) -> str:
        """First 12 hex digits of the SHA-256 of the content; the same content gives the same version."""
        return hashlib.sha256(self.model_dump_json().encode()).hexdigest()[:12]


def load_policy(path: Path) -> Policy:
    """Read a policy file. Raises `PolicyError` with file, line, field and a way out."""
    try:
        text = path.read_text(encoding="utf-8")
    except OSError as error:
        raise PolicyError(f"{path}: can't be read ({error.strerror}); name an existing policy file") from None
    return parse_policy(text, str(path))


def parse_policy(text: str, name: str = "policy") -> Policy:
    """Read a policy from YAML text; `name` stands for the file in errors."""
    try:
        data = yaml.safe_load(text)
    except yaml.MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else 1
        raise PolicyError(f"{name}:{line}: not valid YAML: {error.problem}") from None
    if not isinstance(data, dict):
        raise PolicyError(f"{name}:1: a policy is a mapping with at least `name` and `steps`")
    try:
        return Policy.model_validate(data)
    except ValidationError as error:
        first = error.errors()[0]
        field = ".".join(str(part) for part in first["loc"]) or "policy"
        line = _line_of(text, first["loc"])
        raise PolicyError(f"{name}:{line}: {field}: {first['msg'].removeprefix('Value error, ')}") from None


def _line_of(text: str, path: tuple[int | str, ...]) -> int:
    """The line on which the deepest existing part of a path stands."""
    node = yaml.compose(text, Loader=yaml.SafeLoader)
    line = 1
    for part in path:
        if isinstance(node, yaml.MappingNode):
            pair = next(((k, v) for k, v in node.value if k.value == part), None)
            if pair is None:
                break
            line, node = pair[0].start_mark.line + 1, pair[1]
        elif isinstance(node, yaml.SequenceNode) and isinstance(part, int) and part < len(node.value):
            node = node.value[part]
            line = node.start_mark.line + 1
        else:
            break
    return line
