"""The limits of single channels, and their rest after a conversation."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from config.policy import Policy
from config.rules.contact import load_contact_law
from config.rules.narrowing import narrow
from reminders.caps import Contacts
from reminders.snapshot import Channel, PastMessage
from reminders.states import CONTACTS, MessageState
from tests.reminders.book import STANDARD, a_message, at, with_policy

EMAIL, SMS, VOICE = Channel.EMAIL, Channel.SMS, Channel.VOICE
NOW = at("2026-03-04 12:00")
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
LAW = load_contact_law()


def in_the_place(country: str, part: str | None, kind: str) -> Policy:
    return narrow(STANDARD, LAW.rules_for(country, part, kind))


GERMAN = in_the_place("DE", None, "company")


def sent(at: datetime, channel: Channel, state: MessageState = MessageState.DELIVERED) -> PastMessage:
    return a_message("overdue_3", at, channel=channel, state=state)


def rest(
    *messages: PastMessage,
    on: Channel = VOICE,
    policy: Policy = GERMAN,
    spoke: tuple[datetime, ...] = (),
    now: datetime = NOW,
) -> datetime | None:
    return Contacts(policy, messages, spoke).rest_end(on, now)


def test_seven_calls_in_seven_days_and_the_eighth_when_the_first_has_left_the_span() -> None:
    calls = [sent(NOW - 6 * DAY + n * HOUR, VOICE) for n in range(7)]
    assert rest(*calls[:6]) is None
    assert rest(*calls) == NOW + DAY
    assert rest(*calls, now=NOW + DAY) is None
    assert rest(*calls, now=NOW + DAY - HOUR) == NOW + DAY
    assert rest(*calls, on=EMAIL) is None
    assert rest(*calls, on=SMS) is None


@pytest.mark.parametrize("state", list(MessageState))
def test_a_call_that_reached_nobody_is_a_call(state: MessageState) -> None:
    calls = [sent(NOW - HOUR * n, VOICE, state) for n in range(1, 8)]
    placed = state in CONTACTS | {MessageState.UNDELIVERED, MessageState.FAILED}
    assert (rest(*calls) is not None) is placed
    # ... but it is no contact where all channels are counted together.
    full = Contacts(GERMAN, calls).cap_end(NOW) is not None
    assert full is (state in CONTACTS)


def test_a_text_that_did_not_arrive_is_no_contact() -> None:
    policy = in_the_place("US", "FL", "company")
    lost = [sent(NOW - HOUR * n, SMS, MessageState.UNDELIVERED) for n in range(1, 4)]
    assert rest(*lost, on=SMS, policy=policy) is None


def test_calls_and_texts_count_together_where_the_law_says_so() -> None:
    consumer = in_the_place("US", "MA", "consumer")
    two = (sent(NOW - 5 * DAY, VOICE), sent(NOW - 2 * DAY, SMS))
    assert rest(*two, policy=consumer) == NOW + 2 * DAY
    assert rest(*two, policy=consumer, on=SMS) == NOW + 2 * DAY
    assert rest(*two, policy=consumer, on=EMAIL) is None
    assert rest(*two, policy=in_the_place("US", "MA", "company")) is None


def test_three_in_a_day_count_hours() -> None:
    policy = in_the_place("US", "OK", "company")
    three = [sent(NOW - n * HOUR, SMS) for n in (23, 2, 1)]
    assert rest(*three, policy=policy, on=SMS) == NOW + HOUR
    assert rest(*three, policy=policy, on=SMS, now=NOW + HOUR) is None


def test_after_a_conversation_nobody_is_called_for_a_week_but_written_to() -> None:
    spoke = (NOW - 20 * DAY, NOW - DAY)
    assert rest(spoke=spoke) == NOW + 6 * DAY
    assert rest(spoke=spoke[::-1]) == NOW + 6 * DAY
    assert rest(spoke=spoke, now=NOW + 6 * DAY) is None
    assert rest(spoke=spoke[:1]) is None
    assert rest(spoke=spoke, on=EMAIL) is None
    assert rest(spoke=spoke, on=SMS) is None


def test_the_later_of_two_ends_holds() -> None:
    calls = [sent(NOW - 2 * HOUR, VOICE)] * 7
    assert rest(*calls, spoke=(NOW - HOUR,)) == NOW - HOUR + 7 * DAY
    assert rest(*calls, spoke=(NOW - 3 * HOUR,)) == NOW - 2 * HOUR + 7 * DAY


def test_a_policy_may_have_limits_of_its_own() -> None:
    policy = with_policy(limits=[{"channels": ["email"], "contacts": 1, "per_hours": 24}])
    assert rest(sent(NOW - HOUR, EMAIL), policy=policy, on=EMAIL) == NOW + 23 * HOUR
    assert rest(sent(NOW - HOUR, SMS), policy=policy, on=EMAIL) is None


def test_what_is_on_its_way_counts_on_its_channel() -> None:
    policy = with_policy(limits=[{"channels": ["sms"], "contacts": 1, "per_hours": 24}])
    contacts = Contacts(policy, ())
    contacts.expect([sent(NOW, EMAIL, MessageState.QUEUED), sent(NOW, SMS, MessageState.HELD)], NOW)
    assert contacts.rest_end(SMS, NOW) is None
    contacts.expect([sent(NOW, SMS, MessageState.QUEUED)], NOW)
    assert contacts.rest_end(SMS, NOW) == NOW + DAY
