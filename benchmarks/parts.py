"""The real parts a benchmark runs on, and the child processes it measures."""

from __future__ import annotations

import json
import os
import platform
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psycopg

from ledger.database import upgrade
from tests.infra.postgresql import PostgresServer
from tests.infra.programs import Missing, find_postgres, find_rabbitmq
from tests.infra.rabbitmq import Broker
from tests.infra.reaper import Reaper

ROOT = Path(__file__).parents[1]


class PartMissing(RuntimeError):
    """A server that a benchmark needs is not on this machine."""


@dataclass(frozen=True, slots=True)
class Parts:
    """A RabbitMQ and a PostgreSQL of our own, on free ports. PostgreSQL waits for the disk at each commit."""

    rabbitmq: Broker
    postgres: PostgresServer

    def amqp_url(self) -> str:
        """A virtual host of its own."""
        return self.rabbitmq.new_vhost()

    def database_url(self) -> str:
        """An empty ledger."""
        url = self.postgres.url(self.postgres.new_database())
        upgrade(url)
        return url


@contextmanager
def real_parts() -> Iterator[Parts]:
    """Start both servers; they end with the block, whatever happens."""
    rabbit_programs, postgres_programs = find_rabbitmq(), find_postgres()
    for found in (rabbit_programs, postgres_programs):
        if isinstance(found, Missing):
            raise PartMissing(
                f"{found.what}: {found.why}; `python -m tests.infra.provide` installs what is missing"
            )
    assert not isinstance(rabbit_programs, Missing)
    assert not isinstance(postgres_programs, Missing)
    reaper, given_up = Reaper(), threading.Event()
    rabbitmq = Broker(rabbit_programs, reaper, given_up)
    postgres = PostgresServer(postgres_programs, reaper, given_up, durable=True)
    try:
        rabbitmq.start()
        postgres.start()
        yield Parts(rabbitmq, postgres)
    finally:
        rabbitmq.close()
        postgres.close()
        reaper.close()


def child(module: str, *arguments: str, timeout: float = 300) -> dict[str, Any]:
    """Run a module in a process of its own; its last line of output that begins with a brace is its result, in JSON."""
    done = subprocess.run(
        [sys.executable, "-m", module, *arguments],
        cwd=ROOT,
        env=clean_environment(),
        capture_output=True,
        text=True,
        timeout=timeout,
        check=False,
    )
    if done.returncode != 0:
        raise RuntimeError(f"{module} failed:\n{done.stderr[-3000:]}")
    result: dict[str, Any] = json.loads(
        [line for line in done.stdout.splitlines() if line.startswith("{")][-1]
    )
    return result


def clean_environment(**settings: str) -> dict[str, str]:
    """This process's environment without settings of a deployment, and with these."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("AMICABLE_")}
    # Without a pace: what a sender's one number may send would be measured, and not the code.
    return {**kept, "AMICABLE_LOG_LEVEL": "warning", "AMICABLE_PACE__SMS": "0", **settings}


def machine(parts: Parts) -> dict[str, str]:
    """What the figures were measured on."""
    cpu = next(
        (line.split(":", 1)[1].strip() for line in _lines("/proc/cpuinfo") if line.startswith("model name")),
        "unknown",
    )
    memory = next((line.split()[1] for line in _lines("/proc/meminfo") if line.startswith("MemTotal")), "0")
    with psycopg.connect(parts.postgres.url("postgres").replace("+psycopg", "")) as connection:
        version = connection.execute("SHOW server_version").fetchone()
    return {
        "machine": f"{os.cpu_count()} cores ({cpu}), {int(memory) // 1024**2} GiB, {platform.system()}",
        "python": platform.python_version(),
        "postgresql": str(version[0]).split()[0] if version else "unknown",
        "rabbitmq": parts.rabbitmq.ctl("version").strip().splitlines()[-1],
    }


def _lines(path: str) -> list[str]:
    try:
        return Path(path).read_text().splitlines()
    except OSError:
        return []
