"""`preview`: what would be sent to whom in the days ahead, when and why; and what would not. It only reads."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Annotated

import typer

from config.clock import VirtualClock
from events.contracts.delivery import Delivery
from events.contracts.registry import STRUCTURED, decode
from ledger import tables as t
from ledger.apply import apply
from workers.cli.compose import House
from workers.cli.context import CommandFailed, Context
from workers.cli.forecast import Forecast
from workers.cli.play.script import OUTSIDE, read_script
from workers.cli.shown import now_of, resolve, steady
from workers.outlook import Rules, outlook

_BATCH = 500
"""Events that are taken in one transaction."""
_DATES = ["%Y-%m-%d", "%Y-%m-%dT%H:%M"]


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("preview")(preview)


def preview(
    context: typer.Context,
    days: Annotated[int, typer.Option("--days", min=1, max=366, help="How far to look ahead.")] = 14,
    client: Annotated[str | None, typer.Option("--client", help="Only this client, in full.")] = None,
    approved: Annotated[
        bool, typer.Option("--approved", help="As if a person said yes to everything at once.")
    ] = False,
    on: Annotated[
        Path | None,
        typer.Option("--on", help="On a file of events, as if it were imported now into an empty ledger."),
    ] = None,
    at: Annotated[
        datetime | None,
        typer.Option(
            "--at", formats=_DATES, help="When the file is imported (UTC); else when its last event was."
        ),
    ] = None,
) -> None:
    """What would be sent to whom, when and why, if nothing happens meanwhile; and what would not. Sends nothing."""
    shared: Context = context.obj
    if at is not None and on is None:
        raise typer.BadParameter("says when a file is imported: name one with --on", param_hint="--at")
    with _house(shared, on, at.replace(tzinfo=UTC) if at else None) as house:
        now = house.clock.now() if on is not None else now_of(house)
        rules = Rules(house.rules, house.creditors, house.providers.channels, house.settings.volume)
        with steady(house) as connection:
            only = None
            if client is not None:
                listing = "a client is known once the billing system has named it"
                only = [resolve(connection, t.client.c.client_id, client, "client", listing)]
            seen = outlook(
                connection, rules, now, now + timedelta(days=days), client_ids=only, approved=approved
            )
    forecast = Forecast(seen, now, days)
    if shared.json:
        shared.array(list(forecast.objects()))
    else:
        forecast.show(shared, whole=client is not None)


@contextmanager
def _house(shared: Context, events: Path | None, at: datetime | None) -> Iterator[House]:
    """The house of this deployment; or one like it, whose ledger has just taken a file of events."""
    if events is None:
        yield shared.house
        return
    with TemporaryDirectory(prefix="amicable-preview-") as folder:
        settings = shared.settings.model_copy(
            update={"data_dir": Path(folder), "database_url": None, "amqp_url": None}
        )
        house = House(settings)
        _ = house.rules, house.creditors  # a wrong file should be named before the work begins
        house.clock = VirtualClock(_take(house, events, at))
        try:
            yield house
        finally:
            house.ledger.engine.dispose()


def _take(house: House, events: Path, at: datetime | None) -> datetime:
    """Take all events of a file at one instant, as a first import does; returns the instant."""
    lines = [line for line in read_script(events).lines if line.kind not in OUTSIDE]
    times = [line.at for line in lines if line.at is not None]
    if not times:
        raise CommandFailed(
            f"{events} holds no event that can be read; each line is one structured CloudEvent"
        )
    now = at or max(times)
    for start in range(0, len(lines), _BATCH):
        batch = lines[start : start + _BATCH]
        with house.ledger.begin(now) as unit:
            apply(unit, [decode(Delivery(line.raw, {}, STRUCTURED)) for line in batch])
    return now
