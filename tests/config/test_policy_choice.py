"""Which policy is whose, and what a check says where that is not clear or a step can't come."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from config.policy import SHIPPED, Narrowed, Policy, PolicyError, PolicySet, Traits, load_policy
from config.policy.findings import contested, never_coming
from config.rulebook import Rulebook, load_rulebook

RULES = load_rulebook(None)
STANDARD = RULES.usual
GOOD = (SHIPPED / "standard.yaml").read_text(encoding="utf-8")

TRAITS = st.builds(
    Traits,
    country=st.none() | st.sampled_from(["DE", "US", "GB", "NO", "ZZ"]),
    subdivision=st.none() | st.sampled_from(["MA", "US-CA", "BY"]),
    debtor_type=st.none() | st.sampled_from(["company", "sole_trader", "consumer", "public_body", "unknown"]),
    segment=st.none() | st.sampled_from(["key_account", "events"]),
    owed=st.lists(st.tuples(st.sampled_from(["EUR", "USD"]), st.integers(0, 10**9)), max_size=2).map(tuple),
    settled=st.integers(0, 20),
    on_time=st.integers(0, 20),
    hardship=st.booleans(),
)


def changed(**fields: Any) -> Policy:
    """The standard policy with other fields."""
    return Policy.model_validate(STANDARD.model_dump(by_alias=True) | fields)


def a_set(*policies: Policy) -> PolicySet:
    return PolicySet.of([STANDARD, *policies])


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path


def put(folder: Path, name: str, text: str) -> Path:
    (folder / name).write_text(text, encoding="utf-8")
    return folder


# --- the shipped ones


@given(TRAITS)
def test_exactly_one_shipped_policy_claims_any_client(traits: Traits) -> None:
    (claiming,) = RULES.policies.claiming(traits)
    followed = RULES.policy_for(traits)
    assert followed.identity.startswith(claiming.identity)


@pytest.mark.parametrize(
    ("traits", "name"),
    [
        (Traits(country="DE", debtor_type="company"), "standard"),
        (Traits(country="DE", debtor_type="public_body", segment="events"), "standard"),
        (Traits(debtor_type="consumer"), "consumer"),
        (Traits(debtor_type="sole_trader"), "consumer"),
        (Traits(), "consumer"),
        (Traits(debtor_type="consumer", hardship=True), "gentle"),
        (Traits(debtor_type="company", settled=10, on_time=9), "gentle"),
        (Traits(debtor_type="company", settled=10, on_time=8), "standard"),
        (Traits(debtor_type="company", settled=5, on_time=5), "standard"),
        (Traits(debtor_type="company", segment="key_account"), "gentle"),
    ],
)
def test_who_follows_which(traits: Traits, name: str) -> None:
    assert RULES.policies.choose(traits).name == name


def test_the_shipped_policies_leave_no_question() -> None:
    assert contested(RULES.policies) == []


def test_the_law_narrows_whatever_policy_is_chosen() -> None:
    traits = Traits(country="US", subdivision="MA", debtor_type="consumer")
    followed = RULES.policy_for(traits)
    assert isinstance(followed, Narrowed)
    assert followed.identity == f"{RULES.policies.choose(traits).identity}+{followed.law}"
    assert Rulebook(RULES.policies).policy_for(traits) == RULES.policies.choose(traits)


# --- choosing


def test_who_names_more_of_a_client_is_closer_to_it() -> None:
    french = changed(**{"name": "french", "for": [{"countries": ["FR"], "debtor_types": ["consumer"]}]})
    policies = PolicySet.of([*RULES.policies.policies, french])

    assert policies.choose(Traits(country="FR", debtor_type="consumer", hardship=True)).name == "french"
    assert policies.choose(Traits(country="FR", debtor_type="company")).name == "standard"


def test_size_is_compared_per_currency() -> None:
    large = changed(**{"name": "large", "for": [{"owed_at_least": {"EUR": "5000", "USD": "6000"}}]})

    assert a_set(large).choose(Traits(owed=(("EUR", 500_000),))).name == "large"
    assert a_set(large).choose(Traits(owed=(("USD", 599_999), ("JPY", 10**9)))).name == "standard"


# --- what a check says


def test_kinds_of_clients_that_two_policies_claim_are_named_plainly() -> None:
    french = changed(**{"name": "french", "for": [{"countries": ["FR"]}]})
    large = changed(**{"name": "large", "for": [{"owed_at_least": {"EUR": "5000.00"}}]})

    (one,) = contested(a_set(french, large))

    assert (one.kind, one.policies, one.chosen) == (
        "clients with country FR, 5000.00 EUR open",
        ("french", "large"),
        "french",
    )
    assert contested(a_set(french, large.model_copy(update={"precedence": 1}))) == []


def test_clients_that_nobody_claims_are_named() -> None:
    french = changed(**{"name": "french", "for": [{"countries": ["FR"]}]})

    (one,) = contested(PolicySet.of([french]))

    assert str(one).startswith("no policy claims everybody else; they get french")


def test_two_policies_for_everybody_else() -> None:
    (one,) = contested(a_set(changed(name="another")))
    assert (one.kind, one.policies, one.chosen) == ("everybody else", ("another", "standard"), "another")


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (("day: 45", "day: 29"), None),  # steps out of their order are refused at once
        (("gap_days: 4 ", "gap_days: 8 "), "overdue_14 (day 14) is 7 days after overdue_7, and caps.gap_days is 8: it"),
        (("gap_days: 4 ", "gap_days: 8 "), "overdue_7 (day 7) is 4 days after overdue_3, and caps.gap_days is 8: it"),
        (("gap_days: 4 ", "gap_days: 0 "), "caps.gap_days is 0: several automatic messages may reach a client on one"),
        (("until_day: 44", "until_day: 50"), "final_notice: until_day 50 is not before decision, which takes its"),
        (("channels: [email, sms] ", "channels: [sms] "), "introduction: none of its channels is among the policy's"),
    ],
)  # fmt: skip
def test_steps_that_hardly_come_are_found(folder: Path, change: tuple[str, str], said: str | None) -> None:
    assert change[0] in GOOD
    path = put(folder, "mine.yaml", GOOD.replace(*change, 1)) / "mine.yaml"
    if said is None:
        with pytest.raises(PolicyError, match="does not come after day"):
            load_policy(path)
        return
    assert any(finding.startswith(said) for finding in never_coming(load_policy(path)))


def test_what_comes_after_the_decision_never_comes() -> None:
    data = STANDARD.model_dump(by_alias=True)
    steps = {step["name"]: step for step in data["steps"]}
    steps["decision"]["day"], steps["final_notice"]["day"], steps["final_notice"]["until_day"] = 29, 30, None
    order = [step for step in data["steps"] if step["name"] != "final_notice"]
    order.insert(order.index(steps["decision"]) + 1, steps["final_notice"])

    assert never_coming(changed(steps=order)) == [
        "final_notice (day 30) comes after decision (day 29), which ends all automatic messages; it never comes"
    ]


# --- a deployment's own folder


def test_a_folder_replaces_by_name_and_adds(folder: Path) -> None:
    put(folder, "standard.yaml", GOOD.replace("gap_days: 4 ", "gap_days: 5 "))
    put(
        folder,
        "large.yaml",
        GOOD.replace("name: standard\n", "name: large\nfor: [{owed_at_least: {EUR: 9}}]\n", 1),
    )
    put(folder, "creditors.yaml", "creditors: []")

    rules = load_rulebook(folder)

    assert [policy.name for policy in rules.policies.policies] == ["consumer", "gentle", "large", "standard"]
    assert rules.usual.caps.gap_days == 5
    assert rules.unread == ()


def test_a_standard_policy_of_another_name_takes_the_place_of_the_shipped_one(folder: Path) -> None:
    put(folder, "standard.yaml", GOOD.replace("name: standard", "name: ours"))
    rules = load_rulebook(folder)
    assert rules.usual.name == "ours"
    assert rules.policies.named("standard") is None


def test_a_folder_without_policies_has_the_shipped_ones(folder: Path) -> None:
    assert load_rulebook(folder).identities == RULES.identities


def test_files_that_nothing_reads_are_told(folder: Path) -> None:
    put(put(put(folder, "standard.yml", GOOD), "notes.txt", "x"), ".hidden", "x")
    assert [line.removeprefix(f"{folder}/") for line in load_rulebook(folder).unread] == [
        "notes.txt: nothing reads it",
        "standard.yml: nothing reads it; a policy's file is named like standard.yaml",
    ]


def test_flaws_of_all_files_are_told_at_once(folder: Path) -> None:
    put(put(folder, "a.yaml", "nam: x"), "b.yaml", GOOD)
    put(put(folder, "c.yaml", GOOD), "d.yaml", "steps: [")
    with pytest.raises(PolicyError) as caught:
        load_rulebook(folder)
    told = "\n".join(caught.value.flaws)
    assert all(name in told for name in ("a.yaml:1: nam", "c.yaml:1: name: ", "d.yaml:1: not valid"))


def test_one_file_is_for_everybody(folder: Path) -> None:
    text = GOOD.replace("name: standard\n", "name: mine\nfor: [{countries: [FR]}]\n", 1)
    path = put(folder, "any-name.yml", text) / "any-name.yml"
    rules = load_rulebook(None, path)
    assert {rules.policies.choose(traits).name for traits in (Traits(), Traits("DE", hardship=True))} == {
        "mine"
    }
