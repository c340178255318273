"""`amicable evidence`: what is in a pack, that it is one client's and nobody else's, and that its proof holds."""

from __future__ import annotations

import hashlib
import json
import stat
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Table, select

from ledger import tables as t
from reminders.feedback import ReceiptKind
from tests.cli.conftest import Book, Ran
from workers.evidence import proof

Amicable = Callable[..., Ran]
OTHER = {"contact_id": "ap", "name": "Max", "email": "max@weber.example", "phone": "+4915187654321"}


@pytest.fixture
def case(late_book: Book) -> Book:
    """The late client, with receipts, a reply, a promise and a dispute; beside them, a client of their own."""
    book = late_book
    for message in book.messages():
        if message.state == "accepted":
            book.receipt(message.message_id, ReceiptKind.DELIVERED, "250")
    book.reply("Wir zahlen am 20. April. Żółć!")
    book.event(
        "promise.made",
        promise_id="p1",
        client_id="C1",
        amount="500.00",
        currency="EUR",
        promised_on="2026-04-20",
    )
    book.at("2026-04-07T09:01")  # what was known when they promised keeps no promise
    book.event(
        "payment.received", payment_id="pay1", client_id="C1", currency="EUR", amount="200.00",
        received_on="2026-04-07", allocations=[{"invoice_id": "i1", "amount": "200.00"}],
    )  # fmt: skip
    book.event("dispute.opened", dispute_id="d1", invoice_id="i1", amount="100.00", reason_code="quality")
    book.client("C2", name="Weber KG", contacts=[OTHER])
    book.invoice("i2", "INV-9", due="2026-04-01", client_id="C2")
    return book


def write(amicable: Amicable, folder: Path, *more: str, client: str = "C1") -> tuple[Ran, dict[str, Any]]:
    ran = amicable("--json", "evidence", client, "--by", "Ruth Ellison", "--out", str(folder), *more)
    assert ran.code == 0, ran.err
    _, path = ran.json["files"]
    return ran, json.loads(Path(path).read_bytes())


def rows(book: Book, table: Table, **where: str) -> list[Any]:
    with book.house.ledger.read() as connection:
        statement = select(table)
        for name, value in where.items():
            statement = statement.where(table.c[name] == value)
        return list(connection.execute(statement).all())


def test_every_message_and_receipt_of_the_client_is_in_it(
    case: Book, amicable: Amicable, tmp_path: Path
) -> None:
    _, pack = write(amicable, tmp_path / "out")

    theirs = {row.message_id for row in rows(case, t.message, client_id="C1")}
    assert {one["message_id"] for one in pack["messages"]} == theirs
    receipts = {row.receipt_id for row in rows(case, t.receipt) if row.message_id in theirs}
    assert receipts
    assert {one["receipt_id"] for message in pack["messages"] for one in message["receipts"]} == receipts
    bodies = {row.message_id: row.text for row in rows(case, t.body)}
    for message in pack["messages"]:
        assert message["text"] == bodies.get(message["message_id"])
        for attempt in message["attempts"]:
            assert attempt["address"]
            assert attempt["provider_id"] == f"p-{attempt['attempt_id']}"


def test_nothing_of_anybody_else_is_in_it(case: Book, amicable: Amicable, tmp_path: Path) -> None:
    _, pack = write(amicable, tmp_path / "out")

    whole = json.dumps(pack)
    for word in ("C2", "Weber", "max@weber.example", "INV-9", "i2"):
        assert f'"{word}' not in whole
    assert {entry["client_id"] for entry in pack["journal"]["entries"]} <= {"C1", None}


def test_money_agreements_and_words_are_the_ledgers(case: Book, amicable: Amicable, tmp_path: Path) -> None:
    _, pack = write(amicable, tmp_path / "out")

    (invoice,) = pack["invoices"]
    assert (invoice["total"]["amount"], invoice["paid"]["amount"], invoice["open"]["amount"]) == (
        "1200.00", "200.00", "1000.00",
    )  # fmt: skip
    assert invoice["disputed"] == {"amount": "100.00", "currency": "EUR"}
    assert invoice["disputes"][0]["reason"] == "quality"
    assert pack["sums"]["open"] == [{"amount": "1000.00", "currency": "EUR"}]
    (promise,) = pack["promises"]
    assert (promise["state"], promise["kept"]["amount"]) == ("pending", "200.00")
    assert [reply["text"] for reply in pack["replies"]] == ["Wir zahlen am 20. April. Żółć!"]
    assert {task["kind"] for task in pack["tasks"]} >= {"reply"}
    assert pack["creditor"]["legal_name"] == "Northwind Studio Ltd"
    assert pack["debtor"]["contacts"][0]["email"] == "ap@kaya.example"
    assert pack["hand_over"]["checklist"]
    assert pack["interest"]


def test_every_sealed_entry_checks_from_the_file_alone(
    case: Book, amicable: Amicable, tmp_path: Path
) -> None:
    ran, pack = write(amicable, tmp_path / "out")

    assert proof.check(pack["journal"], ran.json["head"]) == []
    assert ran.json["counts"]["unsealed"] == 0
    journalled = {row.id for row in rows(case, t.journal, client_id="C1")}
    written = {row.id for row in rows(case, t.journal) if "evidence_pack" in row.data}
    assert journalled - written <= {entry["id"] for entry in pack["journal"]["entries"]}
    verified = amicable("evidence", "verify", ran.json["files"][1], "--head", ran.json["head"])
    assert verified.code == 0
    assert verified.out.startswith("every entry checks: ")


def test_a_changed_entry_is_named(case: Book, amicable: Amicable, tmp_path: Path) -> None:
    ran, pack = write(amicable, tmp_path / "out")
    path = Path(ran.json["files"][1])
    entry = pack["journal"]["entries"][3]
    entry["data"] = entry["data"].replace('"', "'", 1)
    path.write_text(json.dumps(pack), encoding="utf-8")

    verified = amicable("evidence", "verify", str(path))

    assert verified.code == 1
    assert f"entry {entry['position']} ({entry['id']}, {entry['kind']}): changed" in verified.err


def test_a_head_that_was_noted_before_vouches_for_what_was_sealed_then(
    case: Book, amicable: Amicable, tmp_path: Path
) -> None:
    write(amicable, tmp_path / "first")
    noted = amicable("--json", "journal", "verify").json["head"]
    case.event("client.updated", client_id="C1", name="Kaya GmbH", debtor_type="company", country="DE")
    ran, _ = write(amicable, tmp_path / "second")

    verified = amicable("evidence", "verify", ran.json["files"][1], "--head", noted)
    assert verified.code == 0
    assert "the head that was given vouches for " in verified.out
    strange = amicable("evidence", "verify", ran.json["files"][1], "--head", "ab" * 32)
    assert strange.code == 1
    assert "does not stand in the chain" in strange.err


def test_the_writing_is_journalled_with_name_purpose_and_hash(
    case: Book, amicable: Amicable, tmp_path: Path
) -> None:
    ran, _ = write(amicable, tmp_path / "out", "--purpose", "access")

    (entry,) = rows(case, t.journal, kind="operator.acted", client_id="C1")
    assert entry.by == "Ruth Ellison"
    said = json.loads(entry.data)
    content = Path(ran.json["files"][1]).read_bytes()
    assert said["purpose"] == "access"
    assert said["json_sha256"] == hashlib.sha256(content).hexdigest() == ran.json["json_sha256"]
    assert entry.position is not None


def test_the_files_are_their_owners_alone_and_nothing_else_is_left(
    case: Book, amicable: Amicable, tmp_path: Path
) -> None:
    folder = tmp_path / "out"
    write(amicable, folder)

    assert sorted(path.name for path in folder.iterdir()) == [
        "evidence-C1-2026-04-07.json", "evidence-C1-2026-04-07.pdf",
    ]  # fmt: skip
    assert {stat.S_IMODE(path.stat().st_mode) for path in folder.iterdir()} == {0o600}


def test_what_is_written_is_told(case: Book, amicable: Amicable, tmp_path: Path) -> None:
    told = amicable("evidence", "C1", "--by", "Ruth", "--out", str(tmp_path)).out

    assert f"wrote {tmp_path / 'evidence-C1-2026-04-07.pdf'}" in told
    assert "1 invoice, " in told
    assert "open: 1,000.00 EUR" in told


def test_interest_is_counted_to_the_day_that_was_asked_for(
    case: Book, amicable: Amicable, tmp_path: Path
) -> None:
    _, now = write(amicable, tmp_path / "now")
    ran, later = write(amicable, tmp_path / "later", "--at", "2026-06-30")

    assert ran.json["as_of"].startswith("2026-06-30T22:59:59")  # the end of the day in London
    assert later["interest"][0]["through"] == "2026-06-30"
    assert float(later["interest"][0]["interest"]["amount"]) > float(now["interest"][0]["interest"]["amount"])


@pytest.mark.parametrize(
    ("arguments", "code", "says"),
    [
        (("nobody", "--by", "Ruth"), 1, "there is no client nobody"),
        (
            ("C1", "--by", "Ruth", "--creditor", "x"),
            1,
            "client C1 has no invoice from x; there are invoices from",
        ),
        (("C1", "--by", "Ruth", "--at", "2026-01-01"), 1, "give that instant or a later one"),
        (("C1", "--by", "Ruth", "--at", "soon"), 2, "'soon' is no date or instant"),
        (("C1", "--by", "system"), 2, "name the person"),
        (("C1",), 2, "--by"),
        (("verify", "nowhere.json"), 1, "nowhere.json: can't be read"),
    ],
)
def test_what_can_not_be_done_is_said(
    case: Book, amicable: Amicable, arguments: tuple[str, ...], code: int, says: str
) -> None:
    ran = amicable("evidence", *arguments)

    assert ran.code == code
    assert says in ran.err


def test_without_a_folder_the_pack_goes_below_the_data(
    case: Book, amicable: Amicable, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "here").mkdir()
    monkeypatch.chdir(tmp_path / "here")
    ran = amicable("evidence", "C1", "--by", "Ruth Ellison")

    assert ran.code == 0, ran.err
    assert not list((tmp_path / "here").iterdir())
    folder = tmp_path / "var" / "evidence"
    assert {path.suffix for path in folder.iterdir()} == {".pdf", ".json"}
    assert all(f"wrote {path}" in ran.out for path in folder.iterdir())


def test_a_client_of_two_creditors_needs_a_name_and_gets_one_case(
    case: Book, amicable: Amicable, tmp_path: Path
) -> None:
    case.invoice("i3", "DE-1", due="2026-06-01", creditor_id="northwind-de", issued_on="2026-04-07")

    assert "name one: --creditor ID" in amicable("evidence", "C1", "--by", "Ruth").err
    ran, pack = write(amicable, tmp_path, "--creditor", "northwind-de")
    assert ran.json["files"][1].endswith("evidence-C1-northwind-de-2026-04-07.json")
    assert [invoice["number"] for invoice in pack["invoices"]] == ["DE-1"]
    mine = {row.message_id for row in rows(case, t.message, creditor_id="northwind-de")}
    assert {message["message_id"] for message in pack["messages"]} == mine
    assert pack["journal"]["elsewhere"] > 0
    assert proof.check(pack["journal"]) == []


def test_a_file_that_is_no_pack_is_refused(amicable: Amicable, tmp_path: Path) -> None:
    for content, says in (
        (b"\x00", "not JSON"),
        (b"[]", "no evidence pack"),
        (b'{"schema": 1}', "no evidence pack"),
    ):
        path = tmp_path / "some.json"
        path.write_bytes(content)
        ran = amicable("evidence", "verify", str(path))
        assert (ran.code, says in ran.err) == (1, True)
