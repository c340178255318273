"""What a deployment's own folder says beside letters: greetings and calls; and what is found wrong with them."""

from __future__ import annotations

from pathlib import Path

import pytest

from channels.briefs import Briefs
from channels.checking import check
from channels.names import Names, NamesError
from channels.render import Renderer
from channels.shelf import SHIPPED
from channels.voice.phrases import Voices
from channels.voice.script import Script
from reminders.snapshot import Channel
from tests.channels.languages import spoken
from tests.channels.letters import letter
from tests.support.portuguese import CALL, GOODBYE, add_portuguese

VOICE = Channel.VOICE


@pytest.fixture
def folders(tmp_path: Path) -> tuple[Path, Path]:
    return add_portuguese(tmp_path / "templates")


def put(folders: tuple[Path, Path], name: str, old: str, new: str) -> None:
    path = folders[0] / "pt" / name
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new), encoding="utf-8")


def told(folders: tuple[Path, Path]) -> dict[str, list[str]]:
    """What the check finds in files that are there."""
    found: dict[str, list[str]] = {}
    for one in check(folders, languages={"pt"}):
        if one.what != "is missing":
            found.setdefault(one.file, []).append(f"{one.what}: {one.todo}")
    return found


def test_its_titles_and_desks_hold_beside_the_shipped_ones(folders: tuple[Path, Path]) -> None:
    shipped, own = Names(), Names(folders)
    assert shipped.salutation("Exma. Ana Silva", "Padaria", "PT") == "Exma."
    assert own.salutation("Exma. Ana Silva", "Padaria", "PT") == "Exma. Ana Silva"
    assert (shipped.full_name("Contas Gerais", "Padaria"), own.full_name("Contas Gerais", "Padaria")) == (
        "Contas Gerais",
        "",
    )
    assert own.salutation("Herr Müller", "Padaria", "PT") == "Herr Müller"


def test_a_call_in_it(folders: tuple[Path, Path]) -> None:
    rendered = Renderer(folders).render(spoken(letter("overdue_7", VOICE), "pt-PT"))
    script = Script.read(rendered.text)
    assert rendered.language == "pt"
    assert script.opening.startswith("Bom dia, esta é uma chamada automática de ")
    assert " euros" in script.details or " libras" in script.details  # as a Portuguese voice says them
    assert Voices(folders).of("pt-BR").goodbye == GOODBYE


def test_without_a_voice_a_call_is_in_another_language(folders: tuple[Path, Path]) -> None:
    put(folders, "voice.yaml", "pt-PT", "portuguese")
    assert Renderer(folders).render(spoken(letter("overdue_7", VOICE), "pt")).language == "en"
    (found,) = told(folders)["pt/voice.yaml"]
    assert "'portuguese' is no language that CLDR knows" in found
    assert found.endswith("mend it; until then, calls are in the creditor's language or in English")


def test_what_is_there_is_in_order(folders: tuple[Path, Path]) -> None:
    assert told(folders) == {}


@pytest.mark.parametrize(
    ("name", "old", "new", "said"),
    [
        ("voice.yaml", "{day}", "{dia}", "'promised' needs the place {day}"),
        ("voice.yaml", "goodbye:", "bye:", "goodbye: Field required"),
        ("voice.yaml", "goodbye:", "goodbye: [", "not valid YAML"),
        ("page.yaml", "unknown:", "not_known:", "has no phrase 'unknown'"),
        ("page.yaml", "{us}", "{them}", "the phrase 'title' has other places than in English"),
        ("names.yaml", "titles:", "title:", "titles: Field required"),
        ("names.yaml", "exmo", "no", "titles.1: Input should be a valid string"),
        (
            "voice.j2",
            "{{ late.amount }}",
            "{% if us == '' %}{{ oops }}{% endif %}x",
            "names 'oops', which no",
        ),
        ("voice.j2", "prima 1.{%", "{% if %}{%", "line 4: "),
        ("voice.j2", "block menu", "block keys", "no block 'menu'"),
    ],
)
def test_what_is_wrong_is_named(folders: tuple[Path, Path], name: str, old: str, new: str, said: str) -> None:
    put(folders, name, old, new)
    found = told(folders)
    assert list(found) == [f"pt/{name}"]
    assert any(one.startswith(said) for one in found[f"pt/{name}"]), found


def test_a_call_may_name_what_only_calls_have_and_a_mail_may_not(folders: tuple[Path, Path]) -> None:
    assert "{{ whom }}" in CALL
    (folders[0] / "pt" / "heads_up.sms.j2").write_text(
        "{{ us }}: {{ whom }}. {{ opt_out }}", encoding="utf-8"
    )
    assert told(folders) == {
        "pt/heads_up.sms.j2": [
            "names 'whom', which no letter has: name what the shipped template of that step names"
        ]
    }


def test_nothing_starts_with_a_wrong_names_file(folders: tuple[Path, Path]) -> None:
    (folders[0] / "pt" / "names.yaml").write_text("titles: [", encoding="utf-8")
    for make in (Names, Renderer, Briefs):
        with pytest.raises(NamesError, match=r"pt/names\.yaml: not valid YAML"):
            make(folders)


def test_the_shipped_folder_is_the_last_word() -> None:
    assert Voices((SHIPPED,)).of("xx") == Voices((SHIPPED,)).of("en")
    assert not Voices((SHIPPED,)).speaks("../de")
