"""YAML that people write, read into a model: every error names the file, the line, the field and what is wrong."""

from __future__ import annotations

from typing import TypeVar

import yaml
from pydantic import BaseModel, ValidationError

Model = TypeVar("Model", bound=BaseModel)

_TIMESTAMP = "tag:yaml.org,2002:timestamp"


def parse_yaml(
    text: str, name: str, model: type[Model], error_type: type[ValueError], what: str = "document"
) -> Model:
    """Read YAML text into `model`; `name` stands for the file and `what` for the whole document in errors.

    Raises `error_type` with one line: `file:line: field: what is wrong`.
    """
    try:
        root = yaml.compose(text, Loader=yaml.SafeLoader)
        _check_dates(root, name, error_type)
        data = yaml.safe_load(text)
    except yaml.MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else 1
        raise error_type(f"{name}:{line}: not valid YAML: {error.problem}") from None
    except yaml.YAMLError as error:
        raise error_type(f"{name}:1: not valid YAML: {' '.join(str(error).split())}") from None
    if not isinstance(data, dict):
        raise error_type(f"{name}:1: {what}: write fields with their values (`field: value`)")
    try:
        return model.model_validate(data)
    except ValidationError as error:
        first = error.errors()[0]
        field = ".".join(str(part) for part in first["loc"]) or what
        line = _line_of(root, first["loc"])
        raise error_type(f"{name}:{line}: {field}: {first['msg'].removeprefix('Value error, ')}") from None


def _check_dates(root: yaml.Node | None, name: str, error_type: type[ValueError]) -> None:
    """A date that the calendar does not have would end the reading without saying where it stands."""
    waiting, seen = [root], set()
    while waiting:
        node = waiting.pop()
        if node is None or id(node) in seen:  # an alias leads to a node a second time
            continue
        seen.add(id(node))
        if isinstance(node, yaml.MappingNode):
            waiting += [part for pair in node.value for part in pair]
        elif isinstance(node, yaml.SequenceNode):
            waiting += node.value
        elif node.tag == _TIMESTAMP:
            try:
                yaml.constructor.SafeConstructor().construct_yaml_timestamp(node)
            except ValueError as error:
                line = node.start_mark.line + 1
                raise error_type(f"{name}:{line}: {node.value} is no date of the calendar ({error})") from None


def _line_of(node: yaml.Node | None, path: tuple[int | str, ...]) -> int:
    """The line on which the deepest existing part of a path stands."""
    line = 1
    for part in path:
        if isinstance(node, yaml.MappingNode):
            pair = next(((k, v) for k, v in node.value if k.value == part), None)
            if pair is None:
                break
            line, node = pair[0].start_mark.line + 1, pair[1]
        elif isinstance(node, yaml.SequenceNode) and isinstance(part, int) and part < len(node.value):
            node = node.value[part]
            line = node.start_mark.line + 1
        else:
            break
    return line
