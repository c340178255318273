"""Letters: a message with all that its template may say; and drafts, how a message that waits would read.

Sender and draft make the same letter, so that who approves a message has read what is sent.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date, datetime

from sqlalchemy import Connection

from channels.ports import Letter, Rendered
from channels.render import NoTemplate, TemplateError
from channels.wordings import AFTER_HARDSHIP
from config.creditors import Creditor, Creditors
from config.policy import Policy, Step
from config.rules.interest import InterestLaw
from ledger.messages import MessageRow
from ledger.snapshots import load_snapshots, past_message
from reminders.calendar import place_of
from reminders.decision import Proceed, Stop, Wait
from reminders.gate import gate
from reminders.hardship import rested_until
from reminders.reasons import Reason
from reminders.snapshot import Channel, Client, Contact, Snapshot
from workers.chats import has_template, in_chat
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
    channel, place = Channel(message.channel), place_of(snapshot.client)
    today = place.today(now)
    chat_open = channel is Channel.WHATSAPP and in_chat(
        snapshot, message.creditor_id, contact.address(channel), now
    )
    rested = rested_until(step, message.creditor_id, verdict.items, snapshot, policy, place) if step else None
    urls = {invoice.invoice_id: invoice.payment_url for invoice in snapshot.invoices}
    documents = {invoice.invoice_id: invoice.document_url for invoice in snapshot.invoices}
    return Letter(
        step=message.step,
        tone=message.tone,
        channel=channel,
        client=snapshot.client,
        contact=contact,
        creditor=creditor,
        items=verdict.items,
        amounts=verdict.amounts,
        today=today,
        unsubscribe_url=unsubscribe_url,
        page_url=page_url if channel in (Channel.EMAIL, Channel.WHATSAPP) else None,
        payment_urls=tuple(
            (item.number, url) for item in verdict.items if (url := urls.get(item.invoice_id)) is not None
        ),
        document_urls=tuple(
            (item.number, url)
            for item in verdict.items
            if (url := documents.get(item.invoice_id)) is not None
        ),
        paid_on=max((item.paid_on for item in verdict.items if item.paid_on), default=None),
        words=_words_of(step, rested, channel, snapshot.client, creditor, chat_open) if step else "",
        told=verdict.told,
        interest=claims_of(step, policy, snapshot, verdict.items, creditor, interest, today) if step else (),
        opt_out=message.channel in policy.opt_out_line,
        rested_until=rested,
        chat_open=chat_open,
    )


def _words_of(
    step: Step, rested: date | None, channel: Channel, client: Client, creditor: Creditor, chat_open: bool
) -> str:
    """The name of the template. By WhatsApp only what is approved goes: where it is not, the step's own words do."""
    if rested is None:
        return step.words
    if channel is Channel.WHATSAPP and not chat_open:
        approved = has_template(client, creditor, AFTER_HARDSHIP, step.tone.value)
        return AFTER_HARDSHIP if approved else step.words
    return AFTER_HARDSHIP


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
