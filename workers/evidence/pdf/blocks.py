"""What sections are built of: texts, headings that the contents know, facts side by side, and tables."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Final

from reportlab.lib.styles import ParagraphStyle
from reportlab.pdfbase import pdfmetrics
from reportlab.platypus import CondPageBreak, Flowable, LongTable, Paragraph, Spacer, Table, TableStyle

from channels.documents.fonts import drawable, legible
from workers.evidence.pdf import style

_MISSING = "–"
_PADDING: Final[list[Any]] = [
    ("LEFTPADDING", (0, 0), (-1, -1), style.CELL_PADDING),
    ("RIGHTPADDING", (0, 0), (-1, -1), style.CELL_PADDING),
    ("VALIGN", (0, 0), (-1, -1), "TOP"),
    ("FONT", (0, 0), (-1, -1), style.CELL.fontName, style.CELL.fontSize, style.CELL.leading),
    ("TEXTCOLOR", (0, 0), (-1, -1), style.INK),
]
_FACTS = TableStyle(
    [
        *_PADDING,
        ("LEFTPADDING", (0, 0), (0, -1), 0),
        ("TOPPADDING", (0, 0), (-1, -1), 1.5),
        ("BOTTOMPADDING", (0, 0), (-1, -1), 1.5),
    ]
)
_RULES = TableStyle(
    [
        *_PADDING,
        ("LINEBELOW", (0, 0), (-1, 0), 0.8, style.QUIET),
        ("LINEBELOW", (0, 1), (-1, -1), 0.3, style.RULE),
        ("TOPPADDING", (0, 0), (-1, -1), 2.5),
        ("BOTTOMPADDING", (0, 0), (-1, -1), 3),
    ]
)


class Mark(Flowable):
    """The place of a heading, which the contents and the bookmarks name. It takes no room; `level` 0 is a section."""

    def __init__(self, title: str, level: int) -> None:
        super().__init__()
        self.title = title
        self.level = level
        self.key = re.sub(r"\W+", "-", title)
        """Where a link finds it; titles begin with their numbers, so no two are the same."""

    def wrap(self, aW: float, aH: float) -> tuple[float, float]:  # noqa: ARG002 - reportlab's names
        """No room."""
        return 0, 0

    def draw(self) -> None:
        """Nothing."""


@dataclass(frozen=True, slots=True)
class Column:
    """A column of a table. `share` is its part of the width; sums and counts stand to the right."""

    name: str
    share: float
    right: bool = False


def text(words: str, how: ParagraphStyle = style.BODY) -> Paragraph:
    """A paragraph of words as they are."""
    return Paragraph(legible(words) or _MISSING, how)


def heading(words: str, level: int) -> list[Flowable]:
    """A heading that stands in the contents, with room below it for the beginning of what it is about."""
    how = style.SECTION if level == 0 else style.PART
    return [CondPageBreak(style.ROOM[level]), Mark(words, level), text(words, how)]


def label(words: str) -> list[Flowable]:
    """A small heading that the contents leave out."""
    return [CondPageBreak(style.ROOM[-1]), text(words, style.LABEL)]


def gap() -> Flowable:
    """A little space."""
    return Spacer(0, 6)


def bullets(lines: Iterable[str], mark: str = "•") -> list[Paragraph]:
    """A list."""
    return [Paragraph(legible(line), style.BULLET, bulletText=mark) for line in lines]


def facts(pairs: Iterable[tuple[str, str | None]]) -> Flowable:
    """What is known, line by line: a name and its value. Lines without a value are left out."""
    widths = [style.WIDTH * 0.24, style.WIDTH * 0.76]
    rows = [
        [_cell(name, style.HEAD, widths[0]), _cell(value, style.CELL, widths[1])]
        for name, value in pairs
        if value
    ]
    made = Table(rows, colWidths=widths, splitInRow=1, hAlign="LEFT")
    made.setStyle(_FACTS)
    return made


def table(
    columns: Sequence[Column], rows: Sequence[Sequence[str | None]], total: Sequence[str | None] | None = None
) -> Flowable:
    """A table that may run over pages with its head repeated; `total` is its last line."""
    whole = sum(column.share for column in columns)
    widths = [style.WIDTH * column.share / whole for column in columns]
    heads = [style.HEAD_NUMBER if column.right else style.HEAD for column in columns]
    cells = [style.NUMBER if column.right else style.CELL for column in columns]
    lines = [[text(c.name, how) if c.name else "" for c, how in zip(columns, heads, strict=True)]]
    lines += [
        [_cell(value or _MISSING, how, width) for value, how, width in zip(row, cells, widths, strict=True)]
        for row in rows
    ]
    if total is not None:
        bold = [style.TOTAL_NUMBER if column.right else style.TOTAL for column in columns]
        lines.append([text(value, how) if value else "" for value, how in zip(total, bold, strict=True)])
    made = LongTable(lines, colWidths=widths, repeatRows=1, splitInRow=1, hAlign="LEFT")
    made.setStyle(_RULES)
    right = [("ALIGN", (n, 1), (n, -1), "RIGHT") for n, column in enumerate(columns) if column.right]
    made.setStyle(TableStyle(right))
    if total is not None:
        made.setStyle(TableStyle([("LINEABOVE", (0, -1), (-1, -1), 0.8, style.QUIET)]))
    made.spaceAfter = style.BELOW_TABLE
    return made


def _cell(value: str, how: ParagraphStyle, width: float) -> Paragraph | str:
    """A cell's text: as it is where it fits in a line, since a paragraph in each cell takes ten times as long."""
    if "\n" in value or drawable(value) != value:
        return text(value, how)
    room = width - 2 * style.CELL_PADDING
    return value if how is not style.HEAD and _line(value, how) <= room else text(value, how)


def _line(value: str, how: ParagraphStyle) -> float:
    return pdfmetrics.stringWidth(value, how.fontName, how.fontSize)
