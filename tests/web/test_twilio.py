from __future__ import annotations

import hashlib

import pytest

from channels.signatures import TWILIO_SIGNATURE, sign_twilio
from ledger import receipts
from ledger import tables as t
from reminders.snapshot import Channel
from tests.web.world import AUTH_TOKEN, CLIENT, PHONE, PUBLIC_URL, World, sms_reply, sms_status

PATHS = ["status", "inbound"]


def test_a_status_is_stored_under_the_attempt_of_its_url(world: World) -> None:
    world.plant(channel=Channel.SMS, address=PHONE)
    answer = world.post_twilio("status", sms_status(), query="a=a-sms")
    assert (answer.status_code, answer.content) == (204, b"")
    (row,) = world.rows(t.receipt)
    assert (row.attempt_id, row.provider_id, row.kind) == ("a-sms", "SM1", "delivered")
    assert world.woken.settled == [row.receipt_id]
    with world.ledger.begin(world.clock.now()) as unit:
        receipts.settle(unit, world.woken.settled)
    assert world.rows(t.message)[0].state == "delivered"


def test_a_status_is_stored_once(world: World) -> None:
    for _ in range(3):
        world.post_twilio("status", sms_status(), query="a=a-sms")
    assert len(world.rows(t.receipt)) == 1


def test_the_query_belongs_to_what_is_signed(world: World) -> None:
    before = world.everything()
    url = f"{PUBLIC_URL}/webhooks/twilio/status"
    for signed, query in ((f"{url}?a=one", "a=two"), (url, "a=a-sms"), (f"{url}?a=a-sms", "")):
        assert world.post_twilio("status", sms_status(), query=query, sign_url=signed).status_code == 403
    assert world.everything() == before


@pytest.mark.parametrize("path", PATHS)
def test_the_host_of_the_request_is_not_asked(world: World, path: str) -> None:
    before = world.everything()
    # Signed for where it really arrived, and for where headers say that it did: neither is our public URL.
    forged = {"host": "evil.example", "x-forwarded-host": "evil.example", "x-forwarded-proto": "https"}
    for url in (
        f"http://internal:8000/webhooks/twilio/{path}",
        f"https://evil.example/webhooks/twilio/{path}",
    ):
        answer = world.post_twilio(path, sms_reply("hi"), sign_url=url, headers=forged)
        assert answer.status_code == 403
    assert world.everything() == before
    assert world.post_twilio(path, sms_reply("hi") | sms_status(), headers=forged).status_code in (200, 204)


@pytest.mark.parametrize("path", PATHS)
@pytest.mark.parametrize("signature", [None, "", "AAAA", "not base64 ü".encode("latin-1").decode("latin-1")])
def test_what_is_not_signed_is_refused(world: World, path: str, signature: str | None) -> None:
    before = world.everything()
    headers = {TWILIO_SIGNATURE: signature if signature is None or signature.isascii() else "????"}
    answer = world.post_twilio(path, sms_reply("hi") | sms_status(), headers=headers)
    assert answer.status_code == 403
    assert world.everything() == before


@pytest.mark.parametrize("path", PATHS)
def test_a_changed_form_is_refused(world: World, path: str) -> None:
    form = sms_reply("hi") | sms_status()
    before = world.everything()
    for changed in (form | {"Body": "ho"}, form | {"New": "x"}, {k: v for k, v in form.items() if v}):
        assert world.post_twilio(path, changed, signed=form).status_code == 403
    assert world.everything() == before


def test_a_body_of_another_kind_is_not_let_through_as_an_empty_form(world: World) -> None:
    url = f"{PUBLIC_URL}/webhooks/twilio/status"
    before = world.everything()
    headers = {"content-type": "application/json", TWILIO_SIGNATURE: sign_twilio(AUTH_TOKEN, url)}
    answer = world.client.post("/webhooks/twilio/status", content=b'{"MessageSid":"SM1"}', headers=headers)
    assert answer.status_code == 403
    assert world.everything() == before


@pytest.mark.parametrize(("path", "kind"), [("status", "receipt"), ("inbound", "reply")])
def test_a_signed_body_of_another_kind_is_parked(world: World, path: str, kind: str) -> None:
    body = b'{"MessageSid":"SM1"}'
    query = f"bodySHA256={hashlib.sha256(body).hexdigest()}"
    url = f"{PUBLIC_URL}/webhooks/twilio/{path}?{query}"
    headers = {"content-type": "application/json", TWILIO_SIGNATURE: sign_twilio(AUTH_TOKEN, url)}
    answer = world.client.post(f"/webhooks/twilio/{path}?{query}", content=body, headers=headers)
    assert answer.status_code in (200, 204)
    (row,) = world.rows(t.parked)
    assert (row.kind, row.source, row.body) == (kind, "twilio", body)


@pytest.mark.parametrize("path", PATHS)
def test_a_signed_form_without_what_it_needs_is_parked(world: World, path: str) -> None:
    assert world.post_twilio(path, {"To": PHONE, "Empty": ""}).status_code in (200, 204)
    assert [row.reason for row in world.rows(t.parked)] == ["unreadable"]


def test_stop_by_text_suppresses_and_is_not_answered_a_second_time(world: World) -> None:
    world.plant(channel=Channel.SMS, address=PHONE)
    for _ in range(2):
        answer = world.post_twilio("inbound", sms_reply("Stop", OptOutType="STOP"))
        assert answer.status_code == 200
        assert answer.headers["content-type"].startswith("application/xml")
        assert answer.text.endswith("<Response/>")
    (row,) = world.rows(t.suppression)
    assert (row.channel, row.address, row.reason) == ("sms", PHONE, "opted_out")
    recorded = [data for kind, _, data in world.journal() if kind == "response.recorded"]
    assert [data["class"] for data in recorded] == ["opt_out"]
    assert world.woken.decided == [CLIENT]


def test_an_answer_in_words_opens_a_task(world: World) -> None:
    world.plant(channel=Channel.SMS, address=PHONE)
    world.post_twilio("inbound", sms_reply("We have paid on Monday & will send proof + more"))
    (task,) = world.rows(t.task)
    assert (task.kind, task.client_id) == ("reply", CLIENT)
    assert world.woken.decided == [CLIENT]
    assert not world.rows(t.suppression)


def test_a_form_beyond_the_limit_is_refused(world: World) -> None:
    assert world.post_twilio("inbound", sms_reply("x" * 300_000)).status_code == 413


def test_a_form_of_too_many_fields_is_refused(world: World) -> None:
    assert world.post_twilio("inbound", {f"f{n}": "" for n in range(1000)}).status_code == 403
