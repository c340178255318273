"""The mail as it is handed to SendGrid, whole, and what each answer means."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import pytest

from channels.ports import (
    Accepted,
    Attachment,
    Found,
    InDoubt,
    NotFound,
    NotSent,
    Outcome,
    Rejected,
    Scope,
    Unsearchable,
)
from channels.sendgrid_mail import SendGridMail, body_of
from channels.transport import Answer, NeverSent, Response, Transport, Unknown
from channels.twilio_sms import TwilioSms
from tests.channels.conftest import MAIL, NOW, TEXT

GOLDEN = {
    "personalizations": [
        {
            "to": [{"email": "ap@debtor.example", "name": "AP, Debtor Ltd"}],
            "custom_args": {"amicable_attempt_id": "0195-attempt-1", "amicable_message_id": "5f2b-message-1"},
        }
    ],
    "from": {"email": "billing@mail.example.com", "name": "Acme Billing"},
    "subject": "Invoice INV-1001 is due on 5 March",
    "content": [
        {"type": "text/plain", "value": "Dear AP,\n\nINV-1001 is due."},
        {"type": "text/html", "value": "<p>Dear AP,</p><p>INV-1001 is due.</p>"},
    ],
    "headers": {
        "Message-ID": "<5f2b-message-1@mail.example.com>",
        "List-Unsubscribe": (
            "<https://amicable.example/u/tok>, <mailto:r%2Btoken@in.example.com?subject=unsubscribe>"
        ),
        "List-Unsubscribe-Post": "List-Unsubscribe=One-Click",
    },
    "categories": ["reminder"],
    "tracking_settings": {
        "click_tracking": {"enable": False, "enable_text": False},
        "open_tracking": {"enable": False},
    },
    "reply_to": {"email": "r+token@in.example.com"},
}


class Canned(Transport):
    """A transport that answers what it is told, and keeps what it was given."""

    def __init__(self, answer: Answer) -> None:
        self.answer = answer
        self.given: list[tuple[str, str, dict[str, Any]]] = []

    def _request(self, method: str, url: str, headers: Any, content: Any, auth: Any) -> Answer:
        self.given.append((method, url, {"headers": dict(headers), "content": content, "auth": auth}))
        return self.answer


def errors(*pairs: tuple[str | None, str]) -> bytes:
    return json.dumps({"errors": [{"field": field, "message": message} for field, message in pairs]}).encode()


HTML = {"content-type": "text/html"}
PAGE = b"<html><title>no</title></html>"


def test_the_whole_body() -> None:
    assert body_of(MAIL) == GOLDEN


def test_what_is_not_there_is_left_out() -> None:
    body = body_of(replace(MAIL, to_name=None, html=None, reply_to=None, unsubscribe_url="", sender_name=""))

    assert body["personalizations"][0]["to"] == [{"email": "ap@debtor.example"}]
    assert body["from"] == {"email": "billing@mail.example.com"}
    assert [part["type"] for part in body["content"]] == ["text/plain"]
    assert list(body["headers"]) == ["Message-ID"]
    assert "reply_to" not in body


def test_a_repeat_has_the_same_message_id_and_another_attempt() -> None:
    again = body_of(replace(MAIL, attempt_id="attempt-2"))
    assert again["headers"] == GOLDEN["headers"]
    assert again["personalizations"][0]["custom_args"]["amicable_attempt_id"] == "attempt-2"


def test_no_header_holds_a_line_break() -> None:
    body = body_of(
        replace(
            MAIL,
            subject="a\r\nBcc: x",
            to_name="a\nb",
            sender_name="c\rd",
            unsubscribe_url="https://x/\r\nA: b",
        )
    )
    assert body["subject"] == "a Bcc: x"
    assert body["personalizations"][0]["to"][0]["name"] == "a b"
    assert body["from"]["name"] == "c d"
    assert not {"\r", "\n"} & set("".join(body["headers"].values()))


def test_earlier_mails_of_the_cycle_make_a_thread() -> None:
    headers = body_of(replace(MAIL, references=("m1@mail.example.com", "m2@mail.example.com")))["headers"]
    assert headers["References"] == "<m1@mail.example.com> <m2@mail.example.com>"
    assert headers["In-Reply-To"] == "<m2@mail.example.com>"


def test_a_long_thread_keeps_its_first_mail_and_its_newest() -> None:
    ids = [f"{number}@{'d' * 240}.example" for number in range(10)]
    headers = body_of(replace(MAIL, references=tuple(ids)))["headers"]
    assert len(headers["References"]) <= 900
    assert headers["References"].split() == [f"<{one}>" for one in (ids[0], ids[8], ids[9])]


def test_one_click_is_only_promised_over_https() -> None:
    headers = body_of(replace(MAIL, unsubscribe_url="http://localhost:8080/u/t", reply_to=None))["headers"]
    assert headers["List-Unsubscribe"] == "<http://localhost:8080/u/t>"
    assert "List-Unsubscribe-Post" not in headers


def test_nothing_personal_is_kept_beside_the_mail() -> None:
    body = body_of(MAIL)
    kept = json.dumps([body["categories"], body["personalizations"][0]["custom_args"]])
    assert not any(word in kept for word in (MAIL.to, "debtor", "INV-1001", "Acme"))
    assert "substitutions" not in body["personalizations"][0]


def test_a_document_goes_along_in_base64() -> None:
    document = Attachment("INV-1001.pdf", "application/pdf", b"%PDF-1.4")
    assert body_of(replace(MAIL, attachments=(document,)))["attachments"] == [
        {
            "content": "JVBERi0xLjQ=",
            "filename": "INV-1001.pdf",
            "type": "application/pdf",
            "disposition": "attachment",
        }
    ]


def test_the_call_itself() -> None:
    canned = Canned(Response(202, {"x-message-id": "abc"}, b""))
    SendGridMail("SG.key", canned, lambda: NOW, "http://host/").send(MAIL)

    ((method, url, given),) = canned.given
    assert (method, url) == ("POST", "http://host/v3/mail/send")
    assert json.loads(given["content"]) == GOLDEN
    assert given["headers"]["Authorization"] == "Bearer SG.key"
    assert given["headers"]["Content-Type"] == "application/json"


def test_without_a_url_the_real_host_is_meant() -> None:
    canned = Canned(Response(202, {}, b""))
    SendGridMail("SG.key", canned, lambda: NOW).send(MAIL)
    TwilioSms("AC1", "token", canned, lambda: NOW).send(TEXT)

    assert [url for _, url, _ in canned.given] == [
        "https://api.sendgrid.com/v3/mail/send",
        "https://api.twilio.com/2010-04-01/Accounts/AC1/Messages.json",
    ]


RESET = str(int(NOW.timestamp()) + 12)


@pytest.mark.parametrize(
    ("answer", "outcome"),
    [
        (Response(202, {"x-message-id": "abc"}, b""), Accepted("abc")),
        (Response(202, {}, b""), Accepted(None)),
        (Response(200, {}, b""), Accepted(None)),
        (Response(200, HTML, PAGE), InDoubt("HTTP 200")),
        (Response(429, {"x-ratelimit-reset": RESET}, b""), NotSent("429", "too many requests", 12.0)),
        (Response(429, {"retry-after": "3"}, PAGE), NotSent("429", "too many requests", 3.0)),
        (Response(429, {"x-ratelimit-reset": "1"}, b""), NotSent("429", "too many requests", 0.0)),
        (Response(429, {"x-ratelimit-reset": "²"}, b""), NotSent("429", "too many requests", None)),
        (Response(500, {}, b""), InDoubt("HTTP 500")),
        (Response(502, HTML, PAGE), InDoubt("HTTP 502")),
        (Response(503, {}, b""), InDoubt("HTTP 503")),
        (Response(408, {}, b""), InDoubt("HTTP 408")),
        (NeverSent("ConnectError"), NotSent("network", "ConnectError")),
        (Unknown("ReadTimeout"), InDoubt("ReadTimeout")),
    ],
)
def test_what_answers_mean(answer: Answer, outcome: Outcome) -> None:
    assert SendGridMail("SG.key", Canned(answer), lambda: NOW).send(MAIL) == outcome


@pytest.mark.parametrize(
    ("answer", "scope"),
    [
        (
            Response(400, {}, errors(("personalizations.0.to.0.email", "Does not contain a valid address."))),
            Scope.ADDRESS,
        ),
        (Response(400, {}, errors(("to", "x is not a valid email address"))), Scope.ADDRESS),
        (Response(400, {}, errors(("personalizations.0.to", "The to array is required"))), Scope.CONTENT),
        (Response(400, {}, errors(("personalizations.0.cc.0.email", "not valid"))), Scope.CONTENT),
        (Response(400, {}, errors(("subject", "The subject is required"))), Scope.CONTENT),
        (Response(400, {}, errors(("from.email", "Does not contain a valid address."))), Scope.CONFIG),
        (Response(400, {}, errors(("null", "invalid request"))), Scope.CONTENT),
        (Response(400, {}, errors((None, "Bad Request"))), Scope.CONTENT),
        (Response(400, HTML, PAGE), Scope.CONFIG),
        (Response(400, {}, b"not ours"), Scope.CONFIG),
        (Response(400, {}, b"[]"), Scope.CONFIG),
        (Response(401, {}, errors((None, "authorization required"))), Scope.CONFIG),
        (Response(403, HTML, PAGE), Scope.CONFIG),
        (Response(404, HTML, PAGE), Scope.CONFIG),
        (Response(405, {}, b""), Scope.CONFIG),
        (Response(301, {"location": "https://elsewhere"}, b""), Scope.CONFIG),
        (Response(413, HTML, PAGE), Scope.CONTENT),
        (Response(415, {}, errors((None, "wrong type"))), Scope.CONTENT),
    ],
)
def test_what_refusals_are_about(answer: Response, scope: Scope) -> None:
    outcome = SendGridMail("SG.key", Canned(answer), lambda: NOW).send(MAIL)

    assert isinstance(outcome, Rejected)
    assert (outcome.scope, outcome.code) == (scope, str(answer.status))


def test_a_refusal_tells_no_address_and_no_number() -> None:
    said = "ap@debtor.example, <ap@debtor.example> and +15558675310 are wrong"
    outcome = SendGridMail("k", Canned(Response(400, {}, errors(("to", said)))), lambda: NOW).send(MAIL)

    assert isinstance(outcome, Rejected)
    assert "@" not in outcome.detail
    assert "555" not in outcome.detail


@pytest.mark.parametrize(
    ("answer", "found"),
    [
        (Response(200, {}, b'{"messages":[{"msg_id":"m.1"}]}'), Found("m.1")),
        (Response(200, {}, b'{"messages":[]}'), NotFound()),
        (Response(200, {}, b"{}"), Unsearchable("unreadable answer")),
        (Response(200, HTML, PAGE), Unsearchable("unreadable answer")),
        (Response(404, {}, b""), Unsearchable("HTTP 404")),
        (Response(403, {}, b""), Unsearchable("HTTP 403")),
        (Response(429, {}, b""), Unsearchable("HTTP 429")),
        (Unknown("ReadTimeout"), Unsearchable("ReadTimeout")),
    ],
)
def test_a_search(answer: Answer, found: object) -> None:
    canned = Canned(answer)
    assert SendGridMail("SG.key", canned, lambda: NOW).find(MAIL, NOW) == found
    assert "unique_args%5B%27amicable_attempt_id%27%5D%3D%220195-attempt-1%22&limit=1" in canned.given[0][1]


# --- Twilio


def code(number: object) -> bytes:
    return json.dumps({"code": number, "message": "about +15558675310", "status": 400}).encode()


RFC9457 = b'{"type":"t","title":"T","status":400,"code":21211,"detail":"...","errors":[]}'


@pytest.mark.parametrize(
    ("answer", "outcome"),
    [
        (Response(201, {}, b'{"sid":"SM1"}'), Accepted("SM1")),
        (Response(201, {}, b"{}"), InDoubt("answer without an id")),
        (Response(201, {}, b"not JSON"), InDoubt("unreadable answer")),
        (Response(201, {}, b"[]"), InDoubt("unreadable answer")),
        (Response(200, HTML, PAGE), InDoubt("unreadable answer")),
        (Response(400, {}, code(21211)), Rejected(Scope.ADDRESS, "21211", "the number is not valid")),
        (Response(400, {}, RFC9457), Rejected(Scope.ADDRESS, "21211", "the number is not valid")),
        (
            Response(400, {}, code("21610")),
            Rejected(Scope.SUPPRESSED, "21610", "the recipient has opted out"),
        ),
        (Response(400, {}, code(21999)), Rejected(Scope.CONTENT, "21999", "unknown code, HTTP 400")),
        (Response(403, {}, code(29999)), Rejected(Scope.CONFIG, "29999", "unknown code, HTTP 403")),
        (Response(401, {}, code(20003)), Rejected(Scope.CONFIG, "20003", "account or token is wrong")),
        (Response(429, {"retry-after": "5"}, code(20429)), NotSent("20429", "too many requests", 5.0)),
        (Response(429, HTML, PAGE), NotSent("429", "too many requests", None)),
        (Response(400, {}, code(22005)), NotSent("22005", "a day's worth of calls is waiting", None)),
        (Response(302, {}, b""), Rejected(Scope.CONFIG, "302", "HTTP 302: a redirect is not followed")),
        (Response(403, HTML, PAGE), InDoubt("HTTP 403")),
        (Response(500, {}, code(20500)), InDoubt("HTTP 500")),
        (Response(400, {}, code(20500)), InDoubt("the provider failed inside")),
        (Response(502, HTML, PAGE), InDoubt("HTTP 502")),
        (NeverSent("PoolTimeout"), NotSent("network", "PoolTimeout")),
        (Unknown("deadline"), InDoubt("deadline")),
    ],
)
def test_what_answers_to_a_text_mean(answer: Answer, outcome: Outcome) -> None:
    assert TwilioSms("AC1", "token", Canned(answer), lambda: NOW).send(TEXT) == outcome


@pytest.mark.parametrize(("seconds", "period"), [(7200, 7200), (99_999, 36_000), (0, 1), (-5, 1), (1.5, 2)])
def test_a_text_is_given_up_when_its_time_is_over(seconds: float, period: int) -> None:
    from datetime import timedelta
    from urllib.parse import parse_qs

    canned = Canned(Response(201, {}, b'{"sid":"SM1"}'))
    request = replace(TEXT, not_after=NOW + timedelta(seconds=seconds))
    TwilioSms("AC1", "token", canned, lambda: NOW).send(request)

    ((_, _, given),) = canned.given
    form = parse_qs(given["content"].decode())
    assert form["ValidityPeriod"] == [str(period)]
    assert form["StatusCallback"] == [TEXT.status_url + "#rc=5&rp=all"]
    assert given["auth"] == ("AC1", "token")
    assert "MessagingServiceSid" not in form


def test_a_number_with_too_many_messages_is_not_searched_in_vain() -> None:
    page = {"messages": [{"body": "x", "date_created": "Mon, 02 Mar 2026 09:00:00 +0000"}] * 50, "page": 0}
    sms = TwilioSms("AC1", "token", Canned(Response(200, {}, json.dumps(page).encode())), lambda: NOW)
    assert isinstance(sms.find(TEXT, NOW), Unsearchable)


@pytest.mark.parametrize("body", [b"", b"[]", b"{}", b'{"messages":[{"body":"x","from":"+15017122661"}]}'])
def test_a_list_that_can_not_be_read_finds_nothing_out(body: bytes) -> None:
    sms = TwilioSms("AC1", "token", Canned(Response(200, {}, body)), lambda: NOW)
    assert isinstance(sms.find(replace(TEXT, text="x"), NOW), Unsearchable)


def test_no_environment_of_the_process_is_read(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TWILIO_EDGE", "dublin")
    monkeypatch.setenv("TWILIO_REGION", "ie1")
    canned = Canned(Response(201, {}, b'{"sid":"SM1"}'))
    TwilioSms("AC1", "token", canned, lambda: NOW).send(TEXT)
    assert canned.given[0][1].startswith("https://api.twilio.com/")
