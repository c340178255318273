"""The sandbox's WhatsApp: what it refuses at once, what comes of a message later, and what a client's word opens."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any
from urllib.parse import parse_qsl

import pytest

from channels.ports import Accepted, Found, NotFound, Rejected, Scope, SendRequest
from channels.replies import twilio_reply
from channels.sandbox import TWILIO_ACCOUNT_SID, TWILIO_AUTH_TOKEN, Sandbox, SandboxConfig
from channels.transport import Transport
from channels.twilio_whatsapp import TwilioWhatsApp
from reminders.feedback import OptWord
from reminders.snapshot import Channel
from tests.channels.conftest import NOW, PUBLIC, TEXT, Web
from tests.support.answers import opt_of

pytestmark = pytest.mark.network

KNOWN, UNKNOWN = "HX" + "a" * 32, "HX" + "b" * 32
FREE = replace(TEXT, channel=Channel.WHATSAPP)
TEMPLATE = replace(
    FREE, template_id=KNOWN, variables={"1": "Acme", "2": "INV-1"}, text="Hello from Acme: INV-1 is due."
)


@pytest.fixture
def box(web: Web) -> Sandbox:
    config = SandboxConfig(
        webhook_base=PUBLIC,
        manual=True,
        whatsapp_templates={KNOWN: "Hello from {{1}}: {{2}} is due."},
    )
    sandbox = Sandbox(config, post=web.post)
    sandbox.set_time(NOW)
    return sandbox


@pytest.fixture
def whatsapp(url: str, transport: Transport) -> TwilioWhatsApp:
    return TwilioWhatsApp(TWILIO_ACCOUNT_SID, TWILIO_AUTH_TOKEN, transport, lambda: NOW, base_url=url)


def told(web: Web) -> list[tuple[str, str | None]]:
    forms = [dict(parse_qsl(body.decode())) for _, _, body in web.got]
    assert all(form["To"] == f"whatsapp:{TEXT.to}" for form in forms if "MessageStatus" in form)
    return [(form["MessageStatus"], form.get("ErrorCode")) for form in forms if "MessageStatus" in form]


def test_a_template_is_filled_delivered_and_read(whatsapp: TwilioWhatsApp, box: Sandbox, web: Web) -> None:
    outcome = whatsapp.send(TEMPLATE)
    (message,) = box.messages()
    assert outcome == Accepted(message.id)
    assert (message.channel, message.text) == ("whatsapp", TEMPLATE.text)
    assert message.attempt_id == TEXT.attempt_id
    box.deliver(NOW + timedelta(minutes=1))
    assert told(web) == [("sent", None), ("delivered", None), ("read", None)]


def test_free_text_outside_of_a_conversation_fails_later(
    whatsapp: TwilioWhatsApp, box: Sandbox, web: Web
) -> None:
    assert isinstance(whatsapp.send(FREE), Accepted)
    box.deliver(NOW + timedelta(minutes=1))
    assert told(web)[-1] == ("failed", "63016")


@pytest.mark.parametrize(("hours", "last"), [(23, "read"), (24, "failed")])
def test_a_client_s_word_opens_24_hours(
    whatsapp: TwilioWhatsApp, box: Sandbox, web: Web, hours: int, last: str
) -> None:
    box.reply("whatsapp", TEXT.to, "Hello", NOW, to=TEXT.sender)
    box.set_time(NOW + timedelta(hours=hours))
    whatsapp.send(FREE)
    box.deliver(NOW + timedelta(hours=hours, minutes=1))
    assert told(web)[-1][0] == last


@pytest.mark.parametrize(
    ("outcome", "last"),
    [
        ("bounce", ("undelivered", "63024")),
        ("refuse", ("undelivered", "63024")),
        ("block", ("failed", "63018")),
    ],
)
def test_what_becomes_of_a_template(
    whatsapp: TwilioWhatsApp, box: Sandbox, web: Web, outcome: str, last: tuple[str, str]
) -> None:
    box.set_outcome(TEXT.to, outcome)
    assert isinstance(whatsapp.send(TEMPLATE), Accepted)
    box.deliver(NOW + timedelta(minutes=1))
    assert told(web)[-1] == last


@pytest.mark.parametrize(
    ("changes", "scope", "code"),
    [
        ({"template_id": UNKNOWN}, Scope.CONTENT, "21655"),
        ({"template_id": "heads_up"}, Scope.CONTENT, "21655"),
        ({"variables": {"1": "Acme", "2": ""}}, Scope.CONTENT, "21656"),
        ({"template_id": None, "text": ""}, Scope.CONTENT, "21602"),
        ({"sender": "Acme"}, Scope.CONFIG, "63007"),
        ({"to": "12345"}, Scope.ADDRESS, "21211"),
    ],
)
def test_what_is_refused_at_once(
    whatsapp: TwilioWhatsApp, box: Sandbox, changes: dict[str, Any], scope: Scope, code: str
) -> None:
    outcome = whatsapp.send(replace(TEMPLATE, **changes))
    assert isinstance(outcome, Rejected)
    assert (outcome.scope, outcome.code) == (scope, code)
    assert box.messages() == []


def test_a_stop_blocks_nothing_at_the_provider_and_is_an_opt_out_for_us(
    whatsapp: TwilioWhatsApp, box: Sandbox, web: Web
) -> None:
    whatsapp.send(TEMPLATE)
    box.reply("whatsapp", TEXT.to, "STOP", NOW)
    box.deliver(NOW)
    form = dict(parse_qsl(web.got[-1][2].decode()))
    assert "OptOutType" not in form
    reply = twilio_reply(form, NOW, opt_of)
    assert (reply.channel, reply.sender, reply.recipient) == (Channel.WHATSAPP, TEXT.to, TEXT.sender)
    assert reply.opt is OptWord.OUT
    assert isinstance(whatsapp.send(TEMPLATE), Accepted)


@pytest.mark.parametrize("request_", [FREE, TEMPLATE])
def test_a_message_in_doubt_can_be_found(
    whatsapp: TwilioWhatsApp, box: Sandbox, request_: SendRequest
) -> None:
    assert whatsapp.find(request_, NOW) == NotFound()
    whatsapp.send(request_)
    assert whatsapp.find(request_, NOW) == Found(box.messages()[0].id)
    assert whatsapp.find(replace(request_, sender="+447700900000"), NOW) == NotFound()
    assert whatsapp.find(request_, NOW + timedelta(minutes=1)) == NotFound()


def test_free_text_is_told_apart_by_its_words(whatsapp: TwilioWhatsApp, box: Sandbox) -> None:
    whatsapp.send(FREE)
    assert whatsapp.find(replace(FREE, text="another"), NOW) == NotFound()
