"""A unit of work: one transaction, one instant, and the journal entries that commit with it.

    with ledger.begin(now) as unit:
        ...
        unit.note("message.planned", client_id=..., reasons=[Reason.STEP_DUE])

The entries are written just before the commit, in one statement. An exception rolls everything back.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Engine

from ledger.journal import Entry, write_entries
from reminders.reasons import Reason

SYSTEM = "system"


class Unit:
    """One transaction at one instant. Made by `Ledger.begin`."""

    def __init__(self, connection: Connection, now: datetime) -> None:
        self.connection = connection
        self.now = now
        self._entries: list[Entry] = []

    def note(
        self,
        kind: str,
        *,
        client_id: str | None = None,
        invoice_ids: Iterable[str] = (),
        message_id: str | None = None,
        caused_by: str | None = None,
        by: str = SYSTEM,
        reasons: Iterable[Reason] = (),
        data: Mapping[str, Any] | None = None,
    ) -> None:
        """Append to the journal. `data` must hold no address, phone number or text of a message."""
        self._entries.append(
            Entry(
                kind=kind,
                client_id=client_id,
                invoice_ids=tuple(invoice_ids),
                message_id=message_id,
                caused_by=caused_by,
                by=by,
                reasons=tuple(reason.value for reason in reasons),
                data=dict(data) if data else {},
            )
        )

    @property
    def entries(self) -> tuple[Entry, ...]:
        """What will be written at the commit."""
        return tuple(self._entries)


class Ledger:
    """The database and the secret that marks this deployment's journal entries."""

    def __init__(self, engine: Engine, secret: bytes) -> None:
        self.engine = engine
        self.secret = secret

    @contextmanager
    def begin(self, now: datetime) -> Iterator[Unit]:
        """A transaction that commits at the end of the block, journal included, or rolls back on an exception."""
        with self.engine.begin() as connection:
            unit = Unit(connection, now)
            yield unit
            if unit.entries:
                write_entries(connection, unit.entries, now, self.secret)

    @contextmanager
    def read(self) -> Iterator[Connection]:
        """A connection for reading. It sees one state of the database, whatever is committed meanwhile."""
        with self.engine.connect() as connection:
            options: dict[str, Any] = {"read_only": True}
            if connection.dialect.name == "postgresql":
                options["isolation_level"] = "REPEATABLE READ"
            yield connection.execution_options(**options)
