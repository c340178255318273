"""`template check`: what is to be mended in the templates, a line each."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer

from channels.checking import check
from channels.shelf import SHIPPED
from workers.cli.context import Context


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("check")(check_command)


def check_command(
    context: typer.Context,
    folder: Annotated[
        Path | None,
        typer.Option(
            "--folder",
            exists=True,
            file_okay=False,
            help="A folder of templates, laid over the shipped ones; the deployment's own if not given.",
        ),
    ] = None,
    language: Annotated[
        list[str] | None, typer.Option("--language", help="Only this one; may be given several times.")
    ] = None,
    json: Annotated[bool, typer.Option("--json", help="One JSON array.")] = False,
) -> None:
    """Check all templates with sample letters of every kind: exit 1 where something is to be mended."""
    shared: Context = context.obj
    house = shared.house
    folders = (folder, SHIPPED) if folder is not None else house.template_folders
    found = check(folders, house.creditors, languages=language or None)
    if json or shared.json:
        shared.array([asdict(finding) for finding in found])
    else:
        for finding in found:
            shared.say(str(finding))
        if not found:
            shared.say("All templates are in order.")
    if found:
        raise typer.Exit(1)
