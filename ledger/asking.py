"""The tasks that a client's answer opens: to read it, to call, to find another contact. Each with its brief.

One answer asks one person for one thing: who wants to be called has a call, and no second task to read the same. Only
who says that they are not the one to write to opens two, for the answer and for another contact.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

from sqlalchemy import Row, update

from ledger import tables as t
from ledger.answers import CallWish, Read, Reading
from ledger.departures import depart
from ledger.said import by_words, said
from ledger.tasks import open_task
from ledger.unit import Unit
from ledger.visits import PROVIDER as PAGE
from reminders.answers import ANSWERED_BY_MONEY, AnswerKind
from reminders.calendar import place_of
from reminders.feedback import AttachedFile, Reply
from reminders.reasons import Reason
from reminders.snapshot import Channel
from reminders.tasks import TaskKind

_SOURCE = "reply"
_TOLD = 10
"""So many attachments stand in a brief; `response.attachments` has them all."""
_QUOTED = 500
"""So many characters of an answer stand in a brief."""
_NO_HOLD = "No reminder waits for it."
_TO_DO = {
    AnswerKind.STOP: "The channel has ended for that address. Answer the rest, if there is any",
    AnswerKind.WRONG_PERSON: "Find the right contact and correct the client's profile",
    AnswerKind.DISPUTE: "Record the dispute in the billing system, with what it is about and how much, and answer them",
    AnswerKind.HARDSHIP: "Get in touch; agree on a plan, or record the hardship, in the billing system",
    AnswerKind.PAID: "Look for the payment: book it if it is there, else ask for the proof of payment",
    AnswerKind.PROMISE: "Record the promise in the billing system, with its day",
    AnswerKind.CALL_ME: "Call, and record what was agreed in the billing system",
    AnswerKind.OUT_OF_OFFICE: "Nothing is to be recorded, unless a person wrote it",
    AnswerKind.OTHER: "Answer it, and record what was agreed in the billing system",
}


def ask(
    unit: Unit,
    response: dict[str, Any],
    found: Read | None,
    reply: Reply,
    answered: Row[Any] | None,
    reading: Reading | None,
    claims: str | None = None,
) -> None:
    """Open the task of a reply: a call where one is asked for, else to read it.

    `claims` is the client whose address a mail names, where nothing shows that it is theirs: nothing waits for it.
    `answered` is the message that it answers. What money alone settles is an errand, which falls away with the invoices
    that it is about; a call is one that stays, and holds them until it was made.
    """
    came = _came(response, reply.attachments, claims)
    invoice_ids = reply.invoice_ids or _about(found, answered)
    if found is not None and answered is not None and found.wants_call:
        task_id = _ask_for_a_call(unit, response, found, answered, invoice_ids, came, reading)
    else:
        errand = found is not None and answered is not None and _settled_by_money(found, reply)
        task_id = _open(
            unit,
            TaskKind.REPLY,
            response["response_id"],
            response,
            Reason.REPLY_PENDING,
            found,
            _brief(found, came, response, errand=errand) if found is not None else _unread(came, response),
            invoice_ids=invoice_ids,
            creditor_id=answered.creditor_id if answered is not None else None,
            errand=errand,
            client_id=claims,
        )
    unit.connection.execute(
        update(t.response).where(t.response.c.response_id == response["response_id"]).values(task_id=task_id)
    )


def wrong_person(unit: Unit, response: dict[str, Any], found: Read) -> None:
    """Whoever answered is not the one to write to: write no more to them, and ask a person for another contact."""
    _depart(unit, response, f"answered by {response['channel']} that we wrote to the wrong person", found)


def left(unit: Unit, response: dict[str, Any], words: tuple[str, ...]) -> None:
    """A machine wrote that the contact has left, or that nobody reads their address any more, in these words."""
    if response["client_id"] is not None:
        _depart(
            unit, response, f"has an automatic reply that says that they have left{by_words(words)}", None
        )


def look_at(unit: Unit, response: dict[str, Any], found: Read) -> None:
    """A mail that calls itself automatic says what people say: a person should look. Nothing waits for it."""
    _open(
        unit,
        TaskKind.REPLY,
        response["response_id"],
        response,
        Reason.REPLY_PENDING,
        found,
        f"A mail from client {response['client_id']} that calls itself automatic, as ticket systems also say of what "
        f"people write in them. {_read_as(found)}\nIt says: “{_quoted(response)}”\n\n"
        f"{_TO_DO[found.answer.kind]}, then mark this done. {_NO_HOLD}",
    )


def _ask_for_a_call(
    unit: Unit,
    response: dict[str, Any],
    found: Read,
    answered: Row[Any],
    invoice_ids: tuple[str, ...],
    came: str,
    reading: Reading | None,
) -> str:
    snapshot, policy = found.snapshot, found.policy
    write = reading.call_brief if reading is not None else None
    brief = _brief(found, came, response, errand=False)
    if write is not None and snapshot is not None and policy is not None:
        wish = CallWish(
            snapshot,
            policy,
            unit.now,
            answered.creditor_id,
            answered.contact_id,
            _deal_by(found),
            f"{came} {_read_as(found)}",
            _quoted(response),
        )
        brief = write(wish)
    return _open(
        unit,
        TaskKind.CALL,
        f"{_SOURCE}|{response['response_id']}",
        response,
        Reason.CALL_WISHED,
        found,
        brief,
        invoice_ids=invoice_ids,
        creditor_id=answered.creditor_id,
        errand=True,
    )


def _depart(unit: Unit, response: dict[str, Any], how: str, found: Read | None) -> None:
    client_id, contact_id = response["client_id"], response["contact_id"]
    task_id = _open(
        unit,
        TaskKind.UNREACHABLE,
        f"{_SOURCE}|{response['response_id']}",
        response,
        Reason.CONTACT_LEFT,
        found,
        f"Contact {contact_id or '?'} of client {client_id} {how}.\n\nNothing goes to them any more, on any channel; "
        "the client's other contacts are written to instead. Find out who is in charge and correct the profile in the "
        "billing system: a new name or address counts at once. Should the contact be the right one after all, let "
        "the billing system send the profile again, then mark this done.",
    )
    if contact_id is not None:
        depart(unit, client_id, contact_id, Channel(response["channel"]), task_id)


def _open(
    unit: Unit,
    kind: TaskKind,
    key: str,
    response: dict[str, Any],
    reason: Reason,
    found: Read | None,
    brief: str,
    *,
    invoice_ids: tuple[str, ...] = (),
    creditor_id: str | None = None,
    errand: bool = False,
    client_id: str | None = None,
) -> str:
    return open_task(
        unit,
        kind,
        key,
        client_id=response["client_id"] or client_id,
        creditor_id=creditor_id,
        invoice_ids=invoice_ids,
        message_id=response["message_id"],
        caused_by=response["response_id"],
        reason=reason,
        subject=response["response_id"] if errand else None,
        cycle_on=found.today if errand and found is not None else None,
        due_on=_deal_by(found) if found is not None else None,
        brief=brief,
    )


def _deal_by(found: Read) -> date | None:
    """By when a person should have dealt with it; None for somebody of whom no place is known, so no working day.

    Who is in difficulty or wants to be called is told that day, so it is the same for both.
    """
    if found.snapshot is None or found.policy is None:
        return None
    days = found.policy.tasks
    soon = found.wants_call or (found.answer.sure and found.answer.kind is AnswerKind.HARDSHIP)
    return place_of(found.snapshot.client).add_working_days(
        found.today, days.call if soon else days.reply, found.policy.windows
    )


def _about(found: Read | None, answered: Row[Any] | None) -> tuple[str, ...]:
    """The invoices that an answer is about: those that it promises; else what the answered message named and is open.

    Where all of that is settled (a thank-you was answered), it is about what else is open with the creditor. Of several
    those past due, where there are any: nobody says that they have paid what they owe next month.
    """
    if found is None or found.account is None or answered is None:
        return ()
    if promised := found.promised:
        return promised[1]
    invoices = found.account.invoices
    owed = [key for key, one in invoices.items() if one.open and one.creditor_id == answered.creditor_id]
    about = [key for key in owed if key in answered.invoice_ids] or owed
    return tuple([key for key in about if invoices[key].due_on < found.today] or about)


def _settled_by_money(found: Read, reply: Reply) -> bool:
    """Whether nothing is left to do for a person once the money is there. Who asks something waits for an answer."""
    answer = found.answer
    return (
        found.account is not None
        and answer.sure
        and answer.kind in ANSWERED_BY_MONEY
        and ANSWERED_BY_MONEY.issuperset(answer.also)
        and "?" not in reply.text
    )


def _came(response: dict[str, Any], attachments: Sequence[AttachedFile], claims: str | None) -> str:
    """How a reply came: sentences."""
    by = response["channel"]
    if attachments:
        several = "1 attachment" if len(attachments) == 1 else f"{len(attachments)} attachments"
        files = "; ".join(
            f"{one.name}, {one.content_type}, {one.size:,} bytes" for one in attachments[:_TOLD]
        )
        more = f"; and {len(attachments) - _TOLD} more" if len(attachments) > _TOLD else ""
        by += f" with {several} (not kept here, ask for what matters: {files}{more})"
    if claims is not None:
        return (
            f"A reply by {by} that names the address of client {claims}. Nothing shows that it is theirs: it brings "
            "back no address of ours, and neither SPF nor DKIM proves its domain. So nothing follows "
            "but a stop, and reminders go on. Ask the client in another way before you act on it."
        )
    whose = f"client {response['client_id']}" if response["client_id"] else "somebody we can't place"
    if response["provider"] == PAGE:
        return f"An answer from {whose} on their own page."
    return f"A reply by {by} from {whose}."


def _read_as(found: Read) -> str:
    """What it was read as, and by which words: sentences."""
    answer = found.answer
    how = "Clearly, they" if answer.sure else "Perhaps they"
    also = "".join(f" They also {said(kind)}." for kind in answer.also)
    return f"{how} {said(answer.kind, answer.promised_on)}{by_words(answer.words)}.{also}"


def _quoted(response: dict[str, Any]) -> str:
    return str(response["text"]).strip()[:_QUOTED]


def _unread(came: str, response: dict[str, Any]) -> str:
    """What a person reads about a reply whose words nobody has read."""
    waits = "Reminders to the client wait for two working days." if response["client_id"] else _NO_HOLD
    return f"{came} They wrote: “{_quoted(response)}”\n\n{_TO_DO[AnswerKind.OTHER]}, then mark this done. {waits}"


def _brief(found: Read, came: str, response: dict[str, Any], *, errand: bool) -> str:
    """What a person reads about a reply: how it came, its class and the words that decided; its text; what to do."""
    answer = found.answer
    if response["client_id"] is None:
        waits = _NO_HOLD
    elif found.promised:
        waits = "Reminders wait for that day already; once it is in the billing system, this is done."
    elif found.weighty:
        waits = "Reminders to the client wait until this is done, for some working days at most."
    elif found.wants_call:
        waits = "Reminders for what it is about wait until this is done."
    else:
        waits = "Reminders to the client wait a few working days."
    closes = " It closes by itself when the invoices that it is about are settled." if errand else ""
    return (
        f"{came} {_read_as(found)}\nThey wrote: “{_quoted(response)}”\n\n"
        f"{_TO_DO[answer.kind]}, then mark this done.{closes} {waits}"
    )
