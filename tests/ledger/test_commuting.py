"""Facts commute: any order, any repeats, any batches of the same events end in the same ledger."""

from __future__ import annotations

from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from config.policy import SHIPPED, load_policy
from events.contracts.delivery import Read
from ledger.snapshots import load_snapshots
from ledger.unit import Ledger
from reminders.decide import decide
from reminders.snapshot import Snapshot
from tests.ledger.book import HOUSE, NOW, empty, facts, tell
from tests.ledger.histories import CLIENTS, books, histories

STANDARD = load_policy(SHIPPED / "standard.yaml")
_ONE_LEDGER = [HealthCheck.function_scoped_fixture, HealthCheck.too_slow, HealthCheck.data_too_large]


def snapshots(ledger: Ledger) -> dict[str, Snapshot]:
    with ledger.read() as connection:
        return load_snapshots(connection, CLIENTS, NOW, HOUSE)


@st.composite
def tellings(draw: st.DrawFn) -> tuple[list[Read], list[list[Read]]]:
    """A history, and the same events in another order, some more than once, in batches."""
    history = draw(histories())
    repeats = draw(st.lists(st.sampled_from(history), max_size=4))
    other = draw(st.permutations(history + repeats))
    cuts = sorted(draw(st.sets(st.integers(1, len(other)), max_size=4)) | {len(other)})
    return history, [other[a:b] for a, b in zip([0, *cuts], cuts, strict=False)]


def _told_again_is_the_same(ledger: Ledger, telling: tuple[list[Read], list[list[Read]]]) -> None:
    history, batches = telling
    empty(ledger)
    tell(ledger, *history)
    known, seen = facts(ledger), snapshots(ledger)
    decisions = [decide(case, STANDARD, NOW) for case in seen.values()]

    empty(ledger)
    for batch in batches:
        tell(ledger, *batch)

    assert facts(ledger) == known
    again = snapshots(ledger)
    assert again == seen
    assert [decide(case, STANDARD, NOW) for case in again.values()] == decisions


@given(telling=tellings())
@settings(max_examples=150, suppress_health_check=_ONE_LEDGER)
def test_any_telling_ends_in_the_same_ledger(
    sqlite_ledger: Ledger, telling: tuple[list[Read], list[list[Read]]]
) -> None:
    _told_again_is_the_same(sqlite_ledger, telling)


@given(telling=tellings())
@settings(max_examples=25, suppress_health_check=_ONE_LEDGER)
def test_any_telling_ends_in_the_same_ledger_on_postgresql(
    postgres_ledger: Ledger, telling: tuple[list[Read], list[list[Read]]]
) -> None:
    _told_again_is_the_same(postgres_ledger, telling)


@given(history=histories(most=25))
@settings(max_examples=120, suppress_health_check=_ONE_LEDGER)
def test_balances_are_what_plain_sums_say(sqlite_ledger: Ledger, history: list[Read]) -> None:
    _balances_are_plain_sums(sqlite_ledger, history)


@given(history=histories(most=25))
@settings(max_examples=25, suppress_health_check=_ONE_LEDGER)
def test_balances_are_what_plain_sums_say_on_postgresql(postgres_ledger: Ledger, history: list[Read]) -> None:
    _balances_are_plain_sums(postgres_ledger, history)


def _balances_are_plain_sums(ledger: Ledger, history: list[Read]) -> None:
    empty(ledger)
    tell(ledger, *history)

    expected = books(history)
    shown: dict[str, tuple[int, int, int]] = {}
    account: dict[tuple[str, str], int] = {}
    for client_id, case in snapshots(ledger).items():
        for invoice in case.invoices:
            assert expected.owner[invoice.invoice_id] == client_id
            shown[invoice.invoice_id] = (invoice.total, invoice.paid, invoice.credited)
        account |= {(client_id, money.currency): money.minor for money in case.on_account}
    told = {key: (expected.total[key], expected.paid[key], expected.credited[key]) for key in expected.owner}
    assert shown.items() <= told.items()
    for key in told.keys() - shown.keys():  # only what is settled or ended, and was never paid, is not shown
        total, paid, credited = told[key]
        assert not paid
        assert credited >= total or _ended(key, history)
    assert account == {place: minor for place, minor in expected.on_account.items() if minor}


def _ended(invoice_id: str, history: list[Read]) -> bool:
    ends: list[Any] = [
        read.payload
        for read in history
        if hasattr(read, "payload") and read.payload.event_type in ("invoice.voided", "invoice.written_off")
    ]
    return any(end.invoice_id == invoice_id for end in ends)
