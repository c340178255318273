"""The sandbox as an HTTP server: the providers' APIs, the controls, and the inbox."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import datetime
from functools import partial
from typing import Annotated, Any, Literal

from fastapi import FastAPI, HTTPException, Response
from fastapi.responses import HTMLResponse
from pydantic import AwareDatetime, BaseModel, ConfigDict, Field
from starlette.types import Receive, Scope, Send

from channels.sandbox import inbox, sendgrid, twilio
from channels.sandbox.config import SandboxConfig
from channels.sandbox.core import Sandbox
from channels.sandbox.faults import FaultKind
from channels.sandbox.store import SandboxOutcome
from channels.sandbox.wire import Face, serve


class _Body(BaseModel):
    model_config = ConfigDict(extra="forbid", populate_by_name=True)


class _Clock(_Body):
    now: AwareDatetime


class _Until(_Body):
    until: AwareDatetime


class _Outcome(_Body):
    address: str
    outcome: SandboxOutcome


class _Reply(_Body):
    channel: Literal["email", "sms", "whatsapp", "voice"]
    sender: Annotated[str, Field(alias="from")]
    to: str | None = None
    text: str
    at: AwareDatetime | None = None


class _Fault(_Body):
    provider: Literal["sendgrid", "twilio"]
    kind: FaultKind
    times: Annotated[int, Field(ge=1)] = 1
    seconds: Annotated[float, Field(ge=0)] | None = None


class SandboxApp(FastAPI):
    """The application; `sandbox` is what stands behind it. The providers' own paths go past the framework."""

    sandbox: Sandbox
    _faces: dict[str, Face]

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one connection event."""
        if scope["type"] == "http":
            face = self._faces.get(scope["path"][:4])
            if face is not None:
                await serve(face, self.sandbox.faults, scope, receive, send)
                return
        await super().__call__(scope, receive, send)


def create_sandbox(config: SandboxConfig, sandbox: Sandbox | None = None) -> SandboxApp:
    """The sandbox's server. Give a `Sandbox` to steer it from the same process; else `app.sandbox` is a new one."""
    box = sandbox or Sandbox(config)

    @asynccontextmanager
    async def lifespan(_: FastAPI) -> AsyncIterator[None]:
        box.start()
        yield
        box.stop()

    app = SandboxApp(title="Sandbox", docs_url=None, redoc_url=None, openapi_url=None, lifespan=lifespan)
    app.sandbox = box
    app._faces = {
        "/v3/": Face(
            "sendgrid",
            partial(sendgrid.answer, box),
            partial(sendgrid.too_many, box),
            sendgrid.broken,
        ),
        "/201": Face("twilio", partial(twilio.answer, box), partial(twilio.too_many, box), twilio.broken),
    }
    _controls(app, box)
    _pages(app, box)
    return app


def _controls(app: FastAPI, box: Sandbox) -> None:
    # Plain functions run in a thread, so that a delivery may come back to this very server.
    @app.post("/sandbox/clock")
    def clock(body: _Clock) -> dict[str, datetime]:
        box.set_time(body.now)
        return {"now": box.now()}

    @app.post("/sandbox/deliver")
    def deliver(body: _Until) -> dict[str, int]:
        return {"delivered": box.deliver(body.until)}

    @app.get("/sandbox/next")
    def next_due() -> dict[str, datetime | None]:
        return {"next": box.next_due()}

    @app.post("/sandbox/outcomes", status_code=204)
    def outcomes(body: _Outcome) -> None:
        box.set_outcome(body.address, body.outcome)

    @app.post("/sandbox/replies", status_code=204)
    def replies(body: _Reply) -> None:
        box.reply(body.channel, body.sender, body.text, body.at, body.to)

    @app.post("/sandbox/faults", status_code=204)
    def faults(body: _Fault) -> None:
        box.faults.add(body.provider, body.kind, body.times, body.seconds)

    @app.delete("/sandbox/faults", status_code=204)
    def no_faults() -> None:
        box.faults.clear()

    @app.get("/sandbox/messages")
    def messages() -> list[dict[str, Any]]:
        return [message.as_dict() for message in box.messages()]

    @app.delete("/sandbox/messages", status_code=204)
    def forget() -> None:
        box.clear()

    @app.get("/sandbox/sendgrid-public-key")
    def public_key() -> dict[str, str]:
        return {"public_key": box.public_key}


def _pages(app: FastAPI, box: Sandbox) -> None:
    @app.get("/")
    def show() -> Response:
        messages = box.messages()
        return HTMLResponse(
            inbox.page(messages[::-1][: inbox.SHOWN], len(messages)), headers=inbox.PAGE_HEADERS
        )

    @app.get("/sandbox/messages/{message_id}")
    def one(message_id: str) -> Response:
        message = box.message(message_id)
        if message is None:
            raise HTTPException(404)
        return HTMLResponse(message.html or inbox.text_page(message), headers=inbox.MAIL_HEADERS)
