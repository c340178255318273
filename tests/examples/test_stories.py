"""How each story of the book ends: what went out, in order, what is owed, and what is left for a person."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from tests.examples.account import Books
from tests.examples.played import Message, Played, events

pytestmark = [pytest.mark.network, pytest.mark.timeout(300)]

# By mail and delivered, where nothing else is said. What each client did stands in examples/stories/.
STORIES = {
    "harbour-cafe": """
        introduction thank_you
        introduction due_soon thank_you
        introduction due_soon overdue_3 thank_you""",
    "bluebell": """
        introduction sms:due_soon sms:thank_you
        introduction sms:due_soon sms:overdue_3 sms:thank_you
        introduction sms:thank_you""",
    "keystone-legal": """
        introduction heads_up
        introduction heads_up thank_you
        introduction heads_up due_soon thank_you""",
    "fenwick": "introduction due_soon overdue_3 overdue_7 sms:overdue_14 promise_due thank_you",
    "moorland": """
        introduction introduction heads_up due_soon overdue_7 thank_you
        introduction introduction heads_up due_soon overdue_3 overdue_7""",
    "pemberton": """
        introduction heads_up due_soon
        introduction overdue_3 overdue_7 sms:overdue_14 statement final_notice""",
    "atelier-lumiere": """
        introduction due_soon overdue_3 overdue_7 overdue_14 final_notice!cancelled thank_you""",
    "oldmill": "overdue_7 sms:overdue_14 final_notice!expired thank_you",
    "halden-sport": "introduction heads_up due_soon overdue_3 overdue_7 overdue_14 final_notice",
    "redwood-labs": """
        introduction heads_up due_soon
        introduction overdue_3 acknowledgement thank_you instalment_due instalment_due instalment_missed instalment_due
        thank_you""",
    "oconnor": """
        introduction due_soon overdue_3 promise_due promise_broken promise_due promise_due thank_you""",
    "delacroix": "introduction due_soon overdue_3 instalment_due instalment_due instalment_due thank_you",
    "jane-whitby": "introduction due_soon overdue_3 overdue_14 thank_you",
    "thomas-ashdown": "introduction due_soon overdue_3 overdue_7 overdue_14",
    "brightwater": """
        introduction due_soon overdue_3 sms:overdue_14 introduction thank_you
        overdue_7 sms:overdue_14 thank_you""",
    "krause-druck": """
        introduction due_soon overdue_3 overdue_7 sms:overdue_14 thank_you
        introduction discount due_soon thank_you""",
    "lindner": """
        introduction heads_up due_soon overdue_3 overdue_7 overdue_14 thank_you
        introduction discount thank_you""",
    "nordlicht": "introduction introduction due_soon overdue_3 overdue_7 thank_you due_soon thank_you",
    "tulpdorp": """
        introduction introduction heads_up due_soon thank_you
        introduction heads_up due_soon thank_you""",
    "sunset-motel": "introduction due_soon overdue_3 overdue_7 instalment_due instalment_missed",
    "castello": "introduction due_soon thank_you payment_returned overdue_14",
    "gonzalez": """
        introduction introduction due_soon due_soon thank_you overdue_3 overdue_7 thank_you
        introduction due_soon thank_you""",
    "rossi-moto": "introduction due_soon thank_you introduction due_soon overdue_3 thank_you",
    "marais": "thank_you introduction due_soon thank_you",
    "van-dijk": "introduction payment_returned thank_you thank_you introduction thank_you",
    "sakura": """
        introduction introduction heads_up due_soon overdue_3 overdue_7 thank_you overdue_7 thank_you
        introduction heads_up due_soon thank_you""",
    "wattle": """
        introduction due_soon!undelivered sms:due_soon sms:overdue_3 sms:overdue_7 sms:thank_you
        sms:introduction sms:due_soon sms:overdue_3 sms:thank_you""",
    "maple-books": """
        introduction sms:due_soon!rejected due_soon overdue_3 thank_you
        introduction due_soon overdue_3 thank_you""",
    "helvetia": """
        introduction!no_receipt heads_up!no_receipt due_soon!no_receipt overdue_3!no_receipt overdue_7!no_receipt
        thank_you!no_receipt""",
    "prairie-dental": """
        introduction sms:due_soon sms:overdue_3 overdue_7 overdue_14 thank_you
        introduction due_soon thank_you""",
    "liberty": "introduction sms:due_soon sms:overdue_3 overdue_7 promise_broken thank_you",
    "popup-pier": "",
}
TASKS = {
    ("atelier-lumiere", "approval", "refused"),
    ("atelier-lumiere", "call", "done"),
    ("brightwater", "call", "done"),
    ("castello", "call", "done"),
    ("fenwick", "call", "done"),
    ("halden-sport", "approval", "approved"),
    ("halden-sport", "call", "done"),
    ("halden-sport", "decision", "refused"),
    ("jane-whitby", "call", "done"),
    ("jane-whitby", "reply", "done"),
    ("keystone-legal", "reply", "done"),
    ("liberty", "call", "done"),
    ("oconnor", "call", "done"),
    ("oldmill", "approval", "done"),
    ("oldmill", "call", "done"),
    ("oldmill", "decision", "done"),
    ("oldmill", "reply", "done"),
    ("pemberton", "approval", "approved"),
    ("pemberton", "call", "done"),
    ("pemberton", "decision", "approved"),
    ("popup-pier", "unreachable", "open"),
    ("prairie-dental", "call", "done"),
    ("prairie-dental", "reply", "done"),
    ("redwood-labs", "reply", "done"),
    ("rossi-moto", "approval", "approved"),
    ("sunset-motel", "call", "done"),
    ("thomas-ashdown", "call", "open"),
}
OPEN = {
    "inv-1043": "310.00",
    "inv-1044": "955.00",
    "inv-1051": "3975.00",
    "inv-1052": "620.00",
    "inv-1121": "185.00",
    "inv-1122": "35.00",
    "inv-1301": "130.00",
    "inv-1311": "4760.00",
}


@pytest.mark.parametrize("client_id", STORIES)
def test_what_went_out(played: Played, client_id: str) -> None:
    assert played.story(client_id).split() == STORIES[client_id].split()


def test_every_client_has_a_story(played: Played) -> None:
    clients = {row["client_id"] for row in played.rows("select client_id from client")}

    assert clients == set(STORIES)


def test_what_was_asked_of_people(played: Played) -> None:
    tasks = {(row["client_id"], row["kind"], row["state"]) for row in played.rows("select * from task")}

    assert tasks == TASKS


def test_what_is_owed_in_the_end(played: Played) -> None:
    at, books = datetime(2026, 4, 17, 23, 0, tzinfo=UTC), Books(events())
    owed = {
        o.invoice_id: str(o.open)
        for client in STORIES
        for o in books.owed(client, at, ZoneInfo("UTC"))
        if o.open
    }
    ended = {row["invoice_id"] for row in played.rows("select invoice_id from invoice_closure")}

    assert {key: amount for key, amount in owed.items() if key not in ended} == OPEN
    assert ended == {"inv-1171", "inv-1181"}
    assert "£6,210.00" in played.output


def test_a_promise_a_plan_a_dispute_and_a_hardship_are_silence(played: Played) -> None:
    """Between two instants nothing went to these clients but words about what was agreed."""
    agreed = {"acknowledgement", "promise_due", "instalment_due", "instalment_missed"}
    spans = {
        "redwood-labs": ("2026-02-18T19:05", "2026-02-20T22:00"),
        "oconnor": ("2026-02-02T11:00", "2026-02-15T00:00"),
        "sunset-motel": ("2026-02-06T18:00", "2026-04-17T23:00"),
        "delacroix": ("2026-01-27T10:00", "2026-04-09T12:00"),
        "krause-druck": ("2026-01-30T09:00", "2026-02-19T09:00"),
        "jane-whitby": ("2026-01-23T20:15", "2026-03-10T10:00"),
        "thomas-ashdown": ("2026-02-03T09:00", "2026-04-04T23:00"),
        "brightwater": ("2026-02-02T14:00", "2026-02-16T14:00"),
        "van-dijk": ("2026-01-15T08:30", "2026-01-23T11:30"),
        "castello": ("2026-02-17T09:01", "2026-02-24T09:00"),
    }
    for client_id, (first, last) in spans.items():
        start, end = (datetime.fromisoformat(at).replace(tzinfo=UTC) for at in (first, last))
        sent = [m for m in played.sent if m.client_id == client_id and start < m.at < end]
        assert [m for m in sent if m.step not in agreed] == []


def test_a_part_payment_a_partial_dispute_and_money_on_account_are_taken_off(played: Played) -> None:
    def asked(client_id: str, step: str) -> dict[str, int]:
        (message,) = (
            m
            for m in played.messages
            if m.client_id == client_id
            and m.step == step
            and m.invoices[0] in ("inv-1031", "inv-1151", "inv-1212")
        )
        return message.amounts

    assert asked("fenwick", "overdue_7") == {"GBP": 184000}
    assert asked("fenwick", "overdue_14") == {"GBP": 84000}
    assert asked("lindner", "heads_up") == {"EUR": 180000}
    assert asked("lindner", "due_soon") == {"EUR": 150000}
    assert asked("rossi-moto", "due_soon") == {"EUR": 28000}


def test_yen_have_no_decimals_and_stand_apart_from_dollars(played: Played) -> None:
    (message,) = (m for m in played.messages if m.client_id == "sakura" and m.step == "overdue_3")

    assert message.amounts == {"JPY": 184000, "USD": 125000}
    assert "¥184,000\n" in message.text
    assert "$1,250.00\n" in message.text
    assert "184,000.00" not in message.text


def test_each_creditor_speaks_for_itself(played: Played) -> None:
    for message in played.sent:
        german = message.client_id in ("krause-druck", "lindner", "halden-sport") or message.invoices == (
            "inv-1161",
        )
        assert message.creditor_id == ("northwind-de" if german else "northwind"), message


def test_the_older_profile_changed_nothing(played: Played) -> None:
    addresses = {address for m in played.messages if m.client_id == "maple-books" for address in m.addresses}

    assert addresses == {"avery@maplebooks.example", "+14165550123"}


def the(played: Played, client_id: str, step: str) -> Message:
    (found,) = (m for m in played.sent if m.client_id == client_id and m.step == step)
    return found


def test_a_discount_is_told_while_it_is_open_and_never_again(played: Played) -> None:
    assert the(played, "lindner", "discount").amounts == {"EUR": 235200}
    assert the(played, "krause-druck", "discount").amounts == {"EUR": 100880}

    lost = [m for m in played.sent if m.invoices == ("inv-1142",) and m.at.date().isoformat() > "2026-03-19"]
    assert [m.step for m in lost] == ["due_soon", "thank_you"]
    assert {amount for m in lost for amount in m.amounts.values()} == {104000}


def test_an_answer_is_acknowledged_with_the_day_that_was_promised(played: Played) -> None:
    told = the(played, "redwood-labs", "acknowledgement")

    assert told.amounts == {}
    # What was due by then, and not the $6,000.00 that fall due in March.
    assert "We have noted that you will pay $5,400.00 by February 20." in told.text
    assert told.text.count("$") == 1


def test_a_broken_promise_is_told_with_what_came_of_it(played: Played) -> None:
    partly = the(played, "liberty", "promise_broken")

    assert partly.amounts == {"USD": 61075}
    assert "$700.00 has arrived" in partly.text


def test_instalments_are_asked_for_one_by_one(played: Played) -> None:
    asked = [
        m.amounts for m in played.sent if m.step.startswith("instalment") and m.client_id == "redwood-labs"
    ]

    assert asked == [{"USD": 200000}] * 4


def test_interest_is_claimed_in_final_notices_that_a_person_approved_and_nowhere_else(played: Played) -> None:
    """Thirty-two days at 8% over the reference rate of 3.75%, thirty-one at 9 points over the base rate of 1.27%."""
    british, german = (the(played, client, "final_notice") for client in ("pemberton", "halden-sport"))

    assert "£40.95" in british.text
    assert "£70.00" in british.text
    assert "41,52" in german.text
    assert "40,00" in german.text
    assert [m for m in played.sent if "40.95" in m.text or "41,52" in m.text] == [german, british]


def test_a_case_goes_to_an_attorney_by_a_person_s_decision_and_by_no_other(played: Played) -> None:
    escalated = played.rows("select client_id, by from journal where kind = 'case.escalated'")

    assert escalated == [{"client_id": "pemberton", "by": "Ruth Ellison"}]
    assert [
        m for m in played.sent if m.client_id == "pemberton" and m.at.date().isoformat() > "2026-03-22"
    ] == []


def test_a_key_account_hears_of_what_is_late_after_a_person_s_yes(played: Played) -> None:
    (row,) = played.rows("select reason, by from task where client_id = 'rossi-moto'")

    assert row == {"reason": "large_or_key", "by": "Ruth Ellison"}


def test_each_is_treated_by_the_policy_that_is_theirs(played: Played) -> None:
    rows = played.rows("select client_id, data from journal where kind = 'decision.made'")
    ever = {(json.loads(row["data"])["policy"].split("@")[0], row["client_id"]) for row in rows}

    assert {client for policy, client in ever if policy == "gentle"} == {
        "harbour-cafe", "jane-whitby", "rossi-moto", "thomas-ashdown",
    }  # fmt: skip
    assert {client for policy, client in ever if policy == "consumer"} == {
        "bluebell", "delacroix", "gonzalez", "jane-whitby", "maple-books", "marais", "oconnor", "prairie-dental",
        "thomas-ashdown",
    }  # fmt: skip
