"""The same routes on PostgreSQL, where a text takes no NUL and several writers meet."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import pytest

from channels.sandbox.mail import inbound_parse
from channels.tokens import Purpose
from ledger import tables as t
from ledger.database import open_engine
from ledger.health import beat
from ledger.unit import Ledger
from reminders.snapshot import Channel
from tests.web.guests import BANKED, READING, fields_of
from tests.web.guests import HOUSE as SHIPPED_HOUSE
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

HOUSE = SHIPPED_HOUSE.model_copy(update={"creditors": (BANKED, *SHIPPED_HOUSE.creditors[1:])})


@pytest.fixture
def shared(database_url: str) -> Iterator[World]:
    """A world on PostgreSQL."""
    engine = open_engine(database_url)
    yield World(Ledger(engine, b"a key of the tests"))
    engine.dispose()


def billing(house: World, client_id: str) -> None:
    """A client with one invoice that is due."""
    contact = {"contact_id": "p-1", "email": EMAIL, "phone": PHONE}
    told: dict[str, dict[str, object]] = {
        "client.updated": {"name": "Kaya GmbH", "debtor_type": "company", "country": "DE", "contacts": [contact]},
        "invoice.issued": {
            "invoice_id": f"i-{client_id}", "number": f"I-{client_id}", "currency": "EUR", "total": "1200.00",
            "issued_on": "2026-01-28", "due_on": "2026-02-27",
        },
    }  # fmt: skip
    for kind, data in told.items():
        answer = house.post_event(event(kind, f"{kind}-{client_id}", **data, client_id=client_id))
        assert answer.status_code == 202


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


def test_of_two_links_at_once_one_promise_is_agreed_and_the_other_is_for_a_person(shared: World) -> None:
    """Two mails, two tabs, one invoice: the second promise sees the first."""
    house = replace(shared, creditors=HOUSE, reading=READING)
    billing(house, CLIENT)
    house.plant()
    house.plant("3b0e4b5e-9f7f-5a55-8e60-222222222222", channel=Channel.SMS, address=PHONE)
    links = [house.token(row.message_id, Purpose.PAGE) for row in house.rows(t.message)]
    forms = {link: fields_of(house.client.get(f"/r/{link}/promise").text) for link in links}

    def promise(link: str) -> str:
        form = {**forms[link], "on": "2026-03-06"}
        answer = house.client.post(f"/r/{link}/promise", data=form, follow_redirects=False)
        return str(answer.headers["location"]).partition("said=")[2]

    with ThreadPoolExecutor(8) as pool:
        said = list(pool.map(promise, links * 8))
    assert sorted(said) == ["promise_asked"] * 8 + ["promise_done"] * 8
    assert len(house.rows(t.promise)) == 1
    assert len(house.rows(t.proposal)) == 1


def test_clients_of_one_mailbox_stop_on_their_pages_at_once(shared: World) -> None:
    house = replace(shared, creditors=HOUSE, reading=READING)
    clients = [f"c{n:02d}" for n in range(12)]
    for n, client_id in enumerate(clients):
        billing(house, client_id)
        house.plant(f"3b0e4b5e-9f7f-5a55-8e60-0000000000{n:02d}", client_id=client_id)
    links = [house.token(row.message_id, Purpose.PAGE) for row in house.rows(t.message)]
    forms = {link: fields_of(house.client.get(f"/r/{link}/stop").text) for link in links}

    def stop(link: str) -> int:
        answer = house.client.post(f"/r/{link}/stop", data=forms[link], follow_redirects=False)
        return int(answer.status_code)

    with ThreadPoolExecutor(8) as pool:
        assert set(pool.map(stop, links)) == {303}
    assert len(house.rows(t.suppression)) == 1
