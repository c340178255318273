"""What the settings and the preview say is what happens."""

from __future__ import annotations

from datetime import timedelta

import pytest

from config.policy import Policy
from reminders.snapshot import Channel
from tests.complaints.life import SHIPPED, Life, instant
from workers.outlook import Rules, outlook


def foreseen(life: Life, days: int) -> list[str]:
    """What the preview says will be sent, in the words of `Life.story`."""
    office = life.desk.office
    rules = Rules(office.rules, office.creditors, office.providers.channels, office.volume)
    with life.desk.ledger.read() as connection:
        seen = outlook(connection, rules, life.desk.now, life.desk.now + timedelta(days=days))
    return sorted(
        f"{one.at:%m-%d} {one.step}" + ("" if one.channel is Channel.EMAIL else f" by {one.channel}")
        for ahead in seen.ahead
        for one in ahead.foresight.foreseen
        if one.kind == "message"
    )


@pytest.mark.parametrize("since", ["02-05", "03-07", "03-14"])
def test_the_preview_is_what_happens(life: Life, since: str) -> None:
    """The schedule shows a next send date, and then something else is sent. (Invoice Ninja #7676)"""
    life.client("02-01 09:00").invoice("02-04 10:00").invoice(
        "02-04 11:00", 2, total="300.00", due_on="03-18"
    ).until(since)
    expected = foreseen(life, 30)
    end = instant(since) + timedelta(days=30)

    life.until(f"{end:%m-%d}")

    assert sorted(life.story(since)) == expected
    assert expected


def test_the_preview_sends_nothing_and_leaves_nothing_behind(life: Life) -> None:
    """The print run with a blank parameter mailed every historical invoice; I want a test stage. (ADempiere #2369)"""
    life.client("02-01 09:00").invoice("02-04 10:00").until("03-06")
    before = (life.story(), len(life.desk.journal()))

    assert foreseen(life, 60)

    assert (life.story(), len(life.desk.journal())) == before


def test_a_client_who_is_paused_has_no_next_date(life: Life) -> None:
    """It shows the next reminder date although reminders are off. (Invoice Ninja #7676)"""
    life.client("02-01 09:00").invoice("02-04 10:00").at("03-06 10:00", "client.paused", client_id="harbour")

    assert foreseen(life, 90) == []


def test_another_policy_for_a_kind_of_client_holds_for_that_kind_alone(life: Life) -> None:
    """I need other limits for private persons than for companies. (Invoice Ninja #925)"""
    usual = SHIPPED.policies.usual.model_dump(by_alias=True)
    left_out = ("overdue_7", "overdue_14", "call")
    steps = [
        step | ({"day": 23} if step["name"] == "overdue_3" else {})
        for step in usual["steps"]
        if step["name"] not in left_out
    ]
    own = {"name": "slow", "for": [{"segments": ["slow"]}], "precedence": 90, "enter_at_most": "overdue_3"}
    slow = Policy.model_validate(usual | own | {"steps": steps})
    life.under(SHIPPED.with_policies([slow]))
    life.client("02-01 09:00").client("02-01 09:00", client_id="quay", segment="slow")
    life.invoice("02-04 10:00").invoice("02-04 10:00", 2, client_id="quay").until("03-20")

    late = {(m.client_id, m.step) for m in life.sent() if m.step.startswith("overdue")}
    assert late >= {("harbour", "overdue_3"), ("harbour", "overdue_7")}
    assert not any(client == "quay" for client, _ in late)
