"""Letters that are no rungs of the ladder: they tell what is so, ask for no more, and blame nobody."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest

from channels.ports import Letter
from channels.render import render
from channels.segments import Encoding, segments
from reminders.decision import AnswerTold, DiscountTold, InstalmentTold, PromiseTold, ReturnTold
from reminders.money import Money
from reminders.snapshot import Channel
from tests.channels.letters import HOSTILE, OCCASIONS, TODAY, item, letter
from tests.channels.occasions import DAY, occasions, told
from tests.channels.reading import Page, amounts_in, money

EMAIL, SMS = Channel.EMAIL, Channel.SMS
ALL = [
    pytest.param(each, id=f"{step}-{channel}-{name}")
    for step in OCCASIONS
    for channel in (EMAIL, SMS)
    for name, each in occasions(step, channel).items()
]
MAILS = [each for each in ALL if "-email-" in str(each.id)]
TEXTS = [each for each in ALL if "-sms-" in str(each.id)]


def mail(step: str, name: str = "one", **changes: object) -> str:
    return render(replace(occasions(step, EMAIL)[name], **changes)).text  # type: ignore[arg-type]


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


def known(each: Letter) -> set[str]:
    """Every amount that the letter may show."""
    sums: set[str] = set()
    for currency in {row.currency for row in each.items}:
        rows = [row for row in each.items if row.currency == currency]
        minors = {sum(row.total - row.paid - row.credited - row.on_account for row in rows)}
        parts = {"due": 0, "not due": 0}
        for row in rows:
            balance = row.total - row.paid - row.credited - row.on_account
            minors |= {
                row.total,
                row.paid,
                row.credited,
                row.on_account,
                row.disputed,
                row.held,
                row.later,
                balance,
            }
            rest = balance - row.disputed - row.held - row.later
            parts["due" if row.due_on < each.today else "not due"] += rest
            parts["not due"] += row.later
        minors |= {*parts.values(), sum(row.disputed for row in rows), sum(row.held for row in rows)}
        sums |= {money(each, minor, currency) for minor in minors}
    sums |= {money(each, asked.minor, asked.currency) for asked in each.amounts}
    match each.told:
        case PromiseTold():
            mine = [each.told.money, each.told.kept, each.told.money - each.told.kept]
        case InstalmentTold():
            mine = [each.told.money, each.told.left - each.told.money]
        case DiscountTold():
            mine = [each.told.saved, each.told.to_pay]
        case ReturnTold():
            mine = [each.told.money]
        case AnswerTold(money=Money() as promised):
            mine = [promised]
        case AnswerTold(parts=told_parts):
            mine = [part.money for part in told_parts]
        case _:
            mine = []
    return sums | {money(each, one.minor, one.currency) for one in mine}


@pytest.mark.parametrize("each", ALL)
def test_no_amount_that_is_not_the_ledger_s(each: Letter) -> None:
    rendered = render(each)

    for part in (rendered.subject, rendered.text, rendered.html):
        assert set(amounts_in(part or "")) <= known(each)


@pytest.mark.parametrize("each", MAILS)
def test_text_and_html_say_the_same(each: Letter) -> None:
    rendered = render(each)
    page = Page(rendered.html or "")
    body = page.text.split("\u200c", 1)[-1]  # after the preheader

    assert not page.open
    assert sorted(set(amounts_in(body))) == sorted(set(amounts_in(rendered.text)))
    web = {link for link in (a["href"] for a in page.all("a")) if link and link.startswith("http")}
    assert web == set(re.findall(r"https?://\S+", rendered.text))
    for paragraph in rendered.text.split("\n\n"):
        words = " ".join(paragraph.split())
        if len(words) > 40 and ":" not in words and "http" not in words and each.client is not HOSTILE:
            assert words in body or all(line.strip() in body for line in paragraph.splitlines())


@pytest.mark.parametrize("each", TEXTS)
def test_an_sms_is_one_segment_and_can_be_stopped(each: Letter) -> None:
    text = render(each).text
    counted = segments(text)

    assert text.startswith(each.creditor.name)
    assert "Reply STOP to opt out" in text
    assert (counted.encoding, counted.count) == (Encoding.GSM_7, 1)


@pytest.mark.parametrize("each", ALL)
def test_nobody_is_called_late(each: Letter) -> None:
    rendered = render(each)

    assert not re.search(r"\b(late|broken?)\b", f"{rendered.subject} {rendered.text}", re.IGNORECASE)


@pytest.mark.parametrize("each", MAILS)
def test_hostile_names_stay_words(each: Letter) -> None:
    page = Page(render(each).html or "")

    assert not page.all("script")
    assert not page.all("img")
    assert not page.all("b")


# --- what each tells


def test_a_discount_says_what_is_saved_and_what_settles_it() -> None:
    text = mail("discount")

    assert "if £1,176.00 reaches us by 14 December 2026, invoice INV-2041 is settled in full" in text
    assert "you save £24.00" in text
    assert (
        "nothing is lost but the discount: the invoice is then simply due as agreed, on 31 December 2026"
        in text
    )


def test_a_discount_counts_what_was_paid_already() -> None:
    text = mail("discount", "partly")

    assert "if £1,076.00 reaches us" in text
    assert "Paid: − £100.00\n  Open: £1,100.00" in text


def test_an_introduction_tells_of_a_discount() -> None:
    with_one = render(letter("introduction", told=told("discount", "GBP", 120000))).text

    assert "if £1,176.00 reaches us by 14 December 2026" in with_one
    assert "save" not in render(letter("introduction")).text


def test_a_promise_comes_back_in_their_own_words() -> None:
    text = mail("promise_due")

    assert "On 2 December you told us that you would pay £1,200.00 by 12 December. That is tomorrow" in text


def test_a_promise_partly_kept_is_thanked_for() -> None:
    for step in ("promise_due", "promise_broken"):
        text = mail(step, "partly")
        assert re.search(r"£100\.00 (of it )?has arrived, thank you", text)
        assert "£1,100.00" in text


def test_a_broken_promise_asks_for_a_date_a_plan_or_a_reason() -> None:
    text = mail("promise_broken")

    assert "It has not reached us yet." in text
    assert "If something came in between, that happens." in text
    assert "the day on which it will come" in text
    assert "agree on a plan" in text
    assert "what stands in the way" in text


def test_a_promise_of_another_year_names_the_year() -> None:
    old = PromiseTold(TODAY - 2 * DAY, TODAY.replace(year=2025), Money(10000, "GBP"), Money(0, "GBP"))

    assert "On 11 December 2025 you told us that you would pay £100.00 by 9 December." in mail(
        "promise_broken", told=old
    )


@pytest.mark.parametrize("step", ["promise_due", "promise_broken", "instalment_missed", "discount"])
def test_no_more_is_said_to_be_missing_than_is_asked_for(step: str) -> None:
    """Money on account, or another creditor's part, is not missing here."""
    each = occasions(step, EMAIL)["one"]
    less = Money(each.amounts[0].minor - 2500, "GBP")

    rendered = render(replace(each, amounts=(less,)))
    assert money(each, less.minor, "GBP") in rendered.text
    asked = money(each, each.amounts[0].minor, "GBP")
    assert asked not in (rendered.subject or "")


def test_an_instalment_says_which_of_how_many_and_what_is_left() -> None:
    coming, missed = mail("instalment_due"), mail("instalment_missed")

    assert (
        "Instalment 2 of 6, £200.00, is due in 3 days, on 14 December 2026. After that, £800.00 is left."
        in coming
    )
    assert "£200.00 for instalment 2 of 6, due on 8 December 2026, has not reached us yet." in missed
    assert "When it is paid, £800.00 is left." in missed


def test_the_last_instalment_settles_the_instalments_and_not_what_else_is_open() -> None:
    for step in ("instalment_due", "instalment_missed"):
        assert "It is the last one: with it, all of them are settled." in mail(step, "trader")


def test_a_returned_payment_is_no_drama() -> None:
    returned, debit = mail("payment_returned"), mail("payment_returned", "trader")

    assert "On 10 December our bank told us that your payment of £1,200.00 was returned." in returned
    assert "So invoice INV-2041 is open again, and £1,200.00 is to be paid." in returned
    assert "could not be collected from your account by direct debit" in debit
    assert "It may be worth a look at the bank details that you gave us." in debit
    for text in (returned, debit):
        assert "This happens, and the reason is often a small one" in text


def test_a_returned_payment_asks_for_nothing_that_is_disputed() -> None:
    disputed = [item("INV-2041", "GBP", 120000, TODAY - 5 * DAY, disputed=20000)]
    text = render(
        letter("payment_returned", items=disputed, told=told("payment_returned", "GBP", 120000))
    ).text

    assert "and £1,000.00 is to be paid" in text
    assert "of it under dispute: £200.00" in text


def test_a_statement_marks_what_is_not_due_disputed_or_promised_and_asks_for_nothing() -> None:
    text = mail("statement", "many")

    assert "due 5 Jan 2027 (not due yet)" in text
    assert "Open: 2.469,12 €\n    of it under dispute: 469,12 €" in text
    assert "Open: 3.000,00 €\n    of it promised or being collected: 1.000,00 €" in text
    assert "Open: 6.000,00 €\n    of it due later, in instalments: 4.000,00 €" in text
    assert not re.search(r"\b(please pay|days late|past due|how to pay|IBAN)\b", text, re.IGNORECASE)


def test_the_parts_of_a_statement_add_up() -> None:
    """13,069.12 in all: 5,000.00 due, 6,600.00 not due, 469.12 under dispute, 1,000.00 promised."""
    lines = mail("statement", "many").split("Open in all: ", 1)[1].splitlines()[:5]

    whole, *parts = [int(re.sub(r"\D", "", line)) for line in lines]
    assert whole == sum(parts) == 1306912


def test_a_column_is_only_there_where_something_is_in_it() -> None:
    text = mail("statement", "currencies")

    assert not re.search(r"Paid|Credited|Open: |of it", text)
    assert "Open in all: €980.50\nOpen in all: £1,200.00" in text


@pytest.mark.parametrize("step", sorted({*OCCASIONS} - {"statement", "acknowledgement"}))
def test_a_link_names_no_sum_that_is_not_the_one_told(step: str) -> None:
    each = occasions(step, EMAIL)["one"]

    assert "Pay INV-2041 online:\nhttps://pay.example/i/INV-2041" in render(each).text


def test_an_acknowledgement_says_the_day_back() -> None:
    text = mail("acknowledgement")

    assert (
        "Thank you for your answer of 10 December. We have noted that you will pay £1,200.00 by 17 December."
        in text
    )
    assert "Until then you will get no reminders for it" in text
    assert "We have noted that you will pay by 17 December." in mail("acknowledgement", "day")


@pytest.mark.parametrize(
    ("kind", "words"),
    [
        ("paid", "that invoice INV-2041 is paid. We are looking for the payment"),
        ("paid.many", "that 5 invoices are paid"),
        ("dispute", "We are looking into it and will come back to you; while we do, we ask for nothing."),
        ("hardship", "A colleague will get in touch with you by 14 December"),
        ("call_me", "A colleague will call you by 14 December."),
        ("wrong_person", "sorry for the trouble"),
    ],
)
def test_an_acknowledgement_says_what_happens_next(kind: str, words: str) -> None:
    assert words in mail("acknowledgement", kind)


def test_agreed_terms_are_confirmed_with_every_part_and_its_day() -> None:
    text = mail("acknowledgement", "terms.many")

    assert "This is what we agreed on 10 December for 5 invoices" in text
    assert (
        "1.000,00 € by 15 January 2027\n1.000,00 € by 15 February 2027\n1.000,00 € by 15 March 2027" in text
    )
    assert "As long as these dates are kept, you will get no reminders for it" in text
    assert "£1,200.00 by 15 January 2027" in mail("acknowledgement", "terms")


@pytest.mark.parametrize("name", occasions("acknowledgement", EMAIL))
def test_an_acknowledgement_asks_for_nothing(name: str) -> None:
    for channel in (EMAIL, SMS):
        each = occasions("acknowledgement", channel)[name]
        text = render(each).text
        assert each.amounts == ()
        assert not re.search(r"how to pay|pay.example|IBAN", text, re.IGNORECASE)
        told = each.told
        assert isinstance(told, AnswerTold)
        assert bool(amounts_in(text)) == bool(told.money or told.parts)


def test_who_is_not_in_charge_is_told_of_no_invoice() -> None:
    for channel in (EMAIL, SMS):
        each = occasions("acknowledgement", channel)["wrong_person"]
        assert "INV-2041" not in render(each).text
