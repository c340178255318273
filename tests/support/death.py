"""Processes that die at a chosen moment, so that what they leave behind can be looked at.

A fate counts the moments of one life: before and after each commit, before and after each provider call. At the chosen
one it raises what nothing catches, and from then on everything that life still tries raises as well: no line of the
dead process's code can touch the ledger or a provider any more.
"""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime

from channels.ports import Outcome, Search, SendRequest
from ledger.unit import Ledger, Unit
from reminders.snapshot import Channel
from tests.support.office import Counting


class Died(BaseException):
    """The process is gone. No exception for anybody to handle."""


@dataclass
class Fate:
    """Dies at the `at`-th moment; never, when that is None. `moments` is what was lived through."""

    at: int | None = None
    moments: list[str] = field(default_factory=list)
    dead: bool = False
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def live(self, moment: str) -> None:
        """One moment more, or the end."""
        with self._lock:
            if not self.dead:
                self.moments.append(moment)
                self.dead = len(self.moments) == self.at
            if self.dead:
                raise Died(moment)

    def breathe(self) -> None:
        """Raise if this life is over."""
        if self.dead:
            raise Died("already")


class MortalLedger(Ledger):
    """A ledger whose process may die around each commit."""

    def __init__(self, ledger: Ledger, fate: Fate) -> None:
        super().__init__(ledger.engine, ledger.secret)
        self._fate = fate

    @contextmanager
    def begin(self, now: datetime) -> Iterator[Unit]:
        self._fate.breathe()
        with super().begin(now) as unit:
            yield unit
            self._fate.live("before a commit")
        self._fate.live("after a commit")


class MortalAdapter:
    """An adapter whose process may die before the call, or after the provider took the message."""

    def __init__(self, provider: Counting, fate: Fate) -> None:
        self.provider: str = provider.provider
        self.channel: Channel = provider.channel
        self._inner = provider
        self._fate = fate

    def send(self, request: SendRequest) -> Outcome:
        self._fate.live("before a call")
        outcome = self._inner.send(request)
        self._fate.live("after a call")
        return outcome

    def find(self, request: SendRequest, since: datetime) -> Search:
        self._fate.breathe()
        return self._inner.find(request, since)
