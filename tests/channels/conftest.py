"""The sandbox over loopback HTTP, the adapters over the real SDKs, and a web role that keeps what it is sent."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from channels.ports import SendRequest
from channels.sandbox import (
    SENDGRID_API_KEY,
    TWILIO_ACCOUNT_SID,
    TWILIO_AUTH_TOKEN,
    Sandbox,
    SandboxConfig,
    create_sandbox,
)
from channels.sendgrid_mail import SendGridMail
from channels.transport import Response, Transport
from channels.twilio_sms import TwilioSms
from reminders.snapshot import Channel
from tests.support.http import running

NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
PUBLIC = "https://amicable.example"

MAIL = SendRequest(
    attempt_id="0195-attempt-1",
    message_id="5f2b-message-1",
    channel=Channel.EMAIL,
    to="ap@debtor.example",
    to_name="AP, Debtor Ltd",
    sender="billing@mail.example.com",
    sender_name="Acme Billing",
    subject="Invoice INV-1001 is due on 5 March",
    text="Dear AP,\n\nINV-1001 is due.",
    html="<p>Dear AP,</p><p>INV-1001 is due.</p>",
    reply_to="r+token@in.example.com",
    unsubscribe_url="https://amicable.example/u/tok",
    status_url="",
    not_after=NOW + timedelta(hours=2),
)
TEXT = replace(
    MAIL,
    channel=Channel.SMS,
    to="+15558675310",
    to_name=None,
    sender="+15017122661",
    subject=None,
    text="Acme: invoice INV-1001 is due on 5 March. Reply STOP to opt out.",
    html=None,
    reply_to=None,
    status_url=f"{PUBLIC}/webhooks/twilio/status?a=0195-attempt-1",
)


@dataclass
class Web:
    """A web role that keeps every webhook; `answer` is the status it gives."""

    answer: int | None = 204
    got: list[tuple[str, dict[str, str], bytes]] = field(default_factory=list)

    def post(self, url: str, headers: Any, body: bytes) -> Response | None:
        self.got.append((url, dict(headers), body))
        return None if self.answer is None else Response(self.answer, {}, b"")


@pytest.fixture
def web() -> Web:
    return Web()


@pytest.fixture
def box(web: Web) -> Sandbox:
    """A sandbox in virtual time that delivers into `web`."""
    sandbox = Sandbox(SandboxConfig(webhook_base=PUBLIC, manual=True), post=web.post)
    sandbox.set_time(NOW)
    return sandbox


class Door:
    """One server for all tests, since starting one takes longer than most of them: each hangs its own sandbox in."""

    def __init__(self) -> None:
        self.app: Any = None

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        await self.app(scope, receive, send)


@pytest.fixture(scope="session")
def door() -> Iterator[tuple[Door, str]]:
    door = Door()
    door.app = create_sandbox(SandboxConfig(manual=True))
    with running(door) as url:
        yield door, url


@pytest.fixture
def url(box: Sandbox, door: tuple[Door, str]) -> str:
    door[0].app = create_sandbox(box.config, box)
    return door[1]


@pytest.fixture
def transport() -> Iterator[Transport]:
    with Transport(pool_size=4, connect=1, read=0.4, pool=0.3, total=1) as transport:
        yield transport


@pytest.fixture
def mail(url: str, transport: Transport) -> SendGridMail:
    return SendGridMail(SENDGRID_API_KEY, transport, lambda: NOW, base_url=url)


@pytest.fixture
def sms(url: str, transport: Transport) -> TwilioSms:
    return TwilioSms(TWILIO_ACCOUNT_SID, TWILIO_AUTH_TOKEN, transport, lambda: NOW, base_url=url)


@pytest.fixture
def again() -> Callable[..., SendRequest]:
    """The request with something changed."""
    return lambda request, **changes: replace(request, **changes)
