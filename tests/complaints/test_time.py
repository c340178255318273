"""At the wrong hour, on the wrong day, in the wrong year's order."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest

from tests.complaints.life import Life, instant


def local(life: Life, zone: str) -> list[datetime]:
    """When each message went, on the client's own clock."""
    return [life.when(request).astimezone(ZoneInfo(zone)) for request in life.taken()]


def somebody_at(client_id: str) -> dict[str, str]:
    """Who pays at that client."""
    return {
        "contact_id": "ap",
        "name": "Pat",
        "role": "accounts_payable",
        "email": f"pat@{client_id}.example",
    }


@pytest.mark.parametrize(
    ("country", "zone"),
    [
        ("GB", "Europe/London"),
        ("AU", "Australia/Sydney"),
        ("JP", "Asia/Tokyo"),
        ("US", "America/Los_Angeles"),
    ],
)
def test_messages_go_in_the_client_s_own_office_hours(life: Life, country: str, zone: str) -> None:
    """A text came at 03:03. (citygram #246) Xero sends at four in the morning, our time."""
    consent = {"channel": "sms", "granted": True, "at": "2026-01-02T10:00:00Z", "source": "form"}
    by_text = {"preferences": {"channels": ["sms", "email"]}, "consents": [consent]}
    life.client("02-01 09:00", country=country, time_zone=zone, **by_text)
    life.invoice("02-04 10:00").until("04-30")

    hours = local(life, zone)
    assert len(hours) >= 6
    assert [at for at in hours if not 9 <= at.hour < 17 or at.isoweekday() > 5] == []


def test_the_night_when_the_clocks_change_moves_nothing_out_of_hours(life: Life) -> None:
    """Since the clocks changed it sends an hour early."""
    life.client("02-01 09:00").invoice("02-18 10:00").until(
        "04-15"
    )  # due 20 March; summer time from 29 March

    at = {life.step_of(r): life.when(r).astimezone(ZoneInfo("Europe/London")) for r in life.taken()}
    assert f"{at['overdue_7']:%m-%d %H:%M}" == "03-27 09:00"
    assert f"{at['overdue_14']:%m-%d %H:%M}" == "04-07 09:00"  # the 3rd to the 6th are Easter
    assert at["overdue_7"].utcoffset() != at["overdue_14"].utcoffset()


def test_the_due_date_in_the_mail_is_the_invoice_s(life: Life) -> None:
    """The mail names a due date one day early; it is UTC. (Invoice Ninja #792)"""
    life.client(
        "02-01 09:00", country="US", subdivision="CA", time_zone="America/Los_Angeles", language="en-US"
    )
    life.invoice("02-04 22:00", currency="USD", due_on="03-06").until("03-20")

    for request in life.taken():
        assert "Mar 6" in request.text or "March 6" in request.text, request.subject
        assert "Mar 5" not in request.text
        assert "March 5" not in request.text


def test_the_client_s_day_decides_and_not_the_server_s(life: Life) -> None:
    """Reminders stopped because our send time and the server's date differ. (Invoice Ninja #8665)"""
    life.client("02-01 09:00", country="AU", subdivision="VIC", time_zone="Australia/Melbourne")
    life.invoice("02-04 10:00", due_on="03-03").until("03-09")

    (at,) = [life.when(r) for r in life.taken() if life.step_of(r) == "overdue_3"]
    assert f"{at:%m-%d %H}" == "03-05 22"  # nine in the morning of the 6th in Melbourne


def test_an_invoice_that_comes_late_is_met_with_the_mildest_reminder(life: Life) -> None:
    """We emailed it on the 20th, dated the 1st: they got the invoice and an overdue notice the same hour."""
    life.client("02-01 09:00").invoice("02-20 10:00", issued_on="2026-02-01", due_on="02-15")

    life.until("02-21")
    assert [(m.step, m.tone) for m in life.sent()] == [("overdue_3", "friendly")]


def test_an_old_invoice_begins_mildly_and_goes_on_step_by_step(life: Life) -> None:
    """An invoice of last autumn was imported, and their first word was a final notice. (QuickBooks, Upflow)"""
    life.client("02-02 09:00").invoice("02-02 10:00", issued_on="2025-09-01", due_on="01-05")
    life.until("03-31")

    assert life.steps()[0] == "overdue_7"
    days = [life.when(request).date() for request in life.taken()]
    assert all((later - earlier).days >= 7 for earlier, later in pairwise(days))
    assert "final_notice" not in life.steps()


def test_connecting_an_old_book_is_no_blast(lives: Callable[[], Life]) -> None:
    """We switched it on, and on the first day every customer we ever had got a reminder. (QuickBooks)"""
    life = lives()
    life.limit(first_contacts_per_day=5)
    for number in range(20):
        client = f"client-{number:02d}"
        life.client("02-02 08:00", client_id=client, contacts=[somebody_at(client)])
        life.invoice("02-02 08:00", number, client_id=client, issued_on="2025-09-01", due_on="01-05")
    life.until("02-14")

    first: dict[str, str] = {}
    for message in sorted(life.sent(), key=lambda m: m.sent_at):
        first.setdefault(message.client_id, f"{message.sent_at:%m-%d}")
    days = sorted(first.values())
    assert len(first) == 20
    assert {day: days.count(day) for day in days} == dict.fromkeys(("02-02", "02-03", "02-04", "02-05"), 5)


def test_far_more_than_usual_waits_for_a_person(life: Life) -> None:
    """One blank field, and it mailed every historical run. (ADempiere #2369)"""
    life.limit(alarm_floor=10)
    for number in range(30):
        client = f"client-{number:02d}"
        life.client("02-02 08:00", client_id=client, contacts=[somebody_at(client)])
        life.invoice("02-02 08:00", number, client_id=client)
    life.until("02-02 16:00")

    assert len(life.sent()) <= 11
    assert life.tasks() == ["approval open"]

    life.decides("02-02 16:00", "approval", "approve").until("02-03 12:00")
    assert len(life.sent()) == 30


def test_nothing_is_said_at_a_weekend_or_on_a_public_holiday(life: Life) -> None:
    """Our customers got dunned on Good Friday."""
    life.client("02-02 09:00").invoice("03-04 10:00").until("04-20")  # due on Good Friday, 3 April

    assert [at for at in local(life, "Europe/London") if f"{at:%m-%d}" in ("04-03", "04-06")] == []
    assert instant("04-07") <= life.when(life.letter("overdue_3"))
