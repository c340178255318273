"""The reference says what the code says."""

from __future__ import annotations

import re
from typing import Any

import pytest

from channels.wordings import AFTER_HARDSHIP
from config.clock import SystemClock
from config.creditors import SHIPPED as SHIPPED_CREDITORS
from config.creditors import load_creditors
from config.policy import SHIPPED, Policy, load_policy
from config.settings import PREFIX, Settings
from ledger.journal import KINDS
from reminders.states import TRANSITIONS, MessageState
from tests.docs.generate import DOCS, ROOT, SCHEMAS, fresh
from tests.docs.pages import PAGES, name
from web.app import create_app
from web.deps import WebDeps

AGAIN = "run: .venv/bin/python -m tests.docs.generate"


def test_generated_parts_are_up_to_date() -> None:
    files = fresh()
    old = [
        name(path)
        for path, text in files.items()
        if not path.is_file() or path.read_text(encoding="utf-8") != text
    ]
    old += [name(path) for path in SCHEMAS.glob("*") if path not in files]

    assert not old, AGAIN


def test_the_diagram_is_the_table_of_transitions() -> None:
    page = (DOCS / "explanation" / "message-life.md").read_text(encoding="utf-8")
    drawn = {
        (MessageState(old), MessageState(new))
        for old, new in re.findall(r"^    (\w+) --> (\w+)$", page, re.MULTILINE)
    }

    assert drawn == {(old, new) for old, others in TRANSITIONS.items() for new in others}


def test_every_state_has_a_cause_and_a_way_out() -> None:
    page = (DOCS / "explanation" / "message-life.md").read_text(encoding="utf-8")
    table = page.split("## What brings it there")[1].split("## In doubt")[0]

    assert set(re.findall(r"^\| `(\w+)` \|", table, re.MULTILINE)) == {state.value for state in MessageState}


def test_every_kind_of_journal_entry_has_a_sentence() -> None:
    page = (DOCS / "reference" / "journal.md").read_text(encoding="utf-8")
    told = re.findall(r"^\| `(\w+\.\w+)` \| [^|]+\. \|$", page, re.MULTILINE)

    assert sorted(told) == sorted(KINDS)


def test_every_variable_in_the_docs_is_a_setting() -> None:
    known = set()
    for field, info in Settings.model_fields.items():
        annotation: Any = info.annotation
        nested = getattr(annotation, "model_fields", None)
        known |= {f"{field}__{inner}" for inner in nested} if nested else {field}

    named = {
        (name(page), variable)
        for page in PAGES
        for variable in re.findall(rf"\b{PREFIX}([A-Z][A-Z_]*[A-Z])\b", page.read_text(encoding="utf-8"))
    }

    assert not {(page, variable) for page, variable in named if variable.lower() not in known}


@pytest.fixture
def deps() -> WebDeps:
    """What the web role is made of, as far as nobody asks the ledger."""
    nothing: Any = None
    nothing_yet: Any = object()
    return WebDeps(
        ledger=nothing,
        clock=SystemClock(),
        wake=nothing,
        tokens=nothing,
        public_url="http://localhost",
        reading=nothing_yet,
        creditors=load_creditors(SHIPPED_CREDITORS),
    )


def test_every_route_is_told(deps: WebDeps) -> None:
    page = (DOCS / "reference" / "http.md").read_text(encoding="utf-8")
    told = set(re.findall(r"`(GET|POST) (/\S+)`", page))

    assert told == set(_routes(create_app(deps)))


def _routes(router: Any) -> list[tuple[str, str]]:
    found = []
    for route in router.routes:
        if getattr(route, "path", None) and getattr(route, "methods", None):
            found += [(method, route.path) for method in route.methods if method in ("GET", "POST")]
        elif inner := getattr(route, "original_router", None) or getattr(route, "router", None):
            found += _routes(inner)
    return found


def test_every_metric_is_told() -> None:
    page = (DOCS / "how-to" / "watch.md").read_text(encoding="utf-8")
    source = (ROOT / "web" / "metrics.py").read_text(encoding="utf-8")
    names = set(re.findall(r'"amicable_(\w+)"', source)) | set(
        re.findall(r'_(?:gauge|by)\(\s*"(\w+)"', source)
    )
    told = {
        name.removesuffix("_total").removesuffix("_info")
        for name in re.findall(r"^\| `amicable_(\w+)` \|", page, re.MULTILINE)
    }

    assert told == names
    alarms = set(re.findall(r"\bamicable_(\w+)", page.split("## Alarms")[1].split("## Logs")[0]))
    assert alarms <= told


def test_the_words_of_log_lines_are_the_codes() -> None:
    page = (DOCS / "how-to" / "watch.md").read_text(encoding="utf-8")
    lines = re.findall(r"^\| `([a-z_ ]+)` \|", page.split("## Logs")[1].split("## Messages")[0], re.MULTILINE)
    source = "".join(
        path.read_text(encoding="utf-8")
        for room in ("web", "workers", "events")
        for path in (ROOT / room).rglob("*.py")
    )

    assert lines
    assert not [line for line in lines if f'"{line}"' not in source]


def test_every_shipped_step_is_told_and_has_words() -> None:
    page = (DOCS / "reference" / "policy.md").read_text(encoding="utf-8").split("## Whose policy it is")[0]
    steps = [step for path in SHIPPED.glob("*.yaml") for step in load_policy(path).steps]
    templates = {
        path.name.split(".")[0] for path in (ROOT / "channels" / "templates" / "en").glob("*.email.j2")
    }

    assert set(re.findall(r"^\| `(\w+)` \|", page, re.MULTILINE)) == {step.name for step in steps}
    assert {step.words for step in steps if step.task is None} | {AFTER_HARDSHIP} == templates


def test_no_policy_field_is_forgotten() -> None:
    page = (DOCS / "reference" / "policy.md").read_text(encoding="utf-8")

    fields = [info.alias or name for name, info in Policy.model_fields.items()]
    assert not [field for field in fields if f"| `{field}` |" not in page]
