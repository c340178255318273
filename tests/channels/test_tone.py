"""The words that letters do not use: how they are found, and what a wrong `tone.yaml` is told."""

from __future__ import annotations

from pathlib import Path

import pytest

from channels.tone import FIRMER, Found, ToneError, ToneWords

FILE = """\
never: [{words: ["*anwalt*", legal action], why: a threat}]
claims: [{words: [fee, "zins*"], why: a sum beside the debt}]
gentle: [{words: [final], why: too early}]
"""


def tone(folder: Path, text: str = FILE) -> ToneWords:
    path = folder / "tone.yaml"
    path.write_text(text, encoding="utf-8")
    return ToneWords.read(path)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("Our ANWALT", ["ANWALT"]),
        ("our Rechtsanwaltskanzlei", ["Rechtsanwaltskanzlei"]),
        ("take legal\naction", ["legal\naction"]),
        ("legal, action", []),
        ("coffee, feed", []),
        ("a fee; Zinsen", ["fee", "Zinsen"]),
        ("Verzinsung", []),
        ("the final one", ["final"]),
    ],
)
def test_a_word_counts_whole_and_in_any_case(tmp_path: Path, text: str, words: list[str]) -> None:
    assert [found.word for found in tone(tmp_path).found(text, "warm")] == words


def test_what_is_found_says_why(tmp_path: Path) -> None:
    assert tone(tmp_path).found("A fee.", "warm") == (Found("fee", "a sum beside the debt"),)


def test_a_claim_may_name_its_sums_and_nothing_else(tmp_path: Path) -> None:
    words = tone(tmp_path).found("The final fee of our anwalt", "formal", claims=True)

    assert [found.word for found in words] == ["anwalt"]


@pytest.mark.parametrize("name", ["warm", "helpful", "friendly", "neutral", *sorted(FIRMER)])
def test_a_hard_word_is_for_the_firmer_tones(tmp_path: Path, name: str) -> None:
    assert bool(tone(tmp_path).found("final", name)) == (name not in FIRMER)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("never: []\nclaims: []", "gentle: Field required"),
        (FILE + "more: []\n", "more: Extra inputs"),
        (FILE.replace("fee, ", '"*", '), "claims.0.words.0: "),
        (FILE.replace("why: too early", "why: ''"), "gentle.0.why: "),
        (FILE.replace("[final]", "final"), "gentle.0.words: "),
        ("never: [", "not valid YAML"),
        ("", "the file: "),
    ],
)
def test_a_wrong_file_is_told_where(tmp_path: Path, text: str, said: str) -> None:
    with pytest.raises(ToneError, match=r"tone\.yaml: ") as caught:
        tone(tmp_path, text)
    assert said in str(caught.value)
    assert "\n" not in str(caught.value)


def test_a_file_that_is_not_there_is_told(tmp_path: Path) -> None:
    with pytest.raises(ToneError, match="can't be read"):
        ToneWords.read(tmp_path / "tone.yaml")
