from __future__ import annotations

import json
from collections.abc import Callable

import pytest
from sqlalchemy.exc import OperationalError

import web.events
from events.contracts.registry import MAX_BATCH, MAX_BODY
from ledger import tables as t
from ledger.apply import apply
from tests.web.world import API_TOKEN, CLIENT, STRUCTURED, World, event

BATCH = "application/cloudevents-batch+json"


def test_a_structured_event_is_stored_and_its_client_looked_at(world: World) -> None:
    answer = world.post_event(event())
    assert answer.status_code == 202
    assert answer.json() == {"accepted": 1, "parked": [], "ignored": 0, "repeated": 0}
    assert world.woken.decided == [CLIENT]
    assert [row.event_id for row in world.rows(t.inbox)] == ["e-1"]
    assert world.rows(t.client)[0].look_at == world.clock.now()


def test_a_binary_event_is_the_same_event(world: World) -> None:
    whole = event()
    headers = {f"ce-{name}": whole[name] for name in ("specversion", "id", "source", "type", "time")}
    answer = world.client.post(
        "/events",
        json=whole["data"],
        headers={"authorization": f"bearer {API_TOKEN}", **headers},
    )
    assert answer.json() == {"accepted": 1, "parked": [], "ignored": 0, "repeated": 0}
    assert world.post_event(whole).json()["repeated"] == 1


def test_a_repeat_does_nothing_again(world: World) -> None:
    world.post_event(event())
    before = world.everything()
    answer = world.post_event(event())
    assert answer.status_code == 202
    assert answer.json() == {"accepted": 0, "parked": [], "ignored": 0, "repeated": 1}
    assert world.everything() == before
    assert world.woken.decided == [CLIENT]


def test_an_event_of_another_type_is_ignored(world: World) -> None:
    answer = world.post_event(event("parcel.shipped"))
    assert answer.json() == {"accepted": 0, "parked": [], "ignored": 1, "repeated": 0}
    assert [kind for kind, _, _ in world.journal()] == ["event.ignored"]


def test_an_unreadable_event_is_parked_and_reported(world: World) -> None:
    answer = world.post_event(event(client_id=5))
    assert answer.status_code == 422
    assert answer.headers["content-type"] == "application/problem+json"
    (parked,) = answer.json()["parked"]
    assert (parked["id"], parked["reason"]) == ("e-1", "bad_data")
    assert "client_id" in parked["detail"]
    (row,) = world.rows(t.parked)
    assert (row.kind, json.loads(row.body)["id"]) == ("event", "e-1")


def test_what_is_no_event_at_all_is_parked_with_its_bytes(world: World) -> None:
    assert world.post_event(b"\x00\xff not json").status_code == 422
    assert world.rows(t.parked)[0].body == b"\x00\xff not json"


def test_a_batch_is_stored_but_for_what_can_not_be(world: World) -> None:
    batch = [event(), event(event_id="e-2", client_id=5), event("parcel.shipped", "e-3"), event()]
    answer = world.post_event(batch, BATCH)
    assert answer.status_code == 202
    body = answer.json()
    assert (body["accepted"], body["ignored"], body["repeated"]) == (1, 1, 1)
    assert [(one["position"], one["id"]) for one in body["parked"]] == [(1, "e-2")]


def test_a_batch_of_one_bad_event_is_still_taken(world: World) -> None:
    answer = world.post_event([event(client_id=5)], BATCH)
    assert answer.status_code == 202
    assert len(answer.json()["parked"]) == 1


def test_a_batch_that_is_no_list_is_parked_whole(world: World) -> None:
    answer = world.post_event(event(), BATCH)
    assert answer.status_code == 422
    assert json.loads(world.rows(t.parked)[0].body)["id"] == "e-1"


def test_an_empty_batch_is_fine(world: World) -> None:
    assert world.post_event([], BATCH).json() == {"accepted": 0, "parked": [], "ignored": 0, "repeated": 0}


@pytest.mark.parametrize("token", [None, "wrong", "api-token-4711-canaryy", "", "übel"])
def test_without_a_token_nothing_is_stored(world: World, token: str | None) -> None:
    before = world.everything()
    header = {} if token is None else {"authorization": f"Bearer {token}".encode()}
    answer = world.client.post("/events", json=event(), headers={"content-type": STRUCTURED, **header})
    assert answer.status_code == 401
    assert answer.headers["www-authenticate"] == "Bearer"
    assert "AMICABLE_API_TOKENS" in answer.json()["detail"]
    assert world.everything() == before


def test_another_scheme_is_no_bearer(world: World) -> None:
    answer = world.client.post("/events", json=event(), headers={"authorization": f"Basic {API_TOKEN}"})
    assert answer.status_code == 401


def test_where_no_token_is_set_the_answer_says_what_to_set(make_world: Callable[..., World]) -> None:
    world = make_world(api_tokens=())
    for token in (API_TOKEN, None, ""):
        answer = world.post_event(event(), token=token)
        assert answer.status_code == 503
        assert "AMICABLE_API_TOKENS" in answer.json()["detail"]


@pytest.mark.parametrize(("content_type", "limit"), [(STRUCTURED, MAX_BODY), (BATCH, MAX_BATCH)])
def test_a_body_beyond_the_limit_is_refused(world: World, content_type: str, limit: int) -> None:
    before = world.everything()
    answer = world.post_event(b" " * (limit + 1), content_type)
    assert answer.status_code == 413
    assert str(limit) in answer.json()["detail"]
    assert world.everything() == before


def test_a_body_that_does_not_say_its_length_is_counted(world: World) -> None:
    chunks = (b" " * 65536 for _ in range(32))
    answer = world.client.post(
        "/events",
        content=chunks,
        headers={"authorization": f"Bearer {API_TOKEN}", "content-type": STRUCTURED},
    )
    assert answer.status_code == 413


def test_while_the_database_is_out_the_sender_is_asked_to_come_again(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    def out(*_: object) -> None:
        raise OperationalError("INSERT", {"address": "ada.canary@debtor.example"}, Exception("gone"))

    monkeypatch.setattr(web.events, "apply", out)
    answer = world.post_event(event())
    assert answer.status_code == 503
    assert int(answer.headers["retry-after"]) > 0
    assert "canary" not in answer.text
    monkeypatch.undo()
    assert world.post_event(event()).json()["accepted"] == 1


def test_one_event_that_the_ledger_refuses_is_parked_and_holds_up_nobody(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    def picky(unit: object, reads: list[object]) -> object:
        if any(getattr(getattr(read, "cloudevent", None), "id", "") == "e-2" for read in reads):
            raise ValueError("does not fit")
        return apply(unit, reads)  # type: ignore[arg-type]

    monkeypatch.setattr(web.events, "apply", picky)
    batch = [event(event_id=f"e-{n}", client_id=f"c-{n}") for n in range(4)]
    body = world.post_event(batch, BATCH).json()
    assert body["accepted"] == 3
    assert [(one["position"], one["reason"]) for one in body["parked"]] == [(2, "refused")]
    (row,) = world.rows(t.parked)
    assert json.loads(row.body) == batch[2]
    assert world.woken.decided == ["c-0", "c-1", "c-3"]
