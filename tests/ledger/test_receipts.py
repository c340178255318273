"""Receipts: in any order, any number of times, early, late or from strangers."""

from __future__ import annotations

import itertools
from datetime import timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ledger import receipts, sending
from ledger import tables as t
from ledger.receipts import RETRIES, Settled
from ledger.sending import attempt_id
from ledger.suppressions import is_suppressed
from ledger.unit import Ledger
from reminders.feedback import Receipt, ReceiptKind
from reminders.snapshot import Channel
from reminders.states import TRANSITIONS, MessageState
from tests.ledger.book import NOW, a_row, empty, issued, journal, message, put, rows, state, tell
from tests.ledger.test_sending import A1, dispatch, doubtful, queued, within

KINDS = list(ReceiptKind)
_numbers = itertools.count(1)


def a_receipt(kind: str = "delivered", /, attempt: str | None = A1, **fields: object) -> Receipt:
    known: dict[str, object] = {
        "provider": "sendgrid",
        "channel": Channel.EMAIL,
        "keys": (f"key-{next(_numbers)}",),
        "occurred_at": NOW,
        "attempt_id": attempt,
        "raw": "{}",
    }
    return Receipt(kind=ReceiptKind(kind), **(known | fields))  # type: ignore[arg-type]


def come(ledger: Ledger, *found: Receipt, at: timedelta = timedelta(minutes=1)) -> Settled:
    """Receipts come in and are settled."""
    with ledger.begin(NOW + at) as unit:
        ids = receipts.record(unit, found)
    with ledger.begin(NOW + at) as unit:
        return receipts.settle(unit, ids)


def accepted(ledger: Ledger) -> None:
    queued(ledger)
    dispatch(ledger)
    within(ledger, lambda unit: sending.accepted(unit, [(A1, "sg-1")]))


@pytest.mark.parametrize(
    ("kind", "becomes"),
    [
        ("sent", MessageState.ACCEPTED),
        ("deferred", MessageState.ACCEPTED),
        ("delivered", MessageState.DELIVERED),
        ("bounced", MessageState.UNDELIVERED),
        ("blocked", MessageState.UNDELIVERED),
        ("failed", MessageState.FAILED),
        ("clicked", MessageState.ACCEPTED),
    ],
)
def test_a_receipt_brings_its_message_on(ledger: Ledger, kind: str, becomes: MessageState) -> None:
    accepted(ledger)
    come(ledger, a_receipt(kind))

    assert state(ledger) is becomes
    assert [row.state for row in rows(ledger, t.receipt)] == ["applied"]
    assert len(journal(ledger, "receipt.recorded")) == 1


def test_a_receipt_finds_its_message_by_the_providers_id(ledger: Ledger) -> None:
    accepted(ledger)
    come(ledger, a_receipt(attempt=None, provider_id="sg-1"))

    assert state(ledger) is MessageState.DELIVERED


def test_a_repeat_shares_a_key_and_is_not_stored(ledger: Ledger) -> None:
    accepted(ledger)
    come(ledger, a_receipt("sent", keys=("a", "b")), a_receipt("sent", keys=("b", "c")))
    come(ledger, a_receipt("delivered", keys=("a",)), a_receipt("opened", keys=("d",)))

    assert [row.kind for row in rows(ledger, t.receipt)] == ["sent"]
    come(ledger, a_receipt("delivered", keys=("a",), provider="other"))
    assert len(rows(ledger, t.receipt)) == 2


def test_a_receipt_may_be_quicker_than_the_outcome(ledger: Ledger) -> None:
    queued(ledger)
    dispatch(ledger)
    come(ledger, a_receipt("delivered", provider_id="sg-1"))
    within(ledger, lambda unit: sending.accepted(unit, [(A1, "sg-1")]), timedelta(minutes=2))

    row = message(ledger)
    assert (row.state, row.sent_at, row.lease_until) == ("delivered", NOW, None)
    assert [e.kind for e in journal(ledger)][1:] == [
        "message.dispatching", "receipt.recorded", "message.accepted", "message.delivered",
    ]  # fmt: skip


@pytest.mark.parametrize("kind", ["sent", "delivered", "clicked", "complained", "unknown"])
def test_any_word_of_an_attempt_settles_its_doubt(ledger: Ledger, kind: str) -> None:
    doubtful(ledger)
    come(ledger, a_receipt(kind))

    assert state(ledger) in (MessageState.ACCEPTED, MessageState.DELIVERED)


def test_a_late_word_keeps_an_email_from_going_twice(ledger: Ledger) -> None:
    queued(ledger)
    dispatch(ledger)
    within(ledger, lambda unit: sending.not_sent(unit, A1, "503", "busy", None))
    come(ledger, a_receipt("delivered"))

    assert state(ledger) is MessageState.DELIVERED
    with ledger.begin(NOW + timedelta(days=1)) as unit:
        assert sending.take(unit, ["m1"]) == []


def test_a_word_of_an_abandoned_message_counts(ledger: Ledger) -> None:
    tell(ledger, issued())
    put(ledger, a_row(state="queued"))
    dispatch(ledger)
    with ledger.engine.begin() as connection:
        connection.execute(t.message.update().values(state="abandoned"))
    come(ledger, a_receipt("delivered"))

    assert state(ledger) is MessageState.DELIVERED


@pytest.mark.parametrize(
    ("kind", "reason"),
    [("bounced", "suppressed_address"), ("complained", "opted_out"), ("opted_out", "opted_out")],
)
def test_a_hard_word_bars_the_address_and_looks_at_the_client(ledger: Ledger, kind: str, reason: str) -> None:
    accepted(ledger)
    settled = come(ledger, a_receipt(kind))

    assert settled.clients == ("kaya",)
    assert rows(ledger, t.client)[0].look_at == NOW + timedelta(minutes=1)
    with ledger.begin(NOW) as unit:
        assert is_suppressed(unit, Channel.EMAIL, "ap@KAYA.example")
    assert [row.reason for row in rows(ledger, t.suppression)] == [reason]


def test_no_word_for_three_days_then_a_late_one(ledger: Ledger) -> None:
    accepted(ledger)
    patience = timedelta(hours=72)

    def give_up(at: timedelta) -> int:
        with ledger.begin(NOW + at) as unit:
            return receipts.give_up_waiting(unit, patience)

    assert give_up(patience - timedelta(seconds=1)) == 0
    assert give_up(patience) == 1
    assert (state(ledger), message(ledger).reason) == (MessageState.NO_RECEIPT, "no_receipt")
    assert give_up(patience) == 0

    come(ledger, a_receipt("delivered"), at=timedelta(hours=80))
    assert state(ledger) is MessageState.DELIVERED


def test_a_stranger_waits_and_is_parked_at_last(ledger: Ledger) -> None:
    assert come(ledger, a_receipt(attempt="stranger", raw='{"to": "someone"}')).waiting == 1
    at = timedelta(minutes=1)
    for pause in RETRIES:
        with ledger.begin(NOW + at + timedelta(seconds=pause - 1)) as unit:
            assert receipts.due(unit, 10) == []
        at += timedelta(seconds=pause)
        with ledger.begin(NOW + at) as unit:
            assert receipts.settle(unit, receipts.due(unit, 10)).waiting == 1

    (row,) = rows(ledger, t.receipt)
    assert (row.state, row.try_at) == ("parked", None)
    (parked,) = rows(ledger, t.parked)
    assert (parked.kind, bytes(parked.body)) == ("receipt", b'{"to": "someone"}')
    assert [e.kind for e in journal(ledger)] == ["receipt.parked"]
    with ledger.begin(NOW + timedelta(days=9)) as unit:
        assert receipts.due(unit, 10) == []


def test_a_receipt_that_came_before_its_attempt_is_settled_later(ledger: Ledger) -> None:
    queued(ledger)
    come(ledger, a_receipt("delivered"), at=timedelta(0))
    dispatch(ledger)

    with ledger.begin(NOW + timedelta(seconds=RETRIES[0])) as unit:
        receipts.settle(unit, receipts.due(unit, 10))

    assert state(ledger) is MessageState.DELIVERED


def test_text_that_no_database_takes_does_not_stop_a_receipt(ledger: Ledger) -> None:
    accepted(ledger)
    come(ledger, a_receipt("failed", detail="a\x00b\ud800", code="\x00", raw="\x00"))

    assert state(ledger) is MessageState.FAILED


# --- any order ----------------------------------------------------------------------------------------------------

RANK = {
    MessageState.DISPATCHING: 0,
    MessageState.IN_DOUBT: 0,
    MessageState.ACCEPTED: 1,
    MessageState.FAILED: 2,
    MessageState.DELIVERED: 3,
    MessageState.UNDELIVERED: 4,
}


def dispatching(ledger: Ledger) -> None:
    queued(ledger)
    dispatch(ledger)


def _after(ledger: Ledger, kinds: list[ReceiptKind], begin: str) -> MessageState:
    """The state after these receipts, each settled by itself; rank never falls on the way."""
    empty(ledger)
    {"accepted": accepted, "in_doubt": doubtful, "dispatching": dispatching}[begin](ledger)
    rank = RANK[state(ledger)]
    for number, kind in enumerate(kinds):
        before = state(ledger)
        come(ledger, a_receipt(kind, occurred_at=NOW - timedelta(seconds=number)))
        after = state(ledger)
        assert RANK[after] >= rank
        assert after == before or after in TRANSITIONS[before] or before.value == begin
        rank = RANK[after]
    return state(ledger)


@given(
    kinds=st.lists(st.sampled_from(KINDS), max_size=5).flatmap(
        lambda kinds: st.tuples(
            st.just(kinds),
            st.permutations(kinds + (kinds[:2] if kinds else [])),
        )
    ),
    begin=st.sampled_from(["accepted", "in_doubt", "dispatching"]),
)
@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
def test_any_order_of_receipts_ends_in_the_same_state(
    sqlite_ledger: Ledger, kinds: tuple[list[ReceiptKind], list[ReceiptKind]], begin: str
) -> None:
    one, other = kinds
    ends = _after(sqlite_ledger, one, begin)

    assert _after(sqlite_ledger, other, begin) is ends
    proved = [RANK[kind.state] for kind in one if kind.state]
    if proved:
        assert RANK[ends] == max(1, *proved)


def test_receipts_of_one_batch_settle_as_one_by_one(ledger: Ledger) -> None:
    accepted(ledger)
    come(ledger, *(a_receipt(kind) for kind in ("bounced", "sent", "delivered", "failed", "deferred")))

    assert state(ledger) is MessageState.UNDELIVERED
    assert attempt_id("m1", 1) == A1
