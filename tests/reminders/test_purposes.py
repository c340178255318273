"""What a client does not want to hear is not said; what has to be said, is."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal

import pytest

from config.policy import Policy, Step
from reminders.decide import decide
from reminders.decision import Stop
from reminders.gate import gate
from reminders.purposes import Purpose, purpose_of, wanted
from reminders.reasons import Reason
from reminders.snapshot import Discount, Payment, Snapshot
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
    left,
    noon,
    steps,
)

OPTIONAL = {
    "introduction": Purpose.INTRODUCTIONS,
    "heads_up": Purpose.HEADS_UP,
    "discount": Purpose.DISCOUNTS,
    "statement": Purpose.STATEMENTS,
    "thank_you": Purpose.THANKS,
}


def step(name: str, policy: Policy = STANDARD) -> Step:
    found = policy.step(name)
    assert found is not None
    return found


def test_only_what_need_not_be_said_has_a_purpose_of_its_own() -> None:
    assert {
        s.name: purpose_of(s) for s in STANDARD.steps if purpose_of(s) is not Purpose.REMINDERS
    } == OPTIONAL


@pytest.mark.parametrize("name", sorted(OPTIONAL))
@pytest.mark.parametrize("purposes", [(), ("legal", "gossip")])
def test_no_word_that_is_known_means_all(name: str, purposes: tuple[str, ...]) -> None:
    assert wanted(step(name), a_client(purposes=purposes))


@pytest.mark.parametrize("word", ["thanks", "Thank-You", " thank you ", "THANKS"])
def test_a_word_in_any_spelling(word: str) -> None:
    client = a_client(purposes=(word, "gossip"))

    assert wanted(step("thank_you"), client)
    assert not wanted(step("statement"), client)


def test_what_is_due_is_never_switched_off() -> None:
    client = a_client(purposes=("thanks",))
    said = {s.name for s in STANDARD.steps if wanted(s, client)}

    assert said == {s.name for s in STANDARD.steps} - set(OPTIONAL) | {"thank_you"}


def _cases() -> dict[str, tuple[Snapshot, str]]:
    """For each kind a case in which it would be said at that instant."""
    early = Discount(Decimal(2), date(2026, 3, 13))
    paid = an_invoice(
        paid=100_00,
        payments=(Payment("p", date(2026, 3, 10), 100_00, at("2026-03-10 09:00")),),
        last_payment_on=date(2026, 3, 10),
        last_payment_at=at("2026-03-10 09:00"),
    )
    two = (an_invoice(), an_invoice("b", due_on=DUE + timedelta(days=40), issued_on=date(2026, 3, 2)))
    introduced = a_message("introduction", at("2026-03-02 10:00"), invoice_ids=("a", "b"))
    return {
        "introduction": (a_case(an_invoice()), "2026-03-02 10:00"),
        "discount": (a_case(an_invoice(discount=early)), "2026-03-10 10:00"),
        "heads_up": (a_case(an_invoice()), "2026-03-24 10:00"),
        "thank_you": (a_case(paid), "2026-03-10 10:00"),
        "statement": (a_case(*two, messages=(introduced,)), "2026-04-01 10:00"),
    }


@pytest.mark.parametrize("name", sorted(OPTIONAL))
def test_it_is_left_out_with_its_reason(name: str) -> None:
    case, when = _cases()[name]
    assert name in steps(decide(case, STANDARD, at(when)))

    silent = replace(case, client=a_client(purposes=("reminders",)))
    decision = decide(silent, STANDARD, at(when))

    assert name not in steps(decision)
    assert (Reason.NOT_WANTED, name) in {(entry.reason, entry.step) for entry in decision.left_out}


def test_the_reminder_before_the_due_date_comes_all_the_same() -> None:
    case = a_case(an_invoice(), client=a_client(purposes=("reminders",)))

    assert left(decide(case, STANDARD, noon(DUE - timedelta(days=7)))).reason is Reason.NOT_WANTED
    assert steps(decide(case, STANDARD, noon(DUE - timedelta(days=4)))) == []
    decision = decide(case, STANDARD, noon(DUE - timedelta(days=4)))
    assert decision.look_at is not None
    assert steps(decide(case, STANDARD, decision.look_at)) == ["due_soon"]


def test_a_message_that_is_on_its_way_ends_when_it_is_no_longer_wanted() -> None:
    now = noon(DUE - timedelta(days=7))
    message = an_open("heads_up", now)
    case = a_case(an_invoice(), messages=(message,), client=a_client(purposes=("thanks",)))
    stop = Stop(message.message_id, MessageState.CANCELLED, Reason.NOT_WANTED)

    assert decide(case, STANDARD, now).stops == (stop,)
    assert gate(case, message, now + timedelta(days=1), STANDARD, now, approved=False) == stop
