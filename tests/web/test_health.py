from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from prometheus_client.parser import text_string_to_metric_families
from sqlalchemy import text

from ledger import lines
from ledger import tables as t
from ledger.health import beat
from reminders.snapshot import Channel
from tests.web.world import API_TOKEN, EMAIL, PHONE, World, email_event, email_events, event, sms_reply


def alive(world: World, role: str = "schedule") -> None:
    with world.ledger.begin(world.clock.now()) as unit:
        beat(unit, role, "here:1")


def test_health_is_of_the_process_alone(world: World) -> None:
    world.ledger.engine.dispose()
    answer = world.client.get("/healthz")
    assert answer.status_code == 200
    assert answer.json()["ok"] is True
    assert answer.json()["version"]


def test_ready_when_all_it_leans_on_answers(make_world: Callable[..., World]) -> None:
    world = make_world(broker_alive=lambda: True)
    alive(world)
    answer = world.client.get("/readyz")
    assert answer.status_code == 200
    assert answer.json()["ready"] is True
    assert {name: check["ok"] for name, check in answer.json()["checks"].items()} == {
        "database": True,
        "schema": True,
        "broker": True,
        "scheduler": True,
    }


def failed(world: World) -> set[str]:
    answer = world.client.get("/readyz")
    assert answer.status_code == (200 if answer.json()["ready"] else 503)
    return {name for name, check in answer.json()["checks"].items() if not check["ok"]}


def test_no_broker_is_asked_where_none_is_set(world: World) -> None:
    alive(world)
    assert "broker" not in world.client.get("/readyz").json()["checks"]


def test_a_broker_that_is_away_or_breaks_is_named(make_world: Callable[..., World]) -> None:
    def broken() -> bool:
        raise ConnectionError("amqp://user:secret@host")

    for broker in (lambda: False, broken):
        world = make_world(broker_alive=broker)
        alive(world)
        assert failed(world) == {"broker"}
        assert "secret" not in world.client.get("/readyz").text


def test_a_scheduler_that_was_not_seen_lately_is_named(world: World) -> None:
    assert failed(world) == {"scheduler"}
    alive(world, "work")
    assert failed(world) == {"scheduler"}
    alive(world)
    assert failed(world) == set()
    world.clock.set(world.clock.now() + timedelta(minutes=5))
    assert failed(world) == {"scheduler"}


def test_an_old_schema_is_named(world: World) -> None:
    with world.ledger.engine.begin() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = 'older'"))
    alive(world)
    assert "schema" in failed(world)
    assert "amicable db upgrade" in world.client.get("/readyz").text


def test_a_database_that_is_out_is_named(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    def out() -> None:
        raise OSError("postgresql://user:secret@host")

    monkeypatch.setattr(world.ledger, "read", out)
    assert failed(world) == {"database", "schema", "scheduler"}
    assert "secret" not in world.client.get("/readyz").text


def samples(world: World) -> dict[tuple[str, tuple[tuple[str, str], ...]], float]:
    answer = world.client.get("/metrics")
    assert answer.status_code == 200
    families = text_string_to_metric_families(answer.text)
    return {
        (sample.name, tuple(sorted(sample.labels.items()))): sample.value
        for family in families
        for sample in family.samples
    }


def test_metrics_tell_the_ledgers_numbers(world: World) -> None:
    world.plant()
    world.plant("3b0e4b5e-9f7f-5a55-8e60-222222222222", channel=Channel.SMS, address=PHONE, state="queued")
    world.post_event(b"nothing")
    world.post_sendgrid(email_events(email_event()))
    world.post_twilio("inbound", sms_reply("We have paid."))
    alive(world)
    world.clock.set(world.clock.now() + timedelta(seconds=30))
    found = samples(world)
    assert found["amicable_messages", (("channel", "email"), ("state", "accepted"))] == 1
    assert found["amicable_messages", (("channel", "sms"), ("state", "queued"))] == 1
    assert found["amicable_oldest_queued_message_age_seconds", ()] == 7230
    assert found["amicable_parked", (("kind", "event"),)] == 1
    assert found["amicable_receipts_waiting", ()] == 1
    assert found["amicable_tasks_open", (("kind", "reply"),)] == 1
    assert found["amicable_clients_due", ()] == 1
    assert found["amicable_oldest_due_client_age_seconds", ()] == 30
    assert found["amicable_journal_unsealed_entries", ()] > 0
    assert found["amicable_heartbeat_age_seconds", (("role", "schedule"),)] == 30
    assert found["amicable_ledger_up", ()] == 1


def test_requests_are_counted_by_template_and_never_by_path(world: World) -> None:
    token = world.token(world.plant())
    world.client.get(f"/u/{token}")
    world.client.get(f"/{token}")
    world.client.request("BREW", "/healthz")
    world.post_event(event())
    world.post_twilio("inbound", sms_reply("Hello"))
    found = samples(world)
    count = "amicable_http_requests_total"
    assert found[count, (("method", "GET"), ("route", "/u/{token}"), ("status", "200"))] == 1
    assert found[count, (("method", "GET"), ("route", "unmatched"), ("status", "404"))] == 1
    assert found[count, (("method", "OTHER"), ("route", "/healthz"), ("status", "405"))] == 1
    assert found[count, (("method", "POST"), ("route", "/events"), ("status", "202"))] == 1
    duration = "amicable_http_request_duration_seconds_count"
    assert found[duration, (("method", "POST"), ("route", "/events"))] == 1
    shown = world.client.get("/metrics").text
    for secret in (token, EMAIL.lower(), EMAIL, PHONE, API_TOKEN):
        assert secret not in shown


def test_metrics_outlive_the_database(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    def out() -> None:
        raise OSError("gone")

    world.client.get("/healthz")
    monkeypatch.setattr(world.ledger, "read", out)
    found = samples(world)
    assert found["amicable_ledger_up", ()] == 0
    assert (
        found["amicable_http_requests_total", (("method", "GET"), ("route", "/healthz"), ("status", "200"))]
        == 1
    )


def test_a_provider_that_comes_back_shows_how_far_it_is(world: World) -> None:
    now = world.clock.now()
    ill: dict[str, Any] = {"refusals": 0, "faults": 5, "faults_since": now, "opened_at": now, "openings": 1}
    with world.ledger.begin(now) as unit:
        for account, until in (("AC1", 5), ("AC2", -1)):
            key = ("twilio", account, "sms")
            lines.hold_health(unit, [key])
            lines.set_health(unit, key, open_until=now + timedelta(minutes=until), **ill)
        unit.connection.execute(
            t.provider_health.update()
            .where(t.provider_health.c.account == "AC1")
            .values(changed_at=now - timedelta(days=1))
        )

    found = samples(world)

    assert found["amicable_provider_weight_percent", (("channel", "sms"), ("provider", "twilio"))] == 25
