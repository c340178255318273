"""Law packs of a deployment's own: in place of the shipped ones, or beside them, by the same checks."""

from __future__ import annotations

from pathlib import Path

import pytest

from config.policy import Traits
from config.rulebook import load_rulebook
from config.rules.contact import SHIPPED as CONTACT
from config.rules.contact import ContactLawError
from config.rules.interest import SHIPPED as INTEREST
from config.rules.interest import InterestLawError, load_interest_law
from config.rules.packs import own_packs

GERMAN = (CONTACT / "de.yaml").read_text(encoding="utf-8")
AUSTRIAN = (INTEREST / "at.yaml").read_text(encoding="utf-8")


def put(deployment: Path, kind: str, name: str, text: str) -> Path:
    folder = deployment / "rules" / kind
    folder.mkdir(parents=True, exist_ok=True)
    (folder / name).write_text(text, encoding="utf-8")
    return folder


def test_without_a_folder_the_shipped_packs_count(tmp_path: Path) -> None:
    assert own_packs(None, "contact") is None
    assert own_packs(tmp_path, "contact") is None
    mine, shipped = load_rulebook(tmp_path).contact, load_rulebook(None).contact
    assert mine is not None
    assert shipped is not None
    assert mine.version == shipped.version


def test_a_pack_of_the_same_name_takes_the_shipped_one_s_place(tmp_path: Path) -> None:
    put(tmp_path, "contact", "de.yaml", GERMAN.replace("who: [consumer]", "who: [company]", 1))

    mine, shipped = load_rulebook(tmp_path), load_rulebook(None)
    assert mine.contact is not None
    assert shipped.contact is not None
    assert len(mine.contact.packs) == len(shipped.contact.packs)
    german = Traits("DE", None, "company")
    assert mine.hand_off(german) != shipped.hand_off(german)
    assert mine.hand_off(Traits("FR", None, "company")) == shipped.hand_off(Traits("FR", None, "company"))
    assert mine.contact.version != shipped.contact.version


def test_a_pack_of_another_country_stands_beside_them(tmp_path: Path) -> None:
    polish = AUSTRIAN.replace("country: AT", "country: PL").replace("oenb_base_rate", "nbp_reference_rate")
    law = load_interest_law(own=put(tmp_path, "interest", "pl.yaml", polish))

    assert law.pack("PL") is not None
    assert load_interest_law().pack("PL") is None
    assert law.pack("AT") == load_interest_law().pack("AT")


def test_the_same_checks_hold_with_the_file_named(tmp_path: Path) -> None:
    put(tmp_path, "contact", "de.yaml", GERMAN.replace("country: DE", "country: AT"))
    with pytest.raises(
        ContactLawError, match=r"rules/contact/de\.yaml:1: country: AT stands in a file named de\.yaml"
    ):
        load_rulebook(tmp_path)

    folder = put(tmp_path, "interest", "de.yaml", "country: DE\nregimes: nothing\n")
    with pytest.raises(InterestLawError, match=r"rules/interest/de\.yaml:2: regimes"):
        load_interest_law(own=folder)


def test_two_files_for_one_country_are_refused(tmp_path: Path) -> None:
    folder = put(tmp_path, "interest", "austria.yaml", AUSTRIAN)

    with pytest.raises(InterestLawError, match="stands in another file, too"):
        load_interest_law(own=folder)


def test_what_nothing_reads_is_said(tmp_path: Path) -> None:
    put(tmp_path, "contact", "de.yml", GERMAN)
    put(tmp_path, "contracts", "de.yaml", GERMAN)
    (tmp_path / "rules" / "de.yaml").write_text(GERMAN, encoding="utf-8")

    told = "\n".join(load_rulebook(tmp_path).unread)
    assert "rules/contact/de.yml: nothing reads it; a law pack is named like de.yaml" in told
    assert "rules/contracts: nothing reads it; law packs lie in rules/contact and rules/interest" in told
    assert "rules/de.yaml: nothing reads it" in told
