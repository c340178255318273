"""The law on contacting debtors: what the packs say, and that the unknown is never freer than the known."""

from __future__ import annotations

from datetime import date, time
from pathlib import Path
from typing import get_args

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from config.policy.document import ConsentNeed
from config.rules.contact import (
    SHIPPED,
    ContactLawError,
    ContactRules,
    Letter,
    Nature,
    WhatsAppSteps,
    load_contact_law,
    problems,
)
from config.rules.contact.provision import DebtorTypeName
from reminders.zones import countries

LAW = load_contact_law()
TODAY = date(2026, 11, 22)
KINDS: tuple[DebtorTypeName, ...] = get_args(DebtorTypeName)
NEEDS: tuple[ConsentNeed, ...] = get_args(ConsentNeed)
PLACES = st.sampled_from(
    [("PL", ()), *((pack.country, pack.subdivisions) for pack in LAW.packs[1:])]
).flatmap(lambda known: st.tuples(st.just(known[0]), st.sampled_from([None, *known[1]])))


def hours(text: str) -> tuple[time, time] | None:
    start, _, end = text.partition("-")
    return (time(int(start)), time(int(end))) if end else None


def week(weekdays: str, saturday: str | None = None, sunday: str | None = None) -> tuple[object, ...]:
    return (*[hours(weekdays)] * 5, hours(saturday or weekdays), hours(sunday or saturday or weekdays))


# --- the packs as they are shipped


@pytest.mark.parametrize(
    ("states", "expected"),
    [
        ("CA NY WA PR", week("8-20")),  # the federal hours, within those for everybody
        ("FL MD MA OK", week("8-20")),
        ("CT NV", week("9-20")),
        ("KY", week("10-20")),
        ("MI MN NM", week("9-20")),
        ("AL LA MS", week("8-20", "8-20", "none")),
        ("RI", week("9-18", "10-17")),
        ("TX", week("9-20", "9-20", "12-20")),
    ],
)
@pytest.mark.parametrize("kind", KINDS)
def test_hours_of_the_states(states: str, expected: tuple[object, ...], kind: str) -> None:
    for state in states.split():
        assert LAW.rules_for("US", state, kind).hours == expected, state


@pytest.mark.parametrize(
    ("states", "written"),
    [
        ("FL MD MA OK AL LA MS", "8-20"),
        ("CT NV", "9-20"),
        ("KY", "10-21"),
        ("MI MN NM TX", "9-21"),
        ("RI", "9-18"),
    ],
)
def test_what_the_packs_say_of_a_states_weekdays(states: str, written: str) -> None:
    # The rules of a state end at 20:00 at the latest; what its own law says stands in its provision.
    us = next(pack for pack in LAW.packs if pack.country == "US")
    for state in states.split():
        said = [
            p.hours[0] for p in us.provisions if p.hours and state in p.where and p.nature is Nature.CAUTION
        ]
        assert said == [hours(written)], state


def test_massachusetts_allows_two_phone_contacts_a_week_with_consumers() -> None:
    (limit,) = LAW.rules_for("US", "MA", "consumer").limits
    assert (limit.channels, limit.contacts, limit.per_hours) == (("sms", "voice"), 2, 7 * 24)
    assert limit not in LAW.rules_for("US", "MA", "company").limits


@pytest.mark.parametrize("state", ["FL", "OK"])
def test_florida_and_oklahoma_allow_three_in_a_day(state: str) -> None:
    limits = LAW.rules_for("US", state, "company").limits
    assert [(x.channels, x.contacts, x.per_hours) for x in limits] == [
        (("sms", "voice"), 3, 24),
        (("voice",), 7, 168),
    ]


@pytest.mark.parametrize("country", ["US", "DE", "JP"])
@pytest.mark.parametrize("kind", KINDS)
def test_seven_calls_in_seven_days_and_rest_after_a_conversation_for_everybody(
    country: str, kind: str
) -> None:
    rules = LAW.rules_for(country, "CA", kind)
    assert [(x.channels, x.contacts, x.per_hours) for x in rules.limits] == [(("voice",), 7, 168)]
    assert rules.silences == (("voice", 7),)


@pytest.mark.parametrize("kind", KINDS)
def test_consent_and_texts_everywhere(kind: str) -> None:
    sms = "preferred" if kind in ("consumer", "sole_trader") else "none"
    for country in countries():
        rules = LAW.rules_for(country, None, kind)
        assert dict(rules.consent) == {"email": "none", "sms": sms, "voice": "given", "whatsapp": "given"}
        assert rules.opt_out_line == {"email", "sms", "whatsapp"}
        assert rules.whatsapp is WhatsAppSteps.BEFORE_DUE_ONLY
        assert not rules.whatsapp_overdue


@pytest.mark.parametrize(
    ("country", "kind", "days", "letter"),
    [
        ("GB", "consumer", 30, Letter.BY_POST),
        ("GB", "sole_trader", 30, Letter.BY_POST),
        ("GB", "company", 14, Letter.IN_WRITING),
        ("GB", None, 30, Letter.BY_POST),
        ("NO", "company", 14, Letter.BY_POST),
        ("NO", "consumer", 30, Letter.BY_POST),
        ("PL", "company", 30, Letter.BY_POST),
    ],
)
def test_waiting_before_an_attorney(country: str, kind: str | None, days: int, letter: Letter) -> None:
    hand_off = LAW.rules_for(country, None, kind).hand_off
    assert (hand_off.waiting_days, hand_off.letter) == (days, letter)
    assert hand_off.checklist


def test_breathing_space_is_asked_after_in_england_and_wales_and_where_the_part_is_unknown() -> None:
    def asked(part: str | None, kind: str) -> bool:
        return any("breathing space" in item for item in LAW.rules_for("GB", part, kind).hand_off.checklist)

    assert asked("ENG", "consumer")
    assert asked("GB-WLS", "sole_trader")
    assert asked(None, "consumer")
    assert not asked("SCT", "consumer")
    assert not asked("ENG", "company")


def test_every_value_has_its_source_and_nothing_is_left_to_look_into() -> None:
    assert len(LAW.packs) > 5
    for pack in LAW.packs:
        for provision in pack.provisions:
            assert len(provision.source) > 10, provision.name
            assert provision.valid_from <= provision.checked_on <= TODAY, provision.name
    assert problems(LAW, TODAY) == []


def test_a_place_is_spelled_in_any_way() -> None:
    assert LAW.rules_for("us", "us-ri", "company") is LAW.rules_for("US", "RI", "company")


def test_every_country_that_has_a_zone_is_one_for_the_law() -> None:
    unknown = LAW.rules_for(None, None, None)
    assert [c for c in countries() if LAW.rules_for(c, None, "company") == unknown] == []


# --- unknown means strictest


def no_freer(one: ContactRules, other: ContactRules) -> bool:
    """Whether everything that `one` allows is allowed by `other` too."""
    needs = zip(one.consent, other.consent, strict=True)
    rests = dict(one.silences)
    return (
        all(
            mine is None or (yours is not None and yours[0] <= mine[0] and mine[1] <= yours[1])
            for mine, yours in zip(one.hours, other.hours, strict=True)
        )
        and all(
            any(
                set(mine.channels) >= set(yours.channels)
                and mine.contacts <= yours.contacts
                and mine.per_hours >= yours.per_hours
                for mine in one.limits
            )
            for yours in other.limits
        )
        and all(rests.get(rest.channel, 0) >= rest.days for rest in other.silences)
        and all(a == b and NEEDS.index(mine) >= NEEDS.index(yours) for (a, mine), (b, yours) in needs)
        and one.opt_out_line >= other.opt_out_line
        and list(WhatsAppSteps).index(one.whatsapp) >= list(WhatsAppSteps).index(other.whatsapp)
        and one.hand_off.waiting_days >= other.hand_off.waiting_days
        and list(Letter).index(one.hand_off.letter) >= list(Letter).index(other.hand_off.letter)
        and set(one.hand_off.checklist) >= set(other.hand_off.checklist)
        and set(one.sources) >= set(other.sources)
    )


def test_the_measure_sees_every_field() -> None:
    strict, free = LAW.rules_for(None, None, None), LAW.rules_for("PL", None, "company")
    assert no_freer(strict, free)
    assert no_freer(strict, strict)
    assert not no_freer(free, strict)


@settings(max_examples=300, deadline=None, derandomize=True)
@given(PLACES, st.sampled_from(KINDS), st.sampled_from([None, "", "XX", "Germany"]))
def test_nothing_known_is_stricter_than_the_unknown(
    place: tuple[str, str | None], kind: str, nowhere: str | None
) -> None:
    known = LAW.rules_for(*place, kind)
    assert no_freer(LAW.rules_for(nowhere, None, kind), known)
    assert no_freer(LAW.rules_for(nowhere, place[1], None), known)
    assert no_freer(LAW.rules_for(*place, None), known)
    assert no_freer(LAW.rules_for(*place, "club"), known)
    assert no_freer(LAW.rules_for(place[0], None, kind), known)
    assert no_freer(LAW.rules_for(place[0], "nowhere", kind), known)


def test_the_unknown_still_leaves_hours_of_work() -> None:
    unknown = LAW.rules_for(None, None, None)
    assert unknown.hours == week("10-18", "none", "none")
    assert dict(unknown.consent)["sms"] == "preferred"
    assert unknown.hand_off.waiting_days == 30


# --- packs that a deployment writes itself

PROVISION = """
  - name: {name}
    nature: law
    source: An Act
    checked_on: 2026-11-21
    valid_from: 2020-01-01
"""


def folder(tmp_path: Path, **files: str) -> Path:
    (tmp_path / "default.yaml").write_bytes((SHIPPED / "default.yaml").read_bytes())
    for name, text in files.items():
        (tmp_path / f"{name}.yaml").write_text(text, encoding="utf-8")
    return tmp_path


def pack(country: str, *provisions: str, subdivisions: str = "") -> str:
    parts = [PROVISION.format(name=f"p{n}") + f"    {text}\n" for n, text in enumerate(provisions)]
    return f"country: {country}\nsubdivisions: [{subdivisions}]\nprovisions:{''.join(parts)}"


def test_a_law_may_replace_what_is_less_specific_and_the_rest_stays(tmp_path: Path) -> None:
    text = pack(
        "CH",
        'replaces: [hours, consent]\n    hours: {monday-sunday: "07:00-21:00"}\n    consent: {voice: none}',
        'where: [ZH]\n    hours: {monday-sunday: "06:00-19:00"}',
        'where: [BE]\n    replaces: [hours]\n    hours: {monday-sunday: "06:00-22:00"}',
        subdivisions="ZH, BE",
    )
    law = load_contact_law(folder(tmp_path, ch=text))
    assert law.rules_for("CH", "ZH", "company").hours == week("7-19")
    assert law.rules_for("CH", "BE", "company").hours == week("6-22")
    # Where in the country is unknown: what a canton says may make it stricter, never laxer.
    assert law.rules_for("CH", None, "company").hours == week("7-19")
    assert law.rules_for(None, None, None).hours == week("8-19")
    needs = dict(law.rules_for("CH", "BE", "consumer").consent)
    assert needs == {"email": "none", "sms": "preferred", "voice": "none", "whatsapp": "given"}


def test_limits_that_another_one_keeps_anyway_are_left_out(tmp_path: Path) -> None:
    lines = [
        "{channels: [voice], contacts: 9, per_days: 7}",  # more than the default's seven
        "{channels: [voice], contacts: 7, per_days: 6}",  # in less time
        "{channels: [sms], contacts: 9, per_days: 7}",
        "{channels: [voice], contacts: 8, per_days: 8}",
        "{channels: [voice], contacts: 2, per_hours: 24}",
    ]
    law = load_contact_law(folder(tmp_path, ch=pack("CH", f"limits: [{', '.join(lines)}]")))
    found = {(x.channels, x.contacts, x.per_hours) for x in law.rules_for("CH", None, "company").limits}
    assert found == {
        (("voice",), 2, 24),
        (("voice",), 7, 168),
        (("voice",), 8, 192),
        (("sms",), 9, 168),
    }


def test_the_version_is_the_contents(tmp_path: Path) -> None:
    same = load_contact_law(folder(tmp_path))
    other = load_contact_law(folder(tmp_path, ch=pack("CH", "whatsapp: {steps: never}")))
    again = load_contact_law(tmp_path)
    assert len(same.version) == 12
    assert same.version != other.version == again.version
    assert other.rules_for("CH", None, None).law == other.version
    assert other.rules_for("CH", None, None).whatsapp is WhatsAppSteps.NEVER


def test_what_has_ended_or_was_not_checked_lately_is_named(tmp_path: Path) -> None:
    text = pack("CH", "valid_to: 2025-06-30\n    opt_out_line: [voice]")
    law = load_contact_law(folder(tmp_path, ch=text))
    (ended,) = problems(law, TODAY)
    assert ended == "ch.yaml: p0: ended on 2025-06-30; replace it by what holds now, or remove it"
    assert any("p0: last checked on 2026-11-21" in problem for problem in problems(law, date(2028, 11, 22)))
    assert any("is still to come" in problem for problem in problems(law, date(2026, 11, 20)))


@pytest.mark.parametrize(
    ("name", "text", "error"),
    [
        ("ch", pack("AT", "opt_out_line: [sms]"), "ch.yaml:1: country: AT stands in a file named ch.yaml"),
        ("xx", pack("XX", "opt_out_line: [sms]"), "no country of ISO 3166-1"),
        ("ch", pack("CH", "note: nothing"), "p0 states nothing"),
        (
            "ch",
            pack("CH", "replaces: [hours]\n    opt_out_line: [sms]"),
            "p0 replaces hours without stating it",
        ),
        ("ch", pack("CH", "where: [ZH]\n    opt_out_line: [sms]"), "ZH not among the pack's subdivisions"),
        ("ch", pack("CH", 'hours: {monday-friday: "08:00-20:00"}'), "nothing is said about saturday, sunday"),
        ("ch", pack("CH", 'hours: {monday-sunday: "20:00-08:00"}'), "ends before it begins"),
        ("ch", pack("CH", 'hours: {friday-monday: "08:00-20:00"}'), "'friday-monday' names no days"),
        ("ch", pack("CH", "hours: {monday-sunday: no, friday: no}"), "friday stands there twice"),
        ("ch", pack("CH", "hours: {monday-sunday: 8 to 20}"), "'8 to 20' are no hours"),
        ("ch", pack("CH", "hours: none"), "hours are a mapping of days"),
        ("ch", pack("CH", "limits: [{channels: [sms], contacts: 3}]"), "say either per_days or per_hours"),
        ("ch", pack("CH", "fax: never"), "ch.yaml:9: provisions.0.fax: "),
        (
            "default",
            "provisions:" + PROVISION.format(name="p") + "    consent: {sms: none}",
            "nothing says hours",
        ),
    ],
)
def test_what_is_wrong_is_said_with_its_place(tmp_path: Path, name: str, text: str, error: str) -> None:
    with pytest.raises(ContactLawError) as caught:
        load_contact_law(folder(tmp_path, **{name: text}))
    assert error in str(caught.value)
    assert f"{name}.yaml:" in str(caught.value)


def test_without_source_or_day_checked_nothing_is_read(tmp_path: Path) -> None:
    for line in ("    source: An Act\n", "    checked_on: 2026-11-21\n"):
        text = pack("CH", "opt_out_line: [sms]").replace(line, "")
        with pytest.raises(
            ContactLawError, match=rf"ch\.yaml:4: provisions\.0\.{line.split(':')[0].strip()}: "
        ):
            load_contact_law(folder(tmp_path, ch=text))


def test_two_provisions_of_one_name_and_a_folder_without_a_default(tmp_path: Path) -> None:
    text = pack("CH", "opt_out_line: [sms]", "opt_out_line: [email]").replace("p1", "p0")
    with pytest.raises(ContactLawError, match="two provisions are named 'p0'"):
        load_contact_law(folder(tmp_path, ch=text))
    (tmp_path / "default.yaml").unlink()
    with pytest.raises(ContactLawError, match=r"no default\.yaml"):
        load_contact_law(tmp_path)
