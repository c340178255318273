"""Never more often than caps and gap allow, never without consent, never to an address that is gone or opted out."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta

from reminders.answers import AnswerKind
from reminders.decision import AnswerTold
from reminders.snapshot import Channel, Client, DebtorType
from tests.reminders.nevers.player import Life, Sent
from tests.reminders.nevers.rules import WRITTEN

_RANG = (Channel.VOICE, Channel.SMS)


def never_4(life: Life) -> list[str]:
    """Every message that was one too many, unwanted, or to nobody."""
    return [
        f"{sent.at} {sent.step.name}: {flaw}"
        for sent in life.sent
        for flaw in (*_often(sent), *_unwanted(sent))
    ]


def _often(sent: Sent) -> Iterator[str]:
    caps = sent.policy.caps
    before = [(message, at) for message in sent.history if (at := message.sent_at) is not None]
    exempt = {step.name for step in sent.policy.steps if step.gap_exempt}
    last = max((at for message, at in before if message.step not in exempt), default=None)
    gap = timedelta(days=caps.gap_days)
    if sent.step.name not in exempt and last is not None and sent.at - last < gap:
        yield f"{sent.at - last} after the last one"
    contacts = [at for _, at in before]
    if _within(contacts, sent.at, timedelta(days=caps.per_days)) >= caps.contacts:
        yield f"more than {caps.contacts} contacts in {caps.per_days} days"
    yield from _law(sent, [(message.channel, at) for message, at in before])


def _law(sent: Sent, before: list[tuple[Channel, datetime]]) -> Iterator[str]:
    """What the law of the place counts: calls anywhere, calls and texts in Massachusetts."""
    client, channel = sent.facts.client, sent.message.channel
    calls = [at for used, at in before if used is Channel.VOICE]
    if channel is Channel.VOICE:
        if _within(calls, sent.at, timedelta(days=7)) >= 7:
            yield "an eighth call in seven days"
        if any(at > sent.at - timedelta(days=7) for at in sent.facts.spoken):
            yield "a call so soon after a conversation"
    consumer = client.debtor_type in (None, DebtorType.CONSUMER)
    if consumer and (client.country, client.subdivision) == ("US", "MA") and channel in _RANG:
        rang = [at for used, at in before if used in _RANG]
        if _within(rang, sent.at, timedelta(days=7)) >= 2:
            yield "a third call or text in seven days in Massachusetts"


def _within(contacts: list[datetime], now: datetime, span: timedelta) -> int:
    return sum(at > now - span for at in contacts)


def _unwanted(sent: Sent) -> Iterator[str]:
    client, channel = sent.facts.client, sent.message.channel
    contact = next((c for c in client.contacts if c.contact_id == sent.message.contact_id), None)
    address = contact.address(channel) if contact is not None else None
    if address is None:
        yield "to nobody"
    if sent.message.contact_id in client.gone and not _sorry(sent):
        yield "to a contact who is not the one to write to"
    if any(barred.channel is channel and barred.address == address for barred in sent.facts.barred):
        yield f"to an address that is gone or opted out of {channel}"
    if not _consented(client, channel, WRITTEN[sent.policy.name].consent.get(channel.value, "none")):
        yield f"by {channel} without consent"
    if channel.value not in sent.policy.channels or channel.value not in (
        sent.step.channels or list(Channel)
    ):
        yield f"by {channel}, which is none for this step"
    if channel is Channel.WHATSAPP and sent.step.overdue:
        yield "by WhatsApp about something late"


def _sorry(sent: Sent) -> bool:
    """Whether it tells whoever said that they are the wrong person that this was heard."""
    return isinstance(sent.told, AnswerTold) and sent.told.kind is AnswerKind.WRONG_PERSON


def _consented(client: Client, channel: Channel, wanted: str) -> bool:
    """The newest word holds, and of two at one instant the refusal. Without a word it is for policy and law to say."""
    said = sorted((c.at is not None, c.at, not c.granted) for c in client.consents if c.channel is channel)
    if said:
        return not said[-1][2]
    in_business = client.debtor_type in (DebtorType.COMPANY, DebtorType.PUBLIC_BODY)
    law = {Channel.EMAIL: "none", Channel.SMS: "none" if in_business else "preferred"}.get(channel, "given")
    needs = {wanted, law}
    if "given" in needs:
        return False
    return "preferred" not in needs or channel in client.preferred
