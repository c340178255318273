"""Believable cases for briefs: one client, told apart by what happened."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta

from channels.briefs import Agreed, Aside, Asked, Available, BriefFacts, Offer, Promised, Said, Who
from config.rules.contact.rules import HandOff
from config.rules.contact.rules import Letter as LetterRule
from reminders.decision import InstalmentTold, Item, PromiseTold
from reminders.money import Money
from reminders.reasons import Reason
from reminders.snapshot import Channel, DebtorType, Track
from reminders.states import MessageState
from tests.channels.letters import TODAY, item

GBP = "GBP"
DUE = TODAY - timedelta(days=21)
PROMISE = PromiseTold(date(2026, 12, 8), date(2026, 12, 1), Money(60000, GBP), Money(0, GBP))

CALL = BriefFacts(
    client_id="c-1",
    client_name="Brightwater Dental Ltd",
    reason=Reason.STEP_DUE,
    today=TODAY,
    items=(
        item("INV-2041", GBP, 120000, DUE, paid=20000),
        item("INV-2050", GBP, 62000, TODAY - timedelta(days=3), disputed=12000),
    ),
    amounts=(Money(150000, GBP),),
    creditor_id="northwind",
    creditor_name="Northwind Studio Ltd",
    creditor_country="GB",
    debtor_type=DebtorType.COMPANY,
    country="GB",
    subdivision="SCT",
    local_now=datetime(2026, 12, 11, 10, 42, tzinfo=UTC),
    hours=(time(9), time(17)),
    language="en-GB",
    contacts=(
        Who("Jane Okafor", "accounts_payable", (Channel.EMAIL, Channel.SMS, Channel.VOICE)),
        Who("", "owner"),
    ),
    account_manager=Who("Ruth Ellison"),
    step="call",
    due_on=TODAY + timedelta(days=4),
    said=(
        Said("overdue_7", TODAY - timedelta(days=14), Channel.EMAIL, MessageState.DELIVERED),
        Said("overdue_14", TODAY - timedelta(days=7), Channel.SMS, MessageState.NO_RECEIPT),
    ),
    aside=(Aside("INV-2044", Money(30000, GBP), Reason.PROMISE_PENDING),),
    track=Track(settled=11, on_time=6),
    offer=Offer(instalments=3, within_days=90, extension_days=14),
    interest=(
        Available(
            Money(4871, GBP),
            TODAY,
            "Late Payment of Commercial Debts (Interest) Act 1998",
            claimable=False,
        ),
    ),
)

BROKEN = replace(
    CALL,
    reason=Reason.PROMISE_BROKEN,
    told=PROMISE,
    promises=(
        Promised(date(2026, 11, 2), date(2026, 11, 13), Money(30000, GBP), Money(30000, GBP)),
        Promised(date(2026, 12, 1), date(2026, 12, 8), Money(60000, GBP), Money(0, GBP)),
    ),
    spoken_on=(date(2026, 12, 1),),
)

CASES = {
    "late": CALL,
    "good_payer": replace(CALL, track=Track(settled=12, on_time=12)),
    "no_record": replace(
        CALL, track=Track(), contacts=(), said=(), account_manager=None, offer=None, interest=()
    ),
    "promise": BROKEN,
    "partly_kept": replace(
        BROKEN,
        told=replace(PROMISE, kept=Money(25000, GBP)),
        promises=(Promised(date(2026, 12, 1), date(2026, 12, 8), Money(60000, GBP), Money(25000, GBP)),),
    ),
    "plan": replace(
        CALL,
        reason=Reason.PLAN_DEFAULTED,
        told=InstalmentTold(2, 6, date(2026, 11, 24), Money(15000, GBP), Money(75000, GBP)),
        plans=(Agreed(date(2026, 10, 1), 6, 1, Money(75000, GBP), date(2026, 11, 24)),),
    ),
    "asked": replace(
        CALL,
        reason=Reason.CALL_WISHED,
        step=None,
        asked=Asked(
            "A reply by email from client c-1. Clearly, they ask to be called, by the words “call me”.",
            "Hello,\nplease call me on 0117 496 0123, tomorrow between 10 and 12.\n\nJane",
        ),
    ),
    "hardship": replace(CALL, hardship=True, debtor_type=DebtorType.SOLE_TRADER, replies=2),
}

HAND_OFF = HandOff(
    waiting_days=30,
    letter=LetterRule.BY_POST,
    checklist=("The letter of claim went by post on the day it is dated, or soon after",),
)


def of(*items: Item) -> BriefFacts:
    """The call's facts about other invoices."""
    return replace(CALL, items=items)
