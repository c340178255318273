"""Twilio's face: creating, listing and fetching messages, with its rules, its errors and its status callbacks.

Calls are in `channels.sandbox.twilio_calls`.

Rules as in the public Message resource: https://www.twilio.com/docs/messaging/api/message-resource; numbers that always
fail as on its page of test credentials, https://www.twilio.com/docs/iam/test-credentials.
"""

from __future__ import annotations

import base64
import math
import re
from collections.abc import Callable
from email.utils import format_datetime
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from channels.codes import TWILIO
from channels.sandbox.callbacks import TwilioForm
from channels.sandbox.core import Sandbox
from channels.sandbox.store import WHATSAPP, SandboxOutcome, StoredMessage
from channels.sandbox.twilio_calls import call_resource, create_call, list_calls
from channels.sandbox.twilio_pages import list_answer
from channels.sandbox.whatsapp import content_of, text_of, whatsapp_end, whatsapp_problem
from channels.sandbox.wire import Answer, Request, json_answer, number
from channels.segments import segments

ATTEMPT_PARAMETER = "a"
"""In the query of the status callback: the attempt's id."""
LONGEST = 1600

_E164 = re.compile(r"\+[1-9]\d{6,14}")
_NAME = re.compile(r"(?=.*[A-Za-z])[A-Za-z0-9 &._-]{1,11}")
_PATH = re.compile(r"/2010-04-01/Accounts/(\w+)/(Messages|Calls)(?:/(\w+))?\.json")
_MAGIC_FROM = {"+15005550001": 21212, "+15005550007": 21606, "+15005550008": 21611}
_MAGIC_TO = {
    "+15005550001": 21211,
    "+15005550002": 21612,
    "+15005550003": 21408,
    "+15005550004": 21610,
    "+15005550009": 21614,
}
_ALWAYS_OURS = "+15005550006"


def answer(sandbox: Sandbox, request: Request) -> Answer:
    """Answer one request of Twilio's API for messages and calls."""
    config = sandbox.config
    pair = f"{config.twilio_account_sid}:{config.twilio_auth_token}".encode()
    if request.headers.get("authorization") != "Basic " + base64.b64encode(pair).decode():
        return _refuse(401, 20003, "Authenticate")
    path = _PATH.fullmatch(request.path)
    if path is None or path[1] != config.twilio_account_sid:
        return _refuse(404, 20404, "The requested resource was not found")
    calls, sid = path[2] == "Calls", path[3]
    if sid is not None and request.method == "GET":
        found = sandbox.message(sid)
        if found is None or found.provider != "twilio" or (found.channel == "voice") != calls:
            return _refuse(404, 20404, "The requested resource was not found")
        return json_answer(200, (call_resource if calls else _resource)(sandbox, found))
    if sid is None and request.method == "POST":
        if not calls:
            return _create(sandbox, request)
        placed = create_call(sandbox, request)
        return placed if isinstance(placed, Answer) else _refuse(400, *placed)
    if sid is None and request.method == "GET":
        return list_calls(sandbox, request) if calls else _list(sandbox, request)
    return _refuse(405, 20004, "Method not allowed")


def too_many(sandbox: Sandbox, seconds: float) -> Answer:
    """The 429, with the seconds to wait."""
    del sandbox
    answer = _refuse(429, 20429, "Too Many Requests")
    answer.headers["Retry-After"] = str(math.ceil(seconds))
    return answer


def broken() -> Answer:
    """The 500."""
    return _refuse(500, 20500, "An internal server error has occurred")


def _refuse(status: int, code: int, message: str) -> Answer:
    more = f"https://www.twilio.com/docs/errors/{code}"
    return json_answer(status, {"code": code, "message": message, "more_info": more, "status": status})


def _create(sandbox: Sandbox, request: Request) -> Answer:
    try:
        form = dict(parse_qsl(request.body.decode(), keep_blank_values=True))
    except ValueError:
        return _refuse(400, 20001, "The request body can't be read")
    if refusal := _problem(sandbox, form):
        return _refuse(400, *refusal)
    callback = form.get("StatusCallback")
    attempt = _attempt(callback)
    message = StoredMessage(
        provider="twilio",
        id="SM" + sandbox.new_id("twilio", attempt).hex(),
        at=sandbox.now(),
        sender=form.get("From") or _ALWAYS_OURS,
        to=form["To"],
        text=text_of(sandbox.config.whatsapp_templates, form),
        attempt_id=attempt,
        service_sid=form.get("MessagingServiceSid"),
        custom_args=content_of(form),
        callback_url=callback,
        status="accepted" if form.get("MessagingServiceSid") else "queued",
    )
    sandbox.accept(message)
    _schedule(sandbox, message)
    return json_answer(201, _resource(sandbox, message))


def _problem(sandbox: Sandbox, form: dict[str, str]) -> tuple[int, str] | None:
    """Code and text of the first thing wrong, in the provider's order."""
    to, sender, body = form.get("To", ""), form.get("From", ""), form.get("Body", "")
    service = form.get("MessagingServiceSid", "")
    if to.startswith(WHATSAPP):
        return whatsapp_problem(sandbox, form)
    if not to:
        return 21604, "A 'To' phone number is required."
    if not sender and not service:
        return 21603, "A 'From' phone number is required."
    if not body:
        return 21602, "Message body is required."
    if len(body) > LONGEST:
        return 21617, "The concatenated message body exceeds the 1600 character limit"
    if sender in _MAGIC_FROM:
        return _known(_MAGIC_FROM[sender])
    if sender and not (_E164.fullmatch(sender) or _NAME.fullmatch(sender)):
        return (
            21212,
            f"The 'From' number {sender} is not a valid phone number, shortcode, or alphanumeric sender ID.",
        )
    ours = sandbox.config.sms_senders
    if sender and ours is not None and sender not in ours and sender != _ALWAYS_OURS:
        return (
            21606,
            f"The 'From' phone number provided ({sender}) is not a valid message-capable Twilio phone number.",
        )
    if to in _MAGIC_TO:
        return _known(_MAGIC_TO[to])
    if not _E164.fullmatch(to):
        return 21211, f"The 'To' number {to} is not a valid phone number."
    if to == sender:
        return 21266, "'To' and 'From' number cannot be the same"
    if sandbox.has_opted_out(to, sender or _ALWAYS_OURS):
        return 21610, "Attempt to send to unsubscribed recipient"
    if sandbox.outcome_of(to) is SandboxOutcome.REFUSE:
        return 21614, f"To number: {to}, is not a mobile number"
    callback = form.get("StatusCallback", "")
    if callback and urlsplit(callback).scheme not in ("http", "https"):
        return 21609, "The 'StatusCallback' URL is not a valid URL"
    if not 1 <= number(form.get("ValidityPeriod", "36000"), 0) <= 36_000:
        return 20001, "ValidityPeriod must be from 1 to 36000"
    return None


def _known(code: int) -> tuple[int, str]:
    return code, TWILIO[code].meaning


def _attempt(callback: str | None) -> str | None:
    if not callback:
        return None
    return dict(parse_qsl(urlsplit(callback).query)).get(ATTEMPT_PARAMETER)


def _schedule(sandbox: Sandbox, message: StoredMessage) -> None:
    """Queue the status callbacks that this message will bring."""
    outcome = sandbox.outcome_of(message.to)
    if outcome is SandboxOutcome.SILENT:
        return
    first, last = sandbox.delays(message)
    match outcome:
        case SandboxOutcome.BOUNCE:
            final: tuple[str, int | None] = ("undelivered", 30005)
        case SandboxOutcome.BLOCK:
            final = ("undelivered", 30007)
        case _:
            final = ("delivered", None)
    more: list[tuple[float, str, int | None]] = []
    if message.channel == "whatsapp":
        final, read = whatsapp_end(sandbox, message, outcome)
        more = [(last * 2, "read", None)] if read else []
    if outcome is SandboxOutcome.DEFER:
        last *= 10
    steps: list[tuple[float, TwilioForm, Callable[[], None]]] = []
    for after, status, code in ((first, "sent", None), (last, *final), *more):
        form = [
            ("SmsSid", message.id),
            ("SmsStatus", status),
            ("MessageStatus", status),
            ("To", message.to),
            ("MessageSid", message.id),
            ("AccountSid", sandbox.config.twilio_account_sid),
            ("From", message.sender),
            ("ApiVersion", "2010-04-01"),
        ]
        if message.channel == "whatsapp":
            form.append(("ChannelPrefix", "whatsapp"))
            if status in ("delivered", "read"):
                form.append(("EventType", status.upper()))
        if code is not None:
            form.append(("ErrorCode", str(code)))
        if message.service_sid:
            form.append(("MessagingServiceSid", message.service_sid))
        steps.append((after, TwilioForm(message.callback_url or "", form), _then(message, status, code)))
    if message.callback_url:
        sandbox.schedule(message, [(after, what, do) for after, what, do in steps])


def _then(message: StoredMessage, status: str, code: int | None) -> Callable[[], None]:
    def happened() -> None:
        message.status, message.error_code = status, code

    return happened


def _list(sandbox: Sandbox, request: Request) -> Answer:
    query = dict(request.query)
    size = min(number(query.get("PageSize"), 50), 1000)
    if "To" in query:
        found = sandbox.latest_to(query["To"], "twilio", sandbox.config.keep)
    else:
        found = [m for m in reversed(sandbox.messages()) if m.provider == "twilio"]
    found = [message for message in found if message.channel != "voice"][:size]
    if "From" in query:
        found = [message for message in found if message.sender == query["From"]]
    return list_answer(
        sandbox.config.twilio_account_sid,
        "Messages",
        [_resource(sandbox, message) for message in found],
        size,
    )


def _resource(sandbox: Sandbox, message: StoredMessage) -> dict[str, Any]:
    account = sandbox.config.twilio_account_sid
    uri = f"/2010-04-01/Accounts/{account}/Messages/{message.id}"
    created = format_datetime(message.at)
    # With a service the sender is chosen later, and the segments are counted later.
    return {
        "account_sid": account,
        "api_version": "2010-04-01",
        "body": message.text,
        "date_created": created,
        "date_sent": None if message.status in ("queued", "accepted") else created,
        "date_updated": created,
        "direction": "outbound-api",
        "error_code": message.error_code,
        "error_message": None,
        "from": message.sender,
        "messaging_service_sid": message.service_sid,
        "num_media": "0",
        "num_segments": "0" if message.service_sid else str(segments(message.text).count),
        "price": None,
        "price_unit": "USD",
        "sid": message.id,
        "status": message.status,
        "subresource_uris": {"media": f"{uri}/Media.json"},
        "to": message.to,
        "uri": f"{uri}.json",
    }
