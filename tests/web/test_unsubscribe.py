from __future__ import annotations

from datetime import timedelta

import pytest

from channels.tokens import Purpose, Tokens
from ledger import tables as t
from ledger.suppressions import lift
from reminders.reasons import Reason
from reminders.snapshot import Channel
from tests.web.world import CLIENT, EMAIL, NOW, PHONE, World


def test_looking_changes_nothing_and_says_what_the_button_does(world: World) -> None:
    token = world.token(world.plant())
    before = world.everything()
    page = world.client.get(f"/u/{token}")
    assert page.status_code == 200
    assert '<form method="post">' in page.text
    assert '<html lang="en">' in page.text
    assert "email address" in page.text
    assert EMAIL.lower() not in page.text.lower()
    assert world.everything() == before
    assert not world.woken.decided


def test_one_click_suppresses_the_address_of_the_message(world: World) -> None:
    token = world.token(world.plant())
    # RFC 8058: what the mail program itself posts.
    answer = world.client.post(f"/u/{token}", data={"List-Unsubscribe": "One-Click"}, follow_redirects=False)
    assert answer.status_code == 200
    (row,) = world.rows(t.suppression)
    assert (row.channel, row.address, row.reason) == ("email", EMAIL.lower(), "opted_out")
    ((kind, by, data),) = world.journal()
    assert (kind, by, data) == ("response.recorded", "client", {"channel": "email", "class": "opt_out"})
    assert world.woken.decided == [CLIENT]
    assert world.rows(t.client)[0].look_at == world.clock.now()


def test_a_second_click_succeeds_and_changes_nothing(world: World) -> None:
    token = world.token(world.plant())
    world.client.post(f"/u/{token}")
    before = world.everything()
    assert world.client.post(f"/u/{token}").status_code == 200
    assert world.everything() == before
    assert world.woken.decided == [CLIENT]


def test_after_a_change_of_mind_the_same_link_counts_again(world: World) -> None:
    token = world.token(world.plant())
    world.client.post(f"/u/{token}")
    with world.ledger.begin(world.clock.now()) as unit:
        assert lift(unit, Channel.EMAIL, EMAIL, Reason.OPTED_OUT)
    assert world.client.post(f"/u/{token}").status_code == 200
    assert [row.lifted_at for row in world.rows(t.suppression)] == [None]


def test_a_text_message_speaks_of_its_number(world: World) -> None:
    token = world.token(world.plant(channel=Channel.SMS, address=PHONE))
    page = world.client.get(f"/u/{token}").text
    assert "phone number" in page
    assert PHONE not in page
    world.client.post(f"/u/{token}")
    assert [(row.channel, row.address) for row in world.rows(t.suppression)] == [("sms", PHONE)]


@pytest.mark.parametrize("method", ["GET", "POST"])
def test_whatever_opens_nothing_looks_the_same(world: World, method: str) -> None:
    message_id = world.plant()
    never_sent = world.plant("3b0e4b5e-9f7f-5a55-8e60-222222222222", attempt=False)
    soon = NOW + timedelta(days=1)
    good = world.token(message_id)
    tokens = [
        "x",
        "%00%ff",
        "a.b.c",
        good[:-1],
        good[::-1],
        world.token(message_id, Purpose.PAGE),
        world.token(message_id, Purpose.REPLY),
        world.tokens.issue(Purpose.UNSUBSCRIBE, message_id, NOW),
        Tokens("another secret").issue(Purpose.UNSUBSCRIBE, message_id, soon),
        world.token("3b0e4b5e-9f7f-5a55-8e60-333333333333"),
        world.token(never_sent),
    ]
    before = world.everything()
    answers = [world.client.request(method, f"/u/{token}") for token in tokens]
    assert {answer.status_code for answer in answers} == {404}
    assert len({answer.text for answer in answers}) == 1
    assert world.everything() == before
    assert not world.woken.decided


def test_a_stranger_learns_nothing_from_a_page(world: World) -> None:
    page = world.client.get("/u/abc")
    assert page.headers["referrer-policy"] == "no-referrer"
    assert page.headers["cache-control"] == "no-store"
    assert page.headers["content-security-policy"].startswith("default-src 'none'")
    assert CLIENT not in page.text
