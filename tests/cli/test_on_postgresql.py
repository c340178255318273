"""The same commands on PostgreSQL: what is shown must not depend on where the ledger is."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.cli.conftest import Book, Ran

Amicable = Callable[..., Ran]


@pytest.fixture
def served(
    database_url: str, tmp_path: Path, amicable: Amicable, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Book]:
    monkeypatch.setenv("AMICABLE_DATABASE_URL", database_url)
    assert amicable("db", "upgrade").code == 0
    book = Book(tmp_path / "var", database_url)
    yield book
    book.office.calls.shutdown()
    book.house.ledger.engine.dispose()


def test_the_commands_on_postgresql(served: Book, amicable: Amicable, tmp_path: Path) -> None:
    served.client()
    served.invoice()
    served.event("invoice.paused", invoice_id="i1", until_on="2026-02-20")
    served.raw(b"no json")
    [message] = served.messages()

    assert "Reminders for INV-2003 were paused until 20 February 2026." in amicable("explain", "i1").out
    assert amicable("--json", "messages").json[0]["planned_at"] == "2026-02-02T09:00:00Z"
    assert amicable("message", message.message_id[:6]).code == 0
    assert amicable("journal", "verify").code == 0
    assert len(amicable("journal", "export", "--since", "2026-02-01").out.splitlines()) > 5
    [parked] = amicable("--json", "parked").json
    assert amicable("parked", "drop", parked["parked_id"], "--by", "R", "--note", "n").code == 0
    ran = amicable("--json", "evidence", "C1", "--by", "Ruth", "--out", str(tmp_path / "packs"))
    assert ran.code == 0
    assert amicable("evidence", "verify", ran.json["files"][1]).code == 0
    found = {check["check"]: check["result"] for check in amicable("--json", "doctor").json}
    assert (found["database"], found["schema"], found["clock"]) == ("ok", "ok", "ok")
