"""Creditors: what WhatsApp has approved for them, and what is said of a wrong file."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import yaml

from config.creditors import SHIPPED, CreditorError, Creditors, load_creditors

HX = "HX" + "0a" * 16
Load = Callable[..., Creditors]


@pytest.fixture
def load(tmp_path: Path) -> Load:
    """The shipped creditors, the first one with changes."""

    def read(**changes: Any) -> Creditors:
        data = yaml.safe_load(SHIPPED.read_text(encoding="utf-8"))
        data["creditors"][0] |= changes
        path = tmp_path / "creditors.yaml"
        path.write_text(yaml.safe_dump(data), encoding="utf-8")
        return load_creditors(path)

    return read


def test_without_a_word_nothing_goes_by_whatsapp(load: Load) -> None:
    assert load().default.whatsapp_from is None
    assert load().default.whatsapp_templates == {}


def test_what_is_approved_by_template_and_language(load: Load) -> None:
    creditor = load(
        whatsapp_from="+447700900199", whatsapp_templates={"heads_up": {"de": HX, "de-AT": HX}}
    ).default
    assert creditor.whatsapp_templates["heads_up"] == {"de": HX, "de-AT": HX}


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"whatsapp_from": "Northwind"}, "whatsapp_from: "),
        ({"whatsapp_from": "whatsapp:+447700900199"}, "whatsapp_from: "),
        ({"whatsapp_templates": {"heads_up": {"de": HX}}}, "add whatsapp_from, a number like +447700900123"),
        ({"whatsapp_templates": {"Heads up": {"de": HX}}}, "'Heads up' is no template's name"),
        ({"whatsapp_templates": {"heads_up": {"German": HX}}}, "heads_up: 'German' is no language"),
        (
            {"whatsapp_templates": {"heads_up": {"de": "HX12"}}},
            "heads_up.de: 'HX12' is no content's id; write HX and 32",
        ),
        ({"whatsapp_templates": {"heads_up": HX}}, "whatsapp_templates.heads_up: "),
        ({"whatsapp_templates": [HX]}, "whatsapp_templates: "),
    ],
)
def test_a_wrong_file_is_told_where_and_what_to_write(load: Load, changes: dict[str, Any], said: str) -> None:
    changes = (
        changes
        if "whatsapp_from" in changes or "add whatsapp_from" in said
        else changes | {"whatsapp_from": "+447700900199"}
    )
    with pytest.raises(CreditorError) as caught:
        load(**changes)
    assert said in str(caught.value)
    assert "\n" not in str(caught.value)


def test_terms_are_quoted_as_they_were_agreed(load: Load) -> None:
    creditor = load(terms="30 days net").default
    assert (creditor.terms_in("de"), creditor.all_terms) == ("30 days net", ("30 days net",))
    assert load(terms=None).default.all_terms == ()


def test_terms_in_several_languages_are_for_those_who_read_them(load: Load) -> None:
    creditor = load(terms={"de": "30 Tage netto", "en": "30 days net"}).default
    assert creditor.terms_in("de-AT") == "30 Tage netto"
    assert creditor.terms_in("pt") is None
    assert creditor.all_terms == ("30 days net", "30 Tage netto")


def test_terms_of_no_language_are_a_wrong_file(load: Load) -> None:
    with pytest.raises(CreditorError, match="'German' is no language; write one like de"):
        load(terms={"German": "30 Tage netto"})
