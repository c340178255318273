"""What holds for every route: headers, errors, ids, and what never reaches a log."""

from __future__ import annotations

import json
import logging

import pytest
import structlog
from sqlalchemy.exc import IntegrityError
from structlog.testing import capture_logs

import web.events
import web.unsubscribe
from ledger import replies
from tests.web.world import (
    API_TOKEN,
    AUTH_TOKEN,
    EMAIL,
    PHONE,
    World,
    email_event,
    email_events,
    event,
    sms_reply,
    sms_status,
)

PATHS = ["/healthz", "/readyz", "/metrics", "/u/abc", "/events", "/nothing", "/", "/docs", "/openapi.json"]


@pytest.mark.parametrize("path", PATHS)
def test_every_answer_is_safe_to_show(world: World, path: str) -> None:
    answer = world.client.get(path)
    assert answer.headers["content-security-policy"].startswith("default-src 'none'")
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert answer.headers["referrer-policy"] == "no-referrer"
    assert answer.headers["cache-control"] == "no-store"
    assert answer.headers["strict-transport-security"]
    assert len(answer.headers["x-request-id"]) == 32


def test_the_request_id_is_ours_and_stands_in_the_log(world: World) -> None:
    with capture_logs(processors=[structlog.contextvars.merge_contextvars]) as lines:
        answer = world.client.get("/u/abc", headers={"x-request-id": EMAIL})
    assert answer.headers["x-request-id"] != EMAIL
    (line,) = [one for one in lines if one["event"] == "request"]
    assert line["request_id"] == answer.headers["x-request-id"]
    assert line["route"] == "/u/{token}"


@pytest.mark.parametrize("path", ["/docs", "/redoc", "/openapi.json", "/", "/events/", "/r/abc"])
def test_there_is_nothing_else(world: World, path: str) -> None:
    answer = world.client.get(path, follow_redirects=False)
    assert answer.status_code == 404
    assert answer.headers["content-type"] == "application/problem+json"


def test_a_bug_shows_nothing_of_itself(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: object) -> None:
        raise IntegrityError(
            "INSERT INTO suppression", {"address": EMAIL}, Exception(f"Key ({EMAIL}) exists")
        )

    monkeypatch.setattr(web.unsubscribe, "unsubscribe", fail)
    token = world.token(world.plant())
    with capture_logs() as lines:
        answer = world.client.post(f"/u/{token}")
    assert answer.status_code == 500
    problem = answer.json()
    assert problem["request_id"] == answer.headers["x-request-id"]
    assert EMAIL not in answer.text
    assert "INSERT" not in answer.text
    (line,) = [one for one in lines if one["log_level"] == "error"]
    assert line["error"] == "IntegrityError"
    assert any("web/unsubscribe.py" in frame for frame in line["frames"])
    assert EMAIL not in json.dumps(lines, default=str)


def test_no_line_of_a_whole_run_holds_an_address_a_number_a_token_or_a_text(
    world: World, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    said = "words-of-the-client-4711"
    token = world.token(world.plant())

    def run() -> None:
        world.post_event(event(client_id="c-9", note=EMAIL))
        world.post_event(event(event_id=EMAIL, client_id=7, name=said))
        world.post_event(f"{EMAIL} {PHONE}".encode())
        world.post_event(event(), token=f"{API_TOKEN}-wrong")
        world.post_sendgrid(email_events(email_event("bounce", reason=f"550 {EMAIL} unknown")))
        world.post_sendgrid(email_events(email_event()), signed=b"other")
        world.post_sendgrid(f"{EMAIL}: {said}".encode())
        world.post_sendgrid(f"{EMAIL}: {said}".encode(), "inbound", content_type=EMAIL)
        world.post_twilio("status", sms_status(), query=f"a={EMAIL}")
        world.post_twilio("status", sms_status(), query=f"a={EMAIL}", signed={})
        world.post_twilio("status", {"To": PHONE})
        world.post_twilio("inbound", sms_reply(said))
        world.post_twilio("inbound", sms_reply("STOP", "SM10"))
        for method in ("GET", "POST", "PUT"):
            world.client.request(method, f"/u/{token}?email={EMAIL}")
        world.client.get(f"/{EMAIL}/{PHONE}/{token}")
        for path in PATHS:
            world.client.get(path)

    caplog.set_level(logging.DEBUG)
    # Twice: as it should be, and with a ledger that fails with the row in its text.
    with capture_logs() as lines:
        run()

        def fail(*_: object) -> None:
            raise IntegrityError(
                "INSERT", {"address": EMAIL, "text": said}, Exception(f"{EMAIL} {PHONE} {token}")
            )

        monkeypatch.setattr(web.events, "apply", fail)
        monkeypatch.setattr(replies, "record", fail)
        monkeypatch.setattr(web.unsubscribe, "unsubscribe", fail)
        run()
    assert len(lines) > 40
    told = json.dumps(lines, default=str) + _ours(caplog)
    for secret in (
        EMAIL,
        EMAIL.lower(),
        "canary",
        PHONE,
        PHONE[1:],
        token,
        token[-20:],
        API_TOKEN,
        AUTH_TOKEN,
        said,
    ):
        assert secret not in told
    for _, _, data in world.journal():
        assert EMAIL.lower() not in json.dumps(data).lower()
        assert PHONE not in json.dumps(data)


def _ours(caplog: pytest.LogCaptureFixture) -> str:
    """The standard library's lines, but for those of the tests' own HTTP client."""
    return "\n".join(
        one.getMessage() for one in caplog.records if not one.name.startswith(("httpx", "httpcore"))
    )
