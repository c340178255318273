"""Ids that sort by time: UUID version 7 (RFC 9562), monotonic within a process."""

from __future__ import annotations

import random
from datetime import datetime
from itertools import count

# Never set back: the ids of one instant keep their order also when threads at other instants come between. `next` of it
# is one step for the interpreter, so no lock is needed.
_asked = count(random.getrandbits(30))


def time_ordered_id(at: datetime) -> str:
    """A UUIDv7 for that instant. Ids of one process for one instant are in the order in which they were asked for.

    Behind the 48-bit time stand 42 bits of counter (the RFC's `rand_a` and the top of `rand_b`, its method 1) and 32
    random bits.
    """
    number = next(_asked)
    high, low = number >> 30 & 0xFFF, number & 0x3FFFFFFF
    millis = max(0, int(at.timestamp() * 1000))
    value = millis << 80 | 0x7 << 76 | high << 64 | 0b10 << 62 | low << 32 | random.getrandbits(32)
    text = f"{value:032x}"
    return f"{text[:8]}-{text[8:12]}-{text[12:16]}-{text[16:20]}-{text[20:]}"
