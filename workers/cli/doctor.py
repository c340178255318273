"""`doctor`: checks the configuration and every connection, one line each."""

from __future__ import annotations

from collections.abc import Iterator

import typer

from workers.cli import checks, reach
from workers.cli.checks import Check, Mark
from workers.cli.context import Context
from workers.cli.shown import clean, says_unicode

_SIGNS = {Mark.OK: "✓", Mark.WARN: "!", Mark.FAIL: "✗"}
_PLAIN = {Mark.OK: "ok  ", Mark.WARN: "warn", Mark.FAIL: "FAIL"}


def register(app: typer.Typer) -> None:
    """Add `doctor`."""
    app.command("doctor")(doctor_command)


def doctor_command(context: typer.Context) -> None:
    """Check configuration and connections; exit 1 if anything fails. A warning fails nothing."""
    shared: Context = context.obj
    signs = _SIGNS if says_unicode() else _PLAIN
    failed = False
    found: list[Check] = []
    for check in _all(shared):
        failed = failed or check.mark is Mark.FAIL
        found.append(check)
        if not shared.json:  # as it is known: a connection that hangs should show what went before it
            shared.say(clean(f"{signs[check.mark]} {check.name:<12} {' '.join(check.text.split())}"))
    if shared.json:
        shared.array([{"check": c.name, "result": c.mark.value, "text": c.text} for c in found])
    if failed:
        raise typer.Exit(1)


def _all(shared: Context) -> Iterator[Check]:
    house = shared.house
    yield from checks.configuration(house)
    yield from checks.database(house)
    yield from reach.broker(house)
    yield from reach.providers(house)
