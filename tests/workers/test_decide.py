"""Which channel a step takes when the message before it brought no word."""

from __future__ import annotations

from datetime import date, datetime

import pytest

from reminders.snapshot import Channel, Client, PastMessage, Snapshot
from reminders.states import MessageState
from workers.routing import last_unheard


def sent(state: MessageState, at: str, step: str = "overdue_3") -> PastMessage:
    when = datetime.fromisoformat(at)
    return PastMessage(
        f"{step}-{at}",
        "house",
        step,
        Channel.EMAIL,
        "ap",
        "i1",
        date(2026, 2, 10),
        ("i1",),
        state,
        when,
        when,
    )


@pytest.mark.parametrize(
    ("state", "expected"),
    [
        (MessageState.DELIVERED, False),
        (MessageState.ACCEPTED, False),
        (MessageState.UNDELIVERED, True),
        (MessageState.REJECTED, True),
        (MessageState.FAILED, True),
        (MessageState.NO_RECEIPT, True),
    ],
)
def test_the_newest_message_that_was_tried_tells(state: MessageState, expected: object) -> None:
    before = sent(MessageState.DELIVERED, "2026-02-06T09:00:00+00:00", "due_soon")
    called_off = sent(MessageState.CANCELLED, "2026-02-14T09:00:00+00:00", "overdue_7")
    newest = sent(state, "2026-02-13T09:00:00+00:00")

    case = Snapshot(Client("c1"), messages=(newest, before, called_off))

    assert (last_unheard(case) is not None) is expected
