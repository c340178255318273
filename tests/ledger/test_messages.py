"""Messages: the table of transitions holds on the database, and every change has its entry."""

from __future__ import annotations

import pytest

from ledger import messages
from ledger.messages import ConflictError
from ledger.unit import Ledger
from reminders.reasons import Reason
from reminders.states import TRANSITIONS, MessageState
from tests.ledger.book import NOW, a_row, journal, message, put, state

STATES = list(MessageState)


@pytest.mark.parametrize("old", STATES)
def test_only_what_the_table_allows_can_happen(ledger: Ledger, old: MessageState) -> None:
    put(ledger, *(a_row(to.value, state=old.value) for to in STATES))

    for to in STATES:
        with ledger.begin(NOW) as unit:
            (row,) = messages.lock(unit.connection, [to.value])
            if to in TRANSITIONS[old]:
                assert messages.move(unit, row, to).version == 2
            else:
                with pytest.raises(ValueError, match=f"{old} can't become {to}"):
                    messages.move(unit, row, to)
                with pytest.raises(ValueError, match="can't become"):
                    messages.move_all(unit, [row], to)

    for to in STATES:
        allowed = to in TRANSITIONS[old]
        assert state(ledger, to.value) == (to if allowed else old)
    assert sorted(e.message_id for e in journal(ledger)) == sorted(TRANSITIONS[old])


def test_a_message_that_changed_meanwhile_is_not_moved(ledger: Ledger) -> None:
    put(ledger, a_row(state="queued"))
    stale = message(ledger)
    with ledger.begin(NOW) as unit:
        (row,) = messages.lock(unit.connection, ["m1"])
        row = messages.move(unit, row, MessageState.HELD)
        messages.move(unit, row, MessageState.QUEUED)

    for move in (
        lambda unit: messages.move(unit, stale, MessageState.DISPATCHING),
        lambda unit: messages.move_all(unit, [stale], MessageState.DISPATCHING),
    ):
        with pytest.raises(ConflictError, match="no longer queued at version 1"), ledger.begin(NOW) as unit:
            move(unit)

    assert (state(ledger), message(ledger).version) == (MessageState.QUEUED, 3)
    assert [e.kind for e in journal(ledger)] == ["message.held", "message.queued"]


def test_a_move_sets_the_reason_and_forgets_the_last_one(ledger: Ledger) -> None:
    put(ledger, a_row(state="queued"))
    with ledger.begin(NOW) as unit:
        (row,) = messages.lock(unit.connection, ["m1"])
        row = messages.move(unit, row, MessageState.HELD, reason=Reason.AWAITING_APPROVAL, by="Ada")
        assert row.reason == "awaiting_approval"
        assert messages.move(unit, row, MessageState.QUEUED).reason is None

    held, _ = journal(ledger)
    assert (held.reasons, held.by, held.client_id) == ('["awaiting_approval"]', "Ada", "kaya")
