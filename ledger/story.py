"""Entries of the journal in words: messages, receipts, replies, tasks. Facts are told by `ledger.telling`."""

from __future__ import annotations

from calendar import day_name
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import Row

from ledger.said import by_words, said
from ledger.telling import day, money
from ledger.unit import SYSTEM
from ledger.visits import PROVIDER as PAGE
from reminders.answers import AnswerKind
from reminders.calendar import Place
from reminders.reasons import Reason
from reminders.states import MessageState

Entry = dict[str, Any]
Words = tuple[str, tuple[str, ...]]
_SILENT: Words = ("", ())
_NO_NEWS = frozenset({"queued", "sent", "delivered", "opened", "clicked"})
"""Receipts of which the message's own state says all."""
_NO_NEWS_OF_A_WAY = frozenset({"taken", Reason.NOT_IN_POLICY.value, Reason.NO_PROVIDER.value})
"""Verdicts on a way that are the same for every client."""
_CLASSES = {
    "reply": "The client answered by {channel}{said}.",
    "claimed": "A mail names the client's address, but nothing shows that it is theirs: it changes nothing.",
    "opt_out": "The client asked for no more messages by {channel}{said}.",
    "automatic": "An automatic reply came by {channel}{said}. It is no answer, and holds nothing up.",
    "opt_in": "The client allows messages by {channel} again.",
    "help": "The client asked for help by {channel}.",
    "agreed": "On their own page, the client agreed to pay {terms}.",
    "proposal": "On their own page, the client proposed to pay {terms}.",
    "wishes": "On their own page, the client said how to reach them: {wishes}.",
}
_ON_PAGE = {
    AnswerKind.PAID: "said that it is paid",
    AnswerKind.DISPUTE: "said that something is wrong",
    AnswerKind.HARDSHIP: "said that they are in difficulty",
    AnswerKind.CALL_ME: "asked to be called",
    AnswerKind.WRONG_PERSON: "said that they are not the right person",
}
"""What was chosen on the page, for a person to read."""


def short(identity: str) -> str:
    """The beginning of an id, enough to name it by."""
    return identity[:8]


@dataclass(frozen=True, slots=True)
class Story:
    """What the words of a client's entries need from the tables."""

    place: Place
    numbers: dict[str, str]
    messages: dict[str, Row[Any]]
    tasks: dict[str, Row[Any]]
    responses: dict[str, Row[Any]]
    """Where each came from, and the task in which it can be read."""

    def words(self, entry: Entry) -> Words:
        """An entry in words, with the invoices it names; empty where it is no news."""
        kind = entry["kind"]
        if kind.startswith("message."):
            return self._message(entry), tuple(entry["invoice_ids"])
        teller = _TELLERS.get(kind)
        return teller(self, entry) if teller else _SILENT

    def _message(self, entry: Entry) -> str:
        state = MessageState(entry["kind"].removeprefix("message."))
        data, row = entry["data"], self.messages.get(entry["message_id"] or "")
        name = f"The {data['step']} by {data['channel']}"
        why = "".join(f" {Reason(code).sentence}" for code in entry["reasons"])
        if state is MessageState.PLANNED:
            about = ", ".join(self.numbers.get(one, one) for one in entry["invoice_ids"])
            return f"{name} was decided, to contact {data['contact_id']}, about {about}.{why}"
        if state is MessageState.DISPATCHING:
            return ""
        if state is MessageState.QUEUED:
            # That it was approved, the task says; that its moment has come is no news.
            busy = entry["reasons"] and entry["reasons"] != [Reason.APPROVED.value]
            return f"{name} is tried again.{why}" if busy else ""
        if state is MessageState.ACCEPTED:
            there = datetime.fromisoformat(entry["at"]).astimezone(self.place.zones[0])
            said = [f"at {there:%H:%M} in {self.place.zones[0].key}"]
            if row is not None:
                said += [f"“{row.subject}”"] if row.subject else []
                said += [money(minor, currency) for currency, minor in row.amounts]
            return f"{name} went out: {', '.join(said)}."
        if state is MessageState.HELD:
            return f"{name} is held.{why}"
        return f"{name}: {state.sentence}{why}"

    def _decision(self, entry: Entry) -> Words:
        """A step that found no way. What was planned and stopped, the messages' own entries say."""
        told = []
        for missing in entry["data"].get("unroutable", ()):
            why = " ".join(
                f"{channel}: {Reason(code).sentence}" for channel, code in missing["reasons"].items()
            )
            told.append(f"The step {missing['step']} could not be sent, there is no way to say it. {why}")
        for planned in entry["data"].get("planned", ()):
            over = [way for way in planned.get("ways", ()) if way["verdict"] not in _NO_NEWS_OF_A_WAY]
            if over:
                why = " ".join(f"{_way(way)}: {Reason(way['verdict']).sentence}" for way in over)
                told.append(f"For the {planned['step']}, other ways were passed over. {why}")
        return " ".join(told), tuple(entry["invoice_ids"])

    def _receipt(self, entry: Entry) -> Words:
        data = entry["data"]
        if data.get("suppressed"):
            return self._suppressed(entry)
        if "allowed" in data:
            return f"The address is used by {data['channel']} again: a message arrived.", ()
        if data.get("receipt") in _NO_NEWS:
            return _SILENT
        code = f" (code {data['code']})" if data.get("code") else ""
        return f"{str(data['provider']).capitalize()} reported: {data['receipt']}{code}.", ()

    def _parked(self, entry: Entry) -> Words:
        return f"A receipt of {entry['data'].get('provider')} could not be placed and is parked.", ()

    def _response(self, entry: Entry) -> Words:
        data = entry["data"]
        if data.get("suppressed"):
            return self._suppressed(entry)
        kind = data.get("class", "reply")
        text = _CLASSES.get(kind, "The client responded by {channel} ({kind}).")
        row = self.responses.get(entry["caused_by"] or "")
        read_as = _read_as(row, kind, "promise" in data) if row is not None else ""
        if kind == "reply" and row is not None and row.provider == PAGE:
            text = f"On their own page, the client {_ON_PAGE.get(data.get('answer'), 'answered')}."
        where = f" Read it: `amicable task {short(row.task_id)}`." if row is not None and row.task_id else ""
        terms = data.get("agreed") or data.get("proposed") or ()
        told = text.format(
            channel=data.get("channel", "page"),
            kind=kind,
            said=read_as,
            terms=_terms(terms),
            wishes=_wishes(data),
        )
        promised = _promised(*data["promise"]) if "promise" in data else ""
        left = (
            f" No reminder goes to contact {data['contact_left']} any more." if "contact_left" in data else ""
        )
        return told + promised + left + where, tuple(one for each in terms for one in each["invoice_ids"])

    def _suppressed(self, entry: Entry) -> Words:
        data = entry["data"]
        why = " ".join(Reason(code).sentence for code in entry["reasons"])
        how_long = (
            f"through {day(date.fromisoformat(data['expires_on']))}" if "expires_on" in data else "any more"
        )
        return f"The address is not used by {data['channel']} {how_long}. {why}", ()

    def _opened(self, entry: Entry) -> Words:
        data = entry["data"]
        due = (
            f" It should be dealt with by {day(date.fromisoformat(data['due_on']))}."
            if "due_on" in data
            else ""
        )
        text = f"A person is asked: {data['kind']}, task {short(data['task_id'])}.{due}"
        return text, tuple(entry["invoice_ids"])

    def _done(self, entry: Entry) -> Words:
        data = entry["data"]
        row = self.tasks.get(data["task_id"])
        note = f" “{row.note}”" if row is not None and row.note else ""
        task = f"the {data['kind']} task {short(data['task_id'])}"
        if entry["by"] == SYSTEM:
            why = f" {row.note}" if row is not None and row.note else ""
            return f"{task.capitalize()} closed by itself.{why}", tuple(entry["invoice_ids"])
        text = f"{entry['by']} closed {task}: {data['decision']}.{note}"
        if agreed := data.get("agreed"):
            text += f" It is agreed to pay {_terms(agreed)}."
        return text, tuple(entry["invoice_ids"])

    def _other(self, entry: Entry) -> Words:
        act = entry["data"].get("act", "")
        if act in _BARRED:
            how = _BARRED[act].format(channel=entry["data"]["channel"])
            return f"{entry['by']} {how}.", ()
        return f"{entry['by']} acted{': ' + act if act else ''}.", tuple(entry["invoice_ids"])

    def _escalated(self, entry: Entry) -> Words:
        text = f"{entry['by']} handed the case to an attorney. Nothing automatic follows."
        return text, tuple(entry["invoice_ids"])


def _read_as(row: Row[Any], kind: str, promised: bool) -> str:
    """What words were read as, and which of them decided: `: they say that it is paid, by the words “have paid”`.

    They are words that the rules look for, and a day; what else was written is not told here.
    """
    because = by_words(row.answer_words or ())
    if kind == "opt_out":
        return because
    if kind == "automatic":
        return f": they {said(AnswerKind(row.answer))}{because}" if row.answer else ""
    if kind != "reply" or row.answer is None:
        return ""
    answer = AnswerKind(row.answer)
    how = "they" if row.answer_sure else "perhaps they"
    judge = "" if row.answer_sure else "; a person reads it first"
    if answer is AnswerKind.PROMISE and row.answer_sure and not promised:
        judge = "; a person decides whether that counts as a promise"
    return f": {how} {said(answer, row.promised_on)}{because}{judge}"


def _terms(terms: Iterable[dict[str, Any]]) -> str:
    """When what is to be paid: `300.00 EUR by 3 March 2026, 300.00 EUR by 3 April 2026`."""
    return ", ".join(
        f"{money(amount, each['currency'])} by {day(date.fromisoformat(due_on))}"
        for each in terms
        for due_on, amount in each["parts"]
    )


def _promised(promised_on: str, currency: str, minor: int) -> str:
    """A promise that counts without a person: ` It counts as a promise of 300.00 EUR by 3 March 2026.`"""
    return f" It counts as a promise of {money(minor, currency)} by {day(date.fromisoformat(promised_on))}."


def _wishes(data: Entry) -> str:
    """How somebody wants to be reached, as far as they said."""
    said = [f"first by {', then by '.join(data['channels'])}"] if data.get("channels") else []
    if quiet := data.get("quiet"):
        days = ", ".join(day_name[number - 1] for number in quiet["days"]) or "every day"
        hours = f" {quiet['start'] or '00:00'} to {quiet['end'] or '24:00'}" if _hours(quiet) else ""
        said.append(f"quiet on {days}{hours}")
    else:
        said.append("no quiet times of their own")
    said += [f"in {data['language']}"] if data.get("language") else []
    return "; ".join(said)


def _hours(quiet: dict[str, Any]) -> bool:
    return bool(quiet["start"] or quiet["end"])


def _way(way: dict[str, str]) -> str:
    """A way that was looked at: `email to ap`."""
    return f"{way['channel']} to {way['contact_id']}" if "contact_id" in way else way["channel"]


_BARRED = {
    "suppress": "barred an address by {channel}",
    "lift": "allowed an address by {channel} again",
}
_TELLERS: dict[str, Callable[[Story, Entry], Words]] = {
    "decision.made": Story._decision,
    "receipt.recorded": Story._receipt,
    "receipt.parked": Story._parked,
    "response.recorded": Story._response,
    "task.opened": Story._opened,
    "task.done": Story._done,
    "operator.acted": Story._other,
    "case.escalated": Story._escalated,
}
