from __future__ import annotations

from collections.abc import Callable

from ledger import tables as t
from tests.cli.conftest import Book, Ran

Amicable = Callable[..., Ran]


def test_nothing_parked(amicable: Amicable) -> None:
    ran = amicable("parked")
    assert (ran.code, ran.out) == (0, "Nothing is parked.\n")
    assert amicable("--json", "parked").json == []


def test_what_is_parked_is_listed_shown_and_dropped(book: Book, amicable: Amicable) -> None:
    book.raw(b"this is not json \x1b[31m")
    [row] = amicable("--json", "parked").json
    assert (row["kind"], row["reason"], row["state"]) == ("event", "not_json", "open")

    shown = amicable("parked", "show", row["parked_id"][:6])
    assert "this is not json \\x1b[31m" in shown.out
    assert "\x1b" not in shown.out

    assert amicable("parked", "drop", row["parked_id"]).code == 2
    dropped = amicable("parked", "drop", row["parked_id"], "--by", "Ruth", "--note", "a test of theirs")
    assert dropped.code == 0
    assert amicable("--json", "parked").json == []
    assert amicable("--json", "parked", "--all").json[0]["by"] == "Ruth"
    assert amicable("parked", "drop", row["parked_id"], "--by", "R", "--note", "n").code == 1


def test_bytes_that_are_no_text_are_shown_as_hex(book: Book, amicable: Amicable) -> None:
    book.raw(b"\xff\xfe\x00")
    [row] = amicable("--json", "parked").json
    found = amicable("--json", "parked", "show", row["parked_id"]).json
    assert (found["encoding"], found["body"]) == ("hex", "fffe00")


def test_each_is_replayed_by_itself_and_one_failure_ends_with_one(book: Book, amicable: Amicable) -> None:
    book.raw(b"still not json")
    book.raw(b"nor this")
    bad, good = (row["parked_id"] for row in amicable("--json", "parked").json)
    mended = (
        b'{"specversion":"1.0","id":"x","source":"/erp","type":"client.paused","time":"2026-02-02T09:00:00Z",'
        b'"data":{"client_id":"C9"}}'
    )
    with book.house.ledger.begin(book.clock.now()) as unit:
        unit.connection.execute(t.parked.update().where(t.parked.c.parked_id == good).values(body=mended))

    ran = amicable("parked", "replay", bad, good, "unknown")

    assert ran.code == 1
    assert f"{good}: replayed; looked at again: C9" in ran.out
    assert "still can't be read" in ran.out
    assert "2 of 3 could not be replayed" in ran.err
    assert [row["parked_id"] for row in amicable("--json", "parked").json] == [bad]
    assert amicable("parked", "show", "unknown").code == 1
