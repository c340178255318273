"""What the law leaves of a policy for one kind of debtor in one place: plain frozen values."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from config.policy.document import ConsentNeed
from config.policy.windows import ChannelName, Hours, Limit, Silence

Week = tuple[Hours | None, Hours | None, Hours | None, Hours | None, Hours | None, Hours | None, Hours | None]
"""The permitted hours of each weekday, Monday first, on the debtor's wall clock; None: none at all."""


class WhatsAppSteps(StrEnum):
    """Which steps WhatsApp may carry."""

    ANY = "any"
    BEFORE_DUE_ONLY = "before_due_only"
    NEVER = "never"


class Letter(StrEnum):
    """How the letter must go that says what comes next."""

    NONE = "none"
    IN_WRITING = "in_writing"
    """On any written channel."""
    BY_POST = "by_post"


@dataclass(frozen=True, slots=True)
class HandOff:
    """What has to be before a case goes to an attorney."""

    waiting_days: int
    """Days that the debtor has after the letter before anything else may happen."""
    letter: Letter
    checklist: tuple[str, ...]
    """What a person makes sure of, a sentence each."""


@dataclass(frozen=True, slots=True)
class ContactRules:
    """The permitted hours, limits, consents and texts for one kind of debtor in one place."""

    hours: Week
    limits: tuple[Limit, ...]
    silences: tuple[Silence, ...]
    """Channels that rest after a conversation, the longest time for each."""
    consent: tuple[tuple[ChannelName, ConsentNeed], ...]
    """What each channel needs before it may be used."""
    opt_out_line: frozenset[ChannelName]
    """Channels on which every message says how to stop them."""
    whatsapp: WhatsAppSteps
    hand_off: HandOff
    sources: tuple[str, ...]
    """Where all of this is written."""
    law: str
    """The version of the packs it was worked out from."""

    @property
    def whatsapp_overdue(self) -> bool:
        """Whether WhatsApp may carry a step that speaks of something late."""
        return self.whatsapp is WhatsAppSteps.ANY
