"""`messages` and `message ID`: every message, a line each; and one whole, as it was said or as it would read now."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import typer
from sqlalchemy import Connection, Row, Select, Table, select

from ledger import tables as t
from ledger.journal import HASHED
from ledger.outgoing import plain
from reminders.reasons import Reason
from reminders.states import MessageState
from workers.cli.as_read import write_mail
from workers.cli.context import CommandFailed, Context
from workers.cli.shown import amounts, clean, instant, now_of, place_for, resolve, short, sums
from workers.draft import Draft, draft

_ATTEMPT = (
    "attempt_id", "number", "provider", "channel", "address", "sender", "started_at", "ended_at", "outcome",
    "provider_id", "code", "detail",
)  # fmt: skip
_RECEIPT = ("receipt_id", "provider", "kind", "occurred_at", "received_at", "code", "detail", "state")
_HISTORY = ("at", "kind", "by", "reasons")


def register(app: typer.Typer) -> None:
    """Add `messages` and `message`."""
    app.command("messages")(list_command)
    app.command("message")(message_command)


def list_command(
    context: typer.Context,
    client: Annotated[str | None, typer.Option("--client", help="Only this client's.")] = None,
    state: Annotated[MessageState | None, typer.Option("--state", help="Only those in this state.")] = None,
) -> None:
    """Every message, in the order in which they were planned."""
    shared: Context = context.obj
    m = t.message.c
    statement = _with_subject().order_by(m.planned_at, m.message_id)
    if client is not None:
        statement = statement.where(m.client_id == client)
    if state is not None:
        statement = statement.where(m.state == state.value)
    with shared.house.ledger.read() as connection:
        rows = connection.execute(statement).all()
    if shared.json:
        shared.array([_plain(row) for row in rows])
        return
    shown = [
        {
            "message": short(row.message_id),
            "planned_at": instant(row.planned_at),
            "client": row.client_id,
            "step": row.step,
            "channel": row.channel,
            "state": row.state,
            "amounts": sums(row.amounts),
            "subject": clean(row.subject) if row.subject else None,
        }
        for row in rows
    ]
    columns = ("message", "planned_at", "client", "step", "channel", "state", "amounts", "subject")
    shared.rows(shown, columns, "There are no messages.")


def message_command(
    context: typer.Context,
    message_id: Annotated[str, typer.Argument(metavar="ID")],
    out: Annotated[
        Path | None,
        typer.Option(
            "--out", file_okay=False, help="Of a mail: write it as its reader sees it, with a picture, here."
        ),
    ] = None,
) -> None:
    """One message whole. One that still waits is shown as a draft: as it would read if it went now."""
    shared: Context = context.obj
    house = shared.house
    now = now_of(house)
    with house.ledger.read() as connection:
        listing = "`amicable messages` lists them"
        whole = resolve(connection, t.message.c.message_id, message_id, "message", listing)
        row = connection.execute(_with_subject().where(t.message.c.message_id == whole)).one()
        drafted = None
        if MessageState(row.state).is_open:
            drafted = draft(
                connection,
                row,
                policy_of=house.policy_of,
                interest=house.interest,
                creditors=house.creditors,
                render=house.renderer.render,
                public_url=house.settings.public_url,
                now=now,
            )
        found = _whole(connection, row, drafted)
        if out is not None:
            if not found["html"]:
                raise CommandFailed("only a mail that has words is written out; leave --out away")
            write_mail(shared, out, whole, found["subject"], found["text"], found["html"])
        elif shared.json:
            shared.line(found)
        else:
            _show(shared, connection, row, found, drafted)


def _with_subject() -> Select[Any]:
    b = t.body.c
    return select(t.message, b.subject, b.text, b.html).outerjoin(
        t.body, b.message_id == t.message.c.message_id
    )


def _plain(row: Row[Any]) -> dict[str, Any]:
    """A message with the keys of the contract, and no others."""
    return {
        "message_id": row.message_id,
        "client_id": row.client_id,
        "contact_id": row.contact_id,
        "channel": row.channel,
        "step": row.step,
        "tone": row.tone,
        "language": row.language,
        "planned_at": row.planned_at,
        "sent_at": row.sent_at,
        "state": row.state,
        "invoice_ids": row.invoice_ids,
        "amounts": amounts(row.amounts),
        "subject": row.subject,
    }


def _whole(connection: Connection, row: Row[Any], drafted: Draft | None) -> dict[str, Any]:
    text, html = row.text, row.html
    told = _plain(row)
    if drafted is not None:
        words = drafted.words
        text, html = (words.text, words.html) if words else (None, None)
        told["subject"] = words.subject if words else None
        if words:
            told |= {
                "language": words.language,
                "invoice_ids": list(drafted.invoice_ids),
                "amounts": amounts(drafted.amounts),
            }
    reason = Reason(row.reason) if row.reason else None
    a, r, j = t.attempt.c, t.receipt.c, t.journal.c
    entries = connection.execute(
        select(*[j[name] for name in HASHED]).where(j.message_id == row.message_id).order_by(j.written)
    )
    return {
        **told,
        "draft": drafted is not None,
        "draft_for": drafted.at if drafted else None,
        "draft_fails": drafted.why_not if drafted else None,
        "text": text,
        "html": html,
        "attempts": _rows(connection, t.attempt, _ATTEMPT, a.message_id == row.message_id, a.number),
        "receipts": _rows(connection, t.receipt, _RECEIPT, r.message_id == row.message_id, r.occurred_at),
        "reason": row.reason,
        "reason_sentence": reason.sentence if reason else None,
        "expires_at": row.expires_at,
        "policy": row.policy,
        "approved_by": row.approved_by,
        "history": [{key: entry[key] for key in _HISTORY} for entry in map(plain, entries)],
    }


def _rows(
    connection: Connection, table: Table, keys: tuple[str, ...], where: Any, order: Any
) -> list[dict[str, Any]]:
    statement = select(*[table.c[key] for key in keys]).where(where).order_by(order, *table.primary_key)
    return [dict(row._mapping) for row in connection.execute(statement)]


def _show(
    shared: Context, connection: Connection, row: Row[Any], found: dict[str, Any], drafted: Draft | None
) -> None:
    say = shared.say
    place = place_for(connection, row.client_id)
    lines = [
        ("message", row.message_id),
        ("to", f"contact {row.contact_id} of client {row.client_id}, by {row.channel}"),
        ("step", f"{row.step} ({row.tone})"),
        ("state", f"{row.state}: {MessageState(row.state).sentence}"),
        ("why", found["reason_sentence"]),
        ("planned", instant(row.planned_at, place)),
        ("sent", instant(row.sent_at, place)),
        ("expires", instant(row.expires_at, place) if MessageState(row.state).is_open else None),
        ("invoices", ", ".join(found["invoice_ids"])),
        ("amounts", sums(drafted.amounts if drafted and drafted.words else row.amounts)),
        ("policy", row.policy),
        ("approved", f"by {row.approved_by}" if row.approved_by else None),
        ("subject", found["subject"]),
    ]
    for name, value in lines:
        if value:
            say(clean(f"{name:<9} {value}"))
    if drafted is not None:
        say("")
        if drafted.words:
            say(f"Draft, as it would read on {instant(drafted.at, place)}; not sent:")
        else:
            say(f"No draft: as things stand it would not go. {drafted.why_not}")
    if found["text"]:
        say("")
        say(clean(found["text"]))
    _table(
        shared,
        "Attempts",
        found["attempts"],
        ("number", "provider", "address", "started_at", "outcome", "detail"),
    )
    _table(shared, "Receipts", found["receipts"], ("kind", "provider", "occurred_at", "code", "detail"))
    history = [{**entry, "reasons": ", ".join(entry["reasons"]) or None} for entry in found["history"]]
    _table(shared, "History", history, _HISTORY)


def _table(shared: Context, title: str, rows: list[dict[str, Any]], columns: tuple[str, ...]) -> None:
    if rows:
        shared.say(f"\n{title}")
        shared.rows([_for_a_person(row) for row in rows], columns, "")


def _for_a_person(row: dict[str, Any]) -> dict[str, Any]:
    shown: dict[str, Any] = {}
    for key, value in row.items():
        if key.endswith("_at"):
            shown[key] = instant(value)
        elif key == "at":
            shown[key] = f"{value[:19].replace('T', ' ')} UTC"
        else:
            shown[key] = clean(value) if isinstance(value, str) else value
    return shown
