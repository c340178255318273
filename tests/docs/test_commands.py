"""Every `amicable …` that is written down exists, with its options."""

from __future__ import annotations

import re
import shlex
from itertools import takewhile
from pathlib import Path
from typing import Any

import pytest
import typer

from tests.docs.pages import PAGES, blocks, name
from workers.cli.main import app

_FENCED = re.compile(r"^( *)```.*?^\1```$", re.DOTALL | re.MULTILINE)
_LINE = re.compile(
    r"^ *(?:[A-Z_]+=\S+ )*(?:docker compose exec \w+ )?(?:\S*/bin/)?(?P<command>amicable .+)$", re.MULTILINE
)
_ENDS = {";", "|", "&", "&&", "||", ">", ")"}
_INLINE = re.compile(r"`(?:\.venv/bin/)?(amicable [^`]+)`")


def _written(page: Path) -> list[str]:
    text = page.read_text(encoding="utf-8")
    found = [match.replace("\n", " ") for match in _INLINE.findall(_FENCED.sub("", text))]
    for block in blocks("sh", "", "console", page=page):
        code = block.code.replace("\\\n", " ")
        found += [match["command"] for match in _LINE.finditer(code)]
    return found


def _fault(written: str) -> str | None:
    """What is wrong with a command as it is written; None where nothing is."""
    lexer = shlex.shlex(written, posix=True, punctuation_chars=True)
    lexer.whitespace_split = True
    words = list(takewhile(lambda word: word not in _ENDS, lexer))[1:]
    command: Any = typer.main.get_command(app)
    path = "amicable"
    while words:
        word = words.pop(0)
        if word.startswith("--"):
            option = next((p for p in command.params if word in p.opts), None)
            if option is None:
                return f"{path} has no option {word}"
            if not option.is_flag and words:
                words.pop(0)
        elif word in getattr(command, "commands", {}):
            command, path = command.commands[word], f"{path} {word}"
        elif default := getattr(command, "default", None):
            command = command.commands[default]
        elif hasattr(command, "commands") and word not in ("COMMAND", "...", "…"):
            return f"{path} has no command {word}"
    return None


@pytest.mark.parametrize("page", PAGES, ids=name)
def test_commands_that_are_written_down_exist(page: Path) -> None:
    faults = {written: fault for written in _written(page) if (fault := _fault(written))}

    assert not faults


def test_a_command_that_does_not_exist_is_found() -> None:
    assert _fault("amicable dance") == "amicable has no command dance"
    assert _fault("amicable --data var/x messages --loud") == "amicable messages has no option --loud"
    assert _fault("amicable --data var/x --json messages --state held") is None


def test_make_targets_that_are_written_down_exist() -> None:
    makefile = (PAGES[0].parent / "Makefile").read_text(encoding="utf-8")
    targets = set(re.findall(r"^([a-z]+):", makefile, re.MULTILINE))
    written = {
        (name(block.page), target)
        for block in blocks("sh")
        for target in re.findall(r"^make ([a-z]+)", block.code, re.MULTILINE)
    }

    assert written
    assert not {one for one in written if one[1] not in targets}
