"""`amicable play`: a file of events in virtual time through the real pipeline on the embedded default."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import Annotated

import typer

from config.logging import configure_logging
from workers.cli.context import Context
from workers.cli.play.driver import Driver
from workers.cli.play.report import Report
from workers.cli.play.script import read_script
from workers.cli.play.stage import open_stage


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("play")(play)


def play(
    context: typer.Context,
    events: Annotated[Path, typer.Argument(help="Events, one structured CloudEvent a line.")],
    until: Annotated[
        datetime | None,
        typer.Option("--until", formats=["%Y-%m-%d"], help="Let time run on to the end of that day."),
    ] = None,
    policy: Annotated[
        Path | None, typer.Option("--policy", help="Another policy than the one in force.")
    ] = None,
) -> None:
    """Play events in virtual time through the real pipeline: ledger, actors, providers' SDKs and the sandbox."""
    shared: Context = context.obj
    configure_logging(shared.settings.log_format, "warning")  # the report is what a person reads here
    script = read_script(events)
    with open_stage(shared.settings, script.begins_at, policy) as stage:
        report = Report(shared, stage.house, stage.sandbox)
        report.begin(script, events)
        Driver(stage, report.tell, report.warn).run(script, until.date() if until else None)
        report.end()
