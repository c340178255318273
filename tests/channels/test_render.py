"""Letters in words: nothing is missing, nothing is made up, nothing breaks out."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import pytest

from channels.ports import Letter
from channels.render import Renderer, TemplateError, render
from channels.segments import Encoding, segments
from channels.shelf import SHIPPED
from reminders.decision import Item
from reminders.snapshot import Channel, Client, Contact
from tests.channels.letters import (
    HOSTILE,
    LONDON,
    OCCASIONS,
    STEPS,
    TODAY,
    due,
    item,
    letter,
    samples,
)
from tests.channels.reading import Page, amounts_in, money

EMAIL, SMS = Channel.EMAIL, Channel.SMS
LATE = ("overdue_3", "overdue_7", "overdue_14", "after_hardship", "final_notice")
ALL = [
    pytest.param(each, id=f"{step}-{channel}-{name}")
    for step in STEPS
    for channel in (EMAIL, SMS)
    for name, each in samples(step, channel).items()
]
MAILS = [each for each in ALL if "-email-" in str(each.id)]
TEXTS = [each for each in ALL if "-sms-" in str(each.id)]


@pytest.mark.parametrize("each", ALL)
def test_no_letter_has_a_hole(each: Letter) -> None:
    rendered = render(each)

    for part in (rendered.subject, rendered.text, rendered.html):
        if part is not None:
            assert part.strip()
            assert not re.search(r"\{\{|\}\}|\{%|None|Undefined|\bnan\b|[\x00-\x09\x0b-\x1f]", part)
    for part in (rendered.subject or "", rendered.text):
        assert not re.search(r" [.,;:)]|\.\.|\( |\S  ", part)
    assert (rendered.subject is None) == (rendered.html is None) == (each.channel is SMS)
    assert rendered.language == "en"


@pytest.mark.parametrize("each", MAILS)
def test_a_mail_shows_every_invoice_with_its_sums(each: Letter) -> None:
    rendered = render(each)
    assert rendered.html is not None
    shown = Page(rendered.html).text

    for row in each.items:
        for medium in (rendered.text, shown):
            assert row.number.replace("\u202e", "") in medium
            for minor in {row.total, row.paid, row.credited, row.disputed, row.on_account, row.asked} - {0}:
                assert money(each, minor, row.currency) in medium
    for total in each.amounts:
        assert money(each, total.minor, total.currency) in rendered.text
        assert money(each, total.minor, total.currency) in shown


@pytest.mark.parametrize("each", ALL)
def test_no_amount_that_is_not_the_ledger_s(each: Letter) -> None:
    rendered = render(each)

    known = set()
    for currency in {row.currency for row in each.items}:
        rows = [row for row in each.items if row.currency == currency]
        late = [row for row in rows if row.due_on < each.today]
        coming = [row for row in rows if row.due_on >= each.today]
        for field in ("total", "paid", "credited", "disputed", "on_account", "asked"):
            known |= {money(each, getattr(row, field), currency) for row in rows}
            known |= {
                money(each, sum(getattr(row, field) for row in part), currency)
                for part in (rows, late, coming)
            }
    for part in (rendered.subject, rendered.text, rendered.html):
        assert set(amounts_in(part or "")) <= known


@pytest.mark.parametrize("each", MAILS)
def test_text_and_html_say_the_same(each: Letter) -> None:
    rendered = render(each)
    assert rendered.html is not None
    page = Page(rendered.html)
    body = page.text.split("\u200c", 1)[-1]  # after the preheader

    in_html = sorted(set(amounts_in(body)))
    assert in_html == sorted(set(amounts_in(rendered.text)))
    links = {attributes["href"] for attributes in page.all("a")}
    web = {link for link in links if link and link.startswith("http")}
    assert web == set(re.findall(r"https?://\S+", rendered.text))
    for paragraph in rendered.text.split("\n\n"):
        words = " ".join(paragraph.split())
        if len(words) > 40 and ":" not in words and "http" not in words and each.client is not HOSTILE:
            assert words in body or all(line.strip() in body for line in paragraph.splitlines())


@pytest.mark.parametrize("each", MAILS)
def test_every_mail_says_who_writes_why_and_how_to_stop(each: Letter) -> None:
    rendered = render(each)

    assert each.creditor.legal_name in rendered.text
    assert ", ".join(each.creditor.address) in rendered.text
    assert "You receive this because" in rendered.text
    assert each.unsubscribe_url in rendered.text
    assert each.unsubscribe_url in (rendered.html or "")


@pytest.mark.parametrize("each", [m for m in MAILS if not str(m.id).startswith("thank_you")])
def test_every_mail_that_asks_for_money_says_how_to_pay_and_whom_to_ask(each: Letter) -> None:
    text = render(each).text

    for total in each.amounts:
        account = each.creditor.bank_account(total.currency)
        if account:
            assert (account.iban or account.account or "?") in text
    assert each.creditor.contact.email in text
    assert "HOW TO PAY" in text


@pytest.mark.parametrize("each", MAILS)
def test_html_is_made_for_mail_programs_and_readers(each: Letter) -> None:
    html = render(each).html or ""
    page = Page(html)

    assert not page.open
    assert page.all("html")[0]["lang"] == "en"
    assert {"color-scheme", "supported-color-schemes"} <= {m.get("name") for m in page.all("meta")}
    assert not page.all("script")
    assert all("alt" in image for image in page.all("img"))
    assert all("scope" in heading for heading in page.all("th"))
    assert min(int(size) for size in re.findall(r"font-size:(\d+)px", html.split("</div>", 1)[1])) >= 14
    assert len(html.encode()) < 102_400  # where large mail programs cut a message off


@pytest.mark.parametrize("each", TEXTS)
def test_an_sms_is_short_and_can_be_stopped(each: Letter) -> None:
    text = render(each).text
    counted = segments(text)

    assert text.startswith(each.creditor.name)
    assert "Reply STOP to opt out" in text
    assert "\n" not in text
    assert counted.encoding is Encoding.GSM_7
    assert counted.count <= 3
    for total in each.amounts:
        parts = [row for row in each.items if row.currency == total.currency]
        if each.step in LATE:
            parts = [row for row in parts if row.due_on < each.today]
        elif each.step == "thank_you":
            parts = [replace(row, asked=row.total) for row in parts]
        asked = sum(row.asked for row in parts)
        assert money(each, asked, total.currency) in text
        if each.step in LATE and asked != total.minor:
            assert money(each, total.minor, total.currency) not in text


@pytest.mark.parametrize("step", [step for step in STEPS if step != "final_notice"])
def test_a_usual_sms_is_one_segment(step: str) -> None:
    assert segments(render(samples(step, SMS)["one"]).text).count == 1


@pytest.mark.parametrize("step", ["due_soon", *LATE])
@pytest.mark.parametrize("channel", [EMAIL, SMS])
def test_who_has_paid_is_not_troubled(step: str, channel: Channel) -> None:
    text = render(samples(step, channel)["one"]).text

    assert re.search(
        r"on its way already, thank you|already paid, thank you|Paid already\? Thank you|Paid\? Please ignore",
        text,
    )


def test_a_final_notice_names_its_deadline_and_the_next_step() -> None:
    rendered = render(letter("final_notice"))

    assert rendered.text.count("21 December 2026") >= 2
    assert "a person here will review the account" in rendered.text


def test_days_late_are_a_fact() -> None:
    assert "is now 14 days past its due date" in render(letter("overdue_14")).text
    assert "1 day late" in render(letter("overdue_3", items=[_due(TODAY - timedelta(days=1))])).text


@pytest.mark.parametrize(("days", "words"), [(0, "due today"), (1, "due tomorrow"), (2, "due in 2 days")])
def test_the_due_date_is_counted_from_the_client_s_today(days: int, words: str) -> None:
    assert words in render(letter("due_soon", items=[_due(TODAY + timedelta(days=days))])).text


def test_terms_are_quoted_where_the_creditor_has_some() -> None:
    own = letter("overdue_14", creditor=LONDON.model_copy(update={"terms": "Thirty days net."}))
    assert "The terms we agreed: “Thirty days net.”" in render(own).text
    without = letter("overdue_14", creditor=LONDON.model_copy(update={"terms": None}))
    assert "terms" not in render(without).text


def test_a_word_more_for_who_paid_early() -> None:
    early, punctual = letter("thank_you"), letter("thank_you", items=[_due(TODAY - timedelta(days=1))])

    assert "ahead of the due date" in render(early).text
    assert "ahead of the due date" not in render(punctual).text


def test_who_pays_in_instalments_is_not_told_that_all_came_early() -> None:
    in_parts = letter("thank_you", items=[replace(_due(TODAY + timedelta(days=9)), in_parts=True)])

    assert "ahead of the due date" not in render(in_parts).text


def test_what_is_not_due_yet_is_told_apart() -> None:
    text = render(
        letter("overdue_7", items=[_due(due("overdue_7"), "A"), _due(TODAY + timedelta(days=9), "B")])
    ).text

    assert "invoice A for £100.00" in text.replace("Invoice A", "invoice A")
    assert "due 20 Dec 2026 (not due yet)" in text
    assert "Past due: £100.00\nWith what is not due yet: £200.00" in text
    assert "We do not ask for the £100.00 that is not due yet" in text
    assert "Total" not in text


@pytest.mark.parametrize("step", LATE)
def test_only_what_is_past_due_is_asked_for(step: str) -> None:
    mail, text = render(samples(step, EMAIL)["mixed"]), render(samples(step, SMS)["mixed"]).text
    asked, shown = mail.text.split("With what is not due yet: £4,595.00")
    asked += shown.split("HOW TO PAY")[1]

    assert "Past due: £3,975.00" in asked
    assert "Reference: INV-2041\n" in asked
    assert "4,595" not in f"{mail.subject}{asked}{text}"
    assert "https://pay.example/i/INV-2041" in asked
    assert "https://pay.example/i/INV-2050" not in f"{mail.text}{mail.html}{text}"
    # After a hardship, a text asks how things are, and pushes nobody.
    assert ("https://pay.example/i/INV-2041" in text) == (step != "after_hardship")


def test_a_final_notice_asks_for_the_late_sum_within_the_deadline() -> None:
    text = render(samples("final_notice", EMAIL)["mixed"]).text

    assert "By 21 December 2026, please do one of the following: pay £3,975.00;" in text


def test_one_link_for_all_is_for_what_is_past_due() -> None:
    items = [_due(due("overdue_7"), "A"), _due(due("overdue_7"), "B"), _due(TODAY, "C")]
    urls = tuple((each.number, "https://pay.example/all") for each in items)

    assert "Pay £200.00 online" in render(letter("overdue_7", items=items, payment_urls=urls)).text


SPREAD, TOGETHER = (2, 9), (2, 2)


@pytest.mark.parametrize(
    ("step", "days", "subject", "sms"),
    [
        ("introduction", SPREAD, "2 invoices, £200.00, the first due 13 December", "the first due 13 Dec"),
        ("introduction", TOGETHER, "2 invoices, £200.00, due 13 December", "in all, due 13 Dec"),
        ("heads_up", SPREAD, ": the first due on 13 December", "the first due 13 Dec"),
        ("heads_up", TOGETHER, ": due on 13 December", "in all, due 13 Dec"),
        ("due_soon", SPREAD, "2 invoices, the first due in 2 days", "the first due 13 Dec"),
        ("due_soon", TOGETHER, "2 invoices are due in 2 days", "in all, due 13 Dec"),
        ("overdue_3", (-3, -1), "2 invoices, £200.00", "the first was due 8 Dec"),
        ("overdue_3", (-3, -3), "2 invoices, £200.00", "were due 8 Dec"),
        ("overdue_7", (-7, -1), "2 invoices?", "are up to 7 days late"),
        ("overdue_7", (-7, -7), "2 invoices?", "are 7 days late"),
        ("overdue_14", (-14, -1), "2 invoices, the oldest 14 days past due", "are up to 14 days late"),
        ("overdue_14", (-14, -14), "2 invoices, 14 days past due", "are 14 days late"),
        ("final_notice", (-30, -1), "2 invoices, £200.00", "the first was due 11 Nov"),
        ("final_notice", (-30, -30), "2 invoices, £200.00", "were due 11 Nov"),
    ],
)
def test_due_dates_that_differ_are_not_made_one(
    step: str, days: tuple[int, int], subject: str, sms: str
) -> None:
    items = [_due(TODAY + timedelta(days=away), f"INV-{n}") for n, away in enumerate(days)]
    mail = render(letter(step, items=items))

    assert subject in (mail.subject or "")
    assert sms in render(letter(step, SMS, items=items)).text
    differ = days[0] != days[1]
    assert bool(re.search(r"the (first|oldest)", f"{mail.subject} {mail.text}", re.IGNORECASE)) == differ


def test_a_thank_you_names_the_invoice_and_not_one_payment() -> None:
    part = item("INV-1", "GBP", 184000, TODAY - timedelta(days=20), paid=184000)
    mail, text = (
        render(letter("thank_you", items=[part])),
        render(letter("thank_you", SMS, items=[part])).text,
    )

    assert (
        "your payment of 10 December 2026 has arrived. Invoice INV-1 for £1,840.00 is now settled"
        in mail.text
    )
    assert "£1,840.00 received" not in f"{mail.subject}{mail.text}"
    assert "Invoice INV-1, £1,840.00, is settled in full." in text


def test_a_thank_you_for_several_says_received() -> None:
    mail = render(letter("thank_you", items=[_due(TODAY, "A"), _due(TODAY, "B")]))

    assert "2 invoices for £200.00 in all are now settled in full" in mail.text
    assert "Received: £200.00" in mail.text
    assert "Total" not in f"{mail.text}{Page(mail.html or '').text}"


def test_what_was_paid_on_top_stays_on_the_account() -> None:
    over = [item("INV-1", "GBP", 10000, TODAY, paid=12000), _due(TODAY, "INV-2")]
    mail, text = (
        render(letter("thank_you", items=over)).text,
        render(letter("thank_you", SMS, items=over)).text,
    )

    assert "We received £20.00 more than was open; it stays on your account" in mail
    assert "2 invoices for £200.00 in all" in mail
    assert "Received: £220.00" in mail
    assert "£20.00 paid on top stays on your account." in text
    assert "on your account" not in render(letter("thank_you")).text


def test_one_link_for_all_is_one_button() -> None:
    items = [_due(due("overdue_3"), "A"), _due(due("overdue_3"), "B")]
    both = letter(items=items, payment_urls=tuple((each.number, "https://pay.example/all") for each in items))

    assert "Pay £200.00 online" in render(both).text
    assert "https://pay.example/all" in render(replace(both, channel=SMS)).text


def test_a_link_that_is_not_for_the_web_is_left_out() -> None:
    for url in ("javascript:alert(1)", "data:text/html,x", "//pay.example", "https://pay.example/ x"):
        assert url not in (render(letter(payment_urls=(("INV-2041", url),))).html or "")


def test_without_a_way_to_pay_a_person_is_named() -> None:
    bare = letter(creditor=LONDON.model_copy(update={"bank_accounts": ()}))

    assert "or ask Ruth Ellison: ruth.ellison@northwind.example" in render(bare).text


@pytest.mark.parametrize("step", [step for step in STEPS if step not in ("overdue_14", "thank_you")])
def test_only_ways_to_pay_that_there_are_are_named(step: str) -> None:
    yen = item("INV-77", "JPY", 120000, due(step))
    urls = (("INV-77", "https://pay.example/i/77"),)
    linked, both = letter(step, items=[yen], payment_urls=urls), letter(step, items=[yen, _due(due(step))])

    for rendered in (render(linked), render(letter(step, items=[yen]))):
        assert not re.search(
            r"transfer|card", f"{rendered.text}{Page(rendered.html or '').text}", re.IGNORECASE
        )
        assert "sk Ruth Ellison: ruth.ellison@northwind.example" in rendered.text
    assert "For bank details in JPY, please ask Ruth Ellison" in render(linked).text
    assert "For bank details in JPY, please ask Ruth Ellison" in (render(both).html or "")
    assert "For bank details" not in render(letter(step)).text
    assert "card" not in render(letter(step)).text


@pytest.mark.parametrize("step", [step for step in STEPS if step != "overdue_14"])
def test_terms_are_quoted_by_one_step_only(step: str) -> None:
    own = letter(step, creditor=LONDON.model_copy(update={"terms": "Thirty days net."}))

    assert "Thirty" not in render(own).text


def test_a_sender_s_name_can_t_be_answered() -> None:
    named = letter("overdue_7", SMS, creditor=LONDON.model_copy(update={"sms_from": "Northwind"}))
    text = render(named).text

    assert "Reply" not in text
    assert f"Opt out: {named.unsubscribe_url}" in text


@pytest.mark.parametrize("step", STEPS)
def test_hostile_names_stay_words(step: str) -> None:
    rendered = render(samples(step, EMAIL)["hostile"])
    page = Page(rendered.html or "")

    assert not page.all("script")
    assert not page.all("img")
    assert not page.all("b")
    assert "javascript:" not in (rendered.html or "")
    assert "\n" not in (rendered.subject or "")
    assert "\u202e" not in f"{rendered.subject}{rendered.text}{rendered.html}"


@pytest.mark.parametrize(
    "name", ["{{ 7 * 7 }}", "{% raw %}", "\x00statement\x00", "\x01bold\x02", "%s {x} {0.__class__}"]
)
def test_a_name_is_never_a_template(name: str) -> None:
    rendered = render(letter(client=Client("c-1", name=name, country="GB"), contact=Contact("k")))

    assert "49" not in rendered.text.split("Amount")[0]
    assert "<strong>bold" not in (rendered.html or "")
    assert rendered.text.count("Invoice INV-2041\n") == 1


def test_nobody_s_name_is_greeted_plainly() -> None:
    rendered = render(letter(client=Client("c-1", country="GB"), contact=Contact("k")))

    assert rendered.text.startswith("Hello,\n")
    assert "because you have an account with" in rendered.text


def _due(on: date, number: str = "INV-1") -> Item:
    return replace(item(number, "GBP", 10000, TODAY), due_on=on)


# --- languages, templates of one's own ----------------------------------------------------------------------


@pytest.mark.parametrize(
    ("asked", "creditor_s", "used"),
    [
        ("de-AT", None, "de-AT"),
        ("de-DE", None, "de"),
        ("de", None, "de"),
        ("DE", None, "de"),
        ("de_CH", "fr", "de"),
        ("en-GB", "fr", "en"),
        ("pl", "de-CH", "de"),
        ("pl", "de-AT", "de-AT"),
        (None, "fr-BE", "fr"),
        (None, "nl", "en"),
        (None, None, "en"),
        ("pl", None, "en"),
        ("../../etc", None, "en"),
    ],
)
def test_the_nearest_language_is_used_and_named(
    tmp_path: Path, asked: str | None, creditor_s: str | None, used: str
) -> None:
    for language in ("en", "de", "de-AT", "fr"):
        _write(tmp_path, f"{language}/overdue_3.sms.j2", f"{language}: {{{{ late.due }}}}.")
        (tmp_path / f"{language}/labels.yaml").write_text((SHIPPED / "en/labels.yaml").read_text())
    reader = letter(
        channel=SMS,
        client=Client("c", name="A", country="DE", language=asked),
        creditor=LONDON.model_copy(update={"language": creditor_s}),
    )

    rendered = Renderer((tmp_path,)).render(reader)

    days = {"en": "8 December 2026", "de": "8. Dezember 2026", "fr": "8 décembre 2026"}
    assert rendered.language == used
    assert rendered.text == f"{used}: {days[used[:2]]}."


def test_one_s_own_words_go_before_the_shipped(tmp_path: Path) -> None:
    _write(tmp_path, "en/overdue_3.sms.j2", "Ours, {{ name }}.")

    assert Renderer((tmp_path, SHIPPED)).render(letter(channel=SMS)).text == "Ours, Jane."


def test_one_s_own_step_speaks_in_its_tone() -> None:
    own = replace(letter("overdue_7"), step="second_nudge")

    assert render(own) == render(letter("overdue_7"))
    assert Renderer().speaks("second_nudge", "polite", EMAIL)


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        ("Hello {{ nobody }}", "nobody"),
        ("Hello {{ late.nothing }}", "nothing"),
        ("Hello {{ labels.nothing }}", "nothing"),
        ("Hello {{ us.__class__.__mro__ }}", "unsafe"),
        ("Hello {% if %}", "Expected an expression"),
    ],
)
def test_a_missing_variable_stops_the_message(tmp_path: Path, body: str, reason: str) -> None:
    _write(tmp_path, "en/overdue_3.sms.j2", body)

    with pytest.raises(TemplateError, match=reason) as caught:
        Renderer((tmp_path, SHIPPED)).render(letter(channel=SMS))
    assert str(caught.value).startswith("overdue_3/sms/en: ")


def test_a_missing_block_stops_the_message(tmp_path: Path) -> None:
    _write(
        tmp_path, "en/overdue_3.email.j2", "{% block subject %}x{% endblock %}{% block body %}y{% endblock %}"
    )

    with pytest.raises(TemplateError, match="preheader"):
        Renderer((tmp_path, SHIPPED)).render(letter())


def test_a_part_within_a_sentence_stops_the_message(tmp_path: Path) -> None:
    blocks = "".join(
        "{% block " + name + " %}See {{ statement }}.{% endblock %}" for name in ("subject", "body")
    )
    _write(tmp_path, "en/overdue_3.email.j2", blocks + "{% block preheader %}{% endblock %}")

    with pytest.raises(TemplateError, match="alone"):
        Renderer((tmp_path, SHIPPED)).render(letter())


def test_a_step_without_words_is_an_error() -> None:
    with pytest.raises(TemplateError, match="no template"):
        render(replace(letter(), step="nudge", tone="unheard"))


def _write(folder: Path, name: str, text: str) -> None:
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")


def test_every_shipped_step_speaks_on_mail_and_sms() -> None:
    steps = (*STEPS, *OCCASIONS)
    assert all(Renderer().speaks(step, "", channel) for step in steps for channel in (EMAIL, SMS))


def test_a_letter_names_the_template_that_serves_its_step() -> None:
    named = replace(letter("overdue_7"), step="second_nudge", tone="formal", words="overdue_7")

    assert render(named) == render(letter("overdue_7"))


def test_where_the_law_asks_for_no_opt_out_line_there_can_be_none() -> None:
    for channel in (EMAIL, SMS):
        with_line, without = (render(replace(letter(channel=channel), opt_out=on)) for on in (True, False))
        line = r"STOP|Choose how we reach you|https://bill\.example/u/"
        assert re.search(line, with_line.text)
        assert not re.search(line, f"{without.text}{without.html}")


def test_what_is_promised_or_due_later_is_not_asked_for() -> None:
    items = [
        item("A", "GBP", 30000, due("overdue_7"), held=10000),
        item("B", "GBP", 60000, due("overdue_7"), later=40000),
    ]
    text = render(letter("overdue_7", items=items)).text

    assert "2 invoices are past their due dates, £400.00 in all" in text
    assert "Promised or being collected: − £100.00\n  Open: £200.00" in text
    assert "Due later, in instalments: − £400.00\n  Open: £200.00" in text
    assert "We have left out the £100.00 that you have promised" in text
    assert "We do not ask for the £400.00 that falls due later, in instalments." in text


def test_what_is_wholly_held_is_shown_and_not_counted_as_late() -> None:
    items = [
        item("A", "GBP", 30000, due("overdue_14"), held=30000),
        item("B", "GBP", 60000, due("overdue_7")),
    ]
    text = render(letter("overdue_7", items=items)).text

    assert "Invoice B for £600.00 was due on 4 December 2026, 7 days ago" in text
    assert "Reference: B\n" in text
