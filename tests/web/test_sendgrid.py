from __future__ import annotations

import hashlib
import json
from datetime import timedelta
from pathlib import Path

import pytest
from httpx import Request

from channels.sandbox.mail import inbound_parse
from channels.signatures import SENDGRID_SIGNATURE, SENDGRID_TIMESTAMP
from ledger import receipts
from ledger import tables as t
from tests.channels.mails import form, many, part, whole
from tests.web.guests import Guests
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


FORGED = [
    "We pay on Friday.",
    "We have paid this last week.",
    "We dispute this invoice.",
    "You have the wrong person.",
    "Please call me.",
    "What is this?",
]


@pytest.mark.parametrize("text", FORGED)
def test_a_mail_that_nothing_shows_to_be_the_clients_changes_nothing_and_asks_a_person(
    migrated: Path, tmp_path: Path, text: str
) -> None:
    guests = Guests(migrated, tmp_path)
    guests.profile()
    guests.invoice()
    world = guests.world
    kind, body = mail(world, text, to="billing@in.example.test")
    forged = body.replace(b"pass", b"fail")
    assert world.post_sendgrid(forged, "inbound", content_type=kind).status_code == 204
    (row,) = world.rows(t.response)
    assert (row.client_id, row.contact_id, row.message_id) == (None, None, None)
    assert not world.rows(t.promise)
    assert not world.rows(t.suppression)
    assert world.woken.decided == []
    (task,) = world.rows(t.task)
    assert (task.kind, task.client_id) == ("reply", CLIENT)
    assert "Nothing shows that it is theirs" in task.brief
    assert "No reminder waits for it." in task.brief
    snapshot = guests.snapshot()
    assert (snapshot.replied_at, snapshot.answers) == (None, ())
    assert guests.why_not() is None
    world.ledger.engine.dispose()


def test_the_same_mail_with_its_domain_proven_or_with_our_token_counts(
    migrated: Path, tmp_path: Path
) -> None:
    for number, (proven, token) in enumerate([(True, False), (False, True)]):
        folder = tmp_path / str(number)
        folder.mkdir()
        guests = Guests(migrated, folder)
        guests.profile()
        guests.invoice()
        world = guests.world
        ours = world.tokens.reply_address(guests.message_id, "in.example.test")
        kind, body = mail(world, "We pay on Friday.", to=ours if token else "billing@in.example.test")
        world.post_sendgrid(body if proven else body.replace(b"pass", b"fail"), "inbound", content_type=kind)
        assert [row.client_id for row in world.rows(t.promise)] == [CLIENT]
        world.ledger.engine.dispose()


def test_a_stop_in_such_a_mail_ends_mail_to_that_address(world: World) -> None:
    world.plant(address=EMAIL)
    kind, body = mail(world, "STOP", to="billing@in.example.test")
    world.post_sendgrid(body.replace(b"pass", b"fail"), "inbound", content_type=kind)
    assert [(row.channel, row.address, row.reason) for row in world.rows(t.suppression)] == [
        ("email", EMAIL.lower(), "opted_out")
    ]


def test_a_forged_machine_sends_nobody_away(migrated: Path, tmp_path: Path) -> None:
    guests = Guests(migrated, tmp_path)
    guests.profile()
    world = guests.world
    kind, body = mail(world, "Ada has left the company.", to="billing@in.example.test")
    forged = body.replace(b"pass", b"fail").replace(
        b"Subject:", b"Auto-Submitted: auto-replied\r\nSubject:", 1
    )
    world.post_sendgrid(forged, "inbound", content_type=kind)
    assert [(row.kind, row.client_id) for row in world.rows(t.response)] == [("automatic", None)]
    assert not world.rows(t.departure)
    world.ledger.engine.dispose()


def test_what_a_mail_carries_is_told_and_stored_with_it(world: World) -> None:
    ours = world.tokens.reply_address(world.plant(), "in.example.test")
    proof = part("application/pdf", b"%PDF", 'Content-Disposition: attachment; filename="proof.pdf"')
    content_type, body = form(whole(many("mixed", "m", part("text/plain", "See the proof."), proof)), to=ours)
    assert world.post_sendgrid(body, "inbound", content_type=content_type).status_code == 204
    (row,) = world.rows(t.response)
    (told,) = row.attachments
    assert (told["name"], told["content_type"], told["size"]) == ("proof.pdf", "application/pdf", 4)
    assert told["sha256"] == hashlib.sha256(b"%PDF").hexdigest()
    (task,) = world.rows(t.task)
    assert (
        "with 1 attachment (not kept here, ask for what matters: proof.pdf, application/pdf, 4 bytes)"
        in task.brief
    )


def test_files_beside_a_mail_in_fields_are_told_as_well(world: World) -> None:
    ours = world.tokens.reply_address(world.plant(), "in.example.test")
    envelope = json.dumps({"to": [ours], "from": EMAIL})
    fields = {"from": EMAIL, "text": "See the proof.", "headers": f"From: {EMAIL}", "envelope": envelope}
    request = Request(
        "POST", "http://x", data=fields, files={"attachment1": ("a.png", b"\x89PNG", "image/png")}
    )
    kind = request.headers["content-type"]
    assert world.post_sendgrid(request.read(), "inbound", content_type=kind).status_code == 204
    (row,) = world.rows(t.response)
    assert [(one["name"], one["content_type"], one["size"]) for one in row.attachments] == [
        ("a.png", "image/png", 4)
    ]


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
