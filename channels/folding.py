"""A text as it is compared with others: lower case, without accents and apostrophes."""

from __future__ import annotations

import unicodedata

_APOSTROPHES = dict.fromkeys("'’‘`´")
# Letters with a stroke or joined ones, which Unicode takes apart no further; many who write them have no key for them.
_LETTERS = {"ł": "l", "ø": "o", "đ": "d", "ħ": "h", "ı": "i", "æ": "ae", "œ": "oe"}
_FOLDED = str.maketrans(_APOSTROPHES | _LETTERS)


def fold(text: str) -> str:
    """Lower case, accents and apostrophes gone; signs and digits stay."""
    text = unicodedata.normalize("NFKD", unicodedata.normalize("NFKC", text).casefold())
    return "".join(ch for ch in text if not unicodedata.combining(ch)).translate(_FOLDED)


def words(text: str) -> str:
    """The folded text as words with one space between them, and nothing else."""
    return " ".join("".join(ch if ch.isalnum() else " " for ch in fold(text)).split())
