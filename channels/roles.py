"""What a contact does in their house, read from the role that the billing system wrote: words in `roles.yaml`."""

from __future__ import annotations

import re
import unicodedata
from enum import IntEnum
from functools import lru_cache
from pathlib import Path
from typing import Any

import yaml

_DATA: dict[str, Any] = yaml.safe_load(Path(__file__).with_suffix(".yaml").read_text(encoding="utf-8"))
_PARTS = re.compile(r"[/,;&+|()]|\b(?:and|und|et|y|e|en)\b")
_OTHER = re.compile(r"[^a-z0-9]+")


class Standing(IntEnum):
    """Who is asked first: those who deal with invoices, then anybody, and the head of the house last."""

    PAYER = 0
    ANYBODY = 1
    HEAD = 2


@lru_cache(maxsize=4096)
def standing_of(role: str | None) -> Standing:
    """Where a contact of that role stands; one without a role is anybody."""
    if not role:
        return Standing.ANYBODY
    whole = f" {_plain(role)} "
    parts = {_plain(part) for part in _PARTS.split(_folded(role))} | {whole.strip()}
    for standing, (anywhere, alone) in _KNOWN.items():
        if parts & alone or any(f" {phrase} " in whole for phrase in anywhere):
            return standing
    return Standing.ANYBODY


def _plain(text: str) -> str:
    """Lower case, without accents, words with one blank between them."""
    return _OTHER.sub(" ", _folded(text)).strip()


def _folded(text: str) -> str:
    decomposed = unicodedata.normalize("NFKD", text.casefold())
    return "".join(letter for letter in decomposed if not unicodedata.combining(letter))


def _phrases(lists: dict[str, list[str]]) -> frozenset[str]:
    """The phrases of all languages. German umlauts may be written as two letters."""
    written = [phrase for phrases in lists.values() for phrase in phrases]
    spelled = [p.replace("ä", "ae").replace("ö", "oe").replace("ü", "ue") for p in written]
    return frozenset(map(_plain, (*written, *spelled)))


_KNOWN = {
    standing: (_phrases(_DATA[name]["anywhere"]), _phrases(_DATA[name]["alone"]))
    for standing, name in ((Standing.PAYER, "payers"), (Standing.HEAD, "heads"))
}
