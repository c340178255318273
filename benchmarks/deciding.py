"""Deciding: clients a second in one process, snapshots, choice of channel, journal and commit included."""

from __future__ import annotations

import json
import sys
import time
from datetime import UTC, datetime
from statistics import median
from typing import Any

from benchmarks.book import UNGUARDED, event, invoice, payment, profile
from benchmarks.parts import Parts, child
from config.clock import VirtualClock
from config.logging import configure_logging
from config.settings import load_settings
from events.contracts.registry import read_json
from ledger.apply import apply
from ledger.wake import Wake
from reminders.snapshot import Channel
from workers.cli.compose import House
from workers.decide import decide_clients

CLIENTS, ROUNDS, IDS = 6_000, 3, 100
NOW = datetime(2026, 4, 8, 10, 0, tzinfo=UTC)


class Nobody(Wake):
    """Wakes nobody."""

    def decide(self, client_ids: object) -> None:
        """Nothing."""

    def send(self, channel: Channel, message_ids: object) -> None:
        """Nothing."""

    def settle(self, receipt_ids: object) -> None:
        """Nothing."""


def measure(parts: Parts) -> dict[str, Any]:
    """Medians over rounds, each on a fresh ledger."""
    rounds = [child("benchmarks.deciding", parts.database_url()) for _ in range(ROUNDS)]
    return {
        "reminder_due": median(r["reminder_due"] for r in rounds),
        "nothing_due": median(r["nothing_due"] for r in rounds),
        "rounds": rounds,
    }


def stock(house: House, count: int) -> list[str]:
    """Clients with three invoices each: one long paid, one collected by itself, one a week late."""
    events, ids = [], []
    for n in range(count):
        client, number = f"client-{n:06d}", n * 10
        ids.append(client)
        events.append(event(number, "client.updated", profile(client)))
        events.append(
            event(number + 1, "invoice.issued", invoice(f"old-{n}", client, "2026-01-05", "2026-02-04"))
        )
        events.append(event(number + 2, "payment.received", payment(number, client, f"old-{n}")))
        collected = invoice(f"open-{n}", client, "2026-02-20", "2026-05-20") | {"auto_collect": True}
        events.append(event(number + 3, "invoice.issued", collected))
        events.append(
            event(number + 4, "invoice.issued", invoice(f"late-{n}", client, "2026-03-02", "2026-04-01"))
        )
    for start in range(0, len(events), 1000):
        with house.ledger.begin(NOW) as unit:
            apply(unit, [read_json(body) for body in events[start : start + 1000]])
    return ids


def main(database: str) -> dict[str, Any]:
    """A first look, at which every client has a reminder due, then a second one that finds nothing to do."""
    clock = VirtualClock(NOW)
    house = House(load_settings(database_url=database, volume=UNGUARDED), clock=clock, own_wake=Nobody())
    ids = stock(house, CLIENTS)
    _ = house.office
    rates = []
    for _round in range(2):
        started = time.perf_counter()
        for start in range(0, len(ids), IDS):
            decide_clients(house.office, ids[start : start + IDS])
        rates.append(len(ids) / (time.perf_counter() - started))
        with house.ledger.begin(clock.now()) as unit:  # everybody is due again
            unit.connection.exec_driver_sql("UPDATE client SET look_at = '2026-01-01T00:00:00+00:00'")
    return {"reminder_due": rates[0], "nothing_due": rates[1]}


if __name__ == "__main__":
    configure_logging("json", "warning")
    print(json.dumps(main(sys.argv[1])))
