"""`suppressions`: addresses that must not be used on a channel; seeing, adding and lifting them."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Annotated, Any

import typer

from channels.addresses import usable_address
from ledger import barred
from ledger.barred import Barred
from ledger.suppressions import Source
from reminders.snapshot import Channel
from workers.cli.context import Context
from workers.cli.shown import clean, instant, now_of

_SOURCES = {
    Source.RECEIPT: "provider receipt",
    Source.REFUSAL: "provider refusal",
    Source.SOFT: "failed again and again",
    Source.REPLY: "reply",
    Source.UNSUBSCRIBE_LINK: "unsubscribe link",
    Source.PERSON: "person",
}
_By = Annotated[str, typer.Option("--by", help="Who decides.")]
_Note = Annotated[str, typer.Option("--note", help="Why.")]
_On = Annotated[Channel, typer.Option("--channel", help="The channel.")]
_Address = Annotated[str, typer.Argument(metavar="ADDRESS", help="An email address, or +49…")]


def register(app: typer.Typer) -> None:
    """Add `suppressions`: alone it lists, its commands add and lift."""
    group = typer.Typer(help="Addresses that must not be used on a channel.")
    group.callback(invoke_without_command=True)(list_command)
    group.command("add")(add_command)
    group.command("lift")(lift_command)
    app.add_typer(group, name="suppressions")


def list_command(
    context: typer.Context,
    channel: Annotated[Channel | None, typer.Option("--channel", help="Only this channel's.")] = None,
    client: Annotated[
        str | None, typer.Option("--client", help="Only those of this client's addresses.")
    ] = None,
    everything: Annotated[bool, typer.Option("--all", help="Also what was lifted or has expired.")] = False,
) -> None:
    """Which addresses are barred, on which channel, why, who said so, since when and until when; newest first."""
    if context.invoked_subcommand is not None:
        return
    shared: Context = context.obj
    with shared.house.ledger.read() as connection:
        found = barred.listed(
            connection, now_of(shared.house), channel=channel, client_id=client, everything=everything
        )
    if shared.json:
        shared.array([_plain(one) for one in found])
        return
    columns = ["address", "channel", "reason", "source", "since", "until", "clients"]
    if everything:
        columns.insert(6, "state")
    shared.rows([_shown(one) for one in found], columns, "No address is barred.")


def add_command(
    context: typer.Context,
    address: _Address,
    channel: _On,
    by: _By,
    note: _Note,
    until: Annotated[
        datetime | None,
        typer.Option(
            "--until",
            formats=["%Y-%m-%d"],
            metavar="DATE",
            help="The last day on which it is barred (UTC). Without it: till it is lifted.",
        ),
    ] = None,
    client_asked: Annotated[
        bool, typer.Option("--client-asked", help="The client asked for no more messages there: an opt-out.")
    ] = False,
) -> None:
    """Bar an address on a channel; what waits to go there is ended, and its clients are looked at again."""
    shared: Context = context.obj
    _check(channel, address)
    last_day = until.date() if until else None
    with shared.house.ledger.begin(now_of(shared.house)) as unit:
        suppression_id, clients = barred.add(
            unit, channel, address, by, note, until=last_day, client_asked=client_asked
        )
    shared.seal_if_alone()
    if shared.json:
        shared.line({"suppression_id": suppression_id, "clients": clients})
    else:
        end = f"through {last_day}" if last_day else "till somebody lifts it"
        shared.say(clean(f"Barred by {channel.value} {end}. {_looked_at(clients)}"))


def lift_command(
    context: typer.Context,
    address: _Address,
    channel: _On,
    by: _By,
    note: _Note,
    client_asked: Annotated[
        bool, typer.Option("--client-asked", help="The client asked to be written to there again.")
    ] = False,
) -> None:
    """Allow an address on a channel again; its clients are looked at again."""
    shared: Context = context.obj
    with shared.house.ledger.begin(now_of(shared.house)) as unit:
        ids, clients = barred.lift(unit, channel, address, by, note, client_asked=client_asked)
    shared.seal_if_alone()
    if shared.json:
        shared.line({"suppression_ids": ids, "clients": clients})
    else:
        shared.say(clean(f"Allowed by {channel.value} again. {_looked_at(clients)}"))


def _check(channel: Channel, address: str) -> None:
    """Refuse what can be no address: a slip of the pen would bar nobody. A landline may be barred, for texts too."""
    email = channel is Channel.EMAIL
    if usable_address(Channel.EMAIL if email else Channel.VOICE, address) is None:
        how = "an email address" if email else "a phone number with its country, like +4930123456"
        raise typer.BadParameter(f"for {channel.value}, give {how}", param_hint="ADDRESS")


def _looked_at(clients: tuple[str, ...]) -> str:
    if not clients:
        return "No client has this address in their profile."
    return f"Looked at again: {', '.join(clients)}."


def _plain(one: Barred) -> dict[str, Any]:
    return {
        "suppression_id": one.suppression_id,
        "address": one.address,
        "channel": one.channel.value,
        "reason": one.reason.value,
        "source": one.source.value,
        "source_id": one.source_id,
        "since": one.since.astimezone(UTC),
        "expires_on": one.expires_on,
        "lifted_at": one.lifted_at,
        "stands": one.stands,
        "by": one.by,
        "note": one.note,
        "clients": list(one.clients),
    }


def _shown(one: Barred) -> dict[str, Any]:
    state = "barred" if one.stands else "lifted" if one.lifted_at else "expired"
    return {
        "address": clean(one.address),
        "channel": one.channel.value,
        "reason": one.reason.value,
        "source": _SOURCES[one.source] + (clean(f" ({one.by})") if one.by else ""),
        "since": instant(one.since),
        "until": one.expires_on,
        "state": state,
        "clients": [clean(client_id) for client_id in one.clients],
    }
