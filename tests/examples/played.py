"""What a play left behind, read from its file with nothing of the product: rows as they are."""

from __future__ import annotations

import json
import re
import sqlite3
import sys
from dataclasses import dataclass, field
from datetime import date, datetime
from pathlib import Path
from subprocess import PIPE, Popen
from typing import Any

ROOT = Path(__file__).parents[2]
EXAMPLES = ROOT / "examples"
BOOK = EXAMPLES / "book.jsonl"
SENT = ("accepted", "delivered", "undelivered", "failed", "no_receipt", "rejected", "in_doubt")
"""States of a message that was handed to a provider."""
UNREACHED = ("undelivered", "failed", "rejected")
"""States of a message that the client surely has not got."""
_ID = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}", re.IGNORECASE | re.ASCII)
_MADE_UP = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[0-9a-f]{4}-[0-9a-f]{12}", re.ASCII)


@dataclass(frozen=True)
class Message:
    """A message, and what was said in it."""

    message_id: str
    client_id: str
    creditor_id: str
    contact_id: str
    channel: str
    step: str
    state: str
    due_on: date
    invoices: tuple[str, ...]
    amounts: dict[str, int]
    planned_at: datetime
    sent_at: datetime | None
    text: str
    subject: str
    addresses: tuple[str, ...]

    @property
    def at(self) -> datetime:
        """When it went out."""
        assert self.sent_at is not None
        return self.sent_at


@dataclass
class Played:
    """The ledger of a play."""

    path: Path
    code: int = 0
    output: str = ""
    messages: list[Message] = field(default_factory=list)

    def read(self) -> Played:
        """Load the messages."""
        bodies = {row["message_id"]: row for row in self.rows("select * from body")}
        addresses: dict[str, list[str]] = {}
        for row in self.rows("select message_id, address from attempt order by number"):
            addresses.setdefault(row["message_id"], []).append(row["address"])
        self.messages = [
            Message(
                row["message_id"],
                row["client_id"],
                row["creditor_id"],
                row["contact_id"],
                row["channel"],
                row["step"],
                row["state"],
                date.fromisoformat(row["due_on"]),
                tuple(json.loads(row["invoice_ids"])),
                dict(json.loads(row["amounts"])),
                datetime.fromisoformat(row["planned_at"]),
                datetime.fromisoformat(row["sent_at"]) if row["sent_at"] else None,
                bodies[row["message_id"]]["text"] if row["message_id"] in bodies else "",
                (bodies[row["message_id"]]["subject"] or "") if row["message_id"] in bodies else "",
                tuple(addresses.get(row["message_id"], ())),
            )
            for row in self.rows("select * from message order by planned_at, client_id, step, channel")
        ]
        return self

    @property
    def sent(self) -> list[Message]:
        """Messages that were handed to a provider, in the order of time."""
        return sorted(
            (m for m in self.messages if m.sent_at is not None and m.state in SENT), key=lambda m: m.at
        )

    def story(self, client_id: str) -> str:
        """A client's messages in a line: the step, its channel where it is no mail, its state where it is not there."""
        said = [
            ("" if m.channel == "email" else f"{m.channel}:")
            + m.step
            + ("" if m.state == "delivered" else f"!{m.state}")
            for m in sorted(self.messages, key=lambda m: (m.planned_at, m.step, m.state not in UNREACHED))
            if m.client_id == client_id
        ]
        return " ".join(said)

    def rows(self, query: str, *values: Any) -> list[dict[str, Any]]:
        """Rows of the ledger, read only."""
        connection = sqlite3.connect(f"file:{self.path / 'ledger.sqlite3'}?mode=ro", uri=True)
        connection.row_factory = sqlite3.Row
        try:
            return [dict(row) for row in connection.execute(query, values)]
        finally:
            connection.close()

    def journal(self) -> str:
        """The journal in order, ids that are made up while playing written as numbers in order of appearance."""
        lines = [
            json.dumps({**row, "mark": ""}, sort_keys=True)
            for row in self.rows("select * from journal order by position")
        ]
        seen: dict[str, str] = {}
        return _ID.sub(lambda found: seen.setdefault(found[0], f"#{len(seen)}"), "\n".join(lines))


def begin(folder: Path, script: Path = BOOK) -> Popen[str]:
    """Start a play as a process of its own, as a person would."""
    command = [sys.executable, "-m", "workers.cli.main", "--data", str(folder), "play", str(script)]
    return Popen(command, cwd=ROOT, stdout=PIPE, stderr=PIPE, text=True)


def events(script: Path = BOOK) -> list[dict[str, Any]]:
    """The events of a file that can be read, each with `arrived`: when its line comes up."""
    found: list[dict[str, Any]] = []
    clock: datetime | None = None
    for line in script.read_text(encoding="utf-8").splitlines():
        try:
            event = json.loads(line)
        except ValueError:
            continue
        at = datetime.fromisoformat(event["time"])
        clock = at if clock is None else max(clock, at)
        found.append({**event, "at": at, "arrived": clock})
    return found


def without_made_up(value: object) -> object:
    """The value without ids that are made up as time goes (UUIDs of version 7)."""
    return _MADE_UP.sub("#", value) if isinstance(value, str) else value
