"""The words of one language, from `words/<language>.yaml`, as patterns.

A phrase is written as people write it. `a|b` are words that may stand for each other, `word*` is any word that begins
so, `(word)` may be missing, `..` stands for up to three words, `a_b` is two words within such a choice, `<name>` is a
named part. Accents don't count; `ä`, `ö` and `ü` may be written `ae`, `oe` and `ue`.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from channels.answers.normal import words
from reminders.answers import AnswerKind

LANGUAGES = ("en", "de", "fr", "es", "it", "nl")
_HERE = Path(__file__).parent / "words"
_UMLAUTS = {"ä": "ae?", "ö": "oe?", "ü": "ue?"}
_GAP = r"(?:\w+ ){0,3}?"


@dataclass(frozen=True, slots=True)
class Phrase:
    """One pattern and what it means. `kind` is None for words that only look like a class."""

    pattern: re.Pattern[str]
    kind: AnswerKind | None
    strong: bool


@dataclass(frozen=True, slots=True)
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
    days: Mapping[str, Any]
    """The words of days; `dates.py` reads them."""


@cache
def lexicon(language: str) -> Lexicon:
    """The lexicon of one of `LANGUAGES`."""
    # Everything is a string to this loader: "no", "on" and "off" are words here.
    data = yaml.load((_HERE / f"{language}.yaml").read_text(encoding="utf-8"), Loader=yaml.BaseLoader)  # noqa: S506
    parts: dict[str, str] = data.get("parts", {})
    phrases = [Phrase(pattern(text, parts), None, False) for text in data["neither"]]
    for kind in AnswerKind:
        for strength, texts in data.get(kind.value, {}).items():
            phrases += [Phrase(pattern(text, parts), kind, strength == "sure") for text in texts]
    return Lexicon(
        language=language,
        phrases=tuple(phrases),
        negations=frozenset(words(word) for word in data["negations"]["words"]),
        denied_after=int(data["negations"]["after"]),
        conditions=any_of(data["conditions"]),
        hedges=any_of(data["hedges"]),
        turns=any_of(data["turns"]),
        common=frozenset(words(word) for word in data["common"]),
        days=data["days"],
    )


def any_of(texts: list[str]) -> re.Pattern[str]:
    """One pattern for any of the phrases."""
    return re.compile("|".join(pattern(text, {}).pattern for text in texts))


def pattern(text: str, parts: Mapping[str, str]) -> re.Pattern[str]:
    """The pattern of a phrase, to be searched in words that have one space after each."""
    for name, part in parts.items():
        text = text.replace(f"<{name}>", part)
    whole = ""
    for item in text.split():
        if item == "..":
            whole += _GAP
            continue
        optional = item.startswith("(") and item.endswith(")")
        choice = "|".join(_word(one) for one in item.strip("()").split("|"))
        whole += f"(?:(?:{choice}) )?" if optional else f"(?:{choice}) "
    return re.compile(rf"(?<!\w){whole}")


def _word(text: str) -> str:
    folded = text.lower()
    for umlaut, spelt in _UMLAUTS.items():
        folded = folded.replace(umlaut, f"\0{spelt}\0")
    pieces = folded.split("\0")
    # Every other piece is an umlaut's pattern already.
    plain = (piece if number % 2 else _plain(piece) for number, piece in enumerate(pieces))
    return "".join(plain)


def _plain(piece: str) -> str:
    return " ".join(words(part) + (r"\w*" if part.endswith("*") else "") for part in piece.split("_"))
