"""What the providers report about a message, read from their webhooks into receipts.

A receipt may come twice, out of order, before our own transaction has ended, and of a kind that did not exist when this
was written: nothing of that is an error here. Only a body that can't be read at all is (`Unreadable`).

Sources: https://www.twilio.com/docs/sendgrid/for-developers/tracking-events/event and
https://www.twilio.com/docs/messaging/guides/outbound-message-status-in-status-callbacks; for calls,
https://www.twilio.com/docs/voice/api/call-resource#statuscallbackevent.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from typing import Any
from urllib.parse import urlencode

import structlog

from channels.codes import Code, code_of
from channels.mail_events import mail_event
from channels.sendgrid_mail import ATTEMPT_ARG
from reminders.feedback import Receipt, ReceiptKind
from reminders.snapshot import Channel

log = structlog.get_logger(__name__)
ATTEMPT_PARAMETER = "a"
"""Name of the attempt's id in the query of Twilio's status callback."""

_PLAIN = re.compile(r"[A-Za-z :]{1,60}|\d{1,6}")
"""What may be logged of a stranger's word: nothing that could be an address or a number to call."""
Form = Mapping[str, str] | Iterable[tuple[str, str]]


class Unreadable(ValueError):
    """A webhook whose signature is right and whose body is not what the provider documents."""


def sendgrid_receipts(body: bytes, received_at: datetime) -> list[Receipt]:
    """The receipts in one webhook, in its order. An event without a timestamp has happened at `received_at`.

    An element that is no object is passed over: the others were signed with it, and are true. Raises `Unreadable` if
    the body is no JSON array, or holds nothing but such elements.
    """
    try:
        events = json.loads(body)
    except (ValueError, RecursionError) as error:
        raise Unreadable("not JSON") from error
    if not isinstance(events, list):
        raise Unreadable("not an array of events")
    objects = [event for event in events if isinstance(event, dict)]
    if events and not objects:
        raise Unreadable("not an array of events")
    return [_sendgrid_receipt(event, received_at) for event in objects]


def twilio_receipt(form: Form, query: Form, received_at: datetime) -> Receipt:
    """The receipt in one status callback, of a message or a call. It has happened at `received_at`.

    Twilio sends no time of its own with a message. Raises `Unreadable` if there is no id or no status.
    """
    fields, asked = dict(form), dict(query)
    if "CallSid" in fields:
        return _call_receipt(fields, asked, received_at)
    sid = fields.get("MessageSid") or fields.get("SmsSid")
    status = (fields.get("MessageStatus") or fields.get("SmsStatus") or "").lower()
    if not sid or not status:
        raise Unreadable("no message id or no status")
    code = fields.get("ErrorCode") or None
    known = code_of(code)
    if code and known is None:
        _unknown("twilio", code)
    channel = Channel.WHATSAPP if fields.get("To", "").startswith("whatsapp:") else Channel.SMS
    return Receipt(
        provider="twilio",
        channel=channel,
        keys=(f"{sid}:{status}:{code or ''}",),
        kind=_twilio_kind(status, known),
        occurred_at=received_at,
        attempt_id=asked.get(ATTEMPT_PARAMETER) or None,
        provider_id=sid,
        code=code,
        detail=known.meaning if known else None,
        raw=urlencode(fields),
    )


def confirmed_call(call_sid: str, attempt_id: str, received_at: datetime) -> Receipt:
    """The receipt of a call for which somebody pressed the key that says that it is for them.

    Of a call nothing else counts as delivered: that somebody took it, the provider knows; who, only they can say.
    """
    return Receipt(
        provider="twilio",
        channel=Channel.VOICE,
        keys=(f"{call_sid}:confirmed",),
        kind=ReceiptKind.DELIVERED,
        occurred_at=received_at,
        attempt_id=attempt_id,
        provider_id=call_sid,
    )


def _call_receipt(fields: Mapping[str, str], asked: Mapping[str, str], received_at: datetime) -> Receipt:
    sid, status = fields["CallSid"], fields.get("CallStatus", "").lower()
    if not sid or not status:
        raise Unreadable("no call id or no status")
    code = fields.get("ErrorCode") or None
    known = code_of(code)
    if code and known is None:
        _unknown("twilio", code)
    kind = _CALL_KINDS.get(status, ReceiptKind.UNKNOWN)
    machine = _MACHINES.get(fields.get("AnsweredBy", "").lower().partition("_")[0])
    if status == "failed" and known is not None:
        kind = known.receipt
    elif status == "completed" and machine is not None:
        kind = ReceiptKind.UNANSWERED
    return Receipt(
        provider="twilio",
        channel=Channel.VOICE,
        keys=(f"{sid}:{status}",),
        kind=kind,
        occurred_at=received_at,
        attempt_id=asked.get(ATTEMPT_PARAMETER) or None,
        provider_id=sid,
        code=code,
        detail=known.meaning if known else machine,
        raw=urlencode(fields),
    )


# `completed` says that something answered, and no more: a confirmation is a receipt of its own (`confirmed_call`).
_CALL_KINDS = {
    "queued": ReceiptKind.QUEUED,
    "initiated": ReceiptKind.QUEUED,
    "ringing": ReceiptKind.SENT,
    "in-progress": ReceiptKind.SENT,
    "completed": ReceiptKind.ENDED,
    "no-answer": ReceiptKind.UNANSWERED,
    "busy": ReceiptKind.UNANSWERED,
    "failed": ReceiptKind.FAILED,
    "canceled": ReceiptKind.FAILED,
}
_MACHINES = {"machine": "an answering machine took it", "fax": "a fax took it"}


def _sendgrid_receipt(event: dict[str, Any], received_at: datetime) -> Receipt:
    attempt, full_id = _text(event, ATTEMPT_ARG), _text(event, "sg_message_id")
    return Receipt(
        provider="sendgrid",
        channel=Channel.EMAIL,
        keys=_sendgrid_keys(event, attempt, full_id),
        kind=_sendgrid_kind(event),
        occurred_at=_instant(event.get("timestamp")) or received_at,
        attempt_id=attempt,
        # What the send call answered is the part before the first dot, in nearly all events.
        provider_id=full_id.partition(".")[0] if full_id else None,
        code=_text(event, "status"),
        detail=_text(event, "reason") or _text(event, "response"),
        raw=json.dumps(event, sort_keys=True, ensure_ascii=False),
    )


def _sendgrid_keys(event: dict[str, Any], attempt: str | None, full_id: str | None) -> tuple[str, ...]:
    """Two keys: the provider's own, and one over what the event says, since repeats were seen with a new id."""
    said = [
        attempt or full_id or _text(event, "smtp-id") or "",
        *(_text(event, name) or "" for name in ("email", "event", "type", "timestamp", "attempt", "url")),
    ]
    content = "content:" + hashlib.sha256("\x1f".join(said).encode("utf-8", "replace")).hexdigest()
    own = _text(event, "sg_event_id")
    # The documented examples give a bounce and a block one id: the kind belongs to the key.
    return (
        (f"event:{own}:{_text(event, 'event')}:{_text(event, 'type') or ''}", content) if own else (content,)
    )


_SENDGRID_KINDS = {
    "processed": ReceiptKind.SENT,
    "deferred": ReceiptKind.DEFERRED,
    "delivered": ReceiptKind.DELIVERED,
    "open": ReceiptKind.OPENED,
    "click": ReceiptKind.CLICKED,
    "spamreport": ReceiptKind.COMPLAINED,
    "unsubscribe": ReceiptKind.UNSUBSCRIBED,
    "group_unsubscribe": ReceiptKind.UNSUBSCRIBED,
}


def _sendgrid_kind(event: dict[str, Any]) -> ReceiptKind:
    kind = event.get("event")
    if kind == "bounce" or kind == "dropped":
        says = _text(event, "bounce_classification" if kind == "bounce" else "reason")
        known = mail_event(kind, _text(event, "type"), says, _text(event, "status"))
        if known is None:
            _unknown("sendgrid", f"{kind}: {says}")
            return ReceiptKind.BLOCKED
        return known.kind
    return _SENDGRID_KINDS.get(kind, ReceiptKind.UNKNOWN) if isinstance(kind, str) else ReceiptKind.UNKNOWN


_TWILIO_KINDS = {
    "accepted": ReceiptKind.QUEUED,
    "scheduled": ReceiptKind.QUEUED,
    "queued": ReceiptKind.QUEUED,
    "sending": ReceiptKind.QUEUED,
    "sent": ReceiptKind.SENT,
    "delivered": ReceiptKind.DELIVERED,
    "read": ReceiptKind.DELIVERED,
    "canceled": ReceiptKind.FAILED,
}


def _twilio_kind(status: str, code: Code | None) -> ReceiptKind:
    if status in ("undelivered", "failed"):
        return code.receipt if code is not None else ReceiptKind.FAILED
    return _TWILIO_KINDS.get(status, ReceiptKind.UNKNOWN)


def _unknown(provider: str, code: str) -> None:
    """A word of the provider's that we do not know bars nobody; somebody should add it to the table."""
    log.warning("unknown_provider_code", provider=provider, code=code if _PLAIN.fullmatch(code) else "…")


def _text(event: dict[str, Any], name: str) -> str | None:
    """A field as text, whatever it came as; None if it is missing or empty."""
    value = event.get(name)
    if value is None or value == "":
        return None
    return value if isinstance(value, str) else json.dumps(value, sort_keys=True)


def _instant(value: object) -> datetime | None:
    if isinstance(value, str) and value.isascii() and value.isdigit():
        value = int(value)
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    try:
        return datetime.fromtimestamp(value, UTC)
    except (OverflowError, ValueError, OSError):
        return None
