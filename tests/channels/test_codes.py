"""The tables of the providers' codes: what each leads to, as a receipt and as a refusal."""

from __future__ import annotations

import json
from datetime import UTC, datetime

import pytest
from structlog.testing import capture_logs

from channels.codes import _TABLE, TWILIO, Code, CodeClass, code_of
from channels.mail_events import MAILBOX_FULL, TABLE, MailEvent, mail_event
from channels.ports import InDoubt, NotSent, Outcome, Rejected, Scope
from channels.receipts import sendgrid_receipts, twilio_receipt
from channels.transport import Response
from channels.twilio_sms import TwilioSms
from reminders.feedback import Receipt, ReceiptKind
from reminders.reasons import Reason
from reminders.states import MessageState
from tests.channels.conftest import NOW, TEXT
from tests.channels.test_mail_body import Canned
from workers.send import _SUPPRESSES

AT = datetime(2026, 3, 2, 9, tzinfo=UTC)
DEAD = {21211, 21214, 21217, 21265, 21614, 21635, 30005, 30006, 63003, 63024}
OPTED_OUT = {21216, 21610, 30004, 63014}
FOR_NOW = {30003, 63032}


def answer(number: int) -> Outcome:
    """What comes of a message that the provider refuses with a code."""
    canned = Canned(Response(400, {}, json.dumps({"code": number}).encode()))
    return TwilioSms("AC1", "t", canned, lambda: NOW).send(TEXT)


def call_back(code: object, status: str = "undelivered") -> Receipt:
    """What a status callback with a code says."""
    form = {"MessageSid": "SM1", "MessageStatus": status, "ErrorCode": str(code), "To": "+491511"}
    return twilio_receipt(form, {}, AT)


def test_each_code_stands_once_and_says_what_follows() -> None:
    assert len(TWILIO) == len(_TABLE)
    assert all(code.meaning and code.follows for code in _TABLE)


@pytest.mark.parametrize("value", [21610, "21610"])
def test_a_code_is_found_by_number_or_digits(value: object) -> None:
    code = code_of(value)
    assert code is not None
    assert code.kind is CodeClass.SUPPRESSED


@pytest.mark.parametrize("value", [None, "", "x", 0, "²", 1.5, [21610]])
def test_anything_else_is_no_code(value: object) -> None:
    assert code_of(value) is None


@pytest.mark.parametrize("code", _TABLE, ids=lambda code: str(code.number))
def test_only_what_speaks_of_the_number_itself_bars_it(code: Code) -> None:
    expected = (
        Reason.SUPPRESSED_ADDRESS
        if code.number in DEAD
        else Reason.OPTED_OUT
        if code.number in OPTED_OUT
        else None
    )
    receipt = call_back(code.number)
    outcome = answer(code.number)

    assert code.suppresses is expected
    assert receipt.kind.suppresses is expected
    refused = _SUPPRESSES.get(outcome.scope) if isinstance(outcome, Rejected) else None
    assert refused is expected
    assert (receipt.kind is ReceiptKind.UNAVAILABLE) == (code.number in FOR_NOW)


@pytest.mark.parametrize("code", _TABLE, ids=lambda code: str(code.number))
def test_each_code_says_where_its_message_ends_and_whom_a_refusal_is_about(code: Code) -> None:
    receipt = call_back(code.number)
    outcome = answer(code.number)

    assert receipt.kind.state is code.state
    assert code.state in (MessageState.UNDELIVERED, MessageState.FAILED)
    if code.kind is CodeClass.UNKNOWN:
        assert isinstance(outcome, InDoubt)
        assert code.scope is None
    elif code.scope is None:
        assert isinstance(outcome, NotSent)
    else:
        assert isinstance(outcome, Rejected)
        assert outcome.scope is code.scope


@pytest.mark.parametrize(
    ("number", "state", "scope"),
    [
        (21614, MessageState.UNDELIVERED, Scope.ADDRESS),
        (21610, MessageState.UNDELIVERED, Scope.SUPPRESSED),
        (21612, MessageState.UNDELIVERED, Scope.CONTENT),
        (30007, MessageState.UNDELIVERED, Scope.CONTENT),
        (30034, MessageState.FAILED, Scope.CONFIG),
        (30036, MessageState.FAILED, Scope.CONTENT),
        (30001, MessageState.FAILED, None),
        (30003, MessageState.FAILED, None),
        (30008, MessageState.FAILED, None),
        (30610, MessageState.FAILED, None),
        (63018, MessageState.FAILED, None),
    ],
)
def test_the_codes_that_matter(number: int, state: MessageState, scope: Scope | None) -> None:
    assert (TWILIO[number].state, TWILIO[number].scope) == (state, scope)


@pytest.mark.parametrize("code", ["39999", "of next year"])
def test_a_code_that_nobody_knows_bars_nobody_and_is_logged(code: str) -> None:
    with capture_logs() as logged:
        receipt = call_back(code)

    assert receipt.kind is ReceiptKind.FAILED
    assert receipt.kind.suppresses is None
    assert receipt.code == code
    assert logged == [
        {"event": "unknown_provider_code", "log_level": "warning", "provider": "twilio", "code": code}
    ]


def test_a_refusal_with_a_code_that_nobody_knows_bars_nobody_and_is_logged() -> None:
    with capture_logs() as logged:
        outcome = answer(29999)

    assert isinstance(outcome, Rejected)
    assert outcome.scope not in _SUPPRESSES
    assert [(line["event"], line["code"]) for line in logged] == [("unknown_provider_code", "29999")]


def test_what_could_be_an_address_is_not_logged() -> None:
    with capture_logs() as logged:
        call_back("ap@kaya.example")
        call_back("+4915112345678")

    assert [line["code"] for line in logged] == ["…", "…"]


def test_a_message_that_went_well_is_not_judged_by_a_code() -> None:
    assert call_back(30005, "delivered").kind is ReceiptKind.DELIVERED


def mail(row: MailEvent, says: str | None = None, **fields: str) -> Receipt:
    """The receipt of a mail event in a row's words."""
    event = {"event": row.event, "type": row.type, "sg_event_id": "1", **fields}
    words = "bounce_classification" if row.event == "bounce" else "reason"
    body = json.dumps([{**event, words: row.says.title() if says is None else says}]).encode()
    (receipt,) = sendgrid_receipts(body, AT)
    return receipt


def test_each_mail_event_stands_once() -> None:
    assert len({(row.event, row.type, row.says) for row in TABLE}) == len(TABLE)
    assert all(row.meaning and row.follows for row in TABLE)


@pytest.mark.parametrize("row", TABLE, ids=lambda row: f"{row.event} {row.type} {row.says}")
def test_a_mail_event_means_what_its_row_says(row: MailEvent) -> None:
    assert mail(row).kind is row.kind
    assert row.kind.state in (MessageState.UNDELIVERED, MessageState.FAILED)


def test_only_words_about_the_address_or_its_owner_bar_it() -> None:
    barred = {(row.event, row.type, row.says): row.kind.suppresses for row in TABLE if row.kind.suppresses}

    assert barred == {
        ("bounce", "bounce", ""): Reason.SUPPRESSED_ADDRESS,
        ("bounce", "bounce", "unclassified"): Reason.SUPPRESSED_ADDRESS,
        ("bounce", "bounce", "invalid address"): Reason.SUPPRESSED_ADDRESS,
        ("bounce", "bounce", "mailbox unavailable"): Reason.SUPPRESSED_ADDRESS,
        ("dropped", "", "bounced address"): Reason.SUPPRESSED_ADDRESS,
        ("dropped", "", "invalid"): Reason.SUPPRESSED_ADDRESS,
        ("dropped", "", "unsubscribed address"): Reason.OPTED_OUT,
        ("dropped", "", "spam reporting address"): Reason.OPTED_OUT,
    }


@pytest.mark.parametrize("row", [row for row in TABLE if row.event == "bounce"], ids=str)
@pytest.mark.parametrize("status", ["4.2.2", "5.2.2"])
def test_a_full_mailbox_is_no_dead_one_whatever_else_is_said(row: MailEvent, status: str) -> None:
    assert mail(row, status=status).kind is ReceiptKind.UNAVAILABLE
    assert mail_event("bounce", row.type, row.says, status) is MAILBOX_FULL
    assert mail(row, status="5.2.1").kind is row.kind
    assert mail(row, status="15.2.22").kind is row.kind


@pytest.mark.parametrize(
    ("row", "says", "code"),
    [
        (TABLE[0], "Of Next Year", "bounce: Of Next Year"),
        (TABLE[-1], "Of Next Year", "dropped: Of Next Year"),
        (TABLE[-1], "ap@kaya.example is not wanted", "…"),
    ],
    ids=["a class", "a reason", "an address"],
)
def test_words_that_nobody_knows_bar_nobody_and_are_logged(row: MailEvent, says: str, code: str) -> None:
    with capture_logs() as logged:
        receipt = mail(row, says)

    assert receipt.kind is ReceiptKind.BLOCKED
    assert receipt.kind.suppresses is None
    assert [(line["event"], line["code"]) for line in logged] == [("unknown_provider_code", code)]
