"""An outlook for people and for programs: by day in the client's own time, with totals, alarms and what is not said."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from datetime import date, datetime, timedelta
from typing import Any

from rich.cells import cell_len

from ledger.telling import day as spelled
from ledger.telling import moment
from reminders.calendar import Place, place_of
from reminders.decision import Item
from reminders.foresight import Foreseen, Kind, NotSaid
from reminders.money import Money
from reminders.reasons import Reason
from reminders.tasks import TaskKind
from workers.cli.context import Context
from workers.cli.shown import amounts, clean, says_unicode, sums
from workers.outlook import Ahead, Day, Outlook

_ALL_SAID = frozenset({Reason.CARRIED})
"""What another message speaks of is not left unsaid."""


class Forecast:
    """One outlook, ready to be shown."""

    def __init__(self, seen: Outlook, now: datetime, days: int) -> None:
        self._seen = seen
        self._now = now
        self._days = days
        self._places = {ahead.client.client_id: place_of(ahead.client) for ahead in seen.ahead}

    # --- for programs

    def objects(self) -> Iterator[dict[str, Any]]:
        """One object for each message, task and silence, in the order of time; then one for each day of alarm."""
        found = [
            *(_object(ahead, one) for ahead in self._seen.ahead for one in ahead.foresight.foreseen),
            *(_silence(ahead, one) for ahead in self._seen.ahead for one in _silences(ahead)),
        ]
        yield from sorted(found, key=lambda one: (one["at"], one["client_id"], one["kind"]))
        for day in self._alarms():
            yield {
                "kind": "alarm",
                "at": day.day,
                "planned": day.planned,
                "usual": day.usual,
                "limit": day.limit,
            }

    # --- for people

    def show(self, shared: Context, *, whole: bool) -> None:
        """Everything on a page; `whole`: every single silence of one client, instead of how many there are of each."""
        shared.say("\n".join(self._page(whole)))

    def _page(self, whole: bool) -> Iterator[str]:
        until = self._now + timedelta(days=self._days)
        yield (
            f"From {_utc(self._now)} to {_utc(until)}, if nothing happens meanwhile. "
            "Nothing is sent by looking. Times are the client's own.\n"
        )
        yield from map(_alarm, self._alarms())
        if self._seen.spread:
            yield (
                f"{self._seen.spread:,} clients of an old book hear from us first on a later day: so many new contacts "
                "on one day are too many.\n"
            )
        yield from self._messages()
        yield from self._tasks()
        yield from self._silences_whole() if whole else self._silences_counted()
        yield from self._totals()

    def _messages(self) -> Iterator[str]:
        by_day: dict[date, list[tuple[Ahead, Foreseen]]] = defaultdict(list)
        for ahead, one in self._of(Kind.MESSAGE):
            by_day[self._local(ahead, one.at).date()].append((ahead, one))
        if not by_day:
            yield "No message would go.\n"
        for day in sorted(by_day):
            rows = [
                (
                    f"{self._local(ahead, one.at):%H:%M}",
                    _name(ahead),
                    one.step,
                    one.channel.value if one.channel else None,
                    _contact(ahead, one.contact_id),
                    _sums(one.amounts),
                    _about(one.items),
                    _why(one.reasons),
                )
                for ahead, one in by_day[day]
            ]
            columns = ("", "client", "step", "by", "to", "asks for", "about", "why")
            yield listed(f"{day:%A}, {spelled(day)}", columns, rows)

    def _tasks(self) -> Iterator[str]:
        asked = [*self._of(Kind.APPROVAL), *self._of(Kind.TASK)]
        rows = [
            (
                f"{self._local(ahead, one.at):%a %Y-%m-%d %H:%M}",
                _name(ahead),
                _kind(one) if one.step in (None, _kind(one)) else f"{_kind(one)}: {one.step}",
                _sums(one.amounts),
                _about(one.items),
                _why(one.reasons),
            )
            for ahead, one in sorted(asked, key=lambda pair: (pair[1].at, pair[0].client.client_id))
        ]
        if rows:
            yield listed("Waits for a person", ("from", "client", "what", "sum", "about", "why"), rows)

    def _silences_whole(self) -> Iterator[str]:
        rows = [
            (
                ahead.numbers.get(one.invoice_id, one.invoice_id) if one.invoice_id else None,
                one.step,
                _why(dict.fromkeys([one.reason, *(reason for _, reason in one.ways)])),
                moment(one.since, place),
                moment(one.until, place) if one.until else None,
            )
            for ahead in self._seen.ahead
            for place in (self._places[ahead.client.client_id],)
            for one in _silences(ahead)
        ]
        if rows:
            yield listed("Not said, and why", ("about", "step", "why", "from", "until"), rows)

    def _silences_counted(self) -> Iterator[str]:
        """The invoices that no message speaks of, by the last reason named."""
        invoices: Counter[Reason] = Counter()
        clients: dict[Reason, set[str]] = defaultdict(set)
        for ahead in self._seen.ahead:
            said = {
                item.invoice_id
                for one in ahead.foresight.foreseen
                if one.kind is Kind.MESSAGE
                for item in one.items
            }
            last = {one.invoice_id: one.reason for one in _silences(ahead) if one.invoice_id not in said}
            invoices.update(last.values())
            for reason in last.values():
                clients[reason].add(ahead.client.client_id)
        rows = [
            (f"{count:,}", f"{len(clients[reason]):,}", reason.sentence)
            for reason, count in invoices.most_common()
        ]
        if rows:
            yield listed("Not spoken of in these days, and why", ("invoices", "clients", "why"), rows)

    def _totals(self) -> Iterator[str]:
        days: dict[date, Counter[str]] = defaultdict(Counter)
        for ahead, one in self._of(Kind.MESSAGE):
            days[self._local(ahead, one.at).date()][one.step or ""] += 1
        if not days:
            return
        total = sum(days.values(), Counter[str]())
        rows = [
            (f"{day:%a} {day}", *(str(days[day][step] or "–") for step in total), str(days[day].total()))
            for day in sorted(days)
        ]
        rows.append(("all", *map(str, total.values()), str(total.total())))
        yield listed("Messages", ("day", *total, "all"), rows)

    # --- what both need

    def _alarms(self) -> list[Day]:
        return [day for day in self._seen.days if day.alarming]

    def _of(self, kind: Kind) -> list[tuple[Ahead, Foreseen]]:
        """What is foreseen of that kind, in the order of time."""
        found = [
            (ahead, one) for ahead in self._seen.ahead for one in ahead.foresight.foreseen if one.kind is kind
        ]
        return sorted(found, key=lambda pair: (pair[1].at, pair[0].client.client_id))

    def _local(self, ahead: Ahead, at: datetime) -> datetime:
        place: Place = self._places[ahead.client.client_id]
        return at.astimezone(place.zones[0])


def _object(ahead: Ahead, one: Foreseen) -> dict[str, Any]:
    return {
        "at": one.at,
        "client_id": ahead.client.client_id,
        "contact_id": one.contact_id,
        "channel": one.channel,
        "step": one.step,
        "tone": one.tone,
        "invoice_ids": [item.invoice_id for item in one.items],
        "amounts": amounts([(money.currency, money.minor) for money in one.amounts]),
        "reasons": list(one.reasons),
        "kind": "message" if one.kind is Kind.MESSAGE else "task",
        "task": None if one.kind is Kind.MESSAGE else _kind(one),
        "creditor_id": one.creditor_id,
        "message_id": one.message_id,
        "until": one.until,
    }


def _silence(ahead: Ahead, one: NotSaid) -> dict[str, Any]:
    return {
        "at": one.since,
        "client_id": ahead.client.client_id,
        "contact_id": None,
        "channel": None,
        "step": one.step,
        "tone": None,
        "invoice_ids": [one.invoice_id] if one.invoice_id else [],
        "amounts": [],
        "reasons": list(dict.fromkeys([one.reason, *(reason for _, reason in one.ways)])),
        "kind": "not_sent",
        "task": None,
        "creditor_id": None,
        "message_id": None,
        "until": one.until,
    }


def _silences(ahead: Ahead) -> list[NotSaid]:
    """What is not said to a client, and would be if it were not for the reason: nobody misses what is settled."""
    return [
        one
        for one in ahead.foresight.not_said
        if one.reason not in _ALL_SAID and one.invoice_id not in ahead.settled
    ]


def _kind(one: Foreseen) -> str:
    return (one.task or TaskKind.APPROVAL).value


def _alarm(day: Day) -> str:
    return (
        f"{'⚠' if says_unicode() else '!'} Volume alarm: {day.planned:,} messages on {spelled(day.day)} (UTC); the "
        f"most on one of the days before were {day.usual:,}. Beyond {day.limit:,}, the others are held until a person "
        "says yes.\n"
    )


def _utc(at: datetime) -> str:
    return f"{at:%A}, {spelled(at.date())}, {at:%H:%M} UTC"


def _name(ahead: Ahead) -> str:
    client = ahead.client
    return f"{client.name} ({client.client_id})" if client.name else client.client_id


def _contact(ahead: Ahead, contact_id: str | None) -> str | None:
    found = next((c for c in ahead.client.contacts if c.contact_id == contact_id), None)
    return (found.name or found.contact_id) if found is not None else contact_id


def _sums(moneys: Iterable[Money]) -> str:
    return sums([(money.currency, money.minor) for money in moneys])


def _about(items: Iterable[Item]) -> str:
    return ", ".join(item.number for item in items)


def _why(reasons: Iterable[Reason]) -> str:
    return " ".join(reason.sentence for reason in reasons)


def listed(title: str, columns: Sequence[str], rows: Iterable[Sequence[str | None]]) -> str:
    """A titled table as plain text, a line for each row: there may be tens of thousands of them."""
    cells = [list(columns), *([clean(cell) if cell is not None else "–" for cell in row] for row in rows)]
    widths = [max(map(cell_len, column)) for column in zip(*cells, strict=True)]
    lines = (
        "  ".join(
            cell + " " * (width - cell_len(cell)) for cell, width in zip(row, widths, strict=True)
        ).rstrip()
        for row in cells
    )
    return "\n".join((title, *lines, ""))
