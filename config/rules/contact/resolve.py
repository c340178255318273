"""From provisions to the rules that follow from them: what applies to a debtor, and of all that the strictest.

Unknown means strictest. Where the debtor's type or subdivision is unknown, every provision applies that could; where
the country is unknown, all provisions of all packs do, for which kinds of debtor a law tells apart is itself a
question of the country. So what is unknown is never freer than anything that is known.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import time
from itertools import chain
from typing import get_args

from config.policy.document import ConsentNeed
from config.policy.windows import ChannelName, Hours, Limit, Silence
from config.rules.contact.provision import Pack, Provision
from config.rules.contact.rules import ContactRules, HandOff, Letter, Week, WhatsAppSteps

CHANNELS: tuple[ChannelName, ...] = get_args(ChannelName)
NEEDS: tuple[ConsentNeed, ...] = get_args(ConsentNeed)
"""From the laxest to the strictest, as are the next two."""
_LETTERS = tuple(Letter)
_WHATSAPP = tuple(WhatsAppSteps)
_WHOLE_DAY = (time.min, time.max)


@dataclass(frozen=True, slots=True)
class Debtor:
    """Of whom the rules are asked. None: unknown; of an unknown country, nothing else is known either."""

    country: str | None
    subdivision: str | None
    kind: str | None


def rules_of(packs: Sequence[Pack], debtor: Debtor, law: str) -> ContactRules:
    """The strictest of all that applies to the debtor, or could. The first pack is the default; `law` names them."""
    said = _Said(packs, debtor)
    whatsapp = [p.whatsapp.steps for p in said.of("whatsapp") if p.whatsapp]
    return ContactRules(
        _common_hours(p.hours for p in said.of("hours") if p.hours),
        _without_implied(line.limit for p in said.of("limits") for line in p.limits),
        _longest(said.of("after_conversation_days")),
        tuple((channel, _need(channel, said)) for channel in CHANNELS),
        frozenset(chain.from_iterable(p.opt_out_line for p in said.of("opt_out_line"))),
        max(whatsapp, key=_WHATSAPP.index, default=WhatsAppSteps.NEVER),
        _hand_off(said),
        tuple(dict.fromkeys(p.source for p in said.all)),
        law,
    )


class _Said:
    """What applies to a debtor, field by field, after the replacing."""

    def __init__(self, packs: Sequence[Pack], debtor: Debtor) -> None:
        self._debtor = debtor
        self._levels = [
            (_level(pack, provision), provision)
            for pack in packs
            if debtor.country is None or pack.country in (None, debtor.country)
            for provision in pack.provisions
            if _fits(provision.who, debtor.kind) and _fits(provision.where, debtor.subdivision)
        ]

    @property
    def all(self) -> Iterable[Provision]:
        """Everything that applies, or could."""
        return (provision for _, provision in self._levels)

    def of(self, statement: str) -> list[Provision]:
        """The provisions whose word on that holds."""
        # Only what surely applies may replace anything: what only could apply may make the rules no laxer.
        floor = max((n for n, p in self._levels if statement in p.replacing and self._surely(p)), default=0)
        return [p for n, p in self._levels if n >= floor and statement in p.states]

    def _surely(self, provision: Provision) -> bool:
        debtor = self._debtor
        return (
            debtor.country is not None
            and (not provision.who or debtor.kind is not None)
            and (not provision.where or debtor.subdivision is not None)
        )


def _level(pack: Pack, provision: Provision) -> int:
    """How specific a provision is: everywhere, a country, a part of it."""
    return 0 if pack.country is None else 2 if provision.where else 1


def _fits(named: Sequence[str], value: str | None) -> bool:
    return not named or value is None or value in named


def _common_hours(weeks: Iterable[Week]) -> Week:
    common: list[Hours | None] = [_WHOLE_DAY] * 7
    for week in weeks:
        common = [overlap(one, other) for one, other in zip(common, week, strict=True)]
    monday, tuesday, wednesday, thursday, friday, saturday, sunday = common
    return monday, tuesday, wednesday, thursday, friday, saturday, sunday


def overlap(one: Hours | None, other: Hours | None) -> Hours | None:
    """The hours that both leave, if they leave any."""
    if one is None or other is None:
        return None
    start, end = max(one[0], other[0]), min(one[1], other[1])
    return (start, end) if start < end else None


def _without_implied(limits: Iterable[Limit]) -> tuple[Limit, ...]:
    """The limits, without those that another one keeps anyway."""
    distinct = sorted(set(limits), key=lambda limit: (limit.contacts, -limit.per_hours, limit.channels))
    return tuple(one for one in distinct if not any(_implies(o, one) for o in distinct if o != one))


def _implies(one: Limit, other: Limit) -> bool:
    return (
        set(one.channels) >= set(other.channels)
        and one.contacts <= other.contacts
        and one.per_hours >= other.per_hours
    )


def _need(channel: ChannelName, said: _Said) -> ConsentNeed:
    needs = [p.consent[channel] for p in said.of(f"consent.{channel}")]
    return max(needs, key=NEEDS.index, default="given")


def _hand_off(said: _Said) -> HandOff:
    waiting = [p.hand_off.waiting_days or 0 for p in said.of("waiting_days")]
    letters = [p.hand_off.letter or Letter.NONE for p in said.of("letter")]
    items = chain.from_iterable(p.hand_off.checklist for p in said.of("checklist"))
    return HandOff(
        max(waiting, default=0),
        max(letters, key=_LETTERS.index, default=Letter.NONE),
        tuple(dict.fromkeys(items)),
    )


def _longest(provisions: Iterable[Provision]) -> tuple[Silence, ...]:
    rests = [p.after_conversation_days for p in provisions if p.after_conversation_days]
    days = {c: max((rest.days for rest in rests if c in rest.channels), default=0) for c in CHANNELS}
    return tuple(Silence(channel, longest) for channel, longest in days.items() if longest)
