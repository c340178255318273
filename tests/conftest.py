"""For every test: no sockets but where a marker says why, and no surprises from the developer's own environment.

Sockets are off by `--disable-socket` (pyproject.toml). The markers `amqp`, `postgres`, `network`, `system` and
`chromium` open loopback and nothing else; see tests/infra/plugin.py.
"""

from __future__ import annotations

import logging
import os
from collections.abc import Iterator

import pytest
import structlog
from hypothesis import HealthCheck, settings

pytest_plugins = ["tests.infra.plugin"]

# An example's time depends on the machine, and a test must not. Under CI the examples are the same at every run, so
# that a change is judged by what it changed.
settings.register_profile("here", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.register_profile("ci", parent=settings.get_profile("here"), derandomize=True, print_blob=True)
settings.load_profile("ci" if os.environ.get("CI") else "here")


@pytest.fixture(autouse=True)
def _clean_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    """Settings come from the test, never from the shell it was started in."""
    for name in list(os.environ):
        if name.startswith("AMICABLE_") and not name.startswith("AMICABLE_TEST_"):
            monkeypatch.delenv(name)


@pytest.fixture(autouse=True)
def _logging_left_alone() -> Iterator[None]:
    """A command that sets up logging does it for its own test only: what the next one captures is not cut by it."""
    root = logging.getLogger()
    handlers, level, levels = list(root.handlers), root.level, _levels()
    yield
    if structlog.is_configured():
        structlog.reset_defaults()
    root.handlers[:] = handlers
    root.setLevel(level)
    for name, now in _levels().items():
        if now != levels.get(name, logging.NOTSET):
            logging.getLogger(name).setLevel(levels.get(name, logging.NOTSET))


def _levels() -> dict[str, int]:
    """The level of every logger that has one of its own."""
    known = logging.Logger.manager.loggerDict
    return {name: one.level for name, one in known.items() if isinstance(one, logging.Logger) and one.level}
