"""The office: everything an actor needs, made once by the composition root and passed in."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from concurrent.futures import Executor
from dataclasses import dataclass, field
from threading import Event

from channels.ports import Adapter, Letter, Rendered
from channels.tokens import Tokens
from config.clock import Clock
from config.creditors import Creditors
from config.policy import Policy
from ledger.unit import Ledger
from ledger.wake import Wake
from reminders.snapshot import Channel


@dataclass(frozen=True, slots=True)
class Office:
    """What the workers share. All of it is thread-safe."""

    ledger: Ledger
    clock: Clock
    policy: Policy
    creditors: Creditors
    adapters: Mapping[Channel, Adapter]
    render: Callable[[Letter], Rendered]
    tokens: Tokens
    public_url: str
    wake: Wake
    calls: Executor
    """Where provider calls run."""
    hand: int = 16
    """How many messages a sender takes at once: they are called at the same time, so none waits long after its last
    check, and a crash leaves at most that many in doubt."""
    stopping: Event = field(default_factory=Event)
    """Set when this process is to end: a hand that was begun is finished, and no other is taken."""

    @property
    def policy_id(self) -> str:
        """The policy's name and version, as decisions name it."""
        return f"{self.policy.name}@{self.policy.version}"

    @property
    def channels(self) -> tuple[Channel, ...]:
        """The channels that the policy allows and that have a provider, in the policy's order."""
        return tuple(Channel(name) for name in self.policy.channels if Channel(name) in self.adapters)
