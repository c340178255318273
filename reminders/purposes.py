"""What a client wants to hear beyond what has to be said: the purposes among their preferences.

The billing system lists the kinds of message that a client wants. Nothing listed, or no word that is known, means all
of them. What asks for money that is due or overdue, answers the client, or reminds them of their own promise is never
switched off: it has to be said, and a client who hears nothing until the final notice was not treated well.
"""

from __future__ import annotations

import re
from enum import StrEnum

from config.policy import Anchor, Step
from reminders.snapshot import Client


class Purpose(StrEnum):
    """A kind of message that a client may want or not."""

    INTRODUCTIONS = "introductions"
    """A new invoice is introduced."""
    HEADS_UP = "heads_up"
    """The early word that an invoice is coming due. The reminder shortly before the due date stays."""
    DISCOUNTS = "discounts"
    """An early-payment discount ends soon."""
    STATEMENTS = "statements"
    """All open items at the beginning of a month."""
    THANKS = "thanks"
    """A payment came."""
    REMINDERS = "reminders"
    """All the rest. It is never switched off, whether it is listed or not."""


_OF_ANCHOR = {
    Anchor.ISSUE: Purpose.INTRODUCTIONS,
    Anchor.DISCOUNT: Purpose.DISCOUNTS,
    Anchor.MONTH: Purpose.STATEMENTS,
    Anchor.PAYMENT: Purpose.THANKS,
}
_SPELLED = {
    "introduction": Purpose.INTRODUCTIONS,
    "discount": Purpose.DISCOUNTS,
    "statement": Purpose.STATEMENTS,
    "thank_you": Purpose.THANKS,
    "reminder": Purpose.REMINDERS,
    **{purpose.value: purpose for purpose in Purpose},
}
_BLANKS = re.compile(r"[\s-]+")


def purpose_of(step: Step) -> Purpose:
    """The kind of message that a step is. The early word is known by its template, `heads_up`."""
    if step.anchor is Anchor.DUE and step.day < 0 and step.words == Purpose.HEADS_UP:
        return Purpose.HEADS_UP
    return _OF_ANCHOR.get(step.anchor, Purpose.REMINDERS)


def wanted(step: Step, client: Client) -> bool:
    """Whether the client wants messages of that kind, or has to get them."""
    purpose = purpose_of(step)
    if purpose is Purpose.REMINDERS or not client.purposes:
        return True
    named = {_SPELLED.get(_BLANKS.sub("_", word.strip().lower())) for word in client.purposes} - {None}
    return not named or purpose in named
