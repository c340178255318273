"""The clients of the ledger, as a policy is chosen for them."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice
from pathlib import Path

from sqlalchemy import select
from sqlalchemy.engine import make_url

from config.policy import Traits
from config.rulebook import Rulebook
from ledger import tables as t
from ledger.snapshots import load_snapshots
from reminders.strategy import traits_of
from workers.cli.compose import House
from workers.cli.shown import now_of

_BATCH = 500


def has_ledger(house: House) -> bool:
    """Whether there is a ledger to look into: the embedded one is not made only to see that it is empty."""
    url = make_url(house.settings.effective_database_url)
    return url.get_backend_name() != "sqlite" or Path(url.database or "").is_file()


def traits_in(house: House, rules: Rulebook, only: str | None = None) -> Iterator[tuple[str, Traits]]:
    """The clients by id, with their traits."""
    now = now_of(house)
    statement = select(t.client.c.client_id).order_by(t.client.c.client_id)
    if only is not None:
        statement = statement.where(t.client.c.client_id == only)
    with house.ledger.read() as connection:
        ids = iter(connection.execute(statement).scalars().all())
        while batch := list(islice(ids, _BATCH)):
            found = load_snapshots(connection, batch, now, house.creditors.default.creditor_id)
            for client_id in batch:
                yield client_id, traits_of(found[client_id], now, rules.after_hardship_days)
