"""`tasks` and `task ID`: what waits for a person, and a person's decision."""

from __future__ import annotations

from typing import Annotated, Any

import typer
from sqlalchemy import Row, select

from ledger import messages
from ledger import tables as t
from ledger.about import play_now
from ledger.verdicts import close_task
from reminders.states import MessageState
from workers.cli.context import Context
from workers.cli.shown import clean, instant, now_of, resolve, short

KEYS = ("task_id", "kind", "client_id", "invoice_ids", "opened_at", "state", "brief")
"""What a task shows, as the contract lists it."""
_REST = ("message_id", "closed_at", "by", "note")
_LISTING = "`amicable tasks` lists them"


def register(app: typer.Typer) -> None:
    """Add `tasks` and `task`."""
    app.command("tasks")(list_command)
    app.command("task")(task_command)


def list_command(
    context: typer.Context,
    everything: Annotated[bool, typer.Option("--all", help="Also what is done.")] = False,
) -> None:
    """What waits for a person, oldest first."""
    shared: Context = context.obj
    statement = select(t.task).order_by(t.task.c.opened_at, t.task.c.task_id)
    if not everything:
        statement = statement.where(t.task.c.state == "open")
    with shared.house.ledger.read() as connection:
        rows = connection.execute(statement).all()
    if shared.json:
        shared.array([_plain(row, KEYS) for row in rows])
        return
    shown = [
        {
            "task": short(row.task_id),
            "kind": row.kind,
            "client": row.client_id,
            "invoices": row.invoice_ids,
            "opened": instant(row.opened_at),
            "state": row.state,
            "brief": clean(row.brief),
        }
        for row in rows
    ]
    columns = ["task", "kind", "client", "invoices", "opened", "brief"]
    if everything:
        columns.insert(5, "state")
    shared.rows(shown, columns, "Nothing waits for a person.")


def task_command(
    context: typer.Context,
    task_id: Annotated[str, typer.Argument(metavar="ID")],
    done: Annotated[bool, typer.Option("--done", help="It is done.")] = False,
    approve: Annotated[bool, typer.Option("--approve", help="Yes, it may go.")] = False,
    refuse: Annotated[bool, typer.Option("--refuse", help="No, it must not go.")] = False,
    by: Annotated[str, typer.Option("--by", help="Who decides.")] = "",
    note: Annotated[str, typer.Option("--note", help="Why, or what was agreed.")] = "",
) -> None:
    """Show a task; or carry out what a person decided about it."""
    shared: Context = context.obj
    chosen = [name for name, on in (("done", done), ("approve", approve), ("refuse", refuse)) if on]
    if len(chosen) > 1:
        raise typer.BadParameter("give only one of --done, --approve and --refuse", param_hint="decision")
    if chosen and not by.strip():
        raise typer.BadParameter("name the person who decides: --by NAME", param_hint="--by")
    if not chosen and (by or note):
        raise typer.BadParameter("add --done, --approve or --refuse", param_hint="decision")
    ledger = shared.house.ledger
    with ledger.read() as connection:
        whole = resolve(connection, t.task.c.task_id, task_id, "task", _LISTING)
        played = play_now(connection) is not None
    if not chosen:
        _show(shared, whole)
        return
    with ledger.begin(now_of(shared.house)) as unit:
        before = close_task(unit, whole, chosen[0], by.strip(), note)
        message = messages.get(unit.connection, before.message_id) if before.message_id else None
    shared.seal_if_alone()
    if shared.json:
        with ledger.read() as connection:
            row = connection.execute(select(t.task).where(t.task.c.task_id == whole)).one()
        shared.line(_plain(row, KEYS + _REST))
    else:
        shared.say(_what_follows(before, chosen[0], by.strip(), message, played))


def _show(shared: Context, task_id: str) -> None:
    with shared.house.ledger.read() as connection:
        row = connection.execute(select(t.task).where(t.task.c.task_id == task_id)).one()
    if shared.json:
        shared.line(_plain(row, KEYS + _REST))
        return
    say = shared.say
    say(f"task      {row.task_id} ({row.kind}), {row.state}")
    say(f"opened    {instant(row.opened_at)}")
    if row.client_id:
        say(clean(f"client    {row.client_id}"))
    if row.invoice_ids:
        say(clean(f"invoices  {', '.join(row.invoice_ids)}"))
    if row.message_id:
        say(f"message   {row.message_id}")
    if row.closed_at:
        say(clean(f"closed    {instant(row.closed_at)} by {row.by}{': ' + row.note if row.note else ''}"))
    say("")
    say(clean(row.brief))
    if row.state == "open":
        ends = "--approve or --refuse" if row.kind == "approval" else "--done"
        say("")
        say(f"Decide: amicable task {short(row.task_id)} {ends} --by NAME --note TEXT")


def _what_follows(task: Row[Any], decision: str, by: str, message: Any, played: bool) -> str:
    """A sentence about what the decision brings about, from how things stand after it."""
    if decision == "done":
        follows = f" Client {task.client_id} is looked at again." if task.client_id else ""
        return f"The {task.kind} task is done, by {by}.{follows}"
    if message is None or message.state not in (MessageState.QUEUED, MessageState.CANCELLED):
        state = f" ({message.state})" if message is not None else ""
        return f"The decision of {by} is recorded; its message no longer waits for it{state}, so nothing follows."
    step = f"The {message.step} to client {message.client_id} by {message.channel}"
    if message.state == MessageState.CANCELLED:
        return f"{step} is refused by {by}; it is never sent, and the step is not asked for again."
    if played:
        return (
            f"{step} is approved by {by}. This ledger belongs to a play, and its clock stands: "
            "nothing is sent until a process runs on it."
        )
    return (
        f"{step} is approved by {by}. A running `amicable serve` (or `schedule` with `work`) sends it in the next hour "
        "at which the client may be contacted, after a last look at the account."
    )


def _plain(row: Row[Any], keys: tuple[str, ...]) -> dict[str, Any]:
    return {key: row._mapping[key] for key in keys}
