"""The hidden state of a form: signed, so that it can't be made up, and with a key of its own, so that it counts once.

The state says for which message and which answer the form was shown, and carries what was computed for it and must
come back unchanged (the instalments that are confirmed).
"""

from __future__ import annotations

import json
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from channels.tokens import Purpose, Tokens

LASTS = timedelta(hours=12)
"""How long a form may lie open before it has to be sent once more."""


@dataclass(frozen=True, slots=True)
class State:
    """What a form brought back."""

    key: str
    """The form's own: a second click brings the same."""
    carried: Any = None


def sealed(tokens: Tokens, message_id: str, answer: str, now: datetime, carried: Any = None) -> str:
    """The state of a new form. `carried` is plain JSON."""
    subject = json.dumps([message_id, answer, secrets.token_urlsafe(12), carried], separators=(",", ":"))
    return tokens.issue(Purpose.FORM, subject, now + LASTS)


def opened(tokens: Tokens, given: str, message_id: str, answer: str, now: datetime) -> State | None:
    """The state that a form brought back; None where it is not ours, is another form's, or lay open too long."""
    subject = tokens.read(Purpose.FORM, given, now)
    if subject is None:
        return None
    match json.loads(subject):
        case [str() as message, str() as kind, str() as key, carried] if (message, kind) == (
            message_id,
            answer,
        ):
            return State(key, carried)
    return None
