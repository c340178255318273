"""Both adapters, over the real SDKs, against the sandbox on loopback: every outcome, faults included."""

from __future__ import annotations

import logging
from dataclasses import replace
from datetime import timedelta

import pytest

from channels.ports import (
    Accepted,
    Attachment,
    Found,
    InDoubt,
    NotFound,
    NotSent,
    Rejected,
    Scope,
    Unsearchable,
)
from channels.sandbox import TWILIO_ACCOUNT_SID, TWILIO_AUTH_TOKEN, FaultKind, Sandbox
from channels.sendgrid_mail import SendGridMail
from channels.transport import Transport
from channels.twilio_sms import TwilioSms
from tests.channels.conftest import MAIL, NOW, TEXT

pytestmark = pytest.mark.network


def test_a_mail_is_accepted_once(mail: SendGridMail, box: Sandbox) -> None:
    outcome = mail.send(MAIL)

    (message,) = box.messages()
    assert outcome == Accepted(message.id)
    assert (message.to, message.subject, message.text, message.html) == (
        MAIL.to,
        MAIL.subject,
        MAIL.text,
        MAIL.html,
    )
    assert message.attempt_id == MAIL.attempt_id
    assert message.message_id_header == f"<{MAIL.message_id}@mail.example.com>"


def test_a_mail_carries_its_documents(mail: SendGridMail, box: Sandbox) -> None:
    paper = Attachment("INV-1001.pdf", "application/pdf", b"%PDF-1.7")
    assert isinstance(mail.send(replace(MAIL, attachments=(paper,))), Accepted)
    assert box.messages()[0].attachments == ("INV-1001.pdf",)


@pytest.mark.parametrize(
    "paper",
    [
        Attachment("", "application/pdf", b"%PDF-1.7"),
        Attachment("a.pdf", "application/pdf; name=x", b"%PDF-1.7"),
        Attachment("a.pdf", "application/pdf", b""),
    ],
)
def test_a_document_that_the_provider_refuses_is_our_content(mail: SendGridMail, paper: Attachment) -> None:
    outcome = mail.send(replace(MAIL, attachments=(paper,)))
    assert isinstance(outcome, Rejected)
    assert outcome.scope is Scope.CONTENT


def test_a_mail_that_is_too_large_is_our_content(mail: SendGridMail) -> None:
    paper = Attachment("a.pdf", "application/pdf", b"x" * 24_000_000)
    outcome = mail.send(replace(MAIL, attachments=(paper,)))
    assert isinstance(outcome, Rejected)
    assert (outcome.scope, outcome.code) == (Scope.CONTENT, "413")


def test_a_text_is_accepted_once(sms: TwilioSms, box: Sandbox) -> None:
    outcome = sms.send(TEXT)

    (message,) = box.messages()
    assert outcome == Accepted(message.id)
    assert (message.to, message.sender, message.text) == (TEXT.to, TEXT.sender, TEXT.text)
    assert message.attempt_id == TEXT.attempt_id


def test_a_messaging_service_chooses_the_sender(url: str, transport: Transport, box: Sandbox) -> None:
    sms = TwilioSms(TWILIO_ACCOUNT_SID, TWILIO_AUTH_TOKEN, transport, lambda: NOW, url, "MG0001")

    assert isinstance(sms.send(TEXT), Accepted)
    assert box.messages()[0].service_sid == "MG0001"
    assert isinstance(sms.find(TEXT, NOW), Found)


def test_a_mail_in_subject_lines_stays_one_line(mail: SendGridMail, box: Sandbox) -> None:
    assert isinstance(mail.send(replace(MAIL, subject="Due\r\nBcc: x@evil.example")), Accepted)
    assert box.messages()[0].subject == "Due Bcc: x@evil.example"


def test_a_mail_without_words_is_not_even_tried(mail: SendGridMail, box: Sandbox) -> None:
    assert mail.send(replace(MAIL, subject=None)) == Rejected(
        Scope.CONTENT, "empty", "a mail needs a subject and a text"
    )
    assert box.messages() == []


# --- refusals


def test_an_address_that_the_mail_provider_refuses(mail: SendGridMail, box: Sandbox) -> None:
    box.set_outcome(MAIL.to, "refuse")

    outcome = mail.send(MAIL)

    assert isinstance(outcome, Rejected)
    assert outcome.scope is Scope.ADDRESS
    assert MAIL.to not in outcome.detail


@pytest.mark.parametrize(
    ("change", "scope"),
    [
        ({"to": "not an address"}, Scope.ADDRESS),
        ({"sender": "not an address"}, Scope.CONFIG),
        ({"reply_to": "not an address"}, Scope.CONTENT),
        ({"html": ""}, Scope.CONTENT),
    ],
)
def test_what_a_refused_mail_is_about(mail: SendGridMail, change: dict[str, str], scope: Scope) -> None:
    outcome = mail.send(replace(MAIL, **change))  # type: ignore[arg-type]

    assert isinstance(outcome, Rejected)
    assert outcome.scope is scope


def test_a_wrong_mail_key_is_configuration(url: str, transport: Transport) -> None:
    outcome = SendGridMail("SG.wrong", transport, lambda: NOW, url).send(MAIL)

    assert isinstance(outcome, Rejected)
    assert (outcome.scope, outcome.code) == (Scope.CONFIG, "401")


def test_a_wrong_text_token_is_configuration(url: str, transport: Transport) -> None:
    outcome = TwilioSms(TWILIO_ACCOUNT_SID, "wrong", transport, lambda: NOW, url).send(TEXT)

    assert isinstance(outcome, Rejected)
    assert (outcome.scope, outcome.code) == (Scope.CONFIG, "20003")


@pytest.mark.parametrize(
    ("to", "scope"),
    [
        ("+15005550001", Scope.ADDRESS),
        ("+15005550002", Scope.CONTENT),
        ("+15005550003", Scope.CONFIG),
        ("+15005550004", Scope.SUPPRESSED),
        ("+15005550009", Scope.ADDRESS),
        ("5551234567", Scope.ADDRESS),
    ],
)
def test_numbers_that_always_fail(sms: TwilioSms, to: str, scope: Scope) -> None:
    outcome = sms.send(replace(TEXT, to=to))

    assert isinstance(outcome, Rejected)
    assert outcome.scope is scope
    assert to not in outcome.detail


@pytest.mark.parametrize(
    ("sender", "scope"), [("+15005550001", Scope.CONFIG), ("+15005550007", Scope.CONFIG)]
)
def test_senders_that_always_fail(sms: TwilioSms, sender: str, scope: Scope) -> None:
    outcome = sms.send(replace(TEXT, sender=sender))

    assert isinstance(outcome, Rejected)
    assert outcome.scope is scope


def test_a_full_queue_is_for_later(sms: TwilioSms) -> None:
    outcome = sms.send(replace(TEXT, sender="+15005550008"))

    assert isinstance(outcome, NotSent)
    assert outcome.code == "21611"


def test_a_text_too_long_is_our_content(sms: TwilioSms) -> None:
    outcome = sms.send(replace(TEXT, text="x" * 1601))

    assert isinstance(outcome, Rejected)
    assert (outcome.scope, outcome.code) == (Scope.CONTENT, "21617")


def test_an_unknown_code_is_our_content_until_somebody_looks(sms: TwilioSms) -> None:
    outcome = sms.send(replace(TEXT, to=TEXT.sender))

    assert isinstance(outcome, Rejected)
    assert (outcome.scope, outcome.code) == (Scope.CONTENT, "21266")


def test_a_number_that_said_stop_is_never_written_to_again(sms: TwilioSms, box: Sandbox) -> None:
    sms.send(TEXT)
    box.reply("sms", TEXT.to, "STOP", NOW)

    outcome = sms.send(TEXT)

    assert isinstance(outcome, Rejected)
    assert (outcome.scope, outcome.code) == (Scope.SUPPRESSED, "21610")


# --- faults


def test_too_many_mails_says_when_to_go_on(mail: SendGridMail, box: Sandbox) -> None:
    box.faults.add("sendgrid", FaultKind.STATUS_429, seconds=30)

    assert mail.send(MAIL) == NotSent("429", "too many requests", 30.0)
    assert isinstance(mail.send(MAIL), Accepted)


def test_too_many_texts_says_when_to_go_on(sms: TwilioSms, box: Sandbox) -> None:
    box.faults.add("twilio", FaultKind.STATUS_429, seconds=7)

    assert sms.send(TEXT) == NotSent("20429", "too many requests", 7.0)
    assert isinstance(sms.send(TEXT), Accepted)


@pytest.mark.parametrize(
    ("kind", "accepted"),
    [
        (FaultKind.HANG_BEFORE, 0),
        (FaultKind.HANG_AFTER, 1),
        (FaultKind.RESET_BEFORE, 0),
        (FaultKind.RESET_AFTER, 1),
        (FaultKind.STATUS_500, 0),
        (FaultKind.STATUS_500_AFTER, 1),
    ],
)
def test_what_nobody_can_know_is_in_doubt_and_can_be_found(
    mail: SendGridMail, sms: TwilioSms, box: Sandbox, kind: FaultKind, accepted: int
) -> None:
    for provider in ("sendgrid", "twilio"):
        box.faults.add(provider, kind, seconds=5)

    assert isinstance(mail.send(MAIL), InDoubt)
    assert isinstance(sms.send(TEXT), InDoubt)

    assert len(box.messages()) == 2 * accepted
    expected = Found if accepted else NotFound
    assert isinstance(mail.find(MAIL, NOW), expected)
    assert isinstance(sms.find(TEXT, NOW), expected)


def test_a_search_tells_attempts_apart(mail: SendGridMail, sms: TwilioSms, box: Sandbox) -> None:
    mail.send(MAIL)
    sms.send(TEXT)

    assert mail.find(replace(MAIL, attempt_id="another"), NOW) == NotFound()
    assert sms.find(replace(TEXT, text="another text"), NOW) == NotFound()
    assert sms.find(replace(TEXT, sender="+15017122662"), NOW) == NotFound()
    assert sms.find(TEXT, NOW + timedelta(seconds=10)) == NotFound()
    assert isinstance(sms.find(TEXT, NOW + timedelta(seconds=4)), Found)


def test_nobody_listens_so_nothing_was_sent(transport: Transport) -> None:
    nowhere = "http://127.0.0.1:9"

    mail = SendGridMail("SG.x", transport, lambda: NOW, nowhere)
    sms = TwilioSms(TWILIO_ACCOUNT_SID, "x", transport, lambda: NOW, nowhere)

    assert mail.send(MAIL) == NotSent("network", "ConnectError")
    assert sms.send(TEXT) == NotSent("network", "ConnectError")
    assert mail.find(MAIL, NOW) == Unsearchable("ConnectError")
    assert sms.find(TEXT, NOW) == Unsearchable("ConnectError")


def test_no_log_tells_an_address_a_number_or_a_word(
    mail: SendGridMail, sms: TwilioSms, box: Sandbox, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    for _ in range(2):
        mail.send(MAIL)
        sms.send(TEXT)
        mail.find(MAIL, NOW)
        sms.find(TEXT, NOW)
        box.set_outcome(MAIL.to, "refuse")
        box.set_outcome(TEXT.to, "refuse")

    for secret in (
        MAIL.to,
        "debtor",
        "15558675310",
        "15017122661",
        "INV-1001",
        TWILIO_AUTH_TOKEN,
        "SG.sandbox",
    ):
        assert secret not in caplog.text
