"""Who may import whom. The contract in pyproject.toml holds, and it would notice if it did not."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from tests.project.sources import ROOMS, ROOT

# As many edges as the rooms can have: what is not allowed here is caught.
ALLOWED = """
reminders.core -> config.policy
events.contracts.invoices -> config.settings
events.intake -> events.contracts.invoices
ledger.apply -> config.settings
ledger.apply -> reminders.core
ledger.apply -> events.contracts.invoices
channels.email -> config.settings
channels.email -> reminders.core
workers.actors -> config.settings
workers.actors -> reminders.core
workers.actors -> events.intake
workers.actors -> ledger.apply
workers.actors -> channels.email
web.console -> config.settings
web.console -> reminders.core
web.console -> events.intake
web.console -> ledger.apply
web.console -> channels.email
workers.cli.main -> config.settings
workers.cli.main -> workers.actors
workers.cli.main -> web.console
workers.cli.main -> channels.email
"""
FORBIDDEN = """
config.settings -> reminders.core
config.settings -> events.intake
config.settings -> ledger.apply
reminders.core -> config.settings
reminders.core -> events.contracts.invoices
reminders.core -> ledger.apply
reminders.core -> channels.email
events.intake -> reminders.core
events.intake -> ledger.apply
events.intake -> channels.email
ledger.apply -> events.intake
ledger.apply -> channels.email
channels.email -> events.contracts.invoices
channels.email -> ledger.apply
channels.email -> web.console
workers.actors -> web.console
workers.actors -> workers.cli.main
web.console -> workers.actors
web.console -> workers.cli.main
"""


def edges(text: str) -> list[tuple[str, str]]:
    return [(start, end) for start, _, end in (line.partition(" -> ") for line in text.split("\n")[1:-1])]


def lint(folder: Path) -> subprocess.CompletedProcess[str]:
    run = "import sys; from importlinter.cli import lint_imports_command as run; run()"
    config = str(ROOT / "pyproject.toml")
    return subprocess.run(
        [sys.executable, "-P", "-c", run, "--config", config, "--no-cache", "--verbose"],
        cwd=folder,
        env={"PYTHONPATH": str(folder)},
        capture_output=True,
        text=True,
        check=False,
    )


def build(folder: Path, imports: list[tuple[str, str]]) -> None:
    """Empty rooms with these imports in them."""
    modules: dict[str, list[str]] = {}
    for start, end in imports:
        modules.setdefault(start, []).append(f"import {end}\n")
        modules.setdefault(end, [])
    for name, lines in modules.items():
        path = folder.joinpath(*name.split(".")).with_suffix(".py")
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("".join(lines))
    for room in ROOMS:
        (folder / room).mkdir(exist_ok=True)
    for package in [path for path in folder.rglob("*") if path.is_dir()]:
        (package / "__init__.py").touch()


def test_the_rooms_keep_their_contract() -> None:
    linted = lint(ROOT)

    assert linted.returncode == 0, linted.stdout + linted.stderr


def test_the_contract_allows_what_is_meant(tmp_path: Path) -> None:
    build(tmp_path, edges(ALLOWED))

    linted = lint(tmp_path)

    assert linted.returncode == 0, linted.stdout + linted.stderr


@pytest.mark.parametrize("edge", edges(FORBIDDEN), ids=" -> ".join)
def test_the_contract_notices_a_wrong_import(tmp_path: Path, edge: tuple[str, str]) -> None:
    # Beside all that is right, so that nothing but this one can be at fault.
    build(tmp_path, [*right_without(edge), edge])

    linted = lint(tmp_path)

    assert linted.returncode == 1, linted.stdout + linted.stderr
    assert " BROKEN" in linted.stdout
    start, end = edge
    assert f"{start} -> {end}" in linted.stdout or f"{start} imports {end}" in linted.stdout, linted.stdout


def right_without(edge: tuple[str, str]) -> list[tuple[str, str]]:
    """The right imports, less those that would close a circle with this one and so be named in its place."""
    return [other for other in edges(ALLOWED) if other != (edge[1], edge[0])]
