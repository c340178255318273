"""`amicable preview`: what would be sent, to whom, when and why; and what would not."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from ledger import tables as t
from tests.cli.conftest import Book, Ran
from tests.ledger.book import rows

Run = Callable[..., Ran]
DUE = "2026-03-04"


@pytest.fixture
def owing(book: Book) -> Book:
    """A client who was introduced to an invoice that is due in two weeks."""
    book.client()
    book.invoice(due=DUE)
    book.at("2026-02-19T09:00")
    return book


def test_the_days_ahead_are_told_by_day_in_the_clients_own_time(owing: Book, amicable: Run) -> None:
    told = amicable("preview").out

    lines = [line.strip() for line in told.splitlines()]
    assert "Wednesday, 25 February 2026" in lines  # seven days before it is due
    (message,) = [line for line in lines if "heads_up" in line and "09:00" in line]
    assert message.split()[0] == "09:00"  # in Berlin
    for part in (
        "Kaya [GmbH] (C1)",
        "email",
        "Ada Braun",
        "1,200.00 EUR",
        "INV-2003",
        "The step's day has come.",
    ):
        assert part in message
    assert any(line.startswith("Mon 2026-03-02") for line in lines)  # the totals: due_soon
    assert "Nothing is sent by looking." in told


def test_looking_changes_nothing(owing: Book, amicable: Run) -> None:
    def ledger() -> list[Any]:
        return [rows(owing.house.ledger, table) for table in t.metadata.sorted_tables]

    before = ledger()
    assert amicable("preview", "--days", "90").code == 0
    assert amicable("preview", "--client", "C1", "--approved").code == 0
    assert ledger() == before


def test_as_json_it_is_one_array_with_everything(owing: Book, amicable: Run) -> None:
    told = amicable("--json", "preview", "--days", "60").json

    assert [one["at"] for one in told] == sorted(one["at"] for one in told)
    messages = [one for one in told if one["kind"] == "message"]
    assert [one["step"] for one in messages] == [
        "heads_up",
        "due_soon",
        "overdue_3",
        "overdue_7",
        "overdue_14",
    ]
    assert messages[0] == {
        "at": "2026-02-25T08:00:00Z",
        "client_id": "C1",
        "contact_id": "ap",
        "channel": "email",
        "step": "heads_up",
        "tone": "helpful",
        "invoice_ids": ["i1"],
        "amounts": [{"currency": "EUR", "amount": "1200.00"}],
        "reasons": ["step_due"],
        "kind": "message",
        "task": None,
        "creditor_id": messages[0]["creditor_id"],
        "message_id": messages[0]["message_id"],
        "until": None,
    }
    asked = [(one["task"], one["step"]) for one in told if one["kind"] == "task"]
    assert asked == [("call", "call"), ("approval", "final_notice"), ("decision", "decision")]
    waits = [one for one in told if one["kind"] == "not_sent"]
    assert {reason for one in waits for reason in one["reasons"]} >= {"not_due"}
    assert all(set(one) == set(messages[0]) for one in told)


def test_what_is_foreseen_is_what_is_sent(owing: Book, amicable: Run) -> None:
    told = amicable("--json", "preview", "--days", "40").json
    foreseen = [(one["at"], one["message_id"]) for one in told if one["kind"] == "message"]

    for hour in range(24 * 40):
        if 7 <= hour % 24 <= 16:
            owing.at((datetime(2026, 2, 19) + timedelta(hours=hour)).isoformat())  # noqa: DTZ001

    sent = [
        (f"{m.sent_at:%Y-%m-%dT%H:%M:%SZ}", m.message_id)
        for m in owing.messages()
        if m.sent_at and m.sent_at > datetime(2026, 2, 19, 9, tzinfo=UTC)
    ]
    assert len(foreseen) == 5
    assert sent == foreseen


def test_what_waits_for_a_person_waits_or_goes_as_if_they_had_said_yes(
    late_book: Book, amicable: Run
) -> None:
    plain = amicable("preview").out
    yes = amicable("--json", "preview", "--approved").json

    assert "Waits for a person" in plain
    assert "approval: final_notice" in plain
    assert "final_notice" in [one["step"] for one in yes if one["kind"] == "message"]


def test_what_is_not_said_is_counted_by_reason_and_told_in_full_for_one_client(
    owing: Book, amicable: Run
) -> None:
    owing.event("dispute.opened", dispute_id="d1", invoice_id="i1")
    owing.client("C2")
    owing.invoice("i2", "INV-2", due="2026-03-05", client_id="C2")
    owing.event("invoice.paused", invoice_id="i2", until_on="2026-03-31")

    counted = amicable("preview").out
    assert "No message would go." in counted
    line = next(line for line in counted.splitlines() if "The client disputes it" in line)
    assert line.split()[:2] == ["1", "1"]

    whole = amicable("preview", "--client", "C2").out
    line = next(line for line in whole.splitlines() if "Reminders for this invoice are paused." in line)
    assert "INV-2" in line
    assert "1 April 2026" in line
    assert "INV-2003" not in whole


def test_a_client_that_nobody_named_is_an_error(owing: Book, amicable: Run) -> None:
    ran = amicable("preview", "--client", "nobody")

    assert ran.code == 1
    assert ran.err.startswith("amicable: there is no client nobody")


def test_an_empty_ledger_has_nothing_ahead(book: Book, amicable: Run) -> None:
    book.at("2026-02-19T09:00")

    assert "No message would go." in amicable("preview").out
    assert amicable("--json", "preview").json == []


# --- a first import


def a_file(folder: Path, clients: int, *lines: dict[str, Any]) -> Path:
    """An old book as a file of events: every invoice ten days late."""
    told: list[dict[str, Any]] = []
    for n in range(clients):
        contact = {"contact_id": "ap", "name": "Pat Quay", "email": f"pat.{n}@harbour.example"}
        told.append(
            a_line(
                "client.updated", client_id=f"c{n}", name=f"Works {n}", debtor_type="company", country="GB",
                contacts=[contact],
            )
        )  # fmt: skip
        told.append(
            a_line(
                "invoice.issued", invoice_id=f"i{n}", number=f"R-{n}", client_id=f"c{n}", currency="GBP",
                total="80.00", issued_on="2026-02-02", due_on="2026-02-16",
            )
        )  # fmt: skip
    path = folder / "import.jsonl"
    events = [
        {"specversion": "1.0", "id": f"e{n}", "source": "/erp", **one}
        for n, one in enumerate([*told, *lines])
    ]
    path.write_text("\n".join(map(json.dumps, events)) + "\nnonsense\n", encoding="utf-8")
    return path


def a_line(kind: str, at: str = "2026-02-26T06:00:00Z", **data: Any) -> dict[str, Any]:
    return {"type": kind, "time": at, "data": data}


def test_a_first_import_is_shown_without_touching_the_data_folder(tmp_path: Path, amicable: Run) -> None:
    data = tmp_path / "untouched"

    told = amicable("preview", "--on", str(a_file(tmp_path, 3)), data=data)

    assert told.code == 0, told.err
    assert "From Thursday, 26 February 2026, 06:00 UTC" in told.out
    assert "Thursday, 26 February 2026" in told.out
    assert told.out.count("Pat Quay") >= 3
    assert not data.exists()


def test_a_file_can_be_imported_at_another_instant(tmp_path: Path, amicable: Run) -> None:
    file = a_file(tmp_path, 1, a_line("sandbox.reply", at="2026-06-01T00:00:00Z", client_id="c0"))

    plain = amicable("--json", "preview", "--on", str(file)).json
    later = amicable("--json", "preview", "--on", str(file), "--at", "2026-03-02T07:00").json

    assert plain[0]["at"] < "2026-02-27"  # what speaks for the outside world tells no time
    assert later[0]["at"] == "2026-03-02T07:00:00Z"
    ran = amicable("preview", "--at", "2026-03-02")
    assert (ran.code, "--on" in ran.err) == (2, True)


def test_an_old_book_is_spread_and_told_so(
    tmp_path: Path, amicable: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AMICABLE_VOLUME__FIRST_CONTACTS_PER_DAY", "4")
    file = a_file(tmp_path, 10)

    told = amicable("--json", "preview", "--on", str(file)).json
    page = amicable("preview", "--on", str(file)).out

    firsts: dict[str, str] = {}
    for one in told:
        if one["kind"] == "message":
            firsts.setdefault(one["client_id"], one["at"][:10])
    days = sorted(firsts.values())
    assert days == ["2026-02-26"] * 4 + ["2026-02-27"] * 4 + ["2026-03-02"] * 2
    waited = [one for one in told if one["reasons"] == ["first_contacts"]]
    assert len(waited) == 6
    assert "6 clients of an old book hear from us first on a later day" in page


def test_far_more_than_usual_is_an_alarm(
    tmp_path: Path, amicable: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AMICABLE_VOLUME__ALARM_FLOOR", "5")
    file = a_file(tmp_path, 8)

    told = amicable("--json", "preview", "--on", str(file)).json
    page = amicable("preview", "--on", str(file)).out

    (alarm,) = [one for one in told if one["kind"] == "alarm"]
    assert (alarm["at"], alarm["planned"], alarm["usual"], alarm["limit"]) == (
        date(2026, 2, 26).isoformat(), 8, 0, 5
    )  # fmt: skip
    assert "Volume alarm: 8 messages on 26 February 2026" in page
    assert len([one for one in told if one["kind"] == "message" and one["at"] < "2026-02-27"]) == 8


def test_a_file_without_an_event_is_an_error(tmp_path: Path, amicable: Run) -> None:
    empty = tmp_path / "empty.jsonl"
    empty.write_text("nonsense\n", encoding="utf-8")

    ran = amicable("preview", "--on", str(empty))

    assert ran.code == 1
    assert "holds no event that can be read" in ran.err
