"""The sandbox: its rules, its webhooks, its clock, its faults and its inbox."""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import httpx
import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from channels.ports import Accepted, SendRequest
from channels.receipts import sendgrid_receipts, twilio_receipt
from channels.replies import twilio_reply
from channels.sandbox import (
    SENDGRID_API_KEY,
    TWILIO_ACCOUNT_SID,
    TWILIO_AUTH_TOKEN,
    FaultKind,
    Sandbox,
    SandboxConfig,
    SandboxOutcome,
    create_sandbox,
    sandbox_keys,
)
from channels.sendgrid_mail import SendGridMail, body_of
from channels.signatures import (
    SENDGRID_SIGNATURE,
    SENDGRID_TIMESTAMP,
    TWILIO_SIGNATURE,
    verify_sendgrid,
    verify_twilio,
)
from channels.transport import Response as Answer
from channels.transport import Transport
from channels.twilio_sms import TwilioSms
from reminders.feedback import OptWord, Receipt, ReceiptKind
from tests.channels.conftest import MAIL, NOW, PUBLIC, TEXT, Web
from tests.channels.mails import inbound_reply
from tests.support.answers import opt_of
from tests.support.http import running

pytestmark = pytest.mark.network

FAR = NOW + timedelta(days=2)
K = ReceiptKind


def receipts(web: Web) -> list[Receipt]:
    """What came over the webhooks, each checked by its signature and read by our own reader."""
    found: list[Receipt] = []
    for url, headers, body in web.got:
        if url == f"{PUBLIC}/webhooks/sendgrid/events":
            key = sandbox_keys()[1]
            assert verify_sendgrid([key], headers[SENDGRID_SIGNATURE], headers[SENDGRID_TIMESTAMP], body)
            found += sendgrid_receipts(body, NOW)
        else:
            form = parse_qsl(body.decode(), keep_blank_values=True)
            assert verify_twilio(TWILIO_AUTH_TOKEN, url, form, headers[TWILIO_SIGNATURE])
            found.append(twilio_receipt(form, parse_qsl(urlsplit(url).query), NOW))
    return found


# --- receipts


@pytest.mark.parametrize(
    ("outcome", "kinds"),
    [
        ("deliver", [K.SENT, K.DELIVERED]),
        ("bounce", [K.SENT, K.BOUNCED]),
        ("block", [K.SENT, K.BLOCKED]),
        ("defer", [K.SENT, K.DEFERRED, K.DELIVERED]),
        ("silent", []),
    ],
)
def test_the_events_of_a_mail(
    box: Sandbox, mail: SendGridMail, web: Web, outcome: str, kinds: list[K]
) -> None:
    box.set_outcome("AP@debtor.example", outcome)
    accepted = mail.send(MAIL)
    box.deliver(FAR)

    assert [receipt.kind for receipt in receipts(web)] == kinds
    assert isinstance(accepted, Accepted)
    for receipt in receipts(web):
        assert (receipt.attempt_id, receipt.provider_id) == (MAIL.attempt_id, accepted.provider_id)
    assert len({key for receipt in receipts(web) for key in receipt.keys}) == 2 * len(kinds)


@pytest.mark.parametrize(
    ("outcome", "kinds"),
    [
        ("deliver", [K.SENT, K.DELIVERED]),
        ("bounce", [K.SENT, K.BOUNCED]),
        ("block", [K.SENT, K.BLOCKED]),
        ("defer", [K.SENT, K.DELIVERED]),
        ("silent", []),
    ],
)
def test_the_callbacks_of_a_text(
    box: Sandbox, sms: TwilioSms, web: Web, outcome: str, kinds: list[K]
) -> None:
    box.set_outcome(TEXT.to, outcome)
    sms.send(TEXT)
    box.deliver(FAR)

    assert [receipt.kind for receipt in receipts(web)] == kinds
    assert all(receipt.attempt_id == TEXT.attempt_id for receipt in receipts(web))


def test_a_bounced_address_is_not_tried_again_until_it_is_mended(
    box: Sandbox, mail: SendGridMail, web: Web
) -> None:
    box.set_outcome(MAIL.to, "bounce")
    mail.send(MAIL)
    mail.send(replace(MAIL, attempt_id="2"))
    box.set_outcome(MAIL.to, SandboxOutcome.DELIVER)
    mail.send(replace(MAIL, attempt_id="3"))
    box.deliver(FAR)

    last = {receipt.attempt_id: receipt.kind for receipt in receipts(web)}
    assert last == {MAIL.attempt_id: K.BOUNCED, "2": K.SUPPRESSED, "3": K.DELIVERED}


def test_events_due_together_travel_together(box: Sandbox, mail: SendGridMail, web: Web) -> None:
    for number in range(5):
        mail.send(replace(MAIL, attempt_id=f"attempt-{number}"))

    assert box.deliver(FAR) == 10
    assert [len(json.loads(body)) for _, _, body in web.got] == [5, 5]


# --- virtual time


def test_nothing_comes_before_its_time(box: Sandbox, mail: SendGridMail, sms: TwilioSms, web: Web) -> None:
    mail.send(MAIL)
    sms.send(TEXT)

    assert box.next_due() == NOW + timedelta(seconds=1)
    assert box.deliver(NOW) == 0
    assert box.deliver(NOW + timedelta(seconds=5)) == 3
    assert box.next_due() == NOW + timedelta(seconds=20)
    assert box.deliver(NOW + timedelta(seconds=20)) == 1
    assert box.next_due() is None
    assert box.now() == NOW + timedelta(seconds=20)
    assert [receipt.kind for receipt in receipts(web)] == [K.SENT, K.SENT, K.DELIVERED, K.DELIVERED]


def test_time_does_not_go_back(box: Sandbox) -> None:
    box.set_time(NOW - timedelta(days=1))
    assert box.now() == NOW
    with pytest.raises(ValueError):
        box.set_time(datetime(2026, 1, 1))  # noqa: DTZ001


def test_the_same_play_gives_the_same_bytes() -> None:
    def play() -> list[tuple[str, bytes]]:
        web = Web()
        box = Sandbox(SandboxConfig(webhook_base=PUBLIC, manual=True), post=web.post)
        box.set_time(NOW)
        with running(create_sandbox(box.config, box)) as url, Transport() as transport:
            SendGridMail(SENDGRID_API_KEY, transport, lambda: NOW, url).send(MAIL)
            TwilioSms(TWILIO_ACCOUNT_SID, TWILIO_AUTH_TOKEN, transport, lambda: NOW, url).send(TEXT)
        box.reply("email", MAIL.to, "We pay on Friday", NOW + timedelta(minutes=1))
        box.reply("sms", TEXT.to, "Friday", NOW + timedelta(minutes=1))
        box.deliver(FAR)
        return [(url, body) for url, _, body in web.got]

    assert play() == play()


def test_the_same_attempt_twice_is_two_messages(box: Sandbox, mail: SendGridMail) -> None:
    assert mail.send(MAIL) != mail.send(MAIL)
    assert len(box.of_attempt(MAIL.attempt_id)) == 2


def test_what_is_not_taken_comes_again_and_then_no_more(box: Sandbox, sms: TwilioSms, web: Web) -> None:
    web.answer = 503
    sms.send(TEXT)

    box.deliver(NOW + timedelta(seconds=5))
    assert len(web.got) == 2
    assert box.next_due() == NOW + timedelta(seconds=61)
    box.deliver(FAR)
    assert len(web.got) == 2 * box.config.callback_tries


def test_a_web_role_that_raises_is_one_that_does_not_answer(sms_box: Callable[..., Sandbox]) -> None:
    def post(*_: Any) -> Answer | None:
        raise RuntimeError

    box = sms_box(post)
    box.reply("sms", TEXT.to, "hello", NOW)
    assert box.deliver(NOW) == 1
    assert box.next_due() == NOW + timedelta(minutes=1)


@pytest.fixture
def sms_box() -> Callable[..., Sandbox]:
    def make(post: Any) -> Sandbox:
        box = Sandbox(SandboxConfig(webhook_base=PUBLIC, manual=True), post=post)
        box.set_time(NOW)
        return box

    return make


# --- faults of callbacks


def test_a_doubled_callback_shares_its_keys(
    box: Sandbox, mail: SendGridMail, sms: TwilioSms, web: Web
) -> None:
    for provider in ("sendgrid", "twilio"):
        box.faults.add(provider, FaultKind.DUPLICATE_CALLBACKS)
    mail.send(MAIL)
    sms.send(TEXT)
    box.deliver(FAR)

    keys = [receipt.keys for receipt in receipts(web)]
    assert len(keys) == 8
    assert len(set(keys)) == 4


def test_callbacks_out_of_order(box: Sandbox, sms: TwilioSms, web: Web) -> None:
    box.faults.add("twilio", FaultKind.REORDER_CALLBACKS)
    sms.send(TEXT)
    box.deliver(FAR)

    assert [receipt.kind for receipt in receipts(web)] == [K.DELIVERED, K.SENT]


def test_callbacks_that_come_late(box: Sandbox, sms: TwilioSms) -> None:
    box.faults.add("twilio", FaultKind.DELAY_CALLBACKS, seconds=600)
    sms.send(TEXT)

    assert box.next_due() == NOW + timedelta(seconds=601)


# --- replies


def test_an_answer_to_a_text(box: Sandbox, sms: TwilioSms, web: Web) -> None:
    sms.send(TEXT)
    box.reply("sms", TEXT.to, "please stop texting me", NOW)
    box.deliver(NOW)

    ((url, headers, body),) = web.got
    form = parse_qsl(body.decode(), keep_blank_values=True)
    assert url == f"{PUBLIC}/webhooks/twilio/inbound"
    assert verify_twilio(TWILIO_AUTH_TOKEN, url, form, headers[TWILIO_SIGNATURE])
    reply = twilio_reply(form, NOW, opt_of)
    assert (reply.sender, reply.recipient, reply.opt) == (TEXT.to, TEXT.sender, OptWord.OUT)
    assert isinstance(sms.send(TEXT), Accepted), "a sentence blocks nothing at the provider"


def test_stop_blocks_at_the_provider_and_start_opens_again(box: Sandbox, sms: TwilioSms) -> None:
    sms.send(TEXT)
    box.reply("sms", TEXT.to, "Stop", NOW)
    assert not isinstance(sms.send(TEXT), Accepted)
    box.reply("sms", TEXT.to, "START", NOW)
    assert isinstance(sms.send(TEXT), Accepted)


def test_an_answer_to_a_mail(box: Sandbox, mail: SendGridMail, web: Web) -> None:
    mail.send(MAIL)
    box.reply("email", MAIL.to, "Grüße, wir zahlen am Freitag.\n\nStop", NOW)
    box.deliver(NOW)

    ((url, headers, body),) = web.got
    assert url == f"{PUBLIC}/webhooks/sendgrid/inbound"
    key = sandbox_keys()[1]
    assert verify_sendgrid([key], headers[SENDGRID_SIGNATURE], headers[SENDGRID_TIMESTAMP], body)
    reply = inbound_reply(headers["Content-Type"], body, NOW)
    assert reply.text == "Grüße, wir zahlen am Freitag.\n\nStop"
    assert (reply.sender, reply.recipient) == (MAIL.to, MAIL.reply_to)
    assert (reply.reference, reply.opt, reply.automatic) == ("token", OptWord.OUT, False)


def test_an_answer_out_of_the_blue(box: Sandbox, web: Web) -> None:
    box.reply("email", "new@client.example", "Hello", to="r+abc@in.example.com")
    box.reply("sms", "+15558675311", "Hello")
    assert box.deliver(NOW) == 2
    assert inbound_reply(web.got[0][1]["Content-Type"], web.got[0][2], NOW).reference == "abc"


# --- rules


def change(**changes: Any) -> dict[str, Any]:
    return {**body_of(MAIL), **changes}


PERSON = body_of(MAIL)["personalizations"][0]
PLAIN = {"type": "text/plain", "value": "x"}
PAGE = {"type": "text/html", "value": "<p>x</p>"}


@pytest.mark.parametrize(
    ("body", "field"),
    [
        (change(personalizations=[]), "personalizations"),
        (change(personalizations=[{**PERSON, "to": []}]), "personalizations.0.to"),
        (change(personalizations=[{**PERSON, "to": [{"email": "x"}]}]), "personalizations.0.to.0.email"),
        (change(personalizations=[{**PERSON, "cc": PERSON["to"]}]), "personalizations.0"),
        (change(personalizations=[{**PERSON, "custom_args": {"a": 1}}]), "personalizations.0.custom_args"),
        (
            change(personalizations=[{**PERSON, "custom_args": {"a": "x" * 10_000}}]),
            "personalizations.0.custom_args",
        ),
        (change(**{"from": {"email": ""}}), "from"),
        (change(reply_to={"email": "x"}), "reply_to.email"),
        (change(reply_to_list=[{"email": "a@b.example"}]), "reply_to"),
        (change(subject=""), "subject"),
        (change(subject="a\nb"), "subject"),
        (change(content=[]), "content"),
        (change(content=[PAGE, PLAIN]), "content"),
        (change(content=[PLAIN, PLAIN]), "content"),
        (change(content=[{**PLAIN, "value": ""}]), "content.0.value"),
        (change(categories=[str(n) for n in range(11)]), "categories"),
        (change(categories=["a", "a"]), "categories"),
        (change(headers={"Subject": "x"}), "headers.Subject"),
        (change(headers={"X-A": "a\nb"}), "headers.X-A"),
        (change(personalizations="x"), "personalizations"),
        (change(content="x"), None),
    ],
)
def test_what_the_mail_provider_does_not_take(
    url: str, box: Sandbox, body: dict[str, Any], field: str | None
) -> None:
    answer = httpx.post(
        f"{url}/v3/mail/send", json=body, headers={"Authorization": f"Bearer {SENDGRID_API_KEY}"}
    )

    assert answer.status_code == 400
    assert field in [error["field"] for error in answer.json()["errors"]]
    assert box.messages() == []


def test_other_answers_of_the_mail_provider(url: str, box: Sandbox) -> None:
    key = {"Authorization": f"Bearer {SENDGRID_API_KEY}"}
    send = f"{url}/v3/mail/send"

    assert httpx.post(send, json=body_of(MAIL)).status_code == 401
    assert httpx.post(send, content=b"{}", headers=key).status_code == 415
    assert (
        httpx.post(send, content=b"{", headers={**key, "Content-Type": "application/json"}).status_code == 400
    )
    assert httpx.get(send, headers=key).status_code == 405
    assert httpx.get(f"{url}/v3/what", headers=key).status_code == 404
    assert httpx.get(f"{url}/v3/messages", params={"query": "to_email=x"}, headers=key).status_code == 400
    sandbox_mode = change(mail_settings={"sandbox_mode": {"enable": True}})
    assert httpx.post(send, json=sandbox_mode, headers=key).status_code == 200
    assert box.messages() == []


FORM = {"To": TEXT.to, "From": TEXT.sender, "Body": "x"}


@pytest.mark.parametrize(
    ("form", "code"),
    [
        ({**FORM, "To": ""}, 21604),
        ({**FORM, "To": "+1"}, 21211),
        ({**FORM, "From": ""}, 21603),
        ({**FORM, "From": "12"}, 21212),
        ({**FORM, "Body": ""}, 21602),
        ({**FORM, "StatusCallback": "ftp://x"}, 21609),
        ({**FORM, "ValidityPeriod": "36001"}, 20001),
    ],
)
def test_what_the_text_provider_does_not_take(url: str, form: dict[str, str], code: int) -> None:
    messages = f"{url}/2010-04-01/Accounts/{TWILIO_ACCOUNT_SID}/Messages.json"
    answer = httpx.post(messages, data=form, auth=(TWILIO_ACCOUNT_SID, TWILIO_AUTH_TOKEN))

    assert (answer.status_code, answer.json()["code"]) == (400, code)


def test_only_known_senders_may_send() -> None:
    box = Sandbox(SandboxConfig(manual=True, sms_senders=frozenset({TEXT.sender, "Acme"})), post=Web().post)
    with running(create_sandbox(box.config, box)) as url:
        messages = f"{url}/2010-04-01/Accounts/{TWILIO_ACCOUNT_SID}/Messages.json"
        codes = [
            httpx.post(
                messages, data={**FORM, "From": sender}, auth=(TWILIO_ACCOUNT_SID, TWILIO_AUTH_TOKEN)
            ).status_code
            for sender in (TEXT.sender, "Acme", "+15550001111")
        ]
    assert codes == [201, 201, 400]


def test_a_text_can_be_fetched_and_its_status_follows(url: str, box: Sandbox, sms: TwilioSms) -> None:
    box.set_outcome(TEXT.to, "bounce")
    sms.send(TEXT)
    (message,) = box.messages()
    fetch = f"{url}/2010-04-01/Accounts/{TWILIO_ACCOUNT_SID}/Messages/{message.id}.json"
    auth = (TWILIO_ACCOUNT_SID, TWILIO_AUTH_TOKEN)

    assert httpx.get(fetch, auth=auth).json()["status"] == "queued"
    box.deliver(FAR)
    found = httpx.get(fetch, auth=auth).json()
    assert (found["status"], found["error_code"], found["num_segments"]) == ("undelivered", 30005, "1")
    assert httpx.get(fetch.replace(message.id, "SM0"), auth=auth).status_code == 404


def test_old_messages_are_forgotten() -> None:
    box = Sandbox(SandboxConfig(manual=True, keep=3), post=Web().post)
    with running(create_sandbox(box.config, box)) as url, Transport() as transport:
        adapter = SendGridMail(SENDGRID_API_KEY, transport, lambda: NOW, url)
        for number in range(5):
            adapter.send(replace(MAIL, attempt_id=f"a{number}"))

    assert [message.attempt_id for message in box.messages()] == ["a2", "a3", "a4"]
    assert box.of_attempt("a0") == []
    assert len(box.latest_to(MAIL.to, "sendgrid", 10)) == 3


# --- control over HTTP, and the inbox


def test_all_is_steered_over_http(
    url: str, box: Sandbox, mail: SendGridMail, sms: TwilioSms, web: Web
) -> None:
    with httpx.Client(base_url=url) as http:
        later = NOW + timedelta(hours=1)
        assert http.post("/sandbox/clock", json={"now": later.isoformat()}).status_code == 200
        assert (
            http.post("/sandbox/outcomes", json={"address": TEXT.to, "outcome": "refuse"}).status_code == 204
        )
        assert (
            http.post("/sandbox/faults", json={"provider": "sendgrid", "kind": "status_500"}).status_code
            == 204
        )
        assert not isinstance(mail.send(MAIL), Accepted)
        assert not isinstance(sms.send(TEXT), Accepted)
        assert isinstance(mail.send(MAIL), Accepted)
        reply = {"channel": "sms", "from": TEXT.to, "text": "hello"}
        assert http.post("/sandbox/replies", json=reply).status_code == 204
        assert datetime.fromisoformat(http.get("/sandbox/next").json()["next"]) == later
        assert http.post("/sandbox/deliver", json={"until": FAR.isoformat()}).json() == {"delivered": 3}
        assert http.get("/sandbox/next").json() == {"next": None}
        (message,) = http.get("/sandbox/messages").json()
        assert (message["provider"], message["to"], message["attempt_id"]) == (
            "sendgrid",
            MAIL.to,
            MAIL.attempt_id,
        )
        assert (message["at"], message["status"]) == (later.isoformat(), "delivered")
        assert http.get("/sandbox/sendgrid-public-key").json() == {"public_key": sandbox_keys()[1]}
        assert http.delete("/sandbox/messages").status_code == 204
        assert http.get("/sandbox/messages").json() == []
        assert http.post("/sandbox/outcomes", json={"address": "x", "outcome": "what"}).status_code == 422
    assert len(web.got) == 3


def test_the_inbox_shows_words_and_never_runs_them(url: str, mail: SendGridMail, sms: TwilioSms) -> None:
    mail.send(replace(MAIL, subject="<script>alert(1)</script>", text="<b>bold</b>", html="<p>page</p>"))
    sms.send(replace(TEXT, text="<i>text</i>"))

    inbox = httpx.get(url)
    assert "<script>" not in inbox.text
    assert "&lt;b&gt;bold&lt;/b&gt;" in inbox.text
    assert "&lt;i&gt;text&lt;/i&gt;" in inbox.text
    assert "default-src 'none'" in inbox.headers["content-security-policy"]
    link = inbox.text.partition('<a href="')[2].partition('"')[0]
    page = httpx.get(url + link)
    assert page.text == "<p>page</p>"
    assert page.headers["content-security-policy"].startswith("sandbox ")
    assert httpx.get(f"{url}/sandbox/messages/none").status_code == 404


# --- real time


def test_in_real_time_callbacks_come_by_themselves_and_elsewhere_than_signed() -> None:
    got: list[tuple[str, dict[str, str], bytes]] = []

    async def hook(request: Request) -> Response:
        path = f"{request.url.path}?{request.url.query}".rstrip("?")
        got.append((PUBLIC + path, {k.title(): v for k, v in request.headers.items()}, await request.body()))
        return Response(status_code=204)

    web = Starlette(routes=[Route("/{path:path}", hook, methods=["POST"])])
    with running(web) as inside:
        config = SandboxConfig(webhook_base=PUBLIC, deliver_to=inside, receipt_delay=(0.02, 0.05))
        with running(create_sandbox(config)) as url, Transport() as transport:
            now = datetime.now(UTC)
            mail = replace(MAIL, not_after=now + timedelta(hours=1))
            text: SendRequest = replace(TEXT, not_after=now + timedelta(hours=1))
            SendGridMail(SENDGRID_API_KEY, transport, lambda: now, url).send(mail)
            TwilioSms(TWILIO_ACCOUNT_SID, TWILIO_AUTH_TOKEN, transport, lambda: now, url).send(text)
            until = time.monotonic() + 10
            web_seen = Web(got=got)
            while time.monotonic() < until and sum(r.kind is K.DELIVERED for r in receipts(web_seen)) < 2:
                time.sleep(0.01)

    assert sorted(receipt.kind for receipt in receipts(Web(got=got))) == [
        K.DELIVERED,
        K.DELIVERED,
        K.SENT,
        K.SENT,
    ]
