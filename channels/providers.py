"""The providers of this deployment: for each channel, who may carry its messages, in order of preference."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from channels.ports import Adapter
from reminders.snapshot import Channel


@dataclass(frozen=True, slots=True, order=True)
class Line:
    """A provider's account as one channel uses it: what can be ill while others are well."""

    provider: str
    account: str
    """What the provider calls the account, never a key; empty where it has one only."""
    channel: Channel


class Providers:
    """Who carries what. It never changes once it is made, and so threads may share it.

    `accounts` names the account that is used at each provider: with another account, what is known of its health
    begins anew. Raises `ValueError` for one provider twice on one channel.
    """

    def __init__(self, adapters: Iterable[Adapter], accounts: Mapping[str, str] | None = None) -> None:
        self._accounts = dict(accounts or {})
        self._named: dict[tuple[str, Channel], Adapter] = {}
        by_channel: dict[Channel, tuple[Adapter, ...]] = {}
        for adapter in adapters:
            key = adapter.provider, adapter.channel
            if key in self._named:
                raise ValueError(f"{adapter.provider} is there twice for {adapter.channel}")
            self._named[key] = adapter
            by_channel[adapter.channel] = (*by_channel.get(adapter.channel, ()), adapter)
        self._by_channel = by_channel

    @property
    def channels(self) -> frozenset[Channel]:
        """The channels that somebody carries."""
        return frozenset(self._by_channel)

    def of(self, channel: Channel) -> tuple[Adapter, ...]:
        """Who carries a channel, the preferred one first; empty where nobody does."""
        return self._by_channel.get(channel, ())

    def named(self, provider: str, channel: Channel) -> Adapter | None:
        """That provider on that channel, if it is still one of ours: only it can be asked about what it was given."""
        return self._named.get((provider, channel))

    def line(self, adapter: Adapter) -> Line:
        """The line that a call to this adapter uses."""
        return Line(adapter.provider, self._accounts.get(adapter.provider, ""), adapter.channel)
