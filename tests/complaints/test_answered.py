"""Nobody who answers is left without a word: one, where they wrote, and never a second one."""

from __future__ import annotations

import pytest

from ledger import replies
from reminders.feedback import OptWord
from tests.complaints.life import Life

# 30 January 2026 is a Friday; the invoice is due on 4 February.


def reminded(life: Life) -> Life:
    """An invoice was issued and its due date is near; the last word was `due_soon`, on Monday 2 February."""
    life.client("01-04 09:00").invoice("01-05 09:00")
    return life.until("02-02 12:00")


def test_an_answer_is_acknowledged_at_once_and_once(life: Life) -> None:
    reminded(life).answers("02-02 14:00", "We will pay on Friday", read=True)

    assert life.story(since="02-02 13:00") == ["02-02 acknowledgement"]
    letter = life.letter("acknowledgement")
    assert letter.to == "pat@harbour.example"
    assert "We have noted that you will pay by 6 February." in letter.text
    life.until("02-05 00:00")
    assert life.steps(since="02-02 13:00") == ["acknowledgement"]


def test_the_promise_is_kept_quiet_and_then_said_back(life: Life) -> None:
    reminded(life).answers("02-02 14:00", "We will pay on 13 February", read=True)

    life.pays("02-13 10:00").until("03-01 00:00")
    assert life.steps(since="02-02 13:00") == ["acknowledgement", "promise_due", "thank_you"]


def test_an_answer_by_text_is_acknowledged_by_text(life: Life) -> None:
    life.client("01-04 09:00", preferences={"channels": ["sms"]}).invoice("01-05 09:00")
    life.until("02-02 12:00").answers("02-02 14:00", "please call me", read=True)

    assert life.story(since="02-02 13:00") == ["02-02 acknowledgement by sms"]
    assert "A colleague will call you by 4 Feb" in life.letter("acknowledgement").text
    (task,) = life.desk.tasks("call")
    assert f"{task.due_on:%m-%d}" == "02-04"


def test_at_night_it_waits_for_the_morning(life: Life) -> None:
    reminded(life).answers("02-02 22:00", "This is already paid.", read=True)
    assert life.steps(since="02-02 13:00") == []

    life.until("02-04 00:00")
    assert [f"{at:%m-%d %H:%M}" for at in map(life.when, life.letters("acknowledgement"))] == ["02-03 09:00"]


def test_by_when_a_person_gets_in_touch_is_when_their_task_is_due(life: Life) -> None:
    reminded(life).answers("02-02 14:00", "I lost my job and can't pay at the moment.", read=True)

    assert "A colleague will get in touch with you by 4 February" in life.letter("acknowledgement").text
    (task,) = life.desk.tasks("reply")
    assert f"{task.due_on:%m-%d}" == "02-04"


@pytest.mark.parametrize("text", ["Who are you?", "STOP", "Perhaps we pay on Friday, perhaps not"])
def test_what_a_person_has_to_read_is_a_person_s_to_answer(life: Life, text: str) -> None:
    reminded(life).answers("02-02 14:00", text, read=True)

    assert life.until("02-03 23:00").steps(since="02-02 13:00") == []


@pytest.mark.parametrize("automatic", [True, False])
def test_two_machines_do_not_thank_each_other(life: Life, *, automatic: bool) -> None:
    """Neither a machine's answer that says so, nor one that reads like a person's."""
    reminded(life).answers("02-02 14:00", "This is already paid.", read=True)
    for day in ("02-03", "02-04", "02-05"):
        life.answers(f"{day} 10:00", "This is already paid.", read=True, automatic=automatic)

    assert life.until("02-06 00:00").steps(since="02-02 13:00") == ["acknowledgement"]


@pytest.mark.parametrize("by_link", [True, False])
def test_who_stops_before_the_thanks_are_out_is_not_thanked(life: Life, *, by_link: bool) -> None:
    """The word of thanks waits for the morning; at night they want no more mail."""
    reminded(life).answers("02-02 22:00", "This is already paid.", read=True)
    if by_link:
        last = life.sent()[-1].message_id
        with life.until("02-02 23:00").desk.ledger.begin(life.desk.now) as unit:
            life.desk.woken.decide(replies.unsubscribe(unit, last))
    else:
        life.answers("02-02 23:00", "STOP", OptWord.OUT, read=True)

    assert life.until("02-06 00:00").steps(since="02-02 13:00") == []


def test_a_payment_that_is_found_meanwhile_is_thanked_for_instead(life: Life) -> None:
    reminded(life).answers("02-02 20:00", "This is already paid.", read=True)

    life.pays("02-03 07:00").until("02-05 00:00")
    assert life.steps(since="02-02 13:00") == ["thank_you"]


def test_where_it_does_not_arrive_nobody_is_bothered(life: Life) -> None:
    reminded(life)
    life.bouncing.add("pat@harbour.example")
    life.answers("02-02 14:00", "please call me", read=True).until("02-04 00:00")

    assert [m.step for m in life.sent() if m.state == "undelivered"] == ["acknowledgement"]
    assert life.steps(since="02-02 13:00") == ["acknowledgement"]
    assert not life.desk.tasks("unreachable")


def test_the_wrong_person_is_told_that_we_are_sorry_and_nothing_else(life: Life) -> None:
    reminded(life).answers("02-02 14:00", "You have the wrong person, I don't work there", read=True)

    letter = life.until("03-30").letter("acknowledgement")
    assert letter.to == "pat@harbour.example"
    assert "sorry for the trouble" in letter.text
    assert "R-1" not in letter.text
    assert life.steps(since="02-02 13:00") == ["acknowledgement"]
