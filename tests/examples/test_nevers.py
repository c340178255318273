"""What may never happen, asked of every message of the played book by a reader of its own."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import UTC, datetime, time, timedelta
from decimal import Decimal
from itertools import groupby, pairwise
from zoneinfo import ZoneInfo

import pytest

from tests.examples.account import Books, minor
from tests.examples.places import holiday, zones
from tests.examples.played import UNREACHED, Message, Played, events

pytestmark = [pytest.mark.network, pytest.mark.timeout(300)]
EXEMPT = ("introduction", "thank_you", "acknowledgement")
LADDER = (
    "introduction",
    "heads_up",
    "instalment_due",
    "due_soon",
    "overdue_3",
    "instalment_missed",
    "overdue_7",
    "overdue_14",
    "final_notice",
)
PEOPLE = ("Ruth Ellison", "Jonas Brandt")


@pytest.fixture(scope="module")
def books() -> Books:
    return Books(events())


@pytest.fixture(scope="module")
def sent(played: Played) -> list[Message]:
    assert len(played.sent) > 150
    return played.sent


def place(books: Books, message: Message) -> tuple[list[ZoneInfo], str, str | None]:
    profile = books.profile(message.client_id, message.at)
    assert profile, message
    named = profile.get("time_zone")
    country, subdivision = profile["country"], profile.get("subdivision")
    return [ZoneInfo(named)] if named else zones(country, subdivision), country, subdivision


def by_client(messages: list[Message]) -> Iterator[tuple[str, list[Message]]]:
    for client_id, group in groupby(
        sorted(messages, key=lambda m: (m.client_id, m.at)), key=lambda m: m.client_id
    ):
        yield client_id, list(group)


def test_no_message_outside_the_client_s_working_hours(books: Books, sent: list[Message]) -> None:
    def wrong(message: Message) -> bool:
        local = [message.at.astimezone(zone) for zone in place(books, message)[0]]
        return not all(at.isoweekday() <= 5 and time(9) <= at.time() < time(17) for at in local)

    assert [m for m in sent if wrong(m)] == []


def test_no_message_on_a_public_holiday(books: Books, sent: list[Message]) -> None:
    def wrong(message: Message) -> bool:
        where, country, subdivision = place(books, message)
        return any(holiday(message.at.astimezone(zone).date(), country, subdivision) for zone in where)

    assert [m for m in sent if wrong(m)] == []


def test_no_message_in_a_client_s_own_quiet_time(books: Books, sent: list[Message]) -> None:
    def wrong(message: Message) -> bool:
        profile = books.profile(message.client_id, message.at) or {}
        quiet = profile.get("preferences", {}).get("quiet")
        local = message.at.astimezone(place(books, message)[0][0])
        return bool(quiet) and quiet["from"] <= local.strftime("%H:%M") < quiet["to"]

    assert [m for m in sent if wrong(m)] == []


def test_four_days_between_two_reminders(sent: list[Message]) -> None:
    counted = [m for m in sent if m.step not in EXEMPT and m.state not in UNREACHED]

    assert [
        (one, other)
        for _, messages in by_client(counted)
        for one, other in pairwise(messages)
        if other.at - one.at < timedelta(days=4)
    ] == []


def test_at_most_seven_contacts_in_seven_days(sent: list[Message]) -> None:
    for client_id, messages in by_client([m for m in sent if m.state not in UNREACHED]):
        for message in messages:
            within = [m for m in messages if timedelta(0) <= m.at - message.at < timedelta(days=7)]
            assert len(within) <= 7, client_id


def test_no_step_twice_and_never_back_down_the_ladder(sent: list[Message]) -> None:
    reached: dict[tuple[str, object], int] = {}
    said: set[tuple[str, str, str, object]] = set()
    for message in sent:
        if message.step == "thank_you" or message.state in UNREACHED:
            continue
        oldest = message.invoices[0]
        assert (message.creditor_id, message.step, oldest, message.due_on) not in said, message
        said.add((message.creditor_id, message.step, oldest, message.due_on))
        if message.step in LADDER:
            assert LADDER.index(message.step) > reached.get((oldest, message.due_on), -1), message
            reached[oldest, message.due_on] = LADDER.index(message.step)


def on_a_plan(books: Books, message: Message) -> bool:
    """Whether it is about an instalment of a payment plan."""
    agreed = [e["data"]["invoice_ids"] for e in books.until(message.at) if e["type"] == "plan.agreed"]
    return message.step.startswith("instalment") and any(set(message.invoices) <= set(ids) for ids in agreed)


def test_every_demand_is_about_what_is_owed_and_for_exactly_that(books: Books, sent: list[Message]) -> None:
    """Where an event came at the very instant, the account before it or after it may be the one that was told."""
    for message in sent:
        if message.step not in LADDER or on_a_plan(books, message):
            continue
        zone = place(books, message)[0][0]
        accounts = []
        for before in (False, True):
            owed = books.owed(message.client_id, message.at, zone, before=before)
            told = [
                o
                for o in owed
                if o.asked
                and o.creditor_id == message.creditor_id
                and (message.step != "introduction" or o.invoice_id in message.invoices)
            ]
            amounts: dict[str, int] = {}
            for one in told:
                amounts[one.currency] = amounts.get(one.currency, 0) + minor(one.asked, one.currency)
            accounts.append(({o.invoice_id for o in told}, amounts))

        assert (set(message.invoices), message.amounts) in accounts, message


def test_on_no_occasion_more_is_asked_for_than_is_open(books: Books, sent: list[Message]) -> None:
    """A promise, a plan, a discount, a payment that came back, a statement: each has an amount of its own."""
    occasions = [m for m in sent if m.step not in (*LADDER, "thank_you") or on_a_plan(books, m)]
    assert {m.step for m in occasions} >= {"promise_due", "instalment_due", "discount", "statement"}
    for message in occasions:
        owed = {
            o.invoice_id: o
            for o in books.owed(message.client_id, message.at, place(books, message)[0][0])
            if o.invoice_id in message.invoices
        }
        still: dict[str, int] = {}
        for one in owed.values():
            still[one.currency] = still.get(one.currency, 0) + minor(one.open, one.currency)

        assert all(o.open and o.creditor_id == message.creditor_id for o in owed.values()), message
        assert all(0 < minor_ <= still[currency] for currency, minor_ in message.amounts.items()), message
        if message.step == "statement":
            assert message.amounts == still, message


def discount(invoice_id: str) -> Decimal:
    """What an early payment takes off an invoice. Until its credit note comes, that much stays open."""
    (total, stated), *_ = (
        (Decimal(e["data"]["total"]), e["data"].get("early_discount"))
        for e in events()
        if e["type"] == "invoice.issued" and e["data"]["invoice_id"] == invoice_id
    )
    return total * Decimal(stated["percent"]) / 100 if stated else Decimal(0)


def test_thanks_only_for_what_is_settled_and_for_what_was_paid(books: Books, sent: list[Message]) -> None:
    thanks = [m for m in sent if m.step == "thank_you"]
    assert thanks
    for message in thanks:
        owed = {
            o.invoice_id: o
            for o in books.owed(message.client_id, message.at, place(books, message)[0][0])
            if o.invoice_id in message.invoices
        }
        paid: dict[str, int] = {}
        for one in owed.values():
            paid[one.currency] = paid.get(one.currency, 0) + minor(one.paid, one.currency)

        assert [o for o in owed.values() if o.open not in (0, discount(o.invoice_id))] == []
        assert message.amounts == paid
        assert " late" not in message.text  # it is settled; a thank-you reproaches nothing


def test_one_thank_you_a_day_and_one_for_each_invoice(books: Books, sent: list[Message]) -> None:
    thanks = [m for m in sent if m.step == "thank_you"]
    days = [(m.client_id, m.at.astimezone(place(books, m)[0][0]).date()) for m in thanks]
    invoices = [invoice for m in thanks for invoice in m.invoices]

    assert len(set(days)) == len(days)
    assert len(set(invoices)) == len(invoices)


def test_every_message_names_its_invoices_by_number(sent: list[Message]) -> None:
    for message in sent:
        # Who answered knows what they wrote about; and the wrong person must not hear of it.
        if message.channel == "email" and message.step != "acknowledgement":
            assert all(f"NW-{i.removeprefix('inv-')}" in message.text for i in message.invoices), message


def test_a_text_only_to_who_may_have_one(books: Books, sent: list[Message]) -> None:
    for message in sent:
        if message.channel != "sms":
            continue
        profile = books.profile(message.client_id, message.at) or {}
        said = sorted((c["at"], c["granted"]) for c in profile.get("consents", ()) if c["channel"] == "sms")
        if said:
            assert said[-1][1], message
        else:
            asked_for = "sms" in profile.get("preferences", {}).get("channels", ())
            assert asked_for or profile["debtor_type"] in ("company", "public_body"), message


def test_nothing_to_an_address_that_opted_out_or_is_gone(books: Books, played: Played) -> None:
    tries = [
        (datetime.fromisoformat(row["started_at"]), row)
        for row in played.rows(
            "select started_at, address, a.channel, client_id, state from attempt a join message using (message_id)"
            " order by started_at"
        )
    ]
    ended: dict[str, datetime] = {}
    for event in books.events:
        data, at = event["data"], event["at"]
        if event["type"] == "sandbox.reply" and "stop" in data["text"].lower():
            answered = [
                row["address"]
                for tried_at, row in tries
                if (row["client_id"], row["channel"]) == (data["client_id"], data["channel"])
                and tried_at <= at
            ]
            ended[answered[-1]] = at
    for tried_at, row in tries:
        if row["state"] in UNREACHED:
            ended.setdefault(row["address"], tried_at)
    assert sorted(ended) == ["+12145550166", "+13125550188", "+14165550123", "noah@wattlecafe.example"]

    assert [row for at, row in tries if row["address"] in ended and at > ended[row["address"]]] == []


def test_no_final_notice_without_a_person(played: Played) -> None:
    for message in played.messages:
        if message.step == "final_notice" and message.sent_at:
            (task,) = played.rows("select * from task where message_id = ?", message.message_id)
            assert task["state"] == "approved"
            assert task["by"] in PEOPLE


def test_nothing_while_a_person_decides_and_nothing_once_an_attorney_has_it(
    played: Played, sent: list[Message]
) -> None:
    decisions = played.rows("select * from task where kind = 'decision' and subject is not null")
    escalations = played.rows("select * from escalation")
    assert decisions
    assert escalations
    silent = [(d["client_id"], d["creditor_id"], d["opened_at"], d["closed_at"]) for d in decisions]
    silent += [(e["client_id"], e["creditor_id"], e["at"], e["lifted_at"]) for e in escalations]
    for client_id, creditor_id, begun, over in silent:
        until = datetime.fromisoformat(over) if over else datetime.max.replace(tzinfo=UTC)
        assert [
            m
            for m in sent
            if (m.client_id, m.creditor_id) == (client_id, creditor_id)
            and datetime.fromisoformat(begun) < m.at < until
        ] == []


def test_every_case_that_an_attorney_has_was_given_by_a_person(played: Played) -> None:
    for escalation in played.rows("select * from escalation"):
        (task,) = played.rows("select * from task where task_id = ?", escalation["task_id"])
        assert (task["kind"], task["state"]) == ("decision", "approved")
        assert escalation["by"] == task["by"]
        assert task["by"] in PEOPLE


def test_no_interest_before_a_final_notice(sent: list[Message]) -> None:
    named = re.compile(r"\binterest\b|Verzugszins|intérêts|interessi|intereses|\brente\b", re.IGNORECASE)

    assert {m.step for m in sent if named.search(m.text)} <= {"final_notice"}


def test_nothing_late_while_payments_are_not_known(books: Books, sent: list[Message]) -> None:
    """The billing system was silent for four evenings: from 48 hours after its last word, till its next."""
    silent_from = datetime(2026, 2, 5, 19, 0, tzinfo=UTC) + timedelta(hours=48)
    silent_until = datetime(2026, 2, 10, 19, 30, tzinfo=UTC)
    sources = {
        e["data"].get("invoice_id"): e["source"] for e in books.events if e["type"] == "invoice.issued"
    }
    meanwhile = [m for m in sent if silent_from < m.at < silent_until]
    assert meanwhile

    assert [
        m
        for m in meanwhile
        if m.step.startswith("overdue") and any("erp" in sources[invoice] for invoice in m.invoices)
    ] == []


def test_no_address_and_no_number_in_the_journal(played: Played) -> None:
    journal = played.journal()
    addresses = {a for m in played.messages for a in m.addresses}
    assert len(addresses) > 30

    assert [a for a in sorted(addresses) if a in journal] == []
