"""Letters: a message with all that its template may say; and drafts, how a message that waits would read.

Sender and draft make the same letter, so that who approves a message has read what is sent.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy import Connection

from channels.ports import Letter, Rendered
from channels.render import NoTemplate, TemplateError
from config.creditors import Creditor, Creditors
from config.policy import Policy
from config.rules.interest import InterestLaw
from ledger.messages import MessageRow
from ledger.snapshots import load_snapshots, past_message
from reminders.calendar import place_of
from reminders.decision import Proceed, Stop, Wait
from reminders.gate import gate
from reminders.reasons import Reason
from reminders.snapshot import Channel, Contact, Snapshot
from workers.chats import in_chat
from workers.claims import claims_of

_WAITS = 4
"""How many waits in a row are looked through for the moment at which a message may go."""


@dataclass(frozen=True, slots=True)
class Draft:
    """How a waiting message would read at the first moment at which it may go; or why it would not go at all."""

    at: datetime
    """The moment it is drafted for."""
    words: Rendered | None = None
    amounts: tuple[tuple[str, int], ...] = ()
    invoice_ids: tuple[str, ...] = ()
    why_not: str | None = None


def letter_of(
    message: MessageRow,
    snapshot: Snapshot,
    policy: Policy,
    interest: InterestLaw,
    contact: Contact,
    creditor: Creditor,
    verdict: Proceed,
    now: datetime,
    unsubscribe_url: str,
    page_url: str,
) -> Letter:
    """All that a template may say of this message, with what the gate let through at this instant.

    The link to the client's page is longer than a text message has room for.
    """
    step = policy.step(message.step)
    today = place_of(snapshot.client).today(now)
    urls = {invoice.invoice_id: invoice.payment_url for invoice in snapshot.invoices}
    documents = {invoice.invoice_id: invoice.document_url for invoice in snapshot.invoices}
    return Letter(
        step=message.step,
        tone=message.tone,
        channel=Channel(message.channel),
        client=snapshot.client,
        contact=contact,
        creditor=creditor,
        items=verdict.items,
        amounts=verdict.amounts,
        today=today,
        unsubscribe_url=unsubscribe_url,
        page_url=page_url if message.channel in (Channel.EMAIL, Channel.WHATSAPP) else None,
        payment_urls=tuple(
            (item.number, url) for item in verdict.items if (url := urls.get(item.invoice_id)) is not None
        ),
        document_urls=tuple(
            (item.number, url)
            for item in verdict.items
            if (url := documents.get(item.invoice_id)) is not None
        ),
        paid_on=max((item.paid_on for item in verdict.items if item.paid_on), default=None),
        words=step.words if step is not None else "",
        told=verdict.told,
        interest=claims_of(step, policy, snapshot, verdict.items, creditor, interest, today) if step else (),
        opt_out=message.channel in policy.opt_out_line,
        chat_open=message.channel == Channel.WHATSAPP
        and in_chat(snapshot, message.creditor_id, contact.address(Channel.WHATSAPP), now),
    )


def draft(
    connection: Connection,
    message: MessageRow,
    *,
    policy_of: Callable[[Snapshot, datetime], Policy],
    interest: InterestLaw,
    creditors: Creditors,
    render: Callable[[Letter], Rendered],
    public_url: str,
    now: datetime,
) -> Draft:
    """Put a waiting message into words as if it were approved. Changes nothing, and its links lead nowhere."""
    snapshot = load_snapshots(connection, [message.client_id], now, creditors.default.creditor_id)[
        message.client_id
    ]
    policy = policy_of(snapshot, now)
    at, verdict = _first_moment(snapshot, message, policy, now)
    if not isinstance(verdict, Proceed):
        return Draft(at, why_not=verdict.reason.sentence)
    contact = next((c for c in snapshot.client.contacts if c.contact_id == message.contact_id), None)
    creditor = creditors.get(message.creditor_id)
    if contact is None or creditor is None:
        missing = Reason.CREDITOR_UNKNOWN if creditor is None else Reason.NO_REACHABLE_CONTACT
        return Draft(at, why_not=missing.sentence)
    letter = letter_of(
        message,
        snapshot,
        policy,
        interest,
        contact,
        creditor,
        verdict,
        at,
        f"{public_url}/u/draft",
        f"{public_url}/r/draft",
    )
    try:
        words = render(letter)
    except NoTemplate:
        return Draft(at, why_not=Reason.NO_APPROVED_TEMPLATE.sentence)
    except TemplateError as error:
        return Draft(at, why_not=f"{Reason.TEMPLATE_FAILED.sentence} ({error})")
    return Draft(
        at,
        words,
        tuple((money.currency, money.minor) for money in verdict.amounts),
        tuple(item.invoice_id for item in verdict.items),
    )


def _first_moment(
    snapshot: Snapshot, message: MessageRow, policy: Policy, now: datetime
) -> tuple[datetime, Proceed | Wait | Stop]:
    """The first moment at which the gate would let an approved message through, and its verdict then.

    Whether payments are known by then nobody can say, so their freshness is left aside.
    """
    sure = replace(snapshot, synced_through={})
    past, at = past_message(message), now
    verdict = gate(sure, past, message.expires_at, policy, at, approved=True)
    for _ in range(_WAITS):
        if not isinstance(verdict, Wait):
            break
        at = verdict.until
        verdict = gate(sure, past, message.expires_at, policy, at, approved=True)
    return at, verdict
