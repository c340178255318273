"""Twilio's face for calls: creating, listing and fetching them, with its rules and its errors.

Rules as in the public Call resource, https://www.twilio.com/docs/voice/api/call-resource; numbers that always fail as
on its page of test credentials, https://www.twilio.com/docs/iam/test-credentials. What becomes of a call is told by the
outcome of its number: `deliver`, a person who presses the keys that a reply by voice told beforehand, else 1; `defer`,
an answering machine; `silent`, nobody; `block`, busy; `bounce`, no such number.
"""

from __future__ import annotations

import re
from email.utils import format_datetime
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from channels.codes import TWILIO
from channels.sandbox.core import Sandbox
from channels.sandbox.store import SandboxOutcome, StoredMessage
from channels.sandbox.telephone import Telephone
from channels.sandbox.twilio_pages import list_answer
from channels.sandbox.wire import Answer, Request, json_answer, number

LONGEST_TWIML = 4000
_E164 = re.compile(r"\+[1-9]\d{6,14}")
_EVENTS = frozenset({"initiated", "ringing", "answered", "completed"})
_MAGIC_FROM = {"+15005550001": 21212}
_MAGIC_TO = {
    "+15005550001": 21217,
    "+15005550002": 21214,
    "+15005550003": 21215,
    "+15005550004": 21216,
}


def create_call(sandbox: Sandbox, request: Request) -> tuple[int, str] | Answer:
    """Place a call; the code and the text of the first thing wrong where it can't be."""
    try:
        pairs = parse_qsl(request.body.decode(), keep_blank_values=True)
    except ValueError:
        return 20001, "The request body can't be read"
    form = dict(pairs)
    events = frozenset(value for name, value in pairs if name == "StatusCallbackEvent")
    if problem := _problem(sandbox, form, events):
        return problem
    callback = form.get("StatusCallback")
    attempt = dict(parse_qsl(urlsplit(callback or "").query)).get("a")
    call = StoredMessage(
        provider="twilio",
        id="CA" + sandbox.new_id("twilio", attempt).hex(),
        at=sandbox.now(),
        sender=form["From"],
        to=form["To"],
        text="",
        attempt_id=attempt,
        callback_url=callback,
    )
    sandbox.accept(call)
    telephone = Telephone(
        sandbox,
        call,
        sandbox.config.twilio_account_sid,
        form["Twiml"],
        events or frozenset({"completed"}),
        detects="MachineDetection" in form,
    )
    telephone.place(sandbox.outcome_of(call.to))
    return json_answer(201, call_resource(sandbox, call))


def list_calls(sandbox: Sandbox, request: Request) -> Answer:
    """The latest calls, newest first."""
    query = dict(request.query)
    size = min(number(query.get("PageSize"), 50), 1000)
    found = [
        call
        for call in reversed(sandbox.messages())
        if call.channel == "voice"
        and query.get("To", call.to) == call.to
        and query.get("From", call.sender) == call.sender
    ][:size]
    return list_answer(
        sandbox.config.twilio_account_sid, "Calls", [call_resource(sandbox, call) for call in found], size
    )


def call_resource(sandbox: Sandbox, call: StoredMessage) -> dict[str, Any]:
    """One call, as it is answered."""
    account = sandbox.config.twilio_account_sid
    created = format_datetime(call.at)
    return {
        "account_sid": account,
        "answered_by": None,
        "api_version": "2010-04-01",
        "caller_name": None,
        "date_created": created,
        "date_updated": created,
        "direction": "outbound-api",
        "duration": None,
        "end_time": None,
        "forwarded_from": None,
        "from": call.sender,
        "from_formatted": call.sender,
        "group_sid": None,
        "parent_call_sid": None,
        "phone_number_sid": None,
        "price": None,
        "price_unit": "USD",
        "queue_time": "0",
        "sid": call.id,
        "start_time": None,
        "status": call.status,
        "subresource_uris": {},
        "to": call.to,
        "to_formatted": call.to,
        "trunk_sid": None,
        "uri": f"/2010-04-01/Accounts/{account}/Calls/{call.id}.json",
    }


def _problem(sandbox: Sandbox, form: dict[str, str], events: frozenset[str]) -> tuple[int, str] | None:
    """Code and text of the first thing wrong."""
    to, sender = form.get("To", ""), form.get("From", "")
    if not to:
        return 21201, "No 'To' number is specified"
    if not sender:
        return 21213, "No 'From' number is specified"
    if sender in _MAGIC_FROM:
        return _known(_MAGIC_FROM[sender])
    if not _E164.fullmatch(sender):
        return 21212, "The source phone number provided is not valid"
    if to in _MAGIC_TO:
        return _known(_MAGIC_TO[to])
    if not _E164.fullmatch(to) or sandbox.outcome_of(to) is SandboxOutcome.REFUSE:
        return 21217, "Phone number does not appear to be valid"
    if not form.get("Twiml"):
        return 21205, "Url parameter is required"
    if len(form["Twiml"]) > LONGEST_TWIML:
        return 20001, f"Twiml must be at most {LONGEST_TWIML} characters"
    if not 1 <= number(form.get("Timeout", "60"), 0) <= 600:
        return 20001, "Timeout must be from 1 to 600"
    if not number(form.get("TimeLimit", "14400"), 0):
        return 20001, "TimeLimit must be a number of seconds"
    if form.get("MachineDetection", "Enable") not in ("Enable", "DetectMessageEnd"):
        return 20001, "MachineDetection must be Enable or DetectMessageEnd"
    if not events <= _EVENTS:
        return 20001, "StatusCallbackEvent must be of initiated, ringing, answered and completed"
    callback = form.get("StatusCallback", "")
    if callback and urlsplit(callback).scheme not in ("http", "https"):
        return 21609, "The 'StatusCallback' URL is not a valid URL"
    return None


def _known(code: int) -> tuple[int, str]:
    return code, TWILIO[code].meaning
