"""Which words are meant: the names under which a step's may stand, and the languages they may be in, best first."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from channels.shelf import SHIPPED

LAST_LANGUAGE = "en"
"""What is written where no other language fits; it has words for everything."""

AFTER_HARDSHIP = "after_hardship"
"""The template of the first words after a hardship or a breathing space, whichever step comes first then."""

# A step of somebody's own policy that has no words of its own speaks as the shipped step of its tone does.
_BY_TONE = {
    "warm": "introduction",
    "helpful": "heads_up",
    "friendly": "overdue_3",
    "polite": "overdue_7",
    "firm": "overdue_14",
    "formal": "final_notice",
    "neutral": "statement",
}


# What ships says what only it can say: thanks are never said in the words of another step.
_SHIPPED = frozenset(path.name.partition(".")[0] for path in (SHIPPED / LAST_LANGUAGE).glob("*.email.j2"))


def stems(words: str, tone: str) -> tuple[str, ...]:
    """The templates that say a step: its own, then, for a step that does not ship, that of its tone."""
    like = _BY_TONE.get(tone)
    return (words,) if like is None or words in _SHIPPED else (words, like)


def languages(wanted: Sequence[str | None]) -> Iterator[str]:
    """Each wanted tag and its language alone, then the last resort; a tag that could leave the folder is none."""
    for one in wanted:
        tag = (one or "").replace("_", "-")
        if re.fullmatch(r"[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8})*", tag):
            yield tag
            yield tag.split("-")[0].lower()
    yield LAST_LANGUAGE
