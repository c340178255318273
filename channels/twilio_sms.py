"""SMS by Twilio: the SDK builds and names the call, our transport carries it, and every end of it is a value.

Twilio has no idempotency key. The attempt's id travels in the query of the status callback, so it comes back even if we
fall over before the answer is stored; what is in doubt is looked for among the account's messages (`find`).

The SDK's synchronous client keeps the last response on a shared object, and its exceptions lose the headers: our HTTP
client returns a response of its own for each call and stops a refusal before the SDK wraps it.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from logging import getLogger
from math import ceil
from typing import Any, Never

import structlog
from twilio.base import values
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
    SendRequest,
    Unsearchable,
)
from channels.transport import Answer, NeverSent, Response, Transport, Unknown
from reminders.snapshot import Channel

log = structlog.get_logger(__name__)
PROVIDER = "twilio"
HOST = "https://api.twilio.com"
LONGEST_VALIDITY = 36_000
"""Seconds; the provider's own limit."""
PAGE = 50
"""Messages that a search looks at: far more than one number gets in a day."""
SKEW = timedelta(seconds=5)
"""How far the provider's clock may be behind ours."""
RETRIES = "#rc=5&rp=all"
"""Asks for five more tries of a status callback, whatever went wrong; a fragment is not part of the signed URL."""


class TwilioSms:
    """The SMS adapter. Thread-safe. `clock` gives aware UTC.

    With `messaging_service_sid` the service chooses the sender from its pool; else the request's own sender is used.
    """

    provider = PROVIDER
    channel = Channel.SMS

    def __init__(
        self,
        account_sid: str,
        auth_token: str,
        transport: Transport,
        clock: Callable[[], datetime],
        base_url: str | None = None,
        messaging_service_sid: str | None = None,
    ) -> None:
        self._clock = clock
        self._service = messaging_service_sid
        client: Any = Client(
            account_sid,
            auth_token,
            http_client=_Carrier(transport),
            environment={"-": "-"},  # an empty one would make the SDK read the process's own
        )
        client.api.base_url = (base_url or HOST).rstrip("/")
        self._messages: Any = client.messages

    def send(self, request: SendRequest) -> Outcome:
        """Ask Twilio to send one text. It is given up in Twilio's queue when `not_after` has come."""
        left = ceil((request.not_after - self._clock()).total_seconds())
        try:
            message = self._messages.create(
                to=request.to,
                body=request.text,
                from_=values.unset if self._service else request.sender,
                messaging_service_sid=self._service or values.unset,
                status_callback=_with_retries(request.status_url) if request.status_url else values.unset,
                validity_period=min(max(left, 1), LONGEST_VALIDITY),
            )
            sid = message.sid
        except _Stopped as stopped:
            return self._outcome(stopped.answer)
        except (TwilioException, ValueError, TypeError, AttributeError, KeyError):
            # The call was answered with a 2xx that the SDK can't read: it may well have been taken.
            return InDoubt("unreadable answer")
        return Accepted(sid) if isinstance(sid, str) and sid else InDoubt("answer without an id")

    def find(self, request: SendRequest, since: datetime) -> Search:
        """Look among the latest messages to this number for the same text, sent since the attempt began.

        Twilio does not say how soon a message shows up in its lists: "not found" counts only after several looks.
        """
        try:
            messages = self._messages.list(to=request.to, limit=PAGE)
            for message in messages:
                if self._is(message, request) and message.date_created >= since - SKEW:
                    return Found(message.sid)
            if len(messages) >= PAGE and min(message.date_created for message in messages) > since - SKEW:
                return Unsearchable("more messages than a search looks at")
        except _Stopped as stopped:
            answer = stopped.answer
            return Unsearchable(f"HTTP {answer.status}" if isinstance(answer, Response) else answer.detail)
        except (TwilioException, ValueError, TypeError, AttributeError, KeyError):
            return Unsearchable("unreadable answer")
        return NotFound()

    def _is(self, message: Any, request: SendRequest) -> bool:
        """Whether the provider's message is this request's: same text, same sender (or the same service)."""
        if message.body != request.text:
            return False
        if self._service:
            return bool(message.messaging_service_sid == self._service)
        return bool(message.from_ == request.sender)

    def _outcome(self, answer: Answer) -> Outcome:
        if isinstance(answer, NeverSent):
            return NotSent("network", answer.detail)
        if isinstance(answer, Unknown):
            return InDoubt(answer.detail)
        status = answer.status
        if status == 429:  # documented: never processed, whoever on the way said it
            return NotSent(_number(answer) or "429", "too many requests", answer.retry_after(self._clock()))
        if 300 <= status < 400:
            return Rejected(Scope.CONFIG, str(status), f"HTTP {status}: a redirect is not followed")
        number = _number(answer)
        if status >= 500 or number is None:
            # A page for people on a 4xx is something in between, and it may have hidden a 201. A doubled text costs
            # more than a late one.
            return InDoubt(f"HTTP {status}")
        return self._refusal(number, answer)

    def _refusal(self, number: str, answer: Response) -> Outcome:
        code = code_of(number)
        if code is None:
            log.warning("unknown_provider_code", provider="twilio", code=number)
            scope = Scope.CONFIG if answer.status in (401, 403, 404, 405) else Scope.CONTENT
            return Rejected(scope, number, f"unknown code, HTTP {answer.status}")
        if code.kind is CodeClass.UNKNOWN:
            return InDoubt(code.meaning)
        if code.scope is None:
            return NotSent(number, code.meaning, answer.retry_after(self._clock()))
        return Rejected(code.scope, number, code.meaning)


def _with_retries(url: str) -> str:
    return url if "#" in url else url + RETRIES


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


class _Stopped(Exception):
    """Anything but a 2xx, on its way past the SDK, which would lose its headers."""

    def __init__(self, answer: Answer) -> None:
        super().__init__()
        self.answer = answer


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
            raise _Stopped(answer)
        return SdkResponse(answer.status, answer.text, answer.headers)


def _unforeseen(method: str) -> Never:
    raise NotImplementedError(f"the adapter makes no {method} calls")
