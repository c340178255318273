"""SendGrid's face: `POST /v3/mail/send` and `GET /v3/messages`, with its rules, its errors and its events.

Rules and texts as in the public v3 reference: https://www.twilio.com/docs/sendgrid/api-reference/mail-send/mail-send
(limits) and .../mail-send/errors (messages, field names).
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any

from channels.sandbox.callbacks import EmailEvent
from channels.sandbox.core import Sandbox
from channels.sandbox.store import SandboxOutcome, StoredMessage, in_base64
from channels.sandbox.wire import Answer, Request, json_answer, number
from channels.sendgrid_mail import ATTEMPT_ARG

LARGEST = 30 * 1024 * 1024
CUSTOM_ARGS = 10_000
RESERVED = frozenset(
    {
        "x-sg-id",
        "x-sg-eid",
        "received",
        "dkim-signature",
        "content-type",
        "content-transfer-encoding",
        "to",
        "from",
        "subject",
        "reply-to",
        "cc",
        "bcc",
    }
)
_EMAIL = re.compile(
    r"[^@\s,;<>\"()\[\]\\]{1,64}@([A-Za-z0-9]([A-Za-z0-9-]{0,61}[A-Za-z0-9])?\.)+[A-Za-z]{2,63}"
)
_BY_ARG = re.compile(r"unique_args\['([^']+)'\]=\"([^\"]*)\"")

Error = tuple[str, str | None]
"""Message and field of one entry in `errors`."""


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
    if errors := _problems(sandbox, body):
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


def _problems(sandbox: Sandbox, body: dict[str, Any]) -> list[Error]:
    """All that is wrong with the request, as far as the documented rules go."""
    try:
        return [
            *_recipients(sandbox, body.get("personalizations")),
            *_sender(body),
            *_content(body),
            *_extras(body),
        ]
    except (AttributeError, TypeError, KeyError, IndexError):
        return [("Bad Request: a part has the wrong type.", None)]


def _recipients(sandbox: Sandbox, personalizations: Any) -> list[Error]:
    if not personalizations or not isinstance(personalizations, list):
        return [
            (
                "The personalizations field is required and must have at least one personalization.",
                "personalizations",
            )
        ]
    if len(personalizations) > 1000:
        return [("There may be no more than 1,000 personalizations.", "personalizations")]
    errors: list[Error] = []
    for place, personalization in enumerate(personalizations):
        where = f"personalizations.{place}"
        if not personalization.get("to"):
            errors.append(
                (
                    "The to array is required for all personalization objects, and must have at least one email"
                    " object with a valid email address.",
                    f"{where}.to",
                )
            )
            continue
        everybody = []
        for kind in ("to", "cc", "bcc"):
            for index, person in enumerate(personalization.get(kind, ())):
                email = person.get("email")
                everybody.append(str(email).lower())
                refused = isinstance(email, str) and sandbox.outcome_of(email) is SandboxOutcome.REFUSE
                if not isinstance(email, str) or not _EMAIL.fullmatch(email) or refused:
                    errors.append(("Does not contain a valid address.", f"{where}.{kind}.{index}.email"))
        if len(set(everybody)) < len(everybody):
            errors.append(
                (
                    "Each email address in the personalization block should be unique between to, cc, and bcc.",
                    where,
                )
            )
        args = personalization.get("custom_args", {})
        errors += _custom_args(args, f"{where}.custom_args")
    return errors


def _sender(body: dict[str, Any]) -> list[Error]:
    sender = body.get("from")
    if not isinstance(sender, dict) or not _EMAIL.fullmatch(str(sender.get("email", ""))):
        return [
            (
                "The from object must at least have an 'email' parameter with a valid email address and may also"
                " contain a 'name' parameter.",
                "from",
            )
        ]
    if body.get("reply_to") and body.get("reply_to_list"):
        return [("reply_to and reply_to_list can't both be given.", "reply_to")]
    reply_to = body.get("reply_to")
    if reply_to is not None and not _EMAIL.fullmatch(str(reply_to.get("email", ""))):
        return [("The reply_to email does not contain a valid address.", "reply_to.email")]
    return []


def _content(body: dict[str, Any]) -> list[Error]:
    errors: list[Error] = []
    subject = body.get("subject")
    if not subject and not _all_have_subjects(body.get("personalizations")):
        errors.append(
            (
                "The subject is required. You can get around this requirement if you use a template with a subject"
                " defined or if every personalization has a subject defined.",
                "subject",
            )
        )
    elif isinstance(subject, str) and ("\r" in subject or "\n" in subject):
        errors.append(("The subject must not contain line breaks.", "subject"))
    content = body.get("content")
    if not content:
        return [
            *errors,
            ("Unless a valid template_id is provided, the content parameter is required.", "content"),
        ]
    types = [part.get("type") for part in content]
    ranks = [{"text/plain": 0, "text/html": 1}.get(one, 2) for one in types]
    if len(set(types)) < len(types):
        errors.append(("If present, text/plain and text/html may only be provided once.", "content"))
    if ranks != sorted(ranks):
        errors.append(
            (
                "If present, text/plain must be first, followed by text/html, followed by any other content.",
                "content",
            )
        )
    for index, part in enumerate(content):
        if not isinstance(part.get("value"), str) or not part["value"]:
            errors.append(
                (
                    "The content value must be a string at least one character in length.",
                    f"content.{index}.value",
                )
            )
    return errors


def _extras(body: dict[str, Any]) -> list[Error]:
    errors = _custom_args(body.get("custom_args", {}), "custom_args")
    categories = body.get("categories", [])
    if len(categories) > 10:
        errors.append(("There may be no more than 10 categories.", "categories"))
    if len(set(categories)) < len(categories):
        errors.append(("The categories must be unique.", "categories"))
    for name, value in body.get("headers", {}).items():
        if name.lower() in RESERVED:
            errors.append((f"You can't set the reserved header {name}.", f"headers.{name}"))
        elif not isinstance(value, str) or "\n" in value or "\r" in value:
            errors.append(("Header values must be strings of one line.", f"headers.{name}"))
    return errors


def _custom_args(args: dict[str, Any], where: str) -> list[Error]:
    if not args:
        return []
    if not all(isinstance(value, str) for value in args.values()):
        return [("The custom_args values must be strings.", where)]
    if len(json.dumps(args).encode()) > CUSTOM_ARGS:
        return [("The custom_args must not exceed 10000 bytes.", where)]
    return []


def _all_have_subjects(personalizations: Any) -> bool:
    return bool(personalizations) and all(one.get("subject") for one in personalizations)
