"""Writes the generated parts of the documentation: `python -m tests.docs.generate`. A test fails when they are old.

A generated part stands between `<!-- generated: NAME -->` and `<!-- end: NAME -->`; everything else is written by hand.
"""

from __future__ import annotations

import inspect
import json
import re
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import typer
from msgspec import inspect as shape
from pydantic import BaseModel, SecretStr
from pydantic_core import PydanticUndefined

from config import creditors
from config.policy.schema import schema as policy_schema
from config.settings import PREFIX, Settings
from events.contracts.delivery import ParkReason
from events.contracts.registry import EVENT_TYPES, schemas
from reminders.reasons import Reason
from reminders.states import TRANSITIONS, MessageState
from tests.docs.policies import policy_fields, policy_values, shipped_policies
from tests.docs.source import attribute_docs, table
from tests.docs.words import COMMANDS, CREDITOR, SETTINGS
from workers.cli.main import app

ROOT = Path(__file__).resolve().parents[2]
DOCS = ROOT / "docs"
SCHEMAS = DOCS / "reference" / "schemas"
_PART = re.compile(r"(<!-- generated: (?P<name>[a-z-]+) -->\n).*?(<!-- end: (?P=name) -->)", re.DOTALL)


def fresh() -> dict[Path, str]:
    """Every file with generated content, as it should read now."""
    files = {
        SCHEMAS / f"{name}.json": json.dumps(schema, indent=2, ensure_ascii=False) + "\n"
        for name, schema in {**schemas(), "policy": policy_schema()}.items()
    }
    for path in sorted(DOCS.rglob("*.md")):
        text = path.read_text(encoding="utf-8")
        if _PART.search(text):
            files[path] = _PART.sub(_again, text)
    return files


def _again(match: re.Match[str]) -> str:
    return f"{match[1]}\n{PARTS[match['name']]().strip()}\n\n{match[3]}"


def main() -> None:
    """Write every file whose generated content has changed."""
    SCHEMAS.mkdir(parents=True, exist_ok=True)
    files = fresh()
    for path, text in files.items():
        if not path.is_file() or path.read_text(encoding="utf-8") != text:
            path.write_text(text, encoding="utf-8")
            sys.stdout.write(f"{path.relative_to(ROOT)}\n")
    for path in set(SCHEMAS.glob("*.json")) - files.keys():
        path.unlink()


# --- events ----------------------------------------------------------------------------------------------------------


def event_types() -> str:
    """A section for each event type: what it says, and its fields."""
    parts: dict[str, type] = {}
    lines = []
    for name, cls in EVENT_TYPES.items():
        lines += [f"### `{name}`", "", _first_paragraphs(cls), "", *_fields(cls, parts)]
        lines += [f"[JSON Schema](schemas/{name}.json)", ""]
    lines += ["## Parts", "", "Objects that stand inside the data above.", ""]
    told: set[str] = set()
    while todo := [key for key in parts if key not in told]:
        for key in todo:
            told.add(key)
            lines += [f"### {key}", "", _first_paragraphs(parts[key]), "", *_fields(parts[key], parts)]
    return "\n".join(lines)


def _fields(cls: type, parts: dict[str, type]) -> list[str]:
    info = shape.type_info(cls)
    assert isinstance(info, shape.StructType)
    rows = [
        (
            f"**`{field.encode_name}`**" if field.required else f"`{field.encode_name}`",
            _type(field.type, parts),
        )
        for field in info.fields
    ]
    return [*table(("field", "type"), rows), ""]


def _type(info: shape.Type, parts: dict[str, type]) -> str:
    match info:
        case shape.Metadata(type=inner, extra_json_schema=extra):
            if extra and "examples" in extra:
                return "amount"
            if extra and extra.get("pattern") == "^[A-Z]{3}$":
                return "currency code"
            return _type(inner, parts)
        case shape.StrType(min_length=1):
            return "id"
        case shape.StrType(pattern="^[A-Z]{2}$"):
            return "country code"
        case shape.StrType():
            return "text"
        case shape.BoolType():
            return "true or false"
        case shape.DateType():
            return "date"
        case shape.DateTimeType():
            return "instant"
        case shape.DecimalType():
            return "number or decimal string"
        case shape.LiteralType(values=values):
            return " \\| ".join(f"`{value}`" for value in values)
        case shape.VarTupleType(item_type=item):
            return f"list of {_type(item, parts)}"
        case shape.StructType(cls=cls):
            title = _title(cls.__name__)
            parts[title] = cls
            return f"[{title}](#{title.replace(' ', '-')})"
        case shape.UnionType(types=types):
            return " \\| ".join(_type(one, parts) for one in types if not isinstance(one, shape.NoneType))
    raise LookupError(f"no words for {info}")


def _title(name: str) -> str:
    return re.sub(r"(?<=[a-z])(?=[A-Z])", " ", name).lower()


def park_reasons() -> str:
    """Why an event is parked."""
    docs = attribute_docs(ParkReason)
    return "\n".join(table(("reason", "meaning"), [(f"`{one.value}`", docs[one.name]) for one in ParkReason]))


# --- reasons and states ----------------------------------------------------------------------------------------------


def reasons() -> str:
    """Every reason code with its sentence, in the groups of the source."""
    lines: list[str] = []
    rows: list[tuple[str, str]] = []
    for line in inspect.getsource(Reason).splitlines():
        if comment := re.fullmatch(r"    # (.+)", line):
            if rows:
                lines += [*table(("code", "sentence"), rows), ""]
            lines += [f"## {comment[1].capitalize()}", ""]
            rows = []
        elif member := re.match(r'    ([A-Z_]+) = "', line):
            reason = Reason[member[1]]
            rows.append((f"`{reason.value}`", reason.sentence))
    return "\n".join([*lines, *table(("code", "sentence"), rows)])


def states() -> str:
    """Every state with its sentence."""
    rows = []
    for state in MessageState:
        follows = ", ".join(f"`{one.value}`" for one in MessageState if one in TRANSITIONS[state])
        rows.append((f"`{state.value}`", state.sentence, follows or "–"))
    return "\n".join(table(("state", "meaning", "may become"), rows))


def state_diagram() -> str:
    """The table of transitions as a diagram."""
    edges = [
        f"    {old.value} --> {new.value}"
        for old in MessageState
        for new in MessageState
        if new in TRANSITIONS[old]
    ]
    ends = [f"    {state.value} --> [*]" for state in MessageState if not TRANSITIONS[state]]
    return "\n".join(["```mermaid", "stateDiagram-v2", "    [*] --> planned", *edges, *ends, "```"])


# --- settings, creditors ---------------------------------------------------------------------------------------------


def settings() -> str:
    """Every environment variable, its default and its meaning."""
    rows = []
    for name, model in (
        ("", Settings),
        ("sendgrid__", None),
        ("twilio__", None),
        ("smtp__", None),
        ("pace__", None),
        ("volume__", None),
        ("documents__", None),
    ):
        cls: Any = model or Settings.model_fields[name.removesuffix("__")].annotation
        docs = attribute_docs(cls)
        for field, info in cls.model_fields.items():
            if inspect.isclass(info.annotation) and issubclass(info.annotation, BaseModel):
                continue
            variable = f"{name}{field}"
            # What is said by hand goes first; a new setting without words stops the generator.
            text = SETTINGS.get(variable) or docs[field]
            rows.append((f"`{PREFIX}{variable.upper()}`", _default(info.default), text))
    return "\n".join(table(("variable", "default", "meaning"), rows))


def creditor_fields() -> str:
    """Every field of a creditor."""
    lines = []
    for title, cls in (
        ("A creditor", creditors.Creditor),
        ("`contact`", creditors.Person),
        ("A bank account", creditors.BankAccount),
        ("`brand`", creditors.Brand),
    ):
        rows = []
        for field, info in cls.model_fields.items():
            default = "**required**" if info.is_required() else _default(info.get_default())
            text = CREDITOR.get(f"{cls.__name__}.{field}") or attribute_docs(cls)[field]
            rows.append((f"`{field}`", default, text))
        lines += [f"### {title}", "", *table(("field", "default", "meaning"), rows), ""]
    return "\n".join(lines)


def _default(value: Any) -> str:
    if value is PydanticUndefined or value is None or value in ((), "", {}):
        return "–"
    if isinstance(value, SecretStr):
        return "(secret)"
    if isinstance(value, BaseModel):
        return "see below"
    if isinstance(value, bool):
        return f"`{str(value).lower()}`"
    if isinstance(value, tuple):
        return f"`{', '.join(map(str, value))}`"
    if hasattr(value, "strftime"):
        return f"`{value:%H:%M}`"
    return f"`{value}`"


# --- command line ----------------------------------------------------------------------------------------------------


def commands() -> Iterator[tuple[str, Any]]:
    """Every command of the app, by what is typed to get it."""

    def below(command: Any, name: str) -> Iterator[tuple[str, Any]]:
        for child_name, child in getattr(command, "commands", {}).items():
            own = child_name == getattr(command, "default", None)  # typed without its name
            path = name if own else f"{name} {child_name}".strip()
            if not hasattr(child, "commands") or child.invoke_without_command:
                yield path, child
            yield from below(child, path)

    return below(typer.main.get_command(app), "")


def command_line() -> str:
    """A section for each command, with its arguments and options."""
    lines = ["### Before the command", "", *_options(typer.main.get_command(app)), ""]
    for path, command in commands():
        shown = " ".join(
            param.metavar or param.name.upper()
            for param in command.params
            if param.param_type_name == "argument"
        )
        lines += [f"### `amicable {path}{' ' + shown if shown else ''}`", "", command.help, ""]
        if path in COMMANDS:
            lines += [COMMANDS[path], ""]
        lines += [*_options(command), ""]
    return "\n".join(lines)


def _options(command: Any) -> list[str]:
    rows = []
    for param in command.params:
        if param.param_type_name != "option":
            continue
        name = " ".join(param.opts)
        default = "–" if param.default in (None, False, "") else f"`{param.default}`"
        required = "**required**" if param.required else default
        rows.append((f"`{name}`", required, param.help or COMMANDS[f"{command.name} {name}"]))
    return table(("option", "default", "meaning"), rows) if rows else []


# --- text ------------------------------------------------------------------------------------------------------------


def _first_paragraphs(cls: type) -> str:
    return inspect.getdoc(cls) or ""


PARTS: dict[str, Callable[[], str]] = {
    "event-types": event_types,
    "park-reasons": park_reasons,
    "reasons": reasons,
    "states": states,
    "state-diagram": state_diagram,
    "settings": settings,
    "policy-fields": policy_fields,
    "policy-values": policy_values,
    "shipped-policies": shipped_policies,
    "creditor-fields": creditor_fields,
    "command-line": command_line,
}

if __name__ == "__main__":
    main()
