"""What clients write back, read from the providers' webhooks into replies.

A text message comes as a form. A mail comes by Inbound Parse, best in raw mode (the whole MIME message in the field
`email`), else as fields with a character set each. A reference in the recipient's address (`r+<token>@...`) brings back
which message was answered; it proves that somebody knows the thread, never who it is.

Sources: https://www.twilio.com/docs/messaging/guides/webhook-request and
https://www.twilio.com/docs/sendgrid/for-developers/parsing-email/setting-up-the-inbound-parse-webhook.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from datetime import datetime
from email import message_from_bytes, message_from_string
from email.message import EmailMessage, Message
from email.policy import default
from email.utils import parseaddr
from io import BytesIO
from typing import Any

from python_multipart.exceptions import FormParserError
from python_multipart.multipart import parse_form

from channels.opt_words import read_opt
from channels.quotes import text_of_html, unquoted
from channels.receipts import Form, Unreadable
from reminders.feedback import OptWord, Reply
from reminders.snapshot import Channel

REFERENCE = "r+"
"""How the mailbox name of our reply address begins; the reference follows."""
MOST_PARTS = 1000

_OPT_OUT_TYPES = {"STOP": OptWord.OUT, "START": OptWord.IN, "HELP": OptWord.HELP}


def twilio_reply(form: Form, received_at: datetime) -> Reply:
    """The reply in one inbound webhook. The provider's own mark of an opt-out goes before our reading of the words.

    Raises `Unreadable` if there is no message id or no sender.
    """
    fields = dict(form)
    sid, sender = fields.get("MessageSid") or fields.get("SmsSid"), fields.get("From")
    if not sid or not sender:
        raise Unreadable("no message id or no sender")
    text = fields.get("Body", "")
    whatsapp = sender.startswith("whatsapp:")
    return Reply(
        provider="twilio",
        channel=Channel.WHATSAPP if whatsapp else Channel.SMS,
        key=sid,
        sender=sender.removeprefix("whatsapp:"),
        recipient=fields.get("To", "").removeprefix("whatsapp:"),
        text=text,
        received_at=received_at,
        opt=_OPT_OUT_TYPES.get(fields.get("OptOutType", "").upper()) or read_opt(text),
    )


def sendgrid_inbound(content_type: str, body: bytes, received_at: datetime) -> Reply:
    """The reply in one Inbound Parse webhook; `text` is what was written anew, without the quoted mail.

    There is no event id: `key` is made from Message-ID, recipient and body. Raises `Unreadable` for a body that is no
    form or names no recipient.
    """
    fields = _fields(content_type, body)
    envelope = _envelope(fields.get("envelope"))
    message = _message(fields)
    recipients = [str(one) for one in envelope.get("to", ()) if one] or [_address(_field(fields, "to"))]
    recipient = next((one for one in recipients if _reference(one)), recipients[0])
    # The header's sender is whom a person would answer; the envelope's may be a bounce address.
    sender = (
        _address(str(message.get("From", "")))
        or str(envelope.get("from", ""))
        or _address(_field(fields, "from"))
    )
    if not recipient:
        raise Unreadable("no recipient")
    text = unquoted(_text(fields, message))
    subject = str(message.get("Subject") or _field(fields, "subject"))
    automatic = _automatic(message, envelope)
    written = hashlib.sha256("\x1f".join([sender, subject, text]).encode("utf-8", "replace")).hexdigest()
    return Reply(
        provider="sendgrid",
        channel=Channel.EMAIL,
        key=hashlib.sha256(
            f"{message.get('Message-ID', '')}\x1f{recipient}\x1f{written}".encode()
        ).hexdigest(),
        sender=sender,
        recipient=recipient,
        text=text,
        received_at=received_at,
        # A machine that says "unsubscribe" in its footer has not opted out.
        opt=None if automatic else read_opt(text) or (read_opt(subject) if not text.strip() else None),
        reference=_reference(recipient),
        automatic=automatic,
    )


def _fields(content_type: str, body: bytes) -> dict[str, bytes]:
    """The form's fields, as bytes; attached files are not read."""
    fields: dict[str, bytes] = {}
    count = 0

    def keep(field: Any) -> None:
        nonlocal count
        count += 1
        if count > MOST_PARTS:
            raise FormParserError("too many parts")
        if field.field_name is not None:
            fields.setdefault(field.field_name.decode("utf-8", "replace"), field.value or b"")

    def leave(file: Any) -> None:
        file.close()

    headers = {
        "Content-Type": content_type.encode("latin-1", "replace"),
        "Content-Length": str(len(body)).encode(),
    }
    try:
        parse_form(headers, BytesIO(body), keep, leave)
    except (FormParserError, ValueError) as error:
        raise Unreadable("not a form") from error
    if not fields:
        raise Unreadable("an empty form")
    return fields


def _message(fields: Mapping[str, bytes]) -> Message:
    """The mail: whole in raw mode, its headers alone otherwise."""
    raw = fields.get("email")
    if raw is not None:
        return message_from_bytes(raw, policy=default)
    return message_from_string(_field(fields, "headers").strip() + "\n\n", policy=default)


def _text(fields: Mapping[str, bytes], message: Message) -> str:
    """What was written: the plain text if there is one, else the HTML without its tags."""
    if "email" not in fields:
        return _field(fields, "text") or text_of_html(_field(fields, "html"))
    assert isinstance(message, EmailMessage)
    try:
        part = message.get_body(preferencelist=("plain", "html"))
        content = part.get_content() if part is not None else ""
    except (KeyError, LookupError, ValueError):  # a part that lies about its type or character set
        return ""
    if not isinstance(content, str):
        return ""
    return text_of_html(content) if part is not None and part.get_content_subtype() == "html" else content


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
    except ValueError:
        return {}
    if not isinstance(envelope, dict):
        return {}
    to = envelope.get("to")
    return {**envelope, "to": [to] if isinstance(to, str) else to if isinstance(to, list) else []}


def _address(text: str) -> str:
    return parseaddr(text)[1]


def _reference(address: str) -> str | None:
    """The reference in one of our reply addresses, its case kept: signed tokens tell capitals apart."""
    mailbox, at, _ = address.rpartition("@")
    if not at or not mailbox.lower().startswith(REFERENCE):
        return None
    return mailbox[len(REFERENCE) :] or None


def _automatic(message: Message, envelope: Mapping[str, Any]) -> bool:
    """Whether a machine answered: RFC 3834's header, an empty envelope sender, or the older marks."""
    submitted = str(message.get("Auto-Submitted", "no")).split(";")[0].strip().lower()
    if submitted != "no":
        return True
    if envelope.get("from") == "":
        return True
    precedence = str(message.get("Precedence", "")).strip().lower()
    return (
        precedence in ("bulk", "junk", "list", "auto_reply")
        or "X-Auto-Response-Suppress" in message
        or "X-Autoreply" in message
        or "X-Autorespond" in message
        or message.get_content_type() == "multipart/report"
    )
