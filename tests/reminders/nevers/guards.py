"""The guards of the core, each with the way to take it out, the never that must see it, and a life that needs it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import time, timedelta
from decimal import Decimal
from typing import Any

from config.policy import Step
from config.rulebook import Rulebook
from reminders import account, acknowledgement, case, chase, consent, gate, holds
from reminders.answers import AnswerKind
from reminders.calendar import Place
from reminders.caps import Contacts
from reminders.history import History, Tries
from reminders.interest.terms import LateTerms, LateTermsKind
from reminders.ladder import Climbed, Pace
from reminders.reasons import Reason
from reminders.snapshot import Channel, Consent, DebtorType, Discount, Instalment, Invoice, Quiet
from reminders.states import DONE
from tests.reminders.nevers import removal
from tests.reminders.nevers.acts import (
    Agree,
    Answer,
    BeginDebit,
    Credit,
    Ended,
    GiveWord,
    GoBack,
    HoldClient,
    Moved,
    Object,
    OptOut,
    PauseBill,
    Pay,
    PayOnAccount,
    ReadReply,
    Resolve,
    StartAgain,
    Sync,
)
from tests.reminders.nevers.crafted import BEGIN, a_bill, a_script, on
from tests.reminders.nevers.player import Fate, Script, Temper
from tests.reminders.nevers.removal import (
    Removal,
    answer,
    both,
    hold_ignored,
    put,
    seen_otherwise,
    takeover_ignored,
)

DAY = timedelta(days=1)
NOBODY_ACTS = (Temper(timedelta(0), "ignore"),)
CALLED = Temper(timedelta(hours=1), "done")
SLOWLY = (Fate(waits=2 * DAY),)
STATUTORY = LateTerms(LateTermsKind.STATUTORY)
THIRDS = tuple(Instalment(BEGIN + day * DAY, 30_00) for day in (21, 51, 81))
AMERICA: dict[str, Any] = {"country": "US", "subdivision": None, "time_zone": None}
TEXAS = AMERICA | {"subdivision": "TX", "time_zone": "America/Chicago"}
MASSACHUSETTS = AMERICA | {"subdivision": "MA", "time_zone": "America/New_York"}
WANTS_SMS: dict[str, Any] = {
    "preferred": (Channel.SMS,),
    "consents": (Consent(Channel.SMS, True, on(0)),),
    "debtor_type": DebtorType.CONSUMER,
}
WANTS_WHATSAPP: dict[str, Any] = {
    "preferred": (Channel.WHATSAPP,),
    "consents": (Consent(Channel.WHATSAPP, True, on(0)),),
}
BY_ANOTHER: dict[str, Any] = {"creditor_id": "northwind-de"}


@dataclass(frozen=True)
class Guard:
    """Something that keeps a never. Without it, the life breaks that one."""

    name: str
    never: str
    removal: Removal
    script: Script


GUARDS = (
    # 1: what is owed at all. Of the one bill, the third reminder day is a Thursday, day 24.
    Guard(
        "paid",
        "never_1",
        put(Invoice, "open", property(lambda i: i.total - i.credited)),
        a_script((on(20), Pay("r", "a"))),
    ),
    Guard(
        "credited",
        "never_1",
        put(Invoice, "open", property(lambda i: i.total - i.paid)),
        a_script((on(20), Credit("a", 1))),
    ),
    Guard(
        "voided",
        "never_1",
        hold_ignored(Reason.VOIDED),
        a_script((on(20), Ended("a", Reason.VOIDED))),
    ),
    Guard(
        "written off",
        "never_1",
        hold_ignored(Reason.WRITTEN_OFF),
        a_script((on(20), Ended("a", Reason.WRITTEN_OFF))),
    ),
    Guard(
        "disputed",
        "never_1",
        both(
            put(Invoice, "chased", property(lambda i: i.open - i.held - i.later)),
            hold_ignored(Reason.DISPUTED),
        ),
        a_script((on(20), Object("o", "a", None))),
    ),
    Guard(
        "dispute just resolved",
        "never_1",
        answer(holds, "_resting", ()),
        a_script((on(22), Object("o", "a", None)), (on(23), Resolve("o"))),
    ),
    Guard(
        "payment that came back",
        "never_1",
        answer(holds, "_resting", ()),
        a_script((on(20), Pay("r", "a")), (on(23), GoBack("r"))),
    ),
    Guard(
        "promise",
        "never_1",
        answer(account, "promised_parts", {}),
        a_script((on(22), GiveWord("w", ("a",), 1, 14))),
    ),
    Guard(
        "plan",
        "never_1",
        answer(account, "held_by_plans", {}),
        a_script((on(22), Agree("p", ("a",), 2, 20, 30))),
    ),
    Guard(
        "direct debit",
        "never_1",
        hold_ignored(Reason.PAYMENT_PENDING),
        a_script((on(22), BeginDebit("d", "a", None, 5))),
    ),
    Guard(
        "automatic collection",
        "never_1",
        seen_otherwise(lambda invoice: replace(invoice, auto_collect=False)),
        a_script(bills=[a_bill(auto_collect=True)]),
    ),
    Guard(
        "pause of a bill",
        "never_1",
        hold_ignored(Reason.INVOICE_PAUSED),
        a_script((on(20), PauseBill("a", on=True))),
    ),
    Guard(
        "hardship, breathing space, pause of a client",
        "never_1",
        answer(account, "client_hold", None),
        a_script((on(20), HoldClient(Reason.MORATORIUM))),
    ),
    Guard(
        "pause, for thanks",
        "never_1",
        answer("reminders.thanks reminders.stops", "thanks_hold", None),
        a_script((on(20), HoldClient(Reason.CLIENT_PAUSED)), (on(22), Pay("r", "a"))),
    ),
    Guard(
        "unread reply",
        "never_1",
        put(holds, "add_working_days", lambda instant, *_rest: instant),
        a_script((on(23, "16:00"), Answer("s", None))),
    ),
    Guard(
        "unread answer that weighs more",
        "never_1",
        removal.weight_ignored(),
        a_script((on(20), Answer("s", AnswerKind.DISPUTE))),
    ),
    Guard(
        "proposal that nobody has judged",
        "never_1",
        removal.weight_ignored(),
        a_script((on(20), Answer("s", None, proposal=True))),
    ),
    Guard(
        "promise by an answer",
        "never_1",
        answer(account, "promised_parts", {}),
        a_script((on(22), Answer("s", AnswerKind.PROMISE, 14)), (on(22, "12:00"), ReadReply())),
    ),
    # Acknowledgements. An answer late in the evening has to wait for the morning, and much may happen at night.
    Guard(
        "answer that a person has dealt with",
        "never_1",
        removal.answers_seen_otherwise(lambda answers: (replace(one, waits=True) for one in answers)),
        a_script((on(21, "22:00"), Answer("s", AnswerKind.CALL_ME)), (on(22, "05:00"), ReadReply())),
    ),
    Guard(
        "answer that is not the newest",
        "never_1",
        removal.answers_seen_otherwise(lambda answers: (one for one in answers if one.kind is not None)),
        a_script((on(21, "22:00"), Answer("s1", AnswerKind.CALL_ME)), (on(21, "23:00"), Answer("s2", None))),
    ),
    Guard(
        "stop after an answer",
        "never_1",
        removal.answers_seen_otherwise(lambda answers: (one for one in answers if one.waits)),
        a_script(
            (on(21, "22:00"), Answer("s1", AnswerKind.CALL_ME)),
            (on(21, "23:00"), Answer("s2", AnswerKind.STOP)),
            (on(22, "05:00"), StartAgain(Channel.EMAIL)),
        ),
    ),
    Guard(
        "answer about what is paid by now",
        "never_1",
        answer(acknowledgement, "_is_settled", False),
        a_script((on(21, "22:00"), Answer("s", AnswerKind.PAID)), (on(22, "05:00"), Pay("r", "a"))),
    ),
    Guard(
        "answer about what was voided",
        "never_1",
        answer(acknowledgement, "_is_settled", False),
        a_script(
            (on(21, "22:00"), Answer("s", AnswerKind.DISPUTE)), (on(22, "05:00"), Ended("a", Reason.VOIDED))
        ),
    ),
    Guard(
        "answer to an acknowledgement",
        "never_1",
        answer(acknowledgement, "_silent", False),
        a_script(
            (on(21, "09:00"), Answer("s1", AnswerKind.CALL_ME)),
            (on(22, "09:00"), Answer("s2", AnswerKind.CALL_ME)),
        ),
    ),
    Guard(
        "pause, for acknowledgements",
        "never_1",
        answer(acknowledgement, "_silent", False),
        a_script(
            (on(21, "22:00"), Answer("s", AnswerKind.CALL_ME)),
            (on(22, "05:00"), HoldClient(Reason.CLIENT_PAUSED)),
        ),
    ),
    Guard(
        "discount taken",
        "never_1",
        answer(holds, "took_discount", False),
        a_script(
            (on(5), Pay("r", "a", 0.97)),
            bills=[a_bill(discount=Discount(Decimal(3), BEGIN + 10 * DAY))],
        ),
    ),
    Guard(
        "fresh ledger",
        "never_1",
        answer("reminders.chase reminders.speak reminders.gate", "stale", False),
        a_script((on(1), Sync())),
    ),
    Guard(
        "call after broken promises",
        "never_1",
        takeover_ignored(Reason.WITH_A_PERSON),
        a_script(
            (on(22), GiveWord("w1", ("a",), 1, 1)),
            (on(26), GiveWord("w2", ("a",), 1, 1)),
            tempers=NOBODY_ACTS,
        ),
    ),
    Guard(
        "last gate",
        "never_3",
        removal.waved_through(),
        a_script(fates=SLOWLY),
    ),
    # 2: how much
    Guard(
        "disputed part",
        "never_2",
        put(Invoice, "chased", property(lambda i: i.open - i.held - i.later)),
        a_script((on(20), Object("o", "a", 0.4))),
    ),
    Guard(
        "part under debit",
        "never_2",
        answer(account, "held_part", 0),
        a_script((on(22), BeginDebit("d", "a", 0.4, 9))),
    ),
    Guard(
        "money on account",
        "never_2",
        removal.account_money_ignored(),
        a_script((on(20), PayOnAccount("r", "EUR", 60_00))),
    ),
    Guard(
        "instalments not due yet",
        "never_2",
        put(account, "current", lambda invoice, _today: invoice),
        a_script(bills=[a_bill(total=90_00, instalments=THIRDS)]),
    ),
    # 3: when. Good Friday is day 32, Easter Monday day 35: then the reminder of the second week would be due.
    Guard(
        "hours",
        "never_3",
        answer("reminders.gate reminders.case", "open_at", None),
        a_script(),
    ),
    Guard(
        "public holidays",
        "never_3",
        answer(Place, "holiday", False),
        a_script(),
    ),
    Guard(
        "the client's own hours",
        "never_3",
        answer("reminders.calendar", "_is_quiet", False),
        a_script(quiet=Quiet(start=time(8), end=time(12))),
    ),
    Guard(
        "law of the place",
        "never_3",
        put(Rulebook, "within_law", lambda _self, policy, _traits: policy),
        a_script(rules="wide", **TEXAS, **WANTS_SMS),
    ),
    Guard(
        "every zone of the place",
        "never_3",
        removal.one_zone_for_all(),
        a_script(**AMERICA),
    ),
    # 4: how often, and by what way
    Guard(
        "gap",
        "never_4",
        answer(Contacts, "gap_end", None),
        a_script(bills=[a_bill("a"), a_bill("b", due=23, **BY_ANOTHER)]),
    ),
    Guard(
        "cap",
        "never_4",
        answer(Contacts, "cap_end", None),
        a_script(bills=[a_bill(name, issued=day) for day, name in enumerate("abc")], rules="careful"),
    ),
    Guard(
        "limits of a channel",
        "never_4",
        answer(Contacts, "rest_end", None),
        a_script(
            bills=[a_bill(name, issued=day) for day, name in enumerate("abc")],
            rules="wide",
            **MASSACHUSETTS,
            **WANTS_SMS,
        ),
    ),
    Guard(
        "consent",
        "never_4",
        answer(consent, "may_use", None),
        a_script(rules="wide", debtor_type=DebtorType.CONSUMER),
    ),
    Guard(
        "addresses that are barred",
        "never_4",
        removal.suppressions_ignored(),
        a_script((on(10), OptOut(Channel.EMAIL))),
    ),
    Guard(
        "channel that an answer stopped",
        "never_4",
        removal.suppressions_ignored(),
        a_script((on(10), Answer("s", AnswerKind.STOP))),
    ),
    Guard(
        "contact who is the wrong person",
        "never_4",
        removal.those_gone_written_to(),
        a_script((on(10), Answer("s", AnswerKind.WRONG_PERSON)), (on(11), ReadReply())),
    ),
    Guard(
        "channels for what is late",
        "never_4",
        answer(gate, "may_carry", True),
        a_script(rules="wide", **WANTS_WHATSAPP),
    ),
    # 5: in what order
    Guard(
        "steps taken before",
        "never_5",
        answer(History, "climbed", Climbed()),
        a_script(),
    ),
    Guard(
        "corrected due dates",
        "never_5",
        put(History, "_same_cycle", lambda _self, was_due, due_on, _said_on: was_due == due_on),
        a_script((on(25), Moved("a", 2))),
    ),
    Guard(
        "introduced before",
        "never_5",
        answer(History, "named", False),
        a_script(),
    ),
    Guard(
        "said on this occasion before",
        "never_5",
        answer(History, "tries", Tries()),
        a_script((on(22), GiveWord("w", ("a",), 1, 9)), rules="plain"),
    ),
    Guard(
        "acknowledged before",
        "never_5",
        answer(History, "tries", Tries()),
        a_script((on(21, "09:00"), Answer("s", AnswerKind.CALL_ME))),
    ),
    Guard(
        "late entry",
        "never_5",
        answer(chase, "pace_of", Pace(None, 0, 10_000)),
        a_script(bills=[a_bill(issued=-60, due=-20, seen_at=on(0))]),
    ),
    # 6: interest
    Guard(
        "steps that may claim interest",
        "never_6",
        put(Step, "interest", property(lambda _self: True)),
        a_script(bills=[a_bill(late_terms=STATUTORY, **BY_ANOTHER)]),
    ),
    Guard(
        "interest that the contract gives",
        "never_6",
        removal.interest_unasked(),
        a_script(bills=[a_bill(**BY_ANOTHER)]),
    ),
    # 7: a person's word
    Guard(
        "approval",
        "never_7",
        both(answer(case.Case, "needs_approval", False), removal.taken_for_approved()),
        a_script(tempers=NOBODY_ACTS),
    ),
    Guard(
        "approval for a large account",
        "never_7",
        answer("reminders.case reminders.gate", "large_or_key", False),
        a_script(bills=[a_bill(total=1_000_00)], rules="careful"),
    ),
    Guard(
        "refusal",
        "never_7",
        put("reminders.history", "taken", lambda message: message.state in DONE),
        a_script(tempers=(CALLED, Temper(timedelta(hours=1), "no"), Temper(timedelta(hours=1), "yes"))),
    ),
    Guard(
        "escalation",
        "never_7",
        takeover_ignored(Reason.ESCALATED),
        a_script(bills=[a_bill(), a_bill("b", issued=75, due=100)]),
    ),
    Guard(
        "open decision",
        "never_7",
        takeover_ignored(Reason.WITH_A_PERSON),
        a_script(bills=[a_bill(), a_bill("b", issued=75, due=100)], tempers=NOBODY_ACTS),
    ),
    Guard(
        "open decision, for thanks",
        "never_7",
        put(account._TakenOver, "silent", property(lambda _self: {})),
        a_script((on(75), Pay("r", "a")), bills=[a_bill("a"), a_bill("b")], tempers=NOBODY_ACTS),
    ),
    # 8: nobody is forgotten
    Guard(
        "next look",
        "never_8",
        answer(case.Case, "look_on", None),
        a_script((on(22), GiveWord("w", ("a",), 1, 5))),
    ),
    Guard(
        "a person in a message's stead",
        "never_8",
        answer(chase, "_ask_instead", None),
        a_script(quiet=Quiet(end=time(23, 30)), days=200),
    ),
)
