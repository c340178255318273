"""The pages: A4, a title page and the others, with a footer that ties each page to its JSON."""

from __future__ import annotations

from io import BytesIO
from typing import Any

from reportlab.pdfgen.canvas import Canvas
from reportlab.platypus import BaseDocTemplate, Flowable, Frame, PageTemplate

from channels.documents.fonts import PLAIN, cut, drawable, legible
from workers.evidence.pdf import style
from workers.evidence.pdf.blocks import Mark

_SMALL = 7
"""Points of the footer's letters."""


class Document(BaseDocTemplate):
    """The document. Built twice or more: page numbers are known only when all pages are."""

    def __init__(self, file: BytesIO, *, title: str, author: str, running: str, json_sha256: str) -> None:
        super().__init__(
            file, pagesize=style.PAGE, title=title, author=author, subject=f"SHA-256 of the JSON: {json_sha256}",
            creator="Amicable", invariant=1, lang="en-GB",
        )  # fmt: skip
        self._running = cut(drawable(running), _SMALL, style.WIDTH - 70)
        self._json_sha256 = json_sha256
        self._pages = 0
        """Of the pass before."""
        frame = Frame(
            style.MARGIN, style.FOOT, style.WIDTH, style.PAGE[1] - style.MARGIN - style.FOOT,
            leftPadding=0, rightPadding=0, topPadding=0, bottomPadding=0, id="text",
        )  # fmt: skip
        self.addPageTemplates(
            [
                PageTemplate("title", [frame], onPage=self._title_page, autoNextPageTemplate="page"),
                PageTemplate("page", [frame], onPage=self._page),
            ]
        )

    def afterFlowable(self, flowable: Flowable) -> None:
        """Tell the contents and the bookmarks where a heading stands."""
        if isinstance(flowable, Mark):
            self.canv.bookmarkPage(flowable.key)
            self.canv.addOutlineEntry(flowable.title, flowable.key, flowable.level, closed=True)
            self.notify("TOCEntry", (flowable.level, legible(flowable.title), self.page, flowable.key))

    def afterPage(self) -> None:
        """Count."""
        self._last = self.page

    def handle_documentBegin(self) -> None:
        """Begin a pass, with the count of pages of the one before."""
        self._pages = getattr(self, "_last", 0)
        super().handle_documentBegin()

    def _title_page(self, canvas: Canvas, document: Any) -> None:
        canvas.saveState()
        canvas.setFillColor(style.ACCENT)
        canvas.rect(0, style.PAGE[1] - 8, style.PAGE[0], 8, stroke=0, fill=1)
        canvas.restoreState()
        self._page(canvas, document)

    def _page(self, canvas: Canvas, document: Any) -> None:
        canvas.saveState()
        top, left, right = style.FOOT - 16, style.MARGIN, style.PAGE[0] - style.MARGIN
        canvas.setStrokeColor(style.RULE)
        canvas.setLineWidth(0.5)
        canvas.line(left, top, right, top)
        canvas.setFillColor(style.QUIET)
        canvas.setFont(PLAIN, _SMALL)
        canvas.drawString(left, top - 12, self._running)
        canvas.drawRightString(right, top - 12, f"Page {document.page} of {self._pages or '…'}")
        canvas.drawString(left, top - 23, f"SHA-256 of the JSON: {self._json_sha256}")
        canvas.restoreState()
