"""The last gate: what is asked once more at the very moment of sending."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest

from config.policy import Policy
from config.rules.contact import load_contact_law
from config.rules.narrowing import narrow
from reminders.decision import Gate, Proceed, Stop, Wait
from reminders.gate import gate
from reminders.money import Money
from reminders.reasons import Reason
from reminders.snapshot import Channel, Consent, Hold, PastMessage, Quiet, Snapshot, Suppression
from reminders.states import MessageState
from tests.reminders.book import (
    DUE,
    STANDARD,
    a_case,
    a_client,
    a_message,
    an_invoice,
    an_open,
    at,
    noon,
    with_caps,
    with_policy,
)

NOW = noon(DUE + timedelta(days=7))
EXPIRES = NOW + timedelta(days=3)
MESSAGE = an_open("overdue_7", NOW)


def ask(
    snapshot: Snapshot,
    message: PastMessage = MESSAGE,
    *,
    now: datetime = NOW,
    expires: datetime = EXPIRES,
    policy: Policy = STANDARD,
    approved: bool = False,
) -> Gate:
    with_it = replace(snapshot, messages=(*snapshot.messages, message))
    return gate(with_it, message, expires, policy, now, approved)


def stopped(state: MessageState, reason: Reason, message: PastMessage = MESSAGE) -> Stop:
    return Stop(message.message_id, state, reason)


def test_an_open_gate_gives_what_is_owed_at_this_instant() -> None:
    answer = ask(
        a_case(an_invoice("a", paid=20_00), an_invoice("b", DUE + timedelta(days=20), disputed=5_00))
    )
    assert isinstance(answer, Proceed)
    assert [(item.invoice_id, item.asked) for item in answer.items] == [("a", 80_00), ("b", 95_00)]
    assert answer.amounts == (Money(175_00, "EUR"),)


def test_what_is_too_late_expires() -> None:
    assert ask(a_case(an_invoice()), expires=NOW) == stopped(MessageState.EXPIRED, Reason.EXPIRED)


@pytest.mark.parametrize(
    ("fields", "reason"),
    [
        ({"paid": 100_00}, Reason.PAID),
        ({"credited": 100_00}, Reason.CREDITED),
        ({"disputed": 100_00}, Reason.DISPUTED),
        ({"auto_collect": True}, Reason.AUTO_COLLECT),
        *(
            ({"holds": (Hold(reason),)}, reason)
            for reason in (
                Reason.VOIDED,
                Reason.WRITTEN_OFF,
                Reason.PLAN_ACTIVE,
                Reason.PROMISE_PENDING,
                Reason.PAYMENT_PENDING,
                Reason.INVOICE_PAUSED,
            )
        ),
        ({"due_on": DUE + timedelta(days=1)}, Reason.SUPERSEDED),
    ],
)
def test_what_happened_to_the_carrying_invoice_cancels(fields: dict[str, Any], reason: Reason) -> None:
    assert ask(a_case(an_invoice(**fields), an_invoice("b"))) == stopped(MessageState.CANCELLED, reason)


@pytest.mark.parametrize("reason", [Reason.CLIENT_PAUSED, Reason.HARDSHIP, Reason.MORATORIUM])
def test_what_happened_to_the_client_cancels(reason: Reason) -> None:
    client = a_client(holds=(Hold(reason),))
    assert ask(a_case(an_invoice(), client=client)) == stopped(MessageState.CANCELLED, reason)


def test_a_reply_cancels() -> None:
    answer = ask(a_case(an_invoice(), replied_at=NOW - timedelta(minutes=1)))
    assert answer == stopped(MessageState.CANCELLED, Reason.REPLY_PENDING)


def test_money_on_account_cancels() -> None:
    answer = ask(a_case(an_invoice(), on_account=(Money(100_00, "EUR"),)))
    assert answer == stopped(MessageState.CANCELLED, Reason.ON_ACCOUNT)


def test_a_step_that_the_policy_lost_is_superseded() -> None:
    odd = an_open("overdue_5", NOW)
    assert ask(a_case(an_invoice()), odd) == stopped(MessageState.CANCELLED, Reason.SUPERSEDED, odd)


@pytest.mark.parametrize("other", ["overdue_7", "overdue_14"])
def test_a_step_that_another_message_took_is_superseded(other: str) -> None:
    case = a_case(an_invoice(), messages=(a_message(other, NOW - timedelta(days=5)),))
    assert ask(case) == stopped(MessageState.CANCELLED, Reason.SUPERSEDED)


def test_a_final_notice_goes_only_when_a_person_approved_it() -> None:
    now = noon(DUE + timedelta(days=30))
    notice = an_open("final_notice", now, state=MessageState.HELD, needs_approval=True)
    limits: dict[str, Any] = {"now": now, "expires": now + timedelta(days=9)}
    refused = ask(a_case(an_invoice()), notice, **limits)
    assert refused == stopped(MessageState.HELD, Reason.AWAITING_APPROVAL, notice)
    assert isinstance(ask(a_case(an_invoice()), notice, approved=True, **limits), Proceed)
    unasked = replace(notice, needs_approval=False)  # planned when the policy wanted nobody's yes
    assert ask(a_case(an_invoice()), unasked, **limits) == stopped(
        MessageState.CANCELLED, Reason.AWAITING_APPROVAL, unasked
    )
    settled = ask(a_case(an_invoice(paid=100_00)), notice, approved=True, **limits)
    assert settled == stopped(MessageState.CANCELLED, Reason.PAID, notice)


# --- who can be reached


def test_an_address_that_must_not_be_used_suppresses() -> None:
    bounced = (Suppression(Channel.EMAIL, "ap@kaya.example", Reason.SUPPRESSED_ADDRESS),)
    answer = ask(a_case(an_invoice(), suppressions=bounced))
    assert answer == stopped(MessageState.SUPPRESSED, Reason.SUPPRESSED_ADDRESS)
    out = (Suppression(Channel.EMAIL, "ap@kaya.example", Reason.OPTED_OUT),)
    assert ask(a_case(an_invoice(), suppressions=out)) == stopped(MessageState.SUPPRESSED, Reason.OPTED_OUT)


def test_a_contact_that_is_gone_suppresses() -> None:
    gone = a_client(contacts=())
    answer = ask(a_case(an_invoice(), client=gone))
    assert answer == stopped(MessageState.SUPPRESSED, Reason.NO_REACHABLE_CONTACT)


def test_a_consent_that_was_withdrawn_suppresses() -> None:
    client = a_client(consents=(Consent(Channel.EMAIL, False, NOW),))
    assert ask(a_case(an_invoice(), client=client)) == stopped(MessageState.SUPPRESSED, Reason.NO_CONSENT)


# --- what only has to wait


def test_outside_the_window_it_waits_for_the_next_opening() -> None:
    assert ask(a_case(an_invoice()), now=at("2026-04-07 18:00")) == Wait(
        at("2026-04-08 09:00"), Reason.QUIET_HOURS
    )
    monday = at("2026-04-06 12:00")
    assert ask(a_case(an_invoice()), now=monday) == Wait(at("2026-04-07 09:00"), Reason.HOLIDAY)


def test_a_wait_past_its_time_ends_it() -> None:
    answer = ask(a_case(an_invoice()), now=at("2026-04-07 18:00"), expires=at("2026-04-08 09:00"))
    assert answer == stopped(MessageState.EXPIRED, Reason.EXPIRED)


def test_wishes_that_leave_no_moment_end_it() -> None:
    client = a_client(quiet=Quiet(start=at("2026-01-01 01:00").time(), end=at("2026-01-01 23:00").time()))
    answer = ask(a_case(an_invoice(), client=client))
    assert answer == stopped(MessageState.CANCELLED, Reason.QUIET_HOURS)


def test_a_contact_that_came_between_makes_it_wait() -> None:
    other = a_message(
        "overdue_3", NOW - timedelta(minutes=5), invoice="z", creditor_id="zeta", channel=Channel.SMS
    )
    answer = ask(a_case(an_invoice(), messages=(other,)), expires=NOW + timedelta(days=9))
    assert answer == Wait(at("2026-04-13 09:00"), Reason.CONTACT_GAP)
    assert isinstance(
        ask(a_case(an_invoice(), messages=(replace(other, state=MessageState.QUEUED),))), Proceed
    )


def test_the_cap_counts_every_message_but_itself() -> None:
    told = tuple(a_message("introduction", NOW - timedelta(hours=n + 1), invoice=f"z{n}") for n in range(2))
    policy = with_caps(contacts=2, per_days=1)
    answer = ask(a_case(an_invoice(), messages=told), policy=policy)
    assert answer == Wait(at("2026-04-08 10:00"), Reason.FREQUENCY_CAP)
    again = replace(MESSAGE, state=MessageState.IN_DOUBT, sent_at=NOW - timedelta(minutes=1))
    assert isinstance(ask(a_case(an_invoice(), messages=told[1:]), again, policy=policy), Proceed)


def called(policy: Policy, *, expires: datetime, spoke: datetime) -> Gate:
    """What becomes of a call, after somebody spoke with the client."""
    client = a_client(consents=(Consent(Channel.VOICE, True),))
    call = replace(MESSAGE, channel=Channel.VOICE)
    return ask(
        a_case(an_invoice(), client=client, conversations=(spoke,)), call, policy=policy, expires=expires
    )


def test_after_a_conversation_a_call_waits_or_gives_the_next_channel_its_turn() -> None:
    calling = with_policy(channels=["email", "voice"])
    policy = narrow(calling, load_contact_law().rules_for("DE", None, "company"))
    spoke = NOW - timedelta(days=6)
    wait = called(policy, expires=EXPIRES, spoke=spoke)
    assert wait == Wait(spoke + timedelta(days=7), Reason.FREQUENCY_CAP)
    too_late = called(policy, expires=spoke + timedelta(days=7), spoke=spoke)
    assert too_late == stopped(MessageState.SUPPRESSED, Reason.FREQUENCY_CAP)
    assert isinstance(called(policy, expires=EXPIRES, spoke=NOW - timedelta(days=7)), Proceed)
    written = ask(a_case(an_invoice(), conversations=(spoke,)), policy=policy)
    assert isinstance(written, Proceed)


def test_whatsapp_carries_nothing_late() -> None:
    client = a_client(consents=(Consent(Channel.WHATSAPP, True),))
    message = replace(MESSAGE, channel=Channel.WHATSAPP)
    answer = ask(a_case(an_invoice(), client=client), message, policy=with_policy(channels=["whatsapp"]))
    assert answer == stopped(MessageState.SUPPRESSED, Reason.NO_REACHABLE_CONTACT)
    daring = with_policy(channels=["whatsapp"], whatsapp_overdue=True)
    assert isinstance(ask(a_case(an_invoice(), client=client), message, policy=daring), Proceed)


@pytest.mark.parametrize(("least", "goes"), [("100.00", True), ("100.01", False)])
def test_a_dear_channel_carries_nothing_small(least: str, goes: bool) -> None:
    policy = with_policy(minimum_for={"email": {"EUR": least}})
    answer = ask(a_case(an_invoice()), policy=policy)
    assert (
        isinstance(answer, Proceed)
        if goes
        else (answer == stopped(MessageState.SUPPRESSED, Reason.BELOW_CHANNEL_MINIMUM))
    )
    other = with_policy(minimum_for={"email": {"USD": "500"}, "voice": {"EUR": "500"}})
    assert isinstance(ask(a_case(an_invoice()), policy=other), Proceed)


def test_a_contact_who_said_that_they_left_suppresses() -> None:
    answer = ask(a_case(an_invoice(), client=a_client(gone=frozenset({"ap"}))))
    assert answer == stopped(MessageState.SUPPRESSED, Reason.CONTACT_LEFT)


def test_a_channel_that_the_policy_does_not_have_carries_nothing() -> None:
    client = a_client(consents=(Consent(Channel.VOICE, True),))
    answer = ask(a_case(an_invoice(), client=client), replace(MESSAGE, channel=Channel.VOICE))
    assert answer == stopped(MessageState.SUPPRESSED, Reason.NO_REACHABLE_CONTACT)


def test_a_stale_ledger_makes_it_wait_an_hour() -> None:
    case = a_case(an_invoice(), synced_through={"/erp": NOW - timedelta(hours=49)})
    assert ask(case) == Wait(NOW + timedelta(hours=1), Reason.STALE_LEDGER)
    before_due = noon(DUE)
    soon = an_open("due_soon", before_due)
    assert isinstance(ask(case, soon, now=before_due + timedelta(hours=1)), Proceed)


# --- introductions and thanks


def test_an_introduction_names_only_its_own_invoices_that_still_qualify() -> None:
    now = noon(DUE - timedelta(days=28))
    message = an_open("introduction", now, invoice_ids=("a", "b", "c"))
    told = a_message("introduction", now - timedelta(days=1), invoice="c")
    case = a_case(
        an_invoice("a", paid=100_00), an_invoice("b"), an_invoice("c"), an_invoice("d"), messages=(told,)
    )
    answer = ask(case, message, now=now, expires=now + timedelta(days=9))
    assert isinstance(answer, Proceed)
    assert [item.invoice_id for item in answer.items] == ["b"]


def test_a_thank_you_gives_what_was_paid_and_waits_for_a_day_without_thanks() -> None:
    paid = an_invoice(paid=100_00, last_payment_on=NOW.date(), last_payment_at=NOW)
    message = an_open("thank_you", NOW)
    answer = ask(a_case(paid), message)
    assert isinstance(answer, Proceed)
    assert answer.amounts == (Money(100_00, "EUR"),)
    told = a_message("thank_you", NOW - timedelta(hours=1), invoice="z")
    waits = ask(a_case(paid, messages=(told,)), message)
    assert waits == Wait(at("2026-04-08 09:00"), Reason.ALREADY_THANKED)
    reversed_ = ask(a_case(an_invoice()), message)
    assert reversed_ == stopped(MessageState.CANCELLED, Reason.SUPERSEDED, message)


def test_instants_must_be_aware() -> None:
    with pytest.raises(ValueError, match="aware"):
        ask(a_case(an_invoice()), now=NOW.replace(tzinfo=None))
