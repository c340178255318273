"""What a client's answer was read as, in plain English: for the task in which a person reads it, and for the story."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from ledger.telling import day
from reminders.answers import AnswerKind

_SAID = {
    AnswerKind.STOP: "want no more messages",
    AnswerKind.WRONG_PERSON: "say that we wrote to the wrong person",
    AnswerKind.DISPUTE: "say that something about the invoice is wrong",
    AnswerKind.HARDSHIP: "say that they can't pay, or ask to pay in parts",
    AnswerKind.PAID: "say that it is paid",
    AnswerKind.PROMISE: "say that they will pay",
    AnswerKind.CALL_ME: "ask to be called",
    AnswerKind.OUT_OF_OFFICE: "are away",
    AnswerKind.OTHER: "ask or say something that only a person can answer",
}


def said(kind: AnswerKind, promised_on: date | None = None) -> str:
    """What follows `they`: `say that they will pay on 6 March 2026`."""
    on = f" on {day(promised_on)}" if kind is AnswerKind.PROMISE and promised_on is not None else ""
    return _SAID[kind] + on


def by_words(words: Sequence[str]) -> str:
    """The words that decided: `, by the words “will pay”, “friday”`; nothing where there are none."""
    if not words:
        return ""
    return f", by the word{'s' if len(words) > 1 or ' ' in words[0] else ''} {', '.join(f'“{word}”' for word in words)}"
