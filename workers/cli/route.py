"""`route CLIENT_ID`: by which way the next message would go, what was passed over and why, and when. It only reads."""

from __future__ import annotations

from typing import Annotated, Any

import typer

from channels.addresses import masked
from ledger import tables as t
from reminders.calendar import Place, place_of
from reminders.foresight import Kind
from workers.cli.context import CommandFailed, Context
from workers.cli.shown import clean, instant, now_of, resolve, steady
from workers.outlook import Rules
from workers.unsaid import no_way_to
from workers.wayfinding import SPAN, NoSuchStep, Verdict, WayAhead, way_ahead

_COLUMNS = ["channel", "contact", "role", "address", "verdict"]


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("route")(route_command)


def route_command(
    context: typer.Context,
    client_id: Annotated[str, typer.Argument(metavar="CLIENT_ID", help="The client.")],
    step: Annotated[
        str | None, typer.Option("--step", help="This step of the policy, whether it is next or not.")
    ] = None,
) -> None:
    """By which way the client's next message would go: every way to them with its verdict, and what else is between."""
    shared: Context = context.obj
    house = shared.house
    now = now_of(house)
    rules = Rules(house.rules, house.creditors, house.providers.channels, house.settings.volume)
    listing = "a client is known once the billing system has named it"
    with steady(house) as connection:
        client = resolve(connection, t.client.c.client_id, client_id, "client", listing)
        try:
            seen = way_ahead(connection, rules, client, now, step)
        except NoSuchStep as error:
            raise CommandFailed(clean(str(error))) from None
    if shared.json:
        shared.array([_plain(seen)])
        return
    place = place_of(seen.client)
    if seen.route is not None:
        shared.rows([_row(one) for one in seen.verdicts], _COLUMNS, "No channel is in use.")
    for obstacle in seen.obstacles:
        shared.say(clean(obstacle.text))
    hint = "" if seen.step is not None else " A step can be named with --step."
    shared.say(clean(next_message(seen, place) + hint))


def _row(one: Verdict) -> dict[str, Any]:
    contact = one.contact
    address = contact.address(one.way.channel) if contact is not None else None
    return {
        "channel": one.way.channel.value,
        "contact": clean(one.way.contact_id) if one.way.contact_id is not None else None,
        "role": clean(contact.role) if contact is not None and contact.role else None,
        "address": clean(masked(address)) if address else None,
        "verdict": one.text,
    }


def next_message(seen: WayAhead, place: Place) -> str:
    """What would go to the client next, which way and when, in a sentence."""
    if seen.step is None:
        return f"Nothing would be sent to client {seen.client.client_id} in the next {SPAN.days} days."
    name = f"The {seen.step.name}"
    if seen.goes is None:
        return f"{name} would not go: {no_way_to(seen.client)}"
    way = f"by {seen.goes.channel.value} to {seen.goes.contact_id}"
    if seen.at is None:
        return f"{name} is not foreseen in the next {SPAN.days} days; if it came now, it would go {way}."
    if seen.kind is Kind.APPROVAL:
        return f"{name} would be put before a person at {instant(seen.at, place)}, and go {way} after a yes."
    return f"{name} would go {way} at {instant(seen.at, place)}."


def _plain(seen: WayAhead) -> dict[str, Any]:
    return {
        "client_id": seen.client.client_id,
        "policy": seen.policy.identity,
        "step": seen.step.name if seen.step is not None else None,
        "channel": seen.goes.channel.value if seen.goes is not None else None,
        "contact_id": seen.goes.contact_id if seen.goes is not None else None,
        "at": seen.at,
        "needs_approval": seen.kind is Kind.APPROVAL,
        "ways": [
            {
                "channel": one.way.channel.value,
                "contact_id": one.way.contact_id,
                "role": one.contact.role if one.contact is not None else None,
                "code": one.way.code,
                "verdict": one.text,
            }
            for one in seen.verdicts
        ],
        "in_the_way": [
            {
                "reason": one.reason.value if one.reason is not None else None,
                "text": one.text,
                "until": one.until,
            }
            for one in seen.obstacles
        ],
    }
