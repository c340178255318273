"""What French asks of a template: elision, the space before its signs, and an August that an SMS can carry."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date

import pytest

from channels.ports import Letter
from channels.render import render
from channels.segments import Encoding, segments
from reminders.decision import AnswerTold
from reminders.snapshot import Channel
from tests.channels.languages import ALL_STEPS, letters

EMAIL, SMS = Channel.EMAIL, Channel.SMS
# A vowel after one of these asks for an apostrophe: `d'Atelier`.
UNELIDED = re.compile(r"\b(?:[djlmnst]e|la|que) [aeiouyàâéèêîôû]", re.IGNORECASE)
NAMING_NO_DAY = {"overdue_7", "overdue_14", "thank_you", "payment_returned", "statement", "after_hardship"}


def from_a_vowel(each: Letter) -> Letter:
    """The letter between two whose names begin with one."""
    names = {"name": "Atelier Indigo", "legal_name": "Atelier Indigo SARL"}
    return replace(
        each,
        client=replace(each.client, name="Établissements Ohana"),
        creditor=each.creditor.model_copy(update=names),
    )


@pytest.mark.parametrize("step", ALL_STEPS)
def test_no_vowel_meets_a_vowel(step: str) -> None:
    for channel in (EMAIL, SMS):
        for each in letters(step, channel, "fr").values():
            rendered = render(from_a_vowel(each))
            assert not UNELIDED.findall(f"{rendered.subject or ''}\n{rendered.text}")


@pytest.mark.parametrize("step", ALL_STEPS)
def test_no_line_breaks_before_a_sign_that_stands_apart(step: str) -> None:
    for each in letters(step, EMAIL, "fr").values():
        shown = (render(each).html or "").split("<body", 1)[1].split("</div>", 1)[1]
        words = re.sub(r"<[^>]*>", "", shown)
        assert not re.search(r"\S [:;?!»]|« ", words)


@pytest.mark.parametrize("step", [step for step in ALL_STEPS if step not in NAMING_NO_DAY])
def test_august_keeps_an_sms_in_its_alphabet(step: str) -> None:
    for each in letters(step, SMS, "fr").values():
        if isinstance(each.told, AnswerTold) and not (
            each.told.promised_on or each.told.by_on or each.told.parts
        ):
            continue  # only some answers have a day to come
        text = render(in_august(each)).text
        assert "aout" in text
        assert segments(text).encoding is Encoding.GSM_7


def in_august(each: Letter) -> Letter:
    """The letter with all its days in August, before or after its own as they were."""
    on = date(2026, 8, 10)
    items = [replace(row, due_on=on - (each.today - row.due_on) / 10) for row in each.items]
    told = each.told
    if told is not None:
        days = ("promised_on", "made_on", "by_on", "due_on", "on", "received_on")
        names = [name for name in days if getattr(told, name, None) is not None]
        told = replace(told, **dict.fromkeys(names, on))  # type: ignore[arg-type]
    if isinstance(told, AnswerTold):
        told = replace(told, parts=tuple(replace(part, due_on=on) for part in told.parts))
    return replace(each, today=on, items=tuple(items), told=told)
