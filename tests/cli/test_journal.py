from __future__ import annotations

import json
from collections.abc import Callable

from ledger import tables as t
from ledger.seal import seal_next
from tests.cli.conftest import Book, Ran

Amicable = Callable[..., Ran]
KEYS = [
    "id", "at", "kind", "client_id", "invoice_ids", "message_id", "caused_by", "by", "reasons", "data", "position",
]  # fmt: skip


def seal(book: Book, limit: int = 500) -> None:
    with book.house.ledger.begin(book.clock.now()) as unit:
        seal_next(unit, book.house.ledger.secret, limit)


def lines(ran: Ran) -> list[dict[str, object]]:
    return [json.loads(line) for line in ran.out.splitlines()]


def test_entries_come_in_order_sealed_ones_first(late_book: Book, amicable: Amicable) -> None:
    seal(late_book, 10)
    entries = lines(amicable("journal", "export"))
    assert all(list(entry) == KEYS for entry in entries)
    assert [entry["position"] for entry in entries[:10]] == list(range(1, 11))
    assert {entry["position"] for entry in entries[10:]} == {None}
    assert [entry["id"] for entry in entries] == sorted(str(entry["id"]) for entry in entries)


def test_entries_are_chosen_by_client_and_time(late_book: Book, amicable: Amicable) -> None:
    late_book.client("C2")
    assert {entry["client_id"] for entry in lines(amicable("journal", "export", "--client", "C2"))} == {"C2"}
    since = lines(amicable("journal", "export", "--since", "2026-04-01"))
    assert since
    assert all(str(entry["at"]) >= "2026-04-01" for entry in since)
    instant = amicable("journal", "export", "--since", "2026-04-07T11:00:00+02:00")
    assert lines(instant) == since
    assert amicable("journal", "export", "--since", "2026-04-07T09:00:01Z").out == ""


def test_a_time_that_is_none_is_bad_usage(amicable: Amicable) -> None:
    assert amicable("journal", "export", "--since", "yesterday").code == 2


def test_a_whole_journal(late_book: Book, amicable: Amicable) -> None:
    seal(late_book, 10)
    seal(late_book, 10)
    ran = amicable("journal", "verify")
    assert ran.code == 0
    assert ran.out.startswith("the journal is whole: 20 entries, sealed in 2 batches, ")
    assert amicable("--json", "journal", "verify").json["whole"] is True


def test_a_journal_that_somebody_touched(late_book: Book, amicable: Amicable) -> None:
    seal(late_book)
    with late_book.house.ledger.engine.begin() as connection:
        connection.execute(t.journal.update().where(t.journal.c.position == 3).values(by="nobody"))
    ran = amicable("journal", "verify")
    assert ran.code == 1
    assert ran.err.startswith("amicable: the journal is not whole: entry 3 ")
