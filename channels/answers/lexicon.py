"""The words of one language as patterns."""

from __future__ import annotations

import re
from dataclasses import dataclass

from channels.answers.phrases import any_of, pattern
from channels.answers.wording import AnswerWords, DayWords
from channels.folding import words
from reminders.answers import AnswerKind


@dataclass(frozen=True, slots=True)
class Phrase:
    """One pattern and what it means. `kind` is None for words that only look like a class."""

    pattern: re.Pattern[str]
    kind: AnswerKind | None
    strong: bool


@dataclass(frozen=True, slots=True, eq=False)
class Lexicon:
    """What is known of one language."""

    language: str
    phrases: tuple[Phrase, ...]
    negations: frozenset[str]
    denied_after: int
    """How many words after a phrase a negation may stand ("ich zahle das nicht")."""
    conditions: re.Pattern[str]
    hedges: re.Pattern[str]
    turns: re.Pattern[str]
    """Words that begin a clause of their own: but, aber, mais."""
    common: frozenset[str]
    """Small words by which the language is known."""
    days: DayWords
    left: tuple[re.Pattern[str], ...]
    """What says that somebody is gone for good."""

    @classmethod
    def of(cls, language: str, written: AnswerWords) -> Lexicon:
        """The patterns of what is written."""
        parts = written.parts
        phrases = [Phrase(pattern(text, parts), None, False) for text in written.neither]
        for kind in AnswerKind:
            said = written.said(kind)
            for texts, strong in ((said.sure, True), (said.maybe, False)) if said else ():
                phrases += [Phrase(pattern(text, parts), kind, strong) for text in texts]
        return cls(
            language=language,
            phrases=tuple(phrases),
            negations=frozenset(words(word) for word in written.negations.words),
            denied_after=written.negations.after,
            conditions=any_of(written.conditions),
            hedges=any_of(written.hedges),
            turns=any_of(written.turns),
            common=frozenset(words(word) for word in written.common),
            days=written.days,
            left=tuple(pattern(text, parts) for text in written.left),
        )
