"""What the adapters for Twilio's messages share: one create call, and the search for a message in doubt.

Twilio has no idempotency key. The attempt's id travels in the query of the status callback, so it comes back even if we
fall over before the answer is stored; what is in doubt is looked for among the account's messages.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from math import ceil
from typing import Any

from twilio.base import values

from channels.ports import Found, NotFound, Outcome, Search, Unsearchable
from channels.transport import Response
from channels.twilio_sdk import UNREADABLE, Stopped, outcome_of, with_retries

LONGEST_VALIDITY = 36_000
"""Seconds; the provider's own limit."""
PAGE = 50
"""Messages that a search looks at: far more than one number gets in a day."""
SKEW = timedelta(seconds=5)
"""How far the provider's clock may be behind ours."""


class TwilioMessages:
    """Twilio's message resource. Thread-safe. `clock` gives aware UTC."""

    def __init__(self, client: Any, clock: Callable[[], datetime]) -> None:
        self._messages: Any = client.messages
        self._clock = clock

    def create(self, *, to: str, status_url: str, not_after: datetime, **fields: object) -> Outcome:
        """Ask for one message. It is given up in Twilio's queue when `not_after` has come."""
        left = ceil((not_after - self._clock()).total_seconds())
        return outcome_of(
            lambda: self._messages.create(
                to=to,
                status_callback=with_retries(status_url) if status_url else values.unset,
                validity_period=min(max(left, 1), LONGEST_VALIDITY),
                **fields,
            ),
            self._clock,
        )

    def find(self, to: str, since: datetime, is_it: Callable[[Any], bool]) -> Search:
        """Look among the latest messages to this number for the one, sent since the attempt began.

        Twilio does not say how soon a message shows up in its lists: "not found" counts only after several looks.
        """
        try:
            messages = self._messages.list(to=to, limit=PAGE)
            for message in messages:
                if is_it(message) and message.date_created >= since - SKEW:
                    return Found(message.sid)
            if len(messages) >= PAGE and min(message.date_created for message in messages) > since - SKEW:
                return Unsearchable("more messages than a search looks at")
        except Stopped as stopped:
            answer = stopped.answer
            return Unsearchable(f"HTTP {answer.status}" if isinstance(answer, Response) else answer.detail)
        except UNREADABLE:
            return Unsearchable("unreadable answer")
        return NotFound()
