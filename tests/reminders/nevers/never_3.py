"""Never outside the hours and days of the place: on the client's wall clock, whatever the clocks do."""

from __future__ import annotations

from collections.abc import Iterator

from config.policy import Policy
from tests.reminders.nevers.places import is_holiday, is_quiet, legal_hours, zones_of
from tests.reminders.nevers.player import Life, Sent
from tests.reminders.nevers.rules import WRITTEN


def never_3(life: Life) -> list[str]:
    """Every message at a wrong hour."""
    return [f"{sent.at} {sent.step.name}: {flaw}" for sent in life.sent for flaw in _flaws(sent)]


def _flaws(sent: Sent) -> Iterator[str]:
    client = sent.facts.client
    wanted: Policy = WRITTEN[sent.policy.name]
    for zone in zones_of(client):
        local = sent.at.astimezone(zone)
        there = f"{local:%A %Y-%m-%d %H:%M} in {zone.key}"
        if f"{local:%A}".lower() not in wanted.windows.days:
            yield f"{there} is no day of the policy"
        if not wanted.windows.start <= local.time() < wanted.windows.end:
            yield f"{there} is no hour of the policy"
        law = legal_hours(client, local.isoweekday())
        if law is None or not law[0] <= local.time() < law[1]:
            yield f"{there} is outside what the law leaves: {law}"
        if is_holiday(client, local.date()):
            yield f"{there} is a public holiday"
    if is_quiet(client, sent.at):
        yield f"{client.quiet} is the client's own wish"
