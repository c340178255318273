"""The title page and the contents."""

from __future__ import annotations

from reportlab.platypus import Flowable, PageBreak, Spacer
from reportlab.platypus.tableofcontents import TableOfContents

from ledger.telling import day
from workers.evidence.pack import Pack
from workers.evidence.pdf import style
from workers.evidence.pdf.blocks import facts, text
from workers.evidence.pdf.words import count, instant, money, monies, said


def title_page(pack: Pack) -> list[Flowable]:
    """Who claims what from whom, as of when, and what is in here."""
    debtor = pack.debtor.name or f"client {pack.debtor.client_id}"
    open_sums = [text(money(amount), style.TITLE_SUM) for amount in pack.open]
    return [
        Spacer(0, 62),
        text("EVIDENCE PACK", style.TITLE_LABEL),
        text(pack.creditor.legal_name, style.TITLE),
        text("against", style.TITLE_AGAINST),
        text(debtor, style.TITLE),
        Spacer(0, 30),
        text("Open, without interest", style.LABEL),
        *(open_sums or [text("Nothing is open.", style.TITLE_SUM)]),
        Spacer(0, 24),
        facts(
            [
                ("Of this disputed", monies(pack.disputed, "") or None),
                ("Money on account", _on_account(pack)),
                ("Interest, fixed sums", _interest(pack)),
                ("As of", f"{day(pack.day)} ({instant(pack.as_of)} UTC)"),
                ("Prepared by", pack.written_by),
                ("Purpose", said(pack.purpose)),
                ("Client number", pack.debtor.client_id),
                ("In this pack", _inside(pack)),
            ]
        ),
        Spacer(0, 26),
        text(
            "This document holds personal data. It is meant for those who act in this case, and for nobody else. "
            "Times are UTC where no other zone is named. The JSON beside it holds the same and more; its SHA-256 "
            "stands at the foot of every page. A character that this document's font does not have is shown by its "
            "code point, like ⟨U+5C71⟩; the JSON has it as it is.",
            style.SMALL,
        ),
        PageBreak(),
    ]


def contents() -> list[Flowable]:
    """What stands where."""
    table = TableOfContents(dotsMinLevel=0)
    table.levelStyles = [style.CONTENTS, style.CONTENTS_PART]
    return [text("Contents", style.SECTION), table, PageBreak()]


def _on_account(pack: Pack) -> str | None:
    sums = monies(pack.unallocated, "")
    return f"{sums}, not set off against what is open" if sums else None


def _interest(pack: Pack) -> str | None:
    sums = monies(pack.available_on_open, "")
    return f"{sums} available on what is open" if sums else None


def _inside(pack: Pack) -> str:
    return ", ".join(
        [
            count(len(pack.invoices), "invoice") + f" ({len(pack.claimed)} open)",
            count(len(pack.messages), "message") + f" ({len(pack.sent)} sent)",
            count(pack.receipts, "receipt"),
            count(len(pack.replies), "reply", "replies"),
            count(len(pack.promises), "promise"),
            count(len(pack.plans), "payment plan"),
            count(len(pack.journal.entries), "journal entry", "journal entries"),
        ]
    )
