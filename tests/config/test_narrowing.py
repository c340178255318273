"""The policy within the law: of everything the stricter, and never laxer than what a person wrote."""

from __future__ import annotations

from datetime import time
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from config.policy import SHIPPED, Narrowed, Policy, load_policy
from config.policy.windows import WEEKDAYS, Limit, Silence
from config.rules.contact import ContactRules, HandOff, Letter, WhatsAppSteps, load_contact_law
from config.rules.contact.resolve import CHANNELS, NEEDS
from config.rules.narrowing import narrow

LAW = load_contact_law()
STANDARD = load_policy(SHIPPED / "standard.yaml")
SEVEN_CALLS = Limit(channels=("voice",), contacts=7, per_hours=168)


def policy(**fields: Any) -> Policy:
    return Policy.model_validate(STANDARD.model_dump(by_alias=True) | fields)


def hours(policy: Policy) -> list[str | None]:
    return [f"{h[0]:%H:%M}-{h[1]:%H:%M}" if h else None for h in policy.windows.week]


ALWAYS = {"days": list(WEEKDAYS), "start": "00:00", "end": "23:00"}


@pytest.mark.parametrize(
    ("state", "windows", "expected"),
    [
        ("CA", {}, ["09:00-17:00"] * 5 + [None] * 2),
        ("KY", {}, ["10:00-17:00"] * 5 + [None] * 2),
        ("RI", ALWAYS, ["09:00-18:00"] * 5 + ["10:00-17:00"] * 2),
        ("TX", ALWAYS, ["09:00-20:00"] * 6 + ["12:00-20:00"]),
        ("AL", ALWAYS, ["08:00-20:00"] * 6 + [None]),
        (None, ALWAYS, ["10:00-18:00"] * 5 + ["10:00-17:00", None]),
    ],
)
def test_hours_are_those_that_the_policy_wants_and_the_law_permits(
    state: str | None, windows: dict[str, Any], expected: list[str | None]
) -> None:
    narrowed = narrow(policy(windows=windows), LAW.rules_for("US", state, "company"))
    assert hours(narrowed) == expected
    assert narrowed.windows.iso_days == {n for n, day in enumerate(expected, 1) if day}
    assert narrowed.windows.holidays


def test_where_no_hour_of_the_policy_is_permitted_none_is_left() -> None:
    at_night = policy(windows={"start": "20:00", "end": "22:00"})
    narrowed = narrow(at_night, LAW.rules_for("DE", None, "company"))
    assert hours(narrowed) == [None] * 7
    assert narrowed.windows.iso_days == frozenset()


def test_limits_rests_consents_and_opt_out_lines_of_both() -> None:
    own = Limit(channels=("email",), contacts=2, per_hours=48)
    wants = policy(
        limits=[own, SEVEN_CALLS],
        silences=[("voice", 10), ("sms", 1)],
        consent={"email": "preferred"},
        opt_out_line=["voice"],
        whatsapp_overdue=True,
    )
    narrowed = narrow(wants, LAW.rules_for("DE", None, "consumer"))
    assert narrowed.limits == (own, SEVEN_CALLS)
    assert set(narrowed.silences) == {Silence("voice", 10), Silence("sms", 1)}
    assert narrowed.consent == {
        "email": "preferred",
        "sms": "preferred",
        "voice": "given",
        "whatsapp": "given",
    }
    assert narrowed.opt_out_line == ("email", "sms", "voice", "whatsapp")
    assert not narrowed.whatsapp_overdue
    assert narrowed.caps == wants.caps
    assert narrowed.steps == wants.steps


def test_it_names_the_policy_that_a_person_wrote_and_the_law() -> None:
    narrowed = narrow(STANDARD, LAW.rules_for("DE", None, "company"))
    assert isinstance(narrowed, Narrowed)
    assert narrowed.identity == f"standard@{STANDARD.version}+{LAW.version}"
    assert narrow(STANDARD, LAW.rules_for("DE", None, "company")) is narrowed
    assert narrow(policy(), LAW.rules_for("FR", None, "company")).origin == narrowed.origin


times = st.integers(0, 22).flatmap(lambda h: st.tuples(st.just(time(h)), st.integers(h + 1, 23).map(time)))
limits = st.builds(
    Limit,
    channels=st.lists(st.sampled_from(CHANNELS), min_size=1, unique=True).map(tuple),
    contacts=st.integers(1, 9),
    per_hours=st.integers(1, 200),
)
rules = st.builds(
    ContactRules,
    hours=st.tuples(*[st.none() | times] * 7),
    limits=st.lists(limits, max_size=3).map(tuple),
    silences=st.lists(st.sampled_from([Silence("voice", 7), Silence("sms", 3)]), unique=True).map(tuple),
    consent=st.tuples(*[st.tuples(st.just(c), st.sampled_from(NEEDS)) for c in CHANNELS]),
    opt_out_line=st.frozensets(st.sampled_from(CHANNELS)),
    whatsapp=st.sampled_from(WhatsAppSteps),
    hand_off=st.just(HandOff(0, Letter.NONE, ())),
    sources=st.just(()),
    law=st.just("0a1b2c3d4e5f"),
)
policies = st.builds(
    policy,
    windows=st.fixed_dictionaries(
        {"days": st.lists(st.sampled_from(WEEKDAYS), min_size=1, unique=True)},
        optional={"by_day": st.dictionaries(st.sampled_from(WEEKDAYS), times)},
    ),
    consent=st.dictionaries(st.sampled_from(CHANNELS), st.sampled_from(NEEDS)),
    channels=st.lists(st.sampled_from(CHANNELS), min_size=1, unique=True),
    whatsapp_overdue=st.booleans(),
    opt_out_line=st.lists(st.sampled_from(CHANNELS)),
)


@settings(max_examples=200, deadline=None, derandomize=True)
@given(policies, rules)
def test_what_is_left_is_within_both(wanted: Policy, law: ContactRules) -> None:
    narrowed = narrow(wanted, law)
    for left, one, other in zip(narrowed.windows.week, wanted.windows.week, law.hours, strict=True):
        for hour in map(time, range(24)):
            inside = all(span is not None and span[0] <= hour < span[1] for span in (one, other))
            assert inside is (left is not None and left[0] <= hour < left[1])
    assert set(narrowed.limits) == {*wanted.limits, *law.limits}
    for channel in CHANNELS:
        need = NEEDS.index(narrowed.consent[channel])
        assert need == max(
            NEEDS.index(dict(law.consent)[channel]), NEEDS.index(wanted.consent.get(channel, "none"))
        )
        assert (channel in narrowed.opt_out_line) is (
            channel in wanted.opt_out_line or channel in law.opt_out_line
        )
    assert set(narrowed.silences) >= set(law.silences)
    assert narrowed.whatsapp_overdue is (wanted.whatsapp_overdue and law.whatsapp is WhatsAppSteps.ANY)
    never = law.whatsapp is WhatsAppSteps.NEVER
    assert list(narrowed.channels) == [c for c in wanted.channels if not (never and c == "whatsapp")]
