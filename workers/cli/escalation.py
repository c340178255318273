"""`escalation`: the cases that a person handed to an attorney; seeing them, and taking one back."""

from __future__ import annotations

from datetime import UTC
from typing import Annotated, Any

import typer
from sqlalchemy import Row

from ledger.escalation import NoPersonError, escalated, lift_escalation, person
from workers.cli.context import CommandFailed, Context
from workers.cli.shown import clean, instant, now_of


def register(app: typer.Typer) -> None:
    """Add `escalation`: alone it lists, `lift` takes a case back."""
    group = typer.Typer(help="Cases that are with an attorney.")
    group.callback(invoke_without_command=True)(list_command)
    group.command("lift")(lift_command)
    app.add_typer(group, name="escalation")


def list_command(
    context: typer.Context,
    everything: Annotated[bool, typer.Option("--all", help="Also the cases that came back.")] = False,
) -> None:
    """Which cases are with an attorney, for which creditor, since when, and who handed them over; newest first."""
    if context.invoked_subcommand is not None:
        return
    shared: Context = context.obj
    with shared.house.ledger.read() as connection:
        cases = escalated(connection, everything=everything)
    if shared.json:
        shared.array([_plain(case) for case in cases])
        return
    columns = ["client", "creditor", "since", "by", "note", *(["came back"] if everything else [])]
    shared.rows([_shown(case) for case in cases], columns, "No case is with an attorney.")


def lift_command(
    context: typer.Context,
    client_id: Annotated[str, typer.Argument(metavar="CLIENT_ID", help="Whose case it is.")],
    by: Annotated[str, typer.Option("--by", help="Who decides.")],
    note: Annotated[str, typer.Option("--note", help="Why.")],
    creditor: Annotated[
        str | None,
        typer.Option("--creditor", metavar="ID", help="In whose name; needed where there are several."),
    ] = None,
) -> None:
    """Take a case back from the attorney; the client is looked at again.

    Reminders do not begin anew by that: the decision that led there stands, and younger invoices go their own way.
    """
    shared: Context = context.obj
    try:
        name = person(by)
    except NoPersonError as error:
        raise typer.BadParameter(str(error), param_hint="--by") from None
    with shared.house.ledger.begin(now_of(shared.house)) as unit:
        cases = escalated(unit.connection, client_id)
        creditor_id = _the_one([case.creditor_id for case in cases], client_id, creditor)
        lift_escalation(unit, client_id, creditor_id, name, note)
    shared.seal_if_alone()
    if shared.json:
        shared.line({"client_id": client_id, "creditor_id": creditor_id, "lifted_by": name})
    else:
        shared.say(
            clean(
                f"The case of {client_id} for {creditor_id} is back, by {name}. Looked at again: {client_id}."
            )
        )


def _the_one(creditors: list[str], client_id: str, wanted: str | None) -> str:
    """The creditor whose case is meant. Raises `CommandFailed` where that is not one."""
    listed = sorted(set(creditors))
    if wanted is not None and wanted not in listed:
        raise CommandFailed(
            f"no case of {client_id} for {wanted} is with an attorney; `amicable escalation` lists them"
        )
    if not listed:
        raise CommandFailed(f"no case of {client_id} is with an attorney; `amicable escalation` lists them")
    if wanted is None and len(listed) > 1:
        raise CommandFailed(
            f"several cases of {client_id} are with an attorney; add --creditor {' or --creditor '.join(listed)}"
        )
    return wanted or listed[0]


def _plain(case: Row[Any]) -> dict[str, Any]:
    return {
        "client_id": case.client_id,
        "creditor_id": case.creditor_id,
        "at": case.at.astimezone(UTC),
        "by": case.by,
        "note": case.note,
        "task_id": case.task_id,
        "lifted_at": case.lifted_at.astimezone(UTC) if case.lifted_at else None,
        "lifted_by": case.lifted_by,
        "lifted_note": case.lifted_note,
    }


def _shown(case: Row[Any]) -> dict[str, Any]:
    back = f"{instant(case.lifted_at)} ({clean(case.lifted_by)})" if case.lifted_at else ""
    return {
        "client": clean(case.client_id),
        "creditor": clean(case.creditor_id),
        "since": instant(case.at),
        "by": clean(case.by),
        "note": clean(case.note or ""),
        "came back": back,
    }
