"""Sample letters at home: to a client where the language is spoken, and all of it in their currency."""

from __future__ import annotations

import pytest

from channels.render import render
from channels.samples import SAMPLED, at_home, sample_letters
from channels.samples.homes import HOMES
from reminders.snapshot import Channel
from tests.channels.languages import OTHERS


def test_every_language_but_english_has_a_home() -> None:
    assert sorted(HOMES) == sorted(OTHERS)


@pytest.mark.parametrize("language", sorted(HOMES))
@pytest.mark.parametrize("step", SAMPLED)
def test_no_pound_is_left_in_it(step: str, language: str) -> None:
    for name, letter in sample_letters(step, Channel.EMAIL, language).items():
        if name in ("one", "partly", "trader"):
            home = at_home(letter, language)
            rendered = render(home)
            assert home.client.country == HOMES[language].country
            assert HOMES[language].company in rendered.text
            assert "€" in rendered.text
            assert not any(sign in rendered.text for sign in ("£", "GBP", "$", "USD"))


def test_a_regions_tag_is_kept() -> None:
    letter = at_home(sample_letters("heads_up", Channel.EMAIL, "de-AT")["one"], "de-AT")

    assert (letter.client.language, letter.client.country) == ("de-AT", "DE")


def test_a_language_without_a_home_stays_where_it_is() -> None:
    letter = sample_letters("heads_up", Channel.EMAIL, "pt")["one"]

    assert at_home(letter, "pt") == letter
