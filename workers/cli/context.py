"""What every command shares: the settings, how to print, and how to fail."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import msgspec
from rich.console import Console
from rich.table import Table
from rich.text import Text

from config.settings import Settings
from workers.cli.compose import House

_encode = msgspec.json.Encoder(order=None).encode


class CommandFailed(Exception):
    """A command that failed for a reason the user can do something about: one line on stderr, exit 1."""


@dataclass
class Context:
    """The settings of this run and how to print."""

    settings: Settings
    json: bool = False

    @cached_property
    def house(self) -> House:
        """The objects of this process."""
        return House(self.settings)

    @cached_property
    def console(self) -> Console:
        """A person's terminal, or a pipe: then without colours, wide enough to keep a row in a line."""
        piped = not sys.stdout.isatty()
        return Console(width=200 if piped else None, highlight=False, soft_wrap=piped)

    def say(self, text: str) -> None:
        """Print text as it stands: what holds a stranger's words has no markup, and a bracket in it is a bracket."""
        self.console.print(text, markup=False, emoji=False)

    def seal_if_alone(self) -> None:
        """After a change by hand: seal it where no scheduler may be there to do so (the embedded default)."""
        if self.settings.embedded:
            self.house.sealer.seal()

    def rows(self, rows: Sequence[dict[str, Any]], columns: Sequence[str], empty: str) -> None:
        """One JSON array with all keys, or a table with these columns; `empty` is said when there is nothing."""
        if self.json:
            self.array(rows)
            return
        if not rows:
            self.say(empty)
            return
        table = Table(box=None, pad_edge=False, header_style="bold")
        for column in columns:
            table.add_column(column.replace("_", " "), overflow="fold")
        for row in rows:
            table.add_row(*(Text(_cell(row[column])) for column in columns))
        self.console.print(table)

    def array(self, rows: Sequence[Any]) -> None:
        """One JSON array on stdout."""
        sys.stdout.write(_encode(list(rows)).decode() + "\n")

    def line(self, value: Any) -> None:
        """One JSON value on a line of its own."""
        sys.stdout.write(_encode(value).decode() + "\n")


def _cell(value: Any) -> str:
    if value is None:
        return "–"
    if isinstance(value, list):
        return ", ".join(_cell(item) for item in value)
    if isinstance(value, dict):
        return " ".join(_cell(item) for item in value.values())
    return str(value)
