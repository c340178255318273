"""The sample letters of the ladder, which the package ships: `channels.samples`."""

from channels.samples.letters import (
    ACT,
    DENTAL,
    HAMBURG,
    HOSTILE,
    JANE,
    LONDON,
    MUELLER,
    OCCASIONS,
    SAKURA,
    STEPS,
    TODAY,
    UNSUBSCRIBE,
    claiming,
    due,
    item,
    letter,
)
from channels.samples.letters import rungs as samples

__all__ = [
    "ACT",
    "DENTAL",
    "HAMBURG",
    "HOSTILE",
    "JANE",
    "LONDON",
    "MUELLER",
    "OCCASIONS",
    "SAKURA",
    "STEPS",
    "TODAY",
    "UNSUBSCRIBE",
    "claiming",
    "due",
    "item",
    "letter",
    "samples",
]
