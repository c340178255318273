"""What is left on a client's own page: heard once, agreed or proposed, and wished; on both databases."""

from __future__ import annotations

import threading
from datetime import date, time, timedelta

import pytest

from ledger import messages
from ledger import tables as t
from ledger.proposals import agree, propose
from ledger.unit import Ledger
from ledger.verdicts import close_task
from ledger.visits import Visit, heard_as, visit_of
from ledger.wishes import Wishes, wish
from reminders.offers import Terms
from reminders.snapshot import Channel, Instalment, Quiet
from tests.ledger.book import NOW, journal, profile, rows, snapshot, tell
from tests.ledger.test_replies import written_to

HOUR = timedelta(hours=1)
PROMISE = Terms("EUR", ("i1",), (Instalment(date(2026, 3, 9), 10000),))
PLAN = Terms("EUR", ("i1",), (Instalment(date(2026, 3, 9), 6000), Instalment(date(2026, 4, 9), 4000)))


def kayas(ledger: Ledger) -> Visit:
    with ledger.read() as connection:
        found = visit_of(connection, "m1")
    assert found is not None
    return found


def agreed(ledger: Ledger, terms: Terms, key: str = "k") -> tuple[str, ...]:
    visit = kayas(ledger)
    with ledger.begin(NOW) as unit:
        return agree(unit, visit, key, [terms])


def proposed(ledger: Ledger, *terms: Terms) -> str:
    visit = kayas(ledger)
    with ledger.begin(NOW) as unit:
        propose(unit, visit, "k", terms, numbers=["I1"], due_on=date(2026, 3, 5))
    (task,) = rows(ledger, t.task)
    return str(task.task_id)


def test_a_link_belongs_to_whom_its_message_went(ledger: Ledger) -> None:
    written_to(ledger)
    visit = kayas(ledger)
    assert (visit.client_id, visit.contact_id, visit.channel) == ("kaya", "ap", Channel.EMAIL)
    with ledger.read() as connection:
        assert visit_of(connection, "m2") is None
    with ledger.engine.begin() as connection:
        connection.execute(t.client.update().values(profile=None))
        assert visit_of(connection, "m1") is None


def test_what_is_agreed_stands_where_billings_own_agreements_do(ledger: Ledger) -> None:
    written_to(ledger)
    assert agreed(ledger, PROMISE, "one") == ("kaya",)
    assert agreed(ledger, PLAN, "two") == ("kaya",)

    found = snapshot(ledger)
    (promise,), (plan,) = found.promises, found.plans
    assert (promise.amount, promise.made_at) == (10000, NOW)
    assert [part.amount for part in plan.instalments] == [6000, 4000]
    entries = journal(ledger, "response.recorded")
    assert [plan.plan_id in entry.data for entry in entries] == [False, True]
    assert [row.look_at for row in rows(ledger, t.client)] == [NOW]


def test_the_same_form_counts_once(ledger: Ledger) -> None:
    written_to(ledger)
    assert agreed(ledger, PROMISE) == ("kaya",)
    assert agreed(ledger, PLAN) == ()
    with ledger.read() as connection:
        assert heard_as(connection, "k") == "agreed"
        assert heard_as(connection, "other") is None
    assert not rows(ledger, t.plan)
    assert len(journal(ledger, "response.recorded")) == 1


def test_of_two_clicks_at_once_one_counts(ledger: Ledger) -> None:
    written_to(ledger)
    visit, gate, done = kayas(ledger), threading.Barrier(2), []

    def click() -> None:
        gate.wait()
        with ledger.begin(NOW) as unit:
            messages.lock(unit.connection, [visit.message_id])
            done.append(agree(unit, visit, "k", [PROMISE]))

    threads = [threading.Thread(target=click) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(20)
    assert sorted(done) == [(), ("kaya",)]
    assert len(rows(ledger, t.promise)) == 1


@pytest.mark.parametrize("decision", ["approve", "refuse", "done"])
def test_a_proposal_is_agreed_by_a_persons_yes_alone(ledger: Ledger, decision: str) -> None:
    written_to(ledger)
    pounds = Terms("GBP", ("i2",), (Instalment(date(2026, 5, 1), 500),))
    task_id = proposed(ledger, PLAN, pounds)
    assert snapshot(ledger).replied_at == NOW
    (task,) = rows(ledger, t.task)
    assert (
        "60.00 EUR by 9 March 2026, 40.00 EUR by 9 April 2026 and 5.00 GBP by 1 May 2026, for I1"
        in task.brief
    )

    with ledger.begin(NOW + HOUR) as unit:
        close_task(unit, task_id, decision, "Ada", "")
    agreed = decision == "approve"
    assert bool(rows(ledger, t.plan)) is bool(rows(ledger, t.promise)) is agreed
    (entry,) = journal(ledger, "task.done")
    assert ('"agreed"' in entry.data) is agreed
    assert snapshot(ledger, at=NOW + HOUR).replied_at is None
    assert [plan.agreed_at for plan in snapshot(ledger).plans] == [NOW + HOUR for _ in range(agreed)]


def test_the_newest_wishes_count_whatever_the_profile_says(ledger: Ledger) -> None:
    written_to(ledger)
    visit = kayas(ledger)
    first = Wishes((Channel.SMS, Channel.EMAIL), Quiet(frozenset({5}), time(8), time(9)), "de-CH")
    with ledger.begin(NOW) as unit:
        assert wish(unit, visit, "one", first) == ("kaya",)
    tell(ledger, profile(language="fr", preferences={"channels": ["email"]}, time=50))
    client = snapshot(ledger).client
    assert (client.preferred, client.quiet, client.language) == (first.channels, first.quiet, "de-CH")

    with ledger.begin(NOW + HOUR) as unit:
        assert wish(unit, visit, "one", first) == ()
        assert wish(unit, visit, "two", Wishes()) == ("kaya",)
    client = snapshot(ledger).client
    assert (client.preferred, client.quiet, client.language) == ((Channel.EMAIL,), None, "fr")
    assert len(rows(ledger, t.client_wish)) == 1
