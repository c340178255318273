"""What the adapters for Twilio's messages share: one create call, and the search for a message in doubt.

Twilio has no idempotency key. The attempt's id travels in the query of the status callback, so it comes back even if we
fall over before the answer is stored; what is in doubt is looked for among the account's messages.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from math import ceil
from typing import Any

from twilio.base import values

from channels.ports import Outcome, Search
from channels.twilio_sdk import find_among, outcome_of, with_retries

LONGEST_VALIDITY = 36_000
"""Seconds; the provider's own limit."""


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
        """Look among the latest messages to this number for the one, sent since the attempt began."""
        return find_among(self._messages, to, since, is_it)
