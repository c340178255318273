"""Every shipped language says all that English says, in its own words and in the same tone."""

from __future__ import annotations

import re
from dataclasses import replace
from string import Formatter

import pytest
from babel import Locale

from channels.checking import own_words
from channels.ports import Letter
from channels.render import render
from channels.segments import Encoding, segments
from channels.shelf import SHIPPED
from channels.tone import ToneWords
from reminders.snapshot import Channel, Client, Contact
from tests.channels.languages import ALL_STEPS, LANGUAGES, OTHERS, labels, letters, phrases, spoken, stated
from tests.channels.letters import HOSTILE, LONDON, TODAY, item, letter
from tests.channels.occasions import occasions, told
from tests.channels.reading import Page

EMAIL, SMS = Channel.EMAIL, Channel.SMS
MEDIA = (EMAIL, SMS)
# Words of English alone: `due` is Italian for two, `we` and `of` are Dutch.
ENGLISH = re.compile(
    r"\b(the|you|your|please|invoices?|pay|payment|paid|from|thank|thanks|reply|with|this|if|instalment"
    r"|late|amount|account|hello|regards|wishes)\b",
    re.IGNORECASE,
)


# --- complete


@pytest.mark.parametrize("language", OTHERS)
def test_every_english_template_has_its_twin(language: str) -> None:
    names = {path.name for path in (SHIPPED / language).glob("*.j2")}

    assert names == {path.name for path in (SHIPPED / "en").glob("*.j2")}


@pytest.mark.parametrize("language", OTHERS)
def test_every_phrase_is_there_with_its_places_and_no_phrase_too_many(language: str) -> None:
    english, own = phrases("en"), phrases(language)

    assert own.keys() == english.keys()
    for key, phrase in own.items():
        assert type(phrase) is type(english[key]), key
        for form in phrase.values() if isinstance(phrase, dict) else (phrase,):
            assert places(form) == places_of(english[key]), key


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_counted_phrase_has_a_form_for_every_count(language: str) -> None:
    needed = {Locale.parse(language).plural_form(number) for number in range(200)} | {"other"}

    for key, phrase in phrases(language).items():
        if isinstance(phrase, dict):
            assert phrase.keys() == needed, key


def places(text: str) -> set[str]:
    return {name for _, name, _, _ in Formatter().parse(text) if name is not None}


def places_of(phrase: str | dict[str, str]) -> set[str]:
    return places(phrase["other"] if isinstance(phrase, dict) else phrase)


# --- sound


@pytest.mark.parametrize("step", ALL_STEPS)
@pytest.mark.parametrize("language", OTHERS)
def test_no_letter_has_a_hole(language: str, step: str) -> None:
    # French sets a space before a colon, and then before its kin.
    alone = ".,)" if labels(language).colon.startswith(" ") else ".,;:)"
    for channel in MEDIA:
        for name, each in letters(step, channel, language).items():
            rendered = render(each)
            assert rendered.language == language
            for part in (rendered.subject, rendered.text, rendered.html):
                if part is not None:
                    assert part.strip()
                    assert not re.search(r"\{\{|\}\}|\{%|None|Undefined|\bnan\b|[\x00-\x09\x0b-\x1f]", part)
            for part in (rendered.subject or "", rendered.text):
                assert not re.search(rf" [{alone}]|\.\.|\( |\S  ", part), (name, part)
            assert not re.search(r"^[a-zà-ÿ]", rendered.subject or "A"), rendered.subject


def assert_states_the_same(each: Letter, language: str) -> None:
    """In that language as in English: every sum, day, number, name and address, no more and no less."""
    english = spoken(each, "en")
    own, meant = render(spoken(each, language)), stated(english, render(english).text, "en")
    # An SMS may say since when an invoice is late in place of how many days: `días` is not in its alphabet.
    since = {min(row.due_on for row in each.items).isoformat()} if each.channel is SMS else set()
    assert stated(spoken(each, language), own.text, language) - (since - meant) == meant, own.text
    assert stated(each, own.subject or "", language) <= meant | {each.items[0].number}, own.subject


@pytest.mark.parametrize("step", ALL_STEPS)
@pytest.mark.parametrize("language", OTHERS)
def test_a_letter_states_what_it_states_in_english(language: str, step: str) -> None:
    for channel in MEDIA:
        for each in letters(step, channel, language).values():
            assert_states_the_same(each, language)


@pytest.mark.parametrize("step", ALL_STEPS)
@pytest.mark.parametrize("language", OTHERS)
def test_text_and_html_say_the_same(language: str, step: str) -> None:
    for each in letters(step, EMAIL, language).values():
        rendered = render(each)
        page = Page(rendered.html or "")
        body = page.text.split("\u200c", 1)[-1]  # after the preheader
        assert page.all("html")[0]["lang"] == language
        shown, written = (re.sub(r"https?://\S+", "", medium) for medium in (body, rendered.text))
        assert stated(each, shown, language) == stated(each, written, language)
        assert hrefs(page) == set(re.findall(r"https?://\S+", rendered.text))
        for paragraph in rendered.text.split("\n\n"):
            words = " ".join(paragraph.split())
            if (
                len(words) > 40
                and ":" not in words
                and "http" not in words
                and each.client.name != HOSTILE.name
            ):
                assert words in body or all(line.strip() in body for line in paragraph.splitlines())


def hrefs(page: Page) -> set[str]:
    found = {link["href"] or "" for link in page.all("a")}
    return {href for href in found if href.startswith("http")}


@pytest.mark.parametrize("language", OTHERS)
def test_no_english_word_is_left(language: str) -> None:
    for step in ALL_STEPS:
        for channel in MEDIA:
            for each in letters(step, channel, language).values():
                rendered = render(each)
                found = ENGLISH.findall(own_words(each, f"{rendered.subject or ''} {rendered.text}"))
                assert not found, (step, channel, found)


@pytest.mark.parametrize("language", OTHERS)
def test_what_few_letters_say_is_said_as_well(language: str) -> None:
    """The branches that no sample takes: a discount in an introduction, a sum on top, nobody's name, no bank."""
    rare = {
        "introduction": letter("introduction", told=told("discount", "GBP", 120000)),
        "thank_you": letter("thank_you", items=[item("INV-1", "GBP", 10000, TODAY, paid=12000)]),
        "overdue_3": letter(creditor=LONDON.model_copy(update={"bank_accounts": (), "terms": None})),
        "overdue_14": letter("overdue_14", creditor=LONDON.model_copy(update={"terms": None})),
        "statement": replace(
            occasions("statement", EMAIL)["one"], client=Client("c-1", country="GB"), contact=Contact("k")
        ),
    }
    for channel in MEDIA:
        for step, each in rare.items():
            here = spoken(replace(each, channel=channel), language)
            own = render(here).text
            assert_states_the_same(here, language)
            assert not ENGLISH.findall(own_words(each, own)), (step, own)


@pytest.mark.parametrize("step", ALL_STEPS)
@pytest.mark.parametrize("language", OTHERS)
def test_a_sender_s_name_can_t_be_answered(language: str, step: str) -> None:
    for each in letters(step, SMS, language).values():
        named = replace(each, creditor=each.creditor.model_copy(update={"sms_from": "Northwind"}))
        text = render(named).text
        assert "STOP" not in text
        assert text.endswith(each.unsubscribe_url)


# --- kind


@pytest.mark.parametrize("step", ALL_STEPS)
@pytest.mark.parametrize("language", LANGUAGES)
def test_no_letter_threatens_blames_or_presses(language: str, step: str) -> None:
    tone = ToneWords.read(SHIPPED / language / "tone.yaml")
    for channel in MEDIA:
        for each in letters(step, channel, language).values():
            rendered = render(each)
            words = own_words(each, f"{rendered.subject or ''} {rendered.text}")
            assert not tone.found(words, each.tone, claims=bool(each.interest))


@pytest.mark.parametrize("language", LANGUAGES)
def test_only_the_phrases_of_a_claim_name_one(language: str) -> None:
    tone = ToneWords.read(SHIPPED / language / "tone.yaml")

    for key, phrase in phrases(language).items():
        for form in phrase.values() if isinstance(phrase, dict) else (phrase,):
            assert not tone.found(form, "warm", claims=key.startswith("claims_")), key


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_claim_is_found_where_none_may_be(language: str) -> None:
    """The words of claims are those that the claims themselves use: else the list would guard nothing."""
    tone = ToneWords.read(SHIPPED / language / "tone.yaml")

    for key in ("claims_title", "claims_interest", "claims_fixed_sum", "claims_fixed"):
        assert tone.found(str(phrases(language)[key]), "formal"), key


# --- short


@pytest.mark.parametrize("step", ALL_STEPS)
@pytest.mark.parametrize("language", OTHERS)
def test_an_sms_is_as_short_as_in_english_and_can_be_stopped(language: str, step: str) -> None:
    """One segment where English has one; an alphabet of 70 characters a segment may cost a second."""
    english = letters(step, SMS, "en")
    for name, each in letters(step, SMS, language).items():
        text = render(each).text
        counted, most = segments(text), segments(render(english[name]).text).count
        if counted.encoding is Encoding.UCS_2:
            most = max(most, 2)
        assert counted.count <= most, (name, counted, text)
        assert text.startswith(each.creditor.name)
        assert "STOP" in text
        assert "\n" not in text


@pytest.mark.parametrize(
    "tag", ["de-AT", "de-CH", "de-LI", "nl-BE", "fr-BE", "fr-CA", "fr-CH", "it-CH", "es-MX"]
)
def test_a_region_has_its_language_and_its_own_numbers(tag: str) -> None:
    language, region = tag.split("-")
    if language not in LANGUAGES:
        pytest.skip(f"{language} has no templates")
    each = spoken(letter("overdue_3", SMS), tag)
    text = render(each).text

    assert render(each).language == language
    assert stated(each, text, f"{language}-{region}") == stated(each, render(spoken(each, "en")).text, "en")


LISTED = 70
"""Characters of a subject that a list of mails shows on a wide screen."""


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("step", ALL_STEPS)
def test_a_subject_says_in_a_list_of_mails_what_it_is_about(language: str, step: str) -> None:
    found = letters(step, Channel.EMAIL, language)
    for each in (found[name] for name in ("one", "five", "many") if name in found):
        subject = render(each).subject or ""
        assert len(subject) <= LISTED, subject
        assert "!" not in subject
        if step != "statement":
            assert re.search(r"\d", subject), subject
            # The sender's name stands beside it in the list.
            assert each.creditor.name not in subject
