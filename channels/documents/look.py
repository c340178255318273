"""How our documents look: sizes in points, colours, and the styles of their texts.

Every grey that is read stands out 4.5 to 1 on white.
"""

from __future__ import annotations

from typing import Final

from reportlab.lib.colors import Color, HexColor
from reportlab.lib.enums import TA_RIGHT
from reportlab.lib.pagesizes import A4
from reportlab.lib.styles import ParagraphStyle
from reportlab.lib.units import mm

from channels.documents.fonts import BOLD, PLAIN

PAGE: Final = A4
MARGIN: Final = 20 * mm
HEAD: Final = 16 * mm
"""Height of the coloured band at the head of the first page."""
FOOT: Final = 24 * mm
"""Space at the foot of a page, the footer included."""
WIDTH: Final = PAGE[0] - 2 * MARGIN
"""Of the text."""

INK: Final[Color] = HexColor("#1f2933")
QUIET: Final[Color] = HexColor("#56636e")
RULE: Final[Color] = HexColor("#c9d1d8")

BODY: Final = ParagraphStyle(
    "body", fontName=PLAIN, fontSize=9.5, leading=13.5, textColor=INK, spaceAfter=5, allowWidows=0, allowOrphans=0
)  # fmt: skip
TITLE: Final = ParagraphStyle("title", BODY, fontName=BOLD, fontSize=19, leading=25, spaceAfter=3)
UNDER_TITLE: Final = ParagraphStyle("under-title", BODY, fontSize=10.5, leading=15, spaceAfter=0)
SECTION: Final = ParagraphStyle("section", BODY, fontName=BOLD, fontSize=11, leading=15, spaceBefore=14)
NOTE: Final = ParagraphStyle("note", BODY, textColor=QUIET)
CELL: Final = ParagraphStyle("cell", BODY, fontSize=9, leading=12.5, spaceAfter=0)
QUIET_CELL: Final = ParagraphStyle("quiet-cell", CELL, textColor=QUIET)
STRONG_CELL: Final = ParagraphStyle("strong-cell", CELL, fontName=BOLD)
NUMBER: Final = ParagraphStyle("number", CELL, alignment=TA_RIGHT)
QUIET_NUMBER: Final = ParagraphStyle("quiet-number", QUIET_CELL, alignment=TA_RIGHT)
STRONG_NUMBER: Final = ParagraphStyle("strong-number", STRONG_CELL, alignment=TA_RIGHT)
