"""YAML that people write, read into a model: every error names the file, the line, the field and a way out.

YAML reads some things differently than people mean them (`9:00` is a number to it, `NO` is false, and of a field that
stands there twice it takes the last); all of these are errors here.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any, TypeVar

import yaml
from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from config.yaml_flaws import Path, in_words, oddities, syntax

Model = TypeVar("Model", bound=BaseModel)


class Flaws(ValueError):
    """All that is wrong with a document, a line each: `file:line: field: what is wrong and what to do`."""

    def __init__(self, lines: Sequence[str]) -> None:
        super().__init__("\n".join(lines))
        self.lines = tuple(lines)


def parse_yaml(
    text: str, name: str, model: type[Model], error_type: type[ValueError], what: str = "document"
) -> Model:
    """Read YAML text into `model`; `name` stands for the file and `what` for the whole document in errors.

    Raises `error_type` with one line, the first flaw: `file:line: field: what is wrong and what to do`.
    """
    try:
        return read_yaml(text, name, model, what)
    except Flaws as flaws:
        raise error_type(flaws.lines[0]) from None


def read_yaml(text: str, name: str, model: type[Model], what: str = "document") -> Model:
    """Read YAML text into `model`. Raises `Flaws` with everything that is wrong, in the order of the lines."""
    try:
        loader = yaml.SafeLoader(text)
        root = loader.get_single_node()
        odd = sorted(oddities(root))
        data = _data(loader, root)
    except yaml.YAMLError as error:
        line, said = syntax(error)
        raise Flaws([f"{name}:{line}: not valid YAML: {said}"]) from None
    found = list(odd)
    if isinstance(data, dict):
        try:
            read = model.model_validate(data)
        except ValidationError as error:
            known = {line for line, _ in odd}  # what the model says of a misread value would only confuse
            found += [told for told in _told(error, root, model, what) if told[0] not in known]
        else:
            if not found:
                return read
    elif not found:
        found.append((1, f"{what}: write fields with their values (`field: value`)"))
    raise Flaws([f"{name}:{line}: {said}" for line, said in sorted(found)])


def _data(loader: yaml.SafeLoader, root: yaml.Node | None) -> Any:
    try:
        return loader.construct_document(root) if root is not None else None
    except ValueError:
        return None  # a date that the calendar does not have; it is among the oddities


def _told(
    error: ValidationError, root: yaml.Node | None, model: type[BaseModel], what: str
) -> Iterator[tuple[int, str]]:
    schema = model.model_json_schema()
    errors = error.errors(include_url=False)
    for one in errors:
        if _said_otherwise(one, errors):
            continue
        path = one["loc"] + _deeper(one)
        line, node = _place(root, path)
        field = ".".join(str(part) for part in path if part != "[key]") or what
        yield line, f"{field}: {in_words(one, node, schema)}"


def _said_otherwise(error: ErrorDetails, errors: Sequence[ErrorDetails]) -> bool:
    """Whether another line tells the same with more use."""
    if error["type"] == "too_short":  # pydantic counts only what it could read: what is wrong inside is told
        return any(other["loc"][:-1][: len(error["loc"])] == error["loc"] for other in errors)
    # A key that YAML reads as true or false is among the oddities.
    return error["type"] == "invalid_key" and isinstance(error["input"], bool)


def _deeper(error: ErrorDetails) -> Path:
    """Where in the field the flaw is, as far as the model's own check has said (`at` of what it raised)."""
    at: Path = getattr(error.get("ctx", {}).get("error"), "at", ())
    return at


def _place(node: yaml.Node | None, path: Path) -> tuple[int, yaml.Node | None]:
    """The line on which the deepest existing part of a path stands, and what stands at its end, if anything does."""
    line = 1
    for part in path:
        if part == "[key]":  # pydantic's word for a key that is wrong itself: its line is known by now
            continue
        if isinstance(node, yaml.MappingNode):
            pair = next(((k, v) for k, v in node.value if k.value == str(part)), None)
            if pair is None:
                return line, None
            line, node = pair[0].start_mark.line + 1, pair[1]
        elif isinstance(node, yaml.SequenceNode) and isinstance(part, int) and part < len(node.value):
            node = node.value[part]
            line = node.start_mark.line + 1
        else:
            return line, None
    return line, node
