"""`policy diff`: what another policy would have changed in a book of events."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Annotated, Any

import typer
from rich.table import Table
from rich.text import Text

from config.logging import configure_logging
from workers.cli.context import Context
from workers.cli.play.script import read_script
from workers.cli.policy.compare import Change, Difference, Entry, compare, summary
from workers.cli.policy.played import play_under, scenes
from workers.cli.shown import clean

_TITLES = {
    Change.COMES: "Would come",
    Change.GOES: "Would go",
    Change.MOVES: "Would move",
}


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("diff")(diff_command)


def diff_command(
    context: typer.Context,
    old: Annotated[Path, typer.Argument(metavar="OLD", exists=True, help="A policy, or a folder of them.")],
    new: Annotated[Path, typer.Argument(metavar="NEW", exists=True, help="What it would become.")],
    on: Annotated[
        Path,
        typer.Option("--on", exists=True, dir_okay=False, help="Events, one structured CloudEvent a line."),
    ],
    until: Annotated[
        datetime | None,
        typer.Option("--until", formats=["%Y-%m-%d"], help="Let time run on to the end of that day."),
    ] = None,
) -> None:
    """Play events under two policies and show which messages and tasks would come, go or move."""
    shared: Context = context.obj
    configure_logging(
        shared.settings.log_format, "error"
    )  # two plays' worth of warnings would hide the answer
    script, last = read_script(on), until.date() if until else None
    if not shared.json:
        shared.say(f"Playing the {len(script.lines)} events of {on} under {old}, then under {new} ...\n")
    with TemporaryDirectory(prefix="amicable-") as scratch:
        before, after = scenes(old, new, shared.settings, Path(scratch))
        was, misfits_before = play_under(before, script, last, shared.settings)
        would_be, misfits_after = play_under(after, script, last, shared.settings)
    found = compare(was, would_be)
    if shared.json:
        shared.array([_document(one) for one in found])
        return
    for change, title in _TITLES.items():
        _show(shared, title, [one for one in found if one.change is change])
    _summary(shared, found, len(was), len(would_be))
    if misfits_after > misfits_before:
        shared.say(
            f"{misfits_after - misfits_before} lines of {on} about answers and people fitted nothing under {new}: what "
            "they answer did not happen there."
        )


def _show(shared: Context, title: str, differences: list[Difference]) -> None:
    if not differences:
        return
    shared.say(f"{title}:")
    table = Table(box=None, pad_edge=False, header_style="bold")
    for name in ("  client", "invoice", "step", "day", "by", ""):
        table.add_column(name, overflow="fold")
    for one in differences:
        first, then = one.old or one.entry, one.entry
        subject = then.subject
        table.add_row(
            *map(
                Text,
                (
                    f"  {clean(subject.client_id)}",
                    clean(subject.about),
                    _both(first.subject.step, subject.step),
                    _both(first.on.isoformat(), then.on.isoformat()),
                    _both(first.by, then.by),
                    _waiting(one),
                ),
            )
        )
    shared.console.print(table)
    shared.say("")


def _both(old: str, new: str) -> str:
    return new if old == new else f"{old} -> {new}"


def _waiting(one: Difference) -> str:
    if one.entry.waits:
        return "waits for approval"
    return "no longer waits for approval" if one.old is not None and one.old.waits else ""


def _summary(shared: Context, found: list[Difference], was: int, would_be: int) -> None:
    if not found:
        shared.say(f"Nothing changes: the same {was} messages and tasks, on the same days.")
        return
    table = Table(box=None, pad_edge=False, header_style="bold")
    table.add_column("step")
    for change in Change:
        table.add_column(change.value, justify="right")
    for step, counts in summary(found).items():
        table.add_row(step, *(str(counts[change.value] or "–") for change in Change))
    shared.console.print(table)
    total = {change: sum(one.change is change for one in found) for change in Change}
    shared.say(
        f"\n{was} messages and tasks before, {would_be} after: {total[Change.COMES]} come, {total[Change.GOES]} go, "
        f"{total[Change.MOVES]} move."
    )


def _document(one: Difference) -> dict[str, Any]:
    return {
        "change": one.change.value,
        "client_id": one.entry.subject.client_id,
        "about": one.entry.subject.about,
        "cycle_on": one.entry.subject.cycle_on.isoformat(),
        "old": _side(one.old),
        "new": _side(one.new),
    }


def _side(entry: Entry | None) -> dict[str, Any] | None:
    if entry is None:
        return None
    return {
        "step": entry.subject.step,
        "on": entry.on.isoformat(),
        "by": entry.by,
        "waits": entry.waits,
    }
