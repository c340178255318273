"""The example book: written by its script, played to its end, the same at every play, its journal whole."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from tests.examples.played import BOOK, EXAMPLES, ROOT, Played, begin, events, without_made_up

pytestmark = [pytest.mark.network, pytest.mark.timeout(300)]


def test_the_script_writes_the_book() -> None:
    script = EXAMPLES / "make_book.py"
    written = subprocess.run([sys.executable, script, "--print"], capture_output=True, check=True).stdout

    assert written == BOOK.read_bytes(), "run examples/make_book.py and look at what changed"


def test_the_book_is_in_order_but_for_what_comes_late_or_twice_on_purpose() -> None:
    read = events()
    names = [(e["source"], e["id"]) for e in read]

    assert [e["data"]["client_id"] for e in read if e["at"] < e["arrived"]] == ["maple-books"]
    assert [e["data"]["payment_id"] for n, e in enumerate(read) if names[n] in names[:n]] == ["pay-1001"]


def test_a_play_ends_by_itself_and_well(plays: tuple[Played, Played]) -> None:
    assert [each.code for each in plays] == [0, 0]


def test_a_play_tells_what_a_person_wants_to_know(played: Played) -> None:
    assert "32 clients" in played.output
    assert "2 event(s) could not be read and are parked" in played.output


@pytest.mark.parametrize(
    ("table", "order"),
    [
        ("message", "message_id"),
        ("body", "message_id"),
        ("attempt", "attempt_id"),
        ("receipt", "provider_id, occurred_at, kind"),
        ("task", "opened_at, client_id, kind"),
        ("response", "received_at, client_id"),
        ("suppression", "channel, address"),
        ("client", "client_id"),
        ("parked", "received_at, reason"),
    ],
)
def test_the_same_book_ends_in_the_same_rows(plays: tuple[Played, Played], table: str, order: str) -> None:
    one, other = (each.rows(f"select * from {table} order by {order}") for each in plays)

    assert [normal(row) for row in one] == [normal(row) for row in other]


def test_the_same_book_writes_the_same_journal(plays: tuple[Played, Played]) -> None:
    one, other = (each.journal().splitlines() for each in plays)

    assert [pair for pair in zip(one, other, strict=True) if pair[0] != pair[1]] == []


def test_the_journal_is_whole(played: Played) -> None:
    command = [sys.executable, "-m", "workers.cli.main", "--data", str(played.path), "journal", "verify"]

    verified = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)

    assert verified.returncode == 0, verified.stdout + verified.stderr


def test_what_can_t_be_read_is_parked_and_what_nobody_knows_is_noted(played: Played) -> None:
    parked = played.rows("select reason, body from parked order by reason")
    ignored = played.rows("select data from journal where kind = 'event.ignored'")

    assert [row["reason"] for row in parked] == ["bad_data", "not_json"]
    assert all(row["body"] in BOOK.read_bytes() for row in parked)
    assert len(ignored) == 1
    assert "shipment.dispatched" in ignored[0]["data"]


def test_the_smallest_example_goes_the_whole_way(tmp_path: Path) -> None:
    process = begin(tmp_path, EXAMPLES / "one_invoice.jsonl")
    _, errors = process.communicate(timeout=60)

    assert process.returncode == 0, errors
    assert [m.step for m in Played(tmp_path).read().sent] == [
        "introduction", "heads_up", "due_soon", "overdue_3", "overdue_7", "overdue_14", "final_notice", "thank_you",
    ]  # fmt: skip


def normal(row: dict[str, object]) -> dict[str, object]:
    """A row without the ids that a play makes up as it goes; a task's may follow from such a one."""
    return {name: "#" if name == "task_id" else without_made_up(value) for name, value in row.items()}
