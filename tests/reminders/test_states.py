"""A message's life: the table of its states."""

from __future__ import annotations

from reminders.reasons import Reason
from reminders.states import CONTACTS, DONE, OPEN, TRANSITIONS, UNREACHED, MessageState, may_follow

S = MessageState
RANK = {
    S.PLANNED: 0, S.HELD: 0, S.QUEUED: 1, S.DISPATCHING: 3, S.IN_DOUBT: 4, S.ABANDONED: 4,
    S.ACCEPTED: 5, S.NO_RECEIPT: 6, S.DELIVERED: 7, S.UNDELIVERED: 8, S.FAILED: 6, S.REJECTED: 8,
    S.CANCELLED: 8, S.EXPIRED: 8, S.SUPPRESSED: 8,
}  # fmt: skip
BACK = {
    (S.DISPATCHING, S.QUEUED),  # surely not sent
    (S.IN_DOUBT, S.QUEUED),  # settled: it was not sent
    (S.QUEUED, S.HELD),  # the gate found that it needs a person
}


def test_every_state_and_every_reason_has_a_sentence() -> None:
    for code in (*S, *Reason):
        assert code.sentence.endswith(".")
        assert code.sentence[0].isupper()


def test_every_state_is_reached_from_planned() -> None:
    seen, todo = set(), [S.PLANNED]
    while todo:
        state = todo.pop()
        if state not in seen:
            seen.add(state)
            todo.extend(TRANSITIONS[state])
    assert seen == set(S)


def test_the_table_names_every_state_once_and_none_follows_itself() -> None:
    assert set(TRANSITIONS) == set(S)
    assert not any(may_follow(state, state) for state in S)


def test_nothing_follows_a_terminal_state() -> None:
    terminal = {state for state, after in TRANSITIONS.items() if not after}
    assert terminal == {S.UNDELIVERED, S.REJECTED, S.CANCELLED, S.EXPIRED, S.SUPPRESSED}


def test_rank_never_falls_but_where_nothing_was_sent() -> None:
    fallen = {(old, new) for old, after in TRANSITIONS.items() for new in after if RANK[new] < RANK[old]}
    assert fallen == BACK


def test_what_went_out_never_becomes_unsent() -> None:
    for state in (S.ACCEPTED, S.DELIVERED, S.NO_RECEIPT, S.FAILED, S.ABANDONED):
        assert not TRANSITIONS[state] & (OPEN | {S.CANCELLED, S.EXPIRED, S.SUPPRESSED, S.IN_DOUBT})


def test_a_lease_that_ends_while_dispatching_is_in_doubt_and_may_be_settled() -> None:
    assert may_follow(S.DISPATCHING, S.IN_DOUBT)
    assert TRANSITIONS[S.IN_DOUBT] == {S.ACCEPTED, S.QUEUED, S.ABANDONED}


def test_every_state_is_open_a_contact_unreached_or_called_off() -> None:
    groups = [OPEN, CONTACTS, UNREACHED, {S.CANCELLED, S.EXPIRED}]
    assert sum(map(len, groups)) == len(S)
    assert set().union(*groups) == set(S)
    assert {s for s in S if s.is_open} == OPEN
    assert {s for s in S if s.counts_as_contact} == CONTACTS
    assert DONE == OPEN | CONTACTS
