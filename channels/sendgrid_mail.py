"""Email by SendGrid: the SDK builds and names the call, our transport carries it, and every end of it is a value.

What each answer means is SendGrid's v3 documentation read strictly (https://www.twilio.com/docs/sendgrid/api-reference/
mail-send/errors and its rate-limit page): 202 is accepted, a 4xx is surely not, a 429 was not processed, and a 5xx or a
broken connection says nothing.

The SDK is kept at arm's length: its own transport is replaced (see `transport`), and its mail helper is not used, since
several of its setters drop or reorder what they are given. The body is a plain dict, `body_of`, held by a golden test.
"""

from __future__ import annotations

import base64
import json
import re
from collections.abc import Callable, Mapping
from datetime import datetime
from types import SimpleNamespace
from typing import Any

from sendgrid.sendgrid import SendGridAPIClient

from channels.mail_headers import headers_of, one_line
from channels.ports import (
    Accepted,
    Found,
    InDoubt,
    NotFound,
    NotSent,
    Outcome,
    Rejected,
    Scope,
    Search,
    SendRequest,
    Unsearchable,
)
from channels.transport import Answer, NeverSent, Response, Transport, Unknown
from reminders.snapshot import Channel

PROVIDER = "sendgrid"
ATTEMPT_ARG = "amicable_attempt_id"
"""The custom argument that comes back in every event. Prefixed, since events are flat and reserved names win."""
MESSAGE_ARG = "amicable_message_id"
HOST = "https://api.sendgrid.com"


class SendGridMail:
    """The email adapter. Thread-safe. `clock` gives aware UTC and turns a reset instant into seconds to wait."""

    provider = PROVIDER
    channel = Channel.EMAIL

    def __init__(
        self, api_key: str, transport: Transport, clock: Callable[[], datetime], base_url: str | None = None
    ) -> None:
        self._base = (base_url or HOST).rstrip("/")  # the SDK joins by hand: a slash here would make two
        self._transport = transport
        self._clock = clock
        sdk: Any = SendGridAPIClient(api_key=api_key, host=self._base)
        # A key in a header that can't be sent would raise inside each call; better once, here.
        self._headers = {name: str(value).strip() for name, value in sdk.client.request_headers.items()}
        self._headers["Content-Type"] = "application/json"
        # `SendGridAPIClient.send` walks this path and hands over the body; it is the whole surface that it uses.
        sdk.client = SimpleNamespace(mail=SimpleNamespace(send=SimpleNamespace(post=self._post)))
        self._sdk = sdk

    def send(self, request: SendRequest) -> Outcome:
        """Ask SendGrid to send one mail to one recipient."""
        if not (request.subject or "").strip() or not request.text.strip():
            return Rejected(Scope.CONTENT, "empty", "a mail needs a subject and a text")
        answer: Answer = self._sdk.send(body_of(request))
        return self._outcome(answer)

    def find(self, request: SendRequest, since: datetime) -> Search:
        """Ask Email Activity (a paid extra, absent in the EU region) for the attempt; `since` is not needed there."""
        del since
        query = f"unique_args['{ATTEMPT_ARG}']=\"{request.attempt_id}\""
        answer = self._transport.get(
            f"{self._base}/v3/messages", self._headers, params={"query": query, "limit": 1}
        )
        if not isinstance(answer, Response):
            return Unsearchable(answer.detail)
        if answer.status != 200:
            return Unsearchable(f"HTTP {answer.status}")
        messages = _json(answer).get("messages")
        if not isinstance(messages, list):
            return Unsearchable("unreadable answer")
        if not messages:
            return NotFound()
        first = messages[0]
        return Found(str(first.get("msg_id", "")) if isinstance(first, dict) else "")

    def _post(self, request_body: Mapping[str, Any]) -> Answer:
        return self._transport.post(
            f"{self._base}/v3/mail/send",
            self._headers,
            content=json.dumps(request_body, separators=(",", ":")).encode(),
        )

    def _outcome(self, answer: Answer) -> Outcome:
        if isinstance(answer, NeverSent):
            return NotSent("network", answer.detail)
        if isinstance(answer, Unknown):
            return InDoubt(answer.detail)
        status, code = answer.status, str(answer.status)
        if status == 202 or (status == 200 and not answer.html):  # 200: the account's sandbox mode
            return Accepted(answer.headers.get("x-message-id"))
        if status == 429:
            return NotSent(code, "too many requests", self._wait(answer))
        if status < 300 or status >= 500 or status == 408:
            return InDoubt(f"HTTP {status}")
        if status in (401, 403):
            return Rejected(Scope.CONFIG, code, _detail(answer))
        if status == 413:  # may be a page of the edge's own
            return Rejected(Scope.CONTENT, code, "too large")
        if status in (400, 415) and not answer.html and _errors(answer):
            return Rejected(_scope(answer), code, _detail(answer))
        # Redirects, 404, 405 and pages for people are a wrong URL or something in between: never the address.
        return Rejected(Scope.CONFIG, code, _detail(answer))

    def _wait(self, answer: Response) -> float | None:
        now = self._clock()
        after = answer.retry_after(now)
        reset = answer.headers.get("x-ratelimit-reset", "")
        if after is None and reset.isascii() and reset.isdigit():
            after = max(0.0, int(reset) - now.timestamp())
        return after


def body_of(request: SendRequest) -> dict[str, Any]:
    """The request's body: one personalization and one recipient, our ids in custom arguments, no tracking.

    Categories and custom arguments are kept for long and seen by the provider's staff: opaque words and ids only.
    """
    recipient = {"email": request.to}
    if request.to_name:
        recipient["name"] = one_line(request.to_name)
    sender = {"email": request.sender}
    if request.sender_name:
        sender["name"] = one_line(request.sender_name)
    content = [{"type": "text/plain", "value": request.text}]
    if request.html is not None:
        content.append({"type": "text/html", "value": request.html})
    body: dict[str, Any] = {
        "personalizations": [
            {
                "to": [recipient],
                "custom_args": {ATTEMPT_ARG: request.attempt_id, MESSAGE_ARG: request.message_id},
            }
        ],
        "from": sender,
        "subject": one_line(request.subject or ""),
        "content": content,
        "headers": headers_of(request),
        "categories": ["reminder"],
        # Rewritten payment links look like phishing, and opens are as often a machine's.
        "tracking_settings": {
            "click_tracking": {"enable": False, "enable_text": False},
            "open_tracking": {"enable": False},
        },
    }
    if request.reply_to:
        body["reply_to"] = {"email": request.reply_to}
    if request.attachments:
        body["attachments"] = [
            {
                "content": base64.b64encode(one.content).decode(),
                "filename": one.name,
                "type": one.content_type,
                "disposition": "attachment",
            }
            for one in request.attachments
        ]
    return body


def _json(answer: Response) -> dict[str, Any]:
    try:
        value = json.loads(answer.body)
    except ValueError:
        return {}
    return value if isinstance(value, dict) else {}


def _errors(answer: Response) -> list[dict[str, Any]]:
    """The `errors` of the provider's own shape; empty for anything else."""
    errors = _json(answer).get("errors")
    return [error for error in errors if isinstance(error, dict)] if isinstance(errors, list) else []


_TO = re.compile(r"(personalizations(\.\d+)?\.)?to(\.\d+)?(\.email)?")
_ABOUT_ADDRESS = re.compile(r"valid (email )?address", re.IGNORECASE)


def _scope(answer: Response) -> Scope:
    """What a 400 is about: the recipient's address, the sender, or else our content."""
    for error in _errors(answer):
        name, message = str(error.get("field") or ""), str(error.get("message") or "")
        if _TO.fullmatch(name) and (name.endswith(".email") or _ABOUT_ADDRESS.search(message)):
            return Scope.ADDRESS
        if name == "from" or name.startswith("from."):
            return Scope.CONFIG
    return Scope.CONTENT


_PERSONAL = re.compile(r"\S*@\S*|\S*\d{4,}\S*|[\x00-\x1f]+")


def _detail(answer: Response) -> str:
    """The first error in a few words, without anything that looks like an address or a number."""
    for error in _errors(answer):
        name, message = str(error.get("field") or "-"), str(error.get("message") or "")
        return _PERSONAL.sub("…", f"HTTP {answer.status}, {name}: {message}")[:200]
    return f"HTTP {answer.status}"
