"""Letters as they go out, kept word for word: a change of words shows in a diff.

After a change that is meant: `UPDATE_GOLDEN=1 pytest tests/channels/test_render_golden.py`, and read the diff.
"""

from __future__ import annotations

import pytest

from channels.render import render
from channels.segments import segments
from reminders.snapshot import Channel
from tests.channels.kept import compare
from tests.channels.letters import ACT, OCCASIONS, STEPS, claiming, samples
from tests.channels.occasions import occasions


@pytest.mark.parametrize(
    ("step", "sample"),
    [
        ("introduction", "one"),
        ("heads_up", "one"),
        ("due_soon", "currencies"),
        ("overdue_3", "one"),
        ("overdue_7", "five"),
        ("overdue_14", "yen"),
        ("after_hardship", "one"),
        ("after_hardship", "five"),
        ("final_notice", "partly"),
        ("final_notice", "mixed"),
        ("thank_you", "one"),
    ],
)
def test_mail(step: str, sample: str) -> None:
    rendered = render(samples(step, Channel.EMAIL)[sample])

    compare(f"{step}.{sample}.txt", f"Subject: {rendered.subject}\n\n{rendered.text}")


@pytest.mark.parametrize(
    ("step", "sample"),
    [
        ("discount", "partly"),
        ("discount", "nobody"),
        ("promise_due", "one"),
        ("promise_due", "trader"),
        ("promise_broken", "partly"),
        ("promise_broken", "currencies"),
        ("instalment_due", "one"),
        ("instalment_due", "nobody"),
        ("instalment_missed", "partly"),
        ("instalment_missed", "trader"),
        ("payment_returned", "one"),
        ("payment_returned", "trader"),
        ("acknowledgement", "one"),
        ("acknowledgement", "terms.many"),
        ("acknowledgement", "paid"),
        ("acknowledgement", "dispute.many"),
        ("acknowledgement", "hardship"),
        ("acknowledgement", "call_me"),
        ("acknowledgement", "wrong_person"),
        ("statement", "many"),
        ("statement", "currencies"),
    ],
)
def test_occasion(step: str, sample: str) -> None:
    rendered = render(occasions(step, Channel.EMAIL)[sample])

    compare(f"{step}.{sample}.txt", f"Subject: {rendered.subject}\n\n{rendered.text}")


@pytest.mark.parametrize(("name", "bases"), [("one", (ACT,)), ("currencies", (ACT, "§ 288 BGB"))])
def test_final_notice_with_interest(name: str, bases: tuple[str, ...]) -> None:
    rendered = render(claiming(samples("final_notice", Channel.EMAIL)[name], bases))

    compare(f"final_notice.{name}.interest.txt", f"Subject: {rendered.subject}\n\n{rendered.text}")
    compare(f"final_notice.{name}.interest.html", rendered.html or "")


def test_statement_html() -> None:
    compare("statement.many.html", render(occasions("statement", Channel.EMAIL)["many"]).html or "")


@pytest.mark.parametrize(
    ("step", "sample"),
    [("overdue_3", "one"), ("overdue_7", "five"), ("final_notice", "mixed"), ("final_notice", "hostile")],
)
def test_html(step: str, sample: str) -> None:
    compare(f"{step}.{sample}.html", render(samples(step, Channel.EMAIL)[sample]).html or "")


def test_sms() -> None:
    lines = []
    for step in STEPS:
        for name, letter in samples(step, Channel.SMS).items():
            text = render(letter).text
            lines.append(f"{step} {name} ({segments(text).count})\n{text}\n")
    for step in OCCASIONS:
        for name, letter in occasions(step, Channel.SMS).items():
            text = render(letter).text
            lines.append(f"{step} {name} ({segments(text).count})\n{text}\n")
    compare("sms.txt", "\n".join(lines))
