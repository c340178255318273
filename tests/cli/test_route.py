"""`amicable route`: the way of the next message, what was passed over, and what is in between."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from ledger import tables as t
from tests.cli.conftest import Book, Ran
from tests.ledger.book import rows

Run = Callable[..., Ran]
ADA = {
    "contact_id": "ap",
    "name": "Ada Braun",
    "role": "Buchhaltung",
    "email": "ada@kaya.example",
    "phone": "0151 123",
}
BOSS = {
    "contact_id": "boss",
    "name": "Cleo",
    "role": "Geschäftsführerin",
    "email": "cleo@kaya.example",
    "phone": None,
}
SAM = {
    "contact_id": "sam",
    "name": "Sam",
    "role": "sales",
    "email": "sam@kaya.example",
    "phone": "+4915112345678",
}


@pytest.fixture
def owing(book: Book) -> Book:
    """A client with three contacts who was introduced to an invoice."""
    book.client(contacts=[BOSS, SAM, ADA], preferences={"channels": ["voice", "sms"]})
    book.invoice(due="2026-03-04")
    book.at("2026-02-19T09:00")
    return book


def ways(ran: Ran) -> list[tuple[str, str | None, str]]:
    (seen,) = ran.json
    return [(way["channel"], way["contact_id"], way["code"]) for way in seen["ways"]]


def test_each_way_has_its_verdict_and_the_last_line_says_what_would_happen(
    owing: Book, amicable: Run
) -> None:
    told = amicable("route", "C1").out.splitlines()

    assert [line.split()[:2] for line in told[:7]] == [
        ["channel", "contact"],
        ["voice", "–"],
        ["sms", "ap"],
        ["sms", "sam"],
        ["email", "ap"],
        ["email", "sam"],
        ["email", "boss"],
    ]
    text = "\n".join(told)
    for part in (
        "The policy does not use this channel.",
        "The phone number has no country code; it begins with + and the country code.",
        "Buchhaltung",
        "a…@kaya.example",
        "+49…78",
        "Taken: the first way that can be used.",
        "Friendly words go to those who deal with invoices",
    ):
        assert part in text
    assert told[-1] == "The heads_up would go by sms to sam at 2026-02-25 08:00 UTC (09:00 in Europe/Berlin)."
    for address in ("ada@kaya.example", "sam@kaya.example", "+4915112345678", "0151 123"):
        assert address not in text


def test_as_json_it_holds_codes_and_no_address(owing: Book, amicable: Run) -> None:
    ran = amicable("--json", "route", "C1")

    (seen,) = ran.json
    assert (seen["step"], seen["channel"], seen["contact_id"]) == ("heads_up", "sms", "sam")
    assert (seen["at"], seen["needs_approval"]) == ("2026-02-25T08:00:00Z", False)
    assert ways(ran) == [
        ("voice", None, "not_in_policy"),
        ("sms", "ap", "address_unusable"),
        ("sms", "sam", "taken"),
        ("email", "ap", "less_preferred"),
        ("email", "sam", "less_preferred"),
        ("email", "boss", "not_for_role"),
    ]
    assert "kaya.example" not in ran.out


def test_it_foretells_what_is_decided(owing: Book, amicable: Run) -> None:
    (seen,) = amicable("--json", "route", "C1").json
    owing.at("2026-02-25T08:00")
    message = owing.messages()[-1]

    assert (message.step, message.channel, message.contact_id) == (
        seen["step"],
        seen["channel"],
        seen["contact_id"],
    )


def test_looking_changes_nothing(owing: Book, amicable: Run) -> None:
    def ledger() -> list[Any]:
        return [rows(owing.house.ledger, table) for table in t.metadata.sorted_tables]

    before = ledger()
    assert amicable("route", "C1", "--step", "final_notice").code == 0
    assert ledger() == before


def test_a_named_step_and_what_is_in_the_way_now(owing: Book, amicable: Run) -> None:
    owing.at("2026-02-25T09:00")  # the heads-up went
    owing.at("2026-02-25T20:00")

    (seen,) = amicable("--json", "route", "C1", "--step", "due_soon").json
    assert seen["step"] == "due_soon"
    in_the_way = {one["reason"]: one["until"] for one in seen["in_the_way"]}
    assert in_the_way["contact_gap"] == "2026-03-01T09:00:00Z"
    assert in_the_way["quiet_hours"] == "2026-02-26T08:00:00Z"
    assert "not_due" in in_the_way
    told = amicable("route", "C1", "--step", "due_soon").out
    assert (
        "The last message to this client is too recent. Until 1 March 2026, 09:00 UTC (10:00 in Europe/Berlin)."
        in told
    )


def test_a_step_that_waits_for_a_yes(owing: Book, amicable: Run) -> None:
    (seen,) = amicable("--json", "route", "C1", "--step", "final_notice").json
    assert (seen["needs_approval"], seen["channel"], seen["contact_id"]) == (True, "email", "ap")
    assert "would be put before a person at" in amicable("route", "C1", "--step", "final_notice").out


def test_a_step_that_is_not_foreseen_is_shown_as_if_it_came_now(owing: Book, amicable: Run) -> None:
    told = amicable("route", "C1", "--step", "discount").out

    assert told.splitlines()[-1] == (
        "The discount is not foreseen in the next 60 days; if it came now, it would go by sms to sam."
    )


def test_what_the_client_does_not_want(owing: Book, amicable: Run) -> None:
    owing.client(contacts=[ADA], preferences={"purposes": ["reminders"]})

    (seen,) = amicable("--json", "route", "C1", "--step", "statement").json
    assert "not_wanted" in [one["reason"] for one in seen["in_the_way"]]


def test_nobody_can_be_reached(book: Book, amicable: Run) -> None:
    book.client(contacts=[ADA | {"email": "ada"}])
    book.invoice()
    book.at("2026-02-19T09:00")

    told = amicable("route", "C1").out
    assert "The email address has no @." in told
    assert "would not go: there is no way to client C1. A person is asked to find one." in told


def test_nothing_lies_ahead(book: Book, amicable: Run) -> None:
    book.client()

    assert "Nothing would be sent to client C1 in the next 60 days." in amicable("route", "C1").out


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("C9",), "there is no client C9"),
        (("C1", "--step", "shout"), "sends no message of a step 'shout'; it has introduction, heads_up"),
        (("C1", "--step", "call"), "sends no message of a step 'call'"),
    ],
)
def test_what_is_not_there_is_said_in_a_line(
    owing: Book, amicable: Run, arguments: tuple[str, ...], said: str
) -> None:
    ran = amicable("route", *arguments)

    assert ran.code == 1
    assert said in ran.err
