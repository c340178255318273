"""Segments at the edges of the published rule."""

from __future__ import annotations

import pytest

from channels.segments import Encoding, Segments, segments

GSM, UCS = Encoding.GSM_7, Encoding.UCS_2
EMOJI = "\N{SLIGHTLY SMILING FACE}"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", Segments(GSM, 0, 0)),
        ("a", Segments(GSM, 1, 1)),
        ("a" * 160, Segments(GSM, 160, 1)),
        ("a" * 161, Segments(GSM, 161, 2)),
        ("a" * 306, Segments(GSM, 306, 2)),
        ("a" * 307, Segments(GSM, 307, 3)),
        ("€" * 80, Segments(GSM, 160, 1)),
        ("€" * 81, Segments(GSM, 162, 2)),
        # 152 + € + 152 would fill two segments of 153 by units, but the € is not split: it begins the second.
        ("a" * 152 + "€" + "a" * 151, Segments(GSM, 305, 2)),
        ("a" * 152 + "€" + "a" * 152, Segments(GSM, 306, 3)),
        ("£¥èΔ@_ÄÖÜß§ñ", Segments(GSM, 12, 1)),
        ("[]{}\\^~|€", Segments(GSM, 18, 1)),
        ("ç", Segments(UCS, 1, 1)),  # only the capital is in the alphabet
        ("`", Segments(UCS, 1, 1)),
        ("\u00a0", Segments(UCS, 1, 1)),
        ("ł" * 70, Segments(UCS, 70, 1)),
        ("ł" * 71, Segments(UCS, 71, 2)),
        ("ł" * 134, Segments(UCS, 134, 2)),
        ("ł" * 135, Segments(UCS, 135, 3)),
        (EMOJI * 35, Segments(UCS, 70, 1)),
        (EMOJI * 36, Segments(UCS, 72, 2)),
        # 67 is odd: a surrogate pair that would straddle it moves whole into the next segment.
        (EMOJI * 66, Segments(UCS, 132, 2)),
        (EMOJI * 67, Segments(UCS, 134, 3)),
    ],
)
def test_segments(text: str, expected: Segments) -> None:
    assert segments(text) == expected
