"""The document's letters, and what is shown for those that it does not have.

DejaVu Sans Condensed has the letters of all European languages (Latin, Greek, Cyrillic, Georgian, Armenian). It stands
beside this file, so that the same pack gives the same bytes on every machine.
"""

from __future__ import annotations

import re
import unicodedata
from functools import cache
from html import escape
from pathlib import Path
from typing import Final

from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFont

PLAIN: Final = "DejaVuSansCondensed"
BOLD: Final = "DejaVuSansCondensed-Bold"

_FOLDER = Path(__file__).parent / "fonts"
_ZERO_WIDTH = dict.fromkeys(map(ord, "\u00ad\u200b\u200c\u200d\u2060\ufeff"))
_LAST = 0xFFFF
"""Beyond that, reportlab writes codes into the document that readers can't turn back into text."""
_TAB = "\u00a0" * 4


@cache
def register() -> frozenset[int]:
    """Make the fonts known to reportlab, once; returns the code points that both have."""
    known: list[frozenset[int]] = []
    for name in (PLAIN, BOLD):
        font = TTFont(name, str(_FOLDER / f"{name}.ttf"))
        pdfmetrics.registerFont(font)
        known.append(frozenset(font.face.charToGlyph))
    pdfmetrics.registerFontFamily(PLAIN, normal=PLAIN, bold=BOLD, italic=PLAIN, boldItalic=BOLD)
    return known[0] & known[1]


def legible(text: str) -> str:
    """The text as markup of a paragraph: every character is there, or its code point in its place, like ⟨U+5C71⟩.

    Letters written from right to left are shown by their code points, too: without their own rules of setting they
    would read backwards. The JSON beside the document has every text as it is.
    """
    lines = unicodedata.normalize("NFC", text).translate(_ZERO_WIDTH).replace("\t", _TAB).splitlines()
    return "<br/>".join(_indented(escape(drawable(line), quote=False)) for line in lines)


def drawable(line: str) -> str:
    """A line with code points in the place of characters that can't be drawn; no markup."""
    known = register()
    if all(_drawable(char, known) for char in line):
        return line
    return re.sub(r"[^\x00-\x7f]+|[\x00-\x1f\x7f]+", lambda found: _marked(found[0], known), line)


def cut(line: str, size: float, room: float) -> str:
    """As much of a line as there is room for, in points, at that size of the plain letters."""
    if pdfmetrics.stringWidth(line, PLAIN, size) <= room:
        return line
    while pdfmetrics.stringWidth(f"{line}…", PLAIN, size) > room:
        line = line[:-1]
    return f"{line}…"


def _marked(run: str, known: frozenset[int]) -> str:
    """A run of characters, those that can't be drawn as their code points, neighbours in one pair of brackets."""
    shown: list[str] = []
    missing: list[str] = []
    for char in [*run, ""]:
        if char and not _drawable(char, known):
            missing.append(f"U+{ord(char):04X}")
            continue
        if missing:
            shown.append(f"⟨{' '.join(missing)}⟩")
            missing.clear()
        shown.append(char)
    return "".join(shown)


def _drawable(char: str, known: frozenset[int]) -> bool:
    return (
        ord(char) in known
        and ord(char) <= _LAST
        and unicodedata.category(char) not in ("Cc", "Cf", "Co", "Cs")
        and unicodedata.bidirectional(char) not in ("R", "AL")
    )


def _indented(line: str) -> str:
    """Spaces at the beginning of a line, and several in a row, mean something in a plain text."""
    return re.sub(r"^ +| {2,}", lambda found: "\u00a0" * len(found[0]), line)
