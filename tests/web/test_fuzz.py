"""Whatever is sent: an answer that says no fault of ours, and nothing stored without a signature."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from channels.signatures import SENDGRID_SIGNATURE, SENDGRID_TIMESTAMP, TWILIO_SIGNATURE
from tests.web.world import API_TOKEN, World, new_world

FEW = settings(max_examples=60)
WEBHOOKS = [
    "/webhooks/sendgrid/events",
    "/webhooks/sendgrid/inbound",
    "/webhooks/twilio/status",
    "/webhooks/twilio/inbound",
]
_value = st.text(st.characters(min_codepoint=33, max_codepoint=126), max_size=80)
_headers = st.fixed_dictionaries(
    {},
    optional={
        SENDGRID_SIGNATURE: _value,
        SENDGRID_TIMESTAMP: _value | st.integers().map(str),
        TWILIO_SIGNATURE: _value,
        "content-type": st.sampled_from(
            ["application/json", "application/x-www-form-urlencoded", "multipart/form-data; boundary=x", ""]
        )
        | _value,
    },
)
_json = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=12), inner, max_size=4),
    max_leaves=12,
)
_field = st.sampled_from(
    [
        "event",
        "email",
        "timestamp",
        "sg_event_id",
        "sg_message_id",
        "amicable_attempt_id",
        "type",
        "reason",
        "status",
    ]
)
_form_field = st.sampled_from(
    ["MessageSid", "SmsSid", "MessageStatus", "From", "To", "Body", "ErrorCode", "OptOutType"]
) | st.text(max_size=8)
_word = st.text(max_size=30) | st.sampled_from(["delivered", "bounce", "STOP", "+491511", "SM1", "30006"])
_mail_field = st.sampled_from(
    ["email", "from", "to", "envelope", "headers", "text", "html", "charsets", "subject"]
)


@pytest.fixture(scope="module")
def one_world(migrated: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    world = new_world(migrated, tmp_path_factory.mktemp("fuzz"))
    yield world
    world.ledger.engine.dispose()


@FEW
@given(st.sampled_from(WEBHOOKS), st.binary(max_size=400), _headers, st.text(max_size=20))
def test_without_a_signature_nothing_is_stored(
    one_world: World, path: str, body: bytes, headers: dict[str, str], query: str
) -> None:
    before = one_world.everything()
    answer = one_world.client.post(path, content=body, headers=headers, params={"a": query})
    assert answer.status_code == 403
    assert one_world.everything() == before


@FEW
@given(st.lists(st.dictionaries(_field, _json, max_size=8), max_size=4))
def test_any_signed_events_are_taken(one_world: World, events: list[dict[str, object]]) -> None:
    assert one_world.post_sendgrid(json.dumps(events).encode()).status_code == 204


@FEW
@given(st.binary(max_size=200))
def test_any_signed_bytes_are_taken(one_world: World, body: bytes) -> None:
    assert one_world.post_sendgrid(body).status_code == 204
    assert (
        one_world.post_sendgrid(body, "inbound", content_type="multipart/form-data; boundary=x").status_code
        == 204
    )


@FEW
@given(st.dictionaries(_mail_field, st.binary(max_size=120), max_size=6))
def test_any_signed_mail_is_taken(one_world: World, fields: dict[str, bytes]) -> None:
    parts = [
        f'--b\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n'.encode() + value + b"\r\n"
        for name, value in fields.items()
    ]
    body = b"".join(parts) + b"--b--\r\n"
    answer = one_world.post_sendgrid(body, "inbound", content_type="multipart/form-data; boundary=b")
    assert answer.status_code == 204


@FEW
@given(st.sampled_from(["status", "inbound"]), st.dictionaries(_form_field, _word, max_size=8))
def test_any_signed_form_is_taken(one_world: World, path: str, form: dict[str, str]) -> None:
    assert one_world.post_twilio(path, form).status_code in (200, 204)


@FEW
@given(st.binary(max_size=300) | st.builds(lambda v: repr(v).encode(), _json), _headers)
def test_any_event_is_answered(one_world: World, body: bytes, headers: dict[str, str]) -> None:
    answer = one_world.client.post(
        "/events", content=body, headers={**headers, "authorization": f"Bearer {API_TOKEN}"}
    )
    assert answer.status_code in (202, 422)


@FEW
@given(
    st.text(st.characters(min_codepoint=33, max_codepoint=0x2FF, exclude_characters="/?#%\x7f."), min_size=1)
)
def test_any_token_that_is_none_is_not_found(one_world: World, token: str) -> None:
    for method in ("GET", "POST"):
        assert one_world.client.request(method, f"/u/{token}").status_code == 404
