"""What the client answered, and what people decided."""

from __future__ import annotations

from reportlab.platypus import CondPageBreak, Flowable

from workers.evidence.pack import Pack
from workers.evidence.pdf import style
from workers.evidence.pdf.blocks import Column, facts, heading, table, text
from workers.evidence.pdf.words import instant, listed, said
from workers.evidence.people import TaskFile
from workers.evidence.replies import ReplyFile

_BARRED = (
    Column("Channel", 2), Column("Address", 6), Column("Why", 3), Column("Since (UTC)", 3), Column("Lifted (UTC)", 3),
)  # fmt: skip
_ROOM = 110
"""Points that the head of an answer or a task needs; with less left, it begins a page."""


def replies(pack: Pack, number: str) -> list[Flowable]:
    """Every answer in the client's own words, and what was done with it."""
    story: list[Flowable] = [*heading(f"{number} Replies", 0)]
    if not pack.replies:
        story.append(text("The client never answered a message."))
    tasks = {task.task_id: task for task in pack.tasks}
    for n, reply in enumerate(pack.replies, 1):
        story += _reply(n, reply, tasks.get(reply.task_id or ""), pack)
    if pack.barred:
        rows = [
            (one.channel, one.address, said(one.reason), instant(one.since), instant(one.lifted_at))
            for one in pack.barred
        ]
        story += [*heading(f"{number}.1 Addresses that are not used any more", 1), table(_BARRED, rows)]
    return story


def decisions(pack: Pack, number: str) -> list[Flowable]:
    """What people were asked, what they decided, and the hand-over itself."""
    story: list[Flowable] = [*heading(f"{number} People's decisions", 0)]
    for one in pack.escalations:
        back = f"{instant(one.lifted_at)} UTC, by {one.lifted_by}" if one.lifted_at else None
        story += [
            *heading(f"{number}.1 Handed over on {instant(one.at)} UTC", 1),
            facts(
                [
                    ("By", one.by),
                    ("Note", one.note),
                    ("Taken back", back),
                    ("Why taken back", one.lifted_note),
                ]
            ),
        ]
    if not pack.escalations:
        story.append(text("No person has recorded that this case was handed over."))
    if not pack.tasks:
        story.append(text("No person was asked for anything."))
    for n, task in enumerate(pack.tasks, 1):
        story += _task(n, task, pack)
    return story


def _reply(n: int, reply: ReplyFile, task: TaskFile | None, pack: Pack) -> list[Flowable]:
    answered = next((i for i, one in enumerate(pack.sent, 1) if one.message_id == reply.message_id), None)
    done = None
    if task is not None:
        done = (
            f"{task.state}, by {task.by}: {task.note or 'no note'}"
            if task.by
            else "nobody has dealt with it yet"
        )
    return [
        CondPageBreak(_ROOM),
        text(f"Reply {n}: {said(reply.kind)}, by {reply.channel}", style.PART),
        facts(
            [
                ("Received", f"{instant(reply.received_at)} UTC"),
                ("From", reply.address),
                ("Answers", f"message {answered}" if answered else None),
                ("What was done", done),
            ]
        ),
        text(reply.text, style.QUOTE) if reply.text.strip() else text("Without words."),
    ]


def _task(n: int, task: TaskFile, pack: Pack) -> list[Flowable]:
    closed = f"{task.state} on {instant(task.closed_at)} UTC, by {task.by}" if task.closed_at else "open"
    return [
        CondPageBreak(_ROOM),
        text(f"Task {n}: {said(task.kind)}", style.PART),
        facts(
            [
                ("Asked", task.asked),
                ("Opened", f"{instant(task.opened_at)} UTC"),
                ("Why", said(task.reason) if task.reason else None),
                ("About", listed(map(pack.number_of, task.invoice_ids))),
                ("Decided", closed),
                ("Note", task.note),
            ]
        ),
    ]
