"""What Twilio is sent, word for word, by SMS and by WhatsApp; and the callbacks that bring the attempt back."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import timedelta
from typing import Any
from urllib.parse import parse_qsl, unquote_plus

import pytest

from channels.ports import Accepted, Adapter, SendRequest
from channels.receipts import twilio_receipt
from channels.sandbox import TWILIO_ACCOUNT_SID, TWILIO_AUTH_TOKEN
from channels.signatures import sign_twilio, verify_twilio
from channels.transport import Response
from channels.twilio_sms import TwilioSms
from channels.twilio_whatsapp import TwilioWhatsApp
from reminders.feedback import ReceiptKind
from reminders.snapshot import Channel
from tests.channels.conftest import NOW, TEXT
from tests.channels.test_mail_body import Canned

# The parameters of POST /2010-04-01/Accounts/{AccountSid}/Messages.json, as the provider's OpenAPI document names them:
# https://github.com/twilio/twilio-oai/blob/main/spec/json/twilio_api_v2010.json
DOCUMENTED = {
    "AddressRetention", "ApplicationSid", "Attempt", "Body", "ContentRetention", "ContentSid", "ContentVariables",
    "FallbackFrom", "ForceDelivery", "From", "MaxPrice", "MediaUrl", "MessagingServiceSid", "PersistentAction",
    "ProvideFeedback", "RiskCheck", "ScheduleType", "SendAsMms", "SendAt", "ShortenUrls", "SmartEncoded",
    "StatusCallback", "To", "TrafficType", "ValidityPeriod",
}  # fmt: skip
CONTENT = "HX" + "0a" * 16
CALLBACK = f"{TEXT.status_url}#rc=5&rp=all"
FREE = replace(TEXT, channel=Channel.WHATSAPP, text="Hello “Anna” & co:\n50 % = €5.00?")
TEMPLATE = replace(FREE, template_id=CONTENT, variables={"1": "Northwind", "2": "Müller & Söhne “AG”"})


@pytest.fixture
def canned() -> Canned:
    return Canned(Response(201, {"content-type": "application/json"}, b'{"sid": "SM01", "status": "queued"}'))


def adapters(canned: Canned, service: str | None = None) -> tuple[TwilioSms, TwilioWhatsApp]:
    account = (TWILIO_ACCOUNT_SID, TWILIO_AUTH_TOKEN, canned, lambda: NOW)
    return TwilioSms(*account, None, service), TwilioWhatsApp(*account)


def sent(canned: Canned, adapter: Adapter, request: SendRequest) -> dict[str, str]:
    assert adapter.send(request) == Accepted("SM01")
    ((method, url, call),) = canned.given
    assert (method, url) == (
        "POST",
        f"https://api.twilio.com/2010-04-01/Accounts/{TWILIO_ACCOUNT_SID}/Messages.json",
    )
    assert call["auth"] == (TWILIO_ACCOUNT_SID, TWILIO_AUTH_TOKEN)
    assert call["headers"]["Content-Type"] == "application/x-www-form-urlencoded"
    pairs = parse_qsl(call["content"].decode(), keep_blank_values=True, strict_parsing=True)
    form = dict(pairs)
    assert len(form) == len(pairs), "no parameter twice"
    assert form.keys() <= DOCUMENTED
    return form


def test_a_text(canned: Canned) -> None:
    assert sent(canned, adapters(canned)[0], TEXT) == {
        "To": TEXT.to,
        "From": TEXT.sender,
        "Body": TEXT.text,
        "StatusCallback": CALLBACK,
        "ValidityPeriod": "7200",
    }


def test_a_text_by_a_messaging_service_names_no_sender(canned: Canned) -> None:
    form = sent(canned, adapters(canned, "MG" + "1" * 32)[0], TEXT)
    assert form["MessagingServiceSid"] == "MG" + "1" * 32
    assert "From" not in form


def test_free_text_by_whatsapp(canned: Canned) -> None:
    assert sent(canned, adapters(canned)[1], FREE) == {
        "To": f"whatsapp:{TEXT.to}",
        "From": f"whatsapp:{TEXT.sender}",
        "Body": FREE.text,
        "StatusCallback": CALLBACK,
        "ValidityPeriod": "7200",
    }


def test_a_template_by_whatsapp_has_no_text_beside_it(canned: Canned) -> None:
    form = sent(canned, adapters(canned)[1], TEMPLATE)
    assert json.loads(form.pop("ContentVariables")) == TEMPLATE.variables
    assert form == {
        "To": f"whatsapp:{TEXT.to}",
        "From": f"whatsapp:{TEXT.sender}",
        "ContentSid": CONTENT,
        "StatusCallback": CALLBACK,
        "ValidityPeriod": "7200",
    }


@pytest.mark.parametrize(("minutes", "seconds"), [(-5, "1"), (0, "1"), (1, "60"), (60 * 24, "36000")])
def test_how_long_it_may_wait_in_the_providers_queue(canned: Canned, minutes: int, seconds: str) -> None:
    form = sent(canned, adapters(canned)[0], replace(TEXT, not_after=NOW + timedelta(minutes=minutes)))
    assert form["ValidityPeriod"] == seconds


# --- what comes back


def callback(**changes: str) -> list[tuple[str, str]]:
    form = {
        "MessageSid": "SM01",
        "To": f"whatsapp:{TEXT.to}",
        "From": f"whatsapp:{TEXT.sender}",
        "ChannelPrefix": "whatsapp",
        "MessageStatus": "read",
        "EventType": "READ",
    }
    return list((form | changes).items())


@pytest.mark.parametrize(
    ("changes", "kind"),
    [
        ({"MessageStatus": "sent"}, ReceiptKind.SENT),
        ({"MessageStatus": "delivered"}, ReceiptKind.DELIVERED),
        ({"MessageStatus": "read"}, ReceiptKind.DELIVERED),
        ({"MessageStatus": "failed", "ErrorCode": "63016"}, ReceiptKind.FAILED),
        ({"MessageStatus": "failed", "ErrorCode": "63018"}, ReceiptKind.FAILED),
        ({"MessageStatus": "undelivered", "ErrorCode": "63024"}, ReceiptKind.BOUNCED),
        ({"MessageStatus": "undelivered", "ErrorCode": "63003"}, ReceiptKind.BOUNCED),
        ({"MessageStatus": "undelivered", "ErrorCode": "63014"}, ReceiptKind.OPTED_OUT),
        ({"MessageStatus": "undelivered", "ErrorCode": "63049"}, ReceiptKind.BLOCKED),
        ({"MessageStatus": "failed", "ErrorCode": "63041"}, ReceiptKind.BLOCKED),
    ],
)
def test_what_a_callback_says(changes: dict[str, str], kind: ReceiptKind) -> None:
    receipt = twilio_receipt(callback(**changes), [("a", "attempt-1")], NOW)
    assert (receipt.channel, receipt.kind, receipt.attempt_id) == (Channel.WHATSAPP, kind, "attempt-1")


@pytest.mark.parametrize(
    "change",
    [
        lambda url, form: (url, [*form[:-1], ("EventType", "READ ")]),
        lambda url, form: (url, [(name, unquote_plus(value)) for name, value in form]),
        lambda url, form: (url, form[:-1]),
        lambda url, form: (url.replace("0195-attempt-1", "0195-attempt-2"), form),
        lambda url, form: (url.replace("https:", "http:"), form),
        lambda url, form: (url.partition("?")[0], form),
        lambda url, form: (f"{url}#rc=5&rp=all", form),
    ],
)
def test_a_callback_that_was_changed_is_not_theirs(change: Any) -> None:
    """Plus signs and colons of a WhatsApp address are signed as they are, and so is the attempt's id."""
    url, form = TEXT.status_url, callback()
    signature = sign_twilio(TWILIO_AUTH_TOKEN, url, form)
    assert verify_twilio(TWILIO_AUTH_TOKEN, url, form, signature)
    assert not verify_twilio("another-token", url, form, signature)
    changed_url, changed_form = change(url, form)
    assert not verify_twilio(TWILIO_AUTH_TOKEN, changed_url, changed_form, signature)
