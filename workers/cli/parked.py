"""`parked`: events and receipts that could not be taken, why, and what to do with them."""

from __future__ import annotations

from typing import Annotated, Any

import typer
from sqlalchemy import Row, select
from sqlalchemy.exc import StatementError

from events.contracts.registry import decode
from ledger import parking
from ledger import tables as t
from ledger.parking import ParkingError
from workers.cli.context import CommandFailed, Context
from workers.cli.shown import clean, instant, now_of, resolve

_COLUMNS = ("parked_id", "kind", "received", "source", "event_id", "reason", "detail")
_LISTING = "`amicable parked` lists what is parked"


def register(app: typer.Typer) -> None:
    """Add `parked`: alone it lists, its commands show, replay and drop."""
    group = typer.Typer(help="Events and receipts that could not be taken.")
    group.callback(invoke_without_command=True)(list_command)
    group.command("show")(show_command)
    group.command("replay")(replay_command)
    group.command("drop")(drop_command)
    app.add_typer(group, name="parked")


def list_command(
    context: typer.Context,
    everything: Annotated[bool, typer.Option("--all", help="Also what was replayed or dropped.")] = False,
) -> None:
    """What could not be taken and waits for a person, oldest first."""
    if context.invoked_subcommand is not None:
        return
    shared: Context = context.obj
    with shared.house.ledger.read() as connection:
        rows = parking.listed(connection, None if everything else "open")
    if shared.json:
        shared.array([_plain(row) for row in rows])
        return
    shown = [
        {
            **{
                name: clean(value) if isinstance(value, str) else value for name, value in _plain(row).items()
            },
            "received": instant(row.received_at),
        }
        for row in rows
    ]
    columns = (*_COLUMNS, "state") if everything else _COLUMNS
    shared.rows(shown, columns, "Nothing is parked.")


def show_command(context: typer.Context, parked_id: Annotated[str, typer.Argument(metavar="ID")]) -> None:
    """One thing whole: why it was parked, its headers and its bytes."""
    shared: Context = context.obj
    with shared.house.ledger.read() as connection:
        whole = resolve(connection, t.parked.c.parked_id, parked_id, "parked thing", _LISTING)
        row = connection.execute(select(t.parked).where(t.parked.c.parked_id == whole)).one()
    text, encoding = _body(bytes(row.body))
    if shared.json:
        shared.line({**_plain(row), "headers": row.headers, "encoding": encoding, "body": text})
        return
    say = shared.say
    say(f"{row.kind} {row.parked_id}, {row.state}, received {instant(row.received_at)}")
    say(clean(f"why      {row.reason}: {row.detail}"))
    if row.source or row.event_id:
        say(clean(f"from     {row.source or 'unknown'}, id {row.event_id or 'unknown'}"))
    if row.by:
        say(clean(f"by       {row.by}{': ' + row.note if row.note else ''}"))
    if row.content_type:
        say(clean(f"type     {row.content_type}"))
    for name, value in sorted(row.headers.items()):
        say(clean(f"header   {name}: {value}"))
    say(f"body     {len(row.body)} bytes{' (hex)' if encoding == 'hex' else ''}")
    say("")
    say(clean(text))


def replay_command(
    context: typer.Context, parked_ids: Annotated[list[str], typer.Argument(metavar="ID...")]
) -> None:
    """Read parked events again and apply them, each by itself."""
    shared: Context = context.obj
    results = [_replay(shared, parked_id) for parked_id in parked_ids]
    if shared.json:
        shared.array(results)
    else:
        for result in results:
            shared.say(clean(f"{result['parked_id']}: {result['detail']}"))
    failed = [result["parked_id"] for result in results if not result["replayed"]]
    if failed:
        raise CommandFailed(
            f"{len(failed)} of {len(results)} could not be replayed; `amicable parked show {failed[0]}` says more"
        )


def drop_command(
    context: typer.Context,
    parked_id: Annotated[str, typer.Argument(metavar="ID")],
    by: Annotated[str, typer.Option("--by", help="Who decides.")],
    note: Annotated[str, typer.Option("--note", help="Why.")],
) -> None:
    """Let a parked thing go; who and why is journalled, and the bytes stay."""
    shared: Context = context.obj
    ledger = shared.house.ledger
    with ledger.read() as connection:
        whole = resolve(connection, t.parked.c.parked_id, parked_id, "parked thing", _LISTING)
    with ledger.begin(now_of(shared.house)) as unit:
        parking.drop(unit, whole, by, note)
    shared.seal_if_alone()
    if shared.json:
        shared.line({"parked_id": whole, "state": "dropped"})
    else:
        shared.say(f"{whole} is dropped; its bytes stay, and the journal says who dropped it.")


def _replay(shared: Context, parked_id: str) -> dict[str, Any]:
    """One replay in a transaction of its own: what fails must not take the others with it."""
    ledger = shared.house.ledger
    now = now_of(shared.house)
    try:
        with ledger.read() as connection:
            parked_id = resolve(connection, t.parked.c.parked_id, parked_id, "parked thing", _LISTING)
        with ledger.begin(now) as unit:
            touched = parking.replay(unit, parked_id, decode)
        shared.seal_if_alone()
    except (ParkingError, CommandFailed) as error:
        return {"parked_id": parked_id, "replayed": False, "detail": str(error)}
    except StatementError as error:
        # Only the kind: the text of a database's error may hold the row.
        kind = type(error.orig or error).__name__
        return {"parked_id": parked_id, "replayed": False, "detail": f"could not be stored ({kind})"}
    looked = f"; looked at again: {', '.join(touched)}" if touched else ""
    return {"parked_id": parked_id, "replayed": True, "detail": f"replayed{looked}"}


def _plain(row: Row[Any]) -> dict[str, Any]:
    return {
        "parked_id": row.parked_id,
        "kind": row.kind,
        "reason": row.reason,
        "detail": row.detail,
        "source": row.source,
        "event_id": row.event_id,
        "content_type": row.content_type,
        "received_at": row.received_at,
        "state": row.state,
        "by": row.by,
        "note": row.note,
    }


def _body(raw: bytes) -> tuple[str, str]:
    """The bytes as text where they are UTF-8, else as hex."""
    try:
        return raw.decode(), "utf-8"
    except UnicodeDecodeError:
        return raw.hex(" ", 4), "hex"
