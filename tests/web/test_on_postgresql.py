"""The same routes on PostgreSQL, where a text takes no NUL and several writers meet."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest

from channels.sandbox.mail import inbound_parse
from ledger import tables as t
from ledger.database import open_engine
from ledger.health import beat
from ledger.unit import Ledger
from reminders.snapshot import Channel
from tests.web.world import (
    CLIENT,
    EMAIL,
    PHONE,
    World,
    email_event,
    email_events,
    event,
    sms_reply,
    sms_status,
)


@pytest.fixture
def shared(database_url: str) -> Iterator[World]:
    """A world on PostgreSQL."""
    engine = open_engine(database_url)
    yield World(Ledger(engine, b"a key of the tests"))
    engine.dispose()


def test_every_route_works(shared: World) -> None:
    message_id = shared.plant()
    assert shared.post_event(event()).json()["accepted"] == 1
    assert shared.post_event(event()).json()["repeated"] == 1
    assert shared.post_event(b"{").status_code == 422
    assert shared.post_sendgrid(email_events(email_event())).status_code == 204
    assert shared.post_twilio("status", sms_status(), query="a=a-sms").status_code == 204
    kind, body = inbound_parse(EMAIL, "r@in.example.test", "Who are you?", shared.clock.now(), "m1", None)
    assert shared.post_sendgrid(body, "inbound", content_type=kind).status_code == 204
    assert shared.client.get(f"/u/{shared.token(message_id)}").status_code == 200
    assert shared.client.post(f"/u/{shared.token(message_id)}").status_code == 200
    with shared.ledger.begin(shared.clock.now()) as unit:
        beat(unit, "schedule", "here:1")
    assert shared.client.get("/readyz").status_code == 200
    assert "amicable_ledger_up 1.0" in shared.client.get("/metrics").text


def test_a_nul_in_one_event_holds_up_no_other(shared: World) -> None:
    odd = email_event("bounce", "sg-1", attempt="n\x00ul")
    assert shared.post_sendgrid(email_events(email_event("processed", "sg-0"), odd)).status_code == 204
    assert [row.kind for row in shared.rows(t.receipt)] == ["sent"]
    assert [row.kind for row in shared.rows(t.parked)] == ["receipt"]
    assert shared.post_twilio("inbound", sms_reply("n\x00ul")).status_code == 200
    assert len(shared.rows(t.response)) + len(shared.rows(t.parked)) == 2


def test_repeats_at_the_same_time_are_stored_once(shared: World) -> None:
    email = shared.plant()
    shared.plant("3b0e4b5e-9f7f-5a55-8e60-222222222222", channel=Channel.SMS, address=PHONE)
    token = shared.token(email)

    def once(_: int) -> set[int]:
        return {
            shared.post_event(event("client.resumed", "e-7")).status_code,
            shared.post_sendgrid(email_events(email_event())).status_code,
            shared.post_twilio("inbound", sms_reply("STOP")).status_code,
            shared.client.post(f"/u/{token}").status_code,
        }

    with ThreadPoolExecutor(8) as pool:
        codes = set().union(*pool.map(once, range(16)))
    assert codes == {200, 202, 204}
    assert len(shared.rows(t.inbox)) == 1
    assert len(shared.rows(t.receipt)) == 1
    assert len(shared.rows(t.suppression)) == 2
    assert [row.kind for row in shared.rows(t.response)] == ["opt_out", "opt_out"]
    assert set(shared.woken.decided) == {CLIENT}
