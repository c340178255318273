"""Never an address or a number in what is decided, and so in no journal."""

from __future__ import annotations

from tests.reminders.nevers.player import Life


def never_9(life: Life) -> list[str]:
    """Every answer of the core that quotes one."""
    addresses = {
        address
        for facts in [life.script.facts, *(look.facts for look in life.looks)]
        for contact in facts.client.contacts
        for address in (contact.email, contact.phone)
        if address
    }
    written = life.said | set(life.errands)
    return [f"{address} in {text}" for text in sorted(written) for address in addresses if address in text]
