"""The clock, always passed in: real in production, set by hand in a play and in tests."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Protocol


class Clock(Protocol):
    """Tells the time."""

    def now(self) -> datetime:
        """The present instant, aware, in UTC."""
        ...


class SystemClock:
    """The machine's clock."""

    def now(self) -> datetime:
        """The present instant in UTC."""
        return datetime.now(UTC)


class VirtualClock:
    """A clock that stands until it is set, and never goes back."""

    def __init__(self, at: datetime) -> None:
        self._at = at

    def now(self) -> datetime:
        """The instant it was last set to."""
        return self._at

    def set(self, at: datetime) -> None:
        """Go to that instant; an earlier one is ignored."""
        self._at = max(self._at, at)
