"""What stands in the documentation as an example works as it stands there."""

from __future__ import annotations

import json
import os
import re
import shlex
import subprocess
import sys
from pathlib import Path
from typing import Any

import pika
import pytest
import yaml

from channels.sandbox import sandbox_keys
from config.policy import SHIPPED, Policy
from config.settings import PREFIX, load_settings
from events.contracts import Delivery, Event, decode, read_json
from events.topology import Topology, declare
from tests.docs.generate import DOCS, ROOT
from tests.docs.pages import Block, blocks, name

START_HERE = DOCS / "start-here.md"


def _id(block: Block) -> str:
    return name(block.page)


def _events() -> list[tuple[str, dict[str, Any]]]:
    """Every event in a JSON block, or in the body of a curl command."""
    found: list[tuple[str, dict[str, Any]]] = []
    for block in blocks("json", "sh"):
        texts = [block.code]
        if block.language == "sh":
            shell = re.sub(r"'\$\(date [^)]*%H[^)]*\)'", "2026-03-02T09:00:00Z", block.code)
            shell = re.sub(r"'\$\(date [^)]*\)'", "2026-03-02", shell).replace("'$noon'", "Etc/GMT-1")
            texts = re.findall(r"-d '([\[{].*?[\]}])'$", shell, re.DOTALL | re.MULTILINE)
        for text in texts:
            value = json.loads(text)
            for one in value if isinstance(value, list) else [value]:
                found += [(name(block.page), one)] if "specversion" in one else []
    return found


def test_events_in_the_docs_keep_their_contract() -> None:
    events = _events()

    assert len(events) >= 6
    for page, event in events:
        read = read_json(json.dumps(event).encode())
        assert isinstance(read, Event), (page, event["id"], read)


@pytest.mark.parametrize("block", [b for b in blocks("sh") if b.mark == "settings"], ids=_id)
def test_settings_in_the_docs_are_read(block: Block, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    for variable in [key for key in os.environ if key.startswith(PREFIX)]:
        monkeypatch.delenv(variable)
    # A page can't print somebody's key: what stands for it begins as every such key does.
    code = re.sub(
        r"MFkw-[\w-]+", sandbox_keys()[1], block.code.replace("/etc/amicable/policy", str(tmp_path))
    )
    for word in shlex.split(code):
        monkeypatch.setenv(*word.split("=", 1))

    settings = load_settings()

    assert settings.secret_key
    keys = settings.sendgrid.webhook_public_keys
    assert [key[:4] for key in keys] == ["MFkw"] * (2 if settings.sending == "live" else 0)


def test_the_policy_in_the_docs_is_one() -> None:
    standard = yaml.safe_load((SHIPPED / "standard.yaml").read_text(encoding="utf-8"))
    (block,) = blocks("yaml", page=DOCS / "how-to" / "change-the-policy.md")

    changed = Policy.model_validate(standard | yaml.safe_load(block.code))

    assert changed.caps.gap_days == 5


@pytest.fixture(scope="module")
def followed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder in which somebody has followed the first page word for word, as far as it needs no server."""
    folder = tmp_path_factory.mktemp("start-here")
    for there in ("config", "examples"):
        (folder / there).symlink_to(ROOT / there)
    (folder / ".venv").symlink_to(sys.prefix)
    (folder / "var").mkdir()  # `make run` has made it
    code = "\n".join(block.code for block in blocks("sh", page=START_HERE) if block.mark == "runs")
    done = _run(["bash", "-euc", code], folder)
    assert done.returncode == 0, done.stderr
    assert "final_notice" in done.stdout
    assert "the journal is whole" in done.stdout
    return folder


@pytest.mark.system
def test_the_first_page_can_be_followed(followed: Path) -> None:
    amicable = [str(followed / ".venv" / "bin" / "amicable"), "--data", "var/unpaid"]
    tasks = {task["kind"]: task for task in json.loads(_run([*amicable, "--json", "tasks"], followed).stdout)}
    (held,) = json.loads(_run([*amicable, "--json", "messages", "--state", "held"], followed).stdout)

    assert set(tasks) == {"call", "approval"}
    assert held["message_id"] in tasks["approval"]["brief"]
    opened = yaml.safe_load((followed / "var" / "open" / "standard.yaml").read_text(encoding="utf-8"))
    windows = Policy.model_validate(opened).windows
    assert (len(windows.days), windows.start.hour, windows.end.hour, windows.holidays) == (7, 0, 23, False)


@pytest.mark.system
def test_cheating_is_found_by_amicable_and_by_the_example(followed: Path) -> None:
    amicable = str(followed / ".venv" / "bin" / "amicable")
    (block,) = (b for b in blocks("python") if b.mark.startswith("runs:"))
    example = [sys.executable, "-c", block.code]

    verdict = _run([amicable, "--data", "var/cheated", "journal", "verify"], followed)
    assert verdict.returncode == 1
    assert "entry 10 " in verdict.stderr
    assert "changed" in verdict.stderr
    assert _run([*example, "var/cheated/ledger.sqlite3"], followed).returncode == 1

    whole = _run([*example, "var/unpaid/ledger.sqlite3"], followed)
    assert whole.stdout.startswith("whole; the last seal is ")


def test_the_publishing_example_reaches_intake(amqp_url: str) -> None:
    (block,) = (b for b in blocks("python") if b.mark == "runs with rabbitmq")
    connection = pika.BlockingConnection(pika.URLParameters(amqp_url))
    declare(connection, Topology())

    done = subprocess.run(
        [sys.executable, "-c", block.code],
        env={**os.environ, "AMICABLE_AMQP_URL": amqp_url},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )

    assert done.returncode == 0, done.stderr
    channel = connection.channel()
    read = []
    for _ in range(2):
        _method, properties, body = channel.basic_get("amicable.intake", auto_ack=True)
        assert properties is not None and body is not None  # noqa: PT018
        read.append(decode(Delivery(body, properties.headers or {}, properties.content_type)))
    connection.close()
    assert [one.cloudevent.type for one in read if isinstance(one, Event)] == [
        "client.updated",
        "payment.received",
    ]


def test_no_python_stands_there_untried() -> None:
    """Mark an example with `<!-- runs … -->`, and try it here."""
    assert not [name(block.page) for block in blocks("python") if not block.mark.startswith("runs")]


def _run(command: list[str], folder: Path) -> subprocess.CompletedProcess[str]:
    environment = {key: value for key, value in os.environ.items() if not key.startswith(PREFIX)}
    return subprocess.run(
        command, cwd=folder, env=environment, capture_output=True, text=True, timeout=100, check=False
    )
