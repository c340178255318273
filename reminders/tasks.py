"""Tasks: what waits for a person. Their kinds are a contract (`amicable tasks`)."""

from __future__ import annotations

from enum import StrEnum


class TaskKind(StrEnum):
    """What a person is asked for."""

    APPROVAL = "approval"
    """Yes or no to a message that waits."""
    CALL = "call"
    """A call to the client, with a brief."""
    DECISION = "decision"
    """What becomes of a case after the last automatic step."""
    REPLY = "reply"
    """An answer of the client's that a person should read."""
    PROPOSAL = "proposal"
    """A plan or a date that the client proposed."""
    UNREACHABLE = "unreachable"
    """Another way to reach the client."""
    DOUBT = "doubt"
    """Something that the facts leave open."""


SETTLED_WITH_ITS_INVOICES = frozenset(
    {TaskKind.CALL, TaskKind.DECISION, TaskKind.DOUBT, TaskKind.PROPOSAL, TaskKind.REPLY}
)
"""Kinds of errands of which nobody is needed once every invoice that they are about is settled."""


class TaskState(StrEnum):
    """Where a task stands."""

    OPEN = "open"
    DONE = "done"
    APPROVED = "approved"
    REFUSED = "refused"
