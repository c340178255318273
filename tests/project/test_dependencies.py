"""What is imported is declared; what is declared is locked, with hashes, to one version everywhere."""

from __future__ import annotations

import ast
import re
import sys
from importlib.metadata import packages_distributions

import pytest

from tests.project.sources import ROOMS, ROOT, pyproject

LOCKS = ("run", "dev", "bench")


def normal(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()


def names(requirements: list[str]) -> set[str]:
    return {normal(re.split(r"[\s\[<>=!~;]", requirement, maxsplit=1)[0]) for requirement in requirements}


def lock(name: str) -> dict[str, str]:
    """Package to version."""
    text = (ROOT / "requirements" / f"{name}.txt").read_text(encoding="utf-8")
    return {normal(found[0]): found[1] for found in re.findall(r"(?m)^([\w.-]+)==([^\s;]+)", text)}


def imported() -> dict[str, str]:
    """Top-level modules that the rooms import from elsewhere, each with a file that does."""
    found = {}
    for room in ROOMS:
        for path in sorted((ROOT / room).rglob("*.py")):
            for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
                modules = []
                if isinstance(node, ast.Import):
                    modules = [alias.name for alias in node.names]
                elif isinstance(node, ast.ImportFrom) and node.level == 0 and node.module:
                    modules = [node.module]
                for module in modules:
                    found[module.partition(".")[0]] = str(path.relative_to(ROOT))
    return {
        module: path for module, path in found.items() if module not in {*sys.stdlib_module_names, *ROOMS}
    }


def test_what_the_rooms_import_is_declared() -> None:
    declared = names(pyproject()["project"]["dependencies"])
    shipped_by = packages_distributions()

    undeclared = {
        module: path
        for module, path in imported().items()
        if not declared & {normal(name) for name in shipped_by.get(module, [module])}
    }

    assert undeclared == {}, "imported, but not among the dependencies in pyproject.toml"


@pytest.mark.parametrize("name", LOCKS)
def test_everything_declared_is_locked(name: str) -> None:
    declared = pyproject()
    groups = declared["dependency-groups"]
    needed = names([*declared["project"]["dependencies"], *groups["build"], *groups.get(name, [])])

    assert needed - lock(name).keys() == set(), "run `make lock`"


@pytest.mark.parametrize("name", LOCKS)
def test_every_locked_version_has_hashes(name: str) -> None:
    text = (ROOT / "requirements" / f"{name}.txt").read_text(encoding="utf-8")
    lines = [line for line in text.replace("\\\n", "").splitlines() if line and not line.startswith("#")]

    assert lines
    assert [line for line in lines if not re.match(r"[\w.-]+==\S+ .*--hash=sha256:[0-9a-f]{64}", line)] == []


def test_the_locks_agree() -> None:
    run, dev, bench = (lock(name) for name in LOCKS)

    assert {name: version for name, version in run.items() if dev.get(name) != version} == {}
    assert {name: version for name, version in run.items() if bench.get(name) != version} == {}


def test_nothing_installed_takes_a_rooms_name() -> None:
    ours = {name: found for name, found in packages_distributions().items() if name in ROOMS}

    assert {name: found for name, found in ours.items() if set(found) - {"amicable"}} == {}
