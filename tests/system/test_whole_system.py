"""The whole system as it runs in production: one process a role, RabbitMQ, PostgreSQL, the sandbox over HTTP.

The test stands outside. It is the billing system that publishes events, the client who answers, the monitoring that
asks /metrics, and the operator who kills processes.
"""

from __future__ import annotations

import json
import threading
import time
from collections import Counter, defaultdict
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import psycopg
import pytest

from tests.infra.rabbitmq import Broker
from tests.support import office
from tests.support.billing import Billing, Listener
from tests.support.roles import House, Role, eventually

pytestmark = [pytest.mark.system, pytest.mark.timeout(240)]

LATE = datetime.now(UTC).date() - timedelta(days=4)
AN_HOUR_AGO = datetime.now(UTC) - timedelta(hours=1)


@dataclass
class Outside:
    """What can be seen of a deployment from outside, and what can be done to it."""

    house: House
    amqp_url: str
    database_url: str
    billing: Billing
    listener: Listener

    def __post_init__(self) -> None:
        self.web = f"http://127.0.0.1:{self.house.env['WEB']}"
        self.sandbox = f"http://127.0.0.1:{self.house.env['SANDBOX']}"

    def start(self, *names: str) -> list[Role]:
        """Start roles; they come up side by side."""
        words = {
            "web": ("web", "--port", self.house.env["WEB"]),
            "sandbox": ("sandbox", "--port", self.house.env["SANDBOX"]),
        }
        begun = [self.house.begin(*words.get(name, (name,))) for name in names]
        return [role.started() for role in begun]

    def start_all(self) -> dict[str, Role]:
        upgraded = self.house.ask("db", "upgrade")
        assert upgraded.returncode == 0, upgraded.stderr
        names = ("sandbox", "web", "intake", "work", "schedule")
        return dict(zip(names, self.start(*names), strict=True))

    def sql(self, statement: str, *values: object) -> list[tuple[Any, ...]]:
        url = self.database_url.replace("postgresql+psycopg", "postgresql")
        with psycopg.connect(url) as connection:
            return connection.execute(statement.encode(), values).fetchall()

    def one(self, statement: str, *values: object) -> Any:
        return self.sql(statement, *values)[0][0]

    def sent(self) -> list[dict[str, Any]]:
        """What the providers have accepted."""
        found: list[dict[str, Any]] = httpx.get(f"{self.sandbox}/sandbox/messages", timeout=30).json()
        return found

    def answer(self, channel: str, sender: str, text: str) -> None:
        """A client answers the last message."""
        reply = {"channel": channel, "from": sender, "text": text}
        assert httpx.post(f"{self.sandbox}/sandbox/replies", json=reply).status_code == 204

    def states(self) -> Counter[str]:
        return Counter(dict(self.sql("select state, count(*) from message group by state")))

    def all_published(self) -> bool:
        return bool(
            self.one("select count(*) from journal where position is null") == 0
            and self.one("select entries = published from journal_head")
        )

    def check_events_out(self) -> None:
        """Every entry came out at least once; each client's in the journal's order."""
        eventually("the journal is sealed and published", self.all_published)
        self.listener.listen()
        journal = self.sql("select id, client_id, kind from journal order by position")
        first_heard = list(dict.fromkeys(event["id"] for event in self.listener.heard))
        place = {entry: number for number, entry in enumerate(first_heard)}
        assert set(place) == {entry for entry, _, _ in journal}
        by_client: dict[str | None, list[int]] = defaultdict(list)
        for entry, client_id, _ in journal:
            by_client[client_id].append(place[entry])
        for client_id, places in by_client.items():
            assert places == sorted(places), client_id
        kinds = {event["id"]: event["type"] for event in self.listener.heard}
        assert all(kinds[entry] == f"amicable.{kind}" for entry, _, kind in journal)

    def check_journal(self) -> None:
        verified = self.house.ask("journal", "verify")
        assert verified.returncode == 0, verified.stderr


@pytest.fixture
def outside(production: House, amqp_url: str, database_url: str) -> Iterator[Outside]:
    billing = Billing(amqp_url)
    yield Outside(production, amqp_url, database_url, billing, Listener(amqp_url))
    billing.close()


def client(number: int, channel: str) -> dict[str, Any]:
    """Somebody where it is day."""
    told = office.client(number, [channel], time_zone=office.where_it_is_noon())
    return told | {"time": AN_HOUR_AGO.isoformat()}


def invoice(number: int) -> dict[str, Any]:
    return office.invoice(number, due_on=LATE) | {"time": AN_HOUR_AGO.isoformat()}


def test_events_become_messages_receipts_and_answers(outside: Outside) -> None:
    # Given all roles, each a process of its own
    outside.start_all()

    # When a billing system publishes three clients with a late invoice each, in both bindings of AMQP
    for number, channel in ((1, "email"), (2, "sms"), (3, "sms")):
        outside.billing.publish(invoice(number), binary=True)
        outside.billing.publish(client(number, channel))
    outside.billing.publish(client(1, "email"))  # a repeat changes nothing
    outside.billing.publish(
        {**invoice(4), "data": {"invoice_id": "i-4"}}
    )  # and what can't be read is put aside

    # Then each gets one reminder, on the channel of their choice
    eventually("three messages", lambda: len(outside.sent()) >= 3)
    got = {message["to"]: message for message in outside.sent()}
    assert set(got) == {office.mail_of(1), office.phone_of(2), office.phone_of(3)}
    assert "R-1" in got[office.mail_of(1)]["text"]
    assert "1,200.00" in got[office.mail_of(1)]["text"]

    # And the providers' receipts settle them
    eventually("receipts settle", lambda: outside.states() == {"delivered": 3})

    # When one client says stop, and another says something that a person must read
    outside.answer("sms", office.phone_of(2), "STOP")
    outside.answer("email", office.mail_of(1), "We never got the second delivery. Who can I talk to?")

    # Then the number is barred at once, and a person has a task
    eventually("a number is barred", lambda: outside.one("select count(*) from suppression") == 1)
    assert outside.sql("select channel, address, reason from suppression") == [
        ("sms", office.phone_of(2), "opted_out")
    ]
    eventually("a task", lambda: outside.one("select count(*) from task where kind = 'reply'") == 1)
    assert outside.one("select client_id from task where kind = 'reply'") == "c-1"

    # When an invoice is paid
    outside.billing.publish(office.payment(3, datetime.now(UTC)))

    # Then its client is thanked, and nobody got anything twice
    eventually("a thank-you", lambda: len(outside.sent()) == 4)
    eventually("its receipt", lambda: outside.states() == {"delivered": 4})
    assert Counter(message["to"] for message in outside.sent())[office.phone_of(3)] == 2

    # And all of it can be seen from outside
    eventually("ready", lambda: httpx.get(f"{outside.web}/readyz").status_code == 200)
    metrics = httpx.get(f"{outside.web}/metrics").text
    assert 'amicable_messages{channel="sms",state="delivered"} 3.0' in metrics
    assert 'amicable_messages{channel="email",state="delivered"} 1.0' in metrics
    assert outside.one("select count(*) from parked where state = 'open'") == 1
    outside.check_events_out()
    outside.check_journal()
    listed = outside.house.ask("--json", "messages")
    assert {message["state"] for message in json.loads(listed.stdout)} == {"delivered"}


def test_nothing_is_lost_or_doubled_while_everything_falls_over(outside: Outside, rabbitmq: Broker) -> None:
    # Given all roles, and a billing system that has much to say
    roles = outside.start_all()
    number = 300
    events = [event for n in range(number) for event in (invoice(n), client(n, ("email", "sms")[n % 2]))]
    events += events[::10]  # some of it twice
    published, half, broker_restarts = 0, len(events) // 2, threading.Event()

    def publish() -> None:
        nonlocal published
        for index, event in enumerate(events):
            if index == half:  # the rest is said while things fall over, however slow the machine
                broker_restarts.wait(60)
            outside.billing.publish(event, binary=index % 3 == 0)
            published += 1
            time.sleep(0.004)

    publisher = threading.Thread(target=publish)
    publisher.start()

    # When a sender is killed in the middle of it, and started again
    eventually("sending has begun", lambda: len(outside.sent()) > 10)
    roles["work"].kill()
    (roles["work"],) = outside.start("work")

    # And the broker restarts
    broker_restarts.set()
    rabbitmq.restart()

    # And the intake is stopped and started again
    eventually("publishing goes on", lambda: published > half)
    assert roles["intake"].stop() == 0
    outside.start("intake")
    publisher.join(90)
    assert not publisher.is_alive()

    # Then every event was applied once
    eventually("all events", lambda: outside.one("select count(*) from inbox") == 2 * number, 60)
    assert outside.one("select count(*) from journal where kind = 'event.applied'") == 2 * number
    assert outside.one("select count(*) from parked") == 0

    # And every client got one message, but for those that the killed sender had in hand: of them nobody knows yet
    def settled() -> bool:
        states = outside.states()
        return sum(states.values()) == number and not states.keys() & {
            "planned",
            "queued",
            "dispatching",
            "accepted",
        }

    with suppress(AssertionError):
        eventually("nothing waits", settled, 80)
    assert settled(), outside.states()
    states = outside.states()
    in_doubt = states.pop("in_doubt", 0)
    assert states == {"delivered": number - in_doubt}
    assert in_doubt <= 32, "more than the killed process had under way"
    per_client = Counter(message["to"] for message in outside.sent())
    assert set(per_client.values()) == {1}
    assert len(per_client) == number - in_doubt

    # And the journal is whole, and came out whole
    outside.check_events_out()
    outside.check_journal()
