"""Reading a policy file: what is wrong with it is said with file, line, field and a way out."""

from __future__ import annotations

from pathlib import Path

import yaml
from pydantic import ValidationError

from config.policy.document import Policy

SHIPPED = Path(__file__).parents[1] / "policies"


class PolicyError(ValueError):
    """A policy that can't be used. The text names the file, the line, the field and what to write instead."""


def load_policy(path: Path) -> Policy:
    """Read a policy file. Raises `PolicyError` with file, line, field and a way out."""
    try:
        text = path.read_text(encoding="utf-8")
    except OSError as error:
        raise PolicyError(f"{path}: can't be read ({error.strerror}); name an existing policy file") from None
    return parse_policy(text, str(path))


def parse_policy(text: str, name: str = "policy") -> Policy:
    """Read a policy from YAML text; `name` stands for the file in errors."""
    try:
        data = yaml.safe_load(text)
    except yaml.MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else 1
        raise PolicyError(f"{name}:{line}: not valid YAML: {error.problem}") from None
    if not isinstance(data, dict):
        raise PolicyError(f"{name}:1: a policy is a mapping with at least `name` and `steps`")
    try:
        return Policy.model_validate(data)
    except ValidationError as error:
        first = error.errors()[0]
        field = ".".join(str(part) for part in first["loc"]) or "policy"
        line = _line_of(text, first["loc"])
        raise PolicyError(f"{name}:{line}: {field}: {first['msg'].removeprefix('Value error, ')}") from None


def _line_of(text: str, path: tuple[int | str, ...]) -> int:
    """The line on which the deepest existing part of a path stands."""
    node = yaml.compose(text, Loader=yaml.SafeLoader)
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
