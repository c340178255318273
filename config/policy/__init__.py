"""The policy document: which step goes when, in which tone, on which channel, within which hours, for whom.

A policy is a YAML file that a billing person can read and change; `amicable policy check FILE` says what is wrong
with it, with line and field. Days count from the due date in the client's own zone.
"""

from config.policy.claims import Claim, TrackRecord, Traits
from config.policy.conditions import Amounts, Condition
from config.policy.document import ConsentNeed, Interest, Narrowed, Offers, Policy
from config.policy.reading import SHIPPED, PolicyError, load_policy, parse_policy
from config.policy.selection import PolicySet
from config.policy.steps import Anchor, By, Enclosure, Step, Tone
from config.policy.windows import Caps, ChannelName, Hours, Limit, Silence, Weekday, Windows

__all__ = [
    "SHIPPED",
    "Amounts",
    "Anchor",
    "By",
    "Caps",
    "ChannelName",
    "Claim",
    "Condition",
    "ConsentNeed",
    "Enclosure",
    "Hours",
    "Interest",
    "Limit",
    "Narrowed",
    "Offers",
    "Policy",
    "PolicyError",
    "PolicySet",
    "Silence",
    "Step",
    "Tone",
    "TrackRecord",
    "Traits",
    "Weekday",
    "Windows",
    "load_policy",
    "parse_policy",
]
