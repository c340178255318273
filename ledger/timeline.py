"""The timeline of a case in plain words: what happened, what was decided and why, what became of each message.

It is read from the journal, whose entries say what and when; the words of facts, subjects and notes come from the
tables beside it. What a client wrote is not told here, only that there is something to read, and where.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, Row, Select, or_, select

from events.contracts.cloudevent import CloudEvent
from ledger import tables as t
from ledger.journal import HASHED
from ledger.keys import among
from ledger.outgoing import plain
from ledger.profiles import client_of
from ledger.stamps import event_id_of, stamp_of
from ledger.story import Story
from ledger.telling import Told, left_out, tell
from reminders.calendar import Place, place_of
from reminders.reasons import Reason

SHORTEST = 6
"""Characters of a message's id that are enough to name it."""
_UNSAID = frozenset({Reason.NOT_DUE})
"""What was left out because its day had not come is no news; what comes next is told of the present only."""
_REPLACED = {
    "client.updated": "A profile of the client came",
    "client.hardship_declared": "Word of a hardship or a breathing space came",
    "client.hardship_ended": "The end of a hardship came",
    "client.paused": "A pause of the client came",
    "client.resumed": "The end of a pause of the client came",
    "invoice.issued": "An invoice came",
    "invoice.updated": "A changed invoice came",
    "invoice.paused": "A pause came",
    "invoice.resumed": "The end of a pause came",
    "credit_note.issued": "A credit note came",
    "payment.received": "A payment came",
    "payment.pending": "A direct debit came",
    "promise.made": "A promise came",
    "plan.agreed": "A payment plan came",
    "dispute.opened": "A dispute came",
}
"""What an event of that type said, where nothing of it is left. Of another type, its name stands for it."""
_AT_ONCE = timedelta(minutes=1)
"""A decision that others wait for (a task that falls away) is followed by the next one within that."""


@dataclass(frozen=True, slots=True)
class Subject:
    """Whose timeline, and what of it: all of a client, some invoices, or one message."""

    client_id: str
    invoice_ids: tuple[str, ...] = ()
    message_id: str | None = None


@dataclass(frozen=True, slots=True)
class Note:
    """One thing that happened, in words."""

    at: datetime
    kind: str
    text: str
    reasons: tuple[Reason, ...] = ()
    invoice_ids: tuple[str, ...] = ()
    message_id: str | None = None
    by: str = "system"


def find(connection: Connection, given: str) -> list[Subject]:
    """Whom or what a person means: a client, an invoice by id or number, a message by id or its beginning.

    Several: the name is not clear. None: nobody knows it.
    """
    c, i, m = t.client.c, t.invoice.c, t.message.c
    if connection.execute(select(c.client_id).where(c.client_id == given)).first():
        return [Subject(given)]
    for wanted in (i.invoice_id == given, i.number == given):
        found = connection.execute(
            select(i.client_id, i.invoice_id).where(wanted).order_by(i.invoice_id)
        ).all()
        if found:
            return [Subject(row.client_id, (row.invoice_id,)) for row in found]
    if len(given) < SHORTEST:
        return []
    begins = m.message_id.startswith(given, autoescape=True)
    rows = connection.execute(
        select(m.client_id, m.message_id, m.invoice_ids).where(begins).order_by(m.message_id).limit(11)
    )
    return [Subject(row.client_id, tuple(row.invoice_ids), row.message_id) for row in rows]


def numbers_of(connection: Connection, client_id: str) -> dict[str, str]:
    """The numbers of a client's invoices, by id."""
    i = t.invoice.c
    rows = connection.execute(
        select(i.invoice_id, i.number).where(i.client_id == client_id).order_by(i.invoice_id)
    )
    return {row.invoice_id: row.number for row in rows}


def timeline(connection: Connection, subject: Subject) -> list[Note]:
    """All that is known of the subject, oldest first."""
    client_id = subject.client_id
    c = t.client.c
    profile = connection.execute(select(c.profile).where(c.client_id == client_id)).scalar_one_or_none()
    place = place_of(client_of(client_id, profile))
    numbers = numbers_of(connection, client_id)
    facts = {told.stamp: told for told in tell(connection, client_id, numbers)}
    messages = connection.execute(
        select(t.message, t.body.c.subject)
        .outerjoin(t.body, t.body.c.message_id == t.message.c.message_id)
        .where(t.message.c.client_id == client_id)
    ).all()
    tasks = connection.execute(select(t.task).where(t.task.c.client_id == client_id)).all()
    story = Story(
        place,
        numbers,
        {row.message_id: row for row in messages},
        {row.task_id: row for row in tasks},
        _responses(connection, client_id),
    )
    runs = _Runs(place, numbers)
    notes: list[Note] = []
    for entry in map(plain, _entries(connection, client_id, list(numbers), list(facts))):
        if entry["kind"] == "decision.made":
            notes += runs.decided(entry)
        text, invoice_ids = _event(entry, facts, numbers) or story.words(entry)
        if text:
            reasons = () if entry["kind"] == "decision.made" else _reasons(entry["reasons"])
            notes.append(_note(entry, text, reasons, invoice_ids))
    notes = sorted(
        [*notes, *runs.ended()], key=lambda note: note.at
    )  # stable: the journal's order within an instant
    spoken = {row.message_id for row in messages if set(subject.invoice_ids).intersection(row.invoice_ids)}
    return [note for note in notes if _concerns(note, subject, spoken)]


def _responses(connection: Connection, client_id: str) -> dict[str, Row[Any]]:
    """The client's responses by id: where each came from, and the task in which it can be read."""
    r = t.response.c
    wanted: Select[Any] = select(
        r.response_id, r.provider, r.task_id, r.answer, r.answer_sure, r.answer_words, r.promised_on
    ).where(r.client_id == client_id)
    return {row.response_id: row for row in connection.execute(wanted)}


def _entries(
    connection: Connection, client_id: str, invoice_ids: list[str], stamps: list[str]
) -> Sequence[Row[Any]]:
    """The client's entries, and those of events that name only an invoice or a payment of theirs.

    Such an entry names no client; it is found among those without one by its invoice, or by the event that wrote a
    fact of the client's.
    """
    j = t.journal.c
    nobody = j.client_id.is_(None) & (j.kind == "event.applied")
    alone = among(j.invoice_ids, [f'["{invoice_id}"]' for invoice_id in invoice_ids])
    events = among(j.caused_by, [event_id_of(stamp) for stamp in stamps]) & (j.invoice_ids == "[]")
    return connection.execute(
        select(*[j[name] for name in HASHED])
        .where(or_(j.client_id == client_id, nobody & or_(alone, events)))
        .order_by(j.written)
    ).all()


def _event(
    entry: dict[str, Any], facts: dict[str, Told], numbers: dict[str, str]
) -> tuple[str, tuple[str, ...]] | None:
    """An event in the words of the fact it wrote; one that a later event replaced, by its kind alone."""
    if entry["kind"] != "event.applied":
        return None
    data = entry["data"]
    at = datetime.fromisoformat(data["time"])
    event = CloudEvent(
        specversion="1.0", id=entry["caused_by"], source=data["source"], type=data["type"], time=at
    )
    told = facts.get(stamp_of(event))
    if told is not None:
        return told.text, told.invoice_ids or tuple(entry["invoice_ids"])
    if data["type"] == "payment.reversed" and entry["client_id"] is None:
        return "", ()  # another client's event with the same id
    about = ", ".join(numbers.get(one, one) for one in entry["invoice_ids"])
    what = _REPLACED.get(data["type"], data["type"])
    return f"{what}{f' ({about})' if about else ''}; a later event replaced it.", tuple(entry["invoice_ids"])


@dataclass(slots=True)
class _Run:
    """Something that was left out by one decision after another."""

    entry: dict[str, Any]
    until: datetime | None

    def lasted(self, at: datetime) -> bool:
        """Whether it was left out for a while before that instant; what went at once did not wait."""
        return at - datetime.fromisoformat(self.entry["at"]) > _AT_ONCE


@dataclass(slots=True)
class _Runs:
    """Folds what decisions leave out: as long as one after another says the same, it is said once."""

    place: Place
    numbers: dict[str, str]
    _open: dict[tuple[str, str | None, str | None], _Run] = field(default_factory=dict)

    def decided(self, entry: dict[str, Any]) -> list[Note]:
        """Take in a decision; returns notes for what it no longer leaves out."""
        before, self._open = self._open, {}
        at = datetime.fromisoformat(entry["at"])
        taken = {planned["step"] for planned in entry["data"].get("planned", ())}
        for left in entry["data"]["left_out"]:
            key = (left["reason"], left.get("step"), left.get("invoice_id"))
            run = before.pop(key, None) or _Run(entry, None)
            run.until = datetime.fromisoformat(left["until"]) if left.get("until") else None
            self._open[key] = run
        return self._told({key: run for key, run in before.items() if key[1] not in taken or run.lasted(at)})

    def ended(self) -> list[Note]:
        """Notes for what is still left out."""
        return self._told(self._open)

    def _told(self, runs: dict[tuple[str, str | None, str | None], _Run]) -> list[Note]:
        """One note for all invoices of which the same was said at the same time."""
        together: dict[tuple[str, str, str | None, datetime | None], tuple[_Run, list[str]]] = {}
        for (reason, step, invoice_id), run in runs.items():
            if Reason(reason) in _UNSAID:
                continue
            _, ids = together.setdefault((run.entry["id"], reason, step, run.until), (run, []))
            if invoice_id:
                ids.append(invoice_id)
        notes = []
        for (_, code, step, until), (run, ids) in together.items():
            named = [self.numbers.get(one, one) for one in ids]
            text = left_out(Reason(code), named, step, until, self.place)
            notes.append(_note(run.entry, text, (Reason(code),), tuple(ids)))
        return notes


def _note(
    entry: dict[str, Any], text: str, reasons: tuple[Reason, ...], invoice_ids: tuple[str, ...]
) -> Note:
    at = datetime.fromisoformat(entry["at"])
    return Note(at, entry["kind"], text, reasons, invoice_ids, entry["message_id"], entry["by"])


def _reasons(codes: Sequence[str]) -> tuple[Reason, ...]:
    known = {reason.value for reason in Reason}
    return tuple(Reason(code) for code in codes if code in known)


def _concerns(note: Note, subject: Subject, spoken: set[str]) -> bool:
    """Whether a note belongs to the subject's timeline; what concerns the client as a whole concerns each invoice."""
    if subject.message_id is not None:
        shared = set(note.invoice_ids).intersection(subject.invoice_ids)
        return note.message_id == subject.message_id or (note.kind == "event.applied" and bool(shared))
    if not subject.invoice_ids or note.message_id in spoken:
        return True
    if note.message_id is not None and note.kind != "response.recorded":
        return False
    return not note.invoice_ids or bool(set(note.invoice_ids).intersection(subject.invoice_ids))
