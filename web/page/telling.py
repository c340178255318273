"""Answers that a person reads: something is wrong, it is difficult, call me, it is not me. Reminders wait meanwhile."""

from __future__ import annotations

from collections.abc import Iterable

from ledger import replies
from ledger.unit import Unit
from ledger.visits import PROVIDER
from reminders import answers as read
from reminders.answers import AnswerKind
from reminders.feedback import Reply
from reminders.snapshot import Invoice
from web.page.answers import Answer, Done, Group
from web.page.choices import any_open, invoices_field, options
from web.page.fields import Field, Kind, Values
from web.page.guest import Guest, open_with
from web.page.masked import masked

_REASONS = ("amount", "delivery", "unknown", "details", "other")
_WHEN = ("any", "morning", "afternoon")


def told(
    guest: Guest,
    unit: Unit,
    key: str,
    name: str,
    kind: AnswerKind,
    text: str,
    note: str | None = None,
    about: Iterable[Invoice] = (),
) -> Done:
    """Record an answer as any reply that surely says this; `text` is in a person's own words, `note` the client's.

    `about` are the invoices that were chosen.
    """
    text = f"On their own page: {text} {note or ''}".rstrip()
    reply = Reply(
        provider=PROVIDER,
        channel=guest.visit.channel,
        key=key,
        sender=guest.visit.address,
        recipient=PROVIDER,
        text=text,
        received_at=unit.now,
        reference=guest.visit.message_id,
        answer=read.Answer(kind, sure=True),
        invoice_ids=tuple(invoice.invoice_id for invoice in about),
    )
    return Done(f"{name}_done", replies.record(unit, reply, guest.reading))


def _note(guest: Guest, *, required: bool = False) -> Field:
    return Field("note", Kind.TEXT, guest.words.text("field_note"), required=required)


def _wrong_fields(guest: Guest) -> tuple[Field, ...]:
    text = guest.words.text
    return (
        invoices_field(guest, open_with(guest)),
        Field(
            "reason",
            Kind.ONE,
            text("field_reason"),
            options(guest, "reason", _REASONS),
        ),
        _note(guest),
    )


def _wrong(guest: Guest, unit: Unit, key: str, values: Values) -> Done:
    about = guest.chosen(values["invoices"])
    numbers = ", ".join(invoice.number for invoice in about)
    text = f"Something is wrong with {numbers}: {values['reason']}."
    return told(guest, unit, key, "wrong", AnswerKind.DISPUTE, text, values["note"], about)


def _hardship(guest: Guest, unit: Unit, key: str, values: Values) -> Done:
    text = "It is difficult to pay at the moment."
    return told(guest, unit, key, "hardship", AnswerKind.HARDSHIP, text, values["note"])


def _number(guest: Guest) -> str:
    """The number on which the link's own contact is called; empty: none is on file."""
    return (guest.contact.phone or "") if guest.contact is not None else ""


def _call_lead(guest: Guest) -> str:
    number = _number(guest)
    if not number:
        return guest.words.text("call_lead_new")
    return guest.words.text("call_lead", number=masked(number))


def _call_fields(guest: Guest) -> tuple[Field, ...]:
    text, known = guest.words.text, bool(_number(guest))
    return (
        Field(
            "phone",
            Kind.PHONE,
            text("field_phone" if known else "field_phone_new"),
            required=not known,
            hint=text("field_phone_hint"),
            region=guest.snapshot.client.country or "",
        ),
        Field(
            "when",
            Kind.ONE,
            text("field_when"),
            options(guest, "when", _WHEN),
            initial=("any",),
        ),
        _note(guest),
    )


def _call(guest: Guest, unit: Unit, key: str, values: Values) -> Done:
    number = f" on {values['phone']}" if values["phone"] else ""
    text = f"Please call{number} ({values['when']})."
    return told(guest, unit, key, "call", AnswerKind.CALL_ME, text, values["note"])


def _person_fields(guest: Guest) -> tuple[Field, ...]:
    return (Field("who", Kind.LINE, guest.words.text("field_who"), required=False),)


def _person(guest: Guest, unit: Unit, key: str, values: Values) -> Done:
    who = f" In charge: {values['who']}." if values["who"] else ""
    return told(guest, unit, key, "person", AnswerKind.WRONG_PERSON, f"Not the right person.{who}")


TELLING: tuple[Answer, ...] = (
    Answer("wrong", Group.OTHER, _wrong_fields, _wrong, offered=any_open),
    Answer("hardship", Group.OTHER, lambda guest: (_note(guest),), _hardship),
    Answer("call", Group.OTHER, _call_fields, _call, lead=_call_lead),
    Answer("person", Group.OTHER, _person_fields, _person),
)
