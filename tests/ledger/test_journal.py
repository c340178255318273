"""The journal: one unbroken chain, whoever seals it, and nobody can touch it unseen."""

from __future__ import annotations

import random
import threading
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import Connection, text

from ledger import replies, sending
from ledger import tables as t
from ledger.ids import time_ordered_id
from ledger.journal import HASHED, Entry, write_entries
from ledger.outgoing import mark_published, plain, unpublished
from ledger.seal import Verdict, seal_next, verify
from ledger.unit import Ledger
from reminders.feedback import OptWord
from tests.ledger.book import (
    NOW,
    SECRET,
    a_row,
    event,
    issued,
    journal,
    message,
    paid,
    profile,
    put,
    rows,
    tell,
    unreadable,
)
from tests.ledger.test_receipts import a_receipt, come
from tests.ledger.test_replies import a_reply, answer
from tests.ledger.test_sending import dispatch, within


def seal(ledger: Ledger, limit: int = 500, at: datetime = NOW) -> int:
    with ledger.begin(at) as unit:
        return seal_next(unit, SECRET, limit)


def verdict(ledger: Ledger, secret: bytes = SECRET) -> Verdict:
    with ledger.read() as connection:
        return verify(connection, secret)


def sealed(ledger: Ledger, entries: int = 9, batch: int = 4) -> list[str]:
    """A journal of so many entries, sealed in batches; returns their ids in order."""
    for number in range(entries):
        tell(ledger, issued(f"i{number}", id_=f"s{number}"), at=NOW + timedelta(seconds=number))
    while seal(ledger, batch):
        pass
    return [row.id for row in journal(ledger)]


def sql(ledger: Ledger, *statements: str) -> None:
    with ledger.engine.begin() as connection:
        for statement in statements:
            connection.execute(text(statement))


# --- ids ----------------------------------------------------------------------------------------------------------


def test_ids_are_in_the_order_of_time_and_of_asking() -> None:
    instants = [NOW + timedelta(microseconds=500 * n) for n in range(50)]
    ids = [time_ordered_id(at) for at in instants for _ in range(40)]

    assert ids == sorted(ids)
    assert len(set(ids)) == len(ids)
    assert all(one[14] == "7" and one[19] in "89ab" for one in ids)


def test_ids_keep_their_order_when_threads_at_other_instants_come_between() -> None:
    ids = []
    for _ in range(50):
        ids.append(time_ordered_id(NOW))
        time_ordered_id(NOW + timedelta(hours=1))

    assert ids == sorted(ids)
    assert time_ordered_id(datetime(1969, 1, 1, tzinfo=UTC)) < ids[0]


# --- entries ------------------------------------------------------------------------------------------------------


def test_only_known_kinds_are_written(ledger: Ledger) -> None:
    with pytest.raises(ValueError, match="not a kind"), ledger.begin(NOW) as unit:
        unit.note("message.lost")
    with ledger.engine.begin() as connection:
        write_entries(connection, [Entry("operator.acted", by="Ada")], NOW, b"")
    assert [row.by for row in journal(ledger)] == ["Ada"]


@pytest.mark.parametrize("many", [3, 60])
def test_entries_stand_in_the_order_in_which_they_were_noted(ledger: Ledger, many: int) -> None:
    with ledger.begin(NOW) as unit:
        for number in range(many):
            unit.note("operator.acted", data={"number": number})

    assert [row.data for row in journal(ledger)] == [f'{{"number":{n}}}' for n in range(many)]


def test_sealed_entries_go_out_in_order_and_once_confirmed_no_more(ledger: Ledger) -> None:
    ids = sealed(ledger)

    def out() -> list[str]:
        with ledger.read() as connection:
            return [plain(row)["id"] for row in unpublished(connection, 4)]

    assert out() == ids[:4]
    for position in (4, 2):  # never goes back
        with ledger.begin(NOW) as unit:
            mark_published(unit, position)
        assert out() == ids[4:8]
    with ledger.read() as connection:
        entry = plain(unpublished(connection, 1)[0])
    assert entry["invoice_ids"] == ["i4"]
    assert entry["data"]["type"] == "invoice.issued"


# --- the chain ----------------------------------------------------------------------------------------------------


def test_a_sealed_journal_is_whole(ledger: Ledger) -> None:
    assert verdict(ledger) == Verdict(0, 0)
    sealed(ledger)
    tell(ledger, issued("late"))

    assert verdict(ledger) == Verdict(9, 1)
    assert [(row.batch, row.first) for row in rows(ledger, t.seal)] == [(1, 1), (2, 5), (3, 9)]


def test_a_secret_that_changed_does_not_break_what_is_sealed(ledger: Ledger) -> None:
    sealed(ledger)

    assert verdict(ledger, b"another").whole


CHANGES = [
    *(f'UPDATE journal SET "{name}" = \'"changed"\' WHERE id = :id' for name in (*HASHED, "mark")),
    "UPDATE journal SET client_id = NULL WHERE id = :id",
    "UPDATE journal SET position = 77 WHERE id = :id",
    "UPDATE journal SET position = NULL WHERE id = :id",
    "DELETE FROM journal WHERE id = :id",
]


@pytest.mark.parametrize("change", CHANGES)
@pytest.mark.parametrize("place", [1, 5, 9])
def test_an_entry_that_was_touched_is_named(sqlite_ledger: Ledger, change: str, place: int) -> None:
    _touch_and_see(sqlite_ledger, change, place)


@pytest.mark.parametrize("change", CHANGES)
def test_an_entry_that_was_touched_is_named_on_postgresql(postgres_ledger: Ledger, change: str) -> None:
    _touch_and_see(postgres_ledger, change, 5)


def _touch_and_see(ledger: Ledger, change: str, place: int) -> None:
    ids = sealed(ledger)
    with ledger.engine.begin() as connection:
        connection.execute(text(change), {"id": ids[place - 1]})

    fault = verdict(ledger).fault
    assert fault is not None
    assert fault.startswith(f"entry {place}")


def test_entries_that_changed_places_are_named(ledger: Ledger) -> None:
    ids = sealed(ledger)
    sql(
        ledger,
        f"UPDATE journal SET position = 99 WHERE id = '{ids[2]}'",
        f"UPDATE journal SET position = 3 WHERE id = '{ids[6]}'",
        f"UPDATE journal SET position = 7 WHERE id = '{ids[2]}'",
    )

    assert verdict(ledger).fault == f"entry 3 ({ids[6]}, event.applied): moved"


def forged(ledger: Ledger, position: str) -> None:
    copied = ", ".join(f'"{name}"' for name in (*HASHED, "mark") if name != "id")
    sql(
        ledger,
        f"INSERT INTO journal (id, {copied}, position) SELECT 'ffff', {copied}, {position} FROM journal"
        " WHERE position = 2",
    )


@pytest.mark.parametrize("position", ["10", "0", "NULL"])
def test_an_entry_that_was_added_is_named(ledger: Ledger, position: str) -> None:
    sealed(ledger)
    forged(ledger, position)

    fault = verdict(ledger).fault
    assert fault is not None
    assert "ffff" in fault
    assert "added" in fault


def test_an_entry_without_our_mark_is_never_sealed_and_holds_up_nobody(ledger: Ledger) -> None:
    sealed(ledger)
    with ledger.engine.begin() as connection:
        write_entries(
            connection, [Entry("operator.acted")] * 7, NOW - timedelta(days=1), b"a stranger's secret"
        )
    tell(ledger, issued("late"))

    assert seal(ledger, 3) == 1
    assert seal(ledger, 3) == 0
    found = verdict(ledger)
    assert (found.entries, found.unsealed) == (10, 7)
    assert found.fault is not None
    assert "not sealed yet): added" in found.fault


SEALS = [
    "first = first + 1",
    "count = count + 1",
    "root = 'x' || substr(root, 2)",
    "previous = 'x' || substr(previous, 2)",
    "hash = 'x' || substr(hash, 2)",
    "batch = batch + 10",
    "sealed_at = '2026-03-02 09:00:01+00:00'",
]


@pytest.mark.parametrize("change", SEALS)
@pytest.mark.parametrize("batch", [1, 2, 3])
def test_a_seal_that_was_touched_is_seen(ledger: Ledger, change: str, batch: int) -> None:
    sealed(ledger)
    sql(ledger, f"UPDATE seal SET {change} WHERE batch = {batch}")

    assert not verdict(ledger).whole


@pytest.mark.parametrize("batch", [1, 2, 3])
def test_leaves_that_were_touched_are_seen(ledger: Ledger, batch: int) -> None:
    sealed(ledger)
    with ledger.engine.begin() as connection:
        connection.execute(t.seal.update().where(t.seal.c.batch == batch).values(leaves=b"\x00" * 33))

    assert "the seal was changed" in str(verdict(ledger).fault)


@pytest.mark.parametrize("batch", [1, 2, 3])
@pytest.mark.parametrize("with_entries", [False, True])
def test_a_seal_that_was_removed_is_seen(ledger: Ledger, batch: int, with_entries: bool) -> None:
    sealed(ledger)
    first, last = 4 * batch - 3, 4 * batch
    if with_entries:
        sql(ledger, f"DELETE FROM journal WHERE position BETWEEN {first} AND {last}")
    sql(ledger, f"DELETE FROM seal WHERE batch = {batch}")

    fault = verdict(ledger).fault
    assert fault is not None
    if with_entries and batch == 3:
        assert fault == "entry 9: removed, with every entry after it"


@pytest.mark.parametrize("change", ["batches = 2", "entries = 8", "hash = 'f'"])
def test_a_head_that_was_touched_is_seen(ledger: Ledger, change: str) -> None:
    sealed(ledger)
    sql(ledger, f"UPDATE journal_head SET {change}")

    assert not verdict(ledger).whole


# --- many at once -------------------------------------------------------------------------------------------------


def together(*works: Callable[[], object]) -> None:
    """Do these at the same time; the first error is raised."""
    errors: list[BaseException] = []
    start = threading.Barrier(len(works))

    def run(work: Callable[[], object]) -> None:
        try:
            start.wait()
            work()
        except BaseException as error:
            errors.append(error)

    threads = [threading.Thread(target=run, args=(work,)) for work in works]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if errors:
        raise errors[0]


def test_several_sealers_and_writers_make_one_chain(postgres_ledger: Ledger) -> None:
    ledger = postgres_ledger
    whole: list[bool] = []

    def write(who: int) -> None:
        for number in range(25):
            tell(ledger, issued(f"i{who}-{number}"), at=NOW + timedelta(milliseconds=random.randrange(50)))

    def seal_all() -> None:
        for _ in range(25):
            seal(ledger, 3)

    def check() -> None:
        whole.extend(verdict(ledger).whole for _ in range(15))

    together(*(lambda who=who: write(who) for who in range(3)), seal_all, seal_all, seal_all, check)
    while seal(ledger):
        pass

    assert verdict(ledger) == Verdict(75, 0)
    assert all(whole)  # a verdict in the midst of it sees one state
    assert sorted(row.position for row in journal(ledger)) == list(range(1, 76))


# --- what the journal tells, and what it must not -----------------------------------------------------------------

CANARIES = ("kaya.example", "4930", "+49", "Subject", "Text", "<p>", "Friday", "acme.example", "Ada Lovelace")


def everything(ledger: Ledger) -> None:
    """A little of all that writes entries."""
    contacts = [
        {"contact_id": "ap", "name": "Ada Lovelace", "email": "Ap@kaya.example", "phone": "+4930123456"}
    ]
    tell(
        ledger,
        profile(contacts=contacts),
        issued(),
        paid("p1", "1.00", ("i1", "1.00")),
        event("tax.filed", x=1),
    )
    tell(ledger, unreadable(b'{"to": "ap@kaya.example"'))
    put(ledger, *(a_row(f"m{n}", state="queued") for n in range(1, 6)))
    for number in range(1, 5):
        dispatch(ledger, f"m{number}")
    one, two, three, four = (sending.attempt_id(f"m{n}", 1) for n in range(1, 5))
    within(ledger, lambda unit: sending.accepted(unit, [(one, "sg-1")]))
    within(ledger, lambda unit: sending.rejected(unit, two, "550", "ap@kaya.example: no", None, person=True))
    within(ledger, lambda unit: sending.in_doubt(unit, three, "Text"))
    within(ledger, lambda unit: sending.not_sent(unit, four, "429", "Text", None))
    raw = '{"email": "ap@kaya.example"}'
    come(ledger, a_receipt("bounced", attempt=one, raw=raw, detail="ap@kaya.example"))
    come(ledger, a_receipt("delivered", attempt="stranger", raw=raw))
    answer(ledger, a_reply("We pay on Friday"))
    answer(ledger, a_reply("STOP", OptWord.OUT, key="k2"))
    within(ledger, lambda unit: replies.unsubscribe(unit, "m3"))


def test_no_address_and_no_words_stand_in_the_journal(ledger: Ledger) -> None:
    everything(ledger)
    told = journal(ledger)

    assert len({row.kind for row in told}) >= 11
    for row in told:
        said = " ".join(str(value) for name, value in row._mapping.items() if name not in ("mark", "id"))
        assert [canary for canary in CANARIES if canary in said] == [], row


def test_a_messages_state_is_what_its_last_entry_says(ledger: Ledger) -> None:
    everything(ledger)
    last: dict[str, Any] = {}
    for row in journal(ledger):
        if row.kind.startswith("message."):
            last[row.message_id] = row.kind.removeprefix("message.")

    assert len(last) == 5
    assert last == {key: message(ledger, key).state for key in last}


def test_all_of_it_seals_and_verifies(ledger: Ledger) -> None:
    everything(ledger)
    while seal(ledger, 5):
        pass

    assert verdict(ledger).whole


def test_verifying_takes_a_plain_connection_too(ledger: Ledger) -> None:
    sealed(ledger)
    connection: Connection
    with ledger.engine.connect() as connection:
        assert verify(connection, SECRET).whole
