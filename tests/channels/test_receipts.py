"""Receipts as both providers send them."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from channels.receipts import Unreadable, sendgrid_receipts, twilio_receipt
from reminders.feedback import Receipt, ReceiptKind
from reminders.reasons import Reason
from reminders.snapshot import Channel
from reminders.states import MessageState

AT = datetime(2026, 3, 2, 9, tzinfo=UTC)
# Field names and values in the shape of SendGrid's documented example events.
EVENT = {
    "email": "ap@debtor.example",
    "timestamp": 1772442000,
    "smtp-id": "<14c5d75ce93.dfd.64b469@ismtpd-555>",
    "event": "delivered",
    "category": "reminder",
    "sg_event_id": "rWVYmVk90MjZJ9iohOBa3w==",
    "sg_message_id": "14c5d75ce93.dfd.64b469.filter0001.16648.5515E0B88.0",
    "response": "250 OK",
    "amicable_attempt_id": "attempt-1",
}


def one(**changes: Any) -> Receipt:
    event = {name: value for name, value in {**EVENT, **changes}.items() if value is not None}
    (receipt,) = sendgrid_receipts(json.dumps([event]).encode(), AT)
    return receipt


def test_a_delivered_mail() -> None:
    receipt = one()

    assert (receipt.provider, receipt.channel, receipt.kind) == (
        "sendgrid",
        Channel.EMAIL,
        ReceiptKind.DELIVERED,
    )
    assert receipt.attempt_id == "attempt-1"
    assert receipt.provider_id == "14c5d75ce93"
    assert receipt.occurred_at == datetime(2026, 3, 2, 9, tzinfo=UTC)
    assert receipt.detail == "250 OK"
    assert len(receipt.keys) == 2


@pytest.mark.parametrize(
    ("changes", "kind"),
    [
        ({"event": "processed"}, ReceiptKind.SENT),
        ({"event": "deferred", "attempt": "5"}, ReceiptKind.DEFERRED),
        ({"event": "bounce", "type": "bounce"}, ReceiptKind.BOUNCED),
        ({"event": "bounce"}, ReceiptKind.BOUNCED),
        ({"event": "bounce", "type": "blocked"}, ReceiptKind.BLOCKED),
        ({"event": "dropped", "reason": "Bounced Address"}, ReceiptKind.SUPPRESSED),
        ({"event": "dropped", "reason": "Invalid"}, ReceiptKind.SUPPRESSED),
        ({"event": "dropped", "reason": "Unsubscribed Address"}, ReceiptKind.OPTED_OUT),
        ({"event": "dropped", "reason": "Spam Reporting Address"}, ReceiptKind.OPTED_OUT),
        ({"event": "dropped", "reason": "Invalid SMTPAPI header"}, ReceiptKind.BLOCKED),
        ({"event": "dropped", "reason": "Recipient List over Package Quota"}, ReceiptKind.BLOCKED),
        ({"event": "dropped"}, ReceiptKind.BLOCKED),
        ({"event": "bounce", "type": "bounce", "status": "5.2.2"}, ReceiptKind.UNAVAILABLE),
        (
            {"event": "bounce", "type": "blocked", "bounce_classification": "Mailbox Unavailable"},
            ReceiptKind.UNAVAILABLE,
        ),
        (
            {"event": "bounce", "type": "bounce", "bounce_classification": "Invalid Address"},
            ReceiptKind.BOUNCED,
        ),
        ({"event": "bounce", "type": "bounce", "bounce_classification": "Reputation"}, ReceiptKind.BLOCKED),
        ({"event": "bounce", "type": "bounce", "bounce_classification": "of next year"}, ReceiptKind.BLOCKED),
        ({"event": "bounce", "type": "of next year"}, ReceiptKind.BLOCKED),
        ({"event": "spamreport"}, ReceiptKind.COMPLAINED),
        ({"event": "unsubscribe"}, ReceiptKind.UNSUBSCRIBED),
        ({"event": "group_unsubscribe"}, ReceiptKind.UNSUBSCRIBED),
        ({"event": "group_resubscribe"}, ReceiptKind.UNKNOWN),
        ({"event": "open"}, ReceiptKind.OPENED),
        ({"event": "click"}, ReceiptKind.CLICKED),
        ({"event": "of next year"}, ReceiptKind.UNKNOWN),
        ({"event": None}, ReceiptKind.UNKNOWN),
        ({"event": ["delivered"]}, ReceiptKind.UNKNOWN),
    ],
)
def test_what_mail_events_mean(changes: dict[str, Any], kind: ReceiptKind) -> None:
    assert one(**changes).kind is kind


def test_a_repeat_shares_a_key_even_with_a_new_id() -> None:
    assert set(one().keys) & set(one(sg_event_id="another").keys)
    assert set(one().keys) & set(one(sg_event_id=None).keys)


@pytest.mark.parametrize(
    "changes",
    [
        {"event": "processed"},
        {"timestamp": 1},
        {"amicable_attempt_id": "attempt-2"},
        {"email": "x@y.example"},
    ],
)
def test_another_event_shares_none(changes: dict[str, Any]) -> None:
    assert not set(one().keys) & set(one(**{"sg_event_id": "another", **changes}).keys)


def test_a_bounce_and_a_block_with_one_id_are_two_events() -> None:
    assert not set(one(event="bounce", type="bounce").keys) & set(one(event="bounce", type="blocked").keys)


def test_missing_fields_are_missing_and_no_error() -> None:
    (receipt,) = sendgrid_receipts(b"[{}]", AT)

    assert receipt.kind is ReceiptKind.UNKNOWN
    assert receipt.occurred_at == AT
    assert receipt.attempt_id is receipt.provider_id is None
    assert len(receipt.keys) == 1


@pytest.mark.parametrize("stamp", ["soon", 10**18, -(10**18), True, [1], 1e400])
def test_a_strange_timestamp_is_now(stamp: object) -> None:
    assert one(timestamp=stamp).occurred_at == AT


@pytest.mark.parametrize("body", [b"", b"{}", b"[1]", b"\xff", b'"x"', b"[" * 100_000])
def test_what_is_no_array_of_events_is_unreadable(body: bytes) -> None:
    with pytest.raises(Unreadable):
        sendgrid_receipts(body, AT)


@given(
    st.lists(
        st.dictionaries(
            st.sampled_from([*EVENT, "type", "reason", "status", "url"]),
            st.recursive(
                st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
                lambda inner: st.lists(inner, max_size=2) | st.dictionaries(st.text(), inner, max_size=2),
                max_leaves=3,
            ),
        ),
        max_size=3,
    )
)
def test_any_event_becomes_a_receipt(events: list[dict[str, Any]]) -> None:
    receipts = sendgrid_receipts(json.dumps(events).encode(), AT)
    assert len(receipts) == len(events)
    assert all(receipt.keys and receipt.occurred_at.tzinfo for receipt in receipts)


# --- Twilio

FORM = {
    "SmsSid": "SM0a1b",
    "MessageSid": "SM0a1b",
    "AccountSid": "AC01",
    "From": "+15017122661",
    "To": "+15558675310",
    "SmsStatus": "delivered",
    "MessageStatus": "delivered",
    "SomethingNew": "x",
}


def text(status: str, code: str | None = None) -> Receipt:
    form = {**FORM, "MessageStatus": status, "SmsStatus": status}
    if code is not None:
        form["ErrorCode"] = code
    return twilio_receipt(list(form.items()), [("a", "attempt-1")], AT)


def test_a_delivered_text() -> None:
    receipt = text("delivered")

    assert (receipt.provider, receipt.channel, receipt.kind) == ("twilio", Channel.SMS, ReceiptKind.DELIVERED)
    assert (receipt.attempt_id, receipt.provider_id) == ("attempt-1", "SM0a1b")
    assert receipt.keys == ("SM0a1b:delivered:",)
    assert receipt.occurred_at == AT


@pytest.mark.parametrize(
    ("status", "code", "kind"),
    [
        ("queued", None, ReceiptKind.QUEUED),
        ("sending", None, ReceiptKind.QUEUED),
        ("sent", None, ReceiptKind.SENT),
        ("read", None, ReceiptKind.DELIVERED),
        ("canceled", None, ReceiptKind.FAILED),
        ("partially_delivered", None, ReceiptKind.UNKNOWN),
        ("undelivered", "30003", ReceiptKind.UNAVAILABLE),
        ("undelivered", "30005", ReceiptKind.BOUNCED),
        ("undelivered", "30006", ReceiptKind.BOUNCED),
        ("undelivered", "30007", ReceiptKind.BLOCKED),
        ("failed", "30001", ReceiptKind.FAILED),
        ("failed", "30036", ReceiptKind.FAILED),
        ("failed", "21610", ReceiptKind.OPTED_OUT),
        ("failed", None, ReceiptKind.FAILED),
        ("failed", "99999", ReceiptKind.FAILED),
        ("failed", "what", ReceiptKind.FAILED),
    ],
)
def test_what_text_statuses_mean(status: str, code: str | None, kind: ReceiptKind) -> None:
    receipt = text(status, code)
    assert receipt.kind is kind
    assert receipt.code == code


def test_an_opt_out_seen_by_the_carrier_ends_the_message_and_the_channel() -> None:
    assert ReceiptKind.OPTED_OUT.state is MessageState.UNDELIVERED
    assert ReceiptKind.OPTED_OUT.suppresses is Reason.OPTED_OUT


def test_one_status_has_one_key() -> None:
    assert text("sent").keys == text("sent").keys != text("delivered").keys


def test_a_callback_without_our_id_is_still_a_receipt() -> None:
    assert twilio_receipt(FORM, {}, AT).attempt_id is None


@pytest.mark.parametrize("missing", [("MessageSid", "SmsSid"), ("MessageStatus", "SmsStatus")])
def test_a_callback_without_id_or_status_is_unreadable(missing: tuple[str, str]) -> None:
    with pytest.raises(Unreadable):
        twilio_receipt({name: value for name, value in FORM.items() if name not in missing}, {}, AT)
