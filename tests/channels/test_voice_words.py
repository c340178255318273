"""What calls say in each language: whole, spoken, kind, and nothing of the matter before somebody has confirmed."""

from __future__ import annotations

import re
from dataclasses import replace
from string import Formatter

import pytest
import yaml

from channels.checking import own_words
from channels.ports import Letter
from channels.render import Renderer, TemplateError, render
from channels.shelf import SHIPPED
from channels.tone import ToneWords
from channels.twilio_voice import LONGEST_TWIML, opening_of
from channels.voice.phrases import Phrases, Voices
from channels.voice.script import Script, ScriptError
from channels.voice.speech import spelled, spelled_phone, spoken_formats
from reminders.money import Money, totals
from reminders.snapshot import Channel, Client, Contact
from tests.channels.conftest import TEXT
from tests.channels.kept import compare
from tests.channels.languages import LANGUAGES, OTHERS, letters
from tests.channels.letters import letter
from tests.channels.test_languages import ENGLISH

VOICE, VOICES = Channel.VOICE, Voices()
SPOKEN = (
    "heads_up", "due_soon", "overdue_3", "overdue_7", "overdue_14", "after_hardship", "discount", "promise_due",
    "promise_broken", "instalment_due", "instalment_missed", "payment_returned",
)  # fmt: skip
EVERY = [(language, step) for language in LANGUAGES for step in SPOKEN]


def script_of(each: Letter) -> Script:
    return Script.read(render(each).text)


def test_every_language_has_a_voice_of_its_own() -> None:
    voices = [(VOICES.of(language).language, VOICES.of(language).voice) for language in LANGUAGES]
    assert len(set(voices)) == len(LANGUAGES)
    assert [tag.split("-")[0] for tag, _ in voices] == LANGUAGES


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_phrase_is_there_with_its_places(language: str) -> None:
    data = yaml.safe_load((SHIPPED / language / "voice.yaml").read_text(encoding="utf-8"))
    assert data.keys() == Phrases.model_fields.keys()
    for name, phrase in data.items():
        found = {place for _, place, _, _ in Formatter().parse(phrase) if place}
        assert found == ({"day"} if name == "promised" else set()), name


@pytest.mark.parametrize(("language", "step"), EVERY)
def test_a_call_has_no_hole_and_fits_into_a_request(language: str, step: str) -> None:
    for name, each in letters(step, VOICE, language).items():
        rendered = render(each)
        script = Script.read(rendered.text)
        assert rendered.language == language
        assert not re.search(r"\{\{|\}\}|\{%|None|Undefined|[\x00-\x09\x0b-\x1f]", rendered.text), name
        assert not re.search(r" [.,)]|\.\.|\( |\S  ", rendered.text), (name, rendered.text)
        request = replace(
            TEXT,
            channel=VOICE,
            text=rendered.text,
            language=language,
            answer_url="https://amicable.example/webhooks/twilio/voice?a=0195c1a2-3b4c-7d5e-8f60-718293a4b5c6",
        )
        assert len(opening_of(request, VOICES)) <= LONGEST_TWIML, name
        for key in "12390":
            assert key in script.menu
        for key in "129":
            assert key in script.opening


@pytest.mark.parametrize(("language", "step"), EVERY)
def test_who_has_not_confirmed_hears_nothing_of_the_matter(language: str, step: str) -> None:
    for each in letters(step, VOICE, language).values():
        script = script_of(each)
        habits = spoken_formats(VOICES.of(language).language)
        for part in (script.opening, script.voicemail):
            words = own_words(each, part)
            for row in each.items:
                assert spelled(row.number) not in words
                assert habits.money(Money(row.asked, row.currency)) not in words
                assert habits.long_date(row.due_on) not in words
            assert each.creditor.name.rstrip(".") in part


@pytest.mark.parametrize(("language", "step"), EVERY)
def test_a_call_states_the_sum_as_it_is_said(language: str, step: str) -> None:
    for name, each in letters(step, VOICE, language).items():
        details = script_of(each).details
        habits = spoken_formats(VOICES.of(language).language)
        late = [row for row in each.items if row.due_on < each.today]
        groups = (*([row] for row in each.items), late, each.items)
        sums = {habits.money(money) for money in each.amounts}
        sums |= {
            habits.money(money)
            for rows in groups
            for money in totals(Money(row.asked, row.currency) for row in rows)
        }
        assert any(one in details for one in sums), (name, details)
        assert not re.search(r"[€£$¥]", details)


@pytest.mark.parametrize("step", SPOKEN)
@pytest.mark.parametrize("language", OTHERS)
def test_no_english_word_is_left(language: str, step: str) -> None:
    for each in letters(step, VOICE, language).values():
        found = ENGLISH.findall(own_words(each, render(each).text))
        assert not found, (step, found)


@pytest.mark.parametrize(("language", "step"), EVERY)
def test_no_call_threatens_blames_or_presses(language: str, step: str) -> None:
    tone = ToneWords.read(SHIPPED / language / "tone.yaml")
    for each in letters(step, VOICE, language).values():
        assert not tone.found(own_words(each, render(each).text), each.tone)


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_phrase_threatens_blames_or_presses(language: str) -> None:
    tone = ToneWords.read(SHIPPED / language / "tone.yaml")
    for name, phrase in VOICES.of(language).model_dump().items():
        assert not tone.found(phrase, "warm"), name


@pytest.mark.parametrize("language", LANGUAGES)
def test_calls_word_for_word(language: str) -> None:
    pages = []
    for step in SPOKEN:
        for name, each in letters(step, VOICE, language).items():
            if name in ("one", "five", "many", "partly", "currencies"):
                pages.append(f"===== {step} {name}\n{render(each).text}\n")
    compare(f"{language}.calls.txt", "\n".join(pages))


def test_a_steps_own_words_go_before_those_that_all_share() -> None:
    assert Renderer().speaks("second_nudge", "polite", VOICE)
    assert Renderer().speaks("anything", "", VOICE)


def test_a_call_to_nobody_is_not_made() -> None:
    nameless = replace(letter("overdue_3", VOICE), client=Client("c-1", country="GB"), contact=Contact("k"))
    with pytest.raises(TemplateError, match="a call needs the name"):
        render(nameless)


def test_the_number_to_call_back_is_that_of_a_person() -> None:
    each = letter("overdue_3", VOICE)
    assert "0 1 1 7, 4 9 6, 0 1 2 3" in script_of(each).voicemail
    person = each.creditor.contact.model_copy(update={"phone": None})
    only = each.creditor.model_copy(update={"contact": person, "voice_from": "+442071838750"})
    assert "0 2 0, 7 1 8 3, 8 7 5 0" in script_of(replace(each, creditor=only)).voicemail
    abroad = replace(each, client=replace(each.client, country="DE"))
    assert "+4 4, 1 1 7, 4 9 6, 0 1 2 3" in script_of(abroad).voicemail


@pytest.mark.parametrize(
    ("number", "said"),
    [
        ("INV-2041", "I N V, 2 0 4 1"),
        ("2026/000123456", "2 0 2 6, 0 0 0, 1 2 3, 4 5 6"),
        ("Rechnung 7", "Rechnung, 7"),
        ("R_1", "R, 1"),
        ("", ""),
        ('"><img src=x>', "img, src, x"),
        ("٣٤", "٣ ٤"),
    ],
)
def test_numbers_are_said_figure_by_figure(number: str, said: str) -> None:
    assert spelled(number) == said


def test_a_number_that_is_none_is_still_said() -> None:
    assert spelled_phone("ask Ruth", "GB") == "ask, Ruth"


@pytest.mark.parametrize("text", ["", "one", "a\n\nb\n\nc", "a\n\nb\n\nc\n\nd\n\ne", "a\n\n \n\nc\n\nd"])
def test_a_text_that_is_no_script_is_none(text: str) -> None:
    with pytest.raises(ScriptError, match="four paragraphs"):
        Script.read(text)


def test_a_script_is_read_as_it_was_written() -> None:
    script = Script("a", "b", "c", "d")
    assert Script.read(script.text) == script
