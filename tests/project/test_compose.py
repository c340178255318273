"""docker-compose.yml starts what the command line has, with settings that exist."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any

import pytest
import yaml
from pydantic import BaseModel

from tests.project.sources import ROOT

COMPOSE: dict[str, Any] = yaml.safe_load((ROOT / "docker-compose.yml").read_text(encoding="utf-8"))
OURS = {name: service for name, service in COMPOSE["services"].items() if service["image"] == "amicable"}


def settings_names(model: type[BaseModel], prefix: str = "AMICABLE_") -> Iterator[str]:
    for name, field in model.model_fields.items():
        yield prefix + name.upper()
        if isinstance(field.annotation, type) and issubclass(field.annotation, BaseModel):
            yield from settings_names(field.annotation, f"{prefix}{name.upper()}__")


def variables() -> set[str]:
    dockerfile = (ROOT / "Dockerfile").read_text(encoding="utf-8")
    named = set(re.findall(r"\bAMICABLE_[A-Z_]+(?==)", dockerfile))
    return named.union(*(service["environment"] for service in OURS.values()))


def test_every_role_has_a_service() -> None:
    assert {"migrate", "intake", "work", "schedule", "web", "sandbox"} == OURS.keys()


@pytest.mark.parametrize("service", OURS)
def test_a_service_runs_a_command_that_exists(service: str) -> None:
    import typer

    from workers.cli.main import app

    command: Any = typer.main.get_command(app)
    words = list(OURS[service]["command"])
    while hasattr(command, "commands"):
        name = words.pop(0)
        assert name in command.commands, f"`amicable {' '.join(OURS[service]['command'])}`: no {name}"
        command = command.commands[name]

    # Parses the options and does nothing; an unknown one raises.
    command.make_context(service, words)


def test_every_variable_is_a_setting() -> None:
    from config.settings import Settings

    assert variables() - set(settings_names(Settings)) == set()


def test_the_settings_are_taken(monkeypatch: pytest.MonkeyPatch) -> None:
    from config.settings import load_settings

    for name, value in OURS["web"]["environment"].items():
        monkeypatch.setenv(name, re.sub(r"\$\{\w+:-([^}]*)\}", r"\1", value))

    settings = load_settings()

    assert settings.sending == "sandbox"
    assert settings.sendgrid.base_url == settings.twilio.base_url == "http://sandbox:8026"
    assert not settings.embedded


def test_no_real_provider_is_in_reach() -> None:
    said = json.dumps(COMPOSE)

    assert "sendgrid.com" not in said
    assert "twilio.com" not in said


def test_nobody_waits_for_the_health_of_what_has_no_check() -> None:
    services = COMPOSE["services"]
    for name, service in services.items():
        for needed, how in service.get("depends_on", {}).items():
            if how["condition"] == "service_healthy":
                assert "healthcheck" in services[needed], f"{name} waits for {needed}"


def test_ports_are_open_to_this_machine_only() -> None:
    ports = [port for service in COMPOSE["services"].values() for port in service.get("ports", [])]

    assert ports
    assert [port for port in ports if not port.startswith("127.0.0.1:")] == []


def test_data_outlives_its_container() -> None:
    for name in ("rabbitmq", "postgres"):
        (volume,) = COMPOSE["services"][name]["volumes"]
        assert volume.split(":")[0] in COMPOSE["volumes"]
