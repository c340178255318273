"""Every message on its own, with what was tried and what the provider reported."""

from __future__ import annotations

from datetime import datetime

from reportlab.platypus import CondPageBreak, Flowable

from ledger.telling import moment
from reminders.calendar import Place
from workers.evidence.messages import Attempt, MessageFile
from workers.evidence.pack import Pack
from workers.evidence.pdf import style
from workers.evidence.pdf.blocks import Column, facts, heading, label, table, text
from workers.evidence.pdf.words import count, instant, listed, monies, said, second

_OVERVIEW = (
    Column("No.", 3, right=True), Column("Sent (UTC)", 8), Column("Step", 7), Column("By", 4), Column("To", 12),
    Column("Asked for", 7, right=True), Column("What became of it", 8),
)  # fmt: skip
_UNSENT = (
    Column("Planned (UTC)", 4), Column("Step", 3), Column("By", 2), Column("Invoices", 4), Column("Why not", 8),
)  # fmt: skip
_RECEIPTS = (
    Column("Provider's time (UTC)", 5), Column("Reported", 3), Column("Code", 2), Column("Detail", 6),
    Column("Received (UTC)", 5),
)  # fmt: skip
_ATTEMPTS = (
    Column("Try", 2, right=True), Column("Began (UTC)", 8), Column("To", 9), Column("Outcome", 5), Column("Code", 3),
    Column("Provider's id", 8), Column("Detail", 5),
)  # fmt: skip
_ROOM = 190
"""Points that the head of a message and the beginning of its words need; with less left, it begins a page."""


def messages(pack: Pack, number: str, place: Place) -> list[Flowable]:
    """An overview, each message that was sent, and a table of those that never went."""
    receipts = count(pack.receipts, "receipt")
    story: list[Flowable] = [
        *heading(f"{number} Messages", 0),
        text(
            f"{count(len(pack.sent), 'message')} went to a provider, which sent back {receipts}. Each stands below as "
            "it went: its subject and its words as plain text. What an email looked like (HTML) is in the JSON."
        ),
    ]
    if pack.sent:
        rows = [_line(n, message) for n, message in enumerate(pack.sent, 1)]
        story += [*heading(f"{number}.1 Overview", 1), table(_OVERVIEW, rows)]
        story += [CondPageBreak(2 * _ROOM), *heading(f"{number}.2 The messages", 1)]
        for n, message in enumerate(pack.sent, 1):
            story += _one(n, message, pack, place)
    if pack.unsent:
        unsent = [
            (
                instant(message.planned_at),
                said(message.step),
                message.channel,
                listed(map(pack.number_of, message.invoice_ids)),
                _why(message),
            )
            for message in pack.unsent
        ]
        story += [*heading(f"{number}.3 Planned and never sent", 1), table(_UNSENT, unsent)]
    return story


def _line(n: int, message: MessageFile) -> tuple[str | None, ...]:
    return (
        str(n),
        instant(message.sent_at),
        said(message.step),
        message.channel,
        message.address,
        monies(message.amounts, ""),
        said(message.state),
    )


def _one(n: int, message: MessageFile, pack: Pack, place: Place) -> list[Flowable]:
    contact = next((one.name for one in pack.debtor.contacts if one.contact_id == message.contact_id), None)
    story: list[Flowable] = [
        CondPageBreak(_ROOM),
        text(f"Message {n}: {said(message.step)}, by {message.channel}", style.PART),
        facts(
            [
                ("Sent", _there(message.sent_at, place) or "in doubt: see the attempts"),
                ("To", listed(part for part in (contact, message.address) if part)),
                ("About", listed(map(pack.number_of, message.invoice_ids))),
                ("Asks for", monies(message.amounts, "") or None),
                ("Tone", message.tone),
                ("What became of it", f"{said(message.state)}: {message.state.sentence}"),
                ("Approved by", message.approved_by),
                ("Policy", message.policy),
                ("Message id", message.message_id),
                ("Subject", message.subject),
            ]
        ),
        text(message.text, style.QUOTE) if message.text else text("Its words are not kept any more."),
    ]
    if message.attempts:
        story += [*label("Attempts"), table(_ATTEMPTS, list(map(_attempt, message.attempts)))]
    if message.receipts:
        rows = [
            (second(one.occurred_at), said(one.kind), one.code, one.detail, second(one.received_at))
            for one in message.receipts
        ]
        story += [*label("Receipts"), table(_RECEIPTS, rows)]
    else:
        story.append(text("The provider reported nothing."))
    return story


def _attempt(one: Attempt) -> tuple[str | None, ...]:
    return (
        str(one.number),
        second(one.started_at),
        one.address,
        f"{said(one.outcome) if one.outcome else 'no answer kept'} ({one.provider})",
        one.code,
        one.provider_id,
        one.detail,
    )


def _there(at: datetime | None, place: Place) -> str | None:
    return moment(at, place) if at else None


def _why(message: MessageFile) -> str:
    why = f" {message.reason.sentence}" if message.reason else ""
    return f"{said(message.state).capitalize()}. {message.state.sentence}{why}"
