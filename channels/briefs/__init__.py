"""Briefs: what a person should know, may say and may offer when the system asks for a human hand."""

from channels.briefs.book import Briefs
from channels.briefs.facts import (
    Agreed,
    Aside,
    Asked,
    Available,
    Awaiting,
    BriefFacts,
    Offer,
    Promised,
    Said,
    Volume,
    Who,
)

__all__ = [
    "Agreed",
    "Aside",
    "Asked",
    "Available",
    "Awaiting",
    "BriefFacts",
    "Briefs",
    "Offer",
    "Promised",
    "Said",
    "Volume",
    "Who",
]
