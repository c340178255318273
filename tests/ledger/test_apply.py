"""Applying a batch: repeats, strangers, poison, and text that a database may not like."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from msgspec import structs
from sqlalchemy import Engine
from sqlalchemy import event as listen_to
from sqlalchemy.exc import DBAPIError

from events.contracts.delivery import Delivery, Event, Ignored, Read, Unreadable
from events.contracts.registry import EVENT_TYPES, decode, read_json
from ledger import tables as t
from ledger.facts import READS
from ledger.parking import ParkingError, drop, listed, replay
from ledger.unit import Ledger
from tests.ledger.book import (
    NOW,
    event,
    facts,
    invoice,
    issued,
    journal,
    paid,
    profile,
    raw,
    rows,
    snapshot,
    tell,
    unreadable,
)


def test_a_repeat_does_nothing(ledger: Ledger) -> None:
    bill = issued()
    assert tell(ledger, bill, bill) == ("kaya",)

    assert tell(ledger, bill, at=NOW + timedelta(hours=1)) == ()

    assert [(row.kind, row.caused_by) for row in journal(ledger)] == [("event.applied", bill.cloudevent.id)]  # type: ignore[union-attr]
    (client,) = rows(ledger, t.client)
    assert client.look_at == NOW


def test_the_same_id_from_another_source_is_another_event(ledger: Ledger) -> None:
    tell(ledger, issued("i1", id_="1"), issued("i2", id_="1", source="/crm"))

    assert len(snapshot(ledger).invoices) == 2


def test_the_entry_of_an_event_names_whom_it_is_about(ledger: Ledger) -> None:
    tell(ledger, paid("p1", "10.00", ("i1", "10.00"), id_="e-1", time=3))

    (entry,) = journal(ledger)
    assert (entry.client_id, entry.invoice_ids, entry.by) == ("kaya", '["i1"]', "system")
    assert entry.data == '{"source":"/erp","time":"2026-02-01T08:03:00Z","type":"payment.received"}'


def test_an_unknown_type_is_ignored_once(ledger: Ledger) -> None:
    stranger = event("tax.filed", id_="x")
    tell(ledger, stranger)
    tell(ledger, stranger)

    assert [row.kind for row in journal(ledger)] == ["event.ignored"]
    assert [(row.event_id, row.known) for row in rows(ledger, t.inbox)] == [("x", False)]


def test_what_cannot_be_read_is_parked_once_with_its_bytes(ledger: Ledger) -> None:
    body = b'\xff\x00{"specversion'
    tell(ledger, unreadable(body), issued(), unreadable(body))
    tell(ledger, unreadable(body))

    (row,) = rows(ledger, t.parked)
    assert (bytes(row.body), row.reason, row.state) == (body, "not_json", "open")
    assert [e.kind for e in journal(ledger)] == ["event.parked", "event.applied"]
    assert invoice(ledger).total == 10000  # it held up nothing


def test_a_parked_event_is_replayed_when_it_can_be_read(ledger: Ledger) -> None:
    body = raw("invoice.paused", invoice_id="i1", id_="e9")
    (parked,) = (Unreadable(unreadable(b"{").reason, "not known yet", body, content_type="application/json"),)
    tell(ledger, issued(), parked)
    (row,) = rows(ledger, t.parked)

    with ledger.begin(NOW) as unit:
        assert replay(unit, row.parked_id, decode) == ("kaya",)

    assert rows(ledger, t.parked)[0].state == "replayed"
    assert invoice(ledger).holds
    with ledger.begin(NOW) as unit, pytest.raises(ParkingError, match="already replayed"):
        replay(unit, row.parked_id, decode)


def test_a_parked_event_is_dropped_with_a_name_and_a_reason(ledger: Ledger) -> None:
    tell(ledger, unreadable(b"{"))
    (row,) = rows(ledger, t.parked)
    with ledger.begin(NOW) as unit:
        with pytest.raises(ParkingError, match="say who"):
            drop(unit, row.parked_id, " ", "noise")
        with pytest.raises(ParkingError, match="still can't be read"):
            replay(unit, row.parked_id, decode)
        drop(unit, row.parked_id, "Ada", "noise")

    with ledger.read() as connection:
        assert listed(connection) == []
    assert [(e.kind, e.by) for e in journal(ledger)][1:] == [("operator.acted", "Ada")]


def fails_at(engine: Engine, table: str) -> None:
    """From now on, every write to that table is refused by the database."""

    @listen_to.listens_for(engine, "before_cursor_execute", retval=True)
    def spoil(
        _c: object, _cursor: object, statement: str, parameters: object, *_: object
    ) -> tuple[str, object]:
        if f"INTO {table} " in statement:
            statement = statement.replace(f"INTO {table} ", f"INTO no_{table} ")
        return statement, parameters


@pytest.mark.parametrize("table", ["inbox", "invoice", "payment", "allocation", "client"])
def test_a_batch_is_applied_whole_or_not_at_all(ledger: Ledger, table: str) -> None:
    tell(ledger, issued("i0"))
    before = facts(ledger), journal(ledger)
    fails_at(ledger.engine, table)

    with pytest.raises(DBAPIError):
        tell(ledger, issued("i1"), profile(), paid("p1", "10.00", ("i1", "10.00")), unreadable(b"{"))

    assert (facts(ledger), journal(ledger)) == before


def test_a_poisoned_row_takes_the_whole_batch_with_it(ledger: Ledger) -> None:
    good = issued("i1")
    poison = issued("i2")
    assert isinstance(poison, Event)
    # Contracts refuse it; should it come through all the same, nothing of the batch is stored.
    poison = Event(poison.cloudevent, structs.replace(poison.payload, number="\ud800"))

    with pytest.raises(UnicodeEncodeError):
        tell(ledger, good, poison)

    assert not any(facts(ledger).values())
    assert journal(ledger) == []


@pytest.mark.parametrize("many", [1, 24, 25, 26, 200])
def test_few_rows_and_many_end_in_the_same(ledger: Ledger, many: int) -> None:
    def batch() -> list[Read]:
        """Every second invoice is paid, each is updated; client profiles come newest first."""
        found: list[Read] = []
        for n in range(many):
            found += [
                issued(f"i{n}", client_id=f"c{n % 7}", time=1, purchase_order='tab\t "quote" \\ back\nline'),
                issued(f"i{n}", client_id=f"c{n % 7}", time=2, total=f"{n}.50", type_="invoice.updated"),
                profile(f"c{n % 7}", name=f"Newest {n % 7}", time=900 - n),
            ]
            if n % 2:
                found.append(paid(f"p{n}", "1.00", (f"i{n}", "1.00"), client_id=f"c{n % 7}"))
        return found

    whole = batch()
    tell(ledger, *whole)
    at_once = facts(ledger)
    with ledger.engine.begin() as connection:
        for table in t.metadata.sorted_tables:
            connection.execute(table.delete())

    for read in whole:
        tell(ledger, read)

    assert facts(ledger) == at_once
    assert len(at_once["invoice"]) == many


UNUSUAL = {
    "an id of 255 letters": "x" * 255,
    "an id of 255 wide letters": "🧾" * 255,
    "control characters": "a\x01\x1f\x7fb",
    "copy and JSON specials": "\\N\t\n\r\"\\.,{}%s%(x)s:y'--",
    "right to left and combining": "ש\u200fé\u0301\ufeff",
    "beyond the basic plane": "𝒳\U0010ffff",
}


@pytest.mark.parametrize("text", UNUSUAL.values(), ids=UNUSUAL.keys())
@pytest.mark.parametrize("many", [1, 30])
def test_unusual_text_comes_out_as_it_went_in(ledger: Ledger, text: str, many: int) -> None:
    more = [issued(f"more-{n}") for n in range(many)]
    tell(
        ledger,
        *more,
        profile(text, name=text),
        issued(text, client_id=text, number=text, id_=text, purchase_order=text),
        event("invoice.paused", invoice_id=text, reason=text),
        paid(text, "1.00", (text, "1.00"), client_id=text),
    )

    case = snapshot(ledger, text)
    (found,) = case.invoices
    assert (case.client.name, found.invoice_id, found.number, found.purchase_order) == (text,) * 4
    assert found.paid == 100


@pytest.mark.parametrize("escape", [r"\u0000", r"a\u0000b", r"\ud800", r"\udc00x"])
@pytest.mark.parametrize("field", ["invoice_id", "purchase_order"])
def test_text_that_no_database_takes_is_parked(ledger: Ledger, escape: str, field: str) -> None:
    body = raw("invoice.issued", **_bill(field)).replace(b"HERE", escape.encode())

    read = read_json(body)
    assert isinstance(read, Unreadable)
    tell(ledger, read, issued())

    assert [bytes(row.body) for row in rows(ledger, t.parked)] == [body]
    assert len(snapshot(ledger).invoices) == 1


@pytest.mark.parametrize("escape", [r"\u0000", r"\ud800"])
def test_an_event_id_that_no_database_takes_is_parked(ledger: Ledger, escape: str) -> None:
    body = raw("tax.filed", id_="HERE").replace(b"HERE", escape.encode())

    tell(
        ledger,
        read_json(body),
        decode(Delivery(b"{}", {"cloudEvents:id": "a\x00", "cloudEvents:type": "\x00"})),
    )

    assert {bytes(row.body) for row in rows(ledger, t.parked)} == {body, b"{}"}


def _bill(field: str) -> dict[str, Any]:
    known: dict[str, Any] = {
        "invoice_id": "i9",
        "number": "9",
        "client_id": "kaya",
        "currency": "EUR",
        "total": "1.00",
        "issued_on": "2026-01-01",
        "due_on": "2026-01-31",
    }
    return known | {field: "HERE"}


def test_the_largest_amounts_add_up(ledger: Ledger) -> None:
    largest = "999999999999999.99"
    tell(
        ledger,
        issued(total=largest),
        *(paid(f"p{n}", largest, ("i1", largest)) for n in range(30)),
    )

    assert invoice(ledger).paid == 30 * 99999999999999999
    assert isinstance(
        read_json(raw("invoice.issued", **(_bill("x") | {"total": "1" + "0" * 16}))), Unreadable
    )


def test_ids_as_long_as_the_contract_allows_are_stored(ledger: Ledger) -> None:
    source, long = "/" + "s" * 1023, "i" * 255
    tell(ledger, paid(long, "1.00", (long, "1.00"), id_="e" * 1024, source=source))

    assert len(rows(ledger, t.allocation)) == 1


def test_an_event_of_an_unknown_type_is_taken_when_it_comes_again_and_is_known(ledger: Ledger) -> None:
    known = issued()
    assert isinstance(known, Event)
    tell(ledger, Ignored(known.cloudevent))
    assert rows(ledger, t.invoice) == []

    tell(ledger, known)
    tell(ledger, known)

    assert [row.invoice_id for row in rows(ledger, t.invoice)] == ["i1"]
    assert [row.kind for row in journal(ledger)] == ["event.ignored", "event.applied"]


def test_a_fresh_word_of_the_billing_system_wakes_who_may_wait_for_it(ledger: Ledger) -> None:
    tell(ledger, issued("i1"), issued("i2", client_id="later"))
    with ledger.begin(NOW) as unit:
        for client_id, hours in (("kaya", 5), ("later", 7)):
            unit.connection.execute(
                t.client.update()
                .where(t.client.c.client_id == client_id)
                .values(look_at=NOW + timedelta(hours=hours))
            )

    tell(ledger, event("ledger.synced", through_at="2026-02-01T08:00:00Z"))

    looks = {row.client_id: row.look_at for row in rows(ledger, t.client)}
    assert looks == {"kaya": NOW, "later": NOW + timedelta(hours=7)}


def test_the_ledger_understands_every_event_of_the_contracts() -> None:
    assert set(EVENT_TYPES.values()) == READS
