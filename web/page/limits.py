"""How often a page may be asked for: a bucket of tokens for each link and one for each address.

In this process alone: several processes let through as many times more. It keeps a script from filling the ledger and a
guesser from trying links, and no reader will ever meet it.
"""

from __future__ import annotations

import threading
import time
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass

_MOST = 20_000
"""Buckets that are remembered; of more, the one that was asked for longest ago is forgotten."""


@dataclass(frozen=True, slots=True)
class Rate:
    """So many at once, and so many a second for long."""

    burst: float
    per_second: float


PER_LINK = Rate(burst=40, per_second=0.5)
PER_ADDRESS = Rate(burst=400, per_second=10)
"""Wide: behind a proxy that does not say for whom it asks, all readers have one address."""


class Buckets:
    """Counts for one kind of key. Thread-safe."""

    def __init__(self, rate: Rate, seconds: Callable[[], float] = time.monotonic) -> None:
        self._rate = rate
        self._seconds = seconds
        self._lock = threading.Lock()
        self._left: OrderedDict[str, tuple[float, float]] = OrderedDict()
        """What each bucket held, and when."""

    def take(self, key: str) -> bool:
        """Whether one more is let through now."""
        now = self._seconds()
        with self._lock:
            left, since = self._left.pop(key, (self._rate.burst, now))
            left = min(self._rate.burst, left + (now - since) * self._rate.per_second)
            allowed = left >= 1
            self._left[key] = (left - 1 if allowed else left, now)
            if len(self._left) > _MOST:
                self._left.popitem(last=False)
        return allowed
