"""What one call says: four paragraphs, of which two are for the right person's ears alone.

The paragraphs stand in the message's stored text with an empty line between them, in this order. So the webhook finds
them again by the attempt's id, and what a person reads of the call afterwards is what was said.
"""

from __future__ import annotations

import re
from dataclasses import astuple, dataclass

_EMPTY_LINE = re.compile(r"\n[ \t]*\n")


class ScriptError(ValueError):
    """A text that is no script of a call."""


@dataclass(frozen=True, slots=True)
class Script:
    """A call in words. Each part is one line."""

    opening: str
    """Who calls and for whom, and which key confirms that it is them. Anybody may hear it."""
    voicemail: str
    """Who called, and the number to call back. Anybody may hear it."""
    details: str
    """What it is about: only after a person has confirmed who they are."""
    menu: str
    """The keys that answer; said after the details."""

    @property
    def text(self) -> str:
        """As it is stored."""
        return "\n\n".join(astuple(self))

    @classmethod
    def read(cls, text: str) -> Script:
        """A stored text. Raises `ScriptError`."""
        parts = [part.strip() for part in _EMPTY_LINE.split(text.strip())]
        if len(parts) != 4 or not all(parts):
            raise ScriptError(
                "a call has four paragraphs: opening, voicemail, details and menu, and none is empty"
            )
        return cls(*parts)
