"""WhatsApp by Twilio: an approved template with what fills its places, or free text in an open conversation."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import datetime
from typing import Any

from channels.ports import Outcome, Search, SendRequest
from channels.transport import Transport
from channels.twilio_messages import TwilioMessages
from channels.twilio_sdk import PROVIDER, sdk_client
from reminders.snapshot import Channel

PREFIX = "whatsapp:"
"""Before a number, on either side of a message."""


class TwilioWhatsApp:
    """The WhatsApp adapter. Thread-safe. `clock` gives aware UTC.

    The sender is the request's own: a messaging service's pool is not used, as a template is approved for one sender.
    """

    provider = PROVIDER
    channel = Channel.WHATSAPP

    def __init__(
        self,
        account_sid: str,
        auth_token: str,
        transport: Transport,
        clock: Callable[[], datetime],
        base_url: str | None = None,
    ) -> None:
        self._messages = TwilioMessages(sdk_client(account_sid, auth_token, transport, base_url), clock)

    def send(self, request: SendRequest) -> Outcome:
        """Ask Twilio to send one message. With a template, no text may stand beside it."""
        return self._messages.create(
            to=PREFIX + request.to,
            status_url=request.status_url,
            not_after=request.not_after,
            from_=PREFIX + request.sender,
            **_content(request),
        )

    def find(self, request: SendRequest, since: datetime) -> Search:
        """Look for a message to the same number from the same sender.

        How Twilio shows a template's text is not documented, so a template is not told apart by it: the gap between two
        messages to one client is far longer than a search goes back.
        """

        def is_it(message: Any) -> bool:
            ours = bool(message.from_ == PREFIX + request.sender)
            return ours and (request.template_id is not None or message.body == request.text)

        return self._messages.find(PREFIX + request.to, since, is_it)


def _content(request: SendRequest) -> dict[str, object]:
    if request.template_id is None:
        return {"body": request.text}
    variables = json.dumps(dict(request.variables), ensure_ascii=False)
    return {"content_sid": request.template_id, "content_variables": variables}
