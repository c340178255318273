"""Faults that the sandbox plays on request: each is taken so many times, then all is well again."""

from __future__ import annotations

import threading
from dataclasses import dataclass
from enum import StrEnum


class FaultKind(StrEnum):
    """What goes wrong. `..._after` means after the message was accepted, which the caller can't know."""

    HANG_BEFORE = "hang_before"
    HANG_AFTER = "hang_after"
    RESET_BEFORE = "reset_before"
    RESET_AFTER = "reset_after"
    STATUS_429 = "status_429"
    STATUS_500 = "status_500"
    STATUS_500_AFTER = "status_500_after"
    DUPLICATE_CALLBACKS = "duplicate_callbacks"
    REORDER_CALLBACKS = "reorder_callbacks"
    DELAY_CALLBACKS = "delay_callbacks"

    @property
    def of_callbacks(self) -> bool:
        """Whether it plays on what comes back rather than on the call."""
        return self in _OF_CALLBACKS


_OF_CALLBACKS = frozenset(
    {FaultKind.DUPLICATE_CALLBACKS, FaultKind.REORDER_CALLBACKS, FaultKind.DELAY_CALLBACKS}
)
SECONDS = {FaultKind.DELAY_CALLBACKS: 3600.0, FaultKind.STATUS_429: 30.0}
"""What `seconds` is where nobody says: the wait of a delay or of a 429. A hang lasts 60."""


@dataclass(slots=True)
class _Fault:
    provider: str
    kind: FaultKind
    left: int
    seconds: float


class Faults:
    """The faults that are still to come. Thread-safe."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._faults: list[_Fault] = []

    def add(self, provider: str, kind: FaultKind, times: int = 1, seconds: float | None = None) -> None:
        """From now on, `times` messages through `provider` meet this."""
        wait = SECONDS.get(kind, 60.0) if seconds is None else seconds
        with self._lock:
            self._faults.append(_Fault(provider, kind, times, wait))

    def take_for_call(self, provider: str) -> tuple[FaultKind, float] | None:
        """The fault that this call meets, oldest first, and its seconds."""
        if not self._faults:  # nearly always, and this is the hot path
            return None
        with self._lock:
            for fault in self._faults:
                if fault.provider == provider and not fault.kind.of_callbacks:
                    return self._use(fault)
        return None

    def take_for_callbacks(self, provider: str) -> dict[FaultKind, float]:
        """All faults that one message's callbacks meet, each with its seconds."""
        if not self._faults:
            return {}
        found: dict[FaultKind, float] = {}
        with self._lock:
            for fault in list(self._faults):
                if fault.provider == provider and fault.kind.of_callbacks and fault.kind not in found:
                    kind, seconds = self._use(fault)
                    found[kind] = seconds
        return found

    def clear(self) -> None:
        """No more faults."""
        with self._lock:
            self._faults.clear()

    def _use(self, fault: _Fault) -> tuple[FaultKind, float]:
        fault.left -= 1
        if fault.left <= 0:
            self._faults.remove(fault)
        return fault.kind, fault.seconds
