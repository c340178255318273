"""What has to be before anything else may happen: a list for the person who hands the case over."""

from __future__ import annotations

from reportlab.platypus import Flowable

from config.rules.contact import Letter
from workers.evidence.pack import Pack
from workers.evidence.pdf import style
from workers.evidence.pdf.blocks import bullets, facts, heading, label, text
from workers.evidence.pdf.words import count, listed, said

_LETTERS = {
    Letter.NONE: "none is demanded",
    Letter.IN_WRITING: "in writing, on any channel",
    Letter.BY_POST: "by post",
}


def hand_over(pack: Pack, number: str) -> list[Flowable]:
    """The waiting time, the form of the letter, and the checklist for this kind of debtor."""
    rules = pack.hand_over
    who = said(rules.debtor_type) if rules.debtor_type else "a debtor of unknown kind (the strictest rules)"
    story: list[Flowable] = [
        *heading(f"{number} Before the hand-over", 0),
        text(
            "Read from the law packs that come with Amicable. They are facts to check with a lawyer, not advice."
        ),
        facts(
            [
                ("For", listed(part for part in (who, rules.country or "country unknown") if part)),
                (
                    "Waiting time",
                    f"{count(rules.waiting_days, 'day')} after the letter"
                    if rules.waiting_days
                    else "none is set",
                ),
                ("Letter", _LETTERS[rules.letter]),
                ("Law packs", rules.law),
            ]
        ),
    ]
    if rules.checklist:
        story += [*label("Checklist"), *bullets(rules.checklist, "☐")]
    if rules.sources:
        story += [
            *label("Sources of all rules on contact that apply"),
            *(text(source, style.SMALL) for source in rules.sources),
        ]
    return story
