"""What replies are read as, held against what a careful person makes of them."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from channels.answers import Answer, AnswerKind
from channels.quotes import unquoted
from reminders.money import Money
from tests.support.answers import READER, classify

WEDNESDAY = date(2026, 3, 4)

LEAST_RIGHT, MOST_UNSURE = 0.97, 0.35
COSTLY = {AnswerKind.PAID, AnswerKind.PROMISE, AnswerKind.DISPUTE}
"""What something is done about without a person; to be sure and wrong of these is to chase or to wait wrongly."""


@dataclass(frozen=True, slots=True)
class Row:
    language: str
    text: str
    kind: AnswerKind
    promised_on: date | None
    read: Answer

    @property
    def right(self) -> bool:
        return self.read.kind is self.kind and (
            self.kind is not AnswerKind.PROMISE or self.read.promised_on == self.promised_on
        )


_SEVERAL = ("mixed", "hard", "fresh")
"""Sections whose rows name their language."""


def table() -> list[Row]:
    data = yaml.safe_load(Path(__file__).with_name("replies.yaml").read_text(encoding="utf-8"))
    received_on = data.pop("received_on")
    rows = []
    for section, replies in data.items():
        for kind, text, *day in replies:
            language, written = text.split(": ", 1) if section in _SEVERAL else (section, text)
            read = classify(unquoted(written), language, received_on)
            rows.append(Row(language, written, AnswerKind(kind), day[0] if day else None, read))
    return rows


LANGUAGES = READER.languages
ROWS = table()


def told(rows: list[Row]) -> str:
    return "\n".join(
        f"{row.language}: {row.text!r} is {row.kind} {row.promised_on or ''}, read as {row.read}"
        for row in rows
    )


def test_the_table_is_large_enough() -> None:
    languages = Counter(row.language.partition("-")[0] for row in ROWS)

    assert len(ROWS) >= 150
    assert all(languages[language] >= 25 for language in LANGUAGES)


def test_precision_and_recall() -> None:
    for kind in AnswerKind:
        is_so = [row for row in ROWS if row.kind is kind]
        read_so = [row for row in ROWS if row.read.kind is kind]
        both = [row for row in is_so if row.read.kind is kind]
        surely = [row for row in read_so if row.read.sure]
        print(  # noqa: T201 - these numbers are what the test is for; `pytest -rP` shows them
            f"{kind.value:14} n={len(is_so):3}  precision {len(both) / max(1, len(read_so)):.3f}"
            f"  recall {len(both) / max(1, len(is_so)):.3f}  sure {len(surely):3}, of these right"
            f" {sum(row.right for row in surely):3}"
        )
    sure = [row for row in ROWS if row.read.sure]
    right = sum(row.right for row in sure) / len(sure)
    unsure = 1 - len(sure) / len(ROWS)
    print(f"{len(ROWS)} replies: sure answers right {right:.3f}, unsure {unsure:.3f}")  # noqa: T201

    assert right >= LEAST_RIGHT, told([row for row in sure if not row.right])
    assert unsure <= MOST_UNSURE, told([row for row in ROWS if not row.read.sure])


def test_no_stop_is_missed_and_none_is_made_up() -> None:
    wrong = [row for row in ROWS if (row.kind is AnswerKind.STOP) != (row.read.kind is AnswerKind.STOP)]

    assert not wrong, told(wrong)


def test_nothing_costly_is_surely_wrong() -> None:
    wrong = [row for row in ROWS if row.read.sure and row.read.kind in COSTLY and not row.right]

    assert not wrong, told(wrong)


def test_what_decided_is_shown() -> None:
    silent = [row for row in ROWS if row.read.sure and not row.read.words]

    assert not silent, told(silent)


@pytest.mark.parametrize(
    ("text", "language", "day"),
    [
        ("We will pay on 2026-03-20", None, date(2026, 3, 20)),
        ("We will pay by 15/3", "en", date(2026, 3, 15)),
        ("We will pay by 3/12", "en-US", date(2026, 3, 12)),
        ("We will pay by 3/12", "en-GB", date(2026, 12, 3)),
        ("We will pay by 3/12", "en", None),  # the third of December, or the twelfth of March
        ("We will pay on Friday of next week", "en", date(2026, 3, 13)),
        ("We will pay next Friday", "en", None),  # in two days, or in nine
        ("We will pay next Tuesday", "en", date(2026, 3, 10)),
        ("We will pay on Wednesday", "en", None),  # today, or in a week
        ("We will pay within 5 working days", "en", date(2026, 3, 11)),
        ("We will pay on March 31st, 2026", "en-US", date(2026, 3, 31)),
        ("We will pay at the end of April", "en", date(2026, 4, 30)),
        ("We will pay on the 2nd", "en", date(2026, 4, 2)),
        ("We will pay on 2 March", "en", None),  # over
        ("We will pay on 4 January", "en", None),  # over, too: nobody asks for ten months
        ("We will pay the invoice of 3 February on 20 March", "en", date(2026, 3, 20)),
        ("We will pay half on 10 March and half on 20 March", "en", None),
        ("Wir zahlen am 15.", "de", date(2026, 3, 15)),
        ("Wir zahlen bis 15.4.", "de", date(2026, 4, 15)),
        ("Wir zahlen am 3.12.2026", "de", date(2026, 12, 3)),
        ("Wir zahlen übermorgen", "de", date(2026, 3, 6)),
        ("Wir zahlen Freitag nächster Woche", "de", date(2026, 3, 13)),
        ("Wir werden die Rechnung vom 3.2. bis Ende März bezahlen", "de", date(2026, 3, 31)),
        ("Nous paierons le 15", "fr", date(2026, 3, 15)),
        ("Nous paierons le 1er avril", "fr", date(2026, 4, 1)),
        ("Nous paierons avant le 15/4", "fr", date(2026, 4, 15)),
        ("Nous paierons d'ici la fin du mois prochain", "fr", date(2026, 4, 30)),
        ("Pagaremos el día 15", "es", date(2026, 3, 15)),
        ("Pagaremos pasado mañana", "es", date(2026, 3, 6)),
        ("Pagaremos a finales de abril", "es", date(2026, 4, 30)),
        ("Pagheremo il 15 aprile", "it", date(2026, 4, 15)),
        ("Pagheremo entro la fine del mese", "it", date(2026, 3, 31)),
        ("Pagheremo venerdì della prossima settimana", "it", date(2026, 3, 13)),
        ("Wij zullen op de 15e betalen", "nl", date(2026, 3, 15)),
        ("Wij zullen eind april betalen", "nl", date(2026, 4, 30)),
        ("Wij zullen overmorgen betalen", "nl", date(2026, 3, 6)),
    ],
)
def test_the_day_that_is_meant(text: str, language: str | None, day: date | None) -> None:
    read = classify(text, language, WEDNESDAY)

    assert (read.kind, read.promised_on, read.sure) == (AnswerKind.PROMISE, day, day is not None)


@pytest.mark.parametrize(
    ("text", "amount"),
    [
        ("Will pay €1,250.50 on Friday", Money(125050, "EUR")),
        ("Will pay £50 on Friday", Money(5000, "GBP")),
        ("Will pay 1 250,00 EUR on Friday", Money(125000, "EUR")),
        ("Will pay 300 euros on Friday", Money(30000, "EUR")),
        ("Will pay invoice 4711 on Friday", None),
    ],
)
def test_the_sum_that_is_named(text: str, amount: Money | None) -> None:
    read = classify(text, "en", WEDNESDAY)

    assert (read.amount, read.sure) == (amount, True)


@pytest.mark.parametrize("text", ["Will pay $50 on Friday", "Will pay 50 EUR on Friday, owing 100 EUR"])
def test_a_sum_that_may_be_several_is_for_a_person(text: str) -> None:
    read = classify(text, "en", WEDNESDAY)

    assert (read.kind, read.amount, read.sure) == (AnswerKind.PROMISE, None, False)


@pytest.mark.parametrize(
    ("text", "also"),
    [
        ("The amount is wrong. We will pay the rest on Friday.", {AnswerKind.PROMISE}),
        ("We paid half yesterday. We will pay the rest on Friday.", {AnswerKind.PROMISE}),
        ("STOP. I have paid this already.", {AnswerKind.PAID}),
    ],
)
def test_who_says_two_things_is_read_by_a_person(text: str, also: set[AnswerKind]) -> None:
    read = classify(text, "en", WEDNESDAY)

    assert (set(read.also), read.sure) == (also, False)


@pytest.mark.parametrize(
    "text", ["I hope we will pay on Friday", "We will pay on Friday if the goods arrive"]
)
def test_hopes_and_conditions_are_no_promises(text: str) -> None:
    read = classify(text, "en", WEDNESDAY)

    assert not read.sure


def test_a_call_beside_something_else_is_no_doubt() -> None:
    read = classify("The amount is wrong. Please call me.", "en", WEDNESDAY)

    assert (read.kind, read.also, read.sure) == (AnswerKind.DISPUTE, (AnswerKind.CALL_ME,), True)


def test_the_language_is_read_from_the_words() -> None:
    read = classify("Wir überweisen am Freitag", "en-US", WEDNESDAY)

    assert (read.language, read.promised_on, read.words) == (
        "de",
        date(2026, 3, 6),
        ("uberweisen", "freitag"),
    )


def test_a_very_long_text_is_read_by_a_person() -> None:
    assert not classify("We have paid. " * 400, "en", WEDNESDAY).sure


@given(st.text(max_size=300), st.sampled_from([*LANGUAGES, "en-US", "sv", None]))
def test_any_text_is_read(text: str, language: str | None) -> None:
    classify(text, language, WEDNESDAY)


_PIECES = [
    "will pay",
    "on",
    "by",
    "am",
    "le",
    "31",
    "29.2.",
    "30/2",
    "1.1.",
    "Friday",
    "next week",
    "zahlen",
    "in 3 Tagen",
]


@given(
    st.lists(st.sampled_from(_PIECES), max_size=8),
    st.sampled_from(LANGUAGES),
    st.dates(date(2024, 1, 1), date(2100, 1, 1)),
)
def test_no_promised_day_is_in_the_past(pieces: list[str], language: str, received_on: date) -> None:
    read = classify(" ".join(pieces), language, received_on)

    assert read.promised_on is None or read.promised_on >= received_on
