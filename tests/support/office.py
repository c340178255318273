"""An office for tests: the real decider, senders and settler on a ledger of the test's own, with nothing around them.

Wake-ups are kept in a list and worked off by the test; providers are counted; time stands until it is set.
"""

from __future__ import annotations

import json
import threading
from collections import deque
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import yaml
from sqlalchemy import Table, select

from channels.briefs import Briefs
from channels.ports import Accepted, Adapter, Found, NotFound, Outcome, Search, SendRequest
from channels.providers import Providers
from channels.render import Renderer
from channels.tokens import Tokens
from config.clock import VirtualClock
from config.creditors import SHIPPED as CREDITORS
from config.creditors import load_creditors
from config.policy import SHIPPED, Policy, PolicySet, parse_policy
from config.rulebook import Rulebook
from config.rules.interest import load_interest_law
from config.settings import PaceSettings
from events.contracts import Delivery, decode
from events.contracts.registry import STRUCTURED
from ledger import tables as t
from ledger.apply import apply
from ledger.database import open_engine
from ledger.seal import seal_next, verify
from ledger.unit import Ledger
from reminders.snapshot import Channel
from reminders.states import MessageState
from workers.decide import decide_clients
from workers.office import Office
from workers.schedule import Scheduler
from workers.send import send_messages
from workers.settle import settle_receipts

NOW = datetime(2026, 3, 10, 10, 0, tzinfo=UTC)
SECRET = b"a key of the tests"
UNPACED = PaceSettings(email=0, sms=0, whatsapp=0, voice=0)
"""Time stands while a test works: a sender's line would never move."""
PUBLIC_URL = "https://collect.example.test"


def open_all_hours(**changes: Any) -> dict[str, Any]:
    """The standard policy as YAML data, with a window that is never shut; `changes` replace whole sections."""
    data: dict[str, Any] = yaml.safe_load((SHIPPED / "standard.yaml").read_text(encoding="utf-8"))
    days = ["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"]
    data["windows"] = {"days": days, "start": "00:00", "end": "23:59:59.999999", "holidays": False}
    data["consent"] = {"email": "none", "sms": "none", "whatsapp": "given", "voice": "given"}
    return data | changes


_RENDERER = Renderer()
_BRIEFS = Briefs()
_INTEREST = load_interest_law()
ALWAYS: Policy = parse_policy(yaml.safe_dump(open_all_hours()))


class Woken:
    """Keeps wake-ups in their order, for the test to work off. Thread-safe."""

    def __init__(self) -> None:
        self.waiting: deque[tuple[str, list[str]]] = deque()

    def decide(self, client_ids: Sequence[str]) -> None:
        self.waiting.append(("decide", list(client_ids)))

    def send(self, channel: Channel, message_ids: Sequence[str]) -> None:
        self.waiting.append((channel.value, list(message_ids)))

    def settle(self, receipt_ids: Sequence[str]) -> None:
        self.waiting.append(("settle", list(receipt_ids)))

    def work_off(self, office: Office) -> None:
        """Do all that somebody was woken for, and what that wakes."""
        while self.waiting:
            kind, ids = self.waiting.popleft()
            if kind == "decide":
                decide_clients(office, ids)
            elif kind == "settle":
                settle_receipts(office, ids)
            else:
                send_messages(office, Channel(kind), ids)


@dataclass
class Counting:
    """A provider that takes everything, remembers it, and finds what it has taken. `before` and `after` are hooks."""

    channel: Channel
    before: Callable[[SendRequest], Outcome | None] = lambda request: None
    after: Callable[[SendRequest], Outcome | None] = lambda request: None
    searchable: bool = True
    taken: list[SendRequest] = field(default_factory=list)
    lock: threading.Lock = field(default_factory=threading.Lock)

    def __post_init__(self) -> None:
        self.provider = "sendgrid" if self.channel is Channel.EMAIL else "twilio"

    def send(self, request: SendRequest) -> Outcome:
        outcome = self.before(request)
        if outcome is not None:
            return outcome
        with self.lock:
            self.taken.append(request)
        return self.after(request) or Accepted(f"p-{request.attempt_id}")

    def find(self, request: SendRequest, since: datetime) -> Search:
        if self.searchable and any(one.attempt_id == request.attempt_id for one in self.taken):
            return Found(f"p-{request.attempt_id}")
        return NotFound()


@dataclass
class Desk:
    """An office, its clock, what was woken, and ways to look into its ledger."""

    ledger: Ledger
    clock: VirtualClock
    woken: Woken
    office: Office

    @property
    def now(self) -> datetime:
        return self.clock.now()

    def later(self, **by: float) -> None:
        """Let time pass."""
        self.clock.set(self.clock.now() + timedelta(**by))

    def happen(self, *events: Mapping[str, Any]) -> None:
        """Apply events, and wake the decider for whom they touch."""
        with self.ledger.begin(self.now) as unit:
            touched = apply(
                unit, [decode(Delivery(json.dumps(one).encode(), {}, STRUCTURED)) for one in events]
            )
        self.woken.decide(touched)

    def work(self) -> None:
        """Everything that somebody was woken for."""
        self.woken.work_off(self.office)

    def tick(self) -> None:
        """A round of the scheduler, and all that it wakes."""
        Scheduler(self.office).tick()
        self.work()

    def rows(self, table: Table) -> list[Any]:
        with self.ledger.read() as connection:
            return list(connection.execute(select(table)).all())

    def messages(self) -> list[Any]:
        return sorted(self.rows(t.message), key=lambda row: (row.planned_at, row.message_id))

    def states(self) -> list[str]:
        return [row.state for row in self.messages()]

    def tasks(self, kind: str) -> list[Any]:
        return [row for row in self.rows(t.task) if row.kind == kind]

    def journal(self) -> list[Any]:
        return sorted(self.rows(t.journal), key=lambda row: row.id)

    def check_journal(self) -> None:
        """Seal all, verify the chain, and find for each message's state the entry that says so."""
        with self.ledger.begin(self.now) as unit:
            while seal_next(unit, self.ledger.secret):
                pass
        with self.ledger.read() as connection:
            verdict = verify(connection, self.ledger.secret)
        assert verdict.whole, verdict.fault
        said: dict[str, list[str]] = {}
        for entry in self.journal():
            put_off = entry.kind == "message.queued" and "until" in entry.data  # no change of state
            if entry.kind.startswith("message.") and not put_off:
                said.setdefault(entry.message_id, []).append(entry.kind.removeprefix("message."))
        for message in self.messages():
            assert message.state in said[message.message_id], (message.state, said[message.message_id])
            # planned and queued come with version 1 and 2; then each change has one entry
            assert len(said[message.message_id]) == message.version, said[message.message_id]


def new_desk(
    url: str,
    *adapters: Adapter,
    clock: VirtualClock | None = None,
    policy: Policy = ALWAYS,
    ledger: Ledger | None = None,
    hand: int = 8,
    pool: int = 10,
    public_url: str = PUBLIC_URL,
    **changes: Any,
) -> Desk:
    """A desk on a migrated database. Without adapters, both channels have a counting one."""
    clock = clock or VirtualClock(NOW)
    woken = Woken()
    ledger = ledger or Ledger(open_engine(url, pool_size=pool, lasting=False), SECRET)
    used = adapters or (Counting(Channel.EMAIL), Counting(Channel.SMS))
    office = Office(
        ledger=ledger,
        clock=clock,
        rules=Rulebook(PolicySet.of([policy])),
        interest=_INTEREST,
        creditors=load_creditors(CREDITORS),
        providers=Providers(used),
        render=_RENDERER.render,
        briefs=_BRIEFS,
        tokens=Tokens(SECRET.decode()),
        public_url=public_url,
        pace=changes.pop("pace", UNPACED),
        wake=changes.pop("wake", woken),
        calls=ThreadPoolExecutor(hand, thread_name_prefix="call"),
        hand=hand,
        **changes,
    )
    return Desk(ledger, clock, woken, office)


def copy_of(template: Path, folder: Path, name: str = "ledger.sqlite3") -> str:
    """The URL of a copy of a migrated SQLite database."""
    path = folder / name
    path.write_bytes(template.read_bytes())
    return f"sqlite:///{path}"


# --- events -------------------------------------------------------------------------------------------------------


def event(kind: str, event_id: str, at: datetime = NOW - timedelta(days=1), **data: Any) -> dict[str, Any]:
    """A structured CloudEvent of a billing system."""
    return {
        "specversion": "1.0",
        "id": event_id,
        "source": "/billing",
        "type": kind,
        "time": at.isoformat(),
        "datacontenttype": "application/json",
        "data": data,
    }


def client(number: int | str, prefers: Sequence[str] = ("email",), **changes: Any) -> dict[str, Any]:
    """A company that can be reached by mail and by text, and prefers `prefers`."""
    return event(
        "client.updated",
        f"client-{number}",
        **{
            "client_id": f"c-{number}",
            "name": f"Harbour Works {number} Ltd",
            "debtor_type": "company",
            "country": "GB",
            "time_zone": "UTC",
            "language": "en",
            "contacts": [
                {
                    "contact_id": f"p-{number}",
                    "name": "Pat Quay",
                    "role": "accounts_payable",
                    "email": mail_of(number),
                    "phone": phone_of(number),
                }
            ],
            "preferences": {"channels": list(prefers)},
        }
        | changes,
    )


def invoice(number: int | str, owner: int | str | None = None, due_on: date | None = None) -> dict[str, Any]:
    """An invoice of 1,200 pounds that is four days late, so that `overdue_3` fits it."""
    due = due_on or (NOW - timedelta(days=4)).date()
    return event(
        "invoice.issued",
        f"invoice-{number}",
        invoice_id=f"i-{number}",
        number=f"R-{number}",
        client_id=f"c-{number if owner is None else owner}",
        currency="GBP",
        total="1200.00",
        issued_on=(due - timedelta(days=14)).isoformat(),
        due_on=due.isoformat(),
    )


def payment(number: int | str, at: datetime = NOW) -> dict[str, Any]:
    """The whole of an invoice, paid."""
    return event(
        "payment.received",
        f"payment-{number}",
        at,
        payment_id=f"pay-{number}",
        client_id=f"c-{number}",
        currency="GBP",
        amount="1200.00",
        received_on=at.date().isoformat(),
        allocations=[{"invoice_id": f"i-{number}", "amount": "1200.00"}],
    )


def where_it_is_noon() -> str:
    """A time zone in which it is about noon of the same date (UTC) now.

    Whatever a policy says, the law leaves no messages at night: a test in real time must not depend on its hour.
    """
    return f"Etc/GMT{datetime.now(UTC).hour - 12:+d}"  # by POSIX, a plus is west of Greenwich


def mail_of(number: int | str) -> str:
    return f"pat.quay.{number}@harbour-works.example"


def phone_of(number: int | str) -> str:
    return f"+4474001{int(number):05d}"


FINAL = frozenset(
    {
        MessageState.ACCEPTED,
        MessageState.DELIVERED,
        MessageState.UNDELIVERED,
        MessageState.FAILED,
        MessageState.NO_RECEIPT,
        MessageState.REJECTED,
        MessageState.ABANDONED,
        MessageState.CANCELLED,
        MessageState.EXPIRED,
        MessageState.SUPPRESSED,
    }
)
"""States in which nothing waits for anybody of ours."""
