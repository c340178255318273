"""What sections are built of: texts, headings that the contents know, facts side by side, and tables."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from reportlab.lib.styles import ParagraphStyle
from reportlab.platypus import CondPageBreak, Flowable, LongTable, Paragraph, Spacer, Table, TableStyle

from workers.evidence.pdf import style
from workers.evidence.pdf.fonts import legible

_MISSING = "–"
_RULES = TableStyle(
    [
        ("VALIGN", (0, 0), (-1, -1), "TOP"),
        ("LINEBELOW", (0, 0), (-1, 0), 0.8, style.QUIET),
        ("LINEBELOW", (0, 1), (-1, -1), 0.3, style.RULE),
        ("TOPPADDING", (0, 0), (-1, -1), 2.5),
        ("BOTTOMPADDING", (0, 0), (-1, -1), 3),
        ("LEFTPADDING", (0, 0), (-1, -1), 3),
        ("RIGHTPADDING", (0, 0), (-1, -1), 3),
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
    rows = [[text(name, style.HEAD), text(value, style.CELL)] for name, value in pairs if value]
    table = Table(rows, colWidths=[style.WIDTH * 0.24, style.WIDTH * 0.76], splitInRow=1, hAlign="LEFT")
    table.setStyle(
        TableStyle(
            [
                ("VALIGN", (0, 0), (-1, -1), "TOP"),
                ("LEFTPADDING", (0, 0), (0, -1), 0),
                ("TOPPADDING", (0, 0), (-1, -1), 1.5),
                ("BOTTOMPADDING", (0, 0), (-1, -1), 1.5),
            ]
        )
    )
    return table


def table(
    columns: Sequence[Column], rows: Sequence[Sequence[str | None]], total: Sequence[str | None] | None = None
) -> Flowable:
    """A table that may run over pages with its head repeated; `total` is its last line."""
    head = [text(c.name, style.HEAD_NUMBER if c.right else style.HEAD) for c in columns]
    lines = [[_cell(value, c) for value, c in zip(row, columns, strict=True)] for row in rows]
    if total is not None:
        lines.append([_cell(value, c, bold=True) for value, c in zip(total, columns, strict=True)])
    whole = sum(column.share for column in columns)
    widths = [style.WIDTH * column.share / whole for column in columns]
    made = LongTable([head, *lines], colWidths=widths, repeatRows=1, splitInRow=1, hAlign="LEFT")
    made.setStyle(_RULES)
    made.spaceAfter = style.BELOW_TABLE
    if total is not None:
        made.setStyle(TableStyle([("LINEABOVE", (0, -1), (-1, -1), 0.8, style.QUIET)]))
    return made


def _cell(value: str | None, column: Column, *, bold: bool = False) -> Paragraph:
    how = style.NUMBER if column.right else style.CELL
    words = legible(value) if value else "" if bold else _MISSING
    return Paragraph(f"<b>{words}</b>" if bold and words else words, how)
