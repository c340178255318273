from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from channels.pace import rate_of, turn, units_of
from config.settings import PaceSettings
from reminders.snapshot import Channel

NOW = datetime(2026, 3, 10, 10, 0, tzinfo=UTC)
SECOND = timedelta(seconds=1)


@pytest.mark.parametrize(
    ("channel", "sender", "rate"),
    [
        (Channel.SMS, "+447400123456", 1),
        (Channel.SMS, "+12125550123", 1),
        (Channel.SMS, "+18005550123", 3),
        (Channel.SMS, "+18885550123", 3),
        (Channel.SMS, "62622", 100),
        (Channel.SMS, "AcmeLtd", 10),
        (Channel.SMS, "Acme 24", 10),
        (Channel.SMS, "+1", 1),
        (Channel.WHATSAPP, "+447400123456", 80),
        (Channel.VOICE, "+447400123456", 1),
        (Channel.EMAIL, "billing@acme.example", 0),
    ],
)
def test_the_pace_of_a_sender_by_its_kind(channel: Channel, sender: str, rate: float) -> None:
    assert rate_of(channel, sender, PaceSettings()) == rate


def test_a_deployment_may_know_better() -> None:
    settings = PaceSettings(email=50, sms=0.5, whatsapp=0, voice=5)

    assert [rate_of(c, "+447400123456", settings) for c in Channel] == [
        {"email": 50, "sms": 0.5, "whatsapp": 0, "voice": 5}[c.value] for c in Channel
    ]


@pytest.mark.parametrize(
    ("channel", "text", "units"),
    [
        (Channel.SMS, "a" * 160, 1),
        (Channel.SMS, "a" * 161, 2),
        (Channel.SMS, "ж" * 71, 2),
        (Channel.SMS, "", 1),
        (Channel.WHATSAPP, "a" * 1000, 1),
        (Channel.VOICE, "a" * 1000, 1),
        (Channel.EMAIL, "a" * 100_000, 1),
    ],
)
def test_what_a_message_counts(channel: Channel, text: str, units: int) -> None:
    assert units_of(channel, text) == units


def slots(count: int, per_second: float, units: int = 1) -> list[float]:
    """When each of so many messages that come at once may go, in seconds."""
    free_at, found = NOW, []
    for _ in range(count):
        place = turn(free_at, NOW, units, per_second)
        free_at = place.free_at
        found.append(round((place.slot - NOW).total_seconds(), 6))
    return found


def test_one_a_second() -> None:
    assert slots(4, 1) == [0, 1, 2, 3]


def test_a_long_text_takes_the_time_of_its_segments() -> None:
    assert slots(3, 1, units=3) == [0, 3, 6]


def test_one_in_two_seconds() -> None:
    assert slots(3, 0.5) == [0, 2, 4]


def test_a_seconds_worth_may_go_at_once() -> None:
    assert slots(14, 10) == [0] * 10 + [0.1, 0.2, 0.3, 0.4]


def test_what_was_not_used_is_no_credit() -> None:
    assert turn(NOW - timedelta(hours=1), NOW, 1, 1).free_at == NOW + SECOND


def test_nothing_has_a_slot_while_the_provider_wants_nothing() -> None:
    closed = NOW + 90 * SECOND

    first = turn(NOW, NOW, 1, 1, closed)
    second = turn(first.free_at, NOW, 1, 1, closed)

    assert (first.slot, second.slot) == (closed, closed + SECOND)
    assert turn(NOW, NOW, 1, 0, closed).slot == closed


@given(
    st.lists(st.tuples(st.integers(0, 3_000), st.integers(1, 4)), min_size=1, max_size=60),
    st.sampled_from([0.5, 1, 3, 10, 80]),
    st.integers(0, 20_000),
)
def test_never_faster_than_the_rate_and_a_burst(
    arrivals: list[tuple[int, int]], per_second: float, span_ms: int
) -> None:
    free_at, gone = NOW, []
    for at, units in sorted(arrivals):
        now = NOW + timedelta(milliseconds=at)
        place = turn(free_at, now, units, per_second)
        assert place.slot >= now
        gone.append((place.slot, units))
        free_at = place.free_at

    assert [slot for slot, _ in gone] == sorted(slot for slot, _ in gone)
    span = timedelta(milliseconds=span_ms)
    longest = max(units for _, units in gone)
    for begins, _ in gone:
        within = sum(units for slot, units in gone if begins <= slot < begins + span)
        assert within <= per_second * (span_ms / 1000) + max(per_second, 1) + longest
