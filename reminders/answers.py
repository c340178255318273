"""What a reply was read as, as a plain value. Reading it is `channels.answers`' job."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from reminders.money import Money


class AnswerKind(StrEnum):
    """What a client answers. Where a text says several things, the first of these in this order is its kind."""

    STOP = "stop"
    """No more messages. First: writing on to somebody who said stop is the one mistake that can't be made good."""
    WRONG_PERSON = "wrong_person"
    """Written to somebody who is not in charge: what else they say does not bind the client."""
    DISPUTE = "dispute"
    """Something about the claim is said to be wrong. Before all that speaks of paying: a claim that is contested must
    not be chased as one that was admitted."""
    HARDSHIP = "hardship"
    """Can't pay, or asks to pay in parts. Before a promise: who has to stretch is not held to a hopeful day."""
    PAID = "paid"
    """Says that it was paid. Before a promise: the part that was paid must be found before the rest is awaited."""
    PROMISE = "promise"
    """Will pay, maybe on a day."""
    CALL_ME = "call_me"
    """Asks to be called. Nearly last: a call is how the others are dealt with, too."""
    OUT_OF_OFFICE = "out_of_office"
    """A machine's answer, or somebody away. Last of those with a rule: where more is said, somebody has answered."""
    OTHER = "other"
    """Something else; a person reads it."""


WEIGHTY = frozenset({AnswerKind.DISPUTE, AnswerKind.HARDSHIP, AnswerKind.PAID})
"""Sure answers of these classes hold reminders for longer: a person has something to find out."""

MEANT_BY_PEOPLE = frozenset({AnswerKind.PAID, AnswerKind.PROMISE, AnswerKind.DISPUTE, AnswerKind.HARDSHIP})
"""Sure answers of these classes are looked at by a person even where a mail calls itself automatic."""

ANSWERED_BY_MONEY = frozenset({AnswerKind.PAID, AnswerKind.PROMISE})
"""Sure answers of these classes leave nothing to do for anybody once the money is there. All others ask for a word of
ours, paid or not: a complaint, a question, a difficulty in which we said that somebody will get in touch."""


@dataclass(frozen=True, slots=True)
class Answer:
    """The reading of one reply.

    `sure` is False whenever a person might read it otherwise: weak words only, two things that demand different
    acts, a negation or a condition beside the words that decide, a day that can be meant in two ways. Nothing may be
    done on an unsure answer but to ask a person; only a stop counts even then.
    """

    kind: AnswerKind
    promised_on: date | None = None
    """The day of a promise: never before the day on which it was received."""
    amount: Money | None = None
    """What is said to be paid, where a sum with its currency is named."""
    words: tuple[str, ...] = ()
    """The client's words that decided, in lower case and without accents; those of the day last."""
    sure: bool = False
    language: str | None = None
    """The language it was read as: two letters; None where the words tell of none."""
    also: tuple[AnswerKind, ...] = ()
    """What else is said, in the order of the kinds."""
