"""A pack as a document that is read on paper: the same pack gives the same bytes."""

from __future__ import annotations

from io import BytesIO

from reportlab.platypus import CondPageBreak, Flowable, PageBreak

from channels.documents.fonts import register
from ledger.telling import day
from reminders.calendar import Place
from workers.evidence.pack import Pack
from workers.evidence.pdf.furniture import Document
from workers.evidence.pdf.sections.agreements import agreements
from workers.evidence.pdf.sections.claim import claim, parties
from workers.evidence.pdf.sections.hand_over import hand_over
from workers.evidence.pdf.sections.interest import interest
from workers.evidence.pdf.sections.invoices import invoices
from workers.evidence.pdf.sections.journal import journal
from workers.evidence.pdf.sections.messages import messages
from workers.evidence.pdf.sections.people import decisions, replies
from workers.evidence.pdf.sections.title import contents, title_page

_LIST_ROOM = 330
"""Points that keep the checklist on one page."""


def to_pdf(pack: Pack, json_sha256: str, place: Place) -> bytes:
    """The document. `json_sha256` (hex) is that of the JSON beside it; `place` gives the debtor's clocks."""
    register()
    story: list[Flowable] = [
        *title_page(pack),
        *contents(),
        *claim(pack, "1"),
        *parties(pack, "2"),
        *invoices(pack, "3"),
        *interest(pack, "4"),
        *agreements(pack, "5"),
        PageBreak(),
        *messages(pack, "6", place),
        *replies(pack, "7"),
        *decisions(pack, "8"),
        CondPageBreak(_LIST_ROOM),
        *hand_over(pack, "9"),
        PageBreak(),
        *journal(pack, "10"),
    ]
    debtor = pack.debtor.name or pack.debtor.client_id
    title = f"Evidence pack: {pack.creditor.legal_name} against {debtor}"
    file = BytesIO()
    document = Document(
        file,
        title=title,
        author=pack.creditor.legal_name,
        running=f"{title}, as of {day(pack.day)}",
        json_sha256=json_sha256,
    )
    document.multiBuild(story)
    return file.getvalue()
