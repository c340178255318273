"""What two plays of the same events said and asked for, side by side."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from itertools import zip_longest
from typing import NamedTuple


class Subject(NamedTuple):
    """What is said or asked for at most once, but for a second channel or a round of its own."""

    client_id: str
    step: str
    about: str
    """The carrying invoice, or what else a task is about."""
    cycle_on: date
    """The day that the step counted from."""


@dataclass(frozen=True, slots=True)
class Entry:
    """A message that went out or waits for a yes, or a task for a person."""

    subject: Subject
    on: date
    """In the client's own calendar."""
    by: str
    """The channel, or `person`."""
    waits: bool = False
    """Whether it waits for a person's approval to the end."""


class Change(StrEnum):
    """What becomes of an entry under the new policy."""

    COMES = "comes"
    GOES = "goes"
    MOVES = "moves"
    """To another day, another channel or another step, or it waits for approval now and did not before."""


@dataclass(frozen=True, slots=True)
class Difference:
    """One entry that is not the same under both policies; one side is None where nothing corresponds."""

    old: Entry | None
    new: Entry | None

    @property
    def change(self) -> Change:
        """What becomes of it."""
        if self.old is None:
            return Change.COMES
        return Change.GOES if self.new is None else Change.MOVES

    @property
    def entry(self) -> Entry:
        """The one that there is, the new one before the old."""
        found = self.new or self.old
        assert found is not None
        return found


def compare(old: Sequence[Entry], new: Sequence[Entry]) -> list[Difference]:
    """What differs, by client and day.

    The same step for the same invoice and cycle is the same message, whatever its day and channel. What is then left on
    both sides for one invoice on one day is the same message with another step.
    """
    pairs = list(_paired(old, new))
    left = [d for d in pairs if d.change is not Change.MOVES]
    moved = [d for d in pairs if d.change is Change.MOVES and d.old != d.new]
    by_day = {_day(d.entry): d for d in left if d.change is Change.COMES}
    for gone in (d for d in left if d.change is Change.GOES):
        instead = by_day.pop(_day(gone.entry), None)
        moved.append(gone if instead is None else Difference(gone.old, instead.new))
    return sorted(
        [*moved, *by_day.values()], key=lambda d: (d.entry.subject.client_id, d.entry.on, d.entry.subject)
    )


def summary(differences: Iterable[Difference]) -> dict[str, dict[str, int]]:
    """How many come, go and move, for each step of the side that it is counted on."""
    counts: dict[str, Counter[str]] = {}
    for one in differences:
        step = (one.old or one.entry).subject.step
        counts.setdefault(step, Counter())[one.change] += 1
    return {
        step: {change.value: count[change] for change in Change} for step, count in sorted(counts.items())
    }


def _paired(old: Sequence[Entry], new: Sequence[Entry]) -> Iterator[Difference]:
    before, after = _by_subject(old), _by_subject(new)
    for subject in dict.fromkeys([*before, *after]):
        for one, other in zip_longest(before.get(subject, ()), after.get(subject, ())):
            yield Difference(one, other)


def _by_subject(entries: Sequence[Entry]) -> dict[Subject, list[Entry]]:
    found: dict[Subject, list[Entry]] = {}
    for entry in sorted(entries, key=lambda entry: (entry.on, entry.by)):
        found.setdefault(entry.subject, []).append(entry)
    return found


def _day(entry: Entry) -> tuple[str, str, date, date]:
    subject = entry.subject
    return subject.client_id, subject.about, subject.cycle_on, entry.on
