"""The policy document: what the shipped ones say, and how a wrong one is refused."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from config.policy import SHIPPED, By, Policy, PolicyError, load_policy, parse_policy
from config.policy.findings import never_coming
from config.policy.schema import schema

GOOD = (SHIPPED / "standard.yaml").read_text(encoding="utf-8")
STANDARD = load_policy(SHIPPED / "standard.yaml")
GENTLE = load_policy(SHIPPED / "gentle.yaml")
CONSUMER = load_policy(SHIPPED / "consumer.yaml")
ALL = (STANDARD, GENTLE, CONSUMER)


def flaws(*changes: tuple[str, str]) -> list[str]:
    """What is said about the standard policy with these texts replaced."""
    text = GOOD
    for old, new in changes:
        assert old in text
        text = text.replace(old, new, 1)
    with pytest.raises(PolicyError) as caught:
        parse_policy(text, "mine.yaml")
    assert "\n" not in str(caught.value)
    return list(caught.value.flaws)


# --- the shipped ones


def test_the_standard_ladder() -> None:
    assert [
        (step.name, step.day, step.tone.value) for step in STANDARD.ladder if step.anchor != "instalment"
    ] == [
        ("introduction", 0, "warm"),
        ("heads_up", -7, "helpful"),
        ("due_soon", -3, "helpful"),
        ("overdue_3", 3, "friendly"),
        ("overdue_7", 7, "polite"),
        ("overdue_14", 14, "firm"),
        ("call", 21, "firm"),
        ("final_notice", 30, "formal"),
        ("decision", 45, "formal"),
    ]
    assert STANDARD.thanks is not None
    assert [step.name for step in STANDARD.steps if step.approval] == ["final_notice"]
    assert (STANDARD.caps.gap_days, STANDARD.caps.contacts, STANDARD.caps.per_days) == (4, 7, 7)


@pytest.mark.parametrize("policy", [GENTLE, CONSUMER], ids=lambda policy: policy.name)
def test_a_careful_policy_says_no_more_and_nothing_earlier_than_the_standard_one(policy: Policy) -> None:
    for step in policy.steps:
        usual = STANDARD.step(step.name)
        assert usual is not None, "a client that moves between policies must not be told twice"
        assert (usual.anchor, usual.by is By.PERSON) == (step.anchor, step.by is By.PERSON)
        if step.overdue and step.ladder:
            assert step.day >= usual.day
    assert policy.caps.gap_days >= STANDARD.caps.gap_days
    assert policy.caps.contacts < STANDARD.caps.contacts
    assert not policy.interest.claim
    assert not any(step.interest for step in policy.steps)
    assert policy.consent["sms"] == "given"
    assert all(step.approval for step in policy.steps if step.tone == "formal" and step.by is not By.PERSON)


def test_hardship_takes_nothing_away_from_a_consumer() -> None:
    assert GENTLE.precedence > CONSUMER.precedence
    assert GENTLE.caps.gap_days >= CONSUMER.caps.gap_days
    assert GENTLE.caps.contacts / GENTLE.caps.per_days <= CONSUMER.caps.contacts / CONSUMER.caps.per_days
    assert {**CONSUMER.consent, **GENTLE.consent} == CONSUMER.consent == GENTLE.consent
    assert (GENTLE.windows, GENTLE.whatsapp_overdue) == (CONSUMER.windows, False)
    assert set(CONSUMER.opt_out_line) <= set(GENTLE.opt_out_line)


def test_gently_a_person_calls_before_anything_firm() -> None:
    call = GENTLE.step("call")
    assert call is not None
    assert not [s.name for s in GENTLE.ladder if s.day < call.day and s.tone in ("firm", "formal")]
    assert [condition.segments for condition in GENTLE.approval_when] == [("key_account",)]


@pytest.mark.parametrize("policy", ALL, ids=lambda policy: policy.name)
def test_every_step_of_a_shipped_policy_can_come(policy: Policy) -> None:
    assert never_coming(policy) == []


# --- the version


def test_the_version_names_the_content() -> None:
    again = parse_policy(GOOD)
    assert (again.version, hash(again)) == (STANDARD.version, hash(STANDARD))
    assert len({policy.version for policy in ALL}) == len(ALL)


def test_a_changed_copy_has_a_version_of_its_own() -> None:
    assert STANDARD.version  # worked out before the copy is made
    changed = STANDARD.model_copy(update={"steps": STANDARD.steps[:3]})
    assert changed.version != STANDARD.version
    assert [step.name for step in changed.ladder] == ["introduction", "heads_up", "due_soon"]
    assert changed.step("call") is None
    assert changed != STANDARD


def test_the_order_of_names_and_the_comments_change_no_version() -> None:
    one = parse_policy(GOOD.replace("approval_when: []", "approval_when: [{countries: [DE, AT]}]", 1))
    other = parse_policy(
        "# mine\n" + GOOD.replace("approval_when: []", "approval_when: [{countries: [AT, DE]}]", 1)
    )
    assert one.version == other.version


@pytest.mark.parametrize("seed", ["0", "4711"])
def test_the_version_is_the_same_in_every_process(seed: str) -> None:
    code = (
        "from config.policy import SHIPPED, load_policy\n"
        "print(*(load_policy(path).version for path in sorted(SHIPPED.glob('*.yaml'))))"
    )
    done = subprocess.run(
        [sys.executable, "-c", code],
        env={**os.environ, "PYTHONHASHSEED": seed},
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout.split() == [policy.version for policy in sorted(ALL, key=lambda policy: policy.name)]


def _leaves(value: Any, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    inside = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    deeper = [leaf for key, child in inside for leaf in _leaves(child, (*path, key))]
    return deeper or [path]


DATA = yaml.safe_load(GOOD)


@given(st.sampled_from([path for path in _leaves(DATA) if isinstance(path[-1], str)]), st.integers(1, 3))
def test_any_change_of_a_number_or_a_text_changes_the_version(path: tuple[Any, ...], by: int) -> None:
    data = yaml.safe_load(GOOD)
    inner = data
    for part in path[:-1]:
        inner = inner[part]
    old = inner[path[-1]]
    inner[path[-1]] = not old if isinstance(old, bool) else old + by if isinstance(old, int) else f"{old}x"
    try:
        changed = Policy.model_validate(data)
    except ValueError:
        return  # what is no policy has no version
    assert changed.version != STANDARD.version


# --- the schema


def test_the_published_schema_is_the_documents_own() -> None:
    published = Path(__file__).parents[2] / "docs" / "reference" / "schemas" / "policy.json"
    assert json.loads(published.read_text(encoding="utf-8")) == schema()


def test_every_field_of_the_schema_is_described() -> None:
    whole = schema()
    parts = [whole, *(part for part in whole["$defs"].values() if "properties" in part)]
    for part in parts:
        for name, field in part["properties"].items():
            named = whole["$defs"].get(field.get("$ref", "").rpartition("/")[2], {})
            assert field.get("description") or named.get("description"), name


# --- what is refused


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("tone: warm", "tone: angry", "steps.0.tone: 'angry' is not allowed; write warm, helpful, friendly, "),
        ("tone: warm", "tone: frm", "steps.0.tone: 'frm' is not allowed; did you mean firm? Allowed are warm, "),
        ("day: -7", "day: soon", "steps.1.day: write a whole number, like 3, not soon"),
        ("until_day: -4", "untilday: -4", "steps.1.untilday: is not known here; did you mean until_day?"),
        ("until_day: -4", "until_day: -9", "steps.1.until_day: day -9 comes before the step's own day, -7"),
        ("gap_days: 4 ", "gap_days: -1 ", "caps.gap_days: -1 is too small; write 0 or more"),
        ("gap_days: 4 ", "gap_days: yes ", "caps.gap_days: write a whole number, like 3, not yes"),
        ('start: "09:00"', 'start: "18:00"', "windows.start: start, 18:00, must be before end, 17:00"),
        ('start: "09:00"', "start: 9:00", 'windows.start: YAML reads 9:00 as a number; put it in quotes: "09:00"'),
        ('start: "09:00"', "start: 9", 'windows.start: 9 is no time of day; write it in quotes, like "09:00"'),
        ("holidays: true", "holidays: 1", "windows.holidays: write true or false, not 1"),
        ("enter_at_most: overdue_7", "enter_at_most: overdue_8", "enter_at_most: 'overdue_8' is no step that"),
        ("- name: heads_up", "- name: introduction", "steps.1.name: an earlier step is named introduction"),
        ("day: 14", "day: 5", "steps.5.day: 5 does not come after day 7 of overdue_7"),
        ("task: call", "by: email", "steps.6.by: stands on line "),
        ("tone: polite", "interest: true\n    tone: polite", "steps.4.interest: only a step with `tone: formal`"),
        ("name: standard", "name: Standard", "name: 'Standard' does not fit; write lower-case letters"),
        ("minimum: {} ", "minimum: {EUR: -5} ", "minimum.EUR: -5 is below zero; write an amount like 12.50"),
        ("minimum: {} ", "minimum: {EUR: 1.234} ", "minimum.EUR: amount '1.234' has more decimal places than"),
        ("minimum: {} ", "minimum: {EURO: 5} ", "minimum.EURO: currency 'EURO' is not an ISO 4217 code"),
        ("minimum: {} ", "minimum: {EUR: 5, EUR: 6} ", "minimum.EUR: stands on line "),
        ("minimum: {} ", "minimum_for: {fax: {EUR: 5}} ", "minimum_for.fax: 'fax' is not allowed; write email, sms"),
        ("minimum: {} ", "minimum_for: {voice: {EUR: -5}} ", "minimum_for.voice.EUR: -5 is below zero"),
        ("minimum: {} ", "minimum_for: {voice: 20} ", "minimum_for.voice: write fields with their values"),
        ("approval_when: []", "approval_when: [{countries: [NO]}]", 'reads NO as true or false; put it in quotes: "'),
        ("approval_when: []", "approval_when: [{countries: [de]}]", "'de' does not fit; write two capital letters"),
        ("approval_when: []", "approval_when: [{segments: vip}]", "write a list, like [one, another] or lines that"),
        ("channels: [email, sms] ", "channels: [email, fax] ", "channels.1: 'fax' is not allowed; write email, sms,"),
        ("tone: warm", "\ttone: warm", "not valid YAML: found character '\\t' that cannot start any token; indent"),
        ("by: preferred_or_next", " by: preferred_or_next", "not valid YAML: "),
    ],
)  # fmt: skip
def test_an_error_names_file_line_field_and_a_way_out(old: str, new: str, said: str) -> None:
    (flaw,) = flaws((old, new))
    changed = GOOD[: GOOD.index(old)].count("\n") + 1
    assert flaw.startswith(f"mine.yaml:{changed}: ")
    assert said in flaw


def test_money_is_written_as_people_write_it() -> None:
    policy = parse_policy(GOOD.replace("minimum: {} ", "minimum: {EUR: 12.50, JPY: 700, KWD: '1.5'} "))
    assert policy.minimum == {"EUR": 1250, "JPY": 700, "KWD": 1500}
    dear = parse_policy(GOOD.replace("minimum: {} ", "minimum_for: {voice: {EUR: 20.00}} "))
    assert dear.minimum_for == {"voice": {"EUR": 2000}}
    assert dear.version != policy.version


def test_several_errors_are_all_told_in_the_order_of_their_lines() -> None:
    told = flaws(
        ("gap_days: 4 ", "gap_dayz: 4 "), ("tone: warm", "tone: frm"), ('start: "09:00"', "start: 9:00")
    )
    assert [flaw.split(": ")[1] for flaw in told] == ["steps.0.tone", "windows.start", "caps.gap_dayz"]
    with pytest.raises(
        PolicyError, match=r"did you mean .* \(and 2 more; `amicable policy check` lists them\)$"
    ):
        parse_policy("nam: x\n", "mine.yaml")


@pytest.mark.parametrize(
    "text", ["steps: [", "- a list", "", "5", "name: x\nsteps: []", "a: b: c", "*x", " \x00", "[" * 9]
)
def test_what_is_no_policy_is_refused_with_a_line(text: str) -> None:
    with pytest.raises(PolicyError, match=r"^mine\.yaml:\d+: "):
        parse_policy(text, "mine.yaml")


_PLAIN = st.none() | st.booleans() | st.integers() | st.text(max_size=5)
_FIELDS = st.sampled_from(["name", "steps", "for", "windows", "minimum", "anything"])
_DATA = st.recursive(
    _PLAIN, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(_FIELDS, inner, max_size=4)
)


@given(st.text(max_size=200) | _DATA.map(yaml.safe_dump))
def test_whatever_stands_in_a_file_the_answer_is_lines(text: str) -> None:
    with pytest.raises(PolicyError) as caught:  # a policy has a step with a name, and none of these has
        parse_policy(text, "mine.yaml")
    assert all(flaw.startswith("mine.yaml:") and "\n" not in flaw for flaw in caught.value.flaws)


def test_a_file_that_is_not_there_is_named() -> None:
    with pytest.raises(PolicyError, match=r"no-such-policy\.yaml: can't be read"):
        load_policy(SHIPPED / "no-such-policy.yaml")
