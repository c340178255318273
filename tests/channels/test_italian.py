"""What Italian asks of a template: the article before a day."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from channels.elision import il
from channels.ports import Letter
from channels.render import render
from channels.shelf import SHIPPED
from reminders.snapshot import Channel
from tests.channels.languages import ALL_STEPS, letters


@pytest.mark.parametrize(
    ("day", "with_article"),
    [
        ("1 maggio", "il 1 maggio"),
        ("8 maggio 2026", "l'8 maggio 2026"),
        ("11 mag", "l'11 mag"),
        ("18 maggio", "il 18 maggio"),
        ("\x018 maggio\x02", "l'\x018 maggio\x02"),
    ],
)
def test_the_article_of_a_day(day: str, with_article: str) -> None:
    assert il(day) == with_article


@pytest.mark.parametrize("day", [8, 11])
@pytest.mark.parametrize("step", ALL_STEPS)
def test_no_article_meets_a_vowel(step: str, day: int) -> None:
    for channel in (Channel.EMAIL, Channel.SMS):
        for each in letters(step, channel, "it").values():
            rendered = render(on_a_vowel(each, day))
            found = re.findall(
                r"\b(?:il|del|al|dal|nel|sul) (?:8|11)\b",
                f"{rendered.subject or ''} {rendered.text}",
                re.IGNORECASE,
            )
            assert not found


def on_a_vowel(each: Letter, day: int) -> Letter:
    """The letter with all its days on one that begins with a vowel, the deadline of a final notice too."""
    late = each.items[0].due_on < each.today
    items = [replace(row, due_on=date(2026, 11 if late else 12, day)) for row in each.items]
    told = each.told
    if told is not None:
        days = ("promised_on", "made_on", "by_on", "due_on", "on", "received_on")
        names = [name for name in days if getattr(told, name, None) is not None]
        told = replace(told, **dict.fromkeys(names, date(2026, 12, day)))  # type: ignore[arg-type]
    return replace(each, today=date(2026, 12, 1 if day == 11 else 5), items=tuple(items), told=told)


COURTESY = re.compile(r"(?<=[a-zàèéìòù,;] )(?:Lei|Le|La|Suo|Sua|Suoi|Sue)\b|[a-z]r(?:La|Le)\b")


@pytest.mark.parametrize("path", sorted((SHIPPED / "it").iterdir()), ids=lambda path: path.name)
def test_one_house_speaks_one_way(path: Path) -> None:
    """`lei` and `suo` are written small everywhere: in mails, on the page, in calls."""
    assert not COURTESY.findall(path.read_text(encoding="utf-8"))
