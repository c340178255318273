"""What a machine does not have is installed where that is allowed, and named where it is not."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.infra import provide
from tests.infra.plugin import Infra
from tests.infra.programs import Missing

NO_BROKER = Missing("RabbitMQ", "no rabbitmq-server found")


def test_a_laptop_skips_what_it_can_not_test_and_says_why(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("CI", raising=False)
    infra = Infra()

    with pytest.raises(pytest.skip.Exception, match="needs RabbitMQ: no rabbitmq-server found"):
        infra.lack(NO_BROKER)

    assert infra.not_run == {NO_BROKER: 1}


def test_ci_fails_where_a_part_is_missing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CI", "true")

    with pytest.raises(pytest.fail.Exception, match="needs RabbitMQ"):
        Infra().lack(NO_BROKER)


class Machine:
    """A machine with an apt-get of our own and nothing else."""

    def __init__(self, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        self.calls = folder / "calls"
        self.installed = folder / "installed"
        self._apt = folder / "bin" / "apt-get"
        self._apt.parent.mkdir()
        monkeypatch.setenv("PATH", f"{self._apt.parent}:/usr/bin:/bin")
        monkeypatch.setattr(provide, "_as_root", list)
        monkeypatch.setattr(provide, "_POLICY", folder / "policy-rc.d")
        part = provide.Part(self._find, {"apt-get": "rabbitmq-server"}, "AMICABLE_TEST_AMQP_URL")
        monkeypatch.setitem(provide.PARTS, "rabbitmq", part)
        monkeypatch.delenv("AMICABLE_TEST_AMQP_URL", raising=False)
        self.apt(f"touch {self.installed}")

    def apt(self, on_install: str) -> None:
        self._apt.write_text(
            "#!/bin/sh\n"
            f'echo "$DEBIAN_FRONTEND $@" >> {self.calls}\n'
            f'case "$*" in *install*) test -x {provide._POLICY} || exit 9; {on_install};; esac\n'
        )
        self._apt.chmod(0o755)

    def _find(self) -> object:
        return "here" if self.installed.exists() else NO_BROKER


@pytest.fixture
def machine(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Machine:
    return Machine(tmp_path, monkeypatch)


def test_what_is_there_is_left_alone(machine: Machine) -> None:
    machine.installed.touch()

    assert provide.provide("rabbitmq") == "rabbitmq: found"
    assert not machine.calls.exists()


def test_what_the_environment_names_is_not_installed(
    machine: Machine, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AMICABLE_TEST_AMQP_URL", "amqp://elsewhere")

    assert provide.provide("rabbitmq") == "rabbitmq: named by AMICABLE_TEST_AMQP_URL"


def test_what_is_missing_is_installed_and_no_service_is_started(machine: Machine) -> None:
    assert provide.provide("rabbitmq") == "rabbitmq: installed by apt-get"

    update, install = machine.calls.read_text().splitlines()
    assert update == "noninteractive update --quiet"
    assert install.startswith("noninteractive")
    assert install.endswith("rabbitmq-server")
    # The guard stood while the package manager ran (it would have failed), and is gone.
    assert not provide._POLICY.exists()


def test_a_failed_install_is_told_in_one_line(machine: Machine) -> None:
    machine.apt("echo 'E: Unable to locate package' >&2; exit 100")

    said = provide.provide("rabbitmq")

    assert "could not be had" in said
    assert "E: Unable to locate package" in said
    assert "\n" not in said
    assert not provide._POLICY.exists()


def test_nothing_is_installed_without_the_right_to(machine: Machine, monkeypatch: pytest.MonkeyPatch) -> None:
    def nobody() -> list[str]:
        raise provide.CouldNotInstall("neither root nor sudo without a password")

    monkeypatch.setattr(provide, "_as_root", nobody)

    assert "neither root nor sudo without a password" in provide.provide("rabbitmq")
    assert not machine.calls.exists()
