"""A ledger in a folder, filled by the real decider and sender, and the command line run on it."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from channels.briefs import Briefs
from channels.ports import Accepted, NotFound, Outcome, Search, SendRequest
from channels.providers import Providers
from channels.render import Renderer
from config.clock import VirtualClock
from config.settings import Settings, load_settings
from events.contracts import read_json
from ledger import about, receipts, replies
from ledger import tables as t
from ledger.apply import apply
from ledger.sending import attempt_id
from ledger.verdicts import close_task
from reminders.feedback import Receipt, ReceiptKind, Reply
from reminders.snapshot import Channel
from workers.cli import context, main
from workers.cli.compose import House
from workers.decide import decide_clients
from workers.office import Office
from workers.send import send_messages


class _NoWake:
    """Wakes nobody: the book does the work itself."""

    def decide(self, client_ids: object) -> None: ...

    def send(self, channel: object, message_ids: object) -> None: ...

    def settle(self, receipt_ids: object) -> None: ...


class _Taking:
    """A provider that takes everything."""

    def __init__(self, channel: Channel) -> None:
        self.channel = channel
        self.provider = "sendgrid" if channel is Channel.EMAIL else "twilio"

    def send(self, request: SendRequest) -> Outcome:
        return Accepted(f"p-{request.attempt_id}")

    def find(self, request: SendRequest, since: datetime) -> Search:
        return NotFound()


class Book:
    """One embedded ledger. Its clock is a play's: what the command line calls now is the book's last instant."""

    def __init__(self, folder: Path, database_url: str | None = None) -> None:
        self.clock = VirtualClock(datetime(2026, 2, 2, 9, 0, tzinfo=UTC))
        self.house = House(load_settings(data_dir=folder, database_url=database_url), clock=self.clock)
        self._count = 0
        self.office = Office(
            ledger=self.house.ledger,
            clock=self.clock,
            rules=self.house.rules,
            interest=self.house.interest,
            creditors=self.house.creditors,
            providers=Providers(_Taking(channel) for channel in (Channel.EMAIL, Channel.SMS)),
            render=Renderer().render,
            briefs=Briefs(),
            tokens=self.house.tokens,
            public_url="https://pay.example",
            wake=_NoWake(),
            calls=ThreadPoolExecutor(1),
            hand=1,
        )

    def at(self, text: str) -> None:
        """Go to an instant (UTC), with what is due there."""
        self.clock.set(datetime.fromisoformat(text).replace(tzinfo=UTC))
        self.work()

    def event(self, kind: str, **data: Any) -> None:
        self._count += 1
        event = {
            "specversion": "1.0",
            "id": f"e{self._count}",
            "source": "/erp",
            "type": kind,
            "time": self.clock.now().isoformat(),
            "data": data,
        }
        self.raw(json.dumps(event).encode())

    def raw(self, line: bytes) -> None:
        with self.house.ledger.begin(self.clock.now()) as unit:
            apply(unit, [read_json(line)])
        self.work()

    def client(self, client_id: str = "C1", **data: Any) -> None:
        contact = {
            "contact_id": "ap",
            "name": "Ada Braun",
            "email": "ap@kaya.example",
            "phone": "+4915112345678",
        }
        known = {"name": "Kaya [GmbH]", "debtor_type": "company", "country": "DE", "contacts": [contact]}
        self.event("client.updated", client_id=client_id, **(known | data))

    def invoice(
        self, invoice_id: str = "i1", number: str = "INV-2003", due: str = "2026-03-04", **data: Any
    ) -> None:
        known = {"client_id": "C1", "currency": "EUR", "total": "1200.00", "issued_on": "2026-02-02"}
        self.event("invoice.issued", invoice_id=invoice_id, number=number, due_on=due, **(known | data))

    def work(self) -> None:
        """Decide and send what is due now, and note the instant as the ledger's own."""
        ledger, now = self.house.ledger, self.clock.now()
        with ledger.begin(now) as unit:
            about.set_play_now(unit)
        with ledger.read() as connection:
            clients = list(connection.execute(select(t.client.c.client_id)).scalars())
        decide_clients(self.office, clients)
        with ledger.read() as connection:
            queued = connection.execute(
                select(t.message.c.message_id, t.message.c.channel).where(t.message.c.state == "queued")
            ).all()
        for row in queued:
            send_messages(self.office, Channel(row.channel), [row.message_id])

    def receipt(self, message_id: str, kind: ReceiptKind, code: str | None = None) -> None:
        now = self.clock.now()
        with self.house.ledger.begin(now) as unit:
            one = Receipt(
                "sendgrid",
                Channel.EMAIL,
                (f"{message_id}{kind}",),
                kind,
                now,
                attempt_id(message_id, 1),
                code=code,
            )
            new = receipts.record(unit, [one])
            receipts.settle(unit, new)

    def reply(self, text: str) -> None:
        now = self.clock.now()
        with self.house.ledger.begin(now) as unit:
            replies.record(
                unit,
                Reply(
                    "sendgrid", Channel.EMAIL, f"r{now}", "ap@kaya.example", "us@northwind.example", text, now
                ),
            )
        self.work()

    def messages(self) -> list[Any]:
        with self.house.ledger.read() as connection:
            return list(connection.execute(select(t.message).order_by(t.message.c.planned_at)).all())

    def tasks(self) -> list[Any]:
        """What waits for a person, oldest first."""
        waiting = select(t.task).where(t.task.c.state == "open").order_by(t.task.c.opened_at)
        with self.house.ledger.read() as connection:
            return list(connection.execute(waiting).all())

    def decide(self, decision: str) -> None:
        """Ada decides about the one task that is open."""
        [task] = self.tasks()
        with self.house.ledger.begin(self.clock.now()) as unit:
            close_task(unit, task.task_id, decision, "Ada", "Nobody answered.")
        self.work()


@dataclass(frozen=True)
class Ran:
    """How a command ended."""

    code: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        return json.loads(self.out)


@pytest.fixture
def book(tmp_path: Path) -> Iterator[Book]:
    made = Book(tmp_path / "var")
    yield made
    made.office.calls.shutdown()
    made.house.ledger.engine.dispose()


@pytest.fixture
def late_book(book: Book) -> Book:
    """A client whose only invoice is thirty days late: all reminders went, somebody called, and the final notice waits
    for approval.
    """
    book.client()
    book.invoice()
    for moment in ("2026-02-25", "2026-03-02", "2026-03-09", "2026-03-13", "2026-03-18", "2026-03-25"):
        book.at(f"{moment}T09:00")
    book.decide("done")
    book.at("2026-04-07T09:00")
    return book


@pytest.fixture
def amicable(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Callable[..., Ran]:
    """Run the command line as its entry point does, on the book's folder."""
    monkeypatch.setattr(main, "configure_logging", lambda *_: None)
    houses: list[House] = []

    def open_house(settings: Settings) -> House:
        houses.append(House(settings))
        return houses[-1]

    monkeypatch.setattr(context, "House", open_house)

    def run(*arguments: str, data: Path = tmp_path / "var") -> Ran:
        monkeypatch.setattr(sys, "argv", ["amicable", "--data", str(data), *arguments])
        capsys.readouterr()
        with pytest.raises(SystemExit) as ended:
            main.run()
        said = capsys.readouterr()
        for house in houses:  # a process that ends would close them
            if "ledger" in vars(house):
                house.ledger.engine.dispose()
        houses.clear()
        return Ran(int(ended.value.code or 0), said.out, said.err)

    return run
