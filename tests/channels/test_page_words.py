"""The words of the client's own page: complete in every language, and as kind as the letters."""

from __future__ import annotations

import re

import pytest
import yaml

from channels.shelf import SHIPPED
from channels.tone import ToneWords
from tests.channels.languages import LANGUAGES, OTHERS
from tests.channels.test_languages import ENGLISH, places


def phrases(language: str) -> dict[str, str]:
    found: dict[str, str] = yaml.safe_load((SHIPPED / language / "page.yaml").read_text(encoding="utf-8"))
    return found


@pytest.mark.parametrize("language", OTHERS)
def test_every_phrase_is_there_with_its_places_and_no_phrase_too_many(language: str) -> None:
    english, own = phrases("en"), phrases(language)

    assert own.keys() == english.keys()
    for key, phrase in own.items():
        assert isinstance(phrase, str), key
        assert places(phrase) == places(english[key]), key


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_phrase_threatens_blames_or_presses(language: str) -> None:
    tone = ToneWords.read(SHIPPED / language / "tone.yaml")
    for key, phrase in phrases(language).items():
        assert not tone.found(phrase, "warm"), key


@pytest.mark.parametrize("language", OTHERS)
def test_no_english_word_is_left(language: str) -> None:
    for key, phrase in phrases(language).items():
        assert not ENGLISH.findall(re.sub(r"\{\w+\}", " ", phrase)), key


@pytest.mark.parametrize(
    ("language", "familiar"),
    [
        ("de", r"\b([Dd]u|[Dd]ir|[Dd]ich|[Dd]ein\w*)\b"),
        ("fr", r"\b([Tt]u|[Tt]oi|[Tt]on|[Tt]a|[Tt]es)\b"),
        ("es", r"\b([Tt]ú|[Tt]u|[Tt]us|[Tt]e|[Cc]ontigo)\b"),
        ("it", r"\b([Tt]u|[Tt]uo|[Tt]ua|[Tt]uoi|[Tt]i)\b"),
        ("nl", r"\b([Jj]e|[Jj]ij|[Jj]ou|[Jj]ouw)\b"),
    ],
)
def test_the_reader_is_addressed_formally(language: str, familiar: str) -> None:
    assert not [key for key, phrase in phrases(language).items() if re.search(familiar, phrase)]
