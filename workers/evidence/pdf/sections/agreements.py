"""Promises, payment plans, and the times in which the client was left alone."""

from __future__ import annotations

from reportlab.platypus import Flowable

from workers.evidence.agreements import PlanFile
from workers.evidence.holds import HoldFile
from workers.evidence.pack import Pack
from workers.evidence.pdf.blocks import Column, facts, heading, table, text
from workers.evidence.pdf.words import day, instant, listed, money, said

_PROMISES = (
    Column("Made (UTC)", 4), Column("By", 3), Column("Invoices", 4), Column("Promised for", 3),
    Column("Amount", 3, right=True), Column("Came for it", 3, right=True), Column("Outcome", 3),
)  # fmt: skip
_PARTS = (Column("Due", 2), Column("Amount", 2, right=True), Column("", 6))
_HOLDS = (
    Column("Stated (UTC)", 3), Column("What", 4), Column("Invoice", 3), Column("Through", 2), Column("Note", 5),
)  # fmt: skip
_KINDS = {
    "pause": "Reminders to the client paused",
    "hardship": "Hardship",
    "breathing_space": "Legal breathing space",
    "invoice_pause": "Reminders for the invoice paused",
}


def agreements(pack: Pack, number: str) -> list[Flowable]:
    """What was agreed and what came of it."""
    story: list[Flowable] = [
        *heading(f"{number} Promises, plans and pauses", 0),
        *heading(f"{number}.1 Promises", 1),
    ]
    if pack.promises:
        rows = [
            (
                instant(one.made_at),
                one.by,
                listed(map(pack.number_of, one.invoice_ids)),
                day(one.promised_on),
                money(one.amount),
                money(one.kept),
                said(one.state),
            )
            for one in pack.promises
        ]
        story.append(table(_PROMISES, rows))
    else:
        story.append(text("None are recorded."))
    story += heading(f"{number}.2 Payment plans", 1)
    for plan in pack.plans:
        story += _plan(plan, pack)
    if not pack.plans:
        story.append(text("None are recorded."))
    story += heading(f"{number}.3 Pauses and hardship", 1)
    story.append(
        table(_HOLDS, [_hold(one, pack) for one in pack.holds]) if pack.holds else text("None are recorded.")
    )
    return story


def _plan(plan: PlanFile, pack: Pack) -> list[Flowable]:
    if plan.cancelled_at:
        outcome = f"cancelled on {instant(plan.cancelled_at)}"
    else:
        outcome = said(plan.state) if plan.state else "replaced by a newer plan"
    return [
        facts(
            [
                ("Plan", plan.plan_id),
                ("Agreed (UTC)", instant(plan.agreed_at)),
                ("For", listed(map(pack.number_of, plan.invoice_ids))),
                ("Outcome", outcome),
                ("Came for it", money(plan.paid) if plan.paid else None),
            ]
        ),
        table(_PARTS, [(day(part.due_on), money(part.amount), "") for part in plan.instalments]),
    ]


def _hold(one: HoldFile, pack: Pack) -> tuple[str | None, ...]:
    what = _KINDS[one.kind] + ("" if one.active else ": ended")
    number = pack.number_of(one.invoice_id) if one.invoice_id else None
    through = day(one.until_on) or ("until further notice" if one.active else None)
    return instant(one.stated_at), what, number, through, one.note
