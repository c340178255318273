"""The peer: a plain Celery task per event that does the same upserts, written as such a task usually is."""

from __future__ import annotations

import json
import os
import sys
import threading
import time
from typing import Any

import psycopg
from celery import Celery

from benchmarks.book import mixed

_INBOX = (
    "INSERT INTO inbox (source, event_id, type, time, received_at, known) VALUES (%s, %s, %s, %s, now(), true)"
    " ON CONFLICT DO NOTHING"
)
_TOUCH = (
    "INSERT INTO client (client_id, look_at) VALUES (%s, now())"
    " ON CONFLICT (client_id) DO UPDATE SET look_at = now()"
)
_PROFILE = "UPDATE client SET stamp = %s, profile = %s WHERE client_id = %s AND (stamp IS NULL OR stamp < %s)"
_INVOICE = (
    "INSERT INTO invoice (invoice_id, stamp, client_id, source, number, currency, total, issued_on, due_on,"
    " auto_collect, extra, first_seen_at) VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s, false, '{}', now())"
    " ON CONFLICT (invoice_id) DO UPDATE SET stamp = excluded.stamp, total = excluded.total, due_on = excluded.due_on"
    " WHERE excluded.stamp > invoice.stamp"
)
_PAYMENT = (
    "INSERT INTO payment (payment_id, stamp, client_id, currency, amount, received_on, recorded_at)"
    " VALUES (%s, %s, %s, %s, %s, %s, now()) ON CONFLICT (payment_id) DO NOTHING"
)
_ALLOCATION = (
    "INSERT INTO allocation (payment_id, invoice_id, stamp, amount) VALUES (%s, %s, %s, %s)"
    " ON CONFLICT DO NOTHING"
)
_JOURNAL = (
    "INSERT INTO journal (id, at, kind, client_id, invoice_ids, caused_by, by, reasons, data, mark)"
    " VALUES (gen_random_uuid()::text, now()::text, 'event.applied', %s, '[]', %s, 'system', '[]', %s, '')"
)


def main(url: str, database: str, count: int) -> None:
    """Queue `count` tasks, then work them off in one process; prints tasks a second."""
    app: Any = Celery("peer", broker=url)  # type: ignore[no-untyped-call]
    app.conf.update(
        task_acks_late=True,
        worker_prefetch_multiplier=64,
        worker_hijack_root_logger=False,
        worker_redirect_stdouts=False,
    )
    connection = psycopg.connect(database.replace("+psycopg", ""), autocommit=False)
    done = 0
    finished = threading.Event()
    times: list[float] = []

    @app.task(name="peer.apply", ignore_result=True)  # type: ignore[untyped-decorator]
    def apply(event: dict[str, Any]) -> None:
        nonlocal done
        if not times:
            times.append(time.perf_counter())
        store(connection, event)
        done += 1
        if done == count:
            times.append(time.perf_counter())
            finished.set()

    for body in mixed(count):
        apply.delay(json.loads(body))

    def report() -> None:
        finished.wait()
        print(json.dumps({"per_second": (count - 1) / (times[1] - times[0])}), flush=True)
        os._exit(0)  # a solo worker has no other way out of its loop

    threading.Thread(target=report, daemon=True).start()
    worker = app.Worker(
        pool="solo", concurrency=1, loglevel="ERROR", without_gossip=True, without_mingle=True
    )
    worker.start()


def store(connection: psycopg.Connection[Any], event: dict[str, Any]) -> None:
    """One event, one transaction."""
    data = event["data"]
    stamp = f"{event['time']}|{event['source']}|{event['id']}"
    with connection.transaction():
        if (
            connection.execute(_INBOX, (event["source"], event["id"], event["type"], event["time"])).rowcount
            == 0
        ):
            return
        connection.execute(_TOUCH, (data["client_id"],))
        if event["type"] == "client.updated":
            connection.execute(_PROFILE, (stamp, json.dumps(data), data["client_id"], stamp))
        elif event["type"] == "invoice.issued":
            connection.execute(
                _INVOICE,
                (data["invoice_id"], stamp, data["client_id"], event["source"], data["number"], data["currency"],
                 _minor(data["total"]), data["issued_on"], data["due_on"]),
            )  # fmt: skip
        else:
            connection.execute(
                _PAYMENT,
                (data["payment_id"], stamp, data["client_id"], data["currency"], _minor(data["amount"]),
                 data["received_on"]),
            )  # fmt: skip
            for part in data["allocations"]:
                connection.execute(
                    _ALLOCATION, (data["payment_id"], part["invoice_id"], stamp, _minor(part["amount"]))
                )
        connection.execute(_JOURNAL, (data["client_id"], event["id"], json.dumps({"type": event["type"]})))


def _minor(amount: str) -> int:
    return round(float(amount) * 100)


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2], int(sys.argv[3]))
