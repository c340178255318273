"""YAML that people write: what YAML would read otherwise than they mean it is an error, and all errors are told."""

from __future__ import annotations

from datetime import date
from typing import Annotated

import pytest
from pydantic import BaseModel, ConfigDict, Field

from config.yaml_document import Flaws, parse_yaml, read_yaml


class _Inner(BaseModel):
    model_config = ConfigDict(extra="forbid")
    colour: str = "red"
    since: date | None = None
    sizes: dict[str, Annotated[int, Field(ge=1, strict=True)]] = {}


class _Document(BaseModel):
    model_config = ConfigDict(extra="forbid")
    name: str
    parts: tuple[_Inner, ...] = ()
    also: _Inner | None = None


class _Wrong(ValueError):
    pass


def flaws(text: str) -> list[str]:
    with pytest.raises(Flaws) as caught:
        read_yaml(text, "mine.yaml", _Document)
    return list(caught.value.lines)


def test_what_is_right_is_read() -> None:
    text = "name: x\nparts:\n  - &one {colour: blue, since: 2026-02-28}\n  - *one\n  - {<<: *one, colour: green}\n"
    read = read_yaml(text, "mine.yaml", _Document)
    assert [part.colour for part in read.parts] == ["blue", "blue", "green"]
    assert read.parts[2].since == date(2026, 2, 28)


def test_all_flaws_are_told_in_the_order_of_their_lines() -> None:
    text = "parts:\n  - colour: 9:00\n    sizes: {a: 0, b: yes}\n  - color: red\nalso:\n  since: 2026-02-30\n"
    assert flaws(text) == [
        'mine.yaml:2: parts.0.colour: YAML reads 9:00 as a number; put it in quotes: "09:00"',
        "mine.yaml:6: also.since: 2026-02-30 is no date of the calendar (day is out of range for month)",
    ]
    assert flaws(text.replace("02-30", "02-28")) == [
        "mine.yaml:1: name: is missing; add `name: …`",
        'mine.yaml:2: parts.0.colour: YAML reads 9:00 as a number; put it in quotes: "09:00"',
        "mine.yaml:3: parts.0.sizes.a: 0 is too small; write 1 or more",
        "mine.yaml:3: parts.0.sizes.b: write a whole number, like 3, not yes",
        "mine.yaml:4: parts.1.color: is not known here; did you mean colour?",
    ]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("name: x\nname: y", "2: name: stands on line 1 already; keep one of them"),
        (
            "name: x\nalso: {colour: a, colour: b}",
            "2: also.colour: stands on line 2 already; keep one of them",
        ),
        ("name: x\non: 5", '2: on: YAML reads on as true or false; put it in quotes: "on"'),
        (
            "name: x\n12: 5",
            "2: 12: YAML reads it as a number; put it in quotes if a number is what it is called",
        ),
        ("name: NO", '1: name: YAML reads NO as true or false; put it in quotes: "NO"'),
        ("name: 5", "1: name: write text; put a number that is meant as text in quotes, not 5"),
        ("name: x\nalso: [a]", "2: also: write fields with their values (`field: value`), not a list"),
        (
            "name: x\nparts: &a [*a]",
            "2: parts.0: write fields with their values (`field: value`), not a list",
        ),
        ("name: x\n zzz: 1", "2: not valid YAML: mapping values are not allowed here; check the indentation"),
        ("name: *x", "1: not valid YAML: found undefined alias 'x'; put a text that begins with * in quotes"),
        ("name: [a", "1: not valid YAML: "),
        ("---\nname: x\n---\nname: y", "3: not valid YAML: "),
    ],
)
def test_a_flaw_is_told_with_its_line(text: str, said: str) -> None:
    (flaw,) = flaws(text)
    assert flaw.startswith(f"mine.yaml:{said}")


def test_one_line_is_raised_as_the_error_that_is_asked_for() -> None:
    with pytest.raises(_Wrong, match=r"^mine\.yaml:1: nam: is not known here; did you mean name\?$"):
        parse_yaml("nam: x\nalso: 5", "mine.yaml", _Document, _Wrong)
