"""`amicable suppressions`: seeing, adding and lifting, and what follows for the client."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest

from ledger import tables as t
from reminders.feedback import ReceiptKind
from tests.cli.conftest import Book, Ran

Amicable = Callable[..., Ran]
MAIL, PHONE = "ap@kaya.example", "+4915112345678"
SIGNED = ("--by", "Ruth", "--note", "she called")


def acts(book: Book) -> list[tuple[str | None, str, dict[str, Any]]]:
    """What persons did, as the journal has it: whose story, by whom, and the whole of the rest."""
    with book.house.ledger.read() as connection:
        rows = connection.execute(t.journal.select().where(t.journal.c.kind == "operator.acted")).all()
    return [(row.client_id, row.by, json.loads(row.data)) for row in rows]


def test_nothing_barred(amicable: Amicable) -> None:
    ran = amicable("suppressions")
    assert (ran.code, ran.out) == (0, "No address is barred.\n")
    assert amicable("--json", "suppressions").json == []


def test_a_bounce_is_listed_with_where_it_came_from_and_whose_address_it_is(
    book: Book, amicable: Amicable
) -> None:
    book.client("C1")
    book.client("C2", contacts=[{"contact_id": "boss", "email": "AP@Kaya.example"}])
    book.client("C3", contacts=[{"contact_id": "boss", "email": "other@kaya.example"}])
    book.invoice()
    [message] = book.messages()
    book.receipt(message.message_id, ReceiptKind.BOUNCED, "5.1.1")

    [row] = amicable("--json", "suppressions").json
    [receipt] = amicable("--json", "message", message.message_id).json["receipts"]
    told = {key: row[key] for key in ("address", "channel", "reason", "source", "source_id", "stands")}
    assert told == {
        "address": MAIL, "channel": "email", "reason": "suppressed_address", "source": "receipt",
        "source_id": receipt["receipt_id"], "stands": True,
    }  # fmt: skip
    assert (row["expires_on"], row["by"], row["clients"]) == (None, None, ["C1", "C2"])
    table = amicable("suppressions").out
    assert MAIL in table
    assert "provider receipt" in table
    assert "C1, C2" in table


def test_what_is_listed_can_be_narrowed(book: Book, amicable: Amicable) -> None:
    book.client("C1")
    book.client("C2", contacts=[{"contact_id": "boss", "email": "b@lima.example"}])
    amicable("suppressions", "add", MAIL, "--channel", "email", *SIGNED)
    amicable("suppressions", "add", "b@lima.example", "--channel", "email", *SIGNED)
    amicable("suppressions", "add", PHONE, "--channel", "sms", *SIGNED)

    def addresses(*options: str) -> set[str]:
        return {row["address"] for row in amicable("--json", "suppressions", *options).json}

    assert addresses() == {MAIL, "b@lima.example", PHONE}
    assert addresses("--channel", "sms") == {PHONE}
    assert addresses("--client", "C1") == {MAIL, PHONE}
    assert addresses("--client", "C1", "--channel", "email") == {MAIL}
    assert addresses("--client", "nobody") == set()


def test_an_address_is_barred_by_a_person_and_the_next_message_takes_another_way(
    book: Book, amicable: Amicable
) -> None:
    book.client(preferences={"channels": ["email", "sms"]})
    book.invoice()
    ran = amicable("suppressions", "add", "AP@kaya.example ", "--channel", "email", *SIGNED)
    assert (ran.code, ran.err) == (0, "")
    assert ran.out == "Barred by email till somebody lifts it. Looked at again: C1.\n"

    [row] = amicable("--json", "suppressions").json
    assert (row["source"], row["by"], row["note"]) == ("person", "Ruth", "she called")
    [(client, by, data)] = acts(book)
    assert (client, by) == ("C1", "Ruth")
    assert data["act"] == "suppress"
    assert data["suppression_id"] == row["suppression_id"]
    assert "kaya.example" not in str(data)
    assert "Ruth barred an address by email." in amicable("explain", "C1").out

    before = len(book.messages())
    book.at("2026-02-25T09:00")
    assert [message.channel for message in book.messages()[before:]] == ["sms"]


def test_what_waits_for_a_barred_address_is_ended_at_once(late_book: Book, amicable: Amicable) -> None:
    [waiting] = [message for message in late_book.messages() if message.state == "held"]
    amicable("suppressions", "add", MAIL, "--channel", waiting.channel, *SIGNED)

    [ended] = [message for message in late_book.messages() if message.message_id == waiting.message_id]
    assert (ended.state, ended.reason) == ("suppressed", "suppressed_address")
    assert [task for task in late_book.tasks() if task.kind == "approval"] == []


def test_an_opt_out_is_only_lifted_when_the_client_asked_for_it(book: Book, amicable: Amicable) -> None:
    book.client()
    amicable("suppressions", "add", MAIL, "--channel", "email", "--client-asked", *SIGNED)
    assert amicable("--json", "suppressions").json[0]["reason"] == "opted_out"

    refused = amicable("suppressions", "lift", MAIL, "--channel", "email", *SIGNED)
    assert refused.code == 1
    assert "add --client-asked" in refused.err
    assert MAIL not in refused.err
    assert len(amicable("--json", "suppressions").json) == 1

    lifted = amicable("suppressions", "lift", MAIL, "--channel", "email", "--client-asked", *SIGNED)
    assert lifted.out == "Allowed by email again. Looked at again: C1.\n"
    assert amicable("--json", "suppressions").json == []
    [row] = amicable("--json", "suppressions", "--all").json
    assert (row["stands"], row["by"]) == (False, "Ruth")
    assert row["lifted_at"] is not None
    assert "lifted" in amicable("suppressions", "--all").out
    assert acts(book)[-1][2]["client_asked"] is True


def test_a_bad_address_is_lifted_without_anybody_asking_and_may_be_barred_again(
    book: Book, amicable: Amicable
) -> None:
    book.client()
    assert amicable("suppressions", "add", PHONE, "--channel", "sms", *SIGNED).code == 0
    twice = amicable("suppressions", "add", "+49 151 12345678", "--channel", "sms", *SIGNED)
    assert twice.code == 1
    assert "barred by sms already" in twice.err
    [before] = amicable("--json", "suppressions").json

    assert amicable("suppressions", "lift", PHONE, "--channel", "sms", *SIGNED).code == 0
    again = amicable("suppressions", "lift", PHONE, "--channel", "sms", *SIGNED)
    assert again.code == 1
    assert "not barred by sms" in again.err

    amicable("suppressions", "add", PHONE, "--channel", "sms", *SIGNED)
    [after] = amicable("--json", "suppressions").json
    assert (after["suppression_id"], after["lifted_at"]) == (before["suppression_id"], None)


def test_one_that_has_expired_bars_no_more_and_the_client_hears_again(book: Book, amicable: Amicable) -> None:
    contact = {"contact_id": "ap", "email": MAIL}
    book.client(contacts=[contact])
    book.invoice()
    ran = amicable(
        "suppressions", "add", MAIL, "--channel", "email", "--until", "2026-02-26", *SIGNED
    )  # fmt: skip
    assert "through 2026-02-26" in ran.out
    assert amicable("--json", "suppressions").json[0]["expires_on"] == "2026-02-26"

    before = len(book.messages())
    book.at("2026-02-25T09:00")
    book.at("2026-02-26T12:00")
    assert len(book.messages()) == before

    with book.house.ledger.read() as connection:
        look_at = connection.execute(t.client.select()).one().look_at
    assert look_at.isoformat() == "2026-02-27T00:00:00+00:00"
    book.at("2026-02-27T00:00")
    book.at("2026-02-27T09:00")
    assert [message.channel for message in book.messages()[before:]] == ["email"]
    assert amicable("--json", "suppressions").json == []
    assert "expired" in amicable("suppressions", "--all").out
    assert amicable("suppressions", "lift", MAIL, "--channel", "email", *SIGNED).code == 1


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (("kaya", "--channel", "email"), "give an email address"),
        ((MAIL, "--channel", "sms"), "give a phone number with its country"),
        (("0151 123", "--channel", "sms"), "give a phone number with its country"),
        ((MAIL, "--channel", "pigeon"), "pigeon"),
        ((MAIL, "--channel", "email", "--until", "soon"), "soon"),
    ],
)
def test_what_can_not_be_meant_is_refused_in_one_line(
    amicable: Amicable, arguments: tuple[str, ...], says: str
) -> None:
    ran = amicable("suppressions", "add", *arguments, *SIGNED)
    assert ran.code == 2
    assert says in ran.err
    assert ran.err.count("\n") == 1


@pytest.mark.parametrize(
    ("options", "says"),
    [
        (("--by", " ", "--note", "x"), "name the person"),
        (("--by", "system", "--note", "x"), "name the person"),
        (("--by", "Ruth", "--note", " "), "say why"),
    ],
)
@pytest.mark.parametrize("act", ["add", "lift"])
def test_nobody_acts_without_a_name_and_a_reason(
    amicable: Amicable, act: str, options: tuple[str, ...], says: str
) -> None:
    ran = amicable("suppressions", act, MAIL, "--channel", "email", *options)
    assert ran.code == 1
    assert says in ran.err


def test_a_day_that_is_over_is_no_end(book: Book, amicable: Amicable) -> None:
    ran = amicable("suppressions", "add", MAIL, "--channel", "email", "--until", "2020-01-01", *SIGNED)
    assert ran.code == 1
    assert "--until 2020-01-01 is over" in ran.err
