"""The policy as a whole."""

from __future__ import annotations

import hashlib
from functools import cached_property
from typing import Annotated, Literal

from pydantic import Field, ValidationInfo, field_validator

from config.policy.claims import Claim
from config.policy.conditions import Amounts, Condition
from config.policy.part import Flag, Misplaced, Part, Several, Whole
from config.policy.steps import Anchor, Step
from config.policy.windows import Caps, ChannelName, Limit, Silence, Windows

ConsentNeed = Literal["none", "preferred", "given"]
"""What a channel needs before it may be used: nothing; the client's own word for it, be it only a preference; or a
consent on record."""


def _usual_consent() -> dict[ChannelName, ConsentNeed]:
    return {"whatsapp": "given", "voice": "given"}


class Interest(Part):
    """What a final notice may claim beside the debt, where the invoice's terms and the law allow it."""

    claim: Flag = False
    """Whether interest is named at all."""
    fixed_sum: Flag = True
    """The law's fixed sum for the cost of collecting, beside the interest."""


class Promises(Part):
    """How promises to pay and payment plans are kept an eye on."""

    grace_days: Annotated[Whole, Field(ge=0, le=30)] = 2
    """A promise is broken, and an instalment late, that many days after its date: money needs time to arrive."""
    to_person_after: Annotated[Whole, Field(ge=1, le=10)] = 2
    """With that many broken promises a person takes over."""
    plan_default_days: Annotated[Whole, Field(ge=1, le=90)] = 14
    """A plan is in default when an instalment is that many days late; a person decides."""


class Return(Part):
    """How reminders come back after something held them."""

    after_dispute_days: Annotated[Whole, Field(ge=0, le=30)] = 3
    """Days after a dispute was resolved before its invoice is chased again."""
    after_returned_payment_days: Annotated[Whole, Field(ge=0, le=30)] = 7
    """Days after a payment came back before its invoice is chased again; the client is told first."""
    after_hardship_days: Annotated[Whole, Field(ge=0, le=365)] = 180
    """For so long after it, a client counts as one in hardship when a policy is chosen. What the policy for everybody
    else says here holds for all."""
    silence_days: Annotated[Whole, Field(ge=1, le=90)] = 14
    """After so many days without a step, the next one follows and not the one that fits the age."""
    new_cycle_days: Annotated[Whole, Field(ge=1, le=90)] = 7
    """A due date that moves by fewer days is a correction, and no step is said again for it."""


class Offers(Part):
    """What may be offered to a client, or agreed at once where they propose it, without asking anybody."""

    instalments: Annotated[Whole, Field(ge=0, le=60)] = 3
    """A plan of at most so many instalments; 0: none without asking."""
    within_days: Annotated[Whole, Field(ge=0, le=730)] = 90
    """The last instalment at most so many days from today."""
    extension_days: Annotated[Whole, Field(ge=0, le=365)] = 14
    """A later date for all of it, at most so many days from today; 0: none without asking."""


class TaskDays(Part):
    """By when a person should have dealt with a task, in working days of the client's place."""

    approval: Annotated[Whole, Field(ge=0, le=60)] = 3
    """Saying yes or no to a message."""
    call: Annotated[Whole, Field(ge=0, le=60)] = 2
    """Calling a client."""
    decision: Annotated[Whole, Field(ge=0, le=60)] = 5
    """Deciding what becomes of a case."""
    reply: Annotated[Whole, Field(ge=0, le=60)] = 2
    """Dealing with what a client answered; who is in difficulty or wants to be called, `call`."""


_SINGLE = frozenset({Anchor.PAYMENT, Anchor.RETURNED, Anchor.DISCOUNT, Anchor.ANSWER, Anchor.MONTH})
"""What only one step can count from."""


class Policy(Part):
    """A whole policy. `version` is a hash of its content, so a decision can name exactly what it followed."""

    name: Annotated[str, Field(pattern=r"^[a-z][a-z0-9_-]{0,39}$")]
    """Lower-case letters, digits, `_` and `-`. Decisions name it, together with a hash of the content."""
    description: str = ""
    """A sentence for people."""
    claims: Annotated[tuple[Claim, ...], Field(alias="for")] = ()
    """Whom the policy is for: any of these kinds of client. Without it: everybody whom no other policy claims."""
    precedence: Whole = 0
    """Where two policies fit a client equally closely, the greater precedence wins."""
    steps: Annotated[tuple[Step, ...], Field(min_length=1)]
    """What is said, when and how. Steps with the same anchor stand in the order of their days, one a day."""
    windows: Windows = Windows()
    """When messages may go."""
    caps: Caps = Caps()
    """How often a client may be contacted, over all channels together."""
    limits: tuple[Limit, ...] = ()
    """Limits of single channels, beside the caps; the law of a place may add some."""
    silences: tuple[Silence, ...] = ()
    """Channels that rest after a conversation with the client; the law of a place may add some."""
    consent: dict[ChannelName, ConsentNeed] = Field(default_factory=_usual_consent)
    """What a channel needs before it may be used; the law of a place may ask for more."""
    opt_out_line: Several[ChannelName] = ("email", "sms", "whatsapp")
    """Channels on which every message says how to stop them."""
    whatsapp_overdue: Flag = False
    """Whether WhatsApp may carry a step that speaks of something late."""
    channels: Annotated[tuple[ChannelName, ...], Field(min_length=1)] = ("email", "sms")
    """The channels that may be used at all, in order where the client has no preference."""
    enter_at_most: str | None = None
    """An invoice that was not chased in time, because it was seen or released late, enters at this step at most."""
    approval_when: tuple[Condition, ...] = ()
    """Every overdue step to such a client is held until a person approves it. Each is written like a step's `when`."""
    stale_after_hours: Annotated[Whole, Field(ge=1)] = 48
    """Nothing overdue is sent when the biller's last `ledger.synced` is older."""
    reply_hold_working_days: Annotated[Whole, Field(ge=0, le=30)] = 2
    """A client's answer holds further reminders for that many working days."""
    answer_hold_working_days: Annotated[Whole, Field(ge=0, le=30)] = 10
    """An answer that surely says `paid`, `wrong` or `can't pay`, names a day beyond what the policy offers, or proposes
    terms, holds them until a person has dealt with it, for that many working days at most."""
    promises: Promises = Promises()
    """How promises and payment plans are kept an eye on."""
    returning: Return = Return()
    """How reminders come back after something held them."""
    interest: Interest = Interest()
    """What a final notice may claim beside the debt."""
    offers: Offers = Offers()
    """What may be offered without asking anybody."""
    tasks: TaskDays = TaskDays()
    """By when people should have dealt with what waits for them."""
    minimum: Amounts = Field(default_factory=dict)
    """Smallest amount worth a reminder, per currency: `{EUR: 5.00}`."""
    minimum_for: dict[ChannelName, Amounts] = Field(default_factory=dict)
    """Smallest amount worth a message on a dear channel, per currency: `{voice: {EUR: 20.00}}`. Below it, and only
    there, the next channel is taken. A currency that is not named has no such limit."""

    @field_validator("steps")
    @classmethod
    def _distinct(cls, steps: tuple[Step, ...]) -> tuple[Step, ...]:
        names = [step.name for step in steps]
        for number, step in enumerate(steps):
            before = [other for other in steps[:number] if other.anchor is step.anchor]
            if step.name in names[:number]:
                raise Misplaced(
                    f"an earlier step is named {step.name}, too; rename one of them", number, "name"
                )
            if before and step.anchor in _SINGLE:
                raise Misplaced(
                    f"{before[0].name} is anchored to {step.anchor.value}, too; only one step can be",
                    number, "anchor",
                )  # fmt: skip
            if before and before[-1].day >= step.day:
                raise Misplaced(
                    f"{step.day} does not come after day {before[-1].day} of {before[-1].name}: put the steps of "
                    "one anchor in the order of their days, one a day",
                    number, "day",
                )  # fmt: skip
        return steps

    @field_validator("enter_at_most")
    @classmethod
    def _entry_exists(cls, name: str | None, info: ValidationInfo) -> str | None:
        steps: tuple[Step, ...] = info.data.get("steps", ())  # none where they could not be read
        rungs = [step.name for step in steps if step.ladder]
        if name is not None and rungs and name not in rungs:
            raise ValueError(f"{name!r} is no step that chases an invoice; write one of {', '.join(rungs)}")
        return name

    def __hash__(self) -> int:
        """By content, and cheap: what is worked out from a policy can be kept by it."""
        return hash(self.version)

    def __eq__(self, other: object) -> bool:
        """By content."""
        return isinstance(other, Policy) and self.version == other.version

    def step(self, name: str) -> Step | None:
        """The step of that name, if the policy still has it."""
        return self._by_name.get(name)

    @cached_property
    def _by_name(self) -> dict[str, Step]:
        return {step.name: step for step in self.steps}

    @cached_property
    def ladder(self) -> tuple[Step, ...]:
        """The steps that chase an invoice, from its issue on, in order."""
        late = [s for s in self.steps if s.anchor in (Anchor.DUE, Anchor.INSTALMENT)]
        return tuple(s for s in self.steps if s.anchor is Anchor.ISSUE) + tuple(
            sorted(late, key=lambda step: step.day)
        )

    @cached_property
    def positions(self) -> dict[str, int]:
        """Where each step stands on the ladder, from 0."""
        return {step.name: position for position, step in enumerate(self.ladder)}

    @cached_property
    def conditional(self) -> tuple[Step, ...]:
        """The steps that are not for everybody."""
        anybody = Condition()
        return tuple(s for s in self.steps if s.when.model_copy(update={"terms_at_least_days": 0}) != anybody)

    def anchored(self, anchor: Anchor) -> tuple[Step, ...]:
        """The steps that count from there."""
        return self._anchored.get(anchor, ())

    @cached_property
    def _anchored(self) -> dict[Anchor, tuple[Step, ...]]:
        return {anchor: tuple(s for s in self.steps if s.anchor is anchor) for anchor in Anchor}

    @cached_property
    def thanks(self) -> Step | None:
        """The step on full payment, if there is one."""
        return next(iter(self.anchored(Anchor.PAYMENT)), None)

    @cached_property
    def version(self) -> str:
        """First 12 hex digits of the SHA-256 of the content; the same content gives the same version."""
        return hashlib.sha256(self.model_dump_json(by_alias=True).encode()).hexdigest()[:12]

    @property
    def identity(self) -> str:
        """Name and version, as decisions name the policy: `standard@1f2e3d4c5b6a`."""
        return f"{self.name}@{self.version}"


class Narrowed(Policy):
    """A policy as it may be followed for clients of one kind in one place: within the law's hours and limits."""

    origin: str
    """The identity of the policy that a person wrote."""
    law: str
    """The version of the law packs that narrowed it."""

    @property
    def identity(self) -> str:
        """The policy that a person wrote, and the law that narrowed it: `standard@1f2e3d4c5b6a+0a1b2c3d4e5f`."""
        return f"{self.origin}+{self.law}"
