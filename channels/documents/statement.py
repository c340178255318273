"""A statement of account as a PDF: the same rows, sums and words as in the mail that it goes with.

It is made from the mail's own view, in its language, so no amount can differ. The same view gives the same bytes on
every machine: reportlab's invariant mode, and fonts of our own. A reader for the blind finds its title and language.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from io import BytesIO
from typing import Any

from reportlab.lib.colors import HexColor
from reportlab.lib.styles import ParagraphStyle
from reportlab.pdfgen.canvas import Canvas
from reportlab.platypus import BaseDocTemplate, Flowable, Frame, PageTemplate, Paragraph, Spacer

from channels.documents import look
from channels.documents.fonts import BOLD, PLAIN, cut, drawable, legible, register
from channels.documents.tables import claimed, facts, statement
from channels.view import View

_SMALL = 7.5
"""Points of the footer's letters."""


def statement_pdf(view: View, parts: Sequence[str]) -> bytes:
    """The document for a mail that lays out these parts (`account`, `statement`, `claimed`, `ways_to_pay`).

    A mail that lays out no table gets what it asks for as one.
    """
    register()
    document, file = _build(view, parts, pages=0)
    if document.page > 1:
        document, file = _build(view, parts, pages=document.page)
    return file.getvalue()


def _build(view: View, parts: Sequence[str], pages: int) -> tuple[_Document, BytesIO]:
    file = BytesIO()
    document = _Document(file, view, pages)
    document.build(list(_story(view, parts)))
    return document, file


def _story(view: View, parts: Sequence[str]) -> Iterator[Flowable]:
    labels = view.labels
    yield _text(labels.document_title, look.TITLE)
    yield _text(view.label("document_as_of", date=view.today), look.UNDER_TITLE)
    whom = view.company or view.full_name
    if whom and drawable(whom) == whom:  # a name in letters that we can't set is better left out than spelled
        yield _text(view.label("document_for", name=whom), look.UNDER_TITLE)
    yield Spacer(0, 14)
    whole = "account" in parts
    table = view.whole() if whole else view.asked_for()
    yield statement(view, table, labels.column_open)
    yield Spacer(0, 8)
    for note in table.notes:
        yield _text(note, look.NOTE)
    if "claimed" in parts and view.claims:
        yield _text(labels.claims_title, look.SECTION)
        if view.claims.basis:
            yield _text(view.label("claims_basis", basis=view.claims.basis), look.BODY)
        yield claimed(view, view.claims)
        yield Spacer(0, 8)
    if "ways_to_pay" in parts:
        yield from _accounts(view)
    yield _text(view.label("whom_to_ask", person=view.person), look.SECTION)
    yield _text("  ·  ".join(filter(None, (view.person_email, view.person_phone))), look.BODY)


def _accounts(view: View) -> Iterator[Flowable]:
    """Where money may be sent, as the mail says it."""
    labels = view.labels
    for account in view.accounts:
        several = len(view.accounts) > 1
        title = view.label("by_transfer_in", currency=account.currency) if several else labels.by_transfer
        yield _text(title, look.SECTION)
        known = [
            (key, getattr(account, key)) for key in ("holder", "bank", "iban", "bic", "account", "routing")
        ]
        yield facts(
            [
                *((labels.text(key), value) for key, value in known if value),
                (labels.reference, account.reference or labels.reference_numbers),
            ]
        )
    if view.accounts:
        yield Spacer(0, 4)
        yield _text(labels.check_details, look.NOTE)


def _text(words: str, how: ParagraphStyle) -> Paragraph:
    return Paragraph(legible(words), how)


class _Document(BaseDocTemplate):
    """The pages: A4, the creditor's band over the first, and a footer. `pages` is their number where it is known."""

    def __init__(self, file: BytesIO, view: View, pages: int) -> None:
        title = f"{view.labels.document_title}: {view.us}"
        super().__init__(
            file, pagesize=look.PAGE, title=title, author=view.legal_name, subject=view.today, creator=view.us,
            invariant=1, lang=view.language,
        )  # fmt: skip
        self._view = view
        self._pages = pages
        room = look.PAGE[1] - look.FOOT
        first, others = (
            Frame(
                look.MARGIN, look.FOOT, look.WIDTH, room - head, leftPadding=0, rightPadding=0, topPadding=0,
                bottomPadding=0,
            )
            for head in (look.HEAD + look.MARGIN, look.MARGIN)
        )  # fmt: skip
        self.addPageTemplates(
            [
                PageTemplate("first", [first], onPage=self._first, autoNextPageTemplate="other"),
                PageTemplate("other", [others], onPage=self._footer),
            ]
        )

    def _first(self, canvas: Canvas, document: Any) -> None:
        canvas.setViewerPreference("DisplayDocTitle", "true")
        canvas.saveState()
        canvas.setFillColor(HexColor(self._view.colour))
        canvas.rect(0, look.PAGE[1] - look.HEAD, look.PAGE[0], look.HEAD, stroke=0, fill=1)
        canvas.setFillColor(HexColor(self._view.on_colour))
        canvas.setFont(BOLD, 13)
        canvas.drawString(look.MARGIN, look.PAGE[1] - look.HEAD / 2 - 4.5, drawable(self._view.us))
        canvas.restoreState()
        self._footer(canvas, document)

    def _footer(self, canvas: Canvas, document: Any) -> None:
        canvas.saveState()
        top, left, right = look.FOOT - 14, look.MARGIN, look.PAGE[0] - look.MARGIN
        canvas.setStrokeColor(look.RULE)
        canvas.setLineWidth(0.5)
        canvas.line(left, top, right, top)
        canvas.setFillColor(look.QUIET)
        canvas.setFont(PLAIN, _SMALL)
        who = drawable(", ".join((self._view.legal_name, *self._view.address)))
        canvas.drawString(left, top - 12, cut(who, _SMALL, look.WIDTH - 90))
        if self._pages:
            number = self._view.label("document_page", n=document.page, count=self._pages)
            canvas.drawRightString(right, top - 12, number)
        canvas.restoreState()
