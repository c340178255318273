"""A text as it is compared: lower case, without accents and apostrophes; and its sentences and clauses."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass

# A full stop after a digit belongs to a day or a number ("am 15. März", "Nr. 4.711"), unless a line ends there.
_SENTENCES = re.compile(r"[!?;\n\r]+|(?<!\d)\.+(?=\s|$)|\.+\s*$")
_CLAUSES = re.compile(r"(?<!\d),|,(?!\d)|:(?!\d)|[()\"“”„«»–—]|\s-\s")
_APOSTROPHES = str.maketrans(dict.fromkeys("'’‘`´"))


@dataclass(frozen=True, slots=True)
class Sentence:
    """One sentence: its clauses as words alone, and as they were written but for case and accents."""

    clauses: tuple[str, ...]
    raw: str
    asks: bool
    """Whether it ends in a question mark."""


def fold(text: str) -> str:
    """Lower case, accents and apostrophes gone; signs and digits stay."""
    text = unicodedata.normalize("NFKD", unicodedata.normalize("NFKC", text).casefold())
    return "".join(ch for ch in text if not unicodedata.combining(ch)).translate(_APOSTROPHES)


def words(text: str) -> str:
    """The folded text as words with one space between them, and nothing else."""
    return " ".join("".join(ch if ch.isalnum() else " " for ch in fold(text)).split())


def sentences(text: str) -> Iterator[Sentence]:
    """The sentences of a text that have words."""
    start = 0
    for end in [*_SENTENCES.finditer(text), None]:
        part = text[start : end.start() if end else len(text)]
        clauses = tuple(clause for piece in _CLAUSES.split(part) if (clause := words(piece)))
        if clauses:
            yield Sentence(clauses, fold(part), end is not None and "?" in end[0])
        start = end.end() if end else start
