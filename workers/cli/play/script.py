"""The script of a play: the lines of its file, each with the time at which it happens."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import msgspec

from events.contracts.delivery import Ignored, Unreadable
from events.contracts.registry import read_json
from workers.cli.context import CommandFailed

OUTSIDE = ("sandbox.reply", "sandbox.outcome", "sandbox.person")
"""Types that speak for the outside world; they go to the sandbox and to people, not into the ledger."""


NO_TIME = datetime(2000, 1, 1, tzinfo=UTC)
"""When a play happens whose file tells no time."""


@dataclass(frozen=True, slots=True)
class Line:
    """One line: an event for the intake (`raw`), or something that happens outside (`outside`)."""

    number: int
    at: datetime | None
    """None for a line that can't be read: it comes when the line before it came."""
    raw: bytes
    kind: str | None = None
    outside: Mapping[str, Any] | None = None


@dataclass(frozen=True, slots=True)
class Script:
    """All lines, and when the first one that tells the time happens."""

    lines: tuple[Line, ...]
    begins_at: datetime


def read_script(path: Path) -> Script:
    """Read a file of events. Raises `CommandFailed` for a file that can't be read."""
    try:
        content = path.read_bytes()
    except OSError as error:
        raise CommandFailed(
            f"{path} can't be read ({error.strerror}); name a file with one event a line"
        ) from None
    lines = tuple(_line(number, raw) for number, raw in enumerate(content.splitlines(), 1) if raw.strip())
    times = [line.at for line in lines if line.at is not None]
    return Script(lines, times[0] if times else NO_TIME)


def _line(number: int, raw: bytes) -> Line:
    read = read_json(raw)
    if isinstance(read, Unreadable):
        return Line(number, None, raw)
    event = read.cloudevent
    at = event.time.astimezone(UTC)
    if isinstance(read, Ignored) and event.type in OUTSIDE:
        try:
            data = msgspec.json.decode(event.data, type=dict[str, Any])
        except msgspec.MsgspecError as error:
            raise CommandFailed(f"line {number}: the data of {event.type} can't be read: {error}") from None
        return Line(number, at, raw, event.type, data)
    return Line(number, at, raw, event.type)
