"""WhatsApp: whether something can be said there, by an approved template or in an open conversation."""

from __future__ import annotations

from datetime import datetime

from channels.addresses import usable_address
from channels.whatsapp import approved
from channels.wordings import languages, stems
from config.creditors import Creditor
from config.policy import Step
from reminders.reasons import Reason
from reminders.snapshot import CHAT_SLACK, Channel, Client, Snapshot


def in_chat(snapshot: Snapshot, creditor_id: str, address: str | None, now: datetime) -> bool:
    """Whether free text may be sent to that number: it has written to this creditor within the last 24 hours."""
    number = usable_address(Channel.WHATSAPP, address)
    return any(
        chat.creditor_id == creditor_id and chat.address == number and now < chat.until - CHAT_SLACK
        for chat in snapshot.chats
    )


def unsayable(
    snapshot: Snapshot, creditor: Creditor, step: Step, channel: Channel, address: str, now: datetime
) -> Reason | None:
    """Why a step can't be said to that address, as far as the provider's rules for its words go; None: it can."""
    if channel is not Channel.WHATSAPP or has_template(
        snapshot.client, creditor, step.words, step.tone.value
    ):
        return None
    open_chat = creditor.whatsapp_from is not None and in_chat(snapshot, creditor.creditor_id, address, now)
    return None if open_chat else Reason.NO_APPROVED_TEMPLATE


def has_template(client: Client, creditor: Creditor, words: str, tone: str) -> bool:
    """Whether WhatsApp has approved a template of that name, or one for the tone, in a language that fits."""
    wanted = (client.language, creditor.language)
    return any(
        approved(creditor, stem, language) for stem in stems(words, tone) for language in languages(wanted)
    )
