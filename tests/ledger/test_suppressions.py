"""Suppressions in the ledger: which word stands when several come, and until when."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from ledger import barred
from ledger import tables as t
from ledger.barred import SuppressionError, holders
from ledger.suppressions import Source, is_suppressed, lift, suppress
from ledger.unit import Ledger
from reminders.reasons import Reason
from reminders.snapshot import Channel
from tests.ledger.book import NOW, a_row, journal, message, profile, put, rows, snapshot, state, tell

ADDRESS = "Ap@kaya.example"
TODAY = NOW.date()
BAD = Reason.SUPPRESSED_ADDRESS


def bar(ledger: Ledger, until: date | None, reason: Reason = BAD, days: int = 0) -> str | None:
    with ledger.begin(NOW + timedelta(days=days)) as unit:
        return suppress(unit, Channel.EMAIL, ADDRESS, reason, Source.SOFT, "m1", expires_on=until)


def barred_on(ledger: Ledger, day: date) -> bool:
    with ledger.begin(NOW + (day - TODAY)) as unit:
        return is_suppressed(unit, Channel.EMAIL, ADDRESS)


def test_it_bars_through_its_last_day_and_no_longer(ledger: Ledger) -> None:
    tell(ledger, profile())
    bar(ledger, date(2026, 4, 1))

    assert barred_on(ledger, date(2026, 4, 1))
    assert not barred_on(ledger, date(2026, 4, 2))
    (known,) = snapshot(ledger).suppressions
    assert known.until is not None
    assert known.until.isoformat() == "2026-04-02T00:00:00+00:00"
    assert snapshot(ledger, at=known.until - timedelta(seconds=1)).suppressions == (known,)
    assert snapshot(ledger, at=known.until).suppressions == ()


@pytest.mark.parametrize(
    ("first", "second", "stands"),
    [
        (date(2026, 4, 1), None, None),
        (None, date(2026, 4, 1), None),
        (date(2026, 4, 1), date(2026, 5, 1), date(2026, 5, 1)),
        (date(2026, 5, 1), date(2026, 4, 1), date(2026, 5, 1)),
        (date(2026, 3, 1), date(2026, 4, 1), date(2026, 4, 1)),
    ],
)
def test_of_two_words_for_one_reason_the_longer_stands(
    ledger: Ledger, first: date | None, second: date | None, stands: date | None
) -> None:
    one = bar(ledger, first)
    other = bar(ledger, second)

    (row,) = rows(ledger, t.suppression)
    assert row.expires_on == stands
    assert other == (one if stands == second else None)


def test_a_lifted_one_that_is_barred_for_a_while_ends_by_itself(ledger: Ledger) -> None:
    bar(ledger, None)
    with ledger.begin(NOW) as unit:
        assert lift(unit, Channel.EMAIL, ADDRESS, BAD)
        assert not lift(unit, Channel.EMAIL, ADDRESS, BAD)
    assert not barred_on(ledger, TODAY)

    bar(ledger, date(2026, 4, 1))
    assert barred_on(ledger, date(2026, 4, 1))
    assert not barred_on(ledger, date(2026, 4, 2))


def test_lifting_one_reason_leaves_the_other(ledger: Ledger) -> None:
    bar(ledger, None)
    bar(ledger, None, Reason.OPTED_OUT)
    with ledger.begin(NOW) as unit:
        lift(unit, Channel.EMAIL, ADDRESS, BAD)
        assert is_suppressed(unit, Channel.EMAIL, ADDRESS, Reason.OPTED_OUT)
        assert not is_suppressed(unit, Channel.EMAIL, ADDRESS, BAD)


def test_an_opt_out_keeps_a_person_from_lifting_either(ledger: Ledger) -> None:
    bar(ledger, None)
    bar(ledger, None, Reason.OPTED_OUT)
    with pytest.raises(SuppressionError, match="--client-asked"), ledger.begin(NOW) as unit:
        barred.lift(unit, Channel.EMAIL, ADDRESS, "Ruth", "a new mailbox")
    assert [row.lifted_at for row in rows(ledger, t.suppression)] == [None, None]

    with ledger.begin(NOW) as unit:
        barred.lift(unit, Channel.EMAIL, ADDRESS, "Ruth", "she wrote on 1 March", client_asked=True)
    assert [row.lifted_at for row in rows(ledger, t.suppression)] == [NOW, NOW]


def test_every_client_with_the_address_is_found_and_looked_at(ledger: Ledger) -> None:
    tell(
        ledger,
        profile("kaya"),
        profile("mira", contacts=[{"contact_id": "x", "email": "other@x.example", "phone": "+4930123456"}]),
        profile("zoe", contacts=[{"contact_id": "x", "email": ADDRESS.upper()}]),
        profile("nobody", contacts=[]),
    )
    with ledger.begin(NOW) as unit:
        unit.connection.execute(t.client.update().values(look_at=None))
        found = holders(unit.connection, ["ap@kaya.example", "+4930123456"])
        assert found == {"ap@kaya.example": ["kaya", "zoe"], "+4930123456": ["kaya", "mira"]}
        barred.add(unit, Channel.SMS, "+49 (30) 123456", "Ruth", "asked on the phone", client_asked=True)

    looked = {row.client_id: row.look_at for row in rows(ledger, t.client)}
    assert looked == {"kaya": NOW, "mira": NOW, "zoe": None, "nobody": None}
    assert [(row.client_id, row.by) for row in journal(ledger, "operator.acted")] == [
        ("kaya", "Ruth"),
        ("mira", "Ruth"),
    ]


def test_only_what_would_go_there_is_ended(ledger: Ledger) -> None:
    two = [{"contact_id": "ap", "email": ADDRESS}, {"contact_id": "boss", "email": "boss@kaya.example"}]
    tell(ledger, profile(contacts=two))
    put(
        ledger,
        a_row("there", state="queued"),
        a_row("held", state="held"),
        a_row("elsewhere", state="queued", contact_id="boss"),
        a_row("text", state="queued", channel="sms"),
        a_row("gone", state="delivered"),
    )
    with ledger.begin(NOW) as unit:
        barred.add(unit, Channel.EMAIL, ADDRESS, "Ruth", "they moved")

    ended = {row.message_id for row in rows(ledger, t.message) if row.state == "suppressed"}
    assert ended == {"there", "held"}
    assert message(ledger, "there").reason == "suppressed_address"
    assert state(ledger, "elsewhere").value == "queued"


def test_the_journal_never_holds_the_address(ledger: Ledger) -> None:
    with ledger.begin(NOW) as unit:
        barred.add(unit, Channel.EMAIL, ADDRESS, "Ruth", f"{ADDRESS} is an old mailbox")
        barred.lift(unit, Channel.EMAIL, ADDRESS, "Ruth", f"{ADDRESS} works")

    entries = journal(ledger, "operator.acted")
    assert len(entries) == 2
    assert not any("kaya.example" in str(entry._mapping).casefold() for entry in entries)
