"""The law on contacting debtors, as data: hours, limits, consents, opt-out lines, WhatsApp, and the attorney hand-off.

`load_contact_law` reads the packs beside this file; `ContactLaw.rules_for` says what holds for one kind of debtor in
one place. Not legal advice: each provision names its source and when it was checked, for a lawyer to check again.
"""

from config.rules.contact.law import SHIPPED, ContactLaw, ContactLawError, load_contact_law, problems
from config.rules.contact.provision import Nature, Pack, Provision
from config.rules.contact.rules import ContactRules, HandOff, Letter, Week, WhatsAppSteps

__all__ = [
    "SHIPPED",
    "ContactLaw",
    "ContactLawError",
    "ContactRules",
    "HandOff",
    "Letter",
    "Nature",
    "Pack",
    "Provision",
    "Week",
    "WhatsAppSteps",
    "load_contact_law",
    "problems",
]
