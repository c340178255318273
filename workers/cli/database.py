"""`db upgrade`: the ledger's schema brought to the newest version."""

from __future__ import annotations

import typer
from alembic.migration import MigrationContext
from sqlalchemy import Engine

from ledger.database import open_engine, upgrade
from workers.cli.context import Context


def register(app: typer.Typer) -> None:
    """Add `db` and its commands."""
    group = typer.Typer(no_args_is_help=True, help="The ledger's database.")
    group.command("upgrade")(upgrade_command)
    app.add_typer(group, name="db")


def upgrade_command(context: typer.Context) -> None:
    """Bring the schema to the newest version; safe to run again, and by several at once."""
    shared: Context = context.obj
    url = shared.settings.effective_database_url
    engine = open_engine(url)
    try:
        before = revision(engine)
        upgrade(url)
        after = revision(engine)
    finally:
        engine.dispose()
    if shared.json:
        shared.line({"from": before, "to": after})
    elif before == after:
        shared.say(f"The schema is at the newest version, {after}; nothing to do.")
    else:
        shared.say(f"The schema went from {before or 'nothing'} to {after}.")


def revision(engine: Engine) -> str | None:
    """The version of the schema; None for a database without one."""
    with engine.connect().execution_options(read_only=True) as connection:
        return MigrationContext.configure(connection).get_current_revision()
