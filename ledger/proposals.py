"""Terms that a client wishes on their own page: agreed at once, or proposed to a person whose yes agrees them.

An agreement is a row of the table in which the billing system's own promises and plans stand. Its stamp says when it
was agreed, so a plan that billing states later for one of the same invoices takes its place.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import Connection, Row, select, update

from ledger import tables as t
from ledger.apply import touch
from ledger.bulk import append, merge
from ledger.keys import among
from ledger.snapshots import agreed_id_of
from ledger.snapshots.terms import instalments_of
from ledger.tasks import close_errands, open_task
from ledger.telling import day, money
from ledger.types import iso
from ledger.unit import Unit
from ledger.visits import AGREED, PROPOSED, PROVIDER, Visit, hear, note_heard
from reminders.answers import AnswerKind
from reminders.money import Money
from reminders.offers import Terms
from reminders.reasons import Reason
from reminders.snapshot import Instalment
from reminders.tasks import TaskKind, TaskState

_PROPOSED = select(t.proposal).where(among(t.proposal.c.task_id, "ids")).order_by(t.proposal.c.currency)


def agree(unit: Unit, visit: Visit, key: str, wished: Sequence[Terms]) -> tuple[str, ...]:
    """Agree terms at once; returns the clients to look at again (none where the form came in before)."""
    promised_on = wished[0].parts[0].due_on if len(wished[0].parts) == 1 else None
    answer = AnswerKind.PROMISE if promised_on else None
    response_id = hear(
        unit, visit, key, AGREED, text=_in_words(wished), answer=answer, promised_on=promised_on
    )
    if response_id is None:
        return ()
    agreed = _write(unit, visit.client_id, response_id, wished, unit.now)
    note_heard(unit, visit, response_id, AGREED, agreed=agreed)
    touch(unit, [visit.client_id])
    return (visit.client_id,)


def propose(
    unit: Unit,
    visit: Visit,
    key: str,
    wished: Sequence[Terms],
    *,
    numbers: Iterable[str],
    due_on: date,
) -> tuple[str, ...]:
    """Ask a person to agree terms; returns the clients to look at again (none where the form came in before).

    `numbers` are those of the invoices, for the person who reads it. What was proposed before for one of them and waits
    still gives way: nobody should agree both. Reminders wait until a person has answered, as for any weighty answer.
    """
    response_id = hear(unit, visit, key, PROPOSED, text=_in_words(wished))
    if response_id is None:
        return ()
    invoice_ids = sorted({one for terms in wished for one in terms.invoice_ids})
    close_errands(unit, _waiting_for(unit, visit, invoice_ids), "The client has proposed something else.")
    note_heard(unit, visit, response_id, PROPOSED, proposed=[_plain(terms) for terms in wished])
    task_id = open_task(
        unit,
        TaskKind.PROPOSAL,
        response_id,
        client_id=visit.client_id,
        creditor_id=visit.creditor_id,
        invoice_ids=invoice_ids,
        message_id=visit.message_id,
        caused_by=response_id,
        reason=Reason.REPLY_PENDING,
        subject=response_id,
        cycle_on=unit.now.date(),
        due_on=due_on,
        brief=f"Client {visit.client_id} proposes on their own page to pay {_in_words(wished)}, for "
        f"{', '.join(numbers)}. It is more than the policy grants without asking, or was agreed once before. --approve "
        "agrees it at once, and reminders wait for it; --refuse does not, and the client should hear why. Reminders "
        "wait until then, for some working days at most.",
    )
    unit.connection.execute(
        update(t.response).where(t.response.c.response_id == response_id).values(task_id=task_id)
    )
    append(
        unit.connection,
        t.proposal,
        [
            {
                "task_id": task_id,
                "response_id": response_id,
                "client_id": visit.client_id,
                "invoice_ids": list(terms.invoice_ids),
                "currency": terms.currency,
                "instalments": _stored(terms),
                "proposed_at": unit.now,
            }
            for terms in wished
        ],
    )
    touch(unit, [visit.client_id])
    return (visit.client_id,)


def _waiting_for(unit: Unit, visit: Visit, invoice_ids: Collection[str]) -> list[str]:
    """The tasks of what was proposed to the creditor for one of these invoices, and waits for a person's yes."""
    rows = unit.connection.execute(
        select(t.task.c.task_id, t.task.c.invoice_ids).where(
            t.task.c.client_id == visit.client_id,
            t.task.c.creditor_id == visit.creditor_id,
            t.task.c.kind == TaskKind.PROPOSAL.value,
            t.task.c.state == TaskState.OPEN.value,
        )
    )
    return sorted(row.task_id for row in rows if not set(invoice_ids).isdisjoint(row.invoice_ids))


def agree_proposal(unit: Unit, task_id: str) -> list[dict[str, Any]]:
    """Agree what was proposed in that task; returns what the journal says of it. None of it may have been written."""
    p = t.proposal.c
    rows = unit.connection.execute(select(t.proposal).where(p.task_id == task_id).order_by(p.currency)).all()
    if not rows:
        return []
    return _write(unit, rows[0].client_id, rows[0].response_id, [_terms(row) for row in rows], unit.now)


def load_proposed(connection: Connection, task_ids: Sequence[str]) -> dict[str, tuple[Terms, ...]]:
    """What was proposed in these tasks, by task; in each, the currencies in the order of their codes."""
    if not task_ids:
        return {}
    found: dict[str, list[Terms]] = {}
    for row in connection.execute(_PROPOSED, {"ids": sorted(task_ids)}):
        found.setdefault(row.task_id, []).append(_terms(row))
    return {task_id: tuple(terms) for task_id, terms in found.items()}


def _write(
    unit: Unit, client_id: str, response_id: str, wished: Sequence[Terms], at: datetime
) -> list[dict[str, Any]]:
    """The rows of agreed terms, and what the journal says of them."""
    stamp = f"{iso(at)}|{PROVIDER}|{response_id}|{len(PROVIDER)}"
    told: list[dict[str, Any]] = []
    promises, plans = [], []
    for terms in wished:
        key = f"{agreed_id_of(response_id)}{terms.currency}"
        row: dict[str, Any] = {
            "stamp": stamp,
            "client_id": client_id,
            "invoice_ids": list(terms.invoice_ids),
            "currency": terms.currency,
        }
        if len(terms.parts) == 1:
            (part,) = terms.parts
            promises.append(
                {**row, "promise_id": key, "amount": part.amount, "promised_on": part.due_on, "by": None}
            )
        else:
            plans.append({**row, "plan_id": key, "instalments": _stored(terms)})
        told.append({"id": key, **_plain(terms)})
    merge(unit.connection, t.promise, promises)
    merge(unit.connection, t.plan, plans)
    return told


def _stored(terms: Terms) -> list[dict[str, str]]:
    """Instalments as a plan's row has them: amounts are decimals, as billing states them."""
    return [
        {"due_on": part.due_on.isoformat(), "amount": str(_decimal(part, terms.currency))}
        for part in terms.parts
    ]


def _terms(row: Row[Any]) -> Terms:
    return Terms(row.currency, tuple(row.invoice_ids), instalments_of(row.instalments, row.currency))


def _plain(terms: Terms) -> dict[str, Any]:
    """Terms as the journal shows them; amounts in minor units."""
    return {
        "currency": terms.currency,
        "invoice_ids": list(terms.invoice_ids),
        "parts": [[part.due_on.isoformat(), part.amount] for part in terms.parts],
    }


def _in_words(wished: Iterable[Terms]) -> str:
    return " and ".join(
        ", ".join(f"{money(part.amount, terms.currency)} by {day(part.due_on)}" for part in terms.parts)
        for terms in wished
    )


def _decimal(part: Instalment, currency: str) -> Decimal:
    return Money(part.amount, currency).decimal
