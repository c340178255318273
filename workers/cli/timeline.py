"""`explain ID`: the timeline of a client, an invoice or a message in plain words, and how things stand now."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any

import typer

from ledger.timeline import Note, Subject, find, timeline
from reminders.calendar import Place
from workers.cli.context import CommandFailed, Context
from workers.cli.route import next_message
from workers.cli.shown import clean, instant, now_of, place_for, steady
from workers.outlook import Rules
from workers.standing import KIND, standing
from workers.wayfinding import WayAhead, way_ahead


def register(app: typer.Typer) -> None:
    """Add `explain`."""
    app.command("explain")(explain_command)


def explain_command(
    context: typer.Context,
    identity: Annotated[str, typer.Argument(metavar="ID", help="A client, an invoice or a message.")],
) -> None:
    """What happened, what was decided and why, what was not sent and why, and what comes next."""
    shared: Context = context.obj
    house = shared.house
    now = now_of(house)
    rules = Rules(house.rules, house.creditors, house.providers.channels, house.settings.volume)
    with steady(house) as connection:
        subject = _one(find(connection, identity), identity)
        notes = timeline(connection, subject)
        creditor = house.creditors.default.creditor_id
        only = subject.invoice_ids
        present = standing(
            connection, subject.client_id, house.policy_of, creditor, house.providers.channels, now, only
        )
        place = place_for(connection, subject.client_id)
        if not only and any(note.invoice_ids for note in present):
            present += _ahead(way_ahead(connection, rules, subject.client_id, now), now, place)
    if shared.json:
        shared.array([_plain(note) for note in (*notes, *present)])
        return
    _show(shared, subject, notes, place)
    shared.say(f"\nNow: {instant(now, place)}")
    for note in present:
        shared.say(_one_line(f"  {note.text}"))


def _ahead(seen: WayAhead, now: datetime, place: Place) -> list[Note]:
    """What would go next, as `route` says it: an answer may hold reminders for longer than the first reason shows."""
    no_way = seen.step is not None and seen.goes is None
    for_good = seen.step is None and not any(one.until for one in seen.obstacles)
    if no_way or for_good:
        return []  # told already, by the standing
    told = next_message(seen, place)
    return [Note(now, KIND, f"If nothing happens meanwhile, {told[0].lower()}{told[1:]}")]


def _one(found: list[Subject], identity: str) -> Subject:
    if len(found) == 1:
        return found[0]
    if not found:
        raise CommandFailed(
            f"nothing is known of {clean(identity)}; give the id of a client, an invoice (or its number) or a message"
        )
    named = ", ".join(
        subject.message_id or f"{subject.invoice_ids[0]} of client {subject.client_id}" for subject in found
    )
    raise CommandFailed(f"{clean(identity)} can mean several: {clean(named)}; give the whole id")


def _show(shared: Context, subject: Subject, notes: list[Note], place: Place) -> None:
    if subject.message_id:
        head = f"Message {subject.message_id} to client {subject.client_id}"
    elif subject.invoice_ids:
        head = f"Invoice {', '.join(subject.invoice_ids)} of client {subject.client_id}"
    else:
        head = f"Client {subject.client_id}"
    shared.say(clean(f"{head}. Times are UTC; the client's clocks: {place.zones[0].key}.\n"))
    for note in notes:
        shared.say(_one_line(f"{note.at:%Y-%m-%d %H:%M}  {note.text}"))
    if not notes:
        shared.say("Nothing has happened yet.")


def _plain(note: Note) -> dict[str, Any]:
    return {
        "at": note.at,
        "kind": note.kind,
        "text": note.text,
        "reasons": [reason.value for reason in note.reasons],
        "invoice_ids": list(note.invoice_ids),
        "message_id": note.message_id,
        "by": note.by,
    }


def _one_line(text: str) -> str:
    """A note on one line: a stranger's name with a line break in it must not look like a note of ours."""
    return clean(text).replace("\n", "\\n")
