"""`GET /metrics`: what operations watch, for Prometheus; read from the ledger at the scrape. Labels are codes.

The ledger's numbers are those of the whole deployment: every web process tells the same ones, so take `max`, not `sum`.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from functools import cache
from importlib.metadata import PackageNotFoundError, version
from typing import Any

import structlog
from fastapi import APIRouter
from fastapi.responses import Response
from prometheus_client import CollectorRegistry, Counter, Histogram, ProcessCollector
from prometheus_client.core import GaugeMetricFamily, InfoMetricFamily, Metric
from prometheus_client.exposition import CONTENT_TYPE_LATEST, generate_latest
from prometheus_client.registry import Collector
from sqlalchemy import Row

from channels.health import Standing, weight
from ledger.health import Counts, count, last_beats
from ledger.lines import all_health
from web.deps import WebDeps

log = structlog.get_logger(__name__)


@cache
def running_version() -> str:
    """The installed version; `unknown` in a checkout that was never installed."""
    try:
        return version("amicable")
    except PackageNotFoundError:
        return "unknown"


class Requests:
    """HTTP requests, counted by route template."""

    def __init__(self, registry: CollectorRegistry) -> None:
        self._count = Counter(
            "amicable_http_requests",
            "Requests answered, by route template.",
            ("method", "route", "status"),
            registry=registry,
        )
        self._duration = Histogram(
            "amicable_http_request_duration_seconds",
            "From the request's first byte to the end of its answer.",
            ("method", "route"),
            registry=registry,
        )

    def observe(self, method: str, route: str, status: int, seconds: float) -> None:
        """Count one request."""
        self._count.labels(method, route, str(status)).inc()
        self._duration.labels(method, route).observe(seconds)


class LedgerCollector(Collector):
    """The ledger's own counts. When the database does not answer, `amicable_ledger_up` says so, and nothing else."""

    def __init__(self, deps: WebDeps) -> None:
        self._deps = deps

    def describe(self) -> Iterable[Metric]:
        """Nothing: registering must not ask the database."""
        return ()

    def collect(self) -> Iterable[Metric]:
        """The numbers at this instant."""
        build = InfoMetricFamily("amicable_build", "What is running.")
        build.add_metric((), {"version": running_version()})
        yield build
        now = self._deps.clock.now()
        try:
            with self._deps.ledger.read() as connection:
                counts = count(connection, now)
                beats = last_beats(connection)
                known = all_health(connection)
        except Exception as error:
            # A scrape that fails whole would hide the HTTP numbers just when they are wanted.
            log.warning("ledger not readable for metrics", error=type(error).__name__)
            yield _gauge("ledger_up", "Whether the ledger could be read.", 0)
            return
        yield _gauge("ledger_up", "Whether the ledger could be read.", 1)
        yield from _families(counts, publishing=self._deps.broker_alive is not None)
        yield _by(
            "heartbeat_age_seconds",
            "Since the last sign of life of any instance of a role.",
            "role",
            {role: max(0.0, (now - at).total_seconds()) for role, at in beats.items()},
        )
        yield _weights(known, now)


def _weights(known: Sequence[Row[Any]], now: datetime) -> GaugeMetricFamily:
    family = GaugeMetricFamily(
        "amicable_provider_weight_percent",
        "How many of a hundred messages may go by a provider that has failed; 100: it is well again.",
        labels=("provider", "channel"),
    )
    for row in known:
        percent = weight(Standing(open_until=row.open_until), now)
        family.add_metric((row.provider, row.channel), percent)
    return family


def _families(counts: Counts, *, publishing: bool) -> Iterable[Metric]:
    messages = GaugeMetricFamily(
        "amicable_messages", "Messages, by channel and state.", labels=("channel", "state")
    )
    for (channel, state), number in sorted(counts.messages.items()):
        messages.add_metric((channel, state), number)
    yield messages
    yield _gauge(
        "oldest_queued_message_age_seconds",
        "How long the oldest queued message has been due.",
        counts.oldest_queued,
    )
    yield _gauge("clients_due", "Clients whose case is due for a look.", counts.clients_due)
    yield _gauge(
        "oldest_due_client_age_seconds", "How long the longest of them has waited.", counts.oldest_due
    )
    yield _by("tasks_open", "What waits for a person, by kind.", "kind", counts.tasks_open)
    yield _by(
        "tasks_overdue", "What should have been dealt with by now, by kind.", "kind", counts.tasks_overdue
    )
    yield _by("parked", "What came in and could not be taken, by kind.", "kind", counts.parked)
    yield _gauge("receipts_waiting", "Receipts stored and not applied yet.", counts.receipts_waiting)
    yield _gauge(
        "journal_unsealed_entries", "Journal entries without a place in the chain.", counts.journal_unsealed
    )
    if publishing:
        yield _gauge(
            "journal_unpublished_entries",
            "Sealed entries that have not gone out.",
            counts.journal_unpublished,
        )


def _gauge(name: str, text: str, value: float) -> GaugeMetricFamily:
    return GaugeMetricFamily(f"amicable_{name}", text, value=value)


def _by(name: str, text: str, label: str, values: Mapping[str, float]) -> GaugeMetricFamily:
    family = GaugeMetricFamily(f"amicable_{name}", text, labels=(label,))
    for key, value in sorted(values.items()):
        family.add_metric((key,), value)
    return family


def new_registry(deps: WebDeps) -> CollectorRegistry:
    """A registry of this application's own, so that two in one process don't meet."""
    registry = CollectorRegistry()
    registry.register(LedgerCollector(deps))
    ProcessCollector(registry=registry)
    return registry


def metrics_routes(registry: CollectorRegistry) -> APIRouter:
    """The route."""
    router = APIRouter()

    @router.get("/metrics")
    def metrics() -> Response:
        return Response(generate_latest(registry), headers={"Content-Type": CONTENT_TYPE_LATEST})

    return router
