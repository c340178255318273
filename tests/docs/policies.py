"""The generated parts of the policy's reference: its fields, what their values mean, and the shipped policies."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from enum import StrEnum
from typing import Any

from config.policy import SHIPPED, Anchor, By, Enclosure, Policy, Step, Tone, load_policy
from config.policy.schema import schema
from tests.docs.source import attribute_docs, table
from workers.cli.policy import words

_SPOKEN = {"integer": "whole number", "number": "amount", "string": "text", "boolean": "true or false"}
_SHIPPED = ("standard", "gentle", "consumer")


def policy_fields() -> str:
    """Every field, by the part in which it stands."""
    whole = schema()
    lines: list[str] = []
    for title, part in _parts(whole):
        rows = []
        for name, field in part["properties"].items():
            default = "**required**" if name in part.get("required", ()) else _default(field.get("default"))
            rows.append((f"`{name}`", _type(whole, field), default, _meaning(whole, field)))
        about = part.get("description", "").partition("\n\n")[0] if title != "At the top" else ""
        lines += [f"### {title}", "", *([about, ""] if about else [])]
        lines += [*table(("field", "type", "default", "meaning"), rows), ""]
    return "\n".join(lines)


def policy_values() -> str:
    """What the values of the enumerations mean."""
    lines: list[str] = []
    kinds: tuple[tuple[str, type[StrEnum]], ...] = (
        ("anchor", Anchor), ("by", By), ("tone", Tone), ("attach", Enclosure),
    )  # fmt: skip
    for field, kind in kinds:
        docs = attribute_docs(kind)
        if not docs:
            lines += [f"`{field}`: {', '.join(f'`{one.value}`' for one in kind)}.", ""]
            continue
        rows = [(f"`{one.value}`", docs[one.name]) for one in kind]
        lines += [*table((f"`{field}`", "meaning"), rows), ""]
    return "\n".join(lines)


def shipped_policies() -> str:
    """The steps of the shipped policies, side by side, and how often they speak."""
    policies = [load_policy(SHIPPED / f"{name}.yaml") for name in _SHIPPED]
    order = dict.fromkeys(step.name for policy in policies for step in policy.steps)
    rows = [
        (f"`{name}`", _anchor(policies, name), *(_when(policy.step(name), policy) for policy in policies))
        for name in order
    ]
    rows += [
        ("gap", "–", *(f"{policy.caps.gap_days} days" for policy in policies)),
        ("cap", "–", *(f"{p.caps.contacts} in {p.caps.per_days} days" for p in policies)),
        ("channels", "–", *(words.consents(policy) for policy in policies)),
        ("interest", "–", *("final notice" if policy.interest.claim else "never" for policy in policies)),
        ("for", "–", *(words.claims(policy) for policy in policies)),
    ]
    return "\n".join(table(("", "counted from", *(f"`{name}`" for name in _SHIPPED)), rows))


def _anchor(policies: list[Policy], name: str) -> str:
    return next(words.ANCHORS[step.anchor] for policy in policies if (step := policy.step(name)))


def _when(step: Step | None, policy: Policy) -> str:
    if step is None:
        return "–"
    said = [words.days(step)]
    said += [f"a person: {step.task}"] if step.by is By.PERSON else []
    said += ["after a yes"] if step.approval else []
    asked = step.overdue and step.by is not By.PERSON and not step.approval
    said += ["some after a yes"] if asked and policy.approval_when else []
    said += [words.condition(step.when)] if words.condition(step.when) else []
    return ", ".join(dict.fromkeys(said))


def _parts(whole: Mapping[str, Any]) -> Iterator[tuple[str, Mapping[str, Any]]]:
    """The document and, in the order in which they are met, its parts, each with the field that it is met in."""
    yield "At the top", whole
    waiting, told = list(_inside("", whole)), set()
    while waiting:
        field, name = waiting.pop(0)
        part = whole["$defs"][name]
        if name in told or "properties" not in part:
            continue
        told.add(name)
        yield f"`{field}`", part
        waiting = [*_inside(f"{field}.", part), *waiting]


def _inside(prefix: str, part: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    for name, field in part["properties"].items():
        for option in (field, field.get("items", {}), *field.get("anyOf", ())):
            if "$ref" in option:
                yield f"{prefix}{name}", _name(option)


def _name(reference: Mapping[str, Any]) -> str:
    return str(reference["$ref"]).rsplit("/", 1)[-1]


def _meaning(whole: Mapping[str, Any], field: Mapping[str, Any]) -> str:
    """What is said of a field; a part that is called as it is described stands for its field."""
    said = field.get("description") or whole["$defs"][_name(field)]["description"]
    return " ".join(said.split())


def _type(whole: Mapping[str, Any], field: Mapping[str, Any]) -> str:
    if "$ref" in field:
        named = whole["$defs"][_name(field)]
        return _type(whole, named) if "properties" not in named else "fields, see below"
    if "anyOf" in field:
        return _type(whole, next(option for option in field["anyOf"] if option.get("type") != "null"))
    if "enum" in field:
        return " \\| ".join(f"`{value}`" for value in field["enum"])
    match field["type"]:
        case "array" if "prefixItems" in field:
            return "pairs like " + _pair(field["prefixItems"])
        case "array":
            return f"list of {_type(whole, field['items'])}"
        case "object":
            key = _type(whole, {"type": "string", **field["propertyNames"]})
            value = _type(whole, field["additionalProperties"])
            return f"{'currency' if value == 'amount' else key}: {value}"
        case "string" if "examples" in field:
            return "time in quotes"
        case list():
            return "amount"
        case kind:
            return _SPOKEN[kind] + _range(field)


def _range(field: Mapping[str, Any]) -> str:
    low, high = field.get("minimum"), field.get("maximum")
    if low is None:
        return ""
    return f", {low} to {high}" if high is not None else f", {low} or more"


def _pair(items: Sequence[Mapping[str, Any]]) -> str:
    if "examples" in items[0]:
        return '`["09:00", "16:00"]`'
    assert [item.get("type") for item in items] == ["string", "integer"]
    return "`[voice, 7]`"


def _default(value: Any) -> str:
    if value in (None, [], "", {}) or isinstance(value, dict):
        return "–"
    if isinstance(value, bool):
        return f"`{str(value).lower()}`"
    if isinstance(value, list):
        return f"`[{', '.join(map(str, value))}]`"
    return f"`{str(value).removesuffix(':00')}`"
