"""Never without the person whose word it takes: approvals, open decisions, escalated cases."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from config.policy import Anchor
from reminders.reasons import Reason
from reminders.tasks import TaskKind, TaskState
from tests.reminders.nevers.player import Life, Sent
from tests.reminders.nevers.rules import WRITTEN


def never_7(life: Life) -> list[str]:
    """Every message that a person should have had a say in."""
    found = [f"{sent.at} {sent.step.name}: {flaw}" for sent in life.sent for flaw in _flaws(sent)]
    for look in life.looks:
        decided = {e.creditor_id for e in look.errands if e.state is TaskState.APPROVED}
        if look.facts.escalated - decided:
            found.append(f"{look.at}: escalated by nobody: {look.facts.escalated - decided}")
    return found


def _flaws(sent: Sent) -> Iterator[str]:
    creditor = sent.message.creditor_id
    if sent.approved_by is None and _wants_a_yes(sent):
        yield "nobody said yes to it"
    if creditor in sent.facts.escalated:
        yield "the case is with an attorney"
    if any(
        errand.kind is TaskKind.DECISION and errand.state is TaskState.OPEN and errand.creditor_id == creditor
        for errand in sent.snapshot.errands
    ):
        yield "a person is deciding about the case"
    if any(
        message.state == "cancelled" and message.reason is Reason.REFUSED and _same_word(sent, message)
        for message in sent.snapshot.messages
    ):
        yield "a person refused it"


def _same_word(sent: Sent, other: object) -> bool:
    names = ("creditor_id", "step", "carrying_invoice_id", "due_on")
    return all(getattr(sent.message, name) == getattr(other, name) for name in names)


def _wants_a_yes(sent: Sent) -> bool:
    """The last step always; and whatever is overdue, where the policy says so of such a client or such a debt."""
    if sent.step.name == "final_notice":
        return True
    if not sent.step.overdue:
        return False
    owed = Counter({money.currency: money.minor for money in sent.amounts})
    whole = sent.step.anchor is Anchor.DUE  # an agreement asks for a part of what is owed
    return any(
        (not wanted.segments or sent.facts.client.segment in wanted.segments)
        and (
            not wanted.owed_at_least
            or (whole and any(owed[currency] >= least for currency, least in wanted.owed_at_least.items()))
        )
        for wanted in WRITTEN[sent.policy.name].approval_when
    )
