"""WhatsApp templates: what WhatsApp would refuse, what fills the places, and which words are chosen."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from channels.checking import own_words
from channels.ports import Letter
from channels.render import NoTemplate, Renderer, TemplateError, render
from channels.shelf import SHIPPED
from channels.whatsapp import LONGEST, WhatsAppError, WhatsAppTemplate
from reminders.snapshot import Channel, Contact
from tests.channels.languages import ALL_STEPS, LANGUAGES, OTHERS, letters, spoken, stated
from tests.channels.letters import LONDON, letter
from tests.channels.test_languages import ENGLISH

WHATSAPP = Channel.WHATSAPP
DE, EN = "HX" + "d" * 32, "HX" + "e" * 32
GOOD = "body: 'Hello from {{1}}: {{2}} is due. Thank you.'\nvariables: {1: us, 2: all.invoices}"


def parse(text: str) -> WhatsAppTemplate:
    return WhatsAppTemplate.parse(text, Renderer().words)


def chatting(each: Letter) -> Letter:
    return replace(each, chat_open=True)


def approving(each: Letter, **approved: dict[str, str]) -> Letter:
    creditor = each.creditor.model_copy(
        update={"whatsapp_from": "+447700900199", "whatsapp_templates": approved}
    )
    return replace(each, creditor=creditor)


# --- the rules


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("body: '{{1}} says hello'\nvariables: {1: us}", "begins with a place"),
        ("body: 'Hello from {{1}}.'\nvariables: {1: us}", "ends with a place"),
        ("body: 'A {{1}} {{2}} b'\nvariables: {1: us, 2: us}", "side by side"),
        ("body: 'A {{1}}{{2}} b'\nvariables: {1: us, 2: us}", "side by side"),
        ("body: 'A {{1}} and {{3}} b'\nvariables: {1: us, 3: us}", "without a gap"),
        ("body: 'A {{1}} and {{2}} b'\nvariables: {1: us}", "no variable fills {{2}}"),
        ("body: 'A {{1}} b'\nvariables: {1: us, 2: us}", "{{2}} stands nowhere"),
        ("body: 'A {{1}} b {{us}} c'\nvariables: {1: us}", "braces that are no place"),
        (f"body: 'A {'x' * LONGEST}'", "characters"),
    ],
)
def test_what_whatsapp_refuses_is_found(text: str, said: str) -> None:
    assert any(said in fault for fault in parse(text).faults())
    assert all(": " in fault for fault in parse(text).faults()), "each says what to do"


def test_a_good_template_has_no_faults() -> None:
    assert list(parse(GOOD).faults()) == []
    assert list(parse("body: 'A ({{1}}), {{2}}; {{3}} b'\nvariables: {1: us, 2: us, 3: us}").faults()) == []


@pytest.mark.parametrize(
    "text", ["", "body: [", "variables: {}", "body: x\nvariables: {one: us}", "body: x\nbdy: y"]
)
def test_a_file_that_is_no_template(text: str) -> None:
    with pytest.raises(WhatsAppError) as caught:
        parse(text)
    assert "\n" not in str(caught.value)


def test_the_places_are_filled_on_one_line() -> None:
    text, values = parse(GOOD).filled({"us": "North\n\twind   Ltd", "all": {"invoices": "invoice {{1}}"}})
    assert values == {"1": "North wind Ltd", "2": "invoice {{1}}"}
    assert text == "Hello from North wind Ltd: invoice {{1}} is due. Thank you.", (
        "what is filled in is not read again"
    )


def test_a_place_is_never_empty() -> None:
    with pytest.raises(WhatsAppError, match=r"\{\{1\}\}"):
        parse(GOOD).filled({"us": " ", "all": {"invoices": "x"}})


# --- which words


def test_without_an_approved_template_or_a_conversation_nothing_is_said() -> None:
    each = letter("heads_up", WHATSAPP)
    with pytest.raises(NoTemplate):
        render(each)
    with pytest.raises(NoTemplate):
        render(approving(each, due_soon={"en": EN}))


def test_the_readers_language_is_taken_where_it_is_approved() -> None:
    each = approving(spoken(letter("heads_up", WHATSAPP), "de-AT"), heads_up={"de": DE, "en": EN})
    rendered = render(each)
    assert (rendered.language, rendered.template_id) == ("de", DE)
    assert rendered.text.startswith("Guten Tag")
    assert rendered.variables["1"] == "Northwind Studio"


def test_else_the_creditors_language_and_at_last_english() -> None:
    each = spoken(letter("heads_up", WHATSAPP), "fr")
    english = render(approving(each, heads_up={"de": DE, "en": EN}))
    assert (english.language, english.template_id) == ("en", EN)
    german = approving(each, heads_up={"de": DE, "en": EN})
    german = replace(german, creditor=german.creditor.model_copy(update={"language": "de"}))
    assert render(german).template_id == DE


def test_in_a_conversation_the_readers_own_words_go_as_free_text() -> None:
    each = chatting(approving(spoken(letter("heads_up", WHATSAPP), "fr"), heads_up={"en": EN}))
    rendered = render(each)
    assert (rendered.language, rendered.template_id) == ("fr", None)
    assert render(chatting(approving(each, heads_up={"fr": DE}))).template_id == DE


def test_a_step_of_ones_own_speaks_by_the_approved_template_of_its_tone() -> None:
    own = replace(letter("heads_up", WHATSAPP), step="nudge", words="nudge")
    assert render(approving(own, heads_up={"en": EN})).template_id == EN


def test_a_step_that_ships_never_speaks_by_the_template_of_another_one() -> None:
    each = approving(letter("thank_you", WHATSAPP), introduction={"en": EN})
    with pytest.raises(NoTemplate):
        render(each)


def test_a_sender_that_was_taken_away_takes_its_templates_along() -> None:
    each = approving(letter("heads_up", WHATSAPP), heads_up={"en": EN})
    without = each.creditor.model_copy(update={"whatsapp_from": None})
    with pytest.raises(NoTemplate):
        render(replace(each, creditor=without))


def test_a_hole_stops_the_message(tmp_path: Path) -> None:
    path = tmp_path / "en" / "heads_up.whatsapp.yaml"
    path.parent.mkdir()
    path.write_text("body: 'Hello from {{1}}, bye'\nvariables: {1: nobody}", encoding="utf-8")
    with pytest.raises(TemplateError, match="heads_up/whatsapp/en: 'nobody' is undefined"):
        Renderer((tmp_path, SHIPPED)).render(chatting(letter("heads_up", WHATSAPP)))


# --- the shipped ones


@pytest.mark.parametrize("step", ALL_STEPS)
@pytest.mark.parametrize("language", LANGUAGES)
def test_every_letter_can_be_said_and_stopped(language: str, step: str) -> None:
    for name, each in letters(step, WHATSAPP, language).items():
        rendered = render(chatting(each))
        assert rendered.language == language
        assert "STOP" in rendered.text
        assert len(rendered.text) <= LONGEST, name
        assert all(value and "\n" not in value for value in rendered.variables.values())
        if language != "en":
            assert not ENGLISH.findall(own_words(each, rendered.text)), (name, rendered.text)


@pytest.mark.parametrize("step", ALL_STEPS)
@pytest.mark.parametrize("language", OTHERS)
def test_a_letter_states_what_it_states_in_english(language: str, step: str) -> None:
    for name, each in letters(step, WHATSAPP, language).items():
        own, english = (chatting(spoken(each, one)) for one in (language, "en"))
        assert stated(own, render(own).text, language) == stated(english, render(english).text, "en"), name


def test_without_a_link_a_person_is_named() -> None:
    rendered = render(chatting(letter("heads_up", WHATSAPP, contact=Contact("k"))))
    assert LONDON.contact.email in rendered.variables.values()
