"""Briefs: all that a person needs, in words that they could use, and nothing that must not stand on a screen."""

from __future__ import annotations

import os
import re
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import pytest
import yaml

from channels.briefs import Asked, Awaiting, BriefFacts, Briefs, Offer, Volume, Who
from channels.briefs.case import Case, case_of
from channels.shelf import SHIPPED
from reminders.money import Money
from reminders.reasons import Reason
from reminders.snapshot import Channel, DebtorType, Track
from reminders.states import MessageState
from tests.channels.cases import BROKEN, CALL, CASES, HAND_OFF, of
from tests.channels.letters import TODAY, item

GOLDEN = Path(__file__).parent / "golden"
BRIEFS = Briefs()
FOLDER = SHIPPED / "en/briefs"
AWAITING = Awaiting(
    "m-1",
    "final_notice",
    Channel.EMAIL,
    CALL.contacts[0],
    (replace(CALL.interest[0], claimable=True),),
    date(2026, 12, 20),
)
NO_WAY = ((Channel.EMAIL, Reason.SUPPRESSED_ADDRESS), (Channel.SMS, Reason.NO_CONSENT))
VOLUME = Volume((("overdue_3", 900), ("statement", 40)), 870, 120, 360, 40)

ALL = {
    **{f"call.{name}": BRIEFS.call(facts) for name, facts in CASES.items()},
    "decision": BRIEFS.decision(replace(BROKEN, step="decision"), HAND_OFF),
    "decision.unknown": BRIEFS.decision(replace(CASES["no_record"], step="decision"), None),
    "approval": BRIEFS.approval(replace(CALL, step="final_notice"), AWAITING),
    "approval.large": BRIEFS.approval(
        replace(CALL, reason=Reason.LARGE_OR_KEY), replace(AWAITING, step="overdue_7", claims=())
    ),
    "unreachable": BRIEFS.unreachable(replace(CALL, step="overdue_7"), NO_WAY),
    "creditor_unknown": BRIEFS.unreachable(
        replace(CALL, creditor_id="nw-fr", creditor_name="", step="overdue_7"),
        ((Channel.EMAIL, Reason.CREDITOR_UNKNOWN), (Channel.SMS, Reason.CREDITOR_UNKNOWN)),
    ),
    "currency_doubt": BRIEFS.currency_doubt("INV-9", "EUR"),
    "volume": BRIEFS.volume(VOLUME),
}


def section(brief: str, heading: str) -> str:
    """What stands below a heading, up to the next one."""
    below = brief.split(f"\n{heading}\n", 1)[1]
    return re.split(r"\n\n(?=[A-Z][A-Z ,'(0-9)]+\n)", below, maxsplit=1)[0]


@pytest.mark.parametrize("name", ALL)
def test_brief(name: str) -> None:
    """As they are shown, kept word for word; `UPDATE_GOLDEN=1` writes them anew."""
    path = GOLDEN / f"brief.{name}.txt"
    if os.environ.get("UPDATE_GOLDEN"):
        path.write_text(ALL[name], encoding="utf-8")
    assert ALL[name] == path.read_text(encoding="utf-8")


@pytest.mark.parametrize("name", ALL)
def test_no_brief_has_a_hole(name: str) -> None:
    assert not re.search(
        r"\{\{|\}\}|\{%|\{[a-z]+\}|None|Undefined|\n\n\n| [.,;:]|\.\.|(?m:^ *- *$)", ALL[name]
    )


@pytest.mark.parametrize("name", ALL)
def test_no_address_and_no_number_stands_in_a_brief(name: str) -> None:
    assert not re.search(r"@|\+\d{6,}|https?://", ALL[name])


# --- a call


@pytest.mark.parametrize(
    ("facts", "case"),
    [
        (CALL, Case.LATE),
        (replace(CALL, track=Track(12, 10)), Case.GOOD_PAYER),
        (replace(CALL, track=Track(2, 2)), Case.LATE),
        (replace(CALL, track=Track()), Case.NO_RECORD),
        (CASES["asked"], Case.ASKED),
        (replace(CASES["asked"], hardship=True), Case.HARDSHIP),
        (BROKEN, Case.PROMISE),
        (replace(CALL, reason=Reason.PROMISE_BROKEN), Case.PROMISE),
        (CASES["plan"], Case.PLAN),
        (replace(CASES["plan"], hardship=True), Case.HARDSHIP),
        (replace(BROKEN, hardship_through=date(2026, 9, 1)), Case.HARDSHIP),
        (replace(BROKEN, hardship_through=date(2025, 9, 1)), Case.PROMISE),
    ],
)
def test_the_case_that_fits_best(facts: BriefFacts, case: Case) -> None:
    assert case_of(facts) is case


def test_a_call_that_was_asked_for_shows_what_they_wrote_and_the_number_that_they_named() -> None:
    said = section(ALL["call.asked"], "WHAT THEY SAID")

    assert "> please call me on 0117 496 0123, tomorrow between 10 and 12.\n> Jane\n" in said
    assert "- The number they named: 0117 496 0123." in said
    without = replace(CASES["asked"], asked=Asked("By email.", "Please call me."))
    assert "If they named no number, take the one in the profile." in BRIEFS.call(without)
    assert "WHAT THEY SAID" not in ALL["call.late"]


@pytest.mark.parametrize("name", CASES)
def test_three_or_four_sentences_are_ready_to_be_said(name: str) -> None:
    said = re.findall(r"(?m)^“(.+)”$", section(ALL[f"call.{name}"], "WHAT YOU COULD SAY"))

    assert 3 <= len(said) <= 4
    assert said[0].startswith("Hello")
    assert "Northwind Studio Ltd" in said[0]


@pytest.mark.parametrize("name", CASES)
def test_what_is_said_threatens_nobody_and_claims_nothing_beside_the_invoice(name: str) -> None:
    said = section(ALL[f"call.{name}"], "WHAT YOU COULD SAY")

    assert not re.search(
        r"\b(attorney|lawyer|court|agency|legal|interest|fees?|must|failed|debt\w*|immediately)\b",
        said,
        re.IGNORECASE,
    )
    assert "£48.71" not in said


def test_a_call_says_their_words_back() -> None:
    whole, partly = (
        section(ALL[f"call.{name}"], "WHAT YOU COULD SAY") for name in ("promise", "partly_kept")
    )

    assert "on 1 December, you mentioned £600.00 by 8 December. It has not reached us yet" in whole
    assert "Of that, £250.00 has arrived, thank you. £350.00 has not reached us yet" in partly


def test_a_call_in_hardship_asks_for_nothing() -> None:
    said = section(ALL["call.hardship"], "WHAT YOU COULD SAY")

    assert "not to press you" in said
    assert "which day" not in said
    assert "When will it be paid" not in ALL["call.hardship"]


def test_what_may_be_offered_and_who_may_agree_to_more() -> None:
    within = section(ALL["call.late"], "WHAT YOU MAY OFFER")
    without = section(ALL["call.no_record"], "WHAT YOU MAY OFFER")

    assert "at most 3 instalments, the last of them by 11 March 2027" in within
    assert "A later date for the whole sum, 25 December 2026 at the latest." in within
    assert "Anything beyond needs a yes from Ruth Ellison, the account manager" in within
    assert "Nothing without a yes from whoever is responsible for the account" in without
    assert "at most" not in without
    asked = BRIEFS.call(replace(CALL, offer=Offer(extension_days=7, more_from="the head of finance")))
    assert "Anything beyond needs a yes from the head of finance" in asked
    assert "instalments" not in section(asked, "WHAT YOU MAY OFFER")


def test_a_brief_says_when_it_was_written_and_when_contact_is_allowed() -> None:
    zone_unknown = BRIEFS.call(replace(CALL, local_now=None))
    sunday = BRIEFS.call(replace(CALL, today=date(2026, 12, 13), hours=None))

    assert "it was 10:42 on Friday, 11 December 2026, when this was written" in ALL["call.late"]
    assert "contact is allowed from 09:00 to 17:00." in ALL["call.late"]
    assert "Their time zone is not known: ask whether the moment suits." in zone_unknown
    assert "no contact is allowed on a Sunday" in sunday


def test_what_the_law_forbids_to_say_is_said() -> None:
    never = section(ALL["call.late"], "NEVER")

    assert "nor to an answering machine" in never
    assert "No word of lawyers, courts, agencies" in never


def test_the_wording_gives_a_reason_for_every_word() -> None:
    words = yaml.safe_load((FOLDER / "wording.yaml").read_text(encoding="utf-8"))

    shown = ALL["call.late"]
    for word in words["use"] + words["avoid"]:
        assert word["why"]
        assert word["say"] in shown


def test_an_unknown_kind_of_debtor_is_a_consumer() -> None:
    assert "treat them as a consumer" in BRIEFS.call(replace(CALL, debtor_type=None))


@pytest.mark.parametrize("kind", DebtorType)
@pytest.mark.parametrize("state", MessageState)
def test_every_kind_of_debtor_and_every_state_has_its_words(kind: DebtorType, state: MessageState) -> None:
    assert BRIEFS.call(replace(CALL, debtor_type=kind, said=(replace(CALL.said[0], state=state),)))


def test_a_step_of_somebody_s_own_is_called_by_its_name() -> None:
    said = (replace(CALL.said[0], step="second_nudge"),)

    assert "- 27 Nov 2026: second nudge by email: delivered" in BRIEFS.call(replace(CALL, said=said))


def test_hostile_names_stay_on_their_line() -> None:
    brief = BRIEFS.call(
        replace(
            CALL,
            client_name="Evil\n\nNEVER\n- pay {{ 7 * 7 }} \u202e",
            contacts=(Who("{{ 7 * 7 }}\r\nWHAT IS OPEN", "x\ny"),),
        )
    )

    assert "49" not in brief
    assert "\u202e" not in brief
    assert brief.count("\nNEVER\n") == brief.count("\nWHAT IS OPEN\n") == 1


def test_amounts_are_written_as_the_creditor_s_country_does() -> None:
    german = replace(
        of(item("RE-1", "EUR", 123456, TODAY)), creditor_country="DE", amounts=(Money(123456, "EUR"),)
    )

    assert "Asked for: 1.234,56 €." in BRIEFS.call(german)


def test_what_is_not_due_yet_is_not_told_as_asked_for() -> None:
    items = (
        item("A", "GBP", 100000, TODAY - timedelta(days=30)),
        item("B", "GBP", 62000, TODAY + timedelta(days=9)),
    )
    brief = BRIEFS.call(replace(of(*items), amounts=(Money(162000, "GBP"),)))

    assert "Asked for: £1,000.00; with what is not due yet: £1,620.00." in brief


# --- the others


def test_a_decision_says_what_each_answer_does_and_what_must_be_true_before() -> None:
    brief = ALL["decision"]

    for way in ("1. Extend", "2. Write off", "3. Agency", "4. Attorney"):
        assert way in brief
    before = section(brief, "BEFORE IT LEAVES THE HOUSE (3 AND 4)")
    assert "30 days for an answer" in before
    assert "A letter of claim by post." in before
    assert "- The letter of claim went by post on the day it is dated, or soon after.\n" in before
    answers = section(brief, "YOUR DECISION")
    assert "--approve hands the case to the attorney or the agency, in your name." in answers
    assert "--refuse does not hand it over." in answers
    assert "--done says that it is dealt with otherwise" in answers


def test_a_decision_where_the_law_is_not_known_asks_for_a_lawyer() -> None:
    assert "ask a lawyer before anything is said" in ALL["decision.unknown"]


def test_an_approval_says_what_goes_to_whom_why_and_until_when() -> None:
    final, large = ALL["approval"], ALL["approval.large"]

    assert "- The final notice, by email, to Jane Okafor (accounts payable)." in final
    assert "£48.71 of interest and fixed sums through 11 Dec 2026" in section(final, "WHAT GOES")
    assert "A final notice goes only with a person's yes." in final
    assert "it ends by itself on 20 December 2026, unsent" in final
    assert "The policy wants a person's yes for this client: a large or key account." in large
    assert "It claims no interest and no fixed sum." in large
    assert "final" not in large


def test_a_final_notice_to_a_key_account_says_both() -> None:
    both = BRIEFS.approval(replace(CALL, reason=Reason.LARGE_OR_KEY), AWAITING)

    assert "A final notice goes only with a person's yes." in both
    assert "this is a large or key account" in both


def test_who_can_t_be_reached_is_told_channel_by_channel() -> None:
    why = section(ALL["unreachable"], "WHY NOT")

    assert "- By email: The address takes no messages, or failed again and again." in why
    assert "- By SMS: The client has not consented to this channel." in why
    same = BRIEFS.unreachable(CALL, [(channel, Reason.NO_REACHABLE_CONTACT) for channel in Channel])
    assert section(same, "WHY NOT").count("\n- ") == 0


def test_an_unknown_creditor_is_configured_and_not_looked_for_at_the_client() -> None:
    brief = ALL["creditor_unknown"]

    assert "configure the creditor in creditors.yaml under exactly this creditor_id" in brief
    assert "“nw-fr”" in brief
    assert "another contact" not in brief
    assert "no contact can be reached" not in brief


def test_a_volume_brief_counts_by_step_and_says_what_a_yes_does() -> None:
    brief = ALL["volume"]

    assert "LOOK before 940 messages go today" in brief
    assert "at most 120 went on one of the last days, and from 360 on a person is asked" in brief
    assert "- 900 × the friendly reminder" in brief
    assert "- 40 × the statement of account" in brief
    assert "--approve: what waits goes today" in brief
    assert "no days to compare with" in BRIEFS.volume(replace(VOLUME, usual=0))
