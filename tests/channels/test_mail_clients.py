"""What mail programs do to a page, and what must hold all the same: no style sheet, dark and small screens, no page."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Literal

import pytest
from hypothesis import given
from hypothesis import strategies as st
from playwright.sync_api import Browser

from channels.ports import Letter
from channels.render import render
from channels.shelf import SHIPPED
from channels.view import readable_on
from config.creditors import SHIPPED as CREDITORS
from config.creditors import Creditor, load_creditors
from reminders.snapshot import Channel
from tests.channels.languages import LANGUAGES
from tests.channels.letters import STEPS, claiming, samples
from tests.channels.reading import Page
from tests.support.browser import barriers, browsing, overflows

ENOUGH = 4.5
"""Contrast of text that is no larger than 18 points (WCAG 2.2, 1.4.3)."""
LAYOUT = (SHIPPED / "layout.html.j2").read_text(encoding="utf-8")
STYLE = re.search(r"<style>(.*)</style>", LAYOUT, re.DOTALL)
assert STYLE
OF_A_SITE = {"landmark-one-main", "page-has-heading-one", "region"}
"""Rules for the pages of a site, that a mail within a mail program has no part in."""
DARK = STYLE[1].partition("prefers-color-scheme: dark")[2]


def luminance(colour: str) -> float:
    parts = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one: str, other: str) -> float:
    high, low = sorted((luminance(one), luminance(other)), reverse=True)
    return (high + 0.05) / (low + 0.05)


def letters(language: str = "en") -> Iterator[Letter]:
    for step in STEPS:
        for name, each in samples(step, Channel.EMAIL).items():
            if name == "hostile":  # nobody's numbers
                continue
            each = claiming(each) if step == "final_notice" else each
            documents = tuple((row.number, f"https://bill.example/i/{row.number}.pdf") for row in each.items)
            client = replace(each.client, language=language)
            yield replace(
                each, client=client, document_urls=documents, page_url="https://bill.example/r/cGFnZQ"
            )


def pages(language: str = "en") -> Iterator[Page]:
    for each in letters(language):
        html = render(each).html
        assert html is not None
        yield Page(html)


def tokens(text: str) -> set[str]:
    """Numbers as they are written, years and days included."""
    return set(re.findall(r"\d[\d.,'/:-]*\d|\d", text.replace("\u00a0", " ")))


@pytest.mark.parametrize("language", LANGUAGES)
def test_all_that_the_page_says_with_a_number_or_a_link_is_in_the_text(language: str) -> None:
    for each in letters(language):
        mail = render(each)
        assert mail.html is not None
        page = Page(mail.html)
        assert tokens(page.text) - tokens(f"{mail.text} {mail.subject}") == set()
        links = {str(one["href"]) for one in page.all("a")}
        told = {link.removeprefix("mailto:") for link in links if not link.startswith("tel:")}
        assert {link for link in told if link not in mail.text} == set()


def test_the_page_says_what_language_it_is_in_and_that_it_can_be_dark() -> None:
    for language in LANGUAGES:
        page = next(pages(language))
        assert page.all("html")[0]["lang"] == language
        assert {"name": "color-scheme", "content": "light dark"} in page.all("meta")
        assert {"name": "viewport", "content": "width=device-width, initial-scale=1"} in page.all("meta")


def test_tables_are_either_layout_or_have_headings() -> None:
    for each in letters():
        html = render(each).html or ""
        for table in re.findall(r"<table(?![^>]*role=)[^>]*>.*?</table>", html, re.DOTALL):
            assert "<th " in table
            assert 'scope="' in table


def test_no_picture_is_needed_and_nothing_is_loaded() -> None:
    creditor = load_creditors(CREDITORS).default
    brand = creditor.brand.model_copy(update={"logo_url": "https://us.example/logo.png"})
    each = replace(next(letters()), creditor=creditor.model_copy(update={"brand": brand}))
    page = Page(render(each).html or "")
    (logo,) = page.all("img")
    assert logo["alt"] == creditor.name
    assert all(not one.all("img") for one in pages())
    for tag in ("script", "link", "iframe", "form", "object", "svg"):
        assert all(not one.all(tag) for one in pages())


def test_without_the_style_sheet_every_word_still_has_its_colour_and_size() -> None:
    for page in pages():
        for tag in ("a", "h2"):
            assert all("style" in attributes for attributes in page.all(tag))
        for tag in ("td", "th"):
            bare = [one for one in page.all(tag) if "style" not in one]
            assert bare == []
        assert all("color:" in str(one["style"]) for one in page.all("a"))


def test_light_text_stands_out() -> None:
    for each in letters():
        html = render(each).html or ""
        brand = {each.creditor.brand.colour, readable_on(each.creditor.brand.colour)}
        hidden = re.search(r'<div style="display:none[^"]*"', html)
        assert hidden
        inks = set(re.findall(r"[;\"]color:(#[0-9a-f]{6})", html.replace(hidden[0], ""))) - brand
        papers = {"#ffffff", "#f6f8fa"}
        assert papers <= set(re.findall(r"background:(#[0-9a-f]{6})", html)) | {"#f6f8fa"}
        assert {(ink, paper) for ink in inks for paper in papers if contrast(ink, paper) < ENOUGH} == set()


def test_dark_text_stands_out() -> None:
    papers = set(re.findall(r"\.(?:card|panel) \{ background: (#[0-9a-f]{6})", DARK))
    inks = set(re.findall(r"[{ ]color: (#[0-9a-f]{6})", DARK))
    assert len(papers) == 2
    assert len(inks) == 3
    assert {(ink, paper) for ink in inks for paper in papers if contrast(ink, paper) < ENOUGH} == set()


@given(st.from_regex(r"#[0-9a-f]{6}", fullmatch=True))
def test_words_on_any_brands_colour_stand_out(colour: str) -> None:
    assert contrast(colour, readable_on(colour)) >= ENOUGH


@pytest.mark.parametrize(
    "creditor", load_creditors(CREDITORS).creditors, ids=lambda one: str(one.creditor_id)
)
def test_words_on_the_shipped_brands_stand_out(creditor: Creditor) -> None:
    colour = creditor.brand.colour
    assert contrast(colour, readable_on(colour)) >= ENOUGH


@pytest.fixture(scope="module")
def browser(chromium: Path) -> Iterator[Browser]:
    with browsing(chromium) as found:
        yield found


def test_nothing_is_wider_than_the_smallest_telephone(browser: Browser) -> None:
    page = browser.new_page(viewport={"width": 320, "height": 800})
    for language in ("en", "de", "fr"):
        for each in letters(language):
            page.set_content(render(each).html or "")
            assert not overflows(page), (language, each.step, [item.number for item in each.items])


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_everybody_can_read_it_by_day_and_by_night(
    browser: Browser, scheme: Literal["light", "dark"]
) -> None:
    page = browser.new_page(color_scheme=scheme)
    for each in letters():
        if each.step not in ("introduction", "overdue_7", "final_notice"):
            continue  # the others are made of the same parts
        page.set_content(render(each).html or "")
        found = [barrier for barrier in barriers(page) if barrier.partition(":")[0] not in OF_A_SITE]
        assert found == [], each.step
