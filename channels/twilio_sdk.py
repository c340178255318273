"""Twilio's SDK over our transport: it builds and names the calls, and every end of one is a value.

The SDK's synchronous client keeps the last response on a shared object, and its exceptions lose the headers: our HTTP
client returns a response of its own for each call and stops a refusal before the SDK wraps it.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from logging import getLogger
from typing import Any, Never

import structlog
from twilio.base.exceptions import TwilioException
from twilio.http import HttpClient
from twilio.http.response import Response as SdkResponse
from twilio.rest import Client

from channels.codes import CodeClass, code_of
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
    Unsearchable,
)
from channels.transport import Answer, NeverSent, Response, Transport, Unknown

log = structlog.get_logger(__name__)
PROVIDER = "twilio"
HOST = "https://api.twilio.com"
RETRIES = "#rc=5&rp=all"
"""Asks for five more tries of a status callback, whatever went wrong; a fragment is not part of the signed URL."""
PAGE = 50
"""Messages or calls that a search looks at: far more than one number gets in a day."""
SKEW = timedelta(seconds=5)
"""How far the provider's clock may be behind ours."""
UNREADABLE = (TwilioException, ValueError, TypeError, AttributeError, KeyError)
"""What the SDK raises for a 2xx whose body it can't read."""


class Stopped(Exception):
    """Anything but a 2xx, on its way past the SDK, which would lose its headers."""

    def __init__(self, answer: Answer) -> None:
        super().__init__()
        self.answer = answer


def sdk_client(account_sid: str, auth_token: str, transport: Transport, base_url: str | None) -> Any:
    """The SDK's client over our transport. Thread-safe. `base_url` is another host than Twilio's own."""
    client: Any = Client(
        account_sid,
        auth_token,
        http_client=_Carrier(transport),
        environment={"-": "-"},  # an empty one would make the SDK read the process's own
    )
    client.api.base_url = (base_url or HOST).rstrip("/")
    return client


def outcome_of(create: Callable[[], Any], clock: Callable[[], datetime]) -> Outcome:
    """What came of asking Twilio to create a message or a call."""
    try:
        sid = create().sid
    except Stopped as stopped:
        return _outcome(stopped.answer, clock)
    except UNREADABLE:
        # The call was answered with a 2xx that the SDK can't read: it may well have been taken.
        return InDoubt("unreadable answer")
    return Accepted(sid) if isinstance(sid, str) and sid else InDoubt("answer without an id")


def find_among(resource: Any, to: str, since: datetime, is_it: Callable[[Any], bool]) -> Search:
    """Look among the latest messages or calls to this number for the one that was created since the attempt began.

    Twilio does not say how soon one shows up in its lists: "not found" counts only after several looks.
    """
    try:
        listed = resource.list(to=to, limit=PAGE)
        for one in listed:
            if is_it(one) and one.date_created >= since - SKEW:
                return Found(one.sid)
        if len(listed) >= PAGE and min(one.date_created for one in listed) > since - SKEW:
            return Unsearchable("more of them than a search looks at")
    except Stopped as stopped:
        answer = stopped.answer
        return Unsearchable(f"HTTP {answer.status}" if isinstance(answer, Response) else answer.detail)
    except UNREADABLE:
        return Unsearchable("unreadable answer")
    return NotFound()


def with_retries(url: str) -> str:
    """The URL of a status callback, with the wish to try it again where it fails."""
    return url if "#" in url else url + RETRIES


def _outcome(answer: Answer, clock: Callable[[], datetime]) -> Outcome:
    if isinstance(answer, NeverSent):
        return NotSent("network", answer.detail)
    if isinstance(answer, Unknown):
        return InDoubt(answer.detail)
    status = answer.status
    if status == 429:  # documented: never processed, whoever on the way said it
        return NotSent(_number(answer) or "429", "too many requests", answer.retry_after(clock()))
    if 300 <= status < 400:
        return Rejected(Scope.CONFIG, str(status), f"HTTP {status}: a redirect is not followed")
    number = _number(answer)
    if status >= 500 or number is None:
        # A page for people on a 4xx is something in between, and it may have hidden a 201. A doubled text costs
        # more than a late one.
        return InDoubt(f"HTTP {status}")
    return _refusal(number, answer, clock)


def _refusal(number: str, answer: Response, clock: Callable[[], datetime]) -> Outcome:
    code = code_of(number)
    if code is None:
        log.warning("unknown_provider_code", provider=PROVIDER, code=number)
        scope = Scope.CONFIG if answer.status in (401, 403, 404, 405) else Scope.CONTENT
        return Rejected(scope, number, f"unknown code, HTTP {answer.status}")
    if code.kind is CodeClass.UNKNOWN:
        return InDoubt(code.meaning)
    if code.scope is None:
        return NotSent(number, code.meaning, answer.retry_after(clock()))
    return Rejected(code.scope, number, code.meaning)


def _number(answer: Response) -> str | None:
    """The error code of a body in either of Twilio's shapes; None if the body is not Twilio's.

    The texts beside it are not used: they quote the number.
    """
    try:
        body = json.loads(answer.body)
    except ValueError:
        return None
    code = body.get("code") if isinstance(body, dict) else None
    if isinstance(code, int) or (isinstance(code, str) and code.isascii() and code.isdigit()):
        return str(code)
    return None


class _Carrier(HttpClient):
    """The SDK's HTTP client over our transport. Its own logging of requests, with numbers in URLs, is gone too."""

    def __init__(self, transport: Transport) -> None:
        super().__init__(getLogger("twilio.silent"), is_async=False)
        self._transport = transport

    def request(
        self,
        method: str,
        uri: str,
        params: Mapping[str, object] | None = None,
        data: Mapping[str, object] | None = None,
        headers: Mapping[str, str] | None = None,
        auth: tuple[str, str] | None = None,
        timeout: float | None = None,
        allow_redirects: bool = False,
    ) -> SdkResponse:
        del timeout, allow_redirects  # the transport's own, always
        if method == "POST":
            answer = self._transport.post(uri, headers or {}, data=data, auth=auth)
        elif method == "GET":
            answer = self._transport.get(uri, headers or {}, params=params, auth=auth)
        else:
            _unforeseen(method)
        if not isinstance(answer, Response) or not 200 <= answer.status < 300:
            raise Stopped(answer)
        return SdkResponse(answer.status, answer.text, answer.headers)


def _unforeseen(method: str) -> Never:
    raise NotImplementedError(f"the adapter makes no {method} calls")
