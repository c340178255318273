"""The first words after a hardship: which they are, and until when the matter had rested."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from config.policy import SHIPPED, Step, load_policy
from reminders.account import read_account
from reminders.calendar import place_of
from reminders.hardship import rested_until
from reminders.snapshot import PastMessage
from reminders.states import MessageState
from tests.reminders.book import DUE, a_case, a_client, a_message, an_invoice, at

GENTLE = load_policy(SHIPPED / "gentle.yaml")
OVER = date(2026, 6, 30)
NOW = at("2026-07-15 10:00")


def gentle(name: str) -> Step:
    step = GENTLE.step(name)
    assert step is not None
    return step


def rested(
    *messages: PastMessage, step: str = "overdue_14", through: date | None = OVER, **invoice: Any
) -> date | None:
    case = a_case(
        an_invoice(**invoice), messages=messages, client=replace(a_client(), hardship_through=through)
    )
    account = read_account(case, GENTLE, NOW)
    items = tuple(map(account.item, account.live_of("acme")))
    return rested_until(gentle(step), "acme", items, case, GENTLE, place_of(case.client))


@pytest.mark.parametrize("step", ["overdue_3", "overdue_14"])
def test_the_first_reminder_after_it_knows_its_last_day(step: str) -> None:
    assert rested(step=step) == OVER


def test_what_was_said_before_or_during_it_changes_nothing() -> None:
    assert rested(a_message("overdue_3", at("2026-04-03 10:00"))) == OVER
    assert rested(a_message("thank_you", at("2026-06-30 23:30"))) == OVER


def test_without_a_hardship_there_is_nothing_to_tell() -> None:
    assert rested(through=None) is None


def test_the_second_reminder_after_it_is_a_reminder_like_others() -> None:
    assert rested(a_message("overdue_3", at("2026-07-02 10:00"))) is None
    assert rested(a_message("gone_from_the_policy", at("2026-07-02 10:00"))) is None


def test_what_was_asked_for_until_lately_had_not_rested() -> None:
    """Its end was told only when the next reminders had gone, as nightly jobs do."""
    assert rested(a_message("overdue_3", at("2026-06-30 10:00"))) is None
    assert rested(a_message("overdue_3", at("2026-06-17 10:00"))) is None
    assert rested(a_message("overdue_3", at("2026-06-16 10:00"))) == OVER


@pytest.mark.parametrize("step", ["thank_you", "statement", "acknowledgement", "promise_due"])
def test_a_word_that_asks_for_nothing_late_is_no_reminder(step: str) -> None:
    assert rested(a_message(step, at("2026-07-02 10:00"))) == OVER


@pytest.mark.parametrize(
    "state", [MessageState.QUEUED, MessageState.UNDELIVERED, MessageState.CANCELLED, MessageState.EXPIRED]
)
def test_a_reminder_that_never_came_was_none(state: MessageState) -> None:
    assert rested(a_message("overdue_3", at("2026-07-02 10:00"), state=state)) == OVER


def test_what_another_creditor_said_is_theirs() -> None:
    assert rested(a_message("overdue_3", at("2026-07-02 10:00"), creditor_id="other")) == OVER


def test_an_invoice_that_fell_due_only_afterwards_has_not_rested() -> None:
    assert rested(due_on=date(2026, 7, 1)) is None
    assert rested(due_on=OVER) == OVER


@pytest.mark.parametrize("step", ["final_notice", "due_soon", "promise_broken", "thank_you"])
def test_other_steps_keep_their_own_words(step: str) -> None:
    assert rested(step=step, due_on=DUE) is None
