"""Whether an automatic reply says that its owner is gone for good; phrases in `left.yaml`.

Who is away and comes back may well mention a colleague who has left. So a text that speaks of an absence, too, says
nothing sure, and nothing follows from it.
"""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path

import yaml

from channels.answers.lexicon import LANGUAGES, lexicon, pattern
from channels.answers.normal import sentences
from channels.answers.reading import LONGEST
from reminders.answers import AnswerKind

_AUTOMATIC = "auto"
"""In "automatic reply", "automatische Antwort": by itself no word of an absence."""


def departed(text: str) -> tuple[str, ...]:
    """The words which say that the owner of the mailbox has left, or that nobody reads it any more; none if unsure."""
    found: dict[str, None] = {}
    for sentence in sentences(text[:LONGEST]):
        if sentence.asks:
            continue
        for clause in sentence.clauses:
            if _away(f"{clause} "):
                return ()
            for phrase in _phrases():
                if match := phrase.search(f"{clause} "):
                    found[match[0].strip()] = None
    return tuple(found)


def _away(clause: str) -> bool:
    return any(
        phrase.kind is AnswerKind.OUT_OF_OFFICE
        and (match := phrase.pattern.search(clause))
        and _AUTOMATIC not in match[0]
        for name in LANGUAGES
        for phrase in lexicon(name).phrases
    )


@cache
def _phrases() -> tuple[re.Pattern[str], ...]:
    written = yaml.safe_load((Path(__file__).parent / "left.yaml").read_text(encoding="utf-8"))
    return tuple(pattern(text, {}) for name in LANGUAGES for text in written[name])
