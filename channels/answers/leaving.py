"""Whether an automatic reply says that its owner is gone for good; phrases under `left` in each `answers.yaml`.

Who is away and comes back may well mention a colleague who has left. So a text that speaks of an absence, too, says
nothing sure, and nothing follows from it.
"""

from __future__ import annotations

from collections.abc import Sequence

from channels.answers.lexicon import Lexicon
from channels.answers.normal import sentences
from channels.answers.reading import LONGEST
from reminders.answers import AnswerKind

_AUTOMATIC = "auto"
"""In "automatic reply", "automatische Antwort": by itself no word of an absence."""


def departed(text: str, lexicons: Sequence[Lexicon]) -> tuple[str, ...]:
    """The words which say that the owner of the mailbox has left, or that nobody reads it any more; none if unsure."""
    found: dict[str, None] = {}
    for sentence in sentences(text[:LONGEST]):
        if sentence.asks:
            continue
        for clause in sentence.clauses:
            if _away(f"{clause} ", lexicons):
                return ()
            for phrase in (phrase for known in lexicons for phrase in known.left):
                if match := phrase.search(f"{clause} "):
                    found[match[0].strip()] = None
    return tuple(found)


def _away(clause: str, lexicons: Sequence[Lexicon]) -> bool:
    return any(
        phrase.kind is AnswerKind.OUT_OF_OFFICE
        and (match := phrase.pattern.search(clause))
        and _AUTOMATIC not in match[0]
        for known in lexicons
        for phrase in known.phrases
    )
