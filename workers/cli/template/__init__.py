"""`template`: look at the words before anybody is written to, and check all of them."""

from __future__ import annotations

import typer

from workers.cli.template import check, preview


def register(app: typer.Typer) -> None:
    """Add the commands."""
    template = typer.Typer(name="template", help="Look at templates and check them.", no_args_is_help=True)
    for part in (preview, check):
        part.register(template)
    app.add_typer(template)
