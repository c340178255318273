"""The ladder: which step goes on which day, and what it covers."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal

import pytest

from reminders.calendar import place_of
from reminders.decide import decide
from reminders.decision import DiscountTold, Errand
from reminders.ladder import ladder_of
from reminders.money import Money
from reminders.reasons import Reason
from reminders.snapshot import Channel, Discount, Hold, Promise, Snapshot
from reminders.states import MessageState
from reminders.tasks import TaskKind, TaskState
from tests.reminders.book import (
    DUE,
    NO_STATEMENT,
    STANDARD,
    a_case,
    a_client,
    a_message,
    an_errand,
    an_invoice,
    an_open,
    at,
    left,
    noon,
    step_at,
    steps,
    why,
    with_caps,
    with_policy,
)

NO_HURRY = with_policy(returning=STANDARD.returning.model_dump() | {"silence_days": 90})


def day(offset: int) -> date:
    return DUE + timedelta(days=offset)


def call_at(offset: int, kind: TaskKind = TaskKind.CALL, step: str = "call") -> Errand:
    """What a person was asked for invoice `a`."""
    return Errand(kind, Reason.STEP_DUE, "acme", step, "a", DUE, (), (), day(offset + 2))


def lived(case: Snapshot, first: int, last: int) -> list[tuple[int, str]]:
    """What is said and asked of people from one day to another, noon by noon, in the order it comes."""
    told = []
    for offset in range(first, last):
        now = noon(day(offset))
        decision = decide(case, STANDARD, now)
        for reminder in decision.reminders:
            told.append((offset, reminder.step))
            sent = a_message(reminder.step, now, invoice=reminder.carrying_invoice_id, due_on=reminder.due_on)
            case = replace(case, messages=(*case.messages, sent))
        for errand in decision.errands:
            told.append((offset, errand.step or ""))
            case = replace(case, errands=(*case.errands, an_errand(errand, now)))
    return told


def fitting(offset: int, **fields: object) -> str | None:
    invoice = an_invoice(**fields)  # type: ignore[arg-type]
    rung = ladder_of(invoice, STANDARD, place_of(a_client())).fitting(offset)
    return rung.step.name if rung else None


@pytest.mark.parametrize(
    ("offset", "step"),
    [
        (-30, "introduction"),
        (-8, "introduction"),
        (-7, "heads_up"),
        (-4, "heads_up"),
        (-3, "due_soon"),
        (0, "due_soon"),
        (1, None),
        (2, None),
        (3, "overdue_3"),
        (7, "overdue_7"),
        (13, "overdue_7"),
        (14, "overdue_14"),
        (20, "overdue_14"),
        (21, "call"),
        (29, "call"),
        (30, "final_notice"),
        (44, "final_notice"),
        (45, "decision"),
        (400, "decision"),
    ],
)
def test_the_step_that_fits_is_the_latest_whose_day_has_come(offset: int, step: str | None) -> None:
    assert fitting(offset) == step


def test_heads_up_needs_terms_of_21_days() -> None:
    assert fitting(-7, issued_on=day(-21)) == "heads_up"
    assert fitting(-7, issued_on=day(-20)) == "introduction"


@pytest.mark.parametrize("terms", [0, 1, 3])
def test_on_short_terms_a_new_invoice_is_introduced_and_not_announced_as_due(terms: int) -> None:
    for offset in range(-terms, 1):
        assert fitting(offset, issued_on=day(-terms)) == "introduction"
    assert fitting(3, issued_on=day(-terms)) == "overdue_3"


def test_days_are_the_clients_days() -> None:
    tokyo = a_case(an_invoice(), client=a_client(time_zone="Asia/Tokyo", country=None))
    assert step_at(tokyo, at("2026-04-03 09:00", "Asia/Tokyo")) == "overdue_3"  # still 2 April in Berlin
    assert why(tokyo, at("2026-04-03 00:00", "Asia/Tokyo")) is Reason.QUIET_HOURS


def test_the_whole_ladder_goes_once_each_step() -> None:
    case = a_case(an_invoice())
    told = []
    for offset in range(-31, 60):
        now = noon(day(offset))
        decision = decide(case, STANDARD, now)
        for reminder in decision.reminders:
            told.append((offset, reminder.step, reminder.needs_approval))
            sent = a_message(reminder.step, now)
            case = replace(case, messages=(*case.messages, sent))
        for errand in decision.errands:
            told.append((offset, errand.step or "", False))
            case = replace(case, errands=(*case.errands, an_errand(errand, now)))
    assert told == [
        (-29, "introduction", False),  # issued on a Sunday
        (-7, "heads_up", False),
        (-1, "due_soon", False),  # its day was a Saturday, then the Monday
        (7, "overdue_7", False),  # overdue_3 fell on Good Friday and Easter
        (14, "overdue_14", False),
        (21, "call", False),
        (30, "final_notice", True),
        (45, "decision", False),
    ]


def test_a_missed_day_is_made_up_once_with_the_step_that_fits_now() -> None:
    case = a_case(an_invoice())
    assert step_at(case, noon(day(15))) == "overdue_14"
    case = replace(case, messages=(a_message("overdue_14", noon(day(15))),))
    assert step_at(case, noon(day(20))) is None


def test_a_message_covers_all_that_is_owed_with_one_total_per_currency() -> None:
    case = a_case(
        an_invoice("a"),
        an_invoice("b", day(5), paid=30_00),
        an_invoice("c", day(20), currency="USD", disputed=1_00),
        an_invoice("d", day(60), issued_on=day(30)),  # not issued yet
        an_invoice("e", day(2), creditor_id="zeta"),
        messages=(a_message("introduction", noon(day(-10)), invoice="c", due_on=day(20)),),
    )
    (reminder,) = decide(case, STANDARD, noon(day(7))).reminders
    assert (reminder.step, reminder.creditor_id, reminder.carrying_invoice_id) == ("overdue_7", "acme", "a")
    assert [(i.invoice_id, i.asked) for i in reminder.items] == [("a", 100_00), ("b", 70_00), ("c", 99_00)]
    assert reminder.amounts == (Money(170_00, "EUR"), Money(99_00, "USD"))
    assert reminder.reasons == (Reason.STEP_DUE,)
    assert reminder.round == 0


def test_the_oldest_overdue_invoice_carries_and_only_its_ladder_counts() -> None:
    old = an_invoice("old", day(-14))
    case = a_case(
        old,
        an_invoice("new", day(0)),
        messages=(a_message("overdue_14", noon(day(0)), invoice="old", due_on=day(-14)),),
    )
    decision = decide(case, NO_STATEMENT, noon(day(7)))  # new is 7 days late, but old carries
    assert steps(decision) == []
    assert [(errand.step, errand.subject) for errand in decision.errands] == [("call", "old")]
    paid = replace(old, paid=100_00)
    assert step_at(replace(case, invoices=(paid, case.invoices[1])), noon(day(7))) == "overdue_7"


def test_an_invoice_that_an_older_one_speaks_for_is_left_out_with_that_reason() -> None:
    older = an_invoice("older", day(-20))
    decision = decide(a_case(an_invoice(), older), STANDARD, noon(day(8)))
    assert {out.invoice_id: out.reason for out in decision.left_out if out.reason is Reason.CARRIED} == {
        an_invoice().invoice_id: Reason.CARRIED
    }


def test_while_nothing_is_overdue_every_invoice_may_bring_its_step() -> None:
    a, b = an_invoice("a", day(10)), an_invoice("b", day(5))
    case = a_case(a, b, messages=tuple(a_message("introduction", noon(day(-25)), invoice=i) for i in "ab"))
    (reminder,) = decide(case, STANDARD, noon(day(2))).reminders
    assert (reminder.step, reminder.carrying_invoice_id) == ("due_soon", "b")
    assert [item.invoice_id for item in reminder.items] == ["b", "a"]


def test_two_invoices_due_on_one_day_are_one_reminder_and_stay_one_when_the_first_is_paid() -> None:
    a, b = an_invoice("a"), an_invoice("b")
    sent = a_message("overdue_7", noon(day(7)), invoice_ids=("a", "b"))
    case = a_case(replace(a, paid=100_00), b, messages=(sent,))
    assert step_at(case, noon(day(13))) is None
    assert step_at(case, noon(day(14))) == "overdue_14"


def test_introductions_issued_together_are_one_message_and_go_while_another_is_overdue() -> None:
    case = a_case(
        an_invoice("late", day(-21)),
        an_invoice("x", day(37), issued_on=day(7)),
        an_invoice("y", day(36), issued_on=day(7)),
        messages=(a_message("overdue_14", noon(day(-4)), invoice="late", due_on=day(-21)),),
    )
    (reminder,) = decide(case, NO_STATEMENT, noon(day(7))).reminders
    assert reminder.step == "introduction"
    assert [item.invoice_id for item in reminder.items] == ["y", "x"]
    assert reminder.carrying_invoice_id == "y"


def test_an_invoice_is_never_introduced_twice() -> None:
    case = a_case(an_invoice("a"), an_invoice("b", day(1), issued_on=day(-30)))
    told = a_message("introduction", noon(day(-29)), invoice_ids=("a", "b"))
    assert step_at(replace(case, messages=(told,)), noon(day(-28)), NO_STATEMENT) is None
    moved = replace(case.invoices[0], due_on=day(30))
    assert step_at(replace(case, invoices=(moved,), messages=(told,)), noon(day(-28))) is None


# --- late entry


@pytest.mark.parametrize(
    ("seen", "entry"),
    [
        (1, None),
        (3, None),  # Good Friday
        (7, "overdue_7"),
        (13, "overdue_7"),
        (14, "overdue_7"),
        (100, "overdue_7"),
    ],
)
def test_an_invoice_first_seen_late_enters_at_most_at_overdue_7(seen: int, entry: str | None) -> None:
    case = a_case(an_invoice(first_seen_at=noon(day(seen))))
    assert [step for _, step in lived(case, seen, seen + 1)] == ([entry] if entry else [])


def test_after_a_late_entry_the_rest_of_the_ladder_follows_at_its_own_pace() -> None:
    case = a_case(an_invoice(first_seen_at=noon(day(100))))
    assert lived(case, 100, 160) == [
        (100, "overdue_7"),
        (107, "overdue_14"),
        (114, "call"),
        (123, "final_notice"),
        (138, "decision"),
    ]


# --- coming back


def test_after_a_long_silence_the_next_step_follows_and_not_the_one_that_fits_the_age() -> None:
    told = a_case(an_invoice(), messages=(a_message("overdue_3", noon(day(7))),))
    paused = replace(told, invoices=(an_invoice(holds=(Hold(Reason.INVOICE_PAUSED, day(40)),)),))
    assert lived(paused, 8, 100) == [
        (41, "overdue_7"),
        (48, "overdue_14"),
        (55, "call"),
        (64, "final_notice"),
        (79, "decision"),
    ]
    (reminder,) = decide(paused, STANDARD, noon(day(41))).reminders
    assert Reason.RESUMED in reminder.reasons


def test_the_first_word_after_a_long_hold_is_not_a_final_notice() -> None:
    case = a_case(an_invoice(holds=(Hold(Reason.INVOICE_PAUSED, day(34)),)))
    assert lived(case, 1, 40) == [(35, "overdue_7")]


def test_a_notice_that_nobody_approved_leads_to_the_decision_and_not_into_silence() -> None:
    expired = an_open("final_notice", noon(day(30)), state=MessageState.EXPIRED, expires_at=noon(day(44)))
    case = a_case(
        an_invoice(),
        messages=(a_message("overdue_14", noon(day(14))), expired),
        errands=(an_errand(call_at(21), noon(day(21))),),
    )
    assert lived(case, 44, 60) == [(45, "decision")]


def test_an_open_decision_stops_everything_and_a_closed_one_lets_younger_invoices_go_their_way() -> None:
    old, young = an_invoice("a"), an_invoice("b", day(40))
    asked = an_errand(call_at(45, TaskKind.DECISION, "decision"), noon(day(45)))
    case = a_case(old, young, errands=(asked,))
    decision = decide(case, STANDARD, noon(day(48)))
    assert decision.reminders == ()
    assert {out.reason for out in decision.left_out} == {Reason.WITH_A_PERSON}
    closed = replace(asked, state=TaskState.REFUSED, closed_at=noon(day(46)))
    (reminder,) = decide(replace(case, errands=(closed,)), STANDARD, noon(day(48))).reminders
    assert (reminder.step, reminder.carrying_invoice_id) == ("overdue_7", "b")
    assert [item.invoice_id for item in reminder.items] == ["b"]


def test_what_an_attorney_has_is_left_alone() -> None:
    case = a_case(an_invoice(), escalated=frozenset({"acme"}))
    assert why(case, noon(day(7))) is Reason.ESCALATED


def test_a_task_whose_invoices_are_settled_is_over() -> None:
    case = a_case(an_invoice(paid=100_00), errands=(an_errand(call_at(21), noon(day(21)), task_id="t"),))
    assert decide(case, STANDARD, noon(day(22))).over == ("t",)


def test_a_late_entry_says_so() -> None:
    now = noon(day(20))
    (reminder,) = decide(a_case(an_invoice(first_seen_at=now)), STANDARD, now).reminders
    assert reminder.step == "overdue_7"
    assert Reason.ENTERED_LATE in reminder.reasons


# --- cycles and rounds


def test_an_extension_begins_a_new_cycle() -> None:
    told = (a_message("overdue_7", noon(day(7))),)
    assert step_at(a_case(an_invoice(), messages=told), noon(day(8))) is None
    moved = an_invoice(due_on=day(10), issued_on=day(-30))
    assert why(a_case(moved, messages=told), noon(day(8))) is Reason.CONTACT_GAP  # due_soon, after the gap
    assert step_at(a_case(moved, messages=told), noon(day(17))) == "overdue_7"


@pytest.mark.parametrize("moved", [-10, -1, 1, 2, 6])
def test_a_due_date_that_is_corrected_says_no_step_twice(moved: int) -> None:
    told = (a_message("due_soon", noon(day(-3))), a_message("overdue_7", noon(day(7))))
    case = a_case(an_invoice(due_on=day(moved), issued_on=day(-30)), messages=told)
    assert [step for _, step in lived(case, 8, 13 + moved)] in ([], ["overdue_14"])


def test_never_a_step_earlier_than_the_last_one() -> None:
    case = a_case(an_invoice(), messages=(a_message("overdue_7", noon(day(6))),))
    assert step_at(case, noon(day(6)) + timedelta(hours=2), with_caps(gap_days=0)) is None


@pytest.mark.parametrize("state", [MessageState.EXPIRED, MessageState.CANCELLED])
def test_a_message_that_was_called_off_counts_a_round_and_blocks_nothing(state: MessageState) -> None:
    off = an_open("overdue_7", noon(day(7)), state=state, reason=Reason.PAID)
    (reminder,) = decide(a_case(an_invoice(), messages=(off,)), STANDARD, noon(day(8))).reminders
    assert (reminder.step, reminder.round) == ("overdue_7", 1)
    assert reminder.message_id("kaya", Channel.EMAIL) != replace(reminder, round=0).message_id(
        "kaya", Channel.EMAIL
    )


def test_what_a_person_refused_is_not_asked_again() -> None:
    no = an_open("final_notice", noon(day(30)), state=MessageState.CANCELLED, reason=Reason.REFUSED)
    assert step_at(a_case(an_invoice(), messages=(no,)), noon(day(31))) is None


@pytest.mark.parametrize(
    "state", [MessageState.REJECTED, MessageState.UNDELIVERED, MessageState.FAILED, MessageState.SUPPRESSED]
)
def test_a_step_that_did_not_arrive_goes_again_on_the_next_channel_without_waiting(
    state: MessageState,
) -> None:
    lost = a_message("overdue_7", noon(day(7)), state=state)
    (reminder,) = decide(a_case(an_invoice(), messages=(lost,)), STANDARD, noon(day(7))).reminders
    assert [way.channel for way in reminder.tried] == [Channel.EMAIL]
    assert reminder.reasons == (Reason.STEP_DUE, Reason.FALLBACK)
    assert reminder.round == 0


def test_when_every_channel_failed_nobody_can_be_reached() -> None:
    lost = tuple(
        a_message(
            "overdue_7", noon(day(7)), state=MessageState.UNDELIVERED, channel=channel, message_id=channel
        )
        for channel in (Channel.EMAIL, Channel.SMS)
    )
    decision = decide(a_case(an_invoice(), messages=lost), STANDARD, noon(day(8)))
    assert left(decision).reason is Reason.NO_REACHABLE_CONTACT
    assert decision.look_at is not None  # overdue_14 is another message


# --- one at a time


@pytest.mark.parametrize("state", [MessageState.PLANNED, MessageState.QUEUED])
def test_one_reminder_of_a_creditor_is_on_its_way_at_a_time(state: MessageState) -> None:
    waiting = an_open("overdue_3", noon(day(6)), state=state, expires_at=noon(day(9)))
    assert step_at(a_case(an_invoice(), messages=(waiting,)), noon(day(7)), with_caps(gap_days=0)) is None


def test_a_final_notice_waits_for_a_person_and_holds_the_ladder() -> None:
    before = (a_message("overdue_14", noon(day(14))),)
    called = (an_errand(call_at(21), noon(day(21))),)
    planned = decide(a_case(an_invoice(), messages=before, errands=called), STANDARD, noon(day(30)))
    (notice,) = planned.reminders
    assert notice.needs_approval
    assert planned.look_at == notice.expires_at
    assert notice.expires_at == at("2026-05-15 00:00")  # the end of day 44
    held = an_open("final_notice", noon(day(30)), state=MessageState.HELD, expires_at=notice.expires_at)
    decision = decide(a_case(an_invoice(), messages=(held,)), STANDARD, noon(day(31)))
    assert left(decision).reason is Reason.AWAITING_APPROVAL
    assert decision.look_at == notice.expires_at


def test_a_step_for_approval_is_planned_at_night_and_inside_the_gap() -> None:
    recent = (a_message("overdue_14", noon(day(28))),)
    case = a_case(an_invoice(), messages=recent, errands=(an_errand(call_at(21), noon(day(21))),))
    assert step_at(case, at("2026-04-30 02:00")) == "final_notice"


def test_nobody_is_asked_to_approve_what_could_not_go_before_it_expires() -> None:
    recent = (a_message("overdue_14", noon(day(14))), a_message("overdue_3", noon(day(43)), invoice="z"))
    case = a_case(an_invoice(), messages=recent, errands=(an_errand(call_at(29), noon(day(29))),))
    assert why(case, noon(day(44)), NO_HURRY) is Reason.CONTACT_GAP


def test_a_held_notice_is_superseded_when_another_invoice_carries() -> None:
    held = an_open("final_notice", noon(day(30)), state=MessageState.HELD)
    older = an_invoice("older", day(-20))
    decision = decide(a_case(an_invoice(), older, messages=(held,)), STANDARD, noon(day(31)))
    (stop,) = decision.stops
    assert (stop.state, stop.reason) == (MessageState.CANCELLED, Reason.SUPERSEDED)


def test_without_a_step_for_people_the_ladder_ends_and_says_so() -> None:
    bare = with_policy(steps=[s for s in STANDARD.model_dump()["steps"] if not s["task"]])
    case = a_case(an_invoice(), messages=(a_message("final_notice", noon(day(30))),))
    assert left(decide(case, bare, noon(day(31)))).reason is Reason.LADDER_ENDED


# --- stops


def test_an_open_message_stops_with_the_reason_of_its_invoice() -> None:
    waiting = an_open("overdue_7", noon(day(7)))
    decision = decide(a_case(an_invoice(paid=100_00), messages=(waiting,)), STANDARD, noon(day(8)))
    (stop,) = decision.stops
    assert (stop.message_id, stop.state, stop.reason) == (
        waiting.message_id,
        MessageState.CANCELLED,
        Reason.PAID,
    )


def test_an_open_message_whose_time_has_passed_expires_and_what_fits_now_follows() -> None:
    waiting = an_open("overdue_3", noon(day(3)), expires_at=noon(day(7)))
    decision = decide(a_case(an_invoice(), messages=(waiting,)), STANDARD, noon(day(7)))
    assert [(stop.state, stop.reason) for stop in decision.stops] == [(MessageState.EXPIRED, Reason.EXPIRED)]
    assert steps(decision) == ["overdue_7"]


def test_a_message_whose_due_date_moved_is_superseded() -> None:
    waiting = an_open("overdue_3", noon(day(3)))
    decision = decide(a_case(an_invoice(due_on=day(20)), messages=(waiting,)), STANDARD, noon(day(4)))
    assert decision.stops[0].reason is Reason.SUPERSEDED


def test_a_step_that_the_policy_lost_is_superseded() -> None:
    waiting = an_open("overdue_5", noon(day(5)))
    assert (
        decide(a_case(an_invoice(), messages=(waiting,)), STANDARD, noon(day(5))).stops[0].reason
        is Reason.SUPERSEDED
    )


def test_an_introduction_goes_on_while_one_of_its_invoices_may_be_named() -> None:
    now = noon(day(-28))
    a, b = an_invoice("a"), an_invoice("b")
    waiting = an_open("introduction", now, invoice_ids=("a", "b"))
    assert decide(a_case(replace(a, paid=100_00), b, messages=(waiting,)), STANDARD, now).stops == ()
    gone = a_case(replace(a, paid=100_00), replace(b, paid=100_00), messages=(waiting,))
    assert decide(gone, STANDARD, now).stops[0].reason is Reason.PAID


# --- when it can go


def test_nothing_is_planned_outside_the_window() -> None:
    decision = decide(a_case(an_invoice()), STANDARD, at("2026-04-07 20:00"))
    entry = left(decision)
    assert (entry.reason, entry.step, entry.until) == (
        Reason.QUIET_HOURS,
        "overdue_7",
        at("2026-04-08 09:00"),
    )
    assert decision.look_at == entry.until
    assert why(a_case(an_invoice()), at("2026-04-03 12:00")) is Reason.HOLIDAY


def test_four_days_between_two_messages_over_all_creditors_and_channels() -> None:
    other = a_message("overdue_3", noon(day(12)), invoice="z", creditor_id="zeta", channel=Channel.SMS)
    decision = decide(a_case(an_invoice(), messages=(other,)), STANDARD, noon(day(14)))
    entry = left(decision)
    assert (entry.reason, entry.until) == (Reason.CONTACT_GAP, noon(day(16)))
    assert decision.look_at == noon(day(16))
    assert step_at(a_case(an_invoice(), messages=(other,)), noon(day(16))) == "overdue_14"


def test_a_gap_that_ends_at_night_ends_with_the_next_window() -> None:
    other = a_message("overdue_3", at("2026-04-10 18:30"), invoice="z")
    entry = left(decide(a_case(an_invoice(), messages=(other,)), STANDARD, noon(day(14))))
    assert entry.until == at("2026-04-15 09:00")


@pytest.mark.parametrize("step", ["introduction", "thank_you"])
def test_exempt_steps_start_no_gap(step: str) -> None:
    other = a_message(step, noon(day(13)), invoice="z")
    assert step_at(a_case(an_invoice(), messages=(other,)), noon(day(14))) == "overdue_14"


def test_thanks_and_a_demand_never_come_on_one_day() -> None:
    thanked = a_message("thank_you", noon(day(14)), invoice="z")
    entry = left(decide(a_case(an_invoice(), messages=(thanked,)), STANDARD, noon(day(14))))
    assert (entry.reason, entry.step, entry.until) == (
        Reason.ALREADY_WRITTEN,
        "overdue_14",
        at("2026-04-15 09:00"),
    )


def test_an_introduction_does_not_wait_for_the_gap() -> None:
    recent = a_message("overdue_7", noon(day(-28)), invoice="z")
    assert step_at(a_case(an_invoice(), messages=(recent,)), noon(day(-28))) == "introduction"


def test_at_most_seven_contacts_in_seven_days_whatever_the_step() -> None:
    told = tuple(a_message("introduction", noon(day(7 + n)), invoice=f"z{n}") for n in range(7))
    entry = left(decide(a_case(an_invoice(), messages=told), STANDARD, noon(day(13)) + timedelta(hours=1)))
    assert (entry.reason, entry.until) == (Reason.FREQUENCY_CAP, noon(day(14)))
    assert step_at(a_case(an_invoice(), messages=told[1:]), noon(day(13)) + timedelta(hours=1)) == "overdue_7"


def test_of_two_creditors_the_one_with_the_older_invoice_goes_first() -> None:
    case = a_case(an_invoice("a", day(4)), an_invoice("b", creditor_id="zeta"))
    decision = decide(case, STANDARD, noon(day(7)))
    assert [(r.creditor_id, r.step) for r in decision.reminders] == [("zeta", "overdue_7")]
    entry = left(decision, "a")
    assert (entry.reason, entry.until) == (
        Reason.CONTACT_GAP,
        at("2026-04-13 09:00"),
    )  # four days end on a Saturday


def test_nothing_overdue_goes_when_payments_are_not_known() -> None:
    now = noon(day(7))
    stale = a_case(an_invoice(), synced_through={"/erp": now - timedelta(hours=48, seconds=1)})
    decision = decide(stale, STANDARD, now)
    assert left(decision).reason is Reason.STALE_LEDGER
    assert decision.look_at == now + timedelta(hours=6)
    fresh = replace(stale, synced_through={"/erp": now - timedelta(hours=48)})
    assert step_at(fresh, now) == "overdue_7"
    assert step_at(replace(stale, synced_through={"/other": now - timedelta(days=9)}), now) == "overdue_7"
    assert step_at(stale, noon(day(-1))) == "due_soon"


def test_without_capacity_for_anything_the_next_look_is_the_next_steps_first_hour() -> None:
    case = a_case(an_invoice(), messages=(a_message("overdue_3", noon(day(3))),))
    decision = decide(case, STANDARD, noon(day(4)))
    entry = left(decision)
    assert (entry.reason, entry.step, entry.until) == (Reason.NOT_DUE, "overdue_7", at("2026-04-07 09:00"))
    assert decision.look_at == entry.until


def test_a_reminder_expires_with_its_step_and_never_at_once() -> None:
    (soon,) = decide(a_case(an_invoice()), STANDARD, noon(day(0))).reminders
    assert soon.expires_at == at("2026-04-01 00:00")
    (seven,) = decide(a_case(an_invoice()), STANDARD, noon(day(7))).reminders
    assert seven.expires_at == at("2026-04-14 00:00")
    (again,) = decide(a_case(an_invoice()), STANDARD, noon(day(13))).reminders
    assert again.expires_at == noon(day(13)) + timedelta(days=3)


def test_the_instant_must_be_aware() -> None:
    with pytest.raises(ValueError, match="aware"):
        decide(a_case(an_invoice()), STANDARD, noon(DUE).replace(tzinfo=None))


def test_a_policy_without_an_introduction_announces_short_terms() -> None:
    bare = with_policy(steps=[s for s in STANDARD.model_dump()["steps"] if s["name"] != "introduction"])
    assert step_at(a_case(an_invoice(issued_on=day(-2))), noon(day(-1)), bare) is None
    assert step_at(a_case(an_invoice(issued_on=day(-4))), noon(day(-1)), bare) == "due_soon"


# --- discounts in an introduction


def test_an_introduction_of_one_invoice_tells_of_its_discount() -> None:
    two_in_ten = Discount(Decimal(2), day(-20))
    (reminder,) = decide(a_case(an_invoice(discount=two_in_ten)), STANDARD, noon(day(-29))).reminders
    assert reminder.step == "introduction"
    assert reminder.told == DiscountTold(day(-20), Money(2_00, "EUR"), Money(98_00, "EUR"))


def test_a_discount_that_is_over_is_never_mentioned() -> None:
    lost = a_case(an_invoice(discount=Discount(Decimal(2), day(-30))))
    (reminder,) = decide(lost, STANDARD, noon(day(-29))).reminders
    assert reminder.told is None


# --- what a credit controller tried


def test_a_ladder_entered_late_stays_moved_through_all_of_its_steps() -> None:
    case = a_case(an_invoice(first_seen_at=noon(day(14))))
    assert lived(case, 14, 80) == [
        (14, "overdue_7"),
        (21, "overdue_14"),
        (28, "call"),
        (37, "final_notice"),
        (52, "decision"),
    ]


def test_no_decision_is_asked_for_before_the_final_notice_has_run_out() -> None:
    notice = a_message("final_notice", noon(day(43)))
    told = (a_message("overdue_14", noon(day(14))), notice)
    case = a_case(an_invoice(), messages=told, errands=(an_errand(call_at(21), noon(day(21))),))
    assert lived(case, 44, 60) == [(54, "decision")]


def test_an_invoice_that_was_due_before_it_was_issued_is_introduced_first() -> None:
    odd = an_invoice(due_on=day(-4), issued_on=day(0), first_seen_at=noon(day(0)))
    assert lived(a_case(odd), 0, 8)[0] == (0, "introduction")
    assert [step for _, step in lived(a_case(odd), 0, 8)] == ["introduction", "overdue_7"]


def test_a_promise_made_after_the_decision_is_kept_an_eye_on_and_its_break_is_a_persons() -> None:
    asked = an_errand(call_at(45, TaskKind.DECISION, "decision"), noon(day(45)))
    done = replace(asked, state=TaskState.DONE, closed_at=noon(day(49)))
    promise = Promise("p", ("a",), "EUR", 100_00, noon(day(49)), day(57))
    case = a_case(an_invoice(), errands=(done,), promises=(promise,))
    assert steps(decide(case, STANDARD, noon(day(56)))) == ["promise_due"]
    (call,) = decide(case, STANDARD, noon(day(59))).errands
    assert (call.kind, call.reason, call.subject) == (TaskKind.CALL, Reason.PROMISE_BROKEN, "p")


def test_a_statement_never_comes_on_the_day_of_another_message() -> None:
    case = a_case(*(an_invoice(key, day(30), issued_on=day(1)) for key in "abc"))
    assert steps(decide(case, STANDARD, noon(day(1)))) == ["introduction"]
