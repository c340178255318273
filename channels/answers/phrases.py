"""How a phrase is written in `answers.yaml`, and the pattern that it is.

A phrase is written as people write it. `a|b` are words that may stand for each other, `word*` is any word that begins
so, `(word)` may be missing, `..` stands for up to three words, `a_b` is two words within such a choice, `<name>` is a
named part. Accents don't count; `ä`, `ö` and `ü` may be written `ae`, `oe` and `ue`.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping

from channels.folding import words

_UMLAUTS = {"ä": "ae?", "ö": "oe?", "ü": "ue?"}
_GAP = r"(?:\w+ ){0,3}?"
_NEVER = r"(?!)"


def pattern(text: str, parts: Mapping[str, str]) -> re.Pattern[str]:
    """The pattern of a phrase, to be searched in words that have one space after each.

    Raises `ValueError`, which says what to do, for a phrase that is none.
    """
    for name, part in parts.items():
        text = text.replace(f"<{name}>", part)
    if unknown := re.search(r"<\w+>", text):
        raise ValueError(f"{text!r} names {unknown[0]}; write that part among `parts`, or its words here")
    whole, certain = "", False
    for item in text.split():
        if item == "..":
            whole += _GAP
            continue
        optional = item.startswith("(") and item.endswith(")")
        inner = item[1:-1] if optional else item
        choices = [_word(one) for one in inner.split("|")]
        if re.search(r"[()]", inner) or not all(choices):
            raise ValueError(
                f"{item!r} can't be read; write words as `one|other`, and `(one|other)` where they may be missing, "
                "without spaces"
            )
        choice = "|".join(choices)
        whole += f"(?:(?:{choice}) )?" if optional else f"(?:{choice}) "
        certain = certain or not optional
    if not certain:
        raise ValueError(f"{text!r} would be found in any text; write a word without brackets")
    return re.compile(rf"(?<!\w){whole}")


def any_of(texts: Iterable[str]) -> re.Pattern[str]:
    """One pattern for any of the phrases; of none, one that is never found."""
    return re.compile("|".join(pattern(text, {}).pattern for text in texts) or _NEVER)


def _word(text: str) -> str:
    """The pattern of one word; empty for signs alone, an asterisk among them: it would be any word."""
    if not words(text):
        return ""
    folded = text.lower()
    for umlaut, spelt in _UMLAUTS.items():
        folded = folded.replace(umlaut, f"\0{spelt}\0")
    pieces = folded.split("\0")
    # Every other piece is an umlaut's pattern already.
    plain = (piece if number % 2 else _plain(piece) for number, piece in enumerate(pieces))
    return "".join(plain)


def _plain(piece: str) -> str:
    return " ".join(words(part) + (r"\w*" if part.endswith("*") else "") for part in piece.split("_"))
