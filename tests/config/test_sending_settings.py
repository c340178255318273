"""The ways for mails: which settings belong together, and what is never taken for meant."""

from __future__ import annotations

from typing import Any

import pytest

from config.settings import SettingsError, load_settings

LIVE: dict[str, Any] = {
    "sending": "live",
    "public_url": "https://collect.example",
    "secret_key": "x" * 32,
    "twilio": {"account_sid": "AC1", "auth_token": "t"},
}


@pytest.mark.parametrize(
    ("smtp", "told"),
    [
        ({"host": "mail.example"}, "AMICABLE_SMTP__HOST: names a real server; set AMICABLE_SENDING=live"),
        ({"host": "10.1.2.3"}, "AMICABLE_SMTP__HOST: names a real server"),
        ({"host": "localhost", "username": "us"}, "AMICABLE_SMTP__PASSWORD: needed"),
        ({"host": "localhost", "password": "secret"}, "AMICABLE_SMTP__USERNAME: needed"),
        ({"username": "us", "password": "secret"}, "AMICABLE_SMTP__HOST: needed"),
        ({"host": "localhost", "security": "ssl"}, "AMICABLE_SMTP__SECURITY: "),
        ({"host": "localhost", "port": 0}, "AMICABLE_SMTP__PORT: "),
    ],
)
def test_a_mail_server_that_is_not_meant_so(smtp: dict[str, Any], told: str) -> None:
    with pytest.raises(SettingsError) as raised:
        load_settings(smtp=smtp)

    assert str(raised.value).startswith(told)
    assert "secret" not in str(raised.value)


@pytest.mark.parametrize("host", ["localhost", "127.0.0.1", "127.8.9.1", "::1", "LOCALHOST"])
def test_the_sandbox_may_use_a_mail_server_of_this_machine(host: str) -> None:
    assert load_settings(smtp={"host": host, "security": "none"}).smtp.host == host


def test_a_password_never_goes_out_in_the_clear() -> None:
    smtp = {"host": "mail.example", "security": "none", "username": "us", "password": "secret"}

    with pytest.raises(SettingsError, match="AMICABLE_SMTP__SECURITY: none is for a server on this machine"):
        load_settings(**LIVE, smtp=smtp)


def test_one_way_for_mails_will_do() -> None:
    assert load_settings(**LIVE, smtp={"host": "mail.example"}).sendgrid.api_key is None


@pytest.mark.parametrize("smtp", [{}, {"host": "mail.example"}])
def test_sendgrid_is_set_up_whole_where_it_is_used(smtp: dict[str, Any]) -> None:
    with pytest.raises(SettingsError, match="AMICABLE_SENDGRID__WEBHOOK_PUBLIC_KEYS: needed"):
        load_settings(**LIVE, smtp=smtp, sendgrid={"api_key": "SG.x"})


def test_without_any_way_for_mails_nothing_starts() -> None:
    with pytest.raises(SettingsError, match="AMICABLE_SENDGRID__API_KEY: needed"):
        load_settings(**LIVE)


@pytest.mark.parametrize("pace", [{"sms": -1}, {"email": "fast"}, {"voice": 1e9}])
def test_a_pace_is_a_number_of_a_second(pace: dict[str, Any]) -> None:
    with pytest.raises(SettingsError, match=f"AMICABLE_PACE__{next(iter(pace)).upper()}: "):
        load_settings(pace=pace)
