"""The policy document: what the standard one says, and how a wrong one is refused."""

from __future__ import annotations

import pytest

from config.policy import SHIPPED, PolicyError, load_policy, parse_policy
from tests.reminders.book import STANDARD, with_policy

GOOD = (SHIPPED / "standard.yaml").read_text(encoding="utf-8")


def test_the_standard_ladder() -> None:
    assert [(step.name, step.day, step.tone.value) for step in STANDARD.ladder] == [
        ("introduction", 0, "warm"),
        ("heads_up", -7, "helpful"),
        ("due_soon", -3, "helpful"),
        ("overdue_3", 3, "friendly"),
        ("overdue_7", 7, "polite"),
        ("overdue_14", 14, "firm"),
        ("final_notice", 30, "formal"),
    ]
    assert STANDARD.thanks is not None
    assert [step.name for step in STANDARD.steps if step.approval] == ["final_notice"]
    assert (STANDARD.caps.gap_days, STANDARD.caps.contacts, STANDARD.caps.per_days) == (4, 7, 7)


def test_the_version_names_the_content() -> None:
    assert parse_policy(GOOD).version == STANDARD.version
    assert with_policy(description="another").version != STANDARD.version
    assert hash(parse_policy(GOOD)) == hash(STANDARD)


@pytest.mark.parametrize(
    ("old", "new", "field", "line_of"),
    [
        ("tone: warm", "tone: angry", "steps.0.tone", "tone: angry"),
        ("day: -7", "day: soon", "steps.1.day", "day: soon"),
        ("gap_days: 4 ", "gap_days: -1 ", "caps.gap_days", "gap_days: -1"),
        ("gap_days: 4 ", "gap_dayz: 4 ", "caps.gap_dayz", "gap_dayz"),
        ('end: "17:00"', 'end: "08:00"', "windows", "windows:"),
        ("enter_at_most: overdue_7", "enter_at_most: overdue_8", "policy", "name: standard"),
        ("- name: heads_up", "- name: introduction", "steps", "steps:"),
        ("  - name: overdue_7 ", "  - day_name: x ", "steps.4.name", None),
    ],
)
def test_an_error_names_file_line_and_field(old: str, new: str, field: str, line_of: str | None) -> None:
    assert old in GOOD
    text = GOOD.replace(old, new, 1)
    with pytest.raises(PolicyError) as caught:
        parse_policy(text, "mine.yaml")
    file, line, rest = str(caught.value).split(":", 2)
    assert file == "mine.yaml"
    assert rest.strip().startswith(f"{field}:")
    if line_of is not None and field != "policy":
        assert line_of in text.splitlines()[int(line) - 1]
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize("text", ["steps: [", "- a list", "", "name: x\nsteps: []"])
def test_what_is_no_policy_is_refused_with_a_line(text: str) -> None:
    with pytest.raises(PolicyError, match=r"^mine\.yaml:\d+: "):
        parse_policy(text, "mine.yaml")


def test_a_file_that_is_not_there_is_named(tmp_path: object) -> None:
    with pytest.raises(PolicyError, match="can't be read"):
        load_policy(SHIPPED / "no-such-policy.yaml")
