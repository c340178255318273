"""What a client told us of late, in whatever way, and what became of it: for the client's own eyes.

Kinds, days and outcomes, never a text: a link can be forwarded, and a colleague's words are not the reader's. What
concerns the account (that it is paid, promised, contested, proposed; how to be reached) is the client's; the rest is
shown to nobody but the contact who said it.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import Connection, Row, Select, and_, or_, select

from ledger import tables as t
from ledger.proposals import load_proposed
from ledger.snapshots import agreed_id_of, promise_id_of
from ledger.suppressions import normal
from ledger.unit import SYSTEM
from ledger.visits import AGREED, PROPOSED, PROVIDER, Visit
from ledger.wishes import WISHES
from reminders.answers import AnswerKind
from reminders.offers import Terms
from reminders.snapshot import Channel
from reminders.tasks import TaskState

MEMORY = timedelta(days=90)
"""What was said longer ago is not shown."""
MOST = 5
"""No more than so many are shown, the newest ones."""

_r, _m, _t = t.response.c, t.message.c, t.task.c
_OF_THE_ACCOUNT = or_(
    _r.kind.in_((AGREED, PROPOSED, WISHES)),
    and_(
        _r.kind == "reply",
        _r.answer_sure,
        _r.answer.in_(sorted((AnswerKind.PAID, AnswerKind.PROMISE, AnswerKind.DISPUTE))),
    ),
)
_HEARD: Select[Any] = (
    select(
        _r.response_id, _r.provider, _r.channel, _r.kind, _r.received_at, _r.answer, _r.answer_sure, _r.promised_on,
        _t.task_id, _t.state, _t.by, _t.due_on, _t.invoice_ids,
    )
    .join(t.message, _m.message_id == _r.message_id)
    .outerjoin(t.task, _t.task_id == _r.task_id)
    .where(_r.kind.not_in(("automatic", "help")))
    .order_by(_r.received_at.desc(), _r.response_id.desc())
    .limit(MOST)
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Errand:
    """What a person has to do about it, or did."""

    state: TaskState
    due_on: date | None
    """By when it should be dealt with: a date of the client's calendar."""
    invoice_ids: tuple[str, ...]
    fell_away: bool
    """Whether it was closed without a person: a proposal gave way to the next one, or money has settled the rest."""


@dataclass(frozen=True, slots=True)
class Heard:
    """One thing that a client told us."""

    response_id: str
    kind: str
    """The class of the response, as the journal has it."""
    answer: AnswerKind | None
    """What it surely says; None: it was not read, or a person has to make it out."""
    channel: Channel
    on_page: bool
    at: datetime
    promised_on: date | None
    errand: Errand | None
    """None: nobody has to do anything about it."""
    proposed: tuple[Terms, ...] = ()

    @property
    def promise_id(self) -> str:
        """The id of the promise that it made by itself, if it made one."""
        return promise_id_of(self.response_id)

    @property
    def agreed_id(self) -> str:
        """What the ids of the promises and plans begin with that were agreed on the page."""
        return agreed_id_of(self.response_id)

    @property
    def waits(self) -> bool:
        """Whether a person has still to deal with it."""
        return self.errand is not None and self.errand.state is TaskState.OPEN


def load_heard(connection: Connection, visit: Visit, now: datetime, *, account: bool) -> tuple[Heard, ...]:
    """What the reader of a link may see of what their side told the link's creditor, newest first.

    That is what came from the link's own contact and address and, with `account`, what anybody said of the account.
    """
    own = and_(_r.contact_id == visit.contact_id, _r.address == normal(visit.address))
    rows = connection.execute(
        _HEARD.where(
            _r.client_id == visit.client_id,
            _r.received_at > now - MEMORY,
            _m.creditor_id == visit.creditor_id,
            or_(own, _OF_THE_ACCOUNT) if account else own,
        )
    ).all()
    proposed = load_proposed(connection, [row.task_id for row in rows if row.kind == PROPOSED])
    return tuple(
        Heard(
            row.response_id,
            row.kind,
            AnswerKind(row.answer) if row.answer and row.answer_sure else None,
            Channel(row.channel),
            row.provider == PROVIDER,
            row.received_at,
            row.promised_on,
            _errand(row) if row.task_id else None,
            proposed.get(row.task_id, ()),
        )
        for row in rows
    )


def _errand(row: Row[Any]) -> Errand:
    return Errand(TaskState(row.state), row.due_on, tuple(row.invoice_ids), row.by == SYSTEM)
