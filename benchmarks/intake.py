"""Intake: events a second in one process, beside a consumer that only acks and a task per event."""

from __future__ import annotations

import json
import sys
import threading
import time
from statistics import median
from typing import Any

import pika
from pika.adapters.blocking_connection import BlockingChannel

from benchmarks.book import mixed
from benchmarks.parts import Parts, child
from config.logging import configure_logging
from config.settings import load_settings
from events.intake import Intake
from events.publisher import Message, Publisher
from events.topology import Topology, declare
from workers.cli.compose import House
from workers.intake import Applier

EVENTS, PEER_EVENTS, ROUNDS = 20_000, 1_500, 3
BATCH = 500


def measure(parts: Parts) -> dict[str, Any]:
    """Rounds of all three in turn; medians, and the ratios round by round."""
    rounds: list[dict[str, float]] = []
    spent: dict[str, float] = {}
    for _ in range(ROUNDS):
        url = parts.amqp_url()
        fill(url, EVENTS)
        ours = child("benchmarks.intake", "ours", url, parts.database_url())
        url = parts.amqp_url()
        fill(url, EVENTS)
        bare = child("benchmarks.intake", "bare", url, "-")
        peer = child("benchmarks.celery_peer", parts.amqp_url(), parts.database_url(), str(PEER_EVENTS))
        rounds.append({"ours": ours["per_second"], "bare": bare["per_second"], "peer": peer["per_second"]})
        spent = ours["spent"]
    return {
        "ours": median(r["ours"] for r in rounds),
        "bare": median(r["bare"] for r in rounds),
        "peer": median(r["peer"] for r in rounds),
        "to_bare": median(r["ours"] / r["bare"] for r in rounds),
        "to_peer": median(r["ours"] / r["peer"] for r in rounds),
        "rounds": rounds,
        "spent": spent,
    }


def fill(url: str, count: int) -> None:
    """Lay a backlog into the intake's queue."""
    connection = pika.BlockingConnection(pika.URLParameters(url))
    declare(connection, Topology())
    connection.close()
    publisher = Publisher(url, "billing", timeout=120)
    events = [
        Message(routing_key="invoice.issued", message_id=str(number), body=body)
        for number, body in enumerate(mixed(count))
    ]
    for start in range(0, count, 2000):
        publisher.publish(events[start : start + 2000])
    publisher.close()


def ours(url: str, database: str) -> dict[str, Any]:
    """The intake role: everything it does, wake-ups included."""
    house = House(load_settings(amqp_url=url, database_url=database))
    applier = Applier(house.ledger, house.clock, house.wake)
    intake = Intake(url, applier, batch=BATCH, linger=0.02)
    finished = threading.Event()

    def watch() -> None:
        while intake.stats.events < EVENTS:
            time.sleep(0.002)
        finished.set()
        intake.stop()

    threading.Thread(target=watch, daemon=True).start()
    house.ledger.engine.connect().close()
    house.broker  # noqa: B018  # connect before the clock starts
    started = time.perf_counter()
    cpu = time.process_time()
    runner = threading.Thread(target=intake.run, daemon=True)
    runner.start()
    finished.wait()
    seconds, cpu = time.perf_counter() - started, time.process_time() - cpu
    runner.join()
    return {
        "per_second": EVENTS / seconds,
        "spent": {
            "wall": seconds,
            "own_cpu": cpu,
            "decoding_and_storing": intake.stats.seconds,
            "batches": intake.stats.batches,
        },
    }


def bare(url: str) -> dict[str, Any]:
    """A consumer that only acks, in batches of the same size: the stack's own ceiling."""
    connection = pika.BlockingConnection(pika.URLParameters(url))
    channel = connection.channel()
    channel.basic_qos(prefetch_count=5 * BATCH)
    seen = 0

    def take(channel: BlockingChannel, method: Any, _properties: Any, _body: bytes) -> None:
        nonlocal seen
        seen += 1
        if seen % BATCH == 0:
            channel.basic_ack(method.delivery_tag, multiple=True)
        if seen == EVENTS:
            channel.stop_consuming()

    channel.basic_consume("amicable.intake", take)
    started = time.perf_counter()
    channel.start_consuming()
    seconds = time.perf_counter() - started
    connection.close()
    return {"per_second": EVENTS / seconds}


if __name__ == "__main__":
    configure_logging("json", "warning")
    which, amqp, database_url = sys.argv[1:4]
    print(json.dumps(ours(amqp, database_url) if which == "ours" else bare(amqp)))
