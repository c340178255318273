"""Lives that once went wrong: each is the smallest one that showed it."""

from __future__ import annotations

from dataclasses import replace
from datetime import time, timedelta

from reminders.money import Money
from reminders.reasons import Reason
from reminders.snapshot import Channel, Consent, Instalment, Quiet
from reminders.states import MessageState
from tests.reminders.nevers import broken
from tests.reminders.nevers.acts import Agree, GiveWord, Object, Pay, PayPart
from tests.reminders.nevers.crafted import BEGIN, a_bill, a_life, a_script, on, steps, tasks
from tests.reminders.nevers.player import Fate, Life, Temper

THIRDS = tuple(Instalment(BEGIN + timedelta(days=20 + 30 * number), 30_00) for number in range(3))


def test_the_parts_of_a_plan_take_the_place_of_the_instalments_of_an_invoice() -> None:
    """Taken for a rung of the invoice, the plan's message was cancelled and planned again without end."""
    bill = a_bill(total=90_00, due=20, instalments=THIRDS)

    life = a_life((on(5), Agree("p", ("a",), 2, 10, 30)), bills=[bill], days=28)

    assert steps(life) == ["introduction", "instalment_due", "instalment_missed"]


def test_a_plan_in_one_currency_replaces_none_in_another() -> None:
    """The older plan was taken for replaced, and its invoice was chased while the client kept to it."""
    deals = [(on(5), Agree("p", ("b",), 1, 50, 30)), (on(6), Agree("q", ("a", "b"), 2, 45, 30))]

    life = a_life(*deals, bills=[a_bill("a", currency="GBP", due=60), a_bill("b", due=20)], days=45)

    assert not any(sent.step.overdue for sent in life.sent)


def test_a_dispute_that_covers_all_that_is_due_so_far_is_not_the_end_of_an_invoice_in_instalments() -> None:
    """Nobody looked again when the next instalment was due."""
    bill = a_bill(total=90_00, due=20, instalments=THIRDS)

    life = a_life((on(1), Object("o", "a", 0.5)), bills=[bill], days=100)

    assert steps(life)[:2] == ["introduction", "overdue_7"]
    assert life.sent[1].at.date() == THIRDS[1].due_on + timedelta(days=1)
    assert life.sent[1].amounts == (Money(15_00, "EUR"),)


def test_an_invoice_that_was_due_before_it_was_issued_is_chased() -> None:
    """No step was for terms of less than no days."""
    assert "overdue_7" in steps(a_life(bills=[a_bill(due=-9)]))


def test_whom_no_message_reaches_a_person_calls() -> None:
    """Once a step had failed on every channel, and nothing else was said, nobody was ever asked."""
    lost = Fate(end=MessageState.UNDELIVERED)

    life = a_life(bills=[a_bill(due=0)], fates=(lost,), days=150)

    assert tasks(life)[0] == "call"
    assert "decision" in tasks(life)


def test_whose_wishes_leave_no_hour_a_person_calls() -> None:
    life = a_life(quiet=Quiet(end=time(23, 30)), days=150)

    assert steps(life) == []
    assert tasks(life) == ["call", "decision"]


def test_nobody_is_thanked_while_a_person_decides_about_the_case() -> None:
    ignored = (Temper(timedelta(0), "ignore"),)
    bills = [a_bill("a"), a_bill("b")]

    life = a_life((on(80), Pay("r", "a")), bills=bills, days=100, tempers=ignored)

    assert tasks(life)[-1] == "decision"
    assert "thank_you" not in steps(life)


def test_a_decision_is_about_the_instalments_that_were_due_by_then() -> None:
    """When the first one was paid, the second stood at the end of its ladder, and with nobody."""
    bill = a_bill(total=90_00, due=20, instalments=THIRDS)
    never_mind = (Temper(timedelta(hours=1), "no"),)

    life = a_life((on(75), Pay("r", "a", 0.4)), bills=[bill], days=77, tempers=never_mind)

    assert tasks(life)[-1] == "decision"
    assert [left.reason for left in life.looks[-1].decision.left_out] == [Reason.WITH_A_PERSON]


def test_a_promise_after_a_decision_leaves_the_invoice_with_that_person_when_it_is_broken() -> None:
    """It stood at the end of its ladder, with nobody, and the younger invoice was carried by it for good."""
    bills = [a_bill("a"), a_bill("b", issued=60, due=90)]
    never_mind = (Temper(timedelta(hours=1), "no"),)

    life = a_life((on(80), GiveWord("w", ("a",), 1, 5)), bills=bills, days=150, tempers=never_mind)

    assert [errand.reason for errand in life.errands.values()].count(Reason.PROMISE_BROKEN) == 1
    assert "overdue_7" in [s.step.name for s in life.sent if s.message.carrying_invoice_id == "b"]
    assert broken(life) == {}


def test_a_statement_under_another_policy_was_no_step_of_the_ladder() -> None:
    """For a policy without statements, it stood for the step that fits the day: a person's decision."""
    bills = [a_bill(name, issued=-50, due=-20, seen_at=on(0)) for name in "ab"]
    script = a_script(bills=bills, days=140)
    life = Life(replace(script, rules=(*script.rules, (on(33), "plain")))).live()

    assert steps(life)[:4] == ["overdue_7", "overdue_14", "final_notice", "statement"]
    assert [errand.step for errand in life.errands.values()] == ["call", "decision"]


def test_a_plan_in_default_comes_to_a_person_again_though_its_oldest_invoice_is_with_one() -> None:
    """All that was late was laid over that one, and the plan held the other for good."""
    bills = [a_bill("a", total=900_00, due=10), a_bill("b", due=70)]
    never_mind = (Temper(timedelta(hours=1), "no"),)

    life = a_life(
        (on(12), Agree("p", ("a", "b"), 3, 5, 50)),
        (on(95), PayPart("r", "p")),
        bills=bills,
        tempers=never_mind,
    )

    asked = [(errand.subject, errand.reason) for errand in life.errands.values()]
    assert asked.count(("p", Reason.PLAN_DEFAULTED)) == 2


def test_a_channel_that_the_policy_does_not_have_any_more_carries_nothing() -> None:
    """What was planned before went out on it all the same."""
    said = (Consent(Channel.VOICE, granted=True),)
    slowly = (Fate(waits=timedelta(hours=29)),)
    script = a_script(rules="wide", fates=slowly, preferred=(Channel.VOICE,), consents=said)
    life = Life(replace(script, rules=(*script.rules, (on(15), "shipped")))).live()

    assert {sent.message.channel for sent in life.sent if sent.at > on(15)} == {Channel.EMAIL}
