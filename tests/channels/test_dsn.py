"""Reports on mails of ours: delivery reports (RFC 3464) and feedback reports (RFC 5965)."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from channels.dsn import MailReport, mail_report
from channels.inbound import inbound_mail
from reminders.feedback import ReceiptKind
from tests.channels.mails import ANSWERED, feedback, form, mail, many, part, report

AT = datetime(2026, 3, 2, 9, tzinfo=UTC)
ADA = "ada.canary@debtor.example"


def read(raw: bytes, **how: str) -> MailReport | None:
    return mail_report(inbound_mail(*form(raw, **how)))


def kind_of(raw: bytes) -> ReceiptKind | None:
    found = read(raw)
    return found.receipt("a-1", ADA, AT).kind if found else None


@pytest.mark.parametrize(
    ("status", "kind"),
    [
        ("5.1.1", ReceiptKind.BOUNCED),
        ("5.1.2", ReceiptKind.BOUNCED),
        ("5.1.10", ReceiptKind.BOUNCED),
        ("5.2.1", ReceiptKind.BOUNCED),
        ("5.4.4", ReceiptKind.BOUNCED),
        ("5.2.2", ReceiptKind.UNAVAILABLE),
        ("4.2.2", ReceiptKind.UNAVAILABLE),
        ("4.2.1", ReceiptKind.UNAVAILABLE),
        ("4.4.7", ReceiptKind.FAILED),
        ("4.4.1", ReceiptKind.FAILED),
        ("5.7.1", ReceiptKind.BLOCKED),
        ("5.3.4", ReceiptKind.BLOCKED),
        ("5.1.8", ReceiptKind.BLOCKED),  # our own address is at fault
        ("5.0.0", ReceiptKind.BLOCKED),
        ("nonsense", ReceiptKind.FAILED),
    ],
)
def test_what_a_status_means(status: str, kind: ReceiptKind) -> None:
    assert kind_of(report(status)) is kind


@pytest.mark.parametrize(
    ("action", "kind"),
    [
        ("failed", ReceiptKind.BOUNCED),
        ("Failed (permanently)", ReceiptKind.BOUNCED),
        ("delayed", ReceiptKind.DEFERRED),
        ("delivered", ReceiptKind.DELIVERED),
        ("relayed", ReceiptKind.SENT),
        ("expanded", ReceiptKind.SENT),
        ("invented", None),
    ],
)
def test_what_an_action_means(action: str, kind: ReceiptKind | None) -> None:
    assert kind_of(report("5.1.1", action)) is kind


def test_a_code_that_says_nothing_is_looked_for_in_the_servers_own_words() -> None:
    raw = report("5.0.0", diagnostic="smtp; 550 5.1.1 <ada.canary@debtor.example>: no such user")
    found = read(raw)
    assert found is not None
    assert (found.kind, found.status) == (ReceiptKind.BOUNCED, "5.1.1")


def test_an_address_that_the_mail_was_sent_on_to_is_not_ours_to_bar() -> None:
    assert kind_of(report("5.1.1", recipient="ada@elsewhere.example")) is ReceiptKind.BLOCKED
    assert kind_of(report("5.1.1", recipient="ada@elsewhere.example", original=ADA)) is ReceiptKind.BOUNCED
    assert kind_of(report("5.1.1", recipient="Ada.CANARY@debtor.example")) is ReceiptKind.BOUNCED


def test_the_receipt() -> None:
    found = read(report("5.1.1"))
    assert found is not None
    receipt = found.receipt("a-1", ADA, AT)
    assert (receipt.attempt_id, receipt.code, receipt.occurred_at) == ("a-1", "5.1.1", AT)
    assert "Reporting-MTA" in receipt.raw
    assert "Hello" not in receipt.raw


def test_a_repeat_is_one_receipt_and_the_next_report_another() -> None:
    def keys(**how: str) -> tuple[str, ...]:
        found = read(report("5.1.1", **how))
        assert found is not None
        return found.receipt("a-1", ADA, AT).keys

    assert keys() == keys()
    assert keys() != keys(message_id="<dsn-2@mx.debtor.example>")
    assert keys() != keys(action="delayed")


def test_a_report_names_its_message_by_where_it_arrives_and_else_by_the_copy_that_it_carries() -> None:
    found = read(report("5.1.1"), to="postmaster@in.example.test")
    assert found is not None
    assert found.references == (ANSWERED,)
    only_header = many(
        "report", "r",
        part("message/delivery-status", f"Reporting-MTA: dns; x\r\n\r\nFinal-Recipient: rfc822; {ADA}\r\n"
             "Action: failed\r\nStatus: 5.1.1\r\n"),
        part("text/rfc822-headers", f"From: us@us.example\r\nReply-To: <{ANSWERED}>\r\n"),
    )  # fmt: skip
    found = read(b"From: x@y.example\r\n" + only_header, to="postmaster@in.example.test")
    assert found is not None
    assert found.references == (ANSWERED,)


@pytest.mark.parametrize(
    ("said", "kind"),
    [
        ("abuse", ReceiptKind.COMPLAINED),
        ("fraud", ReceiptKind.COMPLAINED),
        ("not-spam", None),
        ("auth-failure", None),
    ],
)
def test_a_feedback_report_is_a_complaint(said: str, kind: ReceiptKind | None) -> None:
    found = read(feedback(said, ANSWERED), to="abuse@in.example.test")
    assert (found.kind if found else None) is kind
    if found:
        assert found.references == (ANSWERED,)


@pytest.mark.parametrize(
    "raw",
    [
        mail("text/plain", "Action: failed\r\nStatus: 5.1.1"),
        b"Content-Type: multipart/report; boundary=x\r\n\r\n--x\r\nContent-Type: message/delivery-status\r\n\r\n--x--",
        b"Content-Type: message/delivery-status\r\n\r\n\xff\xfe",
        b"Content-Type: message/feedback-report; boundary=x\r\n\r\nFeedback-Type",
        b"",
    ],
)
def test_what_is_no_report_is_none(raw: bytes) -> None:
    assert read(raw) is None
