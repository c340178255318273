"""Escalation: a case that a person handed to an attorney. Nothing automatic follows until a person takes it back."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from sqlalchemy import Connection, Row, select, update

from ledger import messages
from ledger import tables as t
from ledger.apply import touch
from ledger.bulk import append
from ledger.tasks import close_for_case, close_for_message
from ledger.unit import SYSTEM, Unit
from reminders.reasons import Reason
from reminders.states import OPEN, MessageState

_NOBODY = frozenset({"", SYSTEM, "client"})
"""What stands in the journal for the program and for the client is nobody of ours."""


class NoPersonError(ValueError):
    """A decision that only a named person may take, without the name; the text says what to do."""


def person(by: str) -> str:
    """The name of the person who decides, trimmed. Raises `NoPersonError` where there is none."""
    name = by.strip()
    if name.casefold() in _NOBODY:
        raise NoPersonError("name the person who decides: --by NAME")
    return name


def escalate(
    unit: Unit,
    client_id: str,
    creditor_id: str,
    *,
    by: str,
    task_id: str,
    note: str = "",
    invoice_ids: Iterable[str] = (),
) -> None:
    """Record that a person hands the case of a client and a creditor to an attorney, and stop what still waits.

    That is messages, and what people were still to do about the case.

    `by` is the person's name, `task_id` the decision that was approved. The note stays in the ledger: the journal holds
    no free text. Raises `NoPersonError`.
    """
    name = person(by)
    append(
        unit.connection,
        t.escalation,
        [
            {
                "task_id": task_id,
                "client_id": client_id,
                "creditor_id": creditor_id,
                "at": unit.now,
                "by": name,
                "note": note or None,
            }
        ],
    )
    unit.note(
        "case.escalated",
        client_id=client_id,
        invoice_ids=invoice_ids,
        caused_by=task_id,
        by=name,
        reasons=(Reason.ESCALATED,),
        data={"creditor_id": creditor_id, "task_id": task_id},
    )
    m = t.message.c
    waiting = select(m.message_id).where(
        m.client_id == client_id,
        m.creditor_id == creditor_id,
        m.state.in_(sorted(state.value for state in OPEN)),
    )
    for message in messages.lock(unit.connection, unit.connection.execute(waiting).scalars()):
        if MessageState(message.state).is_open:
            messages.move(
                unit, message, MessageState.CANCELLED, reason=Reason.ESCALATED, by=name, caused_by=task_id
            )
            close_for_message(unit, message.message_id, Reason.ESCALATED.sentence)
    close_for_case(unit, client_id, creditor_id, Reason.ESCALATED.sentence)
    touch(unit, [client_id])


def lift_escalation(unit: Unit, client_id: str, creditor_id: str, by: str, note: str) -> bool:
    """Take a case back from the attorney; returns whether it was there. Raises `NoPersonError`.

    Automatic reminders do not begin anew by that: the decision that led there stands, and younger invoices go their
    own way.
    """
    name = person(by)
    e = t.escalation.c
    lifted = unit.connection.execute(
        update(t.escalation)
        .where(e.client_id == client_id, e.creditor_id == creditor_id, e.lifted_at.is_(None))
        .values(lifted_at=unit.now, lifted_by=name, lifted_note=note or None)
        .returning(e.task_id)
    ).all()
    if not lifted:
        return False
    unit.note(
        "operator.acted",
        client_id=client_id,
        by=name,
        data={"act": "lift escalation", "creditor_id": creditor_id},
    )
    touch(unit, [client_id])
    return True


def escalated(
    connection: Connection, client_id: str | None = None, *, everything: bool = False
) -> list[Row[Any]]:
    """The cases that are with an attorney, newest first; `everything`: also those that came back."""
    e = t.escalation.c
    wanted = select(t.escalation).order_by(e.at.desc(), e.client_id, e.creditor_id)
    if client_id is not None:
        wanted = wanted.where(e.client_id == client_id)
    if not everything:
        wanted = wanted.where(e.lifted_at.is_(None))
    return list(connection.execute(wanted).all())
