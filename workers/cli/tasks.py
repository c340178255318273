"""`tasks` and `task ID`: what waits for a person, and a person's decision."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import Annotated, Any

import typer
from sqlalchemy import Row, select

from ledger import messages
from ledger import tables as t
from ledger.about import play_now
from ledger.tasks import is_overdue
from ledger.verdicts import ENDS, close_task, hands_over, ways
from reminders.reasons import Reason
from reminders.states import MessageState
from reminders.tasks import TaskKind, TaskState
from workers.cli.context import Context
from workers.cli.shown import clean, instant, now_of, resolve, short

_OVERDUE = "overdue"
KEYS = (
    "task_id", "kind", "client_id", "invoice_ids", "opened_at", "state", "brief",
    "due_on", "reason", "creditor_id", "step", _OVERDUE,
)  # fmt: skip
"""What a task shows: what the contract lists, then by when, why, for whom, and whether that day is over."""
_REST = ("message_id", "closed_at", "by", "note")
_LISTING = "`amicable tasks` lists them"
_ENDED = {"approve": "approved", "refuse": "refused", "done": "done"}


def register(app: typer.Typer) -> None:
    """Add `tasks` and `task`."""
    app.command("tasks")(list_command)
    app.command("task")(task_command)


class Shown(StrEnum):
    """Which tasks are listed."""

    OPEN = "open"
    ALL = "all"


def list_command(
    context: typer.Context,
    kind: Annotated[TaskKind | None, typer.Option("--kind", help="Only those of this kind.")] = None,
    client: Annotated[str | None, typer.Option("--client", help="Only this client's.")] = None,
    state: Annotated[Shown, typer.Option("--state", help="What is open, or also what is done.")] = Shown.OPEN,
) -> None:
    """What waits for a person: what is past due first, then what has waited longest."""
    shared: Context = context.obj
    task = t.task.c
    statement = select(t.task).order_by(task.opened_at, task.task_id)
    if kind is not None:
        statement = statement.where(task.kind == kind.value)
    if client is not None:
        statement = statement.where(task.client_id == client)
    if state is Shown.OPEN:
        statement = statement.where(task.state == TaskState.OPEN.value)
    now = now_of(shared.house)
    with shared.house.ledger.read() as connection:
        rows = sorted(connection.execute(statement).all(), key=lambda row: _urgency(row, now))
    if shared.json:
        shared.array([_plain(row, KEYS, now) for row in rows])
        return
    shown = [
        {
            "task": short(row.task_id),
            "kind": row.kind,
            "client": row.client_id,
            "invoices": row.invoice_ids,
            "age": _age(row, now),
            "due": f"{row.due_on} past due" if is_overdue(row, now) else row.due_on,
            "state": row.state,
            "outcome": clean(f"{row.by}: {row.note}" if row.note else row.by) if row.by else None,
            "brief": clean(row.brief.partition("\n")[0]),
        }
        for row in rows
    ]
    columns = ["task", "kind", "client", "invoices", "age", "due", "brief"]
    if state is Shown.ALL:
        columns[6:6] = ["state", "outcome"]
    shared.rows(shown, columns, "Nothing waits for a person.")


def _urgency(task: Row[Any], now: datetime) -> tuple[bool, date]:
    """What is past due first, the longest overdue in front; the others keep their order, the oldest first."""
    overdue = is_overdue(task, now)
    return not overdue, task.due_on if overdue else date.max


def _age(task: Row[Any], now: datetime) -> str:
    """How long a task has been open, or was: `3 d`, below a day `5 h`."""
    waited = max((task.closed_at or now) - task.opened_at, timedelta(0))
    return f"{waited.days} d" if waited.days else f"{waited.seconds // 3600} h"


def task_command(
    context: typer.Context,
    task_id: Annotated[str, typer.Argument(metavar="ID")],
    done: Annotated[bool, typer.Option("--done", help="It is done, or was dealt with otherwise.")] = False,
    approve: Annotated[bool, typer.Option("--approve", help="Yes: it may go, or be handed over.")] = False,
    refuse: Annotated[bool, typer.Option("--refuse", help="No: it must not.")] = False,
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
    now = now_of(shared.house)
    with ledger.begin(now) as unit:
        before = close_task(unit, whole, chosen[0], by.strip(), note)
        message = messages.get(unit.connection, before.message_id) if before.message_id else None
    shared.seal_if_alone()
    if shared.json:
        with ledger.read() as connection:
            row = connection.execute(select(t.task).where(t.task.c.task_id == whole)).one()
        shared.line(_plain(row, KEYS + _REST, now))
    else:
        shared.say(_what_follows(before, chosen[0], by.strip(), message, played))


def _show(shared: Context, task_id: str) -> None:
    now = now_of(shared.house)
    with shared.house.ledger.read() as connection:
        row = connection.execute(select(t.task).where(t.task.c.task_id == task_id)).one()
    if shared.json:
        shared.line(_plain(row, KEYS + _REST, now))
        return
    say = shared.say
    say(f"task      {row.task_id} ({row.kind}), {row.state}")
    say(f"opened    {instant(row.opened_at)}")
    if row.due_on:
        say(f"due       {row.due_on}{', past due' if is_overdue(row, now) else ''}")
    if row.reason:
        say(f"why       {Reason(row.reason).sentence}")
    if row.step:
        say(f"step      {row.step}")
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
        say("")
        say(
            f"Decide: amicable task {short(row.task_id)} {ways(ENDS[TaskKind(row.kind)])} --by NAME --note TEXT"
        )


def _what_follows(task: Row[Any], decision: str, by: str, message: Any, played: bool) -> str:
    """A sentence about what the decision brings about, from how things stand after it."""
    if hands_over(task) and decision != "done":
        return _what_follows_the_ladder(task, decision, by)
    if task.reason == Reason.VOLUME:
        if decision == "approve":
            return f"Messages go on for the rest of that (UTC) day, by {by}; whoever was held back is looked at again."
        return f"Nothing more goes on that (UTC) day beyond its limit, by {by}. The next day begins anew."
    if task.kind == TaskKind.PROPOSAL and decision != "done":
        return _what_follows_a_proposal(task, decision, by)
    if decision == "done" or task.message_id is None:
        follows = f" Client {task.client_id} is looked at again." if task.client_id else ""
        return f"The {task.kind} task is {_ENDED[decision]}, by {by}.{follows}"
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


def _what_follows_a_proposal(task: Row[Any], decision: str, by: str) -> str:
    if decision == "approve":
        return (
            f"What client {task.client_id} proposed is agreed, by {by}; reminders wait for it. Enter it in the billing "
            "system as well, and tell the client."
        )
    return (
        f"What client {task.client_id} proposed is not agreed, by {by}; reminders go on. Tell the client why."
    )


def _what_follows_the_ladder(task: Row[Any], decision: str, by: str) -> str:
    case = f"The case of client {task.client_id} with {task.creditor_id}"
    if decision == "approve":
        return (
            f"{case} is handed to an attorney by {by}. Messages that still waited are cancelled, and nothing automatic "
            "follows. Send the file yourself: the program sends it to nobody."
        )
    return f"{case} is not handed over, by {by}. What led here stays with you; younger invoices go their own way."


def _plain(row: Row[Any], keys: tuple[str, ...], now: datetime) -> dict[str, Any]:
    return {key: is_overdue(row, now) if key == _OVERDUE else row._mapping[key] for key in keys}
