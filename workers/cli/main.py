"""`amicable`: the entry point. Exit 0 done, 1 failed, 2 bad usage or bad configuration."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated

import structlog
import typer
from sqlalchemy.exc import OperationalError, ProgrammingError
from typer._click.exceptions import ClickException, UsageError  # typer's copy of click has no public name

from channels.answers import AnswersError
from channels.names import NamesError
from config.creditors import CreditorError
from config.logging import configure_logging
from config.policy import PolicyError
from config.rules.contact import ContactLawError
from config.rules.interest import InterestLawError
from config.settings import SettingsError, load_settings, unknown_variables
from ledger.barred import SuppressionError
from ledger.database import DatabaseError
from ledger.parking import ParkingError
from ledger.verdicts import TaskError
from workers.cli import (
    database,
    doctor,
    escalation,
    evidence,
    interest,
    journal,
    messages,
    parked,
    play,
    policy,
    preview,
    roles,
    route,
    suppressions,
    tasks,
    template,
    timeline,
)
from workers.cli.context import CommandFailed, Context

log = structlog.get_logger(__name__)

app = typer.Typer(
    name="amicable",
    help="Reminders that get invoices paid and keep the client.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
)
for part in (
    play,
    preview,
    roles,
    journal,
    messages,
    tasks,
    escalation,
    suppressions,
    parked,
    timeline,
    route,
    interest,
    evidence,
    policy,
    template,
    database,
    doctor,
):
    part.register(app)

_BAD_SETUP = (
    SettingsError,
    PolicyError,
    ContactLawError,
    InterestLawError,
    CreditorError,
    DatabaseError,
    NamesError,
    AnswersError,
)
_FAILED = (CommandFailed, TaskError, ParkingError, SuppressionError)


@app.callback()
def start(
    context: typer.Context,
    data: Annotated[Path | None, typer.Option("--data", help="Embedded data folder (default var/).")] = None,
    json: Annotated[
        bool, typer.Option("--json", help="One JSON array where a table is the default.")
    ] = False,
) -> None:
    """Reminders that get invoices paid and keep the client."""
    settings = load_settings(**({"data_dir": data} if data is not None else {}))
    configure_logging(settings.log_format, settings.log_level)
    for name in unknown_variables():
        log.warning("unknown_setting", name=name)
    context.obj = Context(settings, json)


def run() -> None:
    """Run the command line; every expected error is one line on stderr that says what to do."""
    try:
        code = app(sys.argv[1:] or ["--help"], standalone_mode=False)
        sys.exit(code if isinstance(code, int) else 0)
    except UsageError as error:
        path = error.ctx.command_path if error.ctx else "amicable"
        _fail(f"{error.format_message()} (`{path} --help` shows how it is used)", 2)
    except ClickException as error:
        _fail(error.format_message(), 1)
    except typer.Abort:
        _fail("stopped", 1)
    except _BAD_SETUP as error:
        _fail(str(error), 2)
    except _FAILED as error:
        _fail(str(error), 1)
    except OperationalError as error:
        _fail(
            f"the ledger's database can't be reached ({_first_line(error)}); check AMICABLE_DATABASE_URL", 1
        )
    except ProgrammingError as error:
        _fail(f"the ledger's schema does not fit ({_first_line(error)}); run `amicable db upgrade`", 1)
    except BrokenPipeError:
        sys.stderr.close()
        sys.exit(1)
    except OSError as error:
        _fail(
            f"{error.filename or 'the system'}: {error.strerror or error}; check the data folder and its rights",
            1,
        )


def _first_line(error: OperationalError | ProgrammingError) -> str:
    return str(error.orig).strip().splitlines()[0] if error.orig else type(error).__name__


def _fail(text: str, code: int) -> None:
    sys.stderr.write(f"amicable: {' '.join(text.split())}\n")
    sys.exit(code)


if __name__ == "__main__":
    run()
