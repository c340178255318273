"""What a play prints: progress, each message in a line, and a summary that a credit controller understands."""

from __future__ import annotations

import sys
from collections import Counter
from datetime import datetime
from pathlib import Path
from typing import Any

import msgspec
from rich.markup import escape
from rich.table import Table
from sqlalchemy import Connection, Select, bindparam, select

from channels.formats import formats
from channels.sandbox import Sandbox
from channels.voice.script import Script as CallScript
from ledger import tables as t
from ledger.profiles import client_of
from ledger.unit import SYSTEM
from reminders.calendar import place_of
from reminders.money import Money
from reminders.reasons import Reason
from reminders.snapshot import Client
from reminders.tasks import TaskKind
from workers.cli.compose import House
from workers.cli.context import Context
from workers.cli.play.figures import BOOK, STEPS, figures
from workers.cli.play.script import Script

_SHOWN = {
    "message.accepted": ("→", "green"),
    "message.undelivered": ("✗", "red"),
    "message.failed": ("✗", "red"),
    "message.rejected": ("✗", "red"),
    "message.held": ("‖", "yellow"),
    "response.recorded": ("←", "cyan"),
    "event.parked": ("!", "red"),
    "task.opened": ("‖", "yellow"),
    "task.done": ("✓", "yellow"),
    "case.escalated": ("✓", "yellow"),
}
_WORDS = {
    "message.undelivered": "did not arrive",
    "message.failed": "did not arrive for now",
    "message.rejected": "was refused by the provider",
    "message.held": "waits for a person's approval",
}
_NO_NEWS = ("not_due", "carried")

_j, _m, _b = t.journal.c, t.message.c, t.body.c
_NEWS: Select[Any] = (
    select(
        _j.written, _j.at, _j.kind, _j.by, _j.client_id, _j.message_id, _j.reasons, _j.data, _m.amounts,
        _b.subject, _b.text,
    )
    .outerjoin(t.message, _m.message_id == _j.message_id)
    .outerjoin(t.body, _b.message_id == _j.message_id)
    .where(_j.written > bindparam("seen"))
    .order_by(_j.written)
)  # fmt: skip
"""What came into the journal since it was last read; built once, for it is asked at every instant of a play."""


class Report:
    """Follows the journal of a play and prints what a person would want to see."""

    def __init__(self, shared: Context, house: House, sandbox: Sandbox) -> None:
        self._shared = shared
        self._house = house
        self._sandbox = sandbox
        self._seen = 0
        self._names: dict[str, Client] = {}
        self._left_out: Counter[str] = Counter()

    def begin(self, script: Script, path: Path) -> None:
        """Say what is played."""
        if not self._shared.json:
            self._shared.console.print(
                f"Playing {len(script.lines)} events of {escape(str(path))} from {script.begins_at.date()}, under the "
                f"policy {self._house.rules.usual.identity}. Times are the client's own.\n"
            )

    def warn(self, text: str) -> None:
        """Something in the script did not fit what had happened by then."""
        sys.stderr.write(f"amicable: {text}\n")

    def tell(self) -> None:
        """Print what has come into the journal since the last time."""
        with self._house.ledger.read() as connection:
            rows = connection.execute(_NEWS, {"seen": self._seen}).all()
            for row in rows:
                self._seen = row.written
                data = msgspec.json.decode(row.data)
                if row.kind == "decision.made":
                    self._left_out.update(
                        {
                            str(left["reason"])
                            for left in data.get("left_out", ())
                            if left["reason"] not in _NO_NEWS
                        }
                    )
                elif row.kind in _SHOWN and not self._shared.json and not _told_already(row, data):
                    self._line(connection, row, data)

    def _line(self, connection: Connection, row: Any, data: dict[str, Any]) -> None:
        sign, colour = _SHOWN[row.kind]
        client = self._client(connection, row.client_id)
        name = client.name if client else "?"
        when = _local(datetime.fromisoformat(row.at), client)
        what = self._what(row, data, client)
        self._shared.console.print(
            f"[dim]{when}[/]  [{colour}]{sign}[/]  {escape(name[:26]):<26}  {escape(what)}",
            overflow="ellipsis",
        )

    def _what(self, row: Any, data: dict[str, Any], client: Client | None) -> str:
        if row.kind == "event.parked":
            return f"an event could not be read ({data['reason']}); it is parked, see `amicable parked`"
        if row.kind == "response.recorded":
            return f"{data['channel']:<5}  the client answered: {str(data.get('class', 'opt_out')).replace('_', ' ')}"
        if row.kind == "task.opened":
            by = f", by {data['due_on']}" if "due_on" in data else ""
            return f"{'':<5}  {data['kind']:<12}  waits for a person{by}"
        if row.kind == "case.escalated":
            return "the case is with an attorney; nothing automatic follows"
        if row.kind == "task.done":
            return f"a person decided: {data['kind']} {data['decision']}"
        line = f"{data['channel']:<5}  {data['step']:<12}"
        if row.kind == "message.accepted":
            amounts = ", ".join(_money(Money(minor, currency), client) for currency, minor in row.amounts)
            # Of a call, what it is about: the rest is the same in every call.
            text = CallScript.read(row.text).details if data["channel"] == "voice" else row.text
            said = row.subject or f"“{text}”"
            return f"{line}  {amounts:<14}  {said}"
        return f"{line}  {_WORDS[row.kind]}"

    def end(self) -> None:
        """The summary."""
        now = self._house.clock.now()
        with self._house.ledger.read() as connection:
            facts = figures(connection, now, self._house)
        facts["left_out"] = dict(self._left_out.most_common())
        if self._shared.json:
            self._shared.array([facts])
            return
        say = self._shared.console.print
        say(f"\n[bold]On {now.date()}[/]\n")
        book = Table(box=None, pad_edge=False, header_style="bold")
        for title in ("currency", *BOOK.values()):
            book.add_column(title, justify="left" if title == "currency" else "right")
        for currency, sums in facts["book"].items():
            book.add_row(
                currency, *(_money(Money(sums[name], currency), None) if sums[name] else "–" for name in BOOK)
            )
        say(book)
        say(
            f"\n{facts['clients']} clients; {facts['invoices']} invoices, {facts['settled']} settled or closed\n"
        )
        sent = Table(box=None, pad_edge=False, header_style="bold")
        for title in ("step", *STEPS.values()):
            sent.add_column(title, justify="left" if title == "step" else "right")
        for step, counts in facts["steps"].items():
            sent.add_row(step, *(str(counts[key] or "–") for key in STEPS))
        say(sent)
        if facts["left_out"]:
            say("\nWhy reminders waited or were left out (decisions that named it):")
            for code, count in facts["left_out"].items():
                say(f"  {count:>5}  {Reason(code).sentence}")
        if facts["tasks"]:
            say(
                "\nWaiting for a person: "
                + ", ".join(f"{n} {kind}" for kind, n in facts["tasks"].items())
                + "."
            )
        if facts["parked"]:
            say(f"{facts['parked']} event(s) could not be read and are parked.")
        self._hints(facts["example"])

    def _hints(self, example: str | None) -> None:
        say = self._shared.console.print
        data = self._house.settings.data_dir
        command = "amicable" if data == Path("var") else f"amicable --data {data}"
        say("\n[bold]Look at it:[/]")
        for arguments, why in (
            (f"explain {example or 'CLIENT'}", "what happened to one client, and why"),
            ("messages", "every message; `message ID` shows one whole"),
            ("tasks", "what waits for a person"),
            ("parked", "what could not be read"),
            ("journal verify", "that nobody touched the audit trail"),
        ):
            say(f"  .venv/bin/{command} {arguments:<24}  {why}")
        say(f"  {'make serve':<{len(command) + 36}}  the whole system, live on the sandbox\n")

    def _client(self, connection: Connection, client_id: str | None) -> Client | None:
        if client_id is None:
            return None
        if client_id not in self._names:
            profile = connection.execute(
                select(t.client.c.profile).where(t.client.c.client_id == client_id)
            ).scalar_one_or_none()
            if profile is None:
                return Client(client_id, name=client_id)
            self._names[client_id] = client_of(client_id, profile)
        return self._names[client_id]


def _told_already(row: Any, data: dict[str, Any]) -> bool:
    """Whether another line says it: the held message, the client's answer, what made the task pointless."""
    if row.kind == "task.opened":
        held = data["kind"] == TaskKind.APPROVAL and row.message_id is not None
        return held or data["kind"] == TaskKind.REPLY
    return bool(row.kind == "task.done" and row.by == SYSTEM)


def _local(at: datetime, client: Client | None) -> str:
    zone = place_of(client).zones[0] if client else None
    return at.astimezone(zone).strftime("%a %Y-%m-%d %H:%M")


def _money(money: Money, client: Client | None) -> str:
    return formats("en", client.country or "GB" if client else "GB").money(money)
