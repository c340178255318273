"""Articles that change with the sound that follows, for the templates of languages that have such."""

from __future__ import annotations

import re

# The days that begin with a vowel as they are spoken: otto, undici. Marks of layout may stand before the number.
_VOWEL = re.compile(r"\W*(?:8|11)\b")


def il(day: str) -> str:
    """A day with its Italian article: `il 9 maggio`, but `l'8 maggio` and `l'11 maggio`."""
    return f"l'{day}" if _VOWEL.match(day) else f"il {day}"
