"""Addresses that fail for now: given up after several failures in a row over some days, and taken up again."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta

import pytest
from sqlalchemy import update

from ledger import barred, receipts, sending
from ledger import tables as t
from ledger.sending import attempt_id
from ledger.soft_failures import GIVEN_UP_FOR
from ledger.suppressions import is_suppressed
from ledger.unit import Ledger
from reminders.feedback import ReceiptKind
from reminders.snapshot import Channel
from tests.ledger.book import NOW, a_row, issued, journal, profile, put, rows, snapshot, tell
from tests.ledger.test_receipts import a_receipt
from tests.ledger.test_sending import dispatch

ADDRESS = "ap@kaya.example"


def send(ledger: Ledger, number: int, day: float, *kinds: str, code: str = "4.2.2") -> str:
    """A message that goes on that day, with what comes back an hour later."""
    key, at = f"m{number}", timedelta(days=day)
    put(ledger, a_row(key, state="queued", expires_at=NOW + timedelta(days=400)))
    dispatch(ledger, key)
    with ledger.begin(NOW + at) as unit:
        ours = t.attempt.c.attempt_id == attempt_id(key, 1)
        unit.connection.execute(update(t.attempt).where(ours).values(started_at=NOW + at))
        sending.accepted(unit, [(attempt_id(key, 1), f"p{number}")])
    hear(ledger, number, day + 1 / 24, *kinds, code=code)
    return key


def hear(ledger: Ledger, number: int, day: float, *kinds: str, code: str = "4.2.2") -> None:
    for kind in kinds:
        at = NOW + timedelta(days=day)
        with ledger.begin(at) as unit:
            new = receipts.record(
                unit, [a_receipt(kind, attempt_id(f"m{number}", 1), code=code, occurred_at=at)]
            )
        with ledger.begin(at) as unit:
            receipts.settle(unit, new)


def barred_on(ledger: Ledger, day: float) -> bool:
    with ledger.begin(NOW + timedelta(days=day)) as unit:
        return is_suppressed(unit, Channel.EMAIL, ADDRESS)


def known(ledger: Ledger) -> None:
    tell(ledger, issued(), profile())


@pytest.mark.parametrize(
    ("days", "given_up"),
    [
        ((0, 4, 7), True),
        ((0, 1, 7), True),
        ((0, 3, 6.9), False),
        ((0, 30), False),
        ((0, 1, 2, 3, 4), False),
        ((0, 1, 2, 3, 8), True),
    ],
)
def test_three_in_a_row_over_a_week_and_it_rests(
    ledger: Ledger, days: Sequence[float], given_up: bool
) -> None:
    known(ledger)
    for number, day in enumerate(days):
        send(ledger, number, day, "unavailable")

    assert barred_on(ledger, days[-1] + 1) is given_up
    if given_up:
        (row,) = rows(ledger, t.suppression)
        assert (row.reason, row.source, row.source_id) == (
            "suppressed_address",
            "soft",
            f"m{len(days) - 1}",
        )
        assert row.expires_on == (NOW + timedelta(days=days[-1]) + GIVEN_UP_FOR).date()
        (told,) = [e for e in journal(ledger, "receipt.recorded") if '"suppressed"' in e.data]
        assert (told.client_id, ADDRESS in told.data) == ("kaya", False)
        assert rows(ledger, t.client)[0].look_at == NOW + timedelta(days=days[-1] + 1 / 24)


def test_it_is_tried_again_after_a_month_and_rests_at_once_if_that_fails_too(ledger: Ledger) -> None:
    known(ledger)
    for number, day in enumerate((0, 4, 8)):
        send(ledger, number, day, "unavailable")
    assert barred_on(ledger, 38)
    assert not barred_on(ledger, 39)

    send(ledger, 3, 40, "unavailable")
    assert barred_on(ledger, 41)


def test_a_delivery_between_clears_the_count(ledger: Ledger) -> None:
    known(ledger)
    for number, (day, kind) in enumerate(
        [(0, "unavailable"), (4, "unavailable"), (5, "delivered"), (9, "unavailable"), (10, "unavailable")]
    ):
        send(ledger, number, day, kind)
    assert not barred_on(ledger, 11)

    send(ledger, 5, 17, "unavailable")
    assert barred_on(ledger, 18)


@pytest.mark.parametrize("kind", ["failed", "blocked"])
def test_what_is_not_the_addresss_fault_neither_counts_nor_clears(ledger: Ledger, kind: str) -> None:
    known(ledger)
    for number, day in enumerate((0, 4, 8, 12)):
        send(ledger, number, day, kind)
    assert rows(ledger, t.suppression) == []

    for number, day in enumerate((20, 24, 28), start=4):
        send(ledger, number, day, "unavailable")
        send(ledger, number + 10, day + 1, kind)
    assert barred_on(ledger, 29)


def test_another_address_or_channel_is_another_count(ledger: Ledger) -> None:
    known(ledger)
    for number, day in enumerate((0, 4)):
        send(ledger, number, day, "unavailable")
    with ledger.engine.begin() as connection:
        connection.execute(update(t.attempt).values(address="else@kaya.example"))
    send(ledger, 2, 8, "unavailable")
    assert rows(ledger, t.suppression) == []

    with ledger.engine.begin() as connection:
        connection.execute(update(t.attempt).values(address=ADDRESS, channel="sms"))
    send(ledger, 3, 12, "unavailable")
    assert rows(ledger, t.suppression) == []


@pytest.mark.parametrize("order", [("unavailable", "delivered"), ("delivered", "unavailable")])
def test_the_last_one_arrives_after_all_and_nothing_rests(ledger: Ledger, order: tuple[str, str]) -> None:
    known(ledger)
    send(ledger, 0, 0, "unavailable")
    send(ledger, 1, 4, "unavailable")
    send(ledger, 2, 8, *order)

    assert not barred_on(ledger, 9)
    assert snapshot(ledger, at=NOW + timedelta(days=9)).suppressions == ()


def test_a_delivery_lifts_what_failures_had_barred_and_the_client_is_looked_at(ledger: Ledger) -> None:
    known(ledger)
    for number, day in enumerate((0, 4, 8)):
        send(ledger, number, day, "unavailable")
    hear(ledger, 0, 10, "delivered")

    assert not barred_on(ledger, 10)
    assert rows(ledger, t.client)[0].look_at == NOW + timedelta(days=10)
    (row,) = rows(ledger, t.suppression)
    assert row.lifted_at == NOW + timedelta(days=10)
    (told,) = [e for e in journal(ledger, "receipt.recorded") if '"allowed"' in e.data]
    assert (told.client_id, row.suppression_id in told.data) == ("kaya", True)


def test_a_delivery_lifts_nothing_else(ledger: Ledger) -> None:
    known(ledger)
    send(ledger, 0, 0, "sent")
    send(ledger, 1, 1, "bounced")
    hear(ledger, 0, 2, "delivered")

    assert barred_on(ledger, 3)


def test_a_dead_address_outlasts_the_rest_of_a_failing_one(ledger: Ledger) -> None:
    known(ledger)
    send(ledger, 9, 0, "sent")
    for number, day in enumerate((0, 4, 8)):
        send(ledger, number, day, "unavailable")
    hear(ledger, 9, 9, "bounced")

    (row,) = rows(ledger, t.suppression)
    assert (row.source, row.expires_on) == ("receipt", None)


def test_what_a_person_lifted_begins_anew(ledger: Ledger) -> None:
    known(ledger)
    for number, day in enumerate((0, 4, 8)):
        send(ledger, number, day, "unavailable")
    with ledger.begin(NOW + timedelta(days=9)) as unit:
        barred.lift(unit, Channel.EMAIL, ADDRESS, "Ruth", "the mailbox was emptied")

    send(ledger, 3, 16, "unavailable")
    send(ledger, 4, 17, "unavailable")
    assert not barred_on(ledger, 18)
    send(ledger, 5, 24, "unavailable")
    assert barred_on(ledger, 25)


def test_unavailable_is_a_failure_for_now() -> None:
    assert ReceiptKind.UNAVAILABLE.suppresses is None
