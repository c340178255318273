"""Interest in a final notice: every sum can be checked. Nowhere else is any of it named."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path

import pytest
import yaml

from channels.render import render
from channels.shelf import SHIPPED
from reminders.snapshot import Channel
from tests.channels.letters import ACT, OCCASIONS, STEPS, claiming, samples
from tests.channels.occasions import occasions
from tests.channels.reading import Page, amounts_in

EMAIL, SMS, WHATSAPP = Channel.EMAIL, Channel.SMS, Channel.WHATSAPP
NOT_YET = re.compile(
    r"\b(interest|fees?|attorneys?|lawyers?|courts?|agenc(y|ies)|legal(ly)?|fixed sums?|penalt(y|ies))\b",
    re.IGNORECASE,
)
TEMPLATES = sorted((SHIPPED / "en").glob("*.j2"))


def notice(name: str = "one", *bases: str) -> str:
    return render(claiming(samples("final_notice", EMAIL)[name], bases or (ACT,))).text


def test_each_invoice_shows_its_interest_its_day_and_its_fixed_sum() -> None:
    text = notice()

    assert "on top of the open amount. Basis: Late Payment of Commercial Debts (Interest) Act 1998." in text
    assert (
        "Invoice INV-2041\n  Interest through 11 Dec 2026: £1.20\n  Each further day adds £0.12\n  Fixed sum: £40.00"
    ) in text


def test_the_total_can_be_checked() -> None:
    text = notice()

    assert "Open on the invoices: £1,200.00\nInterest: £1.20\nFixed sums: £40.00\nTogether: £1,241.20" in text
    assert (
        "If you pay £1,241.20 on 11 December 2026, everything that this notice asks for is settled." in text
    )
    assert "Each day after that adds £0.12." in text
    assert "pay in full; agree on a payment plan with us" in text


def test_what_the_button_pays_is_told_apart_from_what_settles_it_all() -> None:
    text = notice()

    assert "Pay £1,200.00 online:\nhttps://pay.example/i/INV-2041" in text
    assert (
        "Online you pay only what is open on the invoices. For the £41.20 on top (interest and fixed sums), or for "
        "everything together (£1,241.20), please use the bank transfer below." in text
    )


def test_where_nothing_can_be_transferred_a_person_says_how() -> None:
    claim = claiming(samples("final_notice", EMAIL)["one"])
    text = render(replace(claim, creditor=claim.creditor.model_copy(update={"bank_accounts": ()}))).text

    assert (
        "How to pay the £41.20 on top (interest and fixed sums), Ruth Ellison will gladly tell you: "
        "ruth.ellison@northwind.example." in text
    )


def test_where_nothing_can_be_paid_online_nothing_is_said_of_it() -> None:
    assert "Online you pay" not in notice("currencies")


@pytest.mark.parametrize(
    ("channel", "total"), [(SMS, "£1,241.20 on 11 Dec."), (WHATSAPP, "£1,241.20 on 11 December")]
)
def test_a_short_message_names_the_total_too(channel: Channel, total: str) -> None:
    text = render(claiming(replace(samples("final_notice", channel)["one"], chat_open=True))).text

    assert f"with interest and fixed sums {total}" in text
    assert "£1,200.00" in text


def test_a_short_message_gives_no_link_that_would_pay_less_without_saying_so() -> None:
    link = "https://pay.example/i/INV-2041"

    assert link not in render(claiming(samples("final_notice", SMS)["one"])).text
    chat = claiming(replace(samples("final_notice", WHATSAPP)["one"], chat_open=True))
    assert f"{link} (without interest and fixed sums)" in render(chat).text


def test_a_call_names_the_total() -> None:
    text = render(claiming(samples("final_notice", Channel.VOICE)["one"])).text

    assert "With interest and fixed sums it comes to 1241.20 British pounds on 11 December 2026." in text


def test_currencies_and_laws_are_kept_apart() -> None:
    text = notice("currencies", ACT, "§ 288 BGB")

    assert f"Invoice INV-2041\n  Basis: {ACT}\n" in text
    assert "Invoice INV-2050\n  Basis: § 288 BGB\n" in text
    assert "Together: €1,021.48" in text
    assert "Together: £1,241.20" in text


def test_only_what_is_late_bears_it() -> None:
    text = notice("mixed")

    assert "Open on the invoices: £3,975.00" in text
    assert "INV-2050" not in text.split("INTEREST AND FIXED SUMS")[1].split("By 21 December")[0]


@pytest.mark.parametrize("name", samples("final_notice", EMAIL))
def test_text_and_html_claim_the_same(name: str) -> None:
    rendered = render(claiming(samples("final_notice", EMAIL)[name]))
    shown = Page(rendered.html or "").text.split("\u200c", 1)[-1]

    assert sorted(set(amounts_in(shown))) == sorted(set(amounts_in(rendered.text)))
    assert "Together" in shown


def test_a_fixed_sum_or_a_daily_sum_that_is_not_there_is_not_named() -> None:
    claim = claiming(samples("final_notice", EMAIL)["one"])
    (line,) = claim.interest
    text = render(
        replace(claim, interest=(replace(line, fixed_sum=None, daily=replace(line.daily, minor=0)),))
    ).text

    assert "Fixed sum" not in text.split("INTEREST AND FIXED SUMS")[1].split("By 21")[0]
    assert "further day" not in text
    assert "after that adds" not in text
    assert "Together: £1,201.20" in text
    assert "the £1.20 on top (interest)" in text


def test_without_a_claim_nothing_of_it_is_said() -> None:
    for channel in (EMAIL, SMS):
        for each in samples("final_notice", channel).values():
            assert not NOT_YET.search(render(each).text)


@pytest.mark.parametrize("step", [*(step for step in STEPS if step != "final_notice"), *OCCASIONS])
def test_no_other_step_claims_anything_even_if_asked_to(step: str) -> None:
    for channel in (EMAIL, SMS, Channel.VOICE):
        for each in (samples if step in STEPS else occasions)(step, channel).values():
            rendered = render(claiming(each))
            assert not NOT_YET.search(f"{rendered.subject} {rendered.text} {Page(rendered.html or '').text}")


@pytest.mark.parametrize("path", [pytest.param(path, id=path.name) for path in TEMPLATES])
def test_no_template_has_a_word_of_it_that_stands_without_a_claim(path: Path) -> None:
    assert not NOT_YET.search(path.read_text(encoding="utf-8"))


def test_no_fixed_phrase_but_those_of_a_claim_has_a_word_of_it() -> None:
    phrases = yaml.safe_load((SHIPPED / "en/labels.yaml").read_text(encoding="utf-8"))

    named = {key for key, phrase in phrases.items() if NOT_YET.search(str(phrase))}
    assert named == {
        "claims_title", "claims_through", "claims_fixed_sum", "claims_interest", "claims_fixed",
        "claims_named_both", "claims_named_interest", "claims_named_fixed",
    }  # fmt: skip


def test_a_final_notice_threatens_nobody() -> None:
    for name in ("one", "currencies"):
        text = notice(name)
        assert not re.search(r"\b(attorney|lawyer|court|agency|legal)", text, re.IGNORECASE)
        assert "a person here will review the account" in text
