"""`amicable play`: what does not fit, and whose ledger it may replace."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

pytestmark = pytest.mark.network


def play(folder: Path, *events: dict[str, object]) -> subprocess.CompletedProcess[str]:
    script = folder / "events.jsonl"
    script.write_text(
        "\n".join(
            json.dumps({"specversion": "1.0", "id": str(n), "source": "test", **event})
            for n, event in enumerate(events)
        ),
        encoding="utf-8",
    )
    command = [sys.executable, "-m", "workers.cli.main", "--data", str(folder / "data"), "play", str(script)]
    return subprocess.run(command, capture_output=True, text=True, timeout=90, check=False)


COMPANY = {"client_id": "c1", "name": "Ada Ltd", "debtor_type": "company", "country": "GB"}
CLIENT: dict[str, object] = {
    "type": "client.updated",
    "time": "2026-03-02T10:00:00Z",
    "data": COMPANY,
}
APPROVAL: dict[str, object] = {
    "type": "sandbox.person",
    "time": "2026-03-03T10:00:00Z",
    "data": {"client_id": "c1", "task": "approval", "decision": "approve", "by": "Ruth"},
}


def test_a_person_who_decides_about_nothing_is_passed_over(tmp_path: Path) -> None:
    played = play(tmp_path, CLIENT, APPROVAL)

    assert played.returncode == 0, played.stderr
    assert "line 2: sandbox.person: c1 has no open task of kind approval; it is passed over" in played.stderr


def test_a_line_about_the_outside_world_that_can_not_be_read_stops_the_play(tmp_path: Path) -> None:
    played = play(tmp_path, CLIENT, {**APPROVAL, "data": {"client_id": "c1"}})

    assert played.returncode == 1
    assert played.stderr.startswith("amicable: line 2: sandbox.person")


def test_a_ledger_that_is_no_plays_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "data").mkdir()
    ledger = tmp_path / "data" / "ledger.sqlite3"
    ledger.write_bytes(b"somebody else's")

    played = play(tmp_path, CLIENT)

    assert played.returncode == 1
    assert "is the ledger of a deployment" in played.stderr
    assert ledger.read_bytes() == b"somebody else's"


def test_a_payment_at_the_very_instant_of_a_step_is_known_first(tmp_path: Path) -> None:
    client = {**CLIENT, "data": {**COMPANY, "contacts": [{"contact_id": "k", "email": "ada@ada.example"}]}}
    bill: dict[str, object] = {
        "type": "invoice.issued",
        "time": "2026-03-02T10:00:00Z",
        "data": {
            "invoice_id": "i1", "number": "N1", "client_id": "c1", "currency": "GBP", "total": "10.00",
            "issued_on": "2026-03-02", "due_on": "2026-03-09",
        },
    }  # fmt: skip
    paid: dict[str, object] = {
        "type": "payment.received",
        "time": "2026-03-12T09:00:00Z",  # when overdue_3 would go
        "data": {
            "payment_id": "p1", "client_id": "c1", "currency": "GBP", "amount": "10.00", "received_on": "2026-03-12",
            "allocations": [{"invoice_id": "i1", "amount": "10.00"}],
        },
    }  # fmt: skip

    played = play(tmp_path, client, bill, paid)

    assert played.returncode == 0, played.stderr
    assert "thank_you" in played.stdout
    assert "overdue_3" not in played.stdout


def test_a_file_with_nothing_that_can_be_read_is_parked_all_the_same(tmp_path: Path) -> None:
    script = tmp_path / "events.jsonl"
    script.write_text("nonsense\n{]\n", encoding="utf-8")
    amicable = [sys.executable, "-m", "workers.cli.main", "--data", str(tmp_path / "data")]
    played = subprocess.run(
        [*amicable, "play", str(script)], capture_output=True, text=True, timeout=90, check=False
    )
    assert played.returncode == 0, played.stderr
    assert "2 event(s) could not be read" in played.stdout


def test_what_people_are_asked_and_decide_stands_among_the_messages(tmp_path: Path) -> None:
    """A call at three weeks, a decision in the end, and the hand-over that somebody decides on."""
    client = {**CLIENT, "data": {**COMPANY, "contacts": [{"contact_id": "k", "email": "ada@ada.example"}]}}
    bill: dict[str, object] = {
        "type": "invoice.issued",
        "time": "2026-03-02T10:00:00Z",
        "data": {
            "invoice_id": "i1", "number": "N1", "client_id": "c1", "currency": "GBP", "total": "10.00",
            "issued_on": "2026-03-02", "due_on": "2026-03-09",
        },
    }  # fmt: skip
    handed_over = {
        **APPROVAL,
        "time": "2026-04-24T10:00:00Z",
        "data": {"client_id": "c1", "task": "decision", "decision": "approve", "by": "Ruth"},
    }

    played = play(tmp_path, client, bill, handed_over)

    assert played.returncode == 0, played.stderr
    told = [" ".join(line.split()[2:]) for line in played.stdout.splitlines() if set("‖✓") & set(line)]
    assert told == [
        "00:00 ‖ Ada Ltd call waits for a person, by 2026-04-01",
        "00:00 ‖ Ada Ltd email final_notice waits for a person's approval",
        "00:00 ‖ Ada Ltd decision waits for a person, by 2026-04-30",
        "11:00 ✓ Ada Ltd a person decided: decision approved",
        "11:00 ✓ Ada Ltd the case is with an attorney; nothing automatic follows",
    ]
