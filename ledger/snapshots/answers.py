"""What the clients wrote back of late: what it surely says, and whether a person has still to deal with it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, Row, Select, bindparam, select

from ledger import tables as t
from ledger.keys import among
from ledger.types import Instant
from ledger.visits import AGREED, PROPOSED
from ledger.visits import PROVIDER as PAGE
from ledger.wishes import WISHES
from reminders.answers import AnswerKind
from reminders.snapshot import Channel, PastAnswer
from reminders.tasks import TaskState

MEMORY = timedelta(days=30)
"""Answers older than that are acknowledged no more."""

_response, _task = t.response.c, t.task.c
_ANSWERS: Select[Any] = (
    select(
        _response.response_id, _response.client_id, _response.channel, _response.contact_id, _response.message_id,
        _response.received_at, _response.kind, _response.answer, _response.answer_sure, _response.provider,
        _task.state,
    )
    .outerjoin(t.task, _task.task_id == _response.task_id)
    .where(
        among(_response.client_id, "ids"),
        _response.received_at > bindparam("since", type_=Instant()),
        _response.kind.not_in(("automatic", WISHES)),
        _response.message_id.is_not(None),
    )
    .order_by(_response.received_at, _response.response_id)
)  # fmt: skip


def load_answers(
    connection: Connection, ids: Sequence[str], now: datetime
) -> dict[str, tuple[PastAnswer, ...]]:
    """Per client, what they wrote back of late, oldest first."""
    found: dict[str, list[PastAnswer]] = {}
    for row in connection.execute(_ANSWERS, {"ids": ids, "since": now - MEMORY}):
        found.setdefault(row.client_id, []).append(
            PastAnswer(
                response_id=row.response_id,
                kind=AnswerKind(row.answer) if _is_sure(row) else None,
                channel=Channel(row.channel),
                contact_id=row.contact_id,
                message_id=row.message_id,
                received_at=row.received_at,
                waits=row.state == TaskState.OPEN,
                promise_id=promise_id_of(row.response_id),
                agreed_id=agreed_id_of(row.response_id) if _is_agreed(row) else "",
            )
        )
    return {client_id: tuple(answers) for client_id, answers in found.items()}


def _is_sure(row: Row[Any]) -> bool:
    """Whether it is a message that surely says one thing.

    Who chose on their page or pressed a key was told there and then what becomes of it (terms that were agreed are
    confirmed all the same), and a keyword has the carrier's answer.
    """
    written = row.kind == "reply" and row.provider != PAGE and row.channel != Channel.VOICE
    return bool(written and row.answer and row.answer_sure)


def _is_agreed(row: Row[Any]) -> bool:
    """Whether it wished terms on the page that were agreed: at once, or by a person's yes."""
    return bool(row.kind == AGREED or (row.kind == PROPOSED and row.state == TaskState.APPROVED))


def promise_id_of(response_id: str) -> str:
    """The id of the promise that a reply made."""
    return f"reply {response_id}"


def agreed_id_of(response_id: str) -> str:
    """What the ids of the promises and plans begin with that were agreed on the page in answer to one form."""
    return f"{PAGE} {response_id} "
