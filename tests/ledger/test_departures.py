"""A contact who has left, or is the wrong one, hears no more of us until the profile says something else of them."""

from __future__ import annotations

import json

import pytest

from config.policy import SHIPPED, load_policy
from ledger import replies
from ledger import tables as t
from ledger.answers import Reading
from ledger.timeline import find, timeline
from ledger.unit import Ledger
from ledger.verdicts import close_task
from reminders.consent import reachable
from reminders.feedback import Reply
from reminders.reasons import Reason
from reminders.snapshot import Channel
from tests.ledger.book import HOUSE, NOW, journal, profile, rows, snapshot, tell
from tests.ledger.test_replies import a_reply, written_to
from tests.support.answers import classify, departed

STANDARD = load_policy(SHIPPED / "standard.yaml")
READING = Reading(classify, lambda _snapshot, _now: STANDARD, HOUSE, departed)
WRONG = "Wrong person, I don't know this company"
LEFT = "Automatic reply: Ada has left the company."
AP = {"contact_id": "ap", "name": "Ada", "email": "Ap@kaya.example", "phone": "+49 30 123456"}
LATER = 40 * 24 * 60
"""The minute of a time after the departure, as the events of these tests count them."""


@pytest.fixture
def left(ledger: Ledger) -> Ledger:
    """Kaya was written to, and the contact says that they are the wrong person."""
    written_to(ledger)
    say(ledger, WRONG)
    return ledger


def say(ledger: Ledger, text: str, **fields: object) -> tuple[str, ...]:
    with ledger.begin(NOW) as unit:
        return replies.record(unit, a_reply(text, **fields), READING)  # type: ignore[arg-type]


def gone(ledger: Ledger) -> frozenset[str]:
    return snapshot(ledger).client.gone


def done(ledger: Ledger) -> None:
    (task,) = rows(ledger, t.task, t.task.c.reason == Reason.CONTACT_LEFT.value)
    with ledger.begin(NOW) as unit:
        close_task(unit, task.task_id, "done", "Ruth", "")


def test_the_wrong_person_is_written_to_on_no_channel(left: Ledger) -> None:
    case = snapshot(left)

    assert case.client.gone == {"ap"}
    for channel in (Channel.EMAIL, Channel.VOICE):
        assert reachable(case.client, case.suppressions, channel, "ap", STANDARD) is Reason.CONTACT_LEFT
    (task,) = rows(left, t.task, t.task.c.kind == "unreachable")
    assert "Contact ap of client kaya" in task.brief
    assert "Nothing goes to them any more, on any channel" in task.brief


def test_the_journal_and_the_timeline_name_the_contact_and_no_address(left: Ledger) -> None:
    (entry,) = journal(left, "response.recorded")
    assert json.loads(entry.data)["contact_left"] == "ap"
    with left.read() as connection:
        told = [note.text for note in timeline(connection, find(connection, "kaya")[0])]
        stored = str(connection.execute(t.departure.select()).all())
    assert any("No reminder goes to contact ap any more." in text for text in told)
    assert "kaya.example" not in stored
    assert "Ada" not in stored


def test_not_surely_the_wrong_person_stays(ledger: Ledger) -> None:
    written_to(ledger)
    say(ledger, "That's not for me, but we will pay on Friday")

    assert gone(ledger) == frozenset()


@pytest.mark.parametrize(
    ("change", "still"),
    [
        ({}, {"ap"}),
        ({"role": "AP"}, {"ap"}),
        ({"name": " ADA "}, {"ap"}),
        ({"phone": "+4930123456"}, {"ap"}),
        ({"name": "Bo"}, set()),
        ({"email": "bo@kaya.example"}, set()),
        ({"phone": "+49 30 999999"}, set()),
    ],
)
def test_a_profile_that_says_something_else_of_them_makes_good(
    left: Ledger, change: dict[str, str], still: set[str]
) -> None:
    tell(left, profile(time=LATER, contacts=[AP | change]))

    assert gone(left) == still


def test_another_entry_with_the_address_is_the_same_mailbox(left: Ledger) -> None:
    other = {"contact_id": "new", "name": "Bo", "email": "ap@KAYA.example"}
    third = {"contact_id": "cy", "name": "Cy", "email": "cy@kaya.example"}
    tell(left, profile(time=LATER, contacts=[other, third]))

    assert gone(left) == {"new"}


def test_a_person_says_that_the_contact_is_right_after_a_new_profile(left: Ledger) -> None:
    tell(left, profile(time=LATER))
    assert gone(left) == {"ap"}
    done(left)

    assert gone(left) == frozenset()


def test_a_task_closed_without_a_new_profile_changes_nothing(left: Ledger) -> None:
    done(left)

    assert gone(left) == {"ap"}


def test_who_says_so_again_is_gone_again(left: Ledger) -> None:
    tell(left, profile(time=LATER))
    done(left)
    say(left, WRONG, key="k2")

    assert gone(left) == {"ap"}


def test_a_machine_that_says_that_its_owner_has_left(ledger: Ledger) -> None:
    written_to(ledger)

    assert say(ledger, LEFT, automatic=True) == ("kaya",)
    assert gone(ledger) == {"ap"}
    (task,) = rows(ledger, t.task)
    assert (task.kind, task.reason) == ("unreachable", "contact_left")
    assert "“has left the company”" in task.brief
    assert snapshot(ledger).replied_at is None  # nobody has answered: nothing waits


@pytest.mark.parametrize(
    "reply", [a_reply(LEFT, automatic=True, sender="who@else.example"), a_reply("Hi", automatic=True)]
)
def test_other_machines_change_nothing(ledger: Ledger, reply: Reply) -> None:
    written_to(ledger)
    with ledger.begin(NOW) as unit:
        assert replies.record(unit, reply, READING) == ()

    assert gone(ledger) == frozenset()
    assert rows(ledger, t.task) == []
