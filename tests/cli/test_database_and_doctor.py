from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from channels.sandbox import sandbox_keys
from ledger import lines
from tests.cli.conftest import Book, Ran
from tests.support.polish import add_polish
from workers.cli import reach

Amicable = Callable[..., Ran]


@pytest.fixture(autouse=True)
def _nobody_answers(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reach, "_call_on", lambda url: "ConnectionRefusedError")


def checks(ran: Ran) -> dict[str, tuple[str, str]]:
    return {check["check"]: (check["result"], check["text"]) for check in ran.json}


def test_upgrade_says_from_where_to_where(tmp_path: Path, amicable: Amicable) -> None:
    folder = tmp_path / "fresh"
    first = amicable("--json", "db", "upgrade", data=folder).json
    assert first["from"] is None
    again = amicable("db", "upgrade", data=folder)
    assert (again.code, again.out) == (
        0,
        f"The schema is at the newest version, {first['to']}; nothing to do.\n",
    )


def test_groups_without_a_command_show_their_help(amicable: Amicable) -> None:
    for group in ("db", "journal"):
        assert amicable(group).code == 2


def test_a_healthy_sandbox_has_no_failures(book: Book, amicable: Amicable) -> None:
    ran = amicable("--json", "doctor")
    assert ran.code == 0
    found = checks(ran)
    assert found["schema"][0] == "ok"
    assert found["sending"] == ("ok", "sandbox: nothing leaves for a real provider")
    assert found["SendGrid"][0] == found["secret key"][0] == found["scheduler"][0] == "warn"
    assert found["parked"] == ("ok", "none")
    assert found["policy"][0] == "ok"
    assert [part.split("@")[0] for part in found["policy"][1].split(", ")] == [
        "consumer",
        "gentle",
        "standard",
    ]


def test_a_fresh_folder_is_no_failure_and_stays_empty(tmp_path: Path, amicable: Amicable) -> None:
    ran = amicable("doctor", data=tmp_path / "none")
    assert ran.code == 0
    assert "made at the first use" in ran.out
    assert not (tmp_path / "none" / "ledger.sqlite3").exists()


def test_what_is_parked_is_a_warning(book: Book, amicable: Amicable) -> None:
    book.raw(b"no json")
    assert checks(amicable("--json", "doctor"))["parked"][0] == "warn"


@pytest.mark.parametrize("url", ["mysql://u:geheim@db/x", "nonsense", "sqlite:////dev/null/no/ledger"])
def test_a_bad_database_url_names_the_variable(
    url: str, amicable: Amicable, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AMICABLE_DATABASE_URL", url)
    ran = amicable("doctor")
    assert ran.code == 1
    assert "AMICABLE_DATABASE_URL" in ran.out
    assert "geheim" not in ran.out + ran.err


def test_a_bad_broker_url_names_the_variable_and_shows_no_password(
    amicable: Amicable, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AMICABLE_AMQP_URL", "http://u:geheim@broker")
    ran = amicable("doctor")
    assert ran.code == 2
    assert ran.err.startswith("amicable: AMICABLE_AMQP_URL: must begin with amqp://")
    assert "geheim" not in ran.out + ran.err


def test_a_live_deployment_is_held_to_more(
    tmp_path: Path, amicable: Amicable, monkeypatch: pytest.MonkeyPatch
) -> None:
    config = tmp_path / "amicable.yaml"
    key = sandbox_keys()[1]
    config.write_text(f"sendgrid: {{api_key: geheim-2, webhook_public_keys: [{key}]}}\n", encoding="utf-8")
    for name, value in {
        "SENDING": "live",
        "SECRET_KEY": "geheim-1",
        "CONFIG": str(config),
        "TWILIO__ACCOUNT_SID": "AC1",
        "TWILIO__AUTH_TOKEN": "geheim-3",
        "PUBLIC_URL": "https://localhost",
    }.items():
        monkeypatch.setenv(f"AMICABLE_{name}", value)

    ran = amicable("--json", "doctor")

    assert ran.code == 1
    found = checks(ran)
    assert found["public URL"][0] == found["SendGrid"][0] == "fail"
    assert found["webhook keys"][0] == "ok"
    assert found["API tokens"][0] == "warn"
    assert "geheim" not in ran.out


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("SENDGRID__BASE_URL", "https://API.SENDGRID.COM"),
        ("SENDGRID__BASE_URL", "nonsense"),
        ("PUBLIC_URL", "http://"),
        ("AMQP_URL", "amqp://u:geheim"),
        ("AMQP_URL", "amqp://u:geheim/x@h"),
    ],
)
def test_a_wrong_value_stops_the_start_with_one_line_that_names_it(
    name: str, value: str, amicable: Amicable, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(f"AMICABLE_{name}", value)
    ran = amicable("messages")
    assert ran.code == 2
    assert ran.err.startswith(f"amicable: AMICABLE_{name}: ")
    assert ran.err.count("\n") == 1
    assert "geheim" not in ran.out + ran.err


def test_a_policy_that_is_wrong_is_a_line_of_its_own(
    tmp_path: Path, amicable: Amicable, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "standard.yaml").write_text("name: standard\nsteps: []\n", encoding="utf-8")
    monkeypatch.setenv("AMICABLE_POLICY_DIR", str(tmp_path))
    found = checks(amicable("--json", "doctor"))
    assert found["policy"][0] == "fail"
    assert "standard.yaml" in found["policy"][1]


def test_answers_that_can_not_be_read_are_a_line_of_their_own(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, amicable: Amicable
) -> None:
    path = add_polish(tmp_path / "templates")[0] / "pl" / "answers.yaml"
    monkeypatch.setenv("AMICABLE_POLICY_DIR", str(tmp_path))
    assert checks(amicable("--json", "doctor"))["answers"] == (
        "ok",
        "understood in de, en, es, fr, it, nl, pl",
    )
    path.write_text(path.read_text(encoding="utf-8").replace("after: 0", "after: many"), encoding="utf-8")
    mark, said = checks(amicable("--json", "doctor"))["answers"]
    assert mark == "fail"
    assert said.endswith("pl/answers.yaml:67: negations.after: write a whole number, like 3, not many")


@pytest.mark.amqp
def test_a_broker_without_our_queues(
    amqp_url: str, amicable: Amicable, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AMICABLE_AMQP_URL", amqp_url)
    ran = amicable("--json", "doctor")
    assert checks(ran)["broker"][0] == "ok"
    assert checks(ran)["queues"][0] == "warn"
    assert "amicable.send.sms is not there" in ran.out


def test_a_provider_that_fails_is_named(book: Book, amicable: Amicable) -> None:
    now = datetime.now(UTC)  # the doctor looks at a real clock
    ill: dict[str, Any] = {"refusals": 5, "faults": 0, "faults_since": None, "opened_at": now, "openings": 1}
    key, until = ("sendgrid", "", "email"), now + timedelta(minutes=5)
    with book.house.ledger.begin(now) as unit:
        lines.hold_health(unit, [key])
        lines.set_health(unit, key, open_until=until, **ill)

    ran = amicable("--json", "doctor")

    assert ran.code == 1
    assert checks(ran)["provider"] == (
        "fail",
        f"sendgrid by email fails since {now:%Y-%m-%d %H:%M} UTC; nobody calls until {until:%H:%M} UTC",
    )
