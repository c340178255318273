"""One step of a policy: when it comes, how it speaks, and through whom."""

from __future__ import annotations

from enum import StrEnum
from functools import cached_property
from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from config.policy.conditions import Condition
from config.policy.part import Flag, Misplaced, Part, Whole
from config.policy.windows import ChannelName


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
    """How a step's channel is chosen: a fixed one, from the client's preference, or by a person."""

    EMAIL = "email"
    """By email, whatever the client prefers."""
    PREFERRED = "preferred"
    """The client's first usable channel."""
    SECOND_PREFERRED = "second_preferred"
    """The second one; the first where there is no second."""
    NEXT_IF_UNDELIVERED = "preferred_or_next"
    """The preferred channel; the next preferred one where the last message was not delivered."""
    ANSWERED = "answered"
    """The channel and the contact of the client's own answer; for a step with `anchor: answer`."""
    PERSON = "person"
    """No message: a task for a person, with a brief."""


class Anchor(StrEnum):
    """What a step's day counts from."""

    ISSUE = "issue"
    """The invoice's date."""
    DISCOUNT = "discount"
    """The last day of the early-payment discount, where one is open."""
    DUE = "due"
    """The due date."""
    INSTALMENT = "instalment"
    """The due date of an instalment, of an invoice or of a payment plan."""
    PROMISE = "promise"
    """The date on which the client said they would pay."""
    PAYMENT = "payment"
    """Full payment."""
    RETURNED = "returned"
    """The day on which a payment came back, or a direct debit failed."""
    ANSWER = "answer"
    """The day on which the client answered one of our messages."""
    MONTH = "month"
    """The first day of a month; `day: 1` with `count: working` is its first working day."""


class Enclosure(StrEnum):
    """A document that goes with a step's mail."""

    STATEMENT = "statement"
    """A statement of account as a PDF, made from the mail's own figures."""
    INVOICE = "invoice"
    """Each invoice's own document, where the deployment may fetch it; else the mail links it."""


class Step(Part):
    """One step of a policy.

    `day` counts calendar or working days from `anchor`, negative before it. `until_day` is the last day, on the same
    count, on which the step still makes sense; without it, a step holds until the next one's day.
    """

    name: Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]{0,39}$")]
    """Lower-case letters, digits and `_`, like `overdue_3`. Clients are never told the same step twice, by its name."""
    anchor: Anchor = Anchor.DUE
    """What `day` counts from."""
    day: Annotated[Whole, Field(ge=-365, le=3650)] = 0
    """Days after the anchor, in the client's zone; a minus is before it."""
    count: Literal["calendar", "working"] = "calendar"
    """Whether `day` and `until_day` are calendar days or working days of the client's place."""
    until_day: Annotated[Whole, Field(ge=-365, le=3650)] | None = None
    """The last day, on the same count, on which the step still makes sense. Without it: until the next one's day."""
    tone: Tone = Tone.NEUTRAL
    """How it speaks; recorded with the message."""
    by: By
    """How its channel is chosen, or that a person does it."""
    task: Literal["call", "decision"] | None = None
    """What the person is asked for, where the step is by a person."""
    template: Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]{0,39}$")] | None = None
    """The template to use, where it is not called like the step."""
    channels: Annotated[tuple[ChannelName, ...], Field(min_length=1)] | None = None
    """Only these channels, whatever the client prefers."""
    when: Condition = Condition()
    """Only for these debts and clients."""
    approval: Flag = False
    """Held until a person approves it."""
    interest: Flag = False
    """Claims interest and fixed sums where the invoice's terms and the law allow it."""
    gap_exempt: Flag = False
    """Neither waits for the contact gap nor starts one."""
    attach: tuple[Enclosure, ...] = ()
    """Documents that go with it where it goes by mail."""

    @model_validator(mode="after")
    def _consistent(self) -> Self:
        if (self.by is By.PERSON) != (self.task is not None):
            raise Misplaced(
                "a step with `by: person` needs `task: call` or `task: decision`, and only such a step",
                "task" if self.task is not None else "by",
            )
        if self.task is not None and self.anchor is not Anchor.DUE:
            raise Misplaced("a task for a person counts from the due date; leave the anchor out", "anchor")
        if (self.by is By.ANSWERED) != (self.anchor is Anchor.ANSWER):
            raise Misplaced(
                "a step with `anchor: answer` needs `by: answered`, and only such a step: the way of the answer",
                "by",
            )
        if self.attach and self.by is By.PERSON:
            raise Misplaced("a task for a person carries no documents; leave attach out", "attach")
        if self.interest and not (self.approval and self.tone is Tone.FORMAL):
            # Friendly steps name no interest, and nobody is asked for it without a person's yes.
            raise Misplaced(
                "only a step with `tone: formal` and `approval: true` may claim interest", "interest"
            )
        if self.until_day is not None and self.until_day < self.day:
            raise Misplaced(f"day {self.until_day} comes before the step's own day, {self.day}", "until_day")
        return self

    @cached_property
    def for_anybody(self) -> bool:
        """Whether it is for every debt and every client."""
        return self.when == Condition()

    @property
    def overdue(self) -> bool:
        """Whether the step speaks of something late; such a step needs a fresh ledger."""
        late = {Anchor.DUE, Anchor.INSTALMENT, Anchor.PROMISE}
        return self.anchor in late and self.day > 0

    @property
    def ladder(self) -> bool:
        """Whether the step is a rung: it chases an invoice, and is climbed in order."""
        return self.anchor in {Anchor.ISSUE, Anchor.DUE, Anchor.INSTALMENT}

    @property
    def words(self) -> str:
        """The name of the template."""
        return self.template or self.name
