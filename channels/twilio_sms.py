"""SMS by Twilio."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any

from twilio.base import values

from channels.ports import Outcome, Search, SendRequest
from channels.transport import Transport
from channels.twilio_messages import TwilioMessages
from channels.twilio_sdk import PROVIDER, sdk_client
from reminders.snapshot import Channel


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
        self._service = messaging_service_sid
        self._messages = TwilioMessages(sdk_client(account_sid, auth_token, transport, base_url), clock)

    def send(self, request: SendRequest) -> Outcome:
        """Ask Twilio to send one text."""
        return self._messages.create(
            to=request.to,
            status_url=request.status_url,
            not_after=request.not_after,
            body=request.text,
            from_=values.unset if self._service else request.sender,
            messaging_service_sid=self._service or values.unset,
        )

    def find(self, request: SendRequest, since: datetime) -> Search:
        """Look for the same text to the same number, from the same sender or service."""

        def is_it(message: Any) -> bool:
            if message.body != request.text:
                return False
            if self._service:
                return bool(message.messaging_service_sid == self._service)
            return bool(message.from_ == request.sender)

        return self._messages.find(request.to, since, is_it)
