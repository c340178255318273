from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest
import yaml

from tests.infra.service import free_ports
from tests.support.office import open_all_hours
from tests.support.roles import House


@pytest.fixture
def policies(tmp_path: Path) -> Path:
    """A folder with a policy whose window is never shut: the hour of the test run does not matter."""
    folder = tmp_path / "policies"
    folder.mkdir()
    (folder / "standard.yaml").write_text(yaml.safe_dump(open_all_hours()), encoding="utf-8")
    return folder


@pytest.fixture
def house(tmp_path: Path, policies: Path) -> Iterator[Callable[..., House]]:
    """Makes a deployment in a folder of the test's own; whatever still runs at the end is killed."""
    with ExitStack() as stack:

        def make(**env: str) -> House:
            # at a segment a second, a test would be all waiting
            told = {"log_format": "json", "pace__sms": "0"}
            return stack.enter_context(House(tmp_path, policy_dir=str(policies), **told, **env))

        yield make


@pytest.fixture
def production(house: Callable[..., House], amqp_url: str, database_url: str) -> House:
    """A deployment on RabbitMQ and PostgreSQL, with the sandbox in the providers' place. Nothing runs yet."""
    web, sandbox = free_ports(2)
    made = house(
        database_url=database_url,
        amqp_url=amqp_url,
        public_url=f"http://127.0.0.1:{web}",
        sendgrid__base_url=f"http://127.0.0.1:{sandbox}",
        twilio__base_url=f"http://127.0.0.1:{sandbox}",
        secret_key="a key of the tests and of nobody else",
        api_tokens="a-token-of-the-tests",
        sweep_patience="3",
        volume__first_contacts_per_day="10000",  # what comes at once here need not be spread over days
        data_dir=str(Path(database_url).name),
    )
    made.env["WEB"], made.env["SANDBOX"] = str(web), str(sandbox)
    return made
