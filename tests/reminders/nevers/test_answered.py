"""Lives in which the client answers: what goes on afterwards, which no never would miss."""

from __future__ import annotations

import pytest

from reminders.answers import AnswerKind
from reminders.snapshot import Channel, Consent
from tests.reminders.nevers import broken
from tests.reminders.nevers.acts import Answer, ReadReply, StartAgain
from tests.reminders.nevers.crafted import a_life, on, steps

LATE = ("overdue_3", "overdue_7", "overdue_14")


@pytest.mark.parametrize(
    "kind", [AnswerKind.PAID, AnswerKind.DISPUTE, AnswerKind.HARDSHIP, AnswerKind.CALL_ME, None]
)
@pytest.mark.parametrize("read", [True, False])
def test_an_answer_closes_no_invoice(kind: AnswerKind | None, read: bool) -> None:
    """It is waited for, and no longer than the policy says; then the ladder goes on."""
    dealt_with = [(on(25), ReadReply())] if read else []
    life = a_life((on(22), Answer("s", kind)), *dealt_with)
    assert broken(life) == {}
    said = [step for step in steps(life) if step in LATE]
    # What is not read for long outlasts the milder steps, and then the one that is due is said.
    assert said == list(LATE[-len(said) :])
    assert said
    assert steps(life).count("acknowledgement") == (kind is not None)


def test_after_a_stop_of_every_channel_nothing_goes_until_one_may_be_used_again() -> None:
    phone = {"consents": (Consent(Channel.SMS, False, on(0)),)}
    stopped = a_life((on(10), Answer("s", AnswerKind.STOP)), **phone)
    again = a_life((on(10), Answer("s", AnswerKind.STOP)), (on(30), StartAgain(Channel.EMAIL)), **phone)
    assert [life.sent[-1].at > on(10) for life in (stopped, again)] == [False, True]
    assert broken(stopped) == broken(again) == {}


def test_several_answers_in_a_day_have_one_acknowledgement() -> None:
    answers = [(on(21, f"{hour}:00"), Answer(f"s{hour}", AnswerKind.CALL_ME)) for hour in ("09", "10", "11")]
    life = a_life(*answers)
    assert steps(life).count("acknowledgement") == 1
    assert broken(life) == {}
