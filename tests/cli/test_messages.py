from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from events.contracts import read_json
from ledger import tables as t
from ledger.apply import apply
from reminders.feedback import ReceiptKind
from tests.cli.conftest import Book, Ran
from workers.cli import as_read

Amicable = Callable[..., Ran]
KEYS = [
    "message_id", "client_id", "contact_id", "channel", "step", "tone", "language", "planned_at", "sent_at", "state",
    "invoice_ids", "amounts", "subject",
]  # fmt: skip


def test_a_message_is_listed_with_the_keys_of_the_contract(book: Book, amicable: Amicable) -> None:
    book.client()
    book.invoice()

    [row] = amicable("--json", "messages").json

    assert list(row) == KEYS
    assert row["step"] == "introduction"
    assert row["state"] == "accepted"
    assert row["amounts"] == [{"currency": "EUR", "amount": "1200.00"}]
    assert row["planned_at"] == row["sent_at"] == "2026-02-02T09:00:00Z"
    assert "INV-2003" in row["subject"]


def test_a_currency_without_cents_is_shown_without_them(book: Book, amicable: Amicable) -> None:
    book.client()
    book.invoice(currency="JPY", total="120000")

    assert amicable("--json", "messages").json[0]["amounts"] == [{"currency": "JPY", "amount": "120000"}]


def test_messages_are_chosen_by_client_and_state(late_book: Book, amicable: Amicable) -> None:
    assert amicable("--json", "messages", "--client", "nobody").json == []
    held = amicable("--json", "messages", "--client", "C1", "--state", "held").json
    assert [row["step"] for row in held] == ["final_notice"]


def test_messages_stand_in_the_order_in_which_they_were_planned(late_book: Book, amicable: Amicable) -> None:
    planned = [row["planned_at"] for row in amicable("--json", "messages").json]
    assert len(planned) == 7
    assert planned == sorted(planned)


def test_an_unknown_state_is_bad_usage_and_names_the_states(amicable: Amicable) -> None:
    ran = amicable("messages", "--state", "lost")
    assert ran.code == 2
    assert "'delivered'" in ran.err


def test_nothing_to_list_says_so(amicable: Amicable) -> None:
    ran = amicable("messages")
    assert (ran.code, ran.out.strip()) == (0, "There are no messages.")


def test_a_persons_table_shows_the_beginning_of_the_id(late_book: Book, amicable: Amicable) -> None:
    out = amicable("messages").out
    assert late_book.messages()[0].message_id[:8] in out
    assert "1,200.00 EUR" in out


def test_a_whole_message_has_its_text_attempts_receipts_and_history(book: Book, amicable: Amicable) -> None:
    book.client()
    book.invoice()
    [message] = book.messages()
    book.receipt(message.message_id, ReceiptKind.BOUNCED, code="550")

    found = amicable("--json", "message", message.message_id).json

    assert list(found)[: len(KEYS)] == KEYS
    assert not found["draft"]
    assert "INV-2003" in found["text"]
    assert "<html" in found["html"]
    assert [one["outcome"] for one in found["attempts"]] == ["accepted"]
    assert [(one["kind"], one["code"]) for one in found["receipts"]] == [("bounced", "550")]
    assert found["reason"] == "bounced"
    assert found["reason_sentence"] == "The mailbox or carrier refused it."
    assert found["history"][0]["kind"] == "message.planned"
    shown = amicable("message", message.message_id[:6])
    assert shown.code == 0
    assert "550" in shown.out
    assert "Attempts" in shown.out


def test_a_mail_is_written_out_as_its_reader_sees_it(
    book: Book, amicable: Amicable, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(as_read, "find_browser", lambda: None)
    book.client()
    book.invoice()
    [message] = book.messages()

    ran = amicable("message", message.message_id[:6], "--out", str(tmp_path / "mails"))

    assert ran.code == 0
    written = {path.suffix: path.read_text(encoding="utf-8") for path in (tmp_path / "mails").iterdir()}
    assert set(written) == {".html", ".txt"}
    assert "INV-2003" in written[".html"]
    assert written[".txt"].startswith("Subject: ")


def test_a_folder_that_can_not_be_written_to_is_one_line(
    book: Book, amicable: Amicable, tmp_path: Path
) -> None:
    book.client()
    book.invoice()
    (tmp_path / "taken").write_text("")
    [message] = book.messages()

    ran = amicable("message", message.message_id, "--out", str(tmp_path / "taken" / "mails"))

    assert ran.code == 1
    assert "name another --out" in ran.err


def test_a_held_message_is_shown_as_a_draft_that_a_person_can_read(
    late_book: Book, amicable: Amicable
) -> None:
    held = late_book.messages()[-1]
    before = amicable("journal", "export").out

    found = amicable("--json", "message", held.message_id).json
    shown = amicable("message", held.message_id).out

    assert found["draft"]
    assert found["subject"].startswith("Final notice")
    assert "1.200,00 €" in found["text"]
    assert "Draft, as it would read on 2026-04-07" in shown
    assert amicable("journal", "export").out == before


def test_a_draft_of_what_would_not_go_says_why(late_book: Book, amicable: Amicable) -> None:
    with late_book.house.ledger.begin(late_book.clock.now()) as unit:
        event = (
            b'{"specversion":"1.0","id":"p","source":"/erp","type":"payment.received","time":"2026-04-07T09:00:00Z",'
            b'"data":{"payment_id":"P","client_id":"C1","currency":"EUR","amount":"1200.00",'
            b'"received_on":"2026-04-07","allocations":[{"invoice_id":"i1","amount":"1200.00"}]}}'
        )
        apply(unit, [read_json(event)])

    found = amicable("--json", "message", late_book.messages()[-1].message_id).json

    assert found["text"] is None
    assert found["draft_fails"] == "The invoice is paid."


def test_an_unknown_message_is_one_line(amicable: Amicable) -> None:
    ran = amicable("message", "no-such-message")
    assert ran.code == 1
    assert ran.err == "amicable: there is no message no-such-message; `amicable messages` lists them\n"


def test_a_beginning_that_fits_several_is_an_error_that_lists_them(book: Book, amicable: Amicable) -> None:
    book.client()
    book.invoice()
    with book.house.ledger.begin(book.clock.now()) as unit:
        row = dict(unit.connection.execute(t.message.select()).one()._mapping)
        for end in ("a", "b"):
            unit.connection.execute(t.message.insert(), {**row, "message_id": f"abcdef-{end}"})

    ran = amicable("message", "abcdef")

    assert ran.code == 1
    assert "abcdef-a, abcdef-b" in ran.err
    assert amicable("message", "abcde").code == 1
    assert amicable("message", "abcdef-a").code == 0
