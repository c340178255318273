"""The tables of a statement on paper: the rows that the mail shows, cell by cell."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Final

from reportlab.lib.styles import ParagraphStyle
from reportlab.platypus import Flowable, LongTable, Paragraph, Table, TableStyle

from channels.documents import look
from channels.documents.fonts import legible
from channels.view import Claims, Sum, View
from channels.view import Table as Rows

_Line = list[Paragraph | str]
_PLAIN: Final[list[Any]] = [
    ("LEFTPADDING", (0, 0), (-1, -1), 0),
    ("RIGHTPADDING", (0, 0), (-2, -1), 8),
    ("RIGHTPADDING", (-1, 0), (-1, -1), 0),
    ("TOPPADDING", (0, 0), (-1, -1), 2),
    ("BOTTOMPADDING", (0, 0), (-1, -1), 2),
    ("VALIGN", (0, 0), (-1, -1), "TOP"),
]
_SHARES: Final = (0.3, 0.28, 0.21, 0.21)
_CLAIM_SHARES: Final = (0.74, 0.26)


def statement(view: View, table: Rows, column_open: str) -> Flowable:
    """The rows of a statement, what is taken off each, and what they come to."""
    labels = view.labels
    lines: list[_Line] = [
        [
            _cell(labels.column_invoice, look.QUIET_CELL),
            _cell(labels.column_due, look.QUIET_CELL),
            _cell(labels.column_original, look.QUIET_NUMBER),
            _cell(column_open, look.QUIET_NUMBER),
        ]
    ]
    style = [*_PLAIN, ("BOTTOMPADDING", (0, 0), (-1, 0), 5)]
    for row in table.rows:
        first = len(lines)
        style += [
            ("LINEABOVE", (0, len(lines)), (-1, len(lines)), 0.5, look.RULE),
            ("TOPPADDING", (0, len(lines)), (-1, len(lines)), 6),
        ]
        lines.append(
            [
                _two(row.number, view.label("issued_on", date=row.issued), look.STRONG_CELL),
                _two(row.due, row.standing, look.CELL),
                _cell(row.original, look.NUMBER),
                _cell(row.open, look.STRONG_NUMBER),
            ]
        )
        for why, amount in row.deductions:
            lines.append(_aside(why, view.label("taken_off", amount=amount), column=2))
        for why, amount in row.marks:
            lines.append(_aside(why, amount, column=3))
        style += _together(first, len(lines) - 1)
    for number, line in enumerate(table.sums):
        if number == 0:
            style += [
                ("LINEABOVE", (0, len(lines)), (-1, len(lines)), 1, look.QUIET),
                ("TOPPADDING", (0, len(lines)), (-1, len(lines)), 7),
            ]
        style.append(("SPAN", (0, len(lines)), (2, len(lines))))
        lines.append([*_sum(line)[:1], "", "", *_sum(line)[1:]])
    widths = [look.WIDTH * share for share in _SHARES]
    return LongTable(lines, colWidths=widths, repeatRows=1, hAlign="LEFT", style=TableStyle(style))


def claimed(view: View, claims: Claims) -> Flowable:
    """Interest and fixed sums, invoice by invoice, and what all comes to."""
    lines: list[_Line] = []
    style = list(_PLAIN)
    for claim in claims.lines:
        first = len(lines)
        style += [
            ("LINEABOVE", (0, len(lines)), (-1, len(lines)), 0.5, look.RULE),
            ("TOPPADDING", (0, len(lines)), (-1, len(lines)), 6),
        ]
        basis = view.label("claims_line_basis", basis=claim.basis) if claim.basis else ""
        lines.append([_two(claim.number, basis, look.STRONG_CELL), ""])
        daily = view.label("claims_daily", amount=claim.daily) if claim.daily else ""
        through = view.label("claims_through", date=claim.through)
        lines.append([_two(through, daily, look.CELL), _cell(claim.interest, look.NUMBER)])
        if claim.fixed_sum:
            name = _cell(view.labels.claims_fixed_sum, look.CELL)
            lines.append([name, _cell(claim.fixed_sum, look.NUMBER)])
        style += _together(first, len(lines) - 1)
    for number, line in enumerate(claims.sums):
        if number == 0 or claims.sums[number - 1].main:
            style += [
                ("LINEABOVE", (0, len(lines)), (-1, len(lines)), 1, look.QUIET),
                ("TOPPADDING", (0, len(lines)), (-1, len(lines)), 7),
            ]
        lines.append(_sum(line))
    widths = [look.WIDTH * share for share in _CLAIM_SHARES]
    return LongTable(lines, colWidths=widths, hAlign="LEFT", style=TableStyle(style))


def facts(pairs: Iterable[tuple[str, str]]) -> Flowable:
    """Names and their values, line by line."""
    lines = [[_cell(name, look.QUIET_CELL), _cell(value, look.CELL)] for name, value in pairs]
    widths = [look.WIDTH * share for share in (0.26, 0.74)]
    return Table(lines, colWidths=widths, hAlign="LEFT", style=TableStyle(_PLAIN))


def _together(first: int, last: int) -> list[Any]:
    """Lines about one invoice: no page ends between them, and there is room below."""
    return [("NOSPLIT", (0, first), (-1, last)), ("BOTTOMPADDING", (0, last), (-1, last), 6)]


def _aside(why: str, amount: str, column: int) -> _Line:
    """A line below an invoice's own: what is taken off its amount, or a part of what is open."""
    line: _Line = ["", _cell(why, look.QUIET_NUMBER), "", ""]
    line[column] = _cell(amount, look.QUIET_NUMBER)
    return line


def _sum(line: Sum) -> _Line:
    name, number = (
        (look.STRONG_CELL, look.STRONG_NUMBER) if line.main else (look.QUIET_CELL, look.QUIET_NUMBER)
    )
    return [_cell(line.label, name), _cell(line.amount, number)]


def _two(first: str, second: str, how: ParagraphStyle) -> Paragraph:
    """A cell of two lines, the second one quiet."""
    quiet = (
        f'<br/><font name="{look.QUIET_CELL.fontName}" color="{look.QUIET.hexval()}">{legible(second)}</font>'
    )
    return Paragraph(legible(first) + (quiet if second else ""), how)


def _cell(words: str, how: ParagraphStyle) -> Paragraph:
    return Paragraph(legible(words), how)
