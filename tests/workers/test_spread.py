"""Messages that wait for the morning: the preview, the deciders and the last gate name the same moments."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import yaml

from config.clock import VirtualClock
from config.policy import parse_policy
from ledger import tables as t
from tests.support.office import NOW, Desk, client, invoice, open_all_hours
from workers.decide import decide_clients
from workers.outlook import Rules, outlook

HOURS = {
    "days": ["monday", "tuesday", "wednesday", "thursday", "friday"],
    "start": "09:00",
    "end": "17:00",
    "holidays": False,
    "spread_minutes": 60,
}
NIGHT, MORNING = NOW.replace(hour=3), NOW.replace(hour=9)


def test_each_client_has_a_moment_of_their_own_and_all_rooms_know_it(desks: Callable[..., Desk]) -> None:
    policy = parse_policy(yaml.safe_dump(open_all_hours(windows=HOURS)))
    desk = desks(policy=policy, clock=VirtualClock(NIGHT))
    desk.happen(*(event for n in range(20) for event in (client(n), invoice(n))))
    desk.work()
    office = desk.office
    rules = Rules(office.rules, office.creditors, office.providers.channels, office.volume)
    with desk.ledger.read() as connection:
        seen = outlook(connection, rules, NIGHT, NIGHT + timedelta(days=1))
    foreseen = {ahead.client.client_id: ahead.foresight.foreseen[0].at for ahead in seen.ahead}

    for minute in range(61):
        desk.clock.set(MORNING + timedelta(minutes=minute))
        desk.tick()

    went = {m.message_id: m.client_id for m in desk.messages()}
    started = {went[row.message_id]: row.started_at for row in desk.rows(t.attempt)}
    assert started.keys() == foreseen.keys()
    assert len({at.minute for at in foreseen.values()}) > 10
    for who, at in foreseen.items():
        assert MORNING <= at < MORNING + timedelta(hours=1)
        assert timedelta(0) <= started[who] - at < timedelta(minutes=1)


def test_the_last_gate_puts_off_until_the_same_moment(desks: Callable[..., Desk]) -> None:
    policy = parse_policy(yaml.safe_dump(open_all_hours(windows=HOURS)))
    desk = desks(policy=policy, clock=VirtualClock(NOW))
    desk.happen(client(1), invoice(1))
    (kind, _), *_ = desk.woken.waiting
    assert kind == "decide"
    desk.clock.set(NOW.replace(hour=16, minute=59))
    decide_clients(desk.office, ["c-1"])
    desk.clock.set(NOW.replace(hour=17, minute=1))
    desk.tick()

    (message,) = desk.messages()
    assert message.state == "queued"
    tomorrow = MORNING + timedelta(days=1)
    assert tomorrow < message.not_before < tomorrow + timedelta(hours=1)
    desk.clock.set(message.not_before)
    desk.tick()
    assert desk.states() == ["accepted"]
