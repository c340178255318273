"""A mail as SendGrid's Inbound Parse hands it over.

Best in raw mode, with the whole MIME message in the field `email`; else as fields with a character set each.

Source: https://www.twilio.com/docs/sendgrid/for-developers/parsing-email/setting-up-the-inbound-parse-webhook.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from email import message_from_bytes, message_from_string
from email.message import Message
from email.utils import parseaddr
from io import BytesIO
from typing import Any

from python_multipart.exceptions import FormParserError
from python_multipart.multipart import parse_form

from channels.authentic import is_authentic
from channels.mime import MOST_FILES, MOST_TEXT, address, attachments_of, described, header, words_of
from channels.quotes import text_of_html
from channels.receipts import Unreadable
from reminders.feedback import AttachedFile

REFERENCE = "r+"
"""How the mailbox name of our reply address begins; the reference follows."""
MOST_PARTS = 1000


@dataclass(frozen=True, slots=True)
class InboundMail:
    """A mail that somebody wrote to one of our addresses."""

    sender: str
    """As its header says: whom a person would answer. The envelope's may be a bounce address."""
    recipient: str
    """Of ours, as the envelope says: a reply address if there is one among them."""
    subject: str
    text: str = field(repr=False)
    """All of its words, what it quotes included."""
    attachments: tuple[AttachedFile, ...]
    """The files that it carries; `channels.mime` says how many are told."""
    message: Message = field(repr=False)
    """The whole mail in raw mode, else its headers."""
    from_nobody: bool
    """Whether the envelope names no sender, as delivery reports do (RFC 3464)."""
    authentic: bool
    """Whether it surely comes from the sender's domain (`channels.authentic`)."""

    @property
    def reference(self) -> str | None:
        """The reference in the recipient's address, its case kept: signed tokens tell capitals apart."""
        return reference_in(self.recipient)


def inbound_mail(content_type: str, body: bytes) -> InboundMail:
    """The mail in one webhook. Raises `Unreadable` for a body that is no form or names no recipient."""
    fields, files = _fields(content_type, body)
    envelope = _envelope(fields.get("envelope"))
    raw = fields.get("email")
    if raw is not None:
        message = message_from_bytes(raw)
        text, attachments = words_of(message), attachments_of(message)
    else:
        message = message_from_string(_field(fields, "headers").strip() + "\n\n")
        text = _field(fields, "text") or text_of_html(_field(fields, "html"))
        attachments = files
    recipients = [one for one in envelope.get("to", ()) if one] or [parseaddr(_field(fields, "to"))[1]]
    recipient = next((one for one in recipients if reference_in(one)), recipients[0])
    if not recipient:
        raise Unreadable("no recipient")
    return InboundMail(
        sender=address(message, "From")
        or str(envelope.get("from") or "")
        or parseaddr(_field(fields, "from"))[1],
        recipient=recipient,
        subject=header(message, "Subject") or _field(fields, "subject"),
        text=text[:MOST_TEXT],
        attachments=attachments,
        message=message,
        from_nobody=envelope.get("from") == "",
        authentic=is_authentic(
            message, str(envelope.get("from") or ""), _field(fields, "SPF"), _field(fields, "dkim")
        ),
    )


def reference_in(address: str) -> str | None:
    """The reference in one of our reply addresses."""
    mailbox, at, _ = address.rpartition("@")
    if not at or not mailbox.lower().startswith(REFERENCE):
        return None
    return mailbox[len(REFERENCE) :] or None


def _fields(content_type: str, body: bytes) -> tuple[dict[str, bytes], tuple[AttachedFile, ...]]:
    """The form's fields, as bytes, and the files that came beside them."""
    fields: dict[str, bytes] = {}
    files: list[AttachedFile] = []
    count = 0

    def keep(field: Any) -> None:
        nonlocal count
        count += 1
        if count > MOST_PARTS:
            raise FormParserError("too many parts")
        if field.field_name is not None:
            fields.setdefault(field.field_name.decode("utf-8", "replace"), field.value or b"")

    def describe(file: Any) -> None:
        if len(files) < MOST_FILES:
            file.file_object.seek(0)
            name, kind = (file.file_name or b"").decode("utf-8", "replace"), file.content_type
            files.append(described(name, kind, file.file_object.read()))
        file.close()

    headers = {
        "Content-Type": content_type.encode("latin-1", "replace"),
        "Content-Length": str(len(body)).encode(),
    }
    try:
        parse_form(headers, BytesIO(body), keep, describe)
    except (FormParserError, ValueError) as error:
        raise Unreadable("not a form") from error
    if not fields:
        raise Unreadable("an empty form")
    return fields, tuple(files)


def _field(fields: Mapping[str, bytes], name: str) -> str:
    """A field in its own character set, which the field `charsets` names."""
    value = fields.get(name, b"")
    try:
        charset = json.loads(fields.get("charsets", b"{}")).get(name) or "utf-8"
        return value.decode(charset, "replace")
    except (ValueError, AttributeError, LookupError, TypeError):
        return value.decode("utf-8", "replace")


def _envelope(value: bytes | None) -> dict[str, Any]:
    try:
        envelope = json.loads(value or b"{}")
    except (ValueError, RecursionError):
        return {}
    if not isinstance(envelope, dict):
        return {}
    to = envelope.get("to")
    many = [to] if isinstance(to, str) else to if isinstance(to, list) else []
    return {**envelope, "to": [str(one) for one in many if one]}
