"""A desk, the sandbox that stands for the providers, and the web role that hears from it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from typing import Any

from starlette.testclient import TestClient

from channels.sandbox import Sandbox, SandboxConfig, create_sandbox, sandbox_keys
from channels.sendgrid_mail import SendGridMail
from channels.transport import Response, Transport
from channels.twilio_sms import TwilioSms
from channels.twilio_voice import TwilioVoice
from channels.twilio_whatsapp import TwilioWhatsApp
from config.clock import VirtualClock
from ledger.answers import Reading
from tests.support.answers import classify
from tests.support.http import running
from tests.support.office import NOW, PUBLIC_URL, Desk
from web.app import WebDeps, create_app

API_TOKEN = "a-token-of-the-tests"


@dataclass
class Street:
    """A desk, the sandbox that stands for the providers, and the web role that hears from it."""

    desk: Desk
    box: Sandbox

    def call_back(self, **by: float) -> None:
        """Time passes; the providers report, and it is worked off."""
        self.desk.later(**by)
        self.box.deliver(self.desk.now)
        self.desk.work()

    def tick(self, **by: float) -> None:
        """Time passes for us, with no word from the providers; a scheduler comes by."""
        self.desk.later(**by)
        self.box.set_time(self.desk.now)
        self.desk.tick()

    def sent(self) -> list[tuple[str, str]]:
        return [(message.channel, message.to) for message in self.box.messages()]


@contextmanager
def streets(desks: Callable[..., Desk]) -> Iterator[Callable[..., Street]]:
    """Makes streets; closes their doors at the end."""
    with ExitStack() as stack:

        def make(key: str | None = None, **changes: Any) -> Street:
            clock = VirtualClock(NOW)
            reads = changes.pop("reads", False)
            door: dict[str, Any] = {}

            def post(url: str, headers: Any, body: bytes) -> Response | None:
                path = url.removeprefix(PUBLIC_URL)
                answer = door["web"].post(path, content=body, headers=dict(headers))
                return Response(answer.status_code, dict(answer.headers), answer.content)

            approved = changes.pop("whatsapp_templates", {})
            config = SandboxConfig(webhook_base=PUBLIC_URL, manual=True, whatsapp_templates=approved)
            box = Sandbox(config, post=post)
            box.set_time(NOW)
            url = stack.enter_context(running(create_sandbox(config, box)))
            transport = stack.enter_context(Transport(pool_size=8, connect=1, read=0.5, pool=0.5, total=1))
            desk = desks(
                SendGridMail(key or config.sendgrid_api_key, transport, clock.now, base_url=url),
                TwilioSms(
                    config.twilio_account_sid, config.twilio_auth_token, transport, clock.now, base_url=url
                ),
                TwilioWhatsApp(
                    config.twilio_account_sid, config.twilio_auth_token, transport, clock.now, base_url=url
                ),
                TwilioVoice(
                    config.twilio_account_sid, config.twilio_auth_token, transport, clock.now, base_url=url
                ),
                clock=clock,
                **changes,
            )
            web = create_app(
                WebDeps(
                    ledger=desk.ledger,
                    clock=clock,
                    wake=desk.woken,
                    tokens=desk.office.tokens,
                    public_url=PUBLIC_URL,
                    api_tokens=(API_TOKEN,),
                    sendgrid_public_keys=(sandbox_keys()[1],),
                    twilio_auth_token=config.twilio_auth_token,
                    broker_alive=None,
                    reading=Reading(
                        classify, desk.office.policy_of, desk.office.creditors.default.creditor_id
                    )
                    if reads
                    else None,
                )
            )
            door["web"] = TestClient(web, base_url="http://internal")
            return Street(desk, box)

        yield make
