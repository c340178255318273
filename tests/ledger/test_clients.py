"""What is known of a client: the kind of debtor, hardship that is over, and how they paid of late."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from events.contracts.delivery import Read
from ledger.unit import Ledger
from reminders.reasons import Reason
from reminders.snapshot import DebtorType, Track
from tests.ledger.book import NOW, event, issued, paid, profile, snapshot, tell


@pytest.mark.parametrize(
    ("stated", "read"),
    [("consumer", DebtorType.CONSUMER), ("guild", None), ("Company", None), ("", None)],
)
def test_a_kind_of_debtor_that_is_not_listed_is_unknown(
    ledger: Ledger, stated: str, read: DebtorType | None
) -> None:
    tell(ledger, profile(debtor_type=stated))

    client = snapshot(ledger).client
    assert (client.known, client.name, client.debtor_type) == (True, "Kaya GmbH", read)


def declared(**fields: Any) -> Read:
    return event("client.hardship_declared", client_id="kaya", **fields)


def ended(**fields: Any) -> Read:
    return event("client.hardship_ended", client_id="kaya", **fields)


A_DAY = 60 * 24


@pytest.mark.parametrize(
    ("events", "through"),
    [
        ([], None),
        ([declared()], None),
        ([declared(until_on="2026-03-02")], None),  # its last day is today
        ([declared(until_on="2026-03-01")], date(2026, 3, 1)),
        ([declared(time=1), ended(time=4 * A_DAY)], date(2026, 2, 5)),
        ([declared(time=5 * A_DAY), ended(kind="hardship", time=A_DAY)], None),  # declared again after that
        (
            [declared(kind="breathing_space", until_on="2026-02-20"), ended(kind="hardship", time=A_DAY)],
            date(2026, 2, 20),
        ),
        ([event("client.paused", client_id="kaya", until_on="2026-02-20")], None),
    ],
)
def test_hardship_that_is_over_is_remembered(
    ledger: Ledger, events: list[Read], through: date | None
) -> None:
    tell(ledger, profile(), *events)

    assert snapshot(ledger).client.hardship_through == through


def test_of_a_client_that_nobody_described_the_same_is_known(ledger: Ledger) -> None:
    tell(ledger, declared(until_on="2026-02-20"), declared(kind="breathing_space"))

    client = snapshot(ledger).client
    assert (client.known, client.hardship_through) == (False, date(2026, 2, 20))
    assert [hold.reason for hold in client.holds] == [Reason.MORATORIUM, Reason.HARDSHIP]


def test_the_track_counts_what_payments_settled_and_what_came_in_time(ledger: Ledger) -> None:
    def bill(invoice_id: str, *parts: tuple[str, str], **fields: Any) -> list[Read]:
        payments = [
            paid(f"{invoice_id}-{n}", amount, (invoice_id, amount), received_on=day)
            for n, (amount, day) in enumerate(parts)
        ]
        return [issued(invoice_id, **({"due_on": "2026-02-04"} | fields)), *payments]

    tell(
        ledger,
        *bill("in-time", ("100.00", "2026-02-07")),
        *bill("late", ("100.00", "2026-02-08")),
        *bill("late-at-last", ("40.00", "2026-02-01"), ("60.00", "2026-02-20")),
        *bill("open", ("40.00", "2026-02-01")),
        *bill("long-ago", ("100.00", "2025-03-01"), issued_on="2025-02-01", due_on="2025-03-01"),
        *bill("a-year-ago", ("100.00", "2025-03-02"), issued_on="2025-02-01", due_on="2025-03-01"),
        *bill("credited"),
        event("credit_note.issued", credit_note_id="c", invoice_id="credited", currency="EUR", amount="100"),
        *bill("voided", ("100.00", "2026-02-01")),
        event("invoice.voided", invoice_id="voided"),
        *bill("gone", ("100.00", "2026-02-01")),
        event("payment.reversed", payment_id="gone-0"),
    )

    assert snapshot(ledger).client.track == Track(settled=4, on_time=2)


def test_the_track_remembers_what_is_no_longer_shown(ledger: Ledger) -> None:
    tell(ledger, issued(), paid("p1", "100.00", ("i1", "100.00"), received_on="2026-02-04"))
    later = NOW + timedelta(days=200)

    case = snapshot(ledger, at=later)
    assert (case.invoices, case.client.track) == ((), Track(1, 1))
    assert snapshot(ledger, at=datetime(2027, 2, 5, tzinfo=UTC)).client.track == Track()
