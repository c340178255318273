from __future__ import annotations

import json
from datetime import timedelta

import pytest

from channels.sandbox.mail import inbound_parse
from channels.signatures import SENDGRID_SIGNATURE, SENDGRID_TIMESTAMP
from ledger import receipts
from ledger import tables as t
from tests.web.world import CLIENT, EMAIL, NOW, World, email_event, email_events


def settle(world: World) -> None:
    with world.ledger.begin(world.clock.now()) as unit:
        receipts.settle(unit, world.woken.settled)


def test_events_are_stored_and_settle_is_woken(world: World) -> None:
    world.plant()
    answer = world.post_sendgrid(email_events(email_event("processed", "sg-0"), email_event()))
    assert (answer.status_code, answer.content) == (204, b"")
    assert [row.receipt_id for row in world.rows(t.receipt)] == world.woken.settled
    settle(world)
    assert world.rows(t.message)[0].state == "delivered"


def test_a_repeat_is_stored_once(world: World) -> None:
    body = email_events(email_event())
    # Told again whole, and once more under an event id of its own, as has been seen.
    for again in (body, body, email_events(email_event(event_id="sg-2"))):
        assert world.post_sendgrid(again).status_code == 204
    assert len(world.rows(t.receipt)) == 1
    assert len(world.woken.settled) == 1


def test_a_receipt_that_comes_before_its_attempt_waits_for_it(world: World) -> None:
    world.post_sendgrid(email_events(email_event()))
    settle(world)
    (row,) = world.rows(t.receipt)
    assert (row.state, row.tries) == ("new", 1)
    world.plant()
    settle(world)
    assert world.rows(t.receipt)[0].state == "applied"
    assert world.rows(t.message)[0].state == "delivered"


@pytest.mark.parametrize(
    "headers",
    [
        {SENDGRID_SIGNATURE: None},
        {SENDGRID_TIMESTAMP: None},
        {SENDGRID_SIGNATURE: ""},
        {SENDGRID_SIGNATURE: "not base64!"},
        {SENDGRID_SIGNATURE: "AAAA"},
        {SENDGRID_TIMESTAMP: "1"},
        {SENDGRID_TIMESTAMP: "soon"},
        {SENDGRID_TIMESTAMP: "9" * 400},
    ],
)
@pytest.mark.parametrize("path", ["events", "inbound"])
def test_what_is_not_signed_is_refused_and_nothing_is_stored(
    world: World, path: str, headers: dict[str, str | None]
) -> None:
    before = world.everything()
    answer = world.post_sendgrid(email_events(email_event()), path, headers=headers)
    assert answer.status_code == 403
    assert world.everything() == before
    assert not world.woken.settled


def test_a_changed_body_is_refused(world: World) -> None:
    body = email_events(email_event())
    before = world.everything()
    for changed in (body.replace(b"delivered", b"bounce"), body.strip(), b"", body + b" "):
        assert world.post_sendgrid(changed, signed=body).status_code == 403
    assert world.everything() == before


def test_an_old_request_is_refused_and_a_day_old_repeat_is_not(world: World) -> None:
    body = email_events(email_event())
    day, week = (str(int((NOW - timedelta(days=n)).timestamp())) for n in (1, 7))
    assert world.post_sendgrid(body, timestamp=week).status_code == 403
    assert world.post_sendgrid(body, timestamp=day).status_code == 204


@pytest.mark.parametrize("body", [b"", b"{", b"{}", b"[1]", b"\xff\xfe", b"[" * 100_000])
def test_what_is_signed_and_unreadable_is_parked_and_not_repeated(world: World, body: bytes) -> None:
    for _ in range(2):
        assert world.post_sendgrid(body).status_code == 204
    (row,) = world.rows(t.parked)
    assert (row.kind, row.source, row.reason, row.body) == ("receipt", "sendgrid", "unreadable", body)
    assert [kind for kind, _, _ in world.journal()] == ["receipt.parked"]


def test_events_of_an_unknown_kind_and_odd_fields_are_taken(world: World) -> None:
    odd = [
        email_event("teleported", "sg-7"),
        {"event": 5, "timestamp": "x"},
        {"event": "bounce", "reason": {"a": 1}, "timestamp": 10**30, "sg_event_id": "n\x00ul"},
        {},
    ]
    assert world.post_sendgrid(email_events(*odd)).status_code == 204


def mail(world: World, text: str, *, to: str, key: str = "m1") -> tuple[str, bytes]:
    return inbound_parse(EMAIL, to, text, world.clock.now(), key, None)


def test_a_reply_by_mail_finds_its_message_and_asks_a_person(world: World) -> None:
    message_id = world.plant(address="somebody.else@debtor.example")
    kind, body = mail(
        world, "We pay on Friday.", to=world.tokens.reply_address(message_id, "in.example.test")
    )
    for _ in range(2):
        assert world.post_sendgrid(body, "inbound", content_type=kind).status_code == 204
    (row,) = world.rows(t.response)
    assert (row.message_id, row.client_id, row.kind) == (message_id, CLIENT, "reply")
    (task,) = world.rows(t.task)
    assert (task.kind, task.client_id) == ("reply", CLIENT)
    assert world.woken.decided == [CLIENT]


def test_a_reply_address_that_we_did_not_make_names_no_message(world: World) -> None:
    message_id = world.plant(address="somebody.else@debtor.example")
    forged = f"r+{message_id}@in.example.test"
    kind, body = mail(world, "Please call me.", to=forged)
    assert world.post_sendgrid(body, "inbound", content_type=kind).status_code == 204
    (row,) = world.rows(t.response)
    assert row.message_id is None
    assert [task.kind for task in world.rows(t.task)] == ["reply"]


def test_stop_by_mail_suppresses_the_address(world: World) -> None:
    world.plant()
    kind, body = mail(world, "STOP", to="reply@in.example.test")
    world.post_sendgrid(body, "inbound", content_type=kind)
    (row,) = world.rows(t.suppression)
    assert (row.channel, row.address, row.reason) == ("email", EMAIL.lower(), "opted_out")


def test_an_automatic_answer_is_recorded_and_asks_nobody(world: World) -> None:
    world.plant()
    kind, body = mail(world, "I am away until Monday.", to="reply@in.example.test")
    body = body.replace(b"\r\nMessage-ID:", b"\r\nAuto-Submitted: auto-replied\r\nMessage-ID:")
    world.post_sendgrid(body, "inbound", content_type=kind)
    assert [row.kind for row in world.rows(t.response)] == ["automatic"]
    assert not world.rows(t.task)
    assert not world.woken.decided


def test_a_mail_that_is_no_form_is_parked_as_a_reply(world: World) -> None:
    for content_type, body in (
        ("text/plain", b"hello"),
        ("multipart/form-data; boundary=x", b"--y"),
        ("", b""),
    ):
        assert world.post_sendgrid(body, "inbound", content_type=content_type).status_code == 204
    parked = world.rows(t.parked)
    assert {row.kind for row in parked} == {"reply"}
    assert sorted(row.body for row in parked) == [b"", b"--y", b"hello"]


def test_one_event_that_can_not_be_stored_holds_up_no_other(world: World) -> None:
    world.plant()
    odd = email_event("bounce", "sg-\ud800", attempt="half a character \ud800")
    assert (
        world.post_sendgrid(email_events(email_event("processed", "sg-0"), odd, email_event())).status_code
        == 204
    )
    assert sorted(row.kind for row in world.rows(t.receipt)) == ["delivered", "sent"]
    (row,) = world.rows(t.parked)
    assert (row.kind, row.reason) == ("receipt", "refused")
    assert len(world.woken.settled) == 2


def test_what_the_ledger_refuses_is_parked(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object) -> None:
        raise ValueError(f"does not fit: {EMAIL}")

    monkeypatch.setattr(receipts, "record", refuse)
    body = email_events(email_event())
    assert world.post_sendgrid(body).status_code == 204
    (row,) = world.rows(t.parked)
    assert (row.reason, row.body) == ("refused", body)
    assert EMAIL not in row.detail
    assert EMAIL not in json.dumps([data for _, _, data in world.journal()])
