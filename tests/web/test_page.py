"""The client's own page: who is let in, what it shows as of now, and what it keeps to itself."""

from __future__ import annotations

import base64
import hashlib
import re
from datetime import timedelta

import pytest

from channels.tokens import Purpose, Tokens
from ledger import tables as t
from reminders.snapshot import Channel
from tests.web.guests import Browsed, Guests, fields_of, text_of
from tests.web.world import CLIENT, EMAIL, NOW, PHONE, World

ANSWERS = ["paid", "promise", "plan", "wrong", "hardship", "call", "person", "reach", "stop"]


# --- who is let in


def test_whatever_opens_nothing_looks_the_same(guests: Guests) -> None:
    world, message_id = guests.world, guests.message_id
    nobodys = world.plant("3b0e4b5e-9f7f-5a55-8e60-222222222222", attempt=False)
    tokens = [
        "x",
        "%00%ff",
        guests.token[:-1],
        guests.token[::-1],
        world.token(message_id, Purpose.UNSUBSCRIBE),
        world.token(message_id, Purpose.FORM),
        world.tokens.issue(Purpose.PAGE, message_id, NOW),
        Tokens("another secret").issue(Purpose.PAGE, message_id, NOW + timedelta(days=1)),
        world.token("3b0e4b5e-9f7f-5a55-8e60-333333333333", Purpose.PAGE),
        world.token(nobodys, Purpose.PAGE),
    ]
    form = guests.form("hardship")
    before = world.everything()
    answers = [guests.get(below, token) for token in tokens for below in ("", "/paid", "/nothing")]
    answers += [guests.post("hardship", form, token) for token in tokens]

    assert {answer.status_code for answer in answers} == {404}
    assert len({answer.text for answer in answers}) == 1
    assert world.everything() == before
    assert CLIENT not in answers[0].text
    assert "Kaya" not in answers[0].text


def test_a_client_who_is_not_known_any_more_has_no_page(guests: Guests) -> None:
    assert guests.get().status_code == 200
    with guests.world.ledger.engine.begin() as connection:
        connection.execute(t.client.update().values(profile=None))
    assert guests.get().status_code == 404
    assert guests.get("/paid").status_code == 404


def test_a_deployment_without_creditors_has_no_pages(guests: Guests, world: World) -> None:

    assert world.client.get(f"/r/{guests.token}").status_code == 404


def test_a_link_runs_out(guests: Guests) -> None:
    guests.world.clock.set(NOW + timedelta(days=91))
    assert guests.get().status_code == 404


def test_who_asks_too_often_is_asked_to_wait(guests: Guests) -> None:
    answers = [guests.get("/call") for _ in range(60)]
    assert answers[0].status_code == 200
    refused = answers[-1]
    assert refused.status_code == 429
    assert refused.headers["retry-after"] == "60"
    assert "One moment, please" in text_of(refused)
    # Another link has a count of its own.
    other = guests.world.token(
        guests.world.plant("3b0e4b5e-9f7f-5a55-8e60-444444444444", attempt=False), Purpose.PAGE
    )
    assert guests.get(token=other).status_code == 404


def test_who_tries_links_is_stopped_by_the_address(guests: Guests) -> None:
    # The bucket fills again while they try: on a slow machine it takes some more of them.
    statuses = {guests.get(token="x").status_code for _ in range(600)}
    assert statuses == {404, 429}


# --- what it shows


def test_the_account_is_shown_as_it_stands_now_and_not_as_the_message_said(guests: Guests) -> None:
    assert "Open in all1.290,50 €" in text_of(guests.get())
    guests.tell(
        "payment.received", payment_id="p", client_id=CLIENT, currency="EUR", amount="200.00",
        received_on="2026-03-01", allocations=[{"invoice_id": "i-1", "amount": "200.00"}],
    )  # fmt: skip
    guests.tell("dispute.opened", dispute_id="d", invoice_id="i-1", amount="50.00", reason_code="price")
    guests.tell("credit_note.issued", credit_note_id="k", invoice_id="i-2", currency="EUR", amount="10.50")

    shown = text_of(guests.get())
    assert (
        "I-1 Due27 Feb 2026 Amount1.200,00 € Paid− 200,00 € Open1.000,00 € of it under dispute50,00 €"
        in shown
    )
    assert "Amount90,50 € Credited− 10,50 € Open80,00 €" in shown
    assert "Open in all1.080,00 € of it due by today950,00 €" in shown


def test_only_this_creditors_invoices_and_a_sum_for_each_currency(guests: Guests) -> None:
    guests.invoice("i-3", "70.00", currency="GBP")
    guests.invoice("theirs", creditor_id="northwind-de")
    shown = text_of(guests.get())
    assert "Open in all1.290,50 €" in shown
    assert "Open in all70,00 £" in shown
    assert "THEIRS" not in shown


def test_what_is_settled_or_gone_is_not_shown(guests: Guests) -> None:
    guests.tell("invoice.voided", invoice_id="i-1")
    guests.tell(
        "payment.received", payment_id="p", client_id=CLIENT, currency="EUR", amount="90.50",
        received_on="2026-03-01", allocations=[{"invoice_id": "i-2", "amount": "90.50"}],
    )  # fmt: skip
    shown = guests.get()
    assert "Nothing is open. Thank you." in text_of(shown)
    assert "How to pay" not in text_of(shown)
    assert "/promise" not in shown.text
    assert guests.get("/promise").headers["location"] == f"/amicable/r/{guests.token}"


def test_only_safe_links_and_the_configured_account_to_pay(guests: Guests) -> None:
    guests.invoice("i-3", payment_url="http://pay.example/plain")
    guests.invoice("i-4", payment_url="https://pay.example/i-4")
    page = guests.get()
    links = [link["href"] for link in Browsed(page.text).all("a")]
    assert "https://pay.example/i-4" in links
    assert not [link for link in links if link and link.startswith("http:")]
    assert "IE64IRCE92050112345678" in page.text
    assert "Ruth Ellison" in page.text


def test_no_address_of_the_clients_is_shown_whole(guests: Guests) -> None:
    for below in ("", *(f"/{name}" for name in ANSWERS)):
        page = guests.get(below).text.lower()
        assert EMAIL.lower() not in page
        assert PHONE not in page
    assert "Email to A…@d….example" in text_of(guests.get("/reach"))
    assert "Text message to …78" in text_of(guests.get("/reach"))


# --- its languages


@pytest.mark.parametrize("language", ["de", "en", "es", "fr", "it", "nl"])
def test_it_speaks_the_clients_language_and_any_other_that_is_chosen(guests: Guests, language: str) -> None:
    guests.profile(language=f"{language}-CH")
    own = guests.get()
    assert f'<html lang="{language}">' in own.text
    other = "fr" if language != "fr" else "de"
    chosen = guests.get("/plan", lang=other)
    assert f'<html lang="{other}">' in chosen.text
    # The choice stays through the form and what follows.
    assert f'/plan?lang={other}"' in chosen.text
    sent = guests.world.client.post(
        f"/r/{guests.token}/hardship?lang={other}", data=fields_of(guests.get("/hardship").text),
        follow_redirects=False,
    )  # fmt: skip
    assert f"lang={other}&said=hardship_done" in sent.headers["location"]


def test_a_language_that_there_is_not_falls_back(guests: Guests) -> None:
    guests.profile(language="pl")
    assert '<html lang="en">' in guests.get().text
    assert '<html lang="en">' in guests.get(lang="xx").text


# --- how it is guarded


@pytest.mark.parametrize("below", ["", *(f"/{name}" for name in ANSWERS)])
def test_nothing_gets_in_or_out(guests: Guests, below: str) -> None:
    page = guests.get(below)
    assert page.headers["cache-control"] == "no-store"
    assert page.headers["referrer-policy"] == "no-referrer"
    assert page.headers["x-robots-tag"].startswith("noindex")
    policy = page.headers["content-security-policy"]
    for rule in ("default-src 'none'", "form-action 'self'", "frame-ancestors 'none'", "base-uri 'none'"):
        assert rule in policy
    assert "unsafe" not in policy
    assert "script" not in policy
    (style,) = re.findall(r"<style>(.*?)</style>", page.text, re.DOTALL)
    digest = base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()
    assert f"style-src 'sha256-{digest}'" in policy
    assert "<script" not in page.text
    assert " style=" not in page.text
    assert not re.search(r"\son\w+=", page.text)


def test_looking_changes_nothing(guests: Guests) -> None:
    before = guests.world.everything()
    for below in ("", *(f"/{name}" for name in ANSWERS), "/nothing"):
        guests.get(below)
    assert guests.world.everything() == before
    assert not guests.world.woken.decided


def test_a_form_that_is_not_ours_changes_nothing(guests: Guests) -> None:
    world = guests.world
    other = guests.form("call")["state"]
    elsewhere = world.plant("3b0e4b5e-9f7f-5a55-8e60-555555555555", channel=Channel.SMS, address=PHONE)
    before = world.everything()
    states = ["", "x", other[0], world.token(guests.message_id, Purpose.PAGE), guests.token]
    states.append(world.tokens.issue(Purpose.FORM, "[1]", NOW + timedelta(days=1)))
    for state in states:
        answer = guests.post("hardship", {"state": state})
        assert answer.status_code == 422
        assert "Nothing was sent yet" in answer.text
    # A form of one link does not fit another.
    mine = guests.form("hardship")
    assert guests.post("hardship", mine, world.token(elsewhere, Purpose.PAGE)).status_code == 422
    assert world.everything() == before


def test_a_form_that_lay_open_too_long_is_shown_once_more_with_what_was_written(guests: Guests) -> None:
    form = guests.form("wrong") | {"reason": "amount", "note": "We agreed on less", "invoices": "i-1"}
    guests.world.clock.set(NOW + timedelta(hours=13))
    again = guests.post("wrong", form)
    assert again.status_code == 422
    assert "We agreed on less" in again.text
    assert guests.post("wrong", {**form, "state": fields_of(again.text)["state"]}).status_code == 303


def test_a_form_is_limited_in_size(guests: Guests) -> None:
    assert guests.post("wrong", {"note": "x" * 40_000}).status_code == 413
    many = guests.post("wrong", {f"f{number}": "x" for number in range(600)})
    assert many.status_code == 422
