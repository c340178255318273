"""`journal export` and `journal verify`: the audit trail, out and checked."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Annotated, Any

import typer
from sqlalchemy import Connection, func, select

from ledger import tables as t
from ledger.journal import HASHED
from ledger.outgoing import plain
from ledger.seal import GENESIS, verify
from ledger.types import iso
from workers.cli.context import CommandFailed, Context
from workers.cli.shown import steady

_AT_ONCE = 1000
"""Entries held in memory at a time."""


def register(app: typer.Typer) -> None:
    """Add `journal` and its commands."""
    group = typer.Typer(no_args_is_help=True, help="The audit trail.")
    group.command("export")(export_command)
    group.command("verify")(verify_command)
    app.add_typer(group, name="journal")


def export_command(
    context: typer.Context,
    client: Annotated[str | None, typer.Option("--client", help="Only this client's entries.")] = None,
    since: Annotated[
        str | None, typer.Option("--since", help="From this date or instant on (UTC where it names no zone).")
    ] = None,
) -> None:
    """Every entry as a line of JSON: sealed ones in their order, then those not sealed yet."""
    shared: Context = context.obj
    first = _instant(since) if since else None
    with steady(shared.house) as connection:
        for row in _entries(connection, client, first):
            shared.line({**plain(row), "position": row.position})


def verify_command(context: typer.Context) -> None:
    """Check every seal and every entry; exit 1 and the first fault if somebody touched the journal."""
    shared: Context = context.obj
    with steady(shared.house) as connection:
        verdict = verify(connection, shared.house.ledger.secret)
        batches = connection.execute(select(func.count()).select_from(t.seal)).scalar_one()
        head = connection.execute(select(t.journal_head.c.hash)).scalar_one_or_none() or GENESIS
    if shared.json:
        shared.line(
            {
                "whole": verdict.whole,
                "entries": verdict.entries,
                "batches": batches,
                "unsealed": verdict.unsealed,
                "fault": verdict.fault,
                "head": head,
            }
        )
    if not verdict.whole:
        raise CommandFailed(f"the journal is not whole: {verdict.fault}")
    if not shared.json:
        shared.say(
            f"the journal is whole: {verdict.entries} entries, sealed in {batches} "
            f"{'batch' if batches == 1 else 'batches'}, "
            f"{verdict.unsealed} not sealed yet"
        )
        shared.say(f"head of the chain: {head}")


def _entries(connection: Connection, client: str | None, since: datetime | None) -> Iterator[Any]:
    j = t.journal.c
    statement = select(*[j[name] for name in HASHED], j.position)
    if client is not None:
        statement = statement.where(j.client_id == client)
    if since is not None:
        statement = statement.where(j.at >= iso(since))  # ISO text of fixed width: it sorts as time does
    streaming = connection.execution_options(stream_results=True)
    for part in (
        statement.where(j.position.is_not(None)).order_by(j.position),
        statement.where(j.position.is_(None)).order_by(j.written),
    ):
        yield from streaming.execute(part).yield_per(_AT_ONCE)


def _instant(text: str) -> datetime:
    try:
        at = datetime.fromisoformat(text)
    except ValueError:
        raise typer.BadParameter(
            f"{text!r} is no date or instant, like 2026-03-04 or 2026-03-04T09:00:00Z", param_hint="--since"
        ) from None
    return at if at.tzinfo else at.replace(tzinfo=UTC)
