"""First contact with an old book: so many clients a day, in an order that is fair and stays.

A billing system that is connected brings years of open invoices at once. All of them would be written to on the first
day; a slip in the import would then have been told to everybody. So each client of such a book gets a turn: a UTC day
on which the first message may go.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Mapping
from datetime import UTC, date, datetime, time, timedelta
from typing import TypeVar

from reminders.snapshot import Invoice, Snapshot

OLD_AFTER_DAYS = 7
"""An invoice first heard of more than so many days after its issue is no new one."""
_HORIZON_DAYS = 400
"""How far beyond the first day with room a turn is looked for."""
_DAY = timedelta(days=1)

_T = TypeVar("_T")


def from_an_old_book(snapshot: Snapshot) -> bool:
    """Whether nothing was ever said to the client, and they owe something that was old when we first heard of it."""
    return not snapshot.messages and any(_old(invoice) for invoice in snapshot.invoices if invoice.open)


def _old(invoice: Invoice) -> bool:
    seen_on = invoice.first_seen_at.astimezone(UTC).date()
    return (seen_on - invoice.issued_on).days > OLD_AFTER_DAYS


def fairly(cases: Iterable[_T], client_id: Callable[[_T], str]) -> list[_T]:
    """In an order that favours no name and no country, and is the same every time: by a hash of the client's id."""
    return sorted(cases, key=lambda case: hashlib.blake2b(client_id(case).encode(), digest_size=8).digest())


class Turns:
    """The turns that are given: mutable, made anew for every batch."""

    def __init__(self, a_day: int, today: date, taken: Mapping[date, int], given: Mapping[str, date]) -> None:
        """`a_day` turns at most on each day; `taken` are those of today and later; `given` whose they are."""
        self._a_day = a_day
        self._today = today
        self.taken = dict(taken)
        """How many turns are given on each day, those given here among them."""
        self._given = given
        self._first = today
        self.new: dict[str, date] = {}
        """The turns that were given here, to be kept."""

    def wait(self, client_id: str, opening: Callable[[datetime], datetime | None]) -> datetime | None:
        """When the client's turn begins; None: it is now. A client without one gets the first there is room for.

        `opening` says from when on the client may be contacted, at or after an instant.
        """
        day = self._given.get(client_id) or self.new.get(client_id)
        if day is None or day < self._today:
            day = self._give(client_id, opening)
        if day == self._today:
            return None
        begins = _start_of(day)
        return opening(begins) or begins

    def _give(self, client_id: str, opening: Callable[[datetime], datetime | None]) -> date:
        while not self._room(self._first):
            self._first += _DAY
        day, last = self._first, self._first + timedelta(days=_HORIZON_DAYS)
        while day > self._today:
            # A turn on a day on which the client may not be contacted would be no turn.
            at = opening(_start_of(day))
            if at is None or at > _start_of(last):
                break
            day = at.astimezone(UTC).date()
            if self._room(day):
                break
            day += _DAY
        self.taken[day] = self.taken.get(day, 0) + 1
        self.new[client_id] = day
        return day

    def _room(self, day: date) -> bool:
        return self.taken.get(day, 0) < self._a_day


def _start_of(day: date) -> datetime:
    return datetime.combine(day, time(0), tzinfo=UTC)
