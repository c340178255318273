"""What is different about a message by WhatsApp: what it may say, when, and what becomes of it."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping

from channels.codes import TWILIO
from channels.sandbox.core import Sandbox
from channels.sandbox.store import SandboxOutcome, StoredMessage

CONTENT = "content_sid"
"""Where an accepted message keeps the id of its template; free text has none."""
_NUMBER = re.compile(r"whatsapp:\+[1-9]\d{6,14}")
_CONTENT_SID = re.compile(r"HX[0-9a-fA-F]{32}")
_PLACE = re.compile(r"\{\{(\d+)\}\}")


def whatsapp_problem(sandbox: Sandbox, form: Mapping[str, str]) -> tuple[int, str] | None:
    """Code and text of the first thing wrong with a message by WhatsApp; what needs its channel is told later."""
    to, sender = form.get("To", ""), form.get("From", "")
    content, body = form.get("ContentSid", ""), form.get("Body", "")
    if not _NUMBER.fullmatch(to):
        return 21211, f"The 'To' number {to} is not a valid phone number."
    if not sender:
        return 21603, "A 'From' phone number is required."
    if not _NUMBER.fullmatch(sender):
        return 63007, TWILIO[63007].meaning
    if not content and form.get("ContentVariables"):
        return 21654, TWILIO[21654].meaning
    if not content and not body:
        return 21602, "Message body is required."
    if content and (not _CONTENT_SID.fullmatch(content) or content not in sandbox.config.whatsapp_templates):
        return 21655, TWILIO[21655].meaning
    if content and _variables(form) is None:
        return 21656, TWILIO[21656].meaning
    return None


def text_of(templates: Mapping[str, str], form: Mapping[str, str]) -> str:
    """What the client reads: the body, or the template with its places filled."""
    content = form.get("ContentSid")
    if not content:
        return form["Body"]
    values = _variables(form) or {}
    return _PLACE.sub(lambda place: values.get(place[1], place[0]), templates[content])


def whatsapp_end(
    sandbox: Sandbox, message: StoredMessage, outcome: SandboxOutcome
) -> tuple[tuple[str, int | None], bool]:
    """The last status with its code, and whether the client reads it."""
    if CONTENT not in message.custom_args and not sandbox.in_chat(message.to, message.sender):
        return ("failed", 63016), False
    match outcome:
        case SandboxOutcome.BOUNCE | SandboxOutcome.REFUSE:
            return ("undelivered", 63024), False
        case SandboxOutcome.BLOCK:
            return ("failed", 63018), False
        case _:
            return ("delivered", None), True


def content_of(form: Mapping[str, str]) -> dict[str, str]:
    """What an accepted message keeps of its template."""
    return {CONTENT: form["ContentSid"]} if form.get("ContentSid") else {}


def _variables(form: Mapping[str, str]) -> dict[str, str] | None:
    """What fills the places; None for anything that Twilio does not take: no JSON object, or an empty value."""
    try:
        values = json.loads(form.get("ContentVariables") or "{}")
    except ValueError:
        return None
    if not isinstance(values, dict) or not all(isinstance(one, str) and one for one in values.values()):
        return None
    return values
