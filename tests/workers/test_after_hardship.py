"""What a gentle reminder says: after a hardship first of all a kind word, and only once."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from types import SimpleNamespace
from typing import Any, cast

from channels.ports import Letter
from channels.render import render
from channels.samples.letters import LONDON
from config.policy import SHIPPED, load_policy
from config.rules.interest import InterestLaw
from ledger.messages import MessageRow
from reminders.account import asked_for, read_account
from reminders.decision import Proceed
from reminders.snapshot import Channel, Chat, Contact, PastMessage
from tests.reminders.book import a_case, a_client, a_message, an_invoice, at
from workers.draft import letter_of

GENTLE = load_policy(SHIPPED / "gentle.yaml")
NOW = at("2026-07-15 10:00")
HELD = a_client(
    hardship_through=date(2026, 6, 30),
    language="en",
    contacts=(Contact("ap", "Ada", email="ap@kaya.example", phone="+4915112345678"),),
)
SENDER = {"whatsapp_from": "+447700900199"}


def letter(
    *messages: PastMessage, channel: Channel = Channel.EMAIL, creditor: Any = LONDON, **case: Any
) -> Letter:
    known = a_case(an_invoice(), messages=messages, **({"client": HELD} | case))
    account = read_account(known, GENTLE, NOW)
    items = tuple(map(account.item, account.live_of("acme")))
    row = SimpleNamespace(step="overdue_14", tone="polite", channel=channel.value, creditor_id="acme")
    return letter_of(
        cast(MessageRow, row),
        known,
        GENTLE,
        InterestLaw({}, ()),
        known.client.contacts[0],
        creditor,
        Proceed(items, asked_for(items)),
        NOW,
        "https://bill.example/u/x",
        "https://bill.example/r/x",
    )


def test_the_first_words_ask_how_things_are() -> None:
    mail = render(letter())

    assert mail.subject == "How are things? Invoice A, 100,00 €"
    assert "Until 30 June we let this rest, so that you had some room." in mail.text
    assert "how are things with you?" in mail.text


def test_the_second_ones_are_the_steps_own() -> None:
    second = letter(a_message("overdue_3", at("2026-07-02 10:00")))

    assert (second.words, second.rested_until) == ("overdue_7", None)


def test_who_is_treated_gently_for_another_reason_never_had_a_hardship() -> None:
    good_payer = letter(client=replace(HELD, hardship_through=None))

    assert (good_payer.words, good_payer.rested_until) == ("overdue_7", None)


def test_by_whatsapp_they_go_only_as_they_were_approved() -> None:
    def said(*approved: str, **case: Any) -> str:
        templates = {stem: {"en": "HX" + "7" * 32} for stem in approved}
        creditor = LONDON.model_copy(update=SENDER | {"whatsapp_templates": templates})
        return letter(channel=Channel.WHATSAPP, creditor=creditor, **case).words

    assert said("overdue_7") == "overdue_7"
    assert said("overdue_7", "after_hardship") == "after_hardship"
    address = HELD.contacts[0].phone or ""
    assert said(chats=(Chat("acme", address, at("2026-07-16 09:00")),)) == "after_hardship"


def test_a_call_offers_help_and_does_not_say_that_it_slipped_by() -> None:
    call = replace(letter(channel=Channel.VOICE), tone="friendly")

    assert "If paying is difficult right now, press 3" in render(call).text
    assert "slipped by" not in render(call).text
