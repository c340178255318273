"""Reconciling: attempts in doubt are asked for at their provider, without ever sending anything again by itself."""

from __future__ import annotations

import structlog

from channels.ports import Found, NotFound, SendRequest
from ledger import doubts, sending
from ledger.doubts import Doubt
from workers.office import Office

log = structlog.get_logger(__name__)


def reconcile(office: Office) -> int:
    """Find attempts whose sender never came back, then take every look that is due; returns how many were taken."""
    now = office.clock.now()
    with office.ledger.begin(now) as unit:
        for message_id in sending.doubt_overdue(unit):
            log.warning("sender_never_came_back", message_id=message_id)
        due = doubts.due(unit)
    for looking in [office.calls.submit(_look, office, doubt) for doubt in due]:
        looking.result()
    return len(due)


def _look(office: Office, doubt: Doubt) -> None:
    """Ask the provider that was given the attempt, and no other."""
    adapter = office.providers.named(doubt.provider, doubt.channel)
    result = adapter.find(_request(doubt), doubt.started_at) if adapter else NotFound()
    with office.ledger.begin(office.clock.now()) as unit:
        if isinstance(result, Found):
            doubts.found(unit, doubt, result.provider_id)
        else:
            doubts.no_word(unit, doubt, searched=isinstance(result, NotFound))
    log.info("looked_for_attempt", message_id=doubt.message_id, result=type(result).__name__)


def _request(doubt: Doubt) -> SendRequest:
    """The attempt as it was made, as far as a search needs it."""
    return SendRequest(
        attempt_id=doubt.attempt_id,
        message_id=doubt.message_id,
        channel=doubt.channel,
        to=doubt.address,
        to_name=None,
        sender=doubt.sender,
        sender_name="",
        subject=doubt.subject,
        text=doubt.text,
        html=doubt.html,
        reply_to=None,
        unsubscribe_url="",
        status_url="",
        not_after=doubt.expires_at,
    )
