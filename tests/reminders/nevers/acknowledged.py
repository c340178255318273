"""Whether an acknowledgement was in its place, by the book alone: what it tells has to be true when it goes."""

from __future__ import annotations

from collections.abc import Iterator

from config.policy import Anchor
from reminders.answers import WEIGHTY, AnswerKind
from reminders.decision import AnswerTold
from tests.reminders.nevers import sums
from tests.reminders.nevers.facts import Facts, Said
from tests.reminders.nevers.places import day_of
from tests.reminders.nevers.player import Sent
from tests.reminders.nevers.stopped import client_stops

_WHATEVER_IS_OWED = frozenset({AnswerKind.CALL_ME, AnswerKind.WRONG_PERSON})
_NONE_FOLLOWS = frozenset({AnswerKind.STOP, AnswerKind.OUT_OF_OFFICE, AnswerKind.OTHER})
_SILENCED = frozenset({"unknown", "moratorium", "client_paused"})


def out_of_place(sent: Sent) -> Iterator[str]:
    """What was wrong with an acknowledgement."""
    facts, told = sent.facts, sent.told
    on_client = client_stops(facts, sent.policy, sent.at)
    yield from on_client & _SILENCED
    said = facts.answers[-1] if facts.answers else None
    if said is None or said.kind is None or said.kind in _NONE_FOLLOWS:
        yield "the newest word is no answer that has an acknowledgement"
        return
    if not isinstance(told, AnswerTold) or told.kind is not said.kind:
        yield f"tells {told} of an answer that says {said.kind}"
    if said.read:
        yield "a person has dealt with the answer"
    if (sent.message.channel, sent.message.contact_id) != (said.channel, said.contact_id):
        yield f"goes another way than the answer came, by {said.channel} from {said.contact_id}"
    if sent.message.creditor_id != said.to.creditor_id or said.to.creditor_id in facts.escalated:
        yield "in the name of somebody who has nothing to say any more"
    step = sent.policy.step(said.to.step)
    if step is not None and step.anchor is Anchor.ANSWER:
        yield "the answer was to an acknowledgement"
    if said.kind in WEIGHTY and not on_client:
        yield "says that reminders wait, and they don't"
    if said.kind not in _WHATEVER_IS_OWED and not any(_is_open(facts, key) for key in said.to.invoice_ids):
        yield "all that was answered is settled"
    if said.kind is AnswerKind.PROMISE:
        yield from _no_promise(sent, said)


def _is_open(facts: Facts, invoice_id: str) -> bool:
    bill = facts.bill(invoice_id)
    return (
        bill is not None
        and bill.ended is None
        and bool(sums.owed(facts, bill))
        and not sums.took_discount(facts, bill)
    )


def _no_promise(sent: Sent, said: Said) -> Iterator[str]:
    facts = sent.facts
    word = next((word for word in facts.words if word.word_id == said.word_id), None)
    if word is None:
        yield "there is no such promise"
        return
    if day_of(facts.client, sent.at) > word.for_on:
        yield f"the promised day, {word.for_on}, is over"
    if isinstance(sent.told, AnswerTold) and sent.told.promised_on != word.for_on:
        yield f"tells {sent.told.promised_on} of a promise for {word.for_on}"
