"""Which providers a deployment has, by its settings."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from config.settings import load_settings
from reminders.snapshot import Channel
from workers.cli import reach
from workers.cli.checks import Mark
from workers.cli.compose import House

LIVE: dict[str, Any] = {
    "sending": "live",
    "public_url": "https://collect.example",
    "secret_key": "x" * 32,
    "twilio": {"account_sid": "AC1", "auth_token": "t"},
}
HERE = {"host": "localhost", "security": "none"}


def house(folder: Path, **settings: Any) -> House:
    return House(load_settings(data_dir=folder, **settings))


@pytest.mark.parametrize(
    ("settings", "mails"),
    [
        ({}, ["sendgrid"]),
        ({"smtp": HERE}, ["sendgrid", "smtp"]),
        ({"smtp": {**HERE, "first": True}}, ["smtp", "sendgrid"]),
        ({**LIVE, "smtp": {"host": "mail.example"}}, ["smtp"]),
    ],
)
def test_who_carries_mails(tmp_path: Path, settings: dict[str, Any], mails: list[str]) -> None:
    providers = house(tmp_path, **settings).providers

    assert [adapter.provider for adapter in providers.of(Channel.EMAIL)] == mails
    assert {adapter.provider for adapter in providers.of(Channel.SMS)} == {"twilio"}


def test_the_health_of_a_provider_is_that_of_an_account(tmp_path: Path) -> None:
    providers = house(tmp_path, **LIVE, smtp={"host": "mail.example"}).providers

    assert [providers.line(one).account for one in providers.of(Channel.SMS)] == ["AC1"]
    assert [providers.line(one).account for one in providers.of(Channel.EMAIL)] == ["mail.example"]


@pytest.mark.parametrize(
    ("security", "called"), [("starttls", "smtp://mail.example:587"), ("tls", "https://mail.example:465")]
)
def test_the_doctor_calls_on_the_mail_server_that_is_used(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, security: str, called: str
) -> None:
    asked: list[str] = []

    def call_on(url: str) -> str:
        asked.append(url)
        return "ConnectionRefusedError"

    monkeypatch.setattr(reach, "_call_on", call_on)
    smtp = {"host": "mail.example", "security": security}

    found = {check.name: check for check in reach.providers(house(tmp_path, **LIVE, smtp=smtp))}

    assert asked[0] == called
    assert found["SMTP"].mark is Mark.FAIL
    assert found["SMTP"].text.startswith("AMICABLE_SMTP__HOST: mail.example:")
    assert "SendGrid" not in found
