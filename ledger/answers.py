"""What the ledger does with a reply that was read: the promise that it makes, the tasks that it opens, the brief.

A reply never closes an invoice. All that it may do by itself is to make us wait: a promise of a day that the policy
grants without asking holds what it is for, and a person confirms it. Who says that it is paid, contests it or can't
pay gets no reminder until a person has read that (`load_answered`).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any

from config.policy import Policy
from ledger import tables as t
from ledger.bulk import merge
from ledger.departures import depart
from ledger.snapshots import load_snapshots, promise_id_of
from ledger.tasks import open_task
from ledger.types import iso
from ledger.unit import Unit
from reminders.account import Account, read_account
from reminders.answers import WEIGHTY, Answer, AnswerKind
from reminders.calendar import place_of
from reminders.feedback import Reply
from reminders.money import Money
from reminders.offers import meant
from reminders.reasons import Reason
from reminders.snapshot import Channel, Snapshot
from reminders.tasks import TaskKind

_SOURCE = "reply"
_SAID = {
    AnswerKind.STOP: "want no more messages",
    AnswerKind.WRONG_PERSON: "say that we wrote to the wrong person",
    AnswerKind.DISPUTE: "say that something about the invoice is wrong",
    AnswerKind.HARDSHIP: "can't pay, or ask to pay in parts",
    AnswerKind.PAID: "say that it is paid",
    AnswerKind.PROMISE: "promise to pay",
    AnswerKind.CALL_ME: "ask to be called",
    AnswerKind.OUT_OF_OFFICE: "are away",
    AnswerKind.OTHER: "say something else",
}
_RECORD = {
    AnswerKind.STOP: "The channel has ended for that address; answer the rest, if there is any",
    AnswerKind.WRONG_PERSON: "Find the right contact and correct the client's profile",
    AnswerKind.DISPUTE: "Record the dispute in the billing system, with what it is about and how much",
    AnswerKind.HARDSHIP: "Agree on a plan, or record the hardship, in the billing system",
    AnswerKind.PAID: "Look for the payment: book it if it is there, else ask for the proof of payment",
    AnswerKind.PROMISE: "Record the promise in the billing system, with its day",
    AnswerKind.CALL_ME: "Call, and record what was agreed in the billing system",
    AnswerKind.OUT_OF_OFFICE: "Nothing is to be recorded, unless a person wrote it",
    AnswerKind.OTHER: "Answer it, and record what was agreed in the billing system",
}


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
        return {}
    answer = found.answer
    return {
        "answer": answer.kind.value,
        "answer_sure": answer.sure,
        "answer_words": list(answer.words),
        "promised_on": answer.promised_on,
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


def follow(unit: Unit, response: dict[str, Any], found: Read) -> None:
    """Write the promise and open the tasks that a sure answer asks for."""
    answer, client_id = found.answer, response["client_id"]
    if not answer.sure or client_id is None:
        return
    if promised := found.promised:
        money, invoice_ids = promised
        row = {
            "promise_id": promise_id_of(response["response_id"]),
            "stamp": f"{iso(response['received_at'])}|{_SOURCE}|{response['response_id']}|{len(_SOURCE)}",
            "client_id": client_id,
            "invoice_ids": list(invoice_ids),
            "currency": money.currency,
            "amount": money.minor,
            "promised_on": answer.promised_on,
            "by": None,
        }
        merge(unit.connection, t.promise, [row])
    if found.wrong_person:
        _depart(unit, response, f"answered by {response['channel']} that we wrote to the wrong person")
    if AnswerKind.CALL_ME in (answer.kind, *answer.also):
        _open(
            unit, TaskKind.CALL, response, Reason.REPLY_PENDING, _call_by(found),
            f"Client {client_id} asks to be called (by {response['channel']}). What they wrote is in the task of "
            "their reply. Call, and record what was agreed in the billing system.",
        )  # fmt: skip


def answer_by(found: Read | None) -> date | None:
    """By when a person should have dealt with a reply whose acknowledgement names that day; None: it names none."""
    if found is None or not found.answer.sure or found.answer.kind is not AnswerKind.HARDSHIP:
        return None
    return _call_by(found)


def _call_by(found: Read) -> date | None:
    if found.snapshot is None or found.policy is None:
        return None
    place, policy = place_of(found.snapshot.client), found.policy
    return place.add_working_days(found.today, policy.tasks.call, policy.windows)


def left(unit: Unit, response: dict[str, Any], words: tuple[str, ...]) -> None:
    """A machine wrote that the contact has left, or that nobody reads their address any more, in these words."""
    if response["client_id"] is not None:
        said = ", ".join(f"“{word}”" for word in words)
        _depart(unit, response, f"has an automatic reply that says that they have left ({said})")


def _depart(unit: Unit, response: dict[str, Any], said: str) -> None:
    """Write no more to a contact, and ask a person for another one."""
    client_id, contact_id = response["client_id"], response["contact_id"]
    task_id = _open(
        unit, TaskKind.UNREACHABLE, response, Reason.CONTACT_LEFT, None,
        f"Contact {contact_id or '?'} of client {client_id} {said}. Nothing goes to them any more, on any channel; "
        "the client's other contacts are written to instead. Find out who is in charge and correct the profile in the "
        "billing system: a new name or address counts at once. Should the contact be the right one after all, let "
        "the billing system send the profile again, then mark this done.",
    )  # fmt: skip
    if contact_id is not None:
        depart(unit, client_id, contact_id, Channel(response["channel"]), task_id)


def _open(
    unit: Unit, kind: TaskKind, response: dict[str, Any], reason: Reason, due_on: date | None, brief: str
) -> str:
    return open_task(
        unit,
        kind,
        f"{_SOURCE}|{response['response_id']}",
        client_id=response["client_id"],
        message_id=response["message_id"],
        caused_by=response["response_id"],
        reason=reason,
        due_on=due_on,
        brief=brief,
    )


def brief(found: Read, came: str, text: str) -> str:
    """What a person reads about a reply: how it came, its class, the words that decided, what to record, its text."""
    answer = found.answer
    said = _SAID[answer.kind]
    if answer.kind is AnswerKind.PROMISE and answer.promised_on is not None:
        said += f" on {answer.promised_on.isoformat()}"
    how = "Clearly, they" if answer.sure else "Perhaps they"
    because = f", by the words {', '.join(f'“{word}”' for word in answer.words)}" if answer.words else ""
    also = "".join(f" They also {_SAID[kind]}." for kind in answer.also)
    if found.promised:
        waits = " Reminders wait for that day already; once it is in the billing system, this is done."
    elif answer.sure and answer.kind in WEIGHTY:
        waits = " Reminders to the client wait until this is done, for some working days at most."
    else:
        waits = " Reminders to the client wait a few working days."
    return (
        f"{came}. {how} {said}{because}.{also} {_RECORD[answer.kind]}, then mark this "
        f"done.{waits} They wrote: “{text.strip()[:500]}”"
    )
