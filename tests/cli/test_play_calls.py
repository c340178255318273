"""A play with calls: a folder of policies that use them, a creditor with a number, and a client who presses keys."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from config.creditors import SHIPPED as CREDITORS
from config.policy import SHIPPED

pytestmark = pytest.mark.network

PHONE = "+447400123456"


def policies_with_calls(folder: Path) -> Path:
    """The shipped policies with voice as their first channel, and the shipped creditors with a number to call from."""
    shutil.copytree(SHIPPED, folder)
    for path in folder.glob("*.yaml"):
        text = path.read_text(encoding="utf-8")
        path.write_text(text.replace("channels: [email, sms]", "channels: [voice, email]"), encoding="utf-8")
    creditors = CREDITORS.read_text(encoding="utf-8")
    number = '    voice_from: "+442071838750"\n    reply_domain:'
    (folder / "creditors.yaml").write_text(creditors.replace("    reply_domain:", number), encoding="utf-8")
    return folder


def an_event(event_id: int, kind: str, at: str, **data: object) -> str:
    return json.dumps(
        {"specversion": "1.0", "id": str(event_id), "source": "test", "type": kind, "time": at, "data": data}
    )


def test_a_client_hears_confirms_and_says_when(tmp_path: Path) -> None:
    script = tmp_path / "events.jsonl"
    contact = {"contact_id": "k", "name": "Ada Quay", "email": "ada@ada.example", "phone": PHONE}
    client = {
        "client_id": "c1",
        "name": "Ada Ltd",
        "debtor_type": "company",
        "country": "GB",
        "contacts": [contact],
        "preferences": {"channels": ["voice"]},
        "consents": [{"channel": "voice", "granted": True, "at": "2026-01-05T10:00:00Z", "source": "a form"}],
    }
    bill = {
        "invoice_id": "i1",
        "number": "N1",
        "client_id": "c1",
        "currency": "GBP",
        "total": "10.00",
        "issued_on": "2026-02-20",
        "due_on": "2026-03-09",
    }
    lines = [
        an_event(1, "client.updated", "2026-03-02T10:00:00Z", **client),
        an_event(2, "invoice.issued", "2026-03-02T10:00:01Z", **bill),
        an_event(3, "sandbox.outcome", "2026-03-02T11:00:00Z", address=PHONE, outcome="silent"),
        an_event(4, "sandbox.outcome", "2026-03-11T11:00:00Z", address=PHONE, outcome="deliver"),
        an_event(5, "sandbox.reply", "2026-03-11T11:00:01Z", client_id="c1", channel="voice", text="1,2,5"),
        an_event(6, "client.resumed", "2026-03-14T10:00:00Z", client_id="c1"),
    ]
    script.write_text("\n".join(lines), encoding="utf-8")
    folder = policies_with_calls(tmp_path / "policies")
    amicable = [sys.executable, "-m", "workers.cli.main", "--data", str(tmp_path / "data")]
    played = subprocess.run(
        [*amicable, "play", str(script)],
        capture_output=True,
        text=True,
        timeout=90,
        check=False,
        env={"AMICABLE_POLICY_DIR": str(folder), "PATH": ""},
    )
    assert played.returncode == 0, played.stderr
    explained = subprocess.run(
        [*amicable, "explain", "c1"],
        capture_output=True,
        text=True,
        timeout=90,
        check=False,
        env={"AMICABLE_POLICY_DIR": str(folder), "PATH": "", "COLUMNS": "200"},
    )
    assert explained.returncode == 0, explained.stderr

    went = [line.split("→")[1].split()[2:4] for line in played.stdout.splitlines() if "→" in line]
    assert went == [
        ["email", "introduction"],  # nobody is rung up to be introduced to
        ["voice", "due_soon"],
        ["voice", "due_soon"],
        ["voice", "due_soon"],
        ["email", "due_soon"],
        ["voice", "overdue_3"],
    ]
    assert "“Invoice N, 1, 10 British pounds, was due on 9 March 2026" in played.stdout
    assert played.stdout.count("did not arrive for now") == 3
    assert "Nobody answered the call" in explained.stdout
    assert "The client answered by voice: they " in explained.stdout
