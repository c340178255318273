"""The interest sheet: each invoice that was late, period by period."""

from __future__ import annotations

from reportlab.platypus import Flowable

from ledger.telling import day as whole_day
from workers.evidence.interest import SheetFile
from workers.evidence.invoices import Standing
from workers.evidence.pack import Pack
from workers.evidence.pdf.blocks import Column, facts, gap, heading, table, text
from workers.evidence.pdf.words import day, decimal, money, monies

_SUMMARY = (
    Column("Invoice", 3), Column("Stands", 2), Column("Interest", 3, right=True), Column("Fixed sum", 3, right=True),
    Column("Together", 3, right=True), Column("Each further day", 3, right=True), Column("May be claimed", 3),
)  # fmt: skip
_PERIODS = (
    Column("From", 13), Column("Through", 13), Column("Days", 7, right=True), Column("Principal", 17, right=True),
    Column("Rate a year", 13, right=True), Column("How the rate comes about", 36),
    Column("Interest", 17, right=True),
)  # fmt: skip


def interest(pack: Pack, number: str) -> list[Flowable]:
    """What late payment has cost through the day of the pack, and on what ground."""
    story: list[Flowable] = [*heading(f"{number} Interest sheet", 0)]
    if not pack.interest:
        return [*story, text("No invoice was ever late.")]
    stands = {invoice.invoice_id: invoice.standing for invoice in pack.invoices}
    story += [
        text(
            f"Counted through {whole_day(pack.day)}. What the law or the contract gives is available: "
            f"{monies(pack.available)} in all, {monies(pack.available_on_open)} of it on invoices that are still open. "
            "Whether it may be claimed, the late terms of each invoice say. It is no part of the open sums. What a "
            "message has claimed, its words say."
        ),
        table(_SUMMARY, [_summary(sheet, stands[sheet.invoice_id], pack) for sheet in pack.interest]),
    ]
    for place, sheet in enumerate(pack.interest, 1):
        story += _sheet(sheet, f"{number}.{place}", pack)
    return story


def _summary(sheet: SheetFile, standing: Standing, pack: Pack) -> tuple[str | None, ...]:
    if sheet.unavailable is not None:
        return pack.number_of(sheet.invoice_id), standing, None, None, None, None, "no sheet: see below"
    return (
        pack.number_of(sheet.invoice_id),
        standing,
        money(sheet.interest) if sheet.interest else None,
        money(sheet.fixed_sum) if sheet.fixed_sum else None,
        money(sheet.total) if sheet.total else None,
        money(sheet.daily) if sheet.daily and sheet.daily.minor else None,
        "yes, by its late terms" if sheet.claimable else "not stated",
    )


def _sheet(sheet: SheetFile, number: str, pack: Pack) -> list[Flowable]:
    story: list[Flowable] = [*heading(f"{number} Invoice {pack.number_of(sheet.invoice_id)}", 1)]
    if sheet.unavailable is not None:
        return [*story, text(f"There is no sheet. {sheet.unavailable}")]
    rows = [
        (
            day(period.first),
            day(period.last),
            str(period.days),
            money(period.principal),
            f"{decimal(period.annual_percent)} %",
            f"{period.rate}; a year of {period.year_days} days",
            f"{period.interest:,f}",
        )
        for period in sheet.periods
    ]
    total = ("", "", str(sum(p.days for p in sheet.periods)), "", "", "Together, rounded once",
             money(sheet.interest) if sheet.interest else "")  # fmt: skip
    return [
        *story,
        table(_PERIODS, rows, total),
        gap(),
        facts(
            [
                ("Fixed sum", money(sheet.fixed_sum) if sheet.fixed_sum else None),
                ("By", sheet.basis),
                ("Interest begins", sheet.begins),
                ("What must be true besides", sheet.conditions),
                ("Sources", "\n".join(sheet.sources)),
            ]
        ),
    ]
