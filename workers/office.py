"""The office: everything an actor needs, made once by the composition root and passed in."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from concurrent.futures import Executor
from dataclasses import dataclass, field
from datetime import datetime
from threading import Event

from channels.briefs import Briefs
from channels.ports import Attachment, Letter, Rendered
from channels.providers import Providers
from channels.tokens import Tokens
from config.clock import Clock
from config.creditors import Creditors
from config.policy import Enclosure, Policy
from config.rulebook import Rulebook
from config.rules.interest import InterestLaw
from config.settings import PaceSettings, VolumeSettings
from ledger.unit import Ledger
from ledger.wake import Wake
from reminders.snapshot import Channel, Snapshot
from reminders.strategy import traits_of


@dataclass(frozen=True, slots=True)
class Office:
    """What the workers share. All of it is thread-safe."""

    ledger: Ledger
    clock: Clock
    rules: Rulebook
    interest: InterestLaw
    creditors: Creditors
    providers: Providers
    render: Callable[[Letter], Rendered]
    briefs: Briefs
    tokens: Tokens
    public_url: str
    wake: Wake
    calls: Executor
    """Where provider calls run."""
    documents: Callable[[Letter, Sequence[Enclosure]], tuple[Attachment, ...]] | None = None
    """What makes the documents of a mail; it may take seconds. Without it, mails carry none."""
    hand: int = 16
    """How many messages a sender takes at once: they are called at the same time, so none waits long after its last
    check, and a crash leaves at most that many in doubt."""
    volume: VolumeSettings = field(default_factory=VolumeSettings)
    """How much may be said on one day without a person's word."""
    pace: PaceSettings = field(default_factory=PaceSettings)
    """How fast messages may go from one sender."""
    stopping: Event = field(default_factory=Event)
    """Set when this process is to end: a hand that was begun is finished, and no other is taken."""

    def policy_of(self, snapshot: Snapshot, now: datetime) -> Policy:
        """The client's policy at an instant, within the law of their place."""
        return self.rules.policy_for(traits_of(snapshot, now, self.rules.after_hardship_days))

    def channels(self, policy: Policy) -> tuple[Channel, ...]:
        """The channels that a policy allows and that have a provider, in the policy's order."""
        carried = self.providers.channels
        return tuple(Channel(name) for name in policy.channels if Channel(name) in carried)
