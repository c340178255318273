"""Ids that sort by time: UUID version 7 (RFC 9562), monotonic within a process."""

from __future__ import annotations

import random
import threading
from datetime import datetime

_lock = threading.Lock()
_millis = 0
_count = 0


def time_ordered_id(at: datetime) -> str:
    """A UUIDv7 for that instant (UTC). Ids of one process for one instant are in the order in which they were asked for.

    Behind the 48-bit time stand 42 bits of counter (the RFC's `rand_a` and the top of `rand_b`, its method 1) and 32
    random bits.
    """
    global _millis, _count
    millis = int(at.timestamp() * 1000)
    with _lock:
        _count = _count + 1 if millis == _millis else 0
        _millis = millis
        count = _count
    high, low = count >> 30 & 0xFFF, count & 0x3FFFFFFF
    value = millis << 80 | 0x7 << 76 | high << 64 | 0b10 << 62 | low << 32 | random.getrandbits(32)
    text = f"{value:032x}"
    return f"{text[:8]}-{text[8:12]}-{text[12:16]}-{text[16:20]}-{text[20:]}"
