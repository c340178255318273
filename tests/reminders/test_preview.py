"""What a preview says is what happens: by examples, and against a client's life lived hour by hour."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from config.policy import Policy
from reminders.decide import decide
from reminders.decision import LeftOut, Proceed, Reminder, Stop
from reminders.foresight import Foresight, Kind, NotSaid, NoWay, Way
from reminders.gate import gate
from reminders.preview import first_word, foresee
from reminders.reasons import Reason
from reminders.snapshot import Channel, Hold, Invoice, PastErrand, PastMessage, Promise, Quiet, Snapshot
from reminders.states import MessageState
from reminders.tasks import TaskKind, TaskState
from tests.reminders.book import (
    DUE,
    STANDARD,
    a_case,
    a_client,
    a_message,
    an_invoice,
    an_open,
    at,
    with_caps,
    with_policy,
)

HOUR = timedelta(hours=1)
DAY = timedelta(days=1)
START = datetime(2026, 3, 2, tzinfo=UTC)


def by_mail(snapshot: Snapshot, reminder: Reminder, now: datetime) -> Way | NoWay:
    """The first channel that was not tried."""
    tried = {way.channel for way in reminder.tried}
    return next((Way(c, "ap") for c in (Channel.EMAIL, Channel.SMS) if c not in tried), NoWay(()))


def ahead(
    snapshot: Snapshot, now: datetime, days: int, policy: Policy = STANDARD, *, approved: bool = False
) -> Foresight:
    return foresee(snapshot, lambda *_: policy, now, now + timedelta(days=days), by_mail, approved=approved)


def told(foresight: Foresight) -> list[tuple[str, str, str]]:
    """(day in Berlin, kind, step) of each thing foreseen."""
    return [
        (f"{one.at + HOUR * 2:%m-%d}", one.kind.value, one.step or one.reasons[0].value)
        for one in foresight.foreseen
    ]


def silence(foresight: Foresight, reason: Reason) -> NotSaid:
    (found,) = [one for one in foresight.not_said if one.reason is reason]
    return found


# --- what the standard policy says

TUESDAY = date(2026, 3, 10)
"""A due date from which the steps fall on working days, the one before it aside."""


def owing(**fields: object) -> Invoice:
    """A hundred euros since `TUESDAY`, known from the day of issue on."""
    return an_invoice("a", TUESDAY, date(2026, 2, 9), **fields)


def test_a_client_who_never_pays_is_foreseen_as_the_policy_reads() -> None:
    seen = ahead(a_case(owing()), at("2026-02-09 07:00"), 90)

    assert told(seen) == [
        ("02-09", "message", "introduction"),
        ("03-03", "message", "heads_up"),
        ("03-09", "message", "due_soon"),  # the 7th is a Saturday
        ("03-13", "message", "overdue_3"),
        ("03-17", "message", "overdue_7"),
        ("03-24", "message", "overdue_14"),
        ("03-31", "task", "call"),
        ("04-09", "approval", "final_notice"),
        ("04-24", "task", "decision"),
    ]


def test_with_every_yes_given_the_final_notice_goes() -> None:
    seen = ahead(a_case(owing()), at("2026-02-09 07:00"), 90, approved=True)

    (final,) = [one for one in seen.foreseen if one.step == "final_notice"]
    assert (final.kind, final.at) == (Kind.MESSAGE, at("2026-04-09 09:00"))
    assert Reason.APPROVED in final.reasons


def test_a_message_says_to_whom_how_and_how_much() -> None:
    seen = ahead(a_case(owing(), an_invoice("b", DUE)), at("2026-03-13 08:00"), 1)

    (message,) = [one for one in seen.foreseen if one.step != "introduction"]
    assert (message.at, message.channel, message.contact_id) == (at("2026-03-13 09:00"), Channel.EMAIL, "ap")
    assert [item.invoice_id for item in message.items] == ["a", "b"]
    assert [(money.minor, money.currency) for money in message.amounts] == [(200_00, "EUR")]
    assert (message.step, message.tone) == ("overdue_3", "friendly")


def test_nothing_before_now_and_nothing_from_until_on() -> None:
    case, opens = a_case(owing()), at("2026-03-13 09:00")

    assert ahead(case, opens - DAY, 1).foreseen == ()
    assert told(ahead(case, opens, 1)) == [("03-13", "message", "overdue_3")]


# --- what is there already


def test_a_queued_message_goes_when_the_gate_opens() -> None:
    queued = an_open("overdue_3", at("2026-04-06 10:00"), expires_at=at("2026-04-20 00:00"))

    seen = ahead(a_case(an_invoice(), messages=(queued,)), at("2026-04-06 20:00"), 1)

    assert [(one.at, one.message_id) for one in seen.foreseen] == [
        (at("2026-04-07 09:00"), queued.message_id)
    ]


def test_what_waits_for_a_yes_already_is_told_at_once_and_goes_no_further() -> None:
    held = an_open(
        "final_notice",
        at("2026-05-01 10:00"),
        state=MessageState.HELD,
        needs_approval=True,
        expires_at=at("2026-05-16 00:00"),
    )
    said = a_message("overdue_14", at("2026-04-17 09:00"))
    case = a_case(
        an_invoice(),
        messages=(said, held),
        errands=(
            PastErrand(
                "t", TaskKind.CALL, Reason.STEP_DUE, "acme", "call", "a", DUE, ("a",), TaskState.DONE, START
            ),
        ),
    )

    waits = ahead(case, at("2026-05-04 12:00"), 7)
    assert told(waits) == [("05-04", "approval", "final_notice")]
    assert [money.minor for money in waits.foreseen[0].amounts] == [100_00]
    assert waits.foreseen[0].until == held.expires_at

    goes = ahead(case, at("2026-05-04 12:00"), 7, approved=True)
    assert told(goes) == [("05-04", "message", "final_notice")]


# --- what is not said


def test_a_hold_is_told_once_with_its_span() -> None:
    paused = an_invoice(holds=(Hold(Reason.INVOICE_PAUSED, date(2026, 4, 14)),))

    seen = ahead(a_case(paused), at("2026-04-08 10:00"), 14)

    pause = silence(seen, Reason.INVOICE_PAUSED)
    assert (pause.invoice_id, pause.since) == ("a", at("2026-04-08 10:00"))
    assert pause.until == at("2026-04-15 00:00")
    assert told(seen)[0][0] == "04-15"


def test_what_only_an_event_ends_has_no_end() -> None:
    seen = ahead(a_case(an_invoice(disputed=100_00)), at("2026-04-08 10:00"), 14)

    assert seen.foreseen == ()
    assert silence(seen, Reason.DISPUTED).until is None


def test_a_promise_is_left_alone_until_it_is_broken() -> None:
    promise = Promise("p", ("a",), "EUR", 100_00, at("2026-04-08 09:00"), date(2026, 4, 15))

    seen = ahead(a_case(an_invoice(), promises=(promise,)), at("2026-04-08 10:00"), 21)

    assert told(seen)[:2] == [("04-14", "message", "promise_due"), ("04-20", "message", "promise_broken")]
    assert silence(seen, Reason.PROMISE_PENDING).until == at(
        "2026-04-17 00:00"
    )  # the 18th and 19th: a weekend


def test_who_can_not_be_reached_is_told_with_every_reason() -> None:
    why = ((Channel.EMAIL, Reason.SUPPRESSED_ADDRESS), (Channel.SMS, Reason.NO_CONSENT))

    seen = foresee(
        a_case(owing()),
        lambda *_: STANDARD,
        at("2026-03-13 10:00"),
        at("2026-03-27 10:00"),
        lambda *_: NoWay(why),
    )

    assert [one.kind for one in seen.foreseen if one.kind is Kind.MESSAGE] == []
    unreached = [one for one in seen.not_said if one.reason is Reason.NO_REACHABLE_CONTACT]
    assert {(one.step, one.ways) for one in unreached} >= {("overdue_3", why)}


def test_a_ledger_that_is_fresh_stays_so_and_a_stale_one_stays_stale() -> None:
    now = at("2026-03-13 10:00")
    fresh = a_case(owing(), synced_through={"/erp": now - HOUR})
    stale = replace(fresh, synced_through={"/erp": now - 3 * DAY})

    assert [one.step for one in ahead(fresh, now, 6).foreseen] == ["overdue_3", "overdue_7"]
    assert ahead(stale, now, 6).foreseen == ()
    silent = [one for one in ahead(stale, now, 6).not_said if one.reason is Reason.STALE_LEDGER]
    assert [(one.step, one.since > now) for one in silent] == [("overdue_3", False), ("overdue_7", True)]


# --- a guard from outside


def test_what_is_held_from_outside_goes_when_the_hold_ends() -> None:
    turn = at("2026-03-16 09:00")

    def hold(reminder: Reminder, now: datetime) -> LeftOut | None:
        held = LeftOut(Reason.FIRST_CONTACTS, reminder.carrying_invoice_id, reminder.step, turn)
        return held if now < turn else None

    seen = foresee(
        a_case(owing()), lambda *_: STANDARD, at("2026-03-13 10:00"), at("2026-03-17 08:00"), by_mail, hold=hold
    )  # fmt: skip

    assert [(one.at, one.step) for one in seen.foreseen] == [(turn, "overdue_3")]
    held = silence(seen, Reason.FIRST_CONTACTS)
    assert (held.step, held.since, held.until) == ("overdue_3", at("2026-03-13 10:00"), turn)


def test_the_first_word_is_looked_for_without_saying_anything() -> None:
    case = a_case(owing())
    until = at("2026-04-01 00:00")

    def first(*wanted: str) -> datetime | None:
        return first_word(
            case, lambda *_: STANDARD, at("2026-03-12 12:00"), until, lambda r, _: r.step in wanted
        )

    assert first("overdue_3") == at("2026-03-13 09:00")
    assert first("overdue_7") == at("2026-03-17 09:00")  # nothing was said before
    assert first("thank_you") is None


def test_instants_must_be_aware() -> None:
    with pytest.raises(ValueError, match="aware"):
        ahead(a_case(), datetime(2026, 3, 2), 1)  # noqa: DTZ001


# --- the same as a life


@dataclass
class Life:
    """A client's life without events: decided and asked at the gate every hour, whatever `look_at` says."""

    case: Snapshot
    policy: Policy
    approved: bool
    messages: dict[str, PastMessage] = field(default_factory=dict)
    errands: list[PastErrand] = field(default_factory=list)
    happened: list[tuple[datetime, str, str, str]] = field(default_factory=list)

    def live(self, start: datetime, end: datetime) -> None:
        now = start
        while now < end:
            before = None
            while before != (before := (dict(self.messages), list(self.errands))):
                self._hour(now)
            now += HOUR

    def snapshot(self) -> Snapshot:
        return replace(self.case, messages=tuple(self.messages.values()), errands=tuple(self.errands))

    def _hour(self, now: datetime) -> None:
        decision = decide(self.snapshot(), self.policy, now)
        for stop in decision.stops:
            self._stop(stop)
        self.errands = [
            replace(e, state=TaskState.DONE, closed_at=now) if e.task_id in decision.over else e
            for e in self.errands
        ]
        client_id = self.case.client.client_id
        for errand in decision.errands:
            if errand.key(client_id) not in {e.task_id for e in self.errands}:
                ids = tuple(item.invoice_id for item in errand.items)
                self.errands.append(
                    PastErrand(
                        errand.key(client_id), errand.kind, errand.reason, errand.creditor_id, errand.step,
                        errand.subject, errand.cycle_on, ids, TaskState.OPEN, now,
                    )
                )  # fmt: skip
                self.happened.append((now, "task", errand.kind.value, errand.subject))
        for reminder in decision.reminders:
            self._plan(reminder, now)
        for message in list(self.messages.values()):
            if message.state is MessageState.QUEUED:
                self._send(message, now)

    def _plan(self, reminder: Reminder, now: datetime) -> None:
        way = by_mail(self.case, reminder, now)
        if not isinstance(way, Way):
            return
        key = reminder.message_id(self.case.client.client_id, way.channel)
        waits = reminder.needs_approval and not self.approved
        if key in self.messages:
            return
        if waits:
            self.happened.append((now, "approval", reminder.step, key))
        self.messages[key] = PastMessage(
            key, reminder.creditor_id, reminder.step, way.channel, way.contact_id, reminder.carrying_invoice_id,
            reminder.due_on, tuple(item.invoice_id for item in reminder.items),
            MessageState.HELD if waits else MessageState.QUEUED, now, expires_at=reminder.expires_at,
            needs_approval=reminder.needs_approval,
        )  # fmt: skip

    def _send(self, message: PastMessage, now: datetime) -> None:
        assert message.expires_at is not None
        answer = gate(self.snapshot(), message, message.expires_at, self.policy, now, message.needs_approval)
        if isinstance(answer, Stop):
            self._stop(answer)
        elif isinstance(answer, Proceed):
            self.messages[message.message_id] = replace(message, state=MessageState.DELIVERED, sent_at=now)
            self.happened.append((now, "message", message.step, message.message_id))

    def _stop(self, stop: Stop) -> None:
        message = self.messages[stop.message_id]
        self.messages[stop.message_id] = replace(message, state=stop.state, reason=stop.reason)


POLICIES = (
    STANDARD,
    with_caps(gap_days=1),
    with_caps(gap_days=0, contacts=2, per_days=3),
    with_policy(approval_when=[{"owed_at_least": {"EUR": 150_00}}]),
)
days = st.integers(-10, 40).map(lambda n: START.date() + timedelta(days=n))


@st.composite
def invoices(draw: st.DrawFn, name: str) -> Invoice:
    due_on = draw(st.integers(-70, 40).map(lambda n: START.date() + timedelta(days=n)))
    issued_on = due_on - timedelta(days=draw(st.sampled_from([0, 7, 14, 30])))
    paused = st.builds(Hold, st.just(Reason.INVOICE_PAUSED), days)
    return an_invoice(
        name,
        due_on,
        issued_on,
        creditor_id=draw(st.sampled_from(["acme", "acme", "zeta"])),
        currency=draw(st.sampled_from(["EUR", "USD"])),
        first_seen_at=START - timedelta(days=draw(st.sampled_from([0, 0, 20, 60]))),
        holds=tuple(draw(st.lists(paused, max_size=1))),
        disputed=draw(st.sampled_from([0, 0, 0, 40_00, 100_00])),
    )


@st.composite
def lives(draw: st.DrawFn) -> Life:
    book = tuple(draw(invoices(name)) for name in "abc"[: draw(st.integers(1, 3))])
    client = a_client(
        # Zones of whole hours: the hours of a life then meet every opening.
        time_zone=draw(st.sampled_from(["Europe/Berlin", "America/New_York", "Asia/Tokyo"])),
        quiet=draw(st.none() | st.builds(Quiet, st.frozensets(st.integers(1, 5), max_size=3))),
        holds=tuple(draw(st.lists(st.builds(Hold, st.just(Reason.CLIENT_PAUSED), days), max_size=1))),
    )
    issued = [invoice.invoice_id for invoice in book]
    promises = tuple(
        Promise(f"p{n}", (draw(st.sampled_from(issued)),), "EUR", 100_00, START - 5 * DAY, promised_on)
        for n, promised_on in enumerate(draw(st.lists(days, max_size=2, unique=True)))
    )
    case = Snapshot(client, book, promises=promises)
    return Life(case, draw(st.sampled_from(POLICIES)), draw(st.booleans()))


@settings(max_examples=40, deadline=None)
@given(lives(), st.integers(0, 24 * 10))
def test_what_is_foreseen_is_what_happens(life: Life, hours: int) -> None:
    now = START + timedelta(hours=hours)
    until = now + 10 * DAY
    life.live(START, now)
    case, waited = life.snapshot(), {m.message_id for m in life.messages.values() if m.state.is_open}
    life.happened.clear()

    seen = foresee(case, lambda *_: life.policy, now, until, by_mail, approved=life.approved)
    life.live(now, until)

    told = [one for one in seen.foreseen if not (one.kind is Kind.APPROVAL and one.message_id in waited)]
    assert sorted(
        (one.at, one.kind.value, one.task.value if one.task else one.step or "") for one in told
    ) == sorted((when, kind, what) for when, kind, what, _ in life.happened)
    assert {one.message_id for one in told if one.message_id} == {
        key for _, kind, _, key in life.happened if kind != "task"
    }


@settings(max_examples=60, deadline=None)
@given(lives(), st.integers(0, 24 * 10))
def test_silences_are_named_once_and_lie_within_the_days_looked_at(life: Life, hours: int) -> None:
    now = START + timedelta(hours=hours)

    seen = foresee(life.case, lambda *_: life.policy, now, now + 14 * DAY, by_mail)

    named = [(one.reason, one.invoice_id, one.step) for one in seen.not_said]
    assert len(named) == len(set(named))
    for one in seen.not_said:
        assert now <= one.since < now + 14 * DAY
        assert one.until is None or one.until >= one.since
