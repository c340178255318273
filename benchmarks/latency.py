"""Latency: from an event's publishing to the provider's acceptance, at a light load, through the real processes."""

from __future__ import annotations

import subprocess
import sys
import tempfile
import time
from contextlib import ExitStack
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx

from benchmarks.book import event, invoice, profile
from benchmarks.parts import ROOT, Parts, clean_environment
from benchmarks.sending import sandbox
from config.policy import SHIPPED
from events.publisher import Message, Publisher
from tests.support.office import where_it_is_noon

PER_SECOND, SECONDS, WARM_UP = 5, 40, 10
START_WITHIN = 60
"""Seconds that the processes have for their start."""
_FIRST = 90_000


def measure(parts: Parts) -> dict[str, Any]:
    """Five new invoices a second, each answered by an introduction; p50 and p99 in milliseconds."""
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        text = (SHIPPED / "standard.yaml").read_text(encoding="utf-8")
        text = text.replace("[monday, tuesday, wednesday, thursday, friday]", _ALL_DAYS)
        text = (
            text.replace('"09:00"', '"00:00"')
            .replace('"17:00"', '"23:59:59"')
            .replace("holidays: true", "holidays: false")
        )
        (folder / "standard.yaml").write_text(text, encoding="utf-8")
        amqp_url = parts.amqp_url()
        settings = {
            "AMICABLE_AMQP_URL": amqp_url,
            "AMICABLE_DATABASE_URL": parts.database_url(),
            "AMICABLE_POLICY_DIR": str(folder),
        }
        stand_in = stack.enter_context(sandbox(**settings))
        settings |= {"AMICABLE_SENDGRID__BASE_URL": stand_in, "AMICABLE_TWILIO__BASE_URL": stand_in}
        for role in (["intake"], ["work", "--threads", "2"], ["schedule"]):
            process = subprocess.Popen(
                [sys.executable, "-m", "workers.cli.main", *role], cwd=ROOT, env=clean_environment(**settings)
            )
            stack.callback(_stop, process)
        _wait_until_it_works(amqp_url, stand_in)
        published = _publish(amqp_url)
        return _read(stand_in, published)


_ALL_DAYS = "[monday, tuesday, wednesday, thursday, friday, saturday, sunday]"


def _publish(url: str) -> dict[str, float]:
    """One new client and invoice each fifth of a second; when each invoice was published, by its number."""
    publisher = Publisher(url, "billing")
    published: dict[str, float] = {}
    begins = time.monotonic()
    for n in range(PER_SECOND * (SECONDS + WARM_UP)):
        time.sleep(max(0.0, begins + n / PER_SECOND - time.monotonic()))
        at = time.time()
        number = _publish_one(publisher, n)
        if n >= PER_SECOND * WARM_UP:
            published[number] = at
    publisher.close()
    return published


def _wait_until_it_works(url: str, stand_in: str) -> None:
    """Return once an invoice has gone all the way: the processes are up, and their first connections are made."""
    publisher = Publisher(url, "billing")
    until = time.monotonic() + START_WITHIN
    n = _FIRST
    while not httpx.get(f"{stand_in}/sandbox/messages", timeout=10).json():
        if time.monotonic() > until:
            raise RuntimeError(f"no message within {START_WITHIN} s: the processes did not start")
        _publish_one(publisher, n)  # before the intake has bound its queue, what is published goes nowhere
        n += 1
        time.sleep(1)
    publisher.close()


def _publish_one(publisher: Publisher, n: int) -> str:
    """A new client and an invoice of today for it; returns the invoice's number as messages write it."""
    today = datetime.now(UTC).date()
    client, number = f"latency-{n:05d}", f"latency-invoice-{n:05d}"
    where = {"time_zone": where_it_is_noon()}  # nobody is written to at night, whatever the policy says
    publisher.publish([_message(2 * n, "client.updated", profile(client) | where)])
    data = invoice(number, client, today.isoformat(), (today + timedelta(days=30)).isoformat())
    publisher.publish([_message(2 * n + 1, "invoice.issued", data)])
    return number.upper()


def _message(number: int, kind: str, data: dict[str, object]) -> Message:
    return Message(kind, str(number), event(number, kind, data, datetime.now(UTC)))


def _read(stand_in: str, published: dict[str, float]) -> dict[str, Any]:
    """What the sandbox accepted, and how long after its publishing."""
    waited: dict[str, float] = {}
    until = time.monotonic() + 20
    while len(waited) < len(published) and time.monotonic() < until:
        for message in httpx.get(f"{stand_in}/sandbox/messages", timeout=10).json():
            for number in published.keys() & set(message["subject"].replace(",", " ").split()):
                waited.setdefault(
                    number, datetime.fromisoformat(message["at"]).timestamp() - published[number]
                )
        time.sleep(0.5)
    ordered = sorted(waited.values())
    if not ordered:
        raise RuntimeError("none of the messages came within 20 s of the last event")
    return {
        "messages": len(ordered),
        "missing": len(published) - len(ordered),
        "p50_ms": 1000 * ordered[len(ordered) // 2],
        "p99_ms": 1000 * ordered[int(len(ordered) * 0.99)],
        "worst_ms": 1000 * ordered[-1],
        "load": f"{PER_SECOND} invoices a second for {SECONDS} s",
    }


def _stop(process: subprocess.Popen[bytes]) -> None:
    process.terminate()
    process.wait(timeout=30)
