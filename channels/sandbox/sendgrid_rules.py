"""What SendGrid demands of a mail, with the texts and field names of its errors.

As in the public v3 reference: https://www.twilio.com/docs/sendgrid/api-reference/mail-send/mail-send (limits) and
.../mail-send/errors (messages, field names).
"""

from __future__ import annotations

import base64
import json
import re
from typing import Any

from channels.sandbox.core import Sandbox
from channels.sandbox.store import SandboxOutcome

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

Error = tuple[str, str | None]
"""Message and field of one entry in `errors`."""


def problems(sandbox: Sandbox, body: dict[str, Any]) -> list[Error]:
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
    for place, file in enumerate(body.get("attachments", [])):
        errors += _attachment(file, f"attachments.{place}")
    return errors


def _attachment(file: dict[str, Any], where: str) -> list[Error]:
    errors: list[Error] = []
    content = file.get("content")
    try:
        if not content or not isinstance(content, str) or not base64.b64decode(content, validate=True):
            raise ValueError
    except ValueError:
        errors.append(("The attachment content must be base64 encoded.", f"{where}.content"))
    if not isinstance(file.get("filename"), str) or not file["filename"]:
        errors.append(("The filename must be a string with at least one character.", f"{where}.filename"))
    if any(sign in str(file.get("type", "")) for sign in ";\r\n"):
        errors.append(("The type of the attachment must not contain ; or CRLF characters.", f"{where}.type"))
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
