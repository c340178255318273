"""Tokens: what is read is what was issued, and nothing else is ever read."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from uuid import UUID, uuid5

import pytest
from hypothesis import given
from hypothesis import strategies as st

from channels.tokens import Purpose, Tokens

NOW = datetime(2026, 12, 11, 9, 30, tzinfo=UTC)
LATER = NOW + timedelta(days=30)
MESSAGE = "0f8fad5b-d9cb-569f-a165-70867728950e"
TOKENS = Tokens("a secret")


@pytest.mark.parametrize("purpose", list(Purpose))
def test_what_was_issued_is_read(purpose: Purpose) -> None:
    token = TOKENS.issue(purpose, "c-1/email", LATER)

    assert TOKENS.read(purpose, token, NOW) == "c-1/email"


def test_the_same_input_gives_the_same_token() -> None:
    assert TOKENS.issue(Purpose.PAGE, "c-1", LATER) == Tokens("a secret").issue(Purpose.PAGE, "c-1", LATER)


def test_a_token_fits_into_a_url_as_it_is() -> None:
    token = TOKENS.issue(Purpose.PAGE, "c-1 / Ä?&#" * 20, LATER)

    assert set(token) <= set("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_.")


@pytest.mark.parametrize("now", [LATER, LATER + timedelta(seconds=1)])
def test_an_expired_token_is_none(now: datetime) -> None:
    assert TOKENS.read(Purpose.PAGE, TOKENS.issue(Purpose.PAGE, "c-1", LATER), now) is None


def test_a_token_for_another_purpose_is_none() -> None:
    assert TOKENS.read(Purpose.UNSUBSCRIBE, TOKENS.issue(Purpose.PAGE, "c-1", LATER), NOW) is None


def test_a_token_under_another_key_is_none() -> None:
    assert Tokens("another").read(Purpose.PAGE, TOKENS.issue(Purpose.PAGE, "c-1", LATER), NOW) is None


def test_a_tampered_token_is_none_wherever_it_was_touched() -> None:
    token = TOKENS.issue(Purpose.PAGE, "c-1", LATER)

    for place, old in enumerate(token):
        for new in "A.":
            if new != old and place != len(token) - 1:  # the last character of base64 holds idle bits
                assert TOKENS.read(Purpose.PAGE, token[:place] + new + token[place + 1 :], NOW) is None


@given(st.text())
def test_reading_never_raises(token: str) -> None:
    assert TOKENS.read(Purpose.PAGE, token, NOW) is None
    assert TOKENS.read_reply_address(token) is None
    assert TOKENS.read_reply_address(f"r+{token}") is None


def test_an_instant_without_a_zone_is_a_bug() -> None:
    with pytest.raises(ValueError, match="time zone"):
        TOKENS.issue(Purpose.PAGE, "c-1", datetime(2026, 12, 11))  # noqa: DTZ001


def test_the_secret_shows_nowhere() -> None:
    assert "a secret" not in repr(TOKENS)


def test_no_secret_is_no_key() -> None:
    with pytest.raises(ValueError, match="secret"):
        Tokens("")


@given(st.uuids())
def test_a_reply_address_comes_back(message: UUID) -> None:
    address = TOKENS.reply_address(str(message), "reply.example.com")
    local, _, domain = address.partition("@")

    assert domain == "reply.example.com"
    assert len(local) <= 64
    assert local == local.lower()
    for written in (local, local.upper(), address, address.title()):
        assert TOKENS.read_reply_address(written) == str(message)


def test_a_changed_reply_address_is_none() -> None:
    local = TOKENS.reply_address(MESSAGE, "reply.example.com").partition("@")[0]

    for place in range(len(local)):
        new = "a" if local[place] != "a" else "b"
        assert TOKENS.read_reply_address(local[:place] + new + local[place + 1 :]) is None
    assert TOKENS.read_reply_address(local + "a") is None
    assert TOKENS.read_reply_address(local[:-1]) is None


def test_a_reply_address_under_another_key_is_none() -> None:
    address = Tokens("another").reply_address(str(uuid5(UUID(MESSAGE), "x")), "reply.example.com")

    assert TOKENS.read_reply_address(address) is None
