"""What is wrong with YAML that a person wrote, in that person's words, with a way out."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from difflib import get_close_matches
from typing import Any

import yaml
from pydantic_core import ErrorDetails

Path = tuple[int | str, ...]

_INT, _BOOL = "tag:yaml.org,2002:int", "tag:yaml.org,2002:bool"
_TIMESTAMP = "tag:yaml.org,2002:timestamp"
_MERGE = "tag:yaml.org,2002:merge"
_LONGEST = 60
"""Characters of a wrong value that are quoted."""


def syntax(error: yaml.YAMLError) -> tuple[int, str]:
    """The line of what is not YAML at all, and what to look for."""
    if not isinstance(error, yaml.MarkedYAMLError):
        return 1, " ".join(str(error).split())
    mark = error.problem_mark or error.context_mark
    problem = error.problem or error.context or "it can't be read"
    hint = next(
        (way for sign, way in _SYNTAX.items() if sign in problem), "look at this line and the one before it"
    )
    return (mark.line + 1 if mark else 1), f"{problem}; {hint}"


_SYNTAX = {
    "'\\t'": "indent with spaces, not with tabs",
    "mapping values are not allowed": "check the indentation, and put a text that holds a colon in quotes",
    "expected <block end>": "check the indentation of this line against the ones above it",
    "could not find expected ':'": "write a field as `field: value`, with a space after the colon",
    "found undefined alias": "put a text that begins with * in quotes",
    "cannot start any token": "put a text that begins with such a character in quotes",
    "expected ',' or": "close the bracket, and part its items by commas",
    "expected a single document": "write one document a file, without a line of ---",
}


def oddities(root: yaml.Node | None) -> Iterator[tuple[int, str]]:
    """What YAML would silently read differently than a person means it, or not at all, with its line."""
    waiting: list[tuple[yaml.Node | None, str]] = [(root, "")]
    seen: set[int] = set()
    while waiting:
        node, field = waiting.pop()
        if node is None or id(node) in seen:  # an alias leads to a node a second time
            continue
        seen.add(id(node))
        if isinstance(node, yaml.MappingNode):
            yield from _keys(node, field)
            waiting += [(value, f"{field}.{_written(key)}".lstrip(".")) for key, value in node.value]
        elif isinstance(node, yaml.SequenceNode):
            waiting += [(item, f"{field}.{number}") for number, item in enumerate(node.value)]
        elif isinstance(node, yaml.ScalarNode) and (said := _misread(node)):
            yield node.start_mark.line + 1, f"{field}: {said}"


def _keys(node: yaml.MappingNode, field: str) -> Iterator[tuple[int, str]]:
    first: dict[str, int] = {}
    for key, _ in node.value:
        if key.tag == _MERGE or not isinstance(key, yaml.ScalarNode):
            continue
        line, name = key.start_mark.line + 1, f"{field}.{key.value}".lstrip(".")
        if key.tag == _BOOL:
            yield line, f'{name}: YAML reads {key.value} as true or false; put it in quotes: "{key.value}"'
        if key.value in first:
            yield line, f"{name}: stands on line {first[key.value]} already; keep one of them"
        first.setdefault(key.value, line)


def _misread(node: yaml.ScalarNode) -> str | None:
    if node.tag == _INT and ":" in node.value:
        hours, _, rest = node.value.partition(":")
        return f'YAML reads {node.value} as a number; put it in quotes: "{hours:0>2}:{rest}"'
    if node.tag == _TIMESTAMP:
        try:
            yaml.constructor.SafeConstructor().construct_yaml_timestamp(node)
        except ValueError as error:
            return f"{node.value} is no date of the calendar ({error})"
    return None


def in_words(error: ErrorDetails, node: yaml.Node | None, schema: Mapping[str, Any]) -> str:
    """What a model found wrong, said to the person who wrote the document; `schema` is the model's JSON Schema."""
    kind, path, context = error["type"], error["loc"], error.get("ctx", {})
    value = _written(node) if node is not None and path[-1:] != ("[key]",) else str(error["input"])
    if isinstance(node, yaml.ScalarNode) and node.tag == _BOOL and kind in _WANT_TEXT:
        return f'YAML reads {value} as true or false; put it in quotes: "{value}"'
    match kind:
        case "missing":
            return f"is missing; add `{path[-1]}: …`"
        case "extra_forbidden":
            return _unknown(str(path[-1]), _known(schema, path[:-1]))
        case "enum" | "literal_error":
            return _not_among(value, re.findall("'([^']*)'", str(context["expected"])))
        case "string_pattern_mismatch":
            meant = _at(schema, schema, path).get("description", "").partition(". ")[0]
            return f"{value!r} does not fit; write {_inside(meant) if meant else 'what matches ' + context['pattern']}"
        case "value_error" | "assertion_error":
            return error["msg"].removeprefix("Value error, ")
        case "greater_than_equal":
            return f"{value} is too small; write {context['ge']} or more"
        case "less_than_equal":
            return f"{value} is too large; write {context['le']} or less"
        case "invalid_key":
            return "YAML reads it as a number; put it in quotes if a number is what it is called"
        case "too_short":
            return "is empty; write at least one"
    for sign, wanted in _WANTED.items():
        if kind.startswith(sign):
            return f"write {wanted}, not {value or 'nothing'}"
    return error["msg"]


_WANT_TEXT = ("string_type", "literal_error", "enum")
_WANTED = {
    "int": "a whole number, like 3",
    "bool": "true or false",
    "string": "text; put a number that is meant as text in quotes",
    "tuple": "a list, like [one, another] or lines that begin with -",
    "list": "a list, like [one, another] or lines that begin with -",
    "dict": "fields with their values (`field: value`)",
    "model": "fields with their values (`field: value`)",
    "decimal": "a number, like 2.5",
    "date": "a date, like 2026-03-31",
}


def _unknown(name: str, known: Sequence[str]) -> str:
    near = get_close_matches(name, known, 1)
    if near:
        return f"is not known here; did you mean {near[0]}?"
    return f"is not known here; known are {', '.join(known)}" if known else "is not known here; leave it out"


def _not_among(value: str, allowed: Sequence[str]) -> str:
    near = get_close_matches(value, allowed, 1)
    meant = f"did you mean {near[0]}? Allowed are " if near else "write "
    listed = " or ".join(filter(None, (", ".join(allowed[:-1]), allowed[-1])))
    return f"{value!r} is not allowed; {meant}{listed}"


def _inside(sentence: str) -> str:
    """A description that can stand in a sentence: `Two capital letters.` as `two capital letters`."""
    return sentence[:1].lower() + sentence[1:].rstrip(".")


def _known(schema: Mapping[str, Any], path: Path) -> list[str]:
    return list(_at(schema, schema, path).get("properties", ()))


def _at(schema: Mapping[str, Any], here: Mapping[str, Any], path: Path) -> Mapping[str, Any]:
    """The part of a JSON Schema that describes what stands at a path; empty where none does."""
    for option in _options(schema, here):
        if not path:
            return {**option, **{key: value for key, value in here.items() if key == "description"}}
        part = path[0]
        child = option.get("items") if isinstance(part, int) else option.get("properties", {}).get(part)
        child = child or option.get("additionalProperties")
        if isinstance(child, Mapping):
            return _at(schema, child, path[1:])
    return {}


def _options(schema: Mapping[str, Any], here: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    """What may stand there, references followed; first what has an inside."""
    if "$ref" in here:
        here = schema["$defs"][here["$ref"].rsplit("/", 1)[-1]]
    choices = here.get("anyOf") or here.get("allOf")
    if choices is None:
        yield here
        return
    for choice in choices:
        if choice.get("type") != "null":
            yield from _options(schema, choice)


def _written(node: yaml.Node) -> str:
    """What stands in the file, as it stands there."""
    if isinstance(node, yaml.ScalarNode):
        text = " ".join(str(node.value).split())
        return text if len(text) <= _LONGEST else text[:_LONGEST] + "…"
    return "a list" if isinstance(node, yaml.SequenceNode) else "fields"
