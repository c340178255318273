"""SendGrid's face: `POST /v3/mail/send` and `GET /v3/messages`, with its rules, its errors and its events.

Answers as in the public v3 reference, https://www.twilio.com/docs/sendgrid/api-reference; what a mail must be is in
`sendgrid_rules`.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any

from channels.sandbox.callbacks import EmailEvent
from channels.sandbox.core import Sandbox
from channels.sandbox.sendgrid_rules import Error, problems
from channels.sandbox.store import SandboxOutcome, StoredMessage, in_base64
from channels.sandbox.wire import Answer, Request, json_answer, number
from channels.sendgrid_mail import ATTEMPT_ARG

LARGEST = 30 * 1024 * 1024
_BY_ARG = re.compile(r"unique_args\['([^']+)'\]=\"([^\"]*)\"")


def answer(sandbox: Sandbox, request: Request) -> Answer:
    """Answer one call of the SendGrid API."""
    if request.headers.get("authorization") != f"Bearer {sandbox.config.sendgrid_api_key}":
        return _refuse(401, ("The provided authorization grant is invalid, expired, or revoked", None))
    if request.path == "/v3/mail/send":
        return (
            _send(sandbox, request)
            if request.method == "POST"
            else _refuse(405, ("method not allowed", None))
        )
    if request.path == "/v3/messages" and request.method == "GET":
        return _search(sandbox, request)
    return _refuse(404, ("not found", None))


def too_many(sandbox: Sandbox, seconds: float) -> Answer:
    """The 429, with the instant at which sending may go on."""
    reset = sandbox.now() + timedelta(seconds=seconds)
    headers = {
        "X-RateLimit-Limit": "150",
        "X-RateLimit-Remaining": "0",
        "X-RateLimit-Reset": str(int(reset.timestamp())),
    }
    return json_answer(429, {"errors": [{"field": None, "message": "too many requests"}]}, headers)


def broken() -> Answer:
    """The 500."""
    return json_answer(500, {"errors": [{"message": "internal server error"}]})


def _refuse(status: int, *errors: Error) -> Answer:
    return json_answer(
        status, {"errors": [{"message": text, "field": name, "help": None} for text, name in errors]}
    )


def _send(sandbox: Sandbox, request: Request) -> Answer:
    if len(request.body) > LARGEST:
        return _refuse(413, ("content too large", None))
    if not request.headers.get("content-type", "").startswith("application/json"):
        return _refuse(415, ("Content-Type should be application/json.", None))
    try:
        body = json.loads(request.body)
    except ValueError:
        body = None
    if not isinstance(body, dict):
        return _refuse(400, ("Bad Request", None))
    if errors := problems(sandbox, body):
        return _refuse(400, *errors)
    if body.get("mail_settings", {}).get("sandbox_mode", {}).get("enable"):
        return Answer(200)
    first = ""
    for personalization in body["personalizations"]:
        for recipient in personalization["to"]:
            message = _accept(sandbox, body, personalization, recipient)
            first = first or message.id
    return Answer(202, {"X-Message-Id": first, "Content-Type": "text/plain"})


def _accept(
    sandbox: Sandbox, body: dict[str, Any], personalization: dict[str, Any], recipient: dict[str, Any]
) -> StoredMessage:
    content = {part["type"]: part["value"] for part in body["content"]}
    args = {**body.get("custom_args", {}), **personalization.get("custom_args", {})}
    attempt = args.get(ATTEMPT_ARG)
    message = StoredMessage(
        provider="sendgrid",
        id=in_base64(sandbox.new_id("sendgrid", attempt)),
        at=sandbox.now(),
        sender=body["from"]["email"],
        sender_name=body["from"].get("name"),
        to=recipient["email"].lower(),
        to_name=recipient.get("name"),
        subject=personalization.get("subject") or body["subject"],
        text=content.get("text/plain", ""),
        html=content.get("text/html"),
        attempt_id=attempt,
        reply_to=(body.get("reply_to") or {}).get("email"),
        message_id_header=body.get("headers", {}).get("Message-ID"),
        custom_args=args,
        categories=tuple(body.get("categories", ())),
        attachments=tuple(file["filename"] for file in body.get("attachments", ())),
        status="accepted",
    )
    sandbox.accept(message)
    _schedule(sandbox, message)
    return message


def _schedule(sandbox: Sandbox, message: StoredMessage) -> None:
    """Queue the events that this message will bring."""
    outcome = sandbox.outcome_of(message.to)
    if outcome is SandboxOutcome.SILENT:
        return
    first, last = sandbox.delays(message)
    steps: list[tuple[float, EmailEvent, Callable[[], None]]] = []

    def step(after: float, kind: str, then: str, **fields: object) -> None:
        # Events carry whole seconds, and the provider's id for the event.
        event = {
            "email": message.to,
            "timestamp": int((message.at + timedelta(seconds=after)).timestamp()),
            "event": kind,
            "smtp-id": message.message_id_header or f"<{message.id}@sandbox>",
            "sg_event_id": in_base64(sandbox.mint("event", message.id, len(steps))),
            "sg_message_id": f"{message.id}.recvd-sandbox-1.0",
            **({"category": list(message.categories)} if message.categories else {}),
            **fields,
        }
        for name, value in message.custom_args.items():
            event.setdefault(name, value)  # reserved names win

        def happened() -> None:
            message.status = then

        steps.append((after, EmailEvent(event), happened))

    if sandbox.has_bounced(message.to):
        step(first, "dropped", "not_delivered", reason="Bounced Address", status="5.0.0")
    else:
        step(first, "processed", "processed")
        match outcome:
            case SandboxOutcome.BOUNCE:
                reason = "550 5.1.1 The email account that you tried to reach does not exist"
                step(last, "bounce", "not_delivered", reason=reason, status="5.1.1", type="bounce")
                sandbox.bounced(message.to)
            case SandboxOutcome.BLOCK:
                reason = "550 5.7.1 message refused by policy"
                step(last, "bounce", "not_delivered", reason=reason, status="5.7.1", type="blocked")
            case SandboxOutcome.DEFER:
                step(last, "deferred", "deferred", response="421 try again later", attempt="1")
                step(last * 10, "delivered", "delivered", response="250 OK")
            case _:
                step(last, "delivered", "delivered", response="250 OK")
    sandbox.schedule(message, [(after, event, do) for after, event, do in steps])


def _search(sandbox: Sandbox, request: Request) -> Answer:
    if not sandbox.config.email_activity:
        return _refuse(403, ("access forbidden", None))
    query = dict(request.query)
    wanted = _BY_ARG.fullmatch(query.get("query", ""))
    if wanted is None:
        return _refuse(400, ("invalid syntax: only unique_args['name']=\"value\" is known here", None))
    name, value = wanted.groups()
    found = sandbox.of_attempt(value) if name == ATTEMPT_ARG else []
    messages = [
        {
            "from_email": message.sender,
            "msg_id": f"{message.id}.recvd-sandbox-1.0",
            "subject": message.subject,
            "to_email": message.to,
            "status": message.status if message.status in ("delivered", "not_delivered") else "processed",
            "opens_count": 0,
            "clicks_count": 0,
            "last_event_time": message.at.strftime("%Y-%m-%dT%H:%M:%SZ"),
        }
        for message in found
    ]
    return json_answer(200, {"messages": messages[: number(query.get("limit"), 10)]})
