"""What a decision leaves out, in words: the same for `amicable explain` and `amicable route`."""

from __future__ import annotations

from collections.abc import Mapping

from config.policy import Anchor, Policy
from ledger.telling import left_out, moment
from reminders.calendar import Place
from reminders.decision import LeftOut
from reminders.reasons import Reason
from reminders.snapshot import Client

_NOTES = {
    Anchor.PROMISE: "A short note before the promised day",
    Anchor.INSTALMENT: "A short note before the instalment is due",
}
"""What still comes while reminders rest: it reminds of what was agreed, and of nothing overdue."""


def no_way_to(client: Client) -> str:
    """That nothing can reach a client, as the end of a sentence."""
    return f"there is no way to client {client.client_id}. A person is asked to find one."


def unsaid(left: LeftOut, numbers: Mapping[str, str], policy: Policy, place: Place) -> str:
    """What is not said, until when and why. `numbers` are the client's invoices: id to number."""
    named = [numbers.get(left.invoice_id, left.invoice_id)] if left.invoice_id else []
    step = policy.step(left.step) if left.step else None
    if left.reason is Reason.NOT_DUE and step is not None and step.anchor in _NOTES and not step.overdue:
        about = f" for {', '.join(named)}" if named else ""
        when = f", on {moment(left.until, place)}" if left.until else ""
        return f"{_NOTES[step.anchor]}{about} still comes: {step.name}{when}."
    return left_out(left.reason, named, left.step, left.until, place)
