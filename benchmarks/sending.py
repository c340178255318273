"""Sending: messages a second in one process against an instant sandbox, `dispatching` committed before each call."""

from __future__ import annotations

import json
import subprocess
import sys
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from statistics import median
from typing import Any

import httpx
from sqlalchemy import select

from benchmarks.book import UNGUARDED
from benchmarks.deciding import NOW, Nobody, stock
from benchmarks.parts import ROOT, Parts, child, clean_environment
from config.clock import VirtualClock
from config.logging import configure_logging
from config.settings import load_settings
from ledger import tables as t
from reminders.snapshot import Channel
from tests.infra.service import free_ports
from workers.cli.compose import House
from workers.decide import decide_clients
from workers.send import send_messages

MESSAGES, ROUNDS, IDS, THREADS = 1_500, 3, 100, 2


def measure(parts: Parts) -> dict[str, Any]:
    """Medians over rounds, each on a fresh ledger, the sandbox in a process of its own."""
    rounds = []
    for _ in range(ROUNDS):
        with sandbox() as url:
            rounds.append(child("benchmarks.sending", parts.database_url(), url))
    return {
        "per_second": median(r["per_second"] for r in rounds),
        "own_cpu_ms": median(r["own_cpu_ms"] for r in rounds),
        "rounds": rounds,
    }


@contextmanager
def sandbox(**settings: str) -> Iterator[str]:
    """The sandbox as a process of its own; it ends with the block."""
    (port,) = free_ports(1)
    process = subprocess.Popen(
        [sys.executable, "-m", "workers.cli.main", "sandbox", "--port", str(port)],
        cwd=ROOT,
        env=clean_environment(**settings),
    )
    url = f"http://127.0.0.1:{port}"
    try:
        for _ in range(200):
            try:
                httpx.get(url, timeout=1)
                break
            except httpx.TransportError:
                time.sleep(0.05)
        yield url
    finally:
        process.terminate()
        process.wait(timeout=20)


def main(database: str, url: str) -> dict[str, Any]:
    """Queue the messages, then send them all."""
    house = House(
        load_settings(database_url=database, volume=UNGUARDED),
        clock=VirtualClock(NOW),
        sandbox_url=url,
        own_wake=Nobody(),
    )
    ids = stock(house, MESSAGES)
    for start in range(0, len(ids), IDS):
        decide_clients(house.office, ids[start : start + IDS])
    m = t.message.c
    with house.ledger.read() as connection:
        queued = list(
            connection.execute(
                select(m.message_id).where(m.state == "queued", m.channel == "email")
            ).scalars()
        )
    started, cpu = time.perf_counter(), time.process_time()
    parts = [queued[start : start + IDS] for start in range(0, len(queued), IDS)]
    with ThreadPoolExecutor(THREADS) as threads:
        list(threads.map(lambda part: send_messages(house.office, Channel.EMAIL, part), parts))
    seconds, cpu = time.perf_counter() - started, time.process_time() - cpu
    with house.ledger.read() as connection:
        accepted = len(connection.execute(select(m.message_id).where(m.sent_at.is_not(None))).all())
    if accepted != len(queued):
        raise RuntimeError(f"only {accepted} of {len(queued)} were accepted")
    return {"per_second": accepted / seconds, "own_cpu_ms": 1000 * cpu / accepted}


if __name__ == "__main__":
    configure_logging("json", "warning")
    print(json.dumps(main(sys.argv[1], sys.argv[2])))
