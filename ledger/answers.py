"""How a reply is read, and the promise that it makes; the tasks that it opens are in `ledger.asking`.

A reply never closes an invoice. All that it may do by itself is to make us wait: a promise of a day that the policy
grants without asking holds what it is for, and a person confirms it. Who says that it is paid, contests it, can't pay
or names a day beyond that gets no reminder until a person has dealt with it, for the policy's working days at most.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any

from config.policy import Policy
from ledger import tables as t
from ledger.bulk import merge
from ledger.snapshots import load_snapshots, promise_id_of
from ledger.types import iso
from ledger.unit import Unit
from reminders.account import Account, read_account
from reminders.answers import WEIGHTY, Answer, AnswerKind
from reminders.calendar import place_of
from reminders.feedback import Reply
from reminders.money import Money
from reminders.offers import meant
from reminders.snapshot import Snapshot

_SOURCE = "reply"


def _nobody(_text: str) -> tuple[str, ...]:
    return ()


@dataclass(frozen=True, slots=True)
class Reading:
    """How replies are read, handed in by the composition root: the ledger does not know how things are said."""

    classify: Callable[[str, str | None, date], Answer]
    """The class of a text, given the client's language and their own day."""
    policy_of: Callable[[Snapshot, datetime], Policy]
    default_creditor: str
    departed: Callable[[str], tuple[str, ...]] = _nobody
    """The words of a machine's text which say that its owner has left; none where it surely says no such thing."""
    call_brief: Callable[[CallWish], str] | None = None
    """What whoever makes a call that was asked for should know; without it, they read the answer alone."""


@dataclass(frozen=True, slots=True)
class CallWish:
    """A client who asks to be called, for the brief of whoever calls."""

    snapshot: Snapshot
    policy: Policy
    at: datetime
    creditor_id: str
    """The creditor whose message was answered."""
    contact_id: str | None
    """Who answered."""
    by_on: date | None
    """By when they should be called: a date of the client's calendar."""
    came: str
    """How the wish came, and what it was read as; sentences."""
    text: str
    """What the client wrote; empty: nothing."""


@dataclass(frozen=True, slots=True)
class Read:
    """One reply, read; what is known of its client, and what follows from both."""

    answer: Answer
    snapshot: Snapshot | None
    policy: Policy | None
    today: date
    """The day in the client's place on which the reply came; in UTC where the client is unknown."""
    account: Account | None = None
    """What the client owed when it was read."""

    @property
    def away(self) -> bool:
        """Whether nobody has answered: it surely says no more than that somebody is away."""
        return self.answer.sure and self.answer.kind is AnswerKind.OUT_OF_OFFICE

    @property
    def wrong_person(self) -> bool:
        """Whether whoever answered is surely not the one to write to."""
        return self.answer.sure and self.answer.kind is AnswerKind.WRONG_PERSON

    @property
    def wants_call(self) -> bool:
        """Whether it surely asks for a call, whatever else it says."""
        return self.answer.sure and AnswerKind.CALL_ME in (self.answer.kind, *self.answer.also)

    @property
    def weighty(self) -> bool:
        """Whether a person has something to find out or to decide: a day beyond the offers waits for their yes."""
        answer = self.answer
        asks = answer.kind is AnswerKind.PROMISE and answer.promised_on is not None and not self.promised
        return answer.sure and (answer.kind in WEIGHTY or asks)

    @property
    def promised(self) -> tuple[Money, tuple[str, ...]] | None:
        """What is promised, and the invoices that are open for it, where the promise may count without asking.

        It is sure, its day is within the policy's extension, and it is about one currency.
        """
        answer, account, policy = self.answer, self.account, self.policy
        if account is None or policy is None or not answer.sure or answer.promised_on is None:
            return None
        latest = self.today + timedelta(days=policy.offers.extension_days)
        if answer.promised_on > latest or not policy.offers.extension_days:
            return None
        return meant(account, answer.promised_on, answer.amount)


def read(unit: Unit, reply: Reply, client_id: str | None, reading: Reading | None) -> Read:
    """What a reply says: its own answer, or its words read in the client's language, on the client's day.

    Without a `reading` nothing is known of the client, and no promise counts by itself. Raises `ValueError` for words
    without one.
    """
    if client_id is None or reading is None:
        today = reply.received_at.astimezone(UTC).date()
        return Read(_answer(reply, None, today, reading), None, None, today)
    snapshot = load_snapshots(unit.connection, [client_id], unit.now, reading.default_creditor)[client_id]
    today = place_of(snapshot.client).today(reply.received_at)
    answer = _answer(reply, snapshot.client.language, today, reading)
    policy = reading.policy_of(snapshot, unit.now)
    return Read(answer, snapshot, policy, today, read_account(snapshot, policy, unit.now))


def _answer(reply: Reply, language: str | None, today: date, reading: Reading | None) -> Answer:
    if reply.answer is not None:
        return reply.answer
    if reading is None:
        raise ValueError("a reply in words needs a reading")
    return reading.classify(reply.text, language, today)


def columns(found: Read | None) -> dict[str, Any]:
    """What is stored of the reading beside the reply."""
    if found is None:
        return {"weighty": False}
    answer = found.answer
    return {
        "answer": answer.kind.value,
        "answer_sure": answer.sure,
        "answer_words": list(answer.words),
        "promised_on": answer.promised_on,
        "weighty": found.weighty,
    }


def told(found: Read | None, contact_id: str | None) -> dict[str, Any]:
    """What the journal says of the reading: the class and what follows, never a word of the client's."""
    if found is None:
        return {}
    data: dict[str, Any] = {"answer": found.answer.kind.value, "sure": found.answer.sure}
    if promised := found.promised:
        assert found.answer.promised_on is not None
        money, _ = promised
        data["promise"] = [found.answer.promised_on.isoformat(), money.currency, money.minor]
    if found.wrong_person and contact_id is not None:
        data["contact_left"] = contact_id
    return data


def note_promise(unit: Unit, response: dict[str, Any], found: Read) -> None:
    """Write the promise that an answer makes by itself, if it makes one."""
    if not (promised := found.promised):
        return
    money, invoice_ids = promised
    row = {
        "promise_id": promise_id_of(response["response_id"]),
        "stamp": f"{iso(response['received_at'])}|{_SOURCE}|{response['response_id']}|{len(_SOURCE)}",
        "client_id": response["client_id"],
        "invoice_ids": list(invoice_ids),
        "currency": money.currency,
        "amount": money.minor,
        "promised_on": found.answer.promised_on,
        "by": None,
    }
    merge(unit.connection, t.promise, [row])
