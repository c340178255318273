"""Reports that arrive at a message's reply address become receipts of its attempt; what is none stays a reply."""

from __future__ import annotations

from datetime import datetime

import pytest

from ledger import receipts
from ledger import tables as t
from tests.channels.mails import feedback, form, mail, many, part, report, whole
from tests.web.world import EMAIL, NOW, World


def post(world: World, raw: bytes, to: str, sender: str = "") -> int:
    kind, body = form(raw, to=to, sender=sender)
    return world.post_sendgrid(body, "inbound", content_type=kind).status_code


def settle(world: World) -> None:
    with world.ledger.begin(NOW) as unit:
        receipts.settle(unit, world.woken.settled)


def reply_address(world: World, message_id: str) -> str:
    return world.tokens.reply_address(message_id, "in.example.test")


@pytest.mark.parametrize(
    ("status", "state", "barred"),
    [("5.1.1", "undelivered", True), ("5.7.1", "undelivered", False), ("4.4.7", "failed", False)],
)
def test_a_bounce_ends_the_message_and_bars_the_address_only_for_good(
    world: World, status: str, state: str, barred: bool
) -> None:
    message_id = world.plant()
    to = reply_address(world, message_id)

    assert post(world, report(status, to=to, recipient=EMAIL), to) == 204
    assert post(world, report(status, to=to, recipient=EMAIL), to) == 204  # the provider repeats itself
    settle(world)

    (row,) = world.rows(t.receipt)
    assert (row.attempt_id, row.code, row.state) == ("a-email", status, "applied")
    (message,) = world.rows(t.message)
    assert message.state == state
    assert bool(world.rows(t.suppression)) is barred
    assert not world.rows(t.response)
    assert not world.rows(t.task)


def test_a_complaint_is_an_opt_out(world: World) -> None:
    message_id = world.plant()
    assert post(world, feedback("abuse", reply_address(world, message_id)), "abuse@in.example.test") == 204
    settle(world)
    (row,) = world.rows(t.suppression)
    assert (row.address, row.reason) == (EMAIL.lower(), "opted_out")


def test_a_report_with_a_forged_address_bars_nobody(world: World) -> None:
    message_id = world.plant()
    forged = f"r+{'a' * 40}@in.example.test"
    assert post(world, report("5.1.1", to=forged), forged) == 204
    assert not world.rows(t.receipt)
    assert [row.kind for row in world.rows(t.response)] == ["automatic"]
    assert message_id in {row.message_id for row in world.rows(t.message) if row.state == "accepted"}


def test_a_report_on_a_message_that_never_went_out_is_only_kept(world: World) -> None:
    to = reply_address(world, world.plant(attempt=False))
    assert post(world, report("5.1.1", to=to), to) == 204
    assert not world.rows(t.receipt)


def test_a_report_leaves_no_address_in_the_journal(world: World) -> None:
    to = reply_address(world, world.plant())
    post(world, report("5.1.1", to=to, recipient=EMAIL), to)
    settle(world)
    assert "canary" not in str(world.journal()).lower()


def test_files_that_came_along_are_told(world: World) -> None:
    to = reply_address(world, world.plant())
    paper = part("application/pdf", b"%PDF", "Content-Disposition: attachment", encoding="base64")
    raw = whole(many("mixed", "m", part("text/plain", "We paid, see attached."), paper), to=to)
    assert post(world, raw, to, EMAIL) == 204
    (task,) = world.rows(t.task)
    assert (
        "A reply by email with 1 attachment (not kept here, ask for what matters: without a name"
        in task.brief
    )


@pytest.mark.parametrize(
    "raw",
    [
        b"\xff" * 500,
        b"Content-Type: multipart/mixed; boundary=" + b"a" * 9000 + b"\r\n\r\n--a",
        b"From: \x00\r\n\r\n\x00",
    ],
)
def test_nothing_that_comes_by_mail_is_an_error(world: World, raw: bytes) -> None:
    assert post(world, raw, reply_address(world, world.plant()), EMAIL) == 204
    assert len(world.rows(t.response)) + len(world.rows(t.parked)) == 1


def test_parts_within_parts_without_end_are_parked(world: World) -> None:
    depth = 3000
    raw = b"".join(
        f"Content-Type: multipart/mixed; boundary=b{n}\r\n\r\n--b{n}\r\n".encode() for n in range(depth)
    )
    assert post(world, raw, reply_address(world, world.plant()), EMAIL) == 204
    assert len(world.rows(t.response)) + len(world.rows(t.parked)) == 1


def test_a_mail_is_still_a_reply(world: World) -> None:
    to = reply_address(world, world.plant())
    assert post(world, mail("text/plain", "We pay on Friday.", to=to), to, EMAIL) == 204
    (row,) = world.rows(t.response)
    assert row.kind == "reply"
    assert isinstance(row.received_at, datetime)


def test_a_report_that_somebody_sends_on_is_a_letter_to_a_person(world: World) -> None:
    """A client whose own mail came back shows it to us: it says nothing of ours, and their words must be read."""
    to = reply_address(world, world.plant())
    fields = (
        f"Reporting-MTA: dns; mx.us.example\r\n\r\nFinal-Recipient: rfc822; {EMAIL}\r\nAction: failed\r\n"
    )
    status = part("message/delivery-status", fields + "Status: 5.1.1\r\n")
    words = part("text/plain", "My mail to your office came back, see below.")
    raw = whole(many("mixed", "out", words, status), to)

    assert post(world, raw, to, sender=EMAIL) == 204
    assert not world.rows(t.receipt)
    (row,) = world.rows(t.response)
    assert (row.kind, row.text) == ("reply", "My mail to your office came back, see below.")
