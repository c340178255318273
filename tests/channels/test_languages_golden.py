"""What each language says, kept word for word: one file of mails and one of SMS a language.

After a change that is meant: `UPDATE_GOLDEN=1 pytest tests/channels/test_languages_golden.py`, and read the diff.
"""

from __future__ import annotations

import pytest

from channels.render import render
from channels.segments import segments
from reminders.snapshot import Channel
from tests.channels.kept import compare
from tests.channels.languages import ALL_STEPS, OTHERS, letters

# One client with one invoice each, and where a step speaks otherwise of several, or of a part, that as well.
MAILS = {
    "introduction": ("one", "five"),
    "heads_up": ("one", "currencies"),
    "due_soon": ("one", "currencies"),
    "overdue_3": ("one", "five"),
    "overdue_7": ("one", "five"),
    "overdue_14": ("one", "five"),
    "after_hardship": ("one", "five"),
    "final_notice": ("partly", "mixed", "one.interest", "currencies.interest"),
    "thank_you": ("one", "five"),
    "discount": ("one", "nobody"),
    "promise_due": ("one", "partly"),
    "promise_broken": ("one", "partly"),
    "instalment_due": ("one", "trader"),
    "instalment_missed": ("one", "trader"),
    "payment_returned": ("one", "trader"),
    "acknowledgement": (
        "one", "day", "terms", "terms.many", "paid", "paid.many", "dispute", "dispute.many", "hardship", "call_me",
        "wrong_person",
    ),
    "statement": ("one", "many"),
}  # fmt: skip


def test_every_step_has_its_mails() -> None:
    assert set(MAILS) == set(ALL_STEPS)


@pytest.mark.parametrize("language", OTHERS)
def test_mails(language: str) -> None:
    pages = []
    for step, names in MAILS.items():
        for name in names:
            rendered = render(letters(step, Channel.EMAIL, language)[name])
            pages.append(f"===== {step} {name}\nSubject: {rendered.subject}\n\n{rendered.text}")
    compare(f"{language}.mails.txt", "\n".join(pages))


@pytest.mark.parametrize("language", OTHERS)
def test_sms(language: str) -> None:
    lines = []
    for step in ALL_STEPS:
        for name, letter in letters(step, Channel.SMS, language).items():
            text = render(letter).text
            lines.append(f"{step} {name} ({segments(text).count})\n{text}\n")
    compare(f"{language}.sms.txt", "\n".join(lines))
