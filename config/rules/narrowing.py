"""The policy as it may be followed for clients of one kind in one place: what a person wanted, within the law."""

from __future__ import annotations

from functools import lru_cache

from config.policy.document import ConsentNeed, Narrowed, Policy
from config.policy.windows import WEEKDAYS, ChannelName, Hours, Silence, Weekday, Windows
from config.rules.contact import ContactRules, Week, WhatsAppSteps
from config.rules.contact.resolve import CHANNELS, NEEDS, overlap


@lru_cache(maxsize=1024)
def narrow(policy: Policy, rules: ContactRules) -> Narrowed:
    """The policy, and of everything that the rules speak of the stricter of the two. Never laxer than the policy.

    Where no hour of the policy is permitted, no hour is left: such clients are not contacted until the policy has
    hours that are.
    """
    fields = {name: getattr(policy, name) for name in Policy.model_fields}
    fields |= {
        "windows": _windows(policy.windows, rules.hours),
        "limits": (*policy.limits, *(limit for limit in rules.limits if limit not in policy.limits)),
        "silences": _silences(policy, rules),
        "consent": _consent(policy, rules),
        "opt_out_line": tuple(sorted({*policy.opt_out_line, *rules.opt_out_line})),
        "whatsapp_overdue": policy.whatsapp_overdue and rules.whatsapp_overdue,
        "channels": tuple(
            c for c in policy.channels if c != "whatsapp" or rules.whatsapp is not WhatsAppSteps.NEVER
        ),
    }
    # Every part has been validated; and no hours, or no channels, are an answer here, though nobody may write them.
    return Narrowed.model_construct(**fields, origin=policy.identity, law=rules.law)


def _windows(windows: Windows, law: Week) -> Windows:
    usual = (windows.start, windows.end)
    both = zip(WEEKDAYS, windows.week, law, strict=True)
    narrowed = {day: overlap(wanted, permitted) for day, wanted, permitted in both}
    week: dict[Weekday, Hours] = {day: hours for day, hours in narrowed.items() if hours is not None}
    return Windows.model_construct(
        days=tuple(week),
        start=windows.start,
        end=windows.end,
        holidays=windows.holidays,
        by_day={day: hours for day, hours in week.items() if hours != usual},
        spread_minutes=windows.spread_minutes,
    )


def _silences(policy: Policy, rules: ContactRules) -> tuple[Silence, ...]:
    both = (*policy.silences, *rules.silences)
    days = {c: max((s.days for s in both if s.channel == c), default=0) for c in CHANNELS}
    return tuple(Silence(channel, longest) for channel, longest in days.items() if longest)


def _consent(policy: Policy, rules: ContactRules) -> dict[ChannelName, ConsentNeed]:
    law = dict(rules.consent)
    return {c: max(policy.consent.get(c, "none"), law.get(c, "given"), key=NEEDS.index) for c in CHANNELS}
