"""Ways that are closed: why, since when, and by whose word, on both databases."""

from __future__ import annotations

from datetime import date

import pytest

from ledger import barred, replies
from ledger.closed import closed_ways
from ledger.suppressions import Source, suppress
from ledger.unit import Ledger
from reminders.feedback import OptWord
from reminders.reasons import Reason
from reminders.snapshot import Channel
from tests.ledger.book import NOW, profile, snapshot, tell
from tests.ledger.test_answers import STANDARD, said
from tests.ledger.test_replies import a_reply, answer, written_to

EMAIL = (Channel.EMAIL, "ap")
ADDRESS = "ap@kaya.example"


def closed(ledger: Ledger) -> dict[tuple[Channel, str], str]:
    """The sentences of each closed way."""
    with ledger.read() as connection:
        found = closed_ways(connection, snapshot(ledger), STANDARD, Channel, NOW.date())
    return {way: text for way, (_, text) in found.items()}


def test_nothing_is_closed_while_nobody_has_said_so(ledger: Ledger) -> None:
    written_to(ledger)
    assert closed(ledger) == {}


def test_a_stop_closes_its_channel_by_the_words_that_decided(ledger: Ledger) -> None:
    said(ledger, "Stop sending me emails", opt=OptWord.OUT)

    assert closed(ledger)[EMAIL].startswith(
        "The client has asked for no more messages on this channel. Since 2 March 2026, by the words “"
    )
    assert (Channel.SMS, "ap") not in closed(ledger)


def test_a_stop_whose_words_nobody_read_is_their_answer(ledger: Ledger) -> None:
    written_to(ledger)
    answer(ledger, a_reply("STOP", OptWord.OUT))

    assert closed(ledger)[EMAIL].endswith("Since 2 March 2026, by their answer.")


def test_a_click_on_the_link(ledger: Ledger) -> None:
    written_to(ledger)
    with ledger.begin(NOW) as unit:
        replies.unsubscribe(unit, "m1")

    assert closed(ledger)[EMAIL].endswith("Since 2 March 2026, by the link in a message.")


@pytest.mark.parametrize(
    ("source", "how"),
    [
        (Source.RECEIPT, "as the provider reported"),
        (Source.REFUSAL, "as the provider refused it"),
        (Source.SOFT, "after it had failed again and again"),
    ],
)
def test_an_address_that_takes_nothing(ledger: Ledger, source: Source, how: str) -> None:
    written_to(ledger)
    with ledger.begin(NOW) as unit:
        suppress(unit, Channel.EMAIL, ADDRESS, Reason.SUPPRESSED_ADDRESS, source)

    assert closed(ledger)[EMAIL] == (
        f"The address takes no messages, or failed again and again. Since 2 March 2026, {how}."
    )


def test_a_person_barred_it_for_a_while(ledger: Ledger) -> None:
    tell(ledger, profile())
    with ledger.begin(NOW) as unit:
        barred.add(unit, Channel.EMAIL, ADDRESS, "Ruth", "They are moving.", until=date(2026, 5, 3))

    assert closed(ledger)[EMAIL].endswith("Since 2 March 2026, as Ruth decided; until 3 May 2026.")


def test_who_is_not_the_one_to_write_to_is_closed_on_every_channel(ledger: Ledger) -> None:
    said(ledger, "Wrong person, sorry")

    texts = {text for (_, contact_id), text in closed(ledger).items() if contact_id == "ap"}
    assert texts == {
        "This contact answered that they are not the one to write to, or has left. Since 2 March 2026, by the words "
        "“wrong person”."
    }
    assert EMAIL in closed(ledger)
