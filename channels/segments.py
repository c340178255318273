"""How many SMS a text is: GSM-7 where every character is in that alphabet, else UCS-2.

The rule is 3GPP TS 23.038 (alphabet, extension table) and 23.040 (the six octets that join the parts of a long text).
Carriers bill by the segment.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

_BASIC = frozenset(
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?"
    "¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà"
)
_EXTENSION = frozenset("\f^{}\\[~]|€")


class Encoding(StrEnum):
    """The alphabet a text travels in."""

    GSM_7 = "GSM-7"
    UCS_2 = "UCS-2"


# Units that fit into the only segment, and into each of several.
_ROOM = {Encoding.GSM_7: (160, 153), Encoding.UCS_2: (70, 67)}


@dataclass(frozen=True, slots=True)
class Segments:
    """`units` are septets in GSM-7 and 16-bit words in UCS-2; `count` is what the carrier bills (0 for no text)."""

    encoding: Encoding
    units: int
    count: int


def beyond_gsm(text: str) -> tuple[str, ...]:
    """The characters that are not in the GSM-7 alphabet, each once: one of them alone makes a text UCS-2."""
    return tuple(sorted({c for c in text if c not in _BASIC and c not in _EXTENSION}))


def segments(text: str) -> Segments:
    """Count the segments of a text. A character of two units is never split over two segments."""
    if all(c in _BASIC or c in _EXTENSION for c in text):
        encoding = Encoding.GSM_7
        sizes = [2 if c in _EXTENSION else 1 for c in text]
    else:
        encoding = Encoding.UCS_2
        sizes = [2 if ord(c) > 0xFFFF else 1 for c in text]
    units = sum(sizes)
    alone, joined = _ROOM[encoding]
    if units <= alone:
        return Segments(encoding, units, 1 if units else 0)
    count, used = 1, 0
    for size in sizes:
        if used + size > joined:
            count, used = count + 1, 0
        used += size
    return Segments(encoding, units, count)
