"""What must be true before anything hard is said, and what may not be said at all."""

from __future__ import annotations

from typing import Any

import pytest

from tests.complaints.life import Life

THREATS = (
    "court",
    "attorney",
    "lawyer",
    "legal action",
    "bailiff",
    "collection agency",
    "credit rating",
    "blacklist",
)


def test_nothing_is_threatened_before_a_person_has_said_yes(life: Life) -> None:
    """The second automatic mail already threatened with a lawyer."""
    life.client("02-01 09:00").invoice("02-04 10:00").until("12-31")

    assert len(life.taken()) >= 6
    assert [r.subject for r in life.taken() if any(threat in r.text.lower() for threat in THREATS)] == []
    assert "final_notice" not in life.steps()


def test_a_final_notice_waits_for_a_yes_and_a_no_is_a_no(life: Life) -> None:
    """It went to a good customer before anybody had looked."""
    life.client("02-01 09:00").invoice("02-04 10:00").decides("04-08 10:00", "approval", "refuse").until(
        "05-30"
    )

    assert "final_notice" not in life.steps()


def test_a_final_notice_names_a_new_day_that_can_be_kept(life: Life) -> None:
    """Without a new due date fourteen days on, the claim can fail in court. (Invoice Ninja #4020)"""
    life.client("02-01 09:00").invoice("02-04 10:00").decides("04-08 10:00", "approval", "approve").until(
        "04-10"
    )

    text = life.letter("final_notice").text
    assert "20 April" in text or "18 April" in text, text


def test_the_automatic_part_ends_with_a_person_and_not_with_an_attorney(life: Life) -> None:
    """It handed the case over by itself."""
    life.client("02-01 09:00").invoice("02-04 10:00").until("12-31")

    assert "decision open" in life.tasks()
    assert [entry for entry in life.desk.journal() if entry.kind == "case.escalated"] == []

    life.decides("12-31 10:00", "decision", "approve", by="Ruth Ellison")
    (escalated,) = [entry for entry in life.desk.journal() if entry.kind == "case.escalated"]
    assert escalated.by == "Ruth Ellison"


@pytest.mark.parametrize("terms", ["none", None])
def test_no_interest_where_the_contract_excludes_it_or_says_nothing(life: Life, terms: str | None) -> None:
    """It added a flat percentage that we never agreed on. (Invoice Ninja #11118)"""
    said: dict[str, Any] = {"late_terms": terms} if terms else {}
    life.client("02-01 09:00").invoice("02-04 10:00", **said)
    life.decides("04-08 10:00", "approval", "approve").until("04-10")

    assert "8%" not in life.letter("final_notice").text
    assert "Pay £1,200.00" in life.letter("final_notice").text


def test_a_consumer_is_never_asked_for_a_company_s_interest(life: Life) -> None:
    """Different rules for companies and private persons, please. (Invoice Ninja #925)"""
    life.client("01-02 09:00", debtor_type="consumer").invoice("01-05 10:00", late_terms="statutory")
    life.until("03-17").decides("03-20 10:00", "approval", "approve").until("03-25")

    assert "nterest" not in life.letter("final_notice").text
    assert [r.subject for r in life.taken() if "fixed sum" in r.text] == []
