"""How the document looks: sizes in points, colours, and the styles of its texts and tables."""

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
FOOT: Final = 26 * mm
"""Space at the foot of a page, the footer included."""
WIDTH: Final = PAGE[0] - 2 * MARGIN
"""Of the text."""

ROOM: Final = (150, 90, 60)
"""Points to be left below the beginning of a section, of a part and of a small heading, else it begins a page."""
BELOW_TABLE: Final = 9
CELL_PADDING: Final = 3

INK: Final[Color] = HexColor("#1c2430")
QUIET: Final[Color] = HexColor("#5c6672")
RULE: Final[Color] = HexColor("#c9ced6")
SHADE: Final[Color] = HexColor("#f3f4f6")
ACCENT: Final[Color] = HexColor("#1f4e5f")

BODY: Final = ParagraphStyle(
    "body", fontName=PLAIN, fontSize=9, leading=13, textColor=INK, spaceAfter=5, allowWidows=0, allowOrphans=0
)
SMALL: Final = ParagraphStyle("small", BODY, fontSize=7.5, leading=10.5, textColor=QUIET, spaceAfter=3)
SECTION: Final = ParagraphStyle(
    "section", BODY, fontName=BOLD, fontSize=15, leading=20, textColor=ACCENT, spaceBefore=26, spaceAfter=8,
)  # fmt: skip
PART: Final = ParagraphStyle(
    "part", BODY, fontName=BOLD, fontSize=11, leading=15, spaceBefore=12, spaceAfter=5
)
LABEL: Final = ParagraphStyle(
    "label", BODY, fontName=BOLD, fontSize=8, leading=11, textColor=QUIET, spaceBefore=6, spaceAfter=3,
)  # fmt: skip
QUOTE: Final = ParagraphStyle(
    "quote", BODY, fontSize=8.5, leading=12.5, leftIndent=8, rightIndent=8, backColor=SHADE, borderPadding=6,
    spaceBefore=12, spaceAfter=12,
)  # fmt: skip
BULLET: Final = ParagraphStyle(
    "bullet", BODY, leftIndent=14, bulletIndent=2, bulletFontName=PLAIN, spaceAfter=3
)
CELL: Final = ParagraphStyle("cell", BODY, fontSize=8, leading=10.5, spaceAfter=0)
NUMBER: Final = ParagraphStyle("number", CELL, alignment=TA_RIGHT)
TOTAL: Final = ParagraphStyle("total", CELL, fontName=BOLD)
TOTAL_NUMBER: Final = ParagraphStyle("total-number", NUMBER, fontName=BOLD)
HEAD: Final = ParagraphStyle("head", CELL, fontName=BOLD, fontSize=7.5, textColor=QUIET)
HEAD_NUMBER: Final = ParagraphStyle("head-number", HEAD, alignment=TA_RIGHT)

TITLE_LABEL: Final = ParagraphStyle(
    "title-label", BODY, fontName=BOLD, fontSize=10, leading=14, textColor=ACCENT, spaceAfter=26
)
TITLE: Final = ParagraphStyle("title", BODY, fontName=BOLD, fontSize=24, leading=31, spaceAfter=2)
TITLE_AGAINST: Final = ParagraphStyle(
    "title-against", BODY, fontSize=12, leading=20, textColor=QUIET, spaceAfter=2
)
TITLE_SUM: Final = ParagraphStyle("title-sum", BODY, fontName=BOLD, fontSize=18, leading=24, spaceAfter=0)
CONTENTS: Final = ParagraphStyle("contents", BODY, fontSize=10, leading=19)
CONTENTS_PART: Final = ParagraphStyle("contents-part", BODY, fontSize=8.5, leading=14, leftIndent=16)
