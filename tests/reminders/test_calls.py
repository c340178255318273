"""Calls that nobody answers: made again, hours apart, a few times, and never more than limits and rests allow."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from datetime import date, datetime, timedelta
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from config.policy import Anchor, Policy
from config.rules.contact import load_contact_law
from config.rules.narrowing import narrow
from reminders.calendar import place_of
from reminders.caps import CALL_AGAIN_AFTER, Contacts
from reminders.consent import may_carry
from reminders.decide import decide
from reminders.decision import Proceed, Reminder, Stop
from reminders.gate import gate
from reminders.history import MOST_CALLS, History
from reminders.reasons import Reason
from reminders.snapshot import Channel, Consent, Invoice, PastMessage, Snapshot
from reminders.states import MessageState
from tests.reminders.book import DUE, a_client, a_message, an_invoice, at, with_policy

VOICE, EMAIL = Channel.VOICE, Channel.EMAIL
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
ON_THE_PHONE: Policy = narrow(
    with_policy(channels=["voice", "email"]), load_contact_law().rules_for("DE", None, "company")
)
CLIENT = a_client(preferred=(VOICE,), consents=(Consent(VOICE, True, at("2026-01-01 09:00")),))
RANG_AT = at("2026-04-07 10:00")


def unanswered(when: datetime, step: str = "overdue_3") -> PastMessage:
    return a_message(step, when, channel=VOICE, state=MessageState.FAILED, reason=Reason.UNANSWERED)


def history(*messages: PastMessage) -> History:
    return History(messages, (), ON_THE_PHONE, place_of(CLIENT))


class Life:
    """One client hour by hour; what comes of each call is told beforehand."""

    def __init__(self, invoices: tuple[Invoice, ...], outcomes: list[MessageState]) -> None:
        self._invoices = invoices
        self._outcomes = list(reversed(outcomes))
        self.messages: list[PastMessage] = []

    def live(self, begin: datetime, hours: int) -> None:
        for hour in range(hours):
            now = begin + hour * HOUR
            for reminder in decide(self._snapshot(), ON_THE_PHONE, now).reminders:
                self._plan(reminder, now)
            for message in [m for m in self.messages if m.state is MessageState.QUEUED]:
                self._send(message, now)

    @property
    def calls(self) -> list[PastMessage]:
        return [m for m in self.messages if m.channel is VOICE and m.sent_at is not None]

    def _plan(self, reminder: Reminder, now: datetime) -> None:
        step = ON_THE_PHONE.step(reminder.step)
        assert step is not None
        done = {way.channel for way in reminder.tried}
        channel = VOICE if VOICE not in done and may_carry(VOICE, step, ON_THE_PHONE) else EMAIL
        self.messages.append(
            replace(
                a_message(reminder.step, now, invoice=reminder.carrying_invoice_id, due_on=reminder.due_on),
                message_id=reminder.message_id(CLIENT.client_id, channel),
                channel=channel,
                state=MessageState.HELD if reminder.needs_approval else MessageState.QUEUED,
                invoice_ids=tuple(item.invoice_id for item in reminder.items),
                sent_at=None,
                needs_approval=reminder.needs_approval,
            )
        )

    def _send(self, message: PastMessage, now: datetime) -> None:
        verdict = gate(self._snapshot(), message, now + 3 * DAY, ON_THE_PHONE, now, approved=False)
        if isinstance(verdict, Stop):
            self._become(message, verdict.state, verdict.reason)
        elif isinstance(verdict, Proceed):
            state = MessageState.DELIVERED
            if message.channel is VOICE and self._outcomes:
                state = self._outcomes.pop()
            reason = Reason.UNANSWERED if state is MessageState.FAILED else None
            self._become(message, state, reason, now)

    def _become(
        self, message: PastMessage, state: MessageState, reason: Reason | None, sent: datetime | None = None
    ) -> None:
        index = self.messages.index(message)
        self.messages[index] = replace(message, state=state, reason=reason, sent_at=sent)

    def _snapshot(self) -> Snapshot:
        spoken = tuple(m.sent_at for m in self.messages if m.channel is VOICE and m.sent_at and _confirmed(m))
        return Snapshot(CLIENT, self._invoices, messages=tuple(self.messages), conversations=spoken)


def _confirmed(message: PastMessage) -> bool:
    return message.state is MessageState.DELIVERED


@settings(max_examples=25, deadline=None)
@given(
    outcomes=st.lists(
        st.sampled_from([MessageState.FAILED] * 4 + [MessageState.DELIVERED, MessageState.NO_RECEIPT]),
        max_size=20,
    ),
    days=st.lists(st.integers(-10, 10), min_size=1, max_size=3),
)
def test_calls_keep_every_limit_whatever_comes_of_them(outcomes: list[MessageState], days: list[int]) -> None:
    invoices = tuple(
        an_invoice(f"i{n}", due_on=date.fromordinal(DUE.toordinal() + day)) for n, day in enumerate(days)
    )
    life = Life(invoices, outcomes)
    life.live(at("2026-03-30 00:30"), 24 * 21)

    times = sorted(call.sent_at for call in life.calls if call.sent_at is not None)
    for earlier, later in pairwise(times):
        assert later - earlier >= CALL_AGAIN_AFTER
    for index, time in enumerate(times):
        assert sum(time - 7 * DAY < one <= time for one in times[: index + 1]) <= 7
        assert all(not one.sent_at < time < one.sent_at + 7 * DAY for one in life.calls if _confirmed(one))  # type: ignore[operator]
    rang = Counter(
        (call.step, call.carrying_invoice_id, call.due_on)
        for call in life.calls
        if call.state is MessageState.FAILED
    )
    assert all(count <= MOST_CALLS for count in rang.values())
    assert len({m.message_id for m in life.messages}) == len(life.messages)


def test_three_calls_and_then_a_mail() -> None:
    life = Life((an_invoice(due_on=date(2026, 4, 10)),), [MessageState.FAILED] * 9)
    life.live(at("2026-04-13 00:30"), 24 * 3)
    steps = [(m.channel, m.step) for m in life.messages if m.sent_at is not None]
    assert steps == [(VOICE, "overdue_3")] * MOST_CALLS + [(EMAIL, "overdue_3")]


def test_a_step_is_done_with_calls_after_the_last_one_only() -> None:
    calls = [unanswered(RANG_AT + n * 5 * HOUR) for n in range(MOST_CALLS)]
    for made in range(1, MOST_CALLS + 1):
        tries = history(*calls[:made]).tries("acme", "overdue_3", "a", DUE)
        assert {way.channel for way in tries.ways} == ({VOICE} if made == MOST_CALLS else set())
        assert tries.round == made


def test_the_calls_of_one_step_are_not_those_of_another() -> None:
    calls = [
        unanswered(RANG_AT + n * DAY, step) for n, step in enumerate(["overdue_3", "overdue_3", "overdue_7"])
    ]
    assert not history(*calls).tries("acme", "overdue_3", "a", DUE).ways


@pytest.mark.parametrize("exempt", [True, False])
def test_after_a_ring_everything_waits_for_hours(exempt: bool) -> None:
    step = next(step for step in ON_THE_PHONE.steps if step.gap_exempt is exempt)
    contacts = Contacts(ON_THE_PHONE, [unanswered(RANG_AT)])
    assert contacts.gap_end(step) == RANG_AT + CALL_AGAIN_AFTER


def test_a_number_that_does_not_exist_keeps_nobody_waiting() -> None:
    gone = replace(unanswered(RANG_AT), state=MessageState.UNDELIVERED, reason=Reason.BOUNCED)
    step = next(step for step in ON_THE_PHONE.steps if not step.gap_exempt)
    assert Contacts(ON_THE_PHONE, [gone]).gap_end(step) is None


def test_what_a_call_may_be_about() -> None:
    spoken = {step.name for step in ON_THE_PHONE.steps if may_carry(VOICE, step, ON_THE_PHONE)}
    assert {
        "due_soon",
        "overdue_3",
        "overdue_7",
        "overdue_14",
        "promise_broken",
        "payment_returned",
    } <= spoken
    for step in ON_THE_PHONE.steps:
        if step.approval or step.anchor in (Anchor.ISSUE, Anchor.PAYMENT, Anchor.MONTH, Anchor.ANSWER):
            assert step.name not in spoken
