"""The statement of account as a PDF: what the mail says, the same bytes each time, in every language."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest

from channels.documents.enclosures import Enclosures
from channels.documents.statement import statement_pdf
from channels.ports import Letter
from channels.render import Renderer, TemplateError
from config.policy import Enclosure
from reminders.snapshot import Channel
from tests.channels.languages import LANGUAGES, labels
from tests.channels.letters import TODAY, claiming, item, letter, samples
from tests.workers.pdf_text import pages_of

RENDERER = Renderer()
AMOUNT = re.compile(r"[£€¥$]?\d[\d.,' ]*\d{2}(?: ?[€£$])?")


def in_language(each: Letter, language: str) -> Letter:
    return replace(each, client=replace(each.client, language=language))


def text_of(each: Letter) -> str:
    return "\n".join(pages_of(statement_pdf(*RENDERER.laid_out(each))))


def plain(text: str) -> str:
    return " ".join(text.replace("\u00a0", " ").split())


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("step", ["statement", "final_notice"])
@pytest.mark.parametrize("sample", ["one", "partly", "mixed", "five", "currencies"])
def test_every_amount_of_the_mails_tables_is_in_the_document(language: str, step: str, sample: str) -> None:
    each = samples("final_notice", Channel.EMAIL)[sample]
    each = claiming(each) if step == "final_notice" else replace(each, step=step, tone="neutral")
    each = in_language(each, language)

    view, parts = RENDERER.laid_out(each)
    table = view.whole() if "account" in parts else view.asked_for()
    said = plain(text_of(each))

    shown = [
        amount for row in table.rows for amount in (row.number, row.original, row.open, row.issued, row.due)
    ]
    shown += [amount for row in table.rows for _, amount in (*row.deductions, *row.marks)]
    shown += [line.amount for line in table.sums]
    shown += [line.amount for line in view.claims.sums] if view.claims else []
    assert [amount for amount in shown if plain(amount) not in said] == []
    assert plain(labels(language).document_title) in said


def test_what_the_document_counts_is_what_the_mail_counts() -> None:
    each = claiming(samples("final_notice", Channel.EMAIL)["mixed"])
    mail = RENDERER.render(each).text
    assert {amount for amount in re.findall(r"£[\d,.]+\d", text_of(each)) if amount not in mail} == set()


def test_the_same_letter_gives_the_same_bytes() -> None:
    each = claiming(samples("final_notice", Channel.EMAIL)["five"])
    assert statement_pdf(*RENDERER.laid_out(each)) == statement_pdf(*Renderer().laid_out(each))


def test_a_reader_for_the_blind_finds_title_and_language() -> None:
    pdf = statement_pdf(*RENDERER.laid_out(in_language(letter("final_notice"), "nl")))
    assert b"/Lang (nl)" in pdf
    assert b"/DisplayDocTitle true" in pdf
    assert b"/Title" in pdf


def test_a_long_account_runs_over_numbered_pages() -> None:
    many = [item(f"INV-{n}", "GBP", 10000 + n, TODAY) for n in range(60)]
    pages = pages_of(statement_pdf(*RENDERER.laid_out(letter("final_notice", items=many))))
    assert len(pages) > 1
    for number, page in enumerate(pages, 1):
        assert f"Page {number} of {len(pages)}" in page
    assert all("Invoice" in page for page in pages[:-1])  # the head is repeated


def test_a_statement_of_nothing_but_figures_names_no_way_to_pay() -> None:
    said = text_of(replace(letter("final_notice"), step="statement", tone="neutral"))
    assert "IBAN" not in said
    assert "IBAN" in text_of(letter("final_notice"))


def test_a_hostile_name_is_only_text() -> None:
    said = text_of(samples("final_notice", Channel.EMAIL)["hostile"])
    assert '"><img src=x>' in said
    assert "<script>" in said


def test_a_name_in_letters_that_we_can_not_set_is_left_out() -> None:
    each = letter("final_notice")
    each = replace(each, client=replace(each.client, name="さくら貿易"))
    assert "U+" not in text_of(each)


def test_the_file_has_a_plain_name_and_is_a_pdf() -> None:
    (document,) = Enclosures(RENDERER).of(letter("final_notice"), (Enclosure.STATEMENT,))
    assert (document.name, document.content_type) == ("statement-2026-12.pdf", "application/pdf")
    assert document.content.startswith(b"%PDF-")
    assert len(document.content) < 100_000


def test_a_document_that_can_not_be_made_holds_no_mail_up(caplog: pytest.LogCaptureFixture) -> None:
    class Broken(Renderer):
        def laid_out(self, letter: Letter) -> object:  # type: ignore[override]
            raise TemplateError(letter.client.name)

    assert Enclosures(Broken()).of(letter("final_notice"), (Enclosure.STATEMENT,)) == ()


def test_without_leave_no_invoice_is_attached() -> None:
    each = replace(letter("introduction"), document_urls=(("INV-2041", "https://bill.example/i/1.pdf"),))
    assert Enclosures(RENDERER).of(each, (Enclosure.INVOICE,)) == ()
