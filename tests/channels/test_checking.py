"""Checking words: the shipped ones are in order, a wrong one is named with its file, a language is its files alone."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
import yaml

from channels.checking import Finding, check
from channels.checking.links import broken_in_mail, broken_in_source, whole
from channels.render import Renderer
from channels.segments import beyond_gsm
from channels.shelf import SHIPPED
from config.creditors import SHIPPED as CREDITORS
from config.creditors import load_creditors
from reminders.snapshot import Channel
from tests.channels.languages import spoken
from tests.channels.letters import letter

EMAIL, SMS = Channel.EMAIL, Channel.SMS
Put = Callable[[str, str], list[Finding]]


@pytest.fixture
def put(tmp_path: Path) -> Put:
    """Lay one file over the shipped ones; what is to be mended then."""

    def lay(name: str, text: str) -> list[Finding]:
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
        return check((tmp_path, SHIPPED), languages={name.partition("/")[0]})

    return lay


def shipped(name: str) -> str:
    return (SHIPPED / name).read_text(encoding="utf-8")


def test_all_shipped_templates_are_in_order() -> None:
    assert check((SHIPPED,), load_creditors(CREDITORS)) == []


# --- one wrong file


def test_a_name_that_no_letter_has(put: Put) -> None:
    found = put("de/heads_up.sms.j2", "{{ us }}: {{ comming.invoices }}. {{ opt_out }}")
    assert [str(one) for one in found] == [
        "de/heads_up.sms.j2: names 'comming', which no letter has: "
        "name what the shipped template of that step names"
    ]


def test_a_name_is_found_where_no_sample_comes_by(put: Put) -> None:
    text = shipped("en/overdue_3.email.j2").replace(
        "{{ answer }}", "{% if links | length > 99 %}{{ oops }}{% endif %}"
    )
    assert any("'oops'" in one.what for one in put("en/overdue_3.email.j2", text))


def test_a_field_that_the_view_does_not_have(put: Put) -> None:
    (found,) = put("de/heads_up.sms.j2", "{{ us }}: {{ coming.invoice }}. {{ opt_out }}")
    assert "'invoice'" in found.what


def test_a_template_that_can_not_be_read(put: Put) -> None:
    found = put("fr/heads_up.sms.j2", "{{ us }}: {% if coming.one %}{{ coming.number }}. {{ opt_out }}")
    assert {one.file for one in found} == {"fr/heads_up.sms.j2"}
    assert any(one.what.startswith("line 1: ") for one in found)


def test_an_sms_that_is_too_long_names_the_characters_that_cost_it_its_alphabet(put: Put) -> None:
    found = put("de/heads_up.sms.j2", "{{ us }} – " + "sehr lang " * 30 + "{{ opt_out }}")
    assert found
    assert all("UCS-2" in one.what for one in found)
    assert all("do without –" in one.todo for one in found)


def test_an_sms_that_is_too_long_in_its_own_alphabet(put: Put) -> None:
    found = put("de/heads_up.sms.j2", "{{ us }}: " + "sehr lang " * 40 + "{{ opt_out }}")
    assert found
    assert all("GSM-7" in one.what and "do without" not in one.todo for one in found)


def test_a_hard_word(put: Put) -> None:
    text = shipped("en/heads_up.sms.j2").replace("Any question? Just ask.", "You must pay.")
    (found,) = put("en/heads_up.sms.j2", text)
    assert (found.file, found.what.partition(" (")[0]) == ("en/heads_up.sms.j2", "says 'must'")


def test_a_broken_link(put: Put) -> None:
    text = shipped("en/heads_up.email.j2").replace(
        "{{ answer }}", "{{ answer }}\n\nSee https:/northwind.example for more."
    )
    found = put("en/heads_up.email.j2", text)
    assert [one.what for one in found] == ["the link 'https:/northwind.example' is broken"]


def test_a_link_that_only_one_part_has(put: Put) -> None:
    text = shipped("en/heads_up.email.j2").replace(
        "{{ answer }}", "{{ answer }}\n\nSee https://northwind.example/help for more."
    )
    found = put("en/heads_up.email.j2", text)
    assert [one.what for one in found] == [
        "the text names 'https://northwind.example/help', and the HTML does not link it"
    ]


def test_whatsapp_s_rules(put: Put) -> None:
    text = yaml.safe_dump({"body": "{{1}}{{2}} is due.", "variables": {1: "us", 2: "all.invoices"}})
    found = put("en/heads_up.whatsapp.yaml", text)
    assert {one.what for one in found} == {"it begins with a place", "two places stand side by side"}


def test_a_name_that_no_whatsapp_message_comes_by(put: Put) -> None:
    text = yaml.safe_dump({"body": "Hi {{1}}, bye", "variables": {1: "us if us else oops"}})
    assert [one.what for one in put("en/heads_up.whatsapp.yaml", text)] == [
        "names 'oops', which no letter has"
    ]


def test_whatsapp_s_limit_counts_what_fills_the_places(put: Put) -> None:
    body = "Hello from {{1}}, " + "x" * 990 + " bye"
    found = put("en/heads_up.whatsapp.yaml", yaml.safe_dump({"body": body, "variables": {1: "us ~ us ~ us"}}))
    assert [(one.what, one.todo) for one in found] == [("comes to 1055 characters", "shorten it to 1024")]


def test_an_approved_template_without_words() -> None:
    creditors = load_creditors(CREDITORS)
    first = creditors.default.model_copy(
        update={"whatsapp_from": "+447700900199", "whatsapp_templates": {"heads_up": {"pt": "HX" + "0" * 32}}}
    )
    (found,) = check((SHIPPED,), creditors.model_copy(update={"creditors": (first,)}), languages=())
    assert str(found) == (
        "creditors.yaml: northwind has an approved heads_up in pt, and there are no words for it: "
        "add pt/heads_up.whatsapp.yaml as it was approved"
    )


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (lambda phrases: phrases.pop("total"), "has no phrase 'total'"),
        (lambda phrases: phrases.update(sum="x"), "has a phrase 'sum' that nothing uses"),
        (lambda phrases: phrases.update(due_on="am"), "the phrase 'due_on' has other places than in English"),
        (
            lambda phrases: phrases.update(due_on="{date"),
            "the phrase 'due_on' has other places than in English",
        ),
        (lambda phrases: phrases.update(days="Tage"), "the phrase 'days' is of the wrong kind"),
        (lambda phrases: phrases["days"].pop("one"), "the phrase 'days' lacks the form for one"),
    ],
)
def test_a_phrase_that_is_not_as_it_should_be(
    put: Put, change: Callable[[dict[str, object]], object], said: str
) -> None:
    phrases = yaml.safe_load(shipped("de/labels.yaml"))
    change(phrases)
    found = put("de/labels.yaml", yaml.safe_dump(phrases, allow_unicode=True))
    assert ("de/labels.yaml", said) in [(one.file, one.what) for one in found]


def test_every_finding_is_one_line_that_says_what_to_do(put: Put) -> None:
    found = [
        *put("de/labels.yaml", "total: ["),
        *put("it/tone.yaml", "never: ["),
        *put("pt/heads_up.sms.j2", "{{ x"),
    ]
    assert {one.file for one in found} >= {"de/labels.yaml", "it/tone.yaml", "pt/labels.yaml"}
    for one in found:
        assert "\n" not in str(one)
        assert str(one).count(": ") >= 2
        assert one.todo


# --- links


@pytest.mark.parametrize(
    ("url", "good"),
    [
        ("https://pay.example/i/1?x=2#y", True),
        ("http://pay.example", False),
        ("https://", False),
        ("https://localhost/x", False),
        ("https://a..b.example", False),
        ("https://pay.example:port/", False),
        ("https://[::1/", False),
        ("//pay.example", False),
        ("javascript:alert(1)", False),
        ("", False),
    ],
)
def test_a_whole_link(url: str, good: bool) -> None:
    assert whole(url) is good


def test_links_in_a_template_may_be_names() -> None:
    assert list(broken_in_source("{{ link }} https://a.example/x. (https://b.example)")) == []
    assert [what for what, _ in broken_in_source("www.a.example, https://x y, http://b.example")] == [
        "the link 'www.a.example' is broken",
        "the link 'https://x' is broken",
        "the link 'http://b.example' is broken",
    ]


def test_links_of_a_mail() -> None:
    html = '<a href="https://a.example">A</a><a href="mailto:x@y.example">x</a><img src="cid:1"><a href="/b">b</a>'
    found = [what for what, _ in broken_in_mail("See https://a.example. Or https://c.example", html)]
    assert found == [
        "the link 'cid:1' in the HTML is no whole https address",
        "the link '/b' in the HTML is no whole https address",
        "the HTML links '/b', and the text does not name it",
        "the text names 'https://c.example', and the HTML does not link it",
    ]


def test_the_characters_that_cost_the_alphabet() -> None:
    assert beyond_gsm("Zürich, €5 [ok] – “ja” –") == ("–", "“", "”")


# --- a language that a stranger adds

PORTUGUESE = {
    "heads_up.sms.j2": "{{ us }}: {{ coming.invoices }}, {{ coming.amount }}, vence em {{ coming.due_short }}. "
    "{{ opt_out }}",
    "heads_up.email.j2": "{% block subject %}{{ coming.invoices | capitalize_first }} de {{ us }}{% endblock %}"
    "{% block preheader %}{{ coming.amount }}{% endblock %}{% block body %}\nBom dia,\n\n"
    "{{ coming.invoices | strong }} vence em {{ coming.due }}.\n\n{{ statement }}\n\n{{ ways_to_pay }}\n\n"
    "{{ whom_to_ask }}\n\n{{ answer }}\n\nCom os melhores cumprimentos,{{ br }}{{ us }}\n{% endblock %}",
}


@pytest.fixture
def portuguese(tmp_path: Path) -> Path:
    folder = tmp_path / "templates"
    (folder / "pt").mkdir(parents=True)
    for name, text in PORTUGUESE.items():
        (folder / "pt" / name).write_text(text, encoding="utf-8")
    # Spanish phrases stand for those that somebody would translate.
    shutil.copy(SHIPPED / "es" / "labels.yaml", folder / "pt" / "labels.yaml")
    return folder


def test_a_seventh_language_is_files_alone(portuguese: Path) -> None:
    render = Renderer((portuguese, SHIPPED)).render
    for tag in ("pt", "pt-BR"):
        text, mail = (render(spoken(letter("heads_up", channel), tag)) for channel in (SMS, EMAIL))
        assert (text.language, mail.language) == ("pt", "pt")
        assert "vence em" in text.text
        assert mail.html is not None
        assert '<html lang="pt"' in mail.html


def test_what_it_does_not_say_is_said_in_the_creditors_language_or_in_english(portuguese: Path) -> None:
    render = Renderer((portuguese, SHIPPED)).render
    each = spoken(letter("overdue_7"), "pt")
    german = replace(each, creditor=each.creditor.model_copy(update={"language": "de"}))
    assert [render(one).language for one in (each, german)] == ["en", "de"]


def test_the_check_names_what_it_lacks_and_nothing_else(portuguese: Path) -> None:
    found = check((portuguese, SHIPPED), languages={"pt"})
    assert {one.what for one in found} == {"is missing"}
    files = {one.file for one in found}
    whole = {f"pt/{path.name}" for path in (SHIPPED / "en").iterdir() if path.is_file()}
    assert files == whole - {"pt/labels.yaml", *(f"pt/{name}" for name in PORTUGUESE)}
    assert files >= {"pt/overdue_7.email.j2", "pt/tone.yaml"}
    assert files >= {"pt/page.yaml", "pt/voice.yaml", "pt/voice.j2", "pt/names.yaml"}
    assert all(one.todo.startswith("add it") for one in found)


def test_without_phrases_nothing_can_be_said_in_it(portuguese: Path) -> None:
    (portuguese / "pt" / "labels.yaml").unlink()
    told = {one.file: one.todo for one in check((portuguese, SHIPPED), languages={"pt"})}
    assert "nothing is written in this language" in told["pt/labels.yaml"]


def test_words_for_a_region_are_those_that_differ_there(tmp_path: Path) -> None:
    folder = tmp_path / "de-AT"
    folder.mkdir()
    shutil.copy(SHIPPED / "de" / "labels.yaml", folder / "labels.yaml")
    shutil.copy(SHIPPED / "de" / "heads_up.sms.j2", folder / "heads_up.sms.j2")
    assert check((tmp_path, SHIPPED), languages={"de-AT"}) == []
    assert Renderer((tmp_path, SHIPPED)).render(spoken(letter("heads_up", SMS), "de-AT")).language == "de-AT"
