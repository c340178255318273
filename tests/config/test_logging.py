"""What the log shows, and what it never does."""

from __future__ import annotations

import io
import logging
import sys
from typing import Literal

import pytest
from sqlalchemy.exc import IntegrityError

from config.logging import configure_logging


def test_a_databases_error_is_logged_without_the_values_that_it_quotes(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    written = io.StringIO()
    monkeypatch.setattr(sys, "stderr", written)
    configure_logging("json", "info")
    quoting = ValueError("Key (address)=(ada@client.example) already exists.")
    try:
        raise IntegrityError("INSERT", {"address": "ada@client.example"}, quoting)
    except IntegrityError:
        logging.getLogger("dramatiq.worker").exception("Failed to process message %s", "decide")
    logging.getLogger("dramatiq.worker").error("an error without one")

    assert "ada@client.example" not in written.getvalue()
    assert "Failed to process message decide (IntegrityError)" in written.getvalue()
    assert "an error without one" in written.getvalue()


@pytest.mark.parametrize("style", ["json", "console"])
def test_a_traceback_shows_no_variables(
    style: Literal["json", "console"], monkeypatch: pytest.MonkeyPatch
) -> None:
    written = io.StringIO()
    monkeypatch.setattr(sys, "stderr", written)
    configure_logging(style, "info")
    password = "geheim-in-a-variable"
    try:
        raise RuntimeError(f"failed after {len(password)} letters")
    except RuntimeError:
        logging.getLogger("some.library").exception("it broke")

    assert "failed after 20 letters" in written.getvalue()
    assert password not in written.getvalue()
