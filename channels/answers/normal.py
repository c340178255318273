"""The sentences and clauses of a text."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from channels.folding import fold, words

# A full stop after a digit belongs to a day or a number ("am 15. März", "Nr. 4.711"), unless a line ends there.
_SENTENCES = re.compile(r"[!?;\n\r]+|(?<!\d)\.+(?=\s|$)|\.+\s*$")
_CLAUSES = re.compile(r"(?<!\d),|,(?!\d)|:(?!\d)|[()\"“”„«»–—]|\s-\s")


@dataclass(frozen=True, slots=True)
class Sentence:
    """One sentence: its clauses as words alone, and as they were written but for case and accents."""

    clauses: tuple[str, ...]
    raw: str
    asks: bool
    """Whether it ends in a question mark."""


def sentences(text: str) -> Iterator[Sentence]:
    """The sentences of a text that have words."""
    start = 0
    for end in [*_SENTENCES.finditer(text), None]:
        part = text[start : end.start() if end else len(text)]
        clauses = tuple(clause for piece in _CLAUSES.split(part) if (clause := words(piece)))
        if clauses:
            yield Sentence(clauses, fold(part), end is not None and "?" in end[0])
        start = end.end() if end else start
